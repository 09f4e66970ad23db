"""Numbers in the wrong place: the claim repeats a sentence of the paper, but with another of the paper's numbers.

Only what can be told for certain: the claim's words are the sentence's, and between the same words on either side
("happened to _ of the cameras") the sentence has another number.
"""

import re
from collections.abc import Iterator

from ..likeness import terms
from . import numbers

_SAME = 0.8
"""The share of the claim's words that must be the sentence's own."""
_BESIDE = 2
"""Words on each side that make a number's place."""


def displaced(text: str, sentence: str) -> Iterator[str]:
    """The text's numbers, as written, in whose places the sentence has others; none where nothing is certain."""
    if not _repeats(text, sentence):
        return
    theirs = [(_place(mention), mention) for mention in numbers.mentions(sentence)]
    for mention in numbers.mentions(text):
        place = _place(mention)
        there = [t for p, t in theirs if p == place and any(p)]
        if there and not any(numbers.values(mention.readings) & numbers.values(t.readings) for t in there):
            yield mention.written


def _repeats(text: str, sentence: str) -> bool:
    """Whether the text's words are the sentence's; with another name, such as ResNet-101, it is another sentence."""
    said = {term for term in terms(text) if not term[0].isdigit()}
    new = said - set(terms(sentence))
    return bool(said) and len(new) <= (1 - _SAME) * len(said) and not any(re.search(r"\d", term) for term in new)


def _place(mention: numbers.Mention) -> tuple[list[str], list[str]]:
    """The nearest words before and behind the number; fewer at an end of the sentence."""
    before, after = (terms(re.sub(r"\d", " ", side)) for side in (mention.before, mention.after))
    return before[-_BESIDE:], after[:_BESIDE]
