"""Hedges that authors wrote and a claim lost: "may help" must not become "helps" (models over-generalise a quarter to
three quarters of the science summaries that were measured: Peters & Chin-Yee 2025, R. Soc. Open Sci. 12, 241776)."""

import re

from ..digest import Claim

_PRINTED = re.compile(r"(?i)\b(?:may|might|could|suggests?|suggesting|likely|possibly|perhaps|appears? to|seems? to)\b")
_PRINTED_ZH = re.compile(r"可能|或许|似乎|有望|推测|大概")
_KEPT = re.compile(
    r"(?i)\b(?:may|might|could|can|would|suggest\w*|likely|possibl\w+|perhaps|appear\w*|seem\w*|potential\w*|hope\w*"
    r"|expect\w*|believe\w*|indicat\w+)\b|可能|或许|似乎|有望|推测|可以|可|预期|提示|表明|认为|希望|潜在|或将|大概|估计"
)


_SENTENCE = re.compile(r"[.!?。！？][\"'”’）)]*$")
_PHRASE = 60
"""Characters; a text as short as this and without a stop names something, and asserts nothing."""


def lost(claim: Claim, sentence: str) -> str | None:
    """The hedge of the sentence that states the claim, if a text of the claim has none; else None."""
    printed = _PRINTED.search(sentence) or _PRINTED_ZH.search(sentence)
    texts = [text for text in (claim.zh, claim.en) if text]
    if printed is None or all(_KEPT.search(text) or _names_only(text) for text in texts):
        return None
    return printed[0]


def _names_only(text: str) -> bool:
    return len(text) <= _PHRASE and not _SENTENCE.search(text)
