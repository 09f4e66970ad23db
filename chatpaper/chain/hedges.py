"""Hedges that authors wrote and a claim lost: "may help" must not become "helps", nor "most lakes" "all lakes" (models
over-generalise a quarter to three quarters of the science summaries that were measured: Peters & Chin-Yee 2025,
R. Soc. Open Sci. 12, 241776)."""

import re

from ..digest import Claim
from ..likeness import terms

_PRINTED = re.compile(r"(?i)\b(?:may|might|could|suggests?|suggesting|likely|possibly|perhaps|appears? to|seems? to)\b")
_PRINTED_ZH = re.compile(r"可能|或许|似乎|有望|推测|大概")
_KEPT = re.compile(
    r"(?i)\b(?:may|might|could|can|would|suggest\w*|likely|possibl\w+|perhaps|appear\w*|seem\w*|potential\w*|hope\w*"
    r"|expect\w*|believe\w*|indicat\w+)\b|可能|或许|似乎|有望|推测|可以|可|预期|提示|表明|认为|希望|潜在|或将|大概|估计"
)
_SENTENCE = re.compile(r"[.!?。！？][\"'”’）)]*$")
_PHRASE = 60
"""Characters; a text as short as this and without a stop names something, and asserts nothing."""
_PART = re.compile(
    r"(?i)\b(?:some|most|many|several|few|majority|half|part|often|usually|nearly|almost)\b|\d\s*%|\d+ (?:of|out of)"
    r"|部分|大多|多数|一些|许多|有些|若干|几乎|通常|往往|其中"
)
"""What says that not all are meant."""
_SOME = re.compile(
    r"(?i)\b(?:some|most|many|several|a few)(?: of)?(?: the| these| those| our)? (?P<en>[a-z-]+(?: [a-z-]+)?)"
    r"|(?:大部分|部分|大多数|多数|一些|许多|有些|若干)的?(?P<zh>[\u3400-\u9fff]{2})"
)
_EVERY = re.compile(
    r"(?i)\b(?:all|every|each)(?: of)?(?: the| these| those| our)? (?P<en>[a-z-]+(?: [a-z-]+)?)"
    r"|(?:所有|全部|每个|每一个|一切)的?(?P<zh>[\u3400-\u9fff]{2})"
)


def lost(claim: Claim, sentence: str) -> str | None:
    """The hedge of the sentence that states the claim, if a text of the claim has none; else None."""
    printed = _PRINTED.search(sentence) or _PRINTED_ZH.search(sentence)
    texts = [text for text in (claim.zh, claim.en) if text]
    if printed is None or all(_KEPT.search(text) or _names_only(text) for text in texts):
        return None
    return printed[0]


def generalised(text: str, sentence: str) -> str | None:
    """What the sentence says of some and the text of all, such as "most lakes"; None where nothing is certain."""
    if _PART.search(text):
        return None
    meant = {noun for match in _EVERY.finditer(text) for noun in _nouns(match)[:1]}
    meant -= {noun for match in _EVERY.finditer(sentence) for noun in _nouns(match)}
    return next((match[0] for match in _SOME.finditer(sentence) if meant & set(_nouns(match))), None)


def _nouns(match: re.Match[str]) -> list[str]:
    """The words behind "all" or "some": one of them is what is counted."""
    return terms(match["en"] or match["zh"])


def _names_only(text: str) -> bool:
    return len(text) <= _PHRASE and not _SENTENCE.search(text)
