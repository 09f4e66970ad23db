"""From a model's answer to a claim: the ids it names become the paper's own words (rule 2)."""

import re
from collections.abc import Mapping

from ..digest import Claim, Evidence, Flag, FlagKind
from ..paper import Paper, Passage
from .cleaning import tidy
from .replies import ClaimReply

_ID = re.compile(r"\d{1,4}\.\d{1,4}")


class Citer:
    """Turns replies into claims over one paper."""

    def __init__(self, paper: Paper, *, unstated: FlagKind = "not_stated") -> None:
        self._passages: Mapping[str, Passage] = {p.id: p for p in paper.passages}
        self._unstated: FlagKind = unstated

    def claim(self, reply: ClaimReply, *, whole: bool) -> Claim:
        """The claim, not yet audited; of a `whole` reply, ids that the paper does not have and silence are flagged."""
        zh, en = tidy(reply.zh) or None, tidy(reply.en) or None
        if not (zh or en):
            return Claim(flags=(Flag(kind=self._unstated),) if whole else ())
        ids = [i for given in reply.passages for i in _ID.findall(given)]
        known = [self._passages[i] for i in dict.fromkeys(ids) if i in self._passages]
        unknown = [i for i in dict.fromkeys(ids) if i not in self._passages]
        return Claim(
            zh=zh,
            en=en,
            evidence=tuple(Evidence(passage=p.id, page=p.page, quote=p.text) for p in known),
            flags=tuple(Flag(kind="unknown_passage", detail=i) for i in unknown) if whole else (),
        )
