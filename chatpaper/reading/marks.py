"""What reading knows of a page before it knows what the page says: words, lines and blocks with their places."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cached_property

from ..likeness import norm as norm
from ..paper import Box

CJK = re.compile(r"[\u2e80-\u2fdf\u3005-\u3007\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff]")
_SUPER = dict(
    zip("0123456789+-−–=(),abcdefghijklmnoprstuvwxyz", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁻⁻⁼⁽⁾,ᵃᵇᶜᵈᵉᶠᵍʰⁱʲᵏˡᵐⁿᵒᵖʳˢᵗᵘᵛʷˣʸᶻ", strict=True)
)
_SUB = dict(zip("0123456789+-−=(),aehijklmnoprstuvx", "₀₁₂₃₄₅₆₇₈₉₊₋₋₌₍₎,ₐₑₕᵢⱼₖₗₘₙₒₚᵣₛₜᵤᵥₓ", strict=True))


def union(boxes: Iterable[Box]) -> Box:
    """The smallest box around all of them."""
    xs0, ys0, xs1, ys1 = zip(*boxes, strict=True)
    return (min(xs0), min(ys0), max(xs1), max(ys1))


def overlap(a: Box, b: Box) -> float:
    """The area that both cover."""
    return max(0.0, min(a[2], b[2]) - max(a[0], b[0])) * max(0.0, min(a[3], b[3]) - max(a[1], b[1]))


def area(box: Box) -> float:
    return max(0.0, box[2] - box[0]) * max(0.0, box[3] - box[1])


def share_within(a: Box, b: Box) -> float:
    """How much of `a` lies in `b`, 0 to 1."""
    whole = area(a)
    return overlap(a, b) / whole if whole else 0.0


def middle(box: Box) -> float:
    """The x halfway between its sides."""
    return (box[0] + box[2]) / 2


def across(a: Box, b: Box) -> float:
    """Horizontal overlap as a share of the narrower one."""
    width = min(a[2] - a[0], b[2] - b[0])
    return (min(a[2], b[2]) - max(a[0], b[0])) / width if width > 0 else 0.0


def beside(a: Box, b: Box) -> float:
    """Vertical overlap as a share of the lower one."""
    height = min(a[3] - a[1], b[3] - b[1])
    return (min(a[3], b[3]) - max(a[1], b[1])) / height if height > 0 else 0.0


@dataclass(frozen=True, slots=True)
class Word:
    """A run of glyphs of one style without a blank."""

    text: str
    box: Box
    size: float
    font: str
    bold: bool
    italic: bool
    base: float
    """The baseline's y."""
    glued: bool
    """Whether it follows the word before without a blank (a raised mark, a change of style)."""
    raised: int = 0
    """1: superscript, -1: subscript."""

    @property
    def shown(self) -> str:
        """With Unicode's raised or lowered characters, so that 256² does not become 2562."""
        table = {1: _SUPER, -1: _SUB}.get(self.raised)
        if table and self.glued and all(c in table for c in self.text):
            return "".join(table[c] for c in self.text)
        return self.text


@dataclass(frozen=True, slots=True)
class Style:
    font: str
    size: float
    bold: bool
    italic: bool
    caps: bool


@dataclass(frozen=True)
class Line:
    page: int
    first: int
    last: int
    """Positions in the order of the page's own text stream."""
    words: tuple[Word, ...]
    box: Box
    size: float
    base: float

    @cached_property
    def text(self) -> str:
        return joined(self.words)

    @cached_property
    def style(self) -> Style:
        """That of most of its letters."""
        weights: dict[tuple[str, bool, bool], int] = {}
        for w in self.words:
            if not w.raised:
                key = (w.font, w.bold, w.italic)
                weights[key] = weights.get(key, 0) + sum(c.isalpha() for c in w.text) * 4 + len(w.text)
        font, bold, italic = max(weights, key=lambda k: weights[k]) if weights else ("", False, False)
        letters = [c for w in self.words for c in w.text if c.isalpha() and (c.upper() != c.lower() or CJK.match(c))]
        caps = len(letters) > 3 and sum(c.isupper() for c in letters) >= 0.9 * len(letters)
        return Style(font, round(self.size * 2) / 2, bold, italic, caps)

    def letters(self, *, bold: bool | None = None, italic: bool | None = None) -> int:
        """How many letters it has, of this style."""
        return sum(
            sum(c.isalpha() for c in w.text)
            for w in self.words
            if (bold is None or w.bold == bold) and (italic is None or w.italic == italic)
        )


def joined(words: Iterable[Word]) -> str:
    """The words' text with blanks where the page has them; Chinese needs none."""
    out = ""
    last: Word | None = None
    for w in words:
        text = w.shown
        if out and not w.glued and not (CJK.match(out[-1]) and CJK.match(text) and last and near(last, w)):
            out += " "
        out += text
        last = w
    return out


def near(a: Word, b: Word) -> bool:
    """Whether two Chinese words stand as one: a blank between them is an accident of justification."""
    return b.box[0] - a.box[2] < 0.6 * a.size


def line_of(page: int, first: int, last: int, words: tuple[Word, ...]) -> Line:
    """A line from its words: the commonest size and baseline are its own, what stands off it is raised or lowered."""
    weights: dict[tuple[float, float], int] = {}
    for w in words:
        key = (round(w.size, 1), round(w.base, 1))
        weights[key] = weights.get(key, 0) + len(w.text)
    top = max(size for size, _ in weights)
    size, base = max(weights, key=lambda k: weights[k] * (1.0 if k[0] > 0.8 * top else 0.3))
    placed = tuple(w if (r := _raised(w, size, base)) == w.raised else replace(w, raised=r) for w in words)
    return Line(page, first, last, placed, union(w.box for w in words), size, base)


def _raised(word: Word, size: float, base: float) -> int:
    if word.size > 0.88 * size:
        return 0
    if word.base < base - 0.14 * size:
        return 1
    return -1 if word.base > base + 0.08 * size else 0


@dataclass(slots=True, eq=False)
class Block:
    """Lines that belong together, with what the layout model takes them for and what they are found to be."""

    page: int
    box: Box
    label: str
    lines: list[Line]
    role: str = ""
    """text, heading, caption, table, figure, footnote, formula, reference, noise, front; "" while unknown."""
    note: str = ""

    @property
    def text(self) -> str:
        return " ".join(line.text for line in self.lines)

    @property
    def size(self) -> float:
        sizes: dict[float, int] = {}
        for line in self.lines:
            sizes[line.size] = sizes.get(line.size, 0) + len(line.words)
        return max(sizes, key=lambda s: sizes[s]) if sizes else 0.0


@dataclass(frozen=True, slots=True)
class LayoutBox:
    """What the layout model sees on a page."""

    box: Box
    label: str
    """title, text, section-header, caption, table, picture, formula, footnote, page-header, page-footer, list-item."""
