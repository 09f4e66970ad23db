"""Rule 3: every claim is held against the paper. What cannot be supported is flagged, never dropped or passed.

Checked per claim: the evidence (see `grounding`), every number and name against the whole paper, Chinese and English
against each other, sweeping comparisons against the paper's tables, each text's language, and that nothing unclean
is left in it.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property

from ..digest import Audit, Claim, Flag
from ..paper import Paper
from ..value import Language
from . import numbers
from .cleaning import dirt, label
from .contrasts import contrast
from .grounding import Grounder
from .tables import Tables

_HAN = re.compile(r"[\u3400-\u9fff]")
_END = re.compile(r"[.。!！]+$")
_LATIN_WORD = re.compile(r"[A-Za-z][A-Za-z'’]+")
_NAMED = re.compile(r"\([^()]*\)|（[^（）]*）|\[[^\[\]]*\]|\"[^\"]*\"|“[^“”]*”|‘[^‘’]*’|《[^《》]*》|「[^「」]*」")
"""What is quoted or in brackets: there a text may give a word as it is printed."""
_LATIN_RUN = re.compile(r"(?<![A-Za-z'’-])[a-z][a-z'’-]+(?: a)?(?: [a-z][a-z'’-]+(?: a)?){3}")
"""Four words on end: a term has three at most ("chain of thought")."""


class Auditor:
    """Audits claims against one paper; keeps the paper's numbers, read once."""

    def __init__(self, paper: Paper, languages: Sequence[Language]) -> None:
        self._paper = paper
        self._languages = languages
        self._grounder = Grounder(paper)
        self._held = Tables(paper)

    @cached_property
    def _everywhere(self) -> frozenset[numbers.Reading]:
        return numbers.readings("\n".join([self._paper.title, *(p.text for p in self._paper.passages)]))

    def audited(self, claim: Claim) -> Claim:
        """The claim with the evidence and the flags it earns, beside the flags it came with."""
        if not claim.stated:
            return claim
        claim = self._grounder.grounded(claim)
        flags = [*claim.flags, *self._evidence(claim), *self._numbers(claim), *self._words(claim), *self._tables(claim)]
        return claim.model_copy(update={"flags": tuple(dict.fromkeys(flags))})

    def _evidence(self, claim: Claim) -> Iterable[Flag]:
        if not claim.evidence:
            yield Flag(kind="no_evidence")

    def _numbers(self, claim: Claim) -> Iterable[Flag]:
        cited = numbers.readings("\n".join(e.quote for e in claim.evidence))
        for mention in _mentions(claim):
            if not numbers.found(mention, self._everywhere) or numbers.in_another_unit(
                mention, cited, self._everywhere
            ):
                yield Flag(kind="number_not_found", detail=mention.written)
        if claim.zh and claim.en and (odd := disagreement(claim.zh, claim.en)):
            yield Flag(kind="languages_disagree", detail=odd)

    def _tables(self, claim: Claim) -> Iterable[Flag]:
        """The paper may say it, and its own table speak against it: both are shown."""
        for cells in self._held.contradictions(claim):
            yield Flag(kind="table_disagrees", detail=cells)

    def _words(self, claim: Claim) -> Iterable[Flag]:
        for language in self._languages:
            text = claim.text(language)
            if not text:
                continue
            if not unmixed(text, language):
                yield Flag(kind="wrong_language")
            if found := dirt(text) or label(text):
                yield Flag(kind="unclean", detail=found)

    def totals(self, claims: Iterable[Claim]) -> Audit:
        """Counted over all claims that state something."""
        stated = [c for c in claims if c.stated]
        kinds = [[f.kind for f in c.flags] for c in stated]
        mentioned = [_mentions(c) for c in stated]
        return Audit(
            claims=len(stated),
            traced=sum(bool(c.evidence) and not c.flags for c in stated),
            numbers=sum(map(len, mentioned)),
            numbers_found=sum(numbers.found(m, self._everywhere) for found in mentioned for m in found),
            language_mismatches=sum("languages_disagree" in k or "wrong_language" in k for k in kinds),
        )


def in_language(text: str, language: Language) -> bool:
    """Whether the text is in the language; names, which have capitals, and terms aside in a Chinese one."""
    latin: list[str] = _LATIN_WORD.findall(text)
    han = len(_HAN.findall(text))
    if language == "en":
        return han <= len(latin) * 0.5
    return han >= sum(word.islower() for word in latin)


def unmixed(text: str, language: Language) -> bool:
    """Whether the text is in this language alone; the other one, terms aside, stands in quotes or brackets only."""
    foreign = _HAN if language == "en" else _LATIN_RUN
    return in_language(text, language) and not foreign.search(_NAMED.sub("", text))


def with_repeats_flagged(claims: Mapping[str, Claim], language: Language) -> dict[str, Claim]:
    """The claims of one reply, by path; what another one before it says in this language already is flagged.

    A small model that finds nothing on the limits of a paper says once more what the paper is about.
    """
    said: set[str] = set()
    held = {}
    for path, claim in claims.items():
        text = _END.sub("", " ".join((claim.text(language) or claim.zh or claim.en or "").casefold().split()))
        flags = (*claim.flags, Flag(kind="repeated")) if text in said else claim.flags
        held[path] = claim.model_copy(update={"flags": flags})
        said |= {text} - {""}
    return held


def _mentions(claim: Claim) -> list[numbers.Mention]:
    """The claim's numbers, once each, whichever language names them."""
    seen: list[numbers.Mention] = []
    for text in filter(None, (claim.en, claim.zh)):
        seen += [m for m in numbers.mentions(text) if not any(m.readings & s.readings for s in seen)]
    return seen


def disagreement(zh: str, en: str) -> str | None:
    """A number, in digits, that the other language does not hold in any reading, or terms at odds; else None."""
    for text, other in ((zh, en), (en, zh)):
        held = numbers.readings(other)
        for mention in numbers.mentions(text):
            if not numbers.found(mention, held):
                return mention.written
    return contrast(zh, en)
