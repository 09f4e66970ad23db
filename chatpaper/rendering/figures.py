"""Which figures and tables the statements of a digest rest on or speak of, and the way back."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from ..digest import Claim, Conclusion, Digest, DigestFigure, Glance, Summary
from .labels import LABELS
from .view import View

_NUMBER = r"(?:[A-Z]\.?)?\d{1,3}|[IVX]{1,5}\b"
_LATIN = re.compile(rf"\b(?:(fig(?:ure)?s?)|tab(?:le)?s?)\b\.?[\s~]*({_NUMBER})", re.IGNORECASE)
_CHINESE = re.compile(r"(?:(图)|表)\s*((?:[A-Z]\.?)?\d{1,3})")


@dataclass(frozen=True)
class Mentions:
    """Claims and figures by their places in the digest, counted from 0."""

    claims: tuple[Claim, ...]
    figures: tuple[DigestFigure, ...]
    pairs: tuple[tuple[int, int], ...]
    """(claim, figure)"""
    names: tuple[str, ...]
    """What each claim is called where a figure points back to it."""

    def place(self, claim: Claim) -> int:
        return self.claims.index(claim)

    def of(self, claim: Claim) -> list[tuple[int, str]]:
        """(place, "Fig. 3") of the figures of a claim."""
        here = self.place(claim)
        return [(figure, self.short(figure)) for c, figure in self.pairs if c == here]

    def back(self, figure: int) -> list[tuple[int, str]]:
        """(place, "Takeaways 2") of the claims of a figure."""
        return [(claim, self.names[claim]) for claim, f in self.pairs if f == figure]

    def short(self, figure: int) -> str:
        kind, number = next(_named(self.figures[figure].label))
        chinese = self.figures[figure].label[:1] in "图表"
        words = ("图", "表") if chinese else ("Fig.", "Table")
        return f"{words[kind != 'figure']} {number}"


def mentions(digest: Digest, view: View) -> Mentions:
    """By the words of the cited sentences and captions ("Figure 3", "Tab. 2", "表 2"), and of the claims themselves."""
    places: dict[tuple[str, str], int] = {}
    for at, figure in enumerate(digest.figures):
        for name in _named(figure.label):
            places.setdefault(name, at)
    names = tuple(_names(digest, view))
    found = [
        (claim, places[name])
        for claim, texts in enumerate(map(_texts, digest.claims()))
        for name in _named(" \n".join(texts))
        if name in places
    ]
    return Mentions(digest.claims(), digest.figures, tuple(dict.fromkeys(found)), names)


def _named(text: str) -> Iterator[tuple[str, str]]:
    """(kind, number) of each figure or table that a text names."""
    for pattern in (_LATIN, _CHINESE):
        for match in pattern.finditer(text):
            yield "figure" if match[1] else "table", match[2].upper()


def _texts(claim: Claim) -> Iterator[str]:
    yield from filter(None, (claim.zh, claim.en))
    yield from (e.quote for e in claim.evidence)


def _names(digest: Digest, view: View) -> Iterator[str]:
    """In the order of `Digest.claims`."""
    say = view.say
    if digest.one_line:
        yield say(LABELS.one_line)
    yield from (say(getattr(LABELS, name)) for name in (Glance.model_fields if digest.glance else ()))
    yield from (f"{say(LABELS.takeaways)} {n}" for n in range(1, len(digest.takeaways) + 1))
    yield from (say(getattr(LABELS, name)) for name in (Summary.model_fields if digest.summary else ()))
    yield from (f"{say(LABELS.methods)} {n}" for n in range(1, len(digest.methods) + 1))
    yield from (say(getattr(LABELS, name)) for name in (Conclusion.model_fields if digest.conclusion else ()))
    yield from (f"{say(part.heading)} {n}" for part in digest.more for n in range(1, len(part.claims) + 1))
