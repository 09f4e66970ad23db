"""From a page's glyphs to words and lines.

A PDF places glyphs, not text. Blanks are often gaps only, accents are glyphs set over letters (TeX's \\accent),
superscripts are smaller glyphs off the baseline. All three are settled here, from positions.
"""

# PyMuPDF has no types of its own.
# mypy: disallow-untyped-calls=False

import itertools
import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from statistics import median
from typing import Any

import pymupdf

from ..paper import Box
from .fonts import LOST, UNTOLD
from .marks import CJK, Line, Word, line_of
from .sheet import Sheet

FLAGS = pymupdf.TEXT_PRESERVE_WHITESPACE | pymupdf.TEXT_CID_FOR_UNKNOWN_UNICODE
_ACCENTS = {
    "´": "\u0301", "`": "\u0300", "¨": "\u0308", "ˆ": "\u0302", "^": "\u0302", "˜": "\u0303", "~": "\u0303",
    "¯": "\u0304", "˘": "\u0306", "˙": "\u0307", "˚": "\u030a", "˝": "\u030b", "ˇ": "\u030c", "¸": "\u0327",
    "˛": "\u0328",
}  # fmt: skip
_BOLD = re.compile(r"(?i)bold|black|heavy|medi(?!um)|cmbx|cmb10|sfbx|ptmb|demi|-bd|hei(?:ti)?$|simhei|黑|,bold|xbol")
_ITALIC = re.compile(r"(?i)ital|obli|cmti|cmmi|slant|sfti|-it$|kai")
_ENDS = "。！？；"
_EXTENSION = re.compile(r"^AdvOT[\w.]+\+e\d$")
_LIGATURES = {"\ue103": "fi", "\ue104": "fl", "\ue09d": "ft"}
"""Arbortext's extension fonts (RSC and others) give ligatures private code points and no Unicode."""
_QUARTZ = {"\uf8ff": "≤"}
"""Apple's PDF writer does the same to one sign of TeX's symbol fonts."""


@dataclass(slots=True)
class Glyph:
    char: str
    x0: float
    x1: float
    base: float
    size: float
    font: str
    bold: bool
    italic: bool


@dataclass(frozen=True, slots=True)
class RawLine:
    """A line as the text stream has it, with what tells hidden text from text for readers."""

    line: Line
    upright: bool
    direction: tuple[int, int]
    color: int
    painted: bool
    opaque: bool
    characters: int


def raw_lines(sheet: Sheet) -> list[RawLine]:
    """All lines of the page in the order of its text stream, those off the page and unpainted ones included."""
    found: list[RawLine] = []
    index = -1
    blocks = sheet.glyphs(FLAGS)
    _settle(span for block in blocks for raw in block.get("lines", ()) for span in raw["spans"])
    for block in blocks:
        for raw in block.get("lines", ()):
            index += 1
            one = _raw_line(raw, sheet.number, index)
            if one is not None:
                found.append(one)
    return found


def _settle(spans: Iterable[dict[str, Any]]) -> None:
    """Bitmap fonts (Type 3, of TeX's printers) may say nothing of the size of their type: it is told by how wide their
    letters are, as those of other fonts are in ems. Nor do they name their characters."""
    bitmaps: dict[tuple[str, float], list[dict[str, Any]]] = {}
    for span in spans:
        if span["size"] < _FEIGNED or span["font"].startswith("Type3"):
            bitmaps.setdefault((span["font"], span["size"]), []).append(span)
    for alike in bitmaps.values():
        every = [c for span in alike for c in span["chars"]]
        if alike[0]["size"] < _FEIGNED:
            chars = [c for c in every if c["c"].isalnum()]
            ems = sum(_TIMES.glyph_advance(ord(c["c"])) for c in chars) or _DIGIT * len(every)
            size = sum(c["bbox"][2] - c["bbox"][0] for c in chars or every) / ems if ems else 0.0
            if size < 3 * alike[0]["size"]:
                continue
            for span in alike:
                span["size"] = size
        _name(every)


def _name(chars: list[dict[str, Any]]) -> None:
    """Ligatures are at the places that TeX gives them, in its own encoding or in Cork's (The TeXbook, appendix F;
    TUGboat 11(4), 1990, p. 516); what else stands among the control characters is lost."""
    control = {c["c"] for c in chars if c["c"] < " "}
    places: dict[str, str] = {}
    if sum(c["c"] < " " for c in chars) < _FEW * len(chars):
        places = _TEX if control & _TEX.keys() else _CORK
    for c in chars:
        if c["c"] < " ":
            c["c"] = places.get(c["c"], LOST)


_TEX = {"\x0b": "ff", "\x0c": "fi", "\x0d": "fl", "\x0e": "ffi", "\x0f": "ffl"}
_CORK = {
    "\x10": "“", "\x11": "”", "\x15": "–", "\x16": "—",
    "\x1b": "ff", "\x1c": "fi", "\x1d": "fl", "\x1e": "ffi", "\x1f": "ffl",
}  # fmt: skip
_FEW = 0.2
"""Of a font's characters: where more are control characters, its places are its own."""
_LOST_RUN = re.compile(f"{LOST}+")
_FEIGNED = 1.0
"""Points: no type is so small, and bitmap fonts give the size of a pixel."""
_TIMES = pymupdf.Font("tiro")
_DIGIT = 0.5
"""Ems: its width in that font."""


def _raw_line(raw: dict[str, Any], page: int, index: int) -> RawLine | None:
    dx, dy = round(raw["dir"][0]), round(raw["dir"][1])
    upright = abs(raw["dir"][1]) < 0.02 and raw["dir"][0] > 0
    glyphs = _glyphs(raw["spans"])
    words = _words(glyphs) if upright else _turned(raw, glyphs)
    if not words:
        return None
    first = max(raw["spans"], key=lambda s: len(s["chars"]))
    painted = any(s.get("alpha", 255) > 0 and s.get("char_flags", 16) & 48 for s in raw["spans"])
    opaque = all(s.get("alpha", 255) == 255 for s in raw["spans"])
    count = sum(len(w.text) for w in words)
    return RawLine(line_of(page, index, index, words), upright, (dx, dy), int(first["color"]), painted, opaque, count)


def _glyphs(spans: list[dict[str, Any]]) -> list[Glyph]:
    found = []
    for span in spans:
        font, heavy, slanted, private = _font(span["font"])
        bold, italic = heavy or bool(span["flags"] & 16), slanted or bool(span["flags"] & 2)
        size = span["size"]
        for c in _paired(span["chars"]):
            char, (x0, _, x1, _) = c["c"], c["bbox"]
            if char in _COMMON:
                found.append(Glyph(char, x0, x1, c["origin"][1], size, font, bold, italic))
                continue
            letters = private.get(char, char)
            if letters < " " or letters in "\u200b\ufeff":
                continue
            nameless = "\x7f" <= letters <= "\x9f" or "\ud800" <= letters <= "\udfff" or letters == UNTOLD
            letters = LOST if nameless else " " if letters.isspace() else letters
            width = (x1 - x0) / len(letters)
            for i, one in enumerate(letters):
                at = x0 + i * width
                found.append(Glyph(one, at, at + width, c["origin"][1], size, font, bold, italic))
    return _composed(_without_dummies(_without_joiners(found)))


_COMMON = frozenset(map(chr, range(ord(" "), ord("~") + 1)))
"""What is taken as it is, whatever its font."""
_LETTERS = _COMMON - _ACCENTS.keys()
"""What is no accent, without a look into tables."""


@lru_cache(1000)
def _font(name: str) -> tuple[str, bool, bool, dict[str, str]]:
    """Of a font: its name for readers, whether that speaks of bold and of italic type, and its own characters."""
    font = _readable(name.split("+")[-1])
    private = _LIGATURES if _EXTENSION.match(name) else _QUARTZ if font.startswith("CMSY") else {}
    return font, bool(_BOLD.search(font)), bool(_ITALIC.search(font)), private


def _paired(chars: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """WPS names the two halves of a mathematical letter's code (UTF-16) as if they were characters, or one of them."""
    if not any("\ud800" <= c["c"] <= "\udfff" for c in chars):
        return chars
    found: list[dict[str, Any]] = []
    for c in chars:
        if found and "\ud800" <= found[-1]["c"] <= "\udbff" and "\udc00" <= c["c"] <= "\udfff":
            both = (found[-1]["c"] + c["c"]).encode("utf-16", "surrogatepass").decode("utf-16")
            found[-1] = found[-1] | {"c": both}
        else:
            found.append(c)
    return found


def _without_joiners(glyphs: list[Glyph]) -> list[Glyph]:
    """Without soft hyphens in front of a word: Springer's typesetting keeps a formula on one line by them, unprinted.
    After a letter they are hyphens (TeX's old fonts have no other), before a digit a minus."""
    if not any(g.char == "\xad" for g in glyphs):
        return glyphs
    return [
        g
        for before, g, after in zip([None, *glyphs], glyphs, [*glyphs[1:], None], strict=False)
        if g.char != "\xad"
        or (before is not None and before.char != " ")
        or after is None
        or not (after.char.isalpha() or after.char == "(")
    ]


def _without_dummies(glyphs: list[Glyph]) -> list[Glyph]:
    """Without blanks that take no room. Typesetters put a blank in a font of its own wherever they place the next
    glyphs anew, for kerning, too (Oxford's "Gr aphical abstr act"): then the letters stand close together, and the next
    one is printed over the blank."""
    return [
        g
        for before, g, after in zip([None, *glyphs], glyphs, [*glyphs[1:], None], strict=False)
        if g.char != " " or before is None or after is None or not _kerned(before, g, after)
    ]


def _kerned(before: Glyph, blank: Glyph, after: Glyph) -> bool:
    near = 0.05 * after.size
    if blank.x0 < before.x0 - near and before.char.isalpha() and after.char.isalpha():  # Wiley: "infl uence"
        return abs(after.x0 - before.x0) < near  # MuPDF says where a ligature's second letter ends: where it begins
    letters = (
        before.char.isalpha()
        and (after.char.isalpha() or after.char in ".,;:)")
        and before.font == after.font != blank.font
    )
    over = after.x0 < blank.x1 - 0.5 * (blank.x1 - blank.x0) and before.base == after.base
    return letters and over and abs(after.x0 - before.x1) < near


def _readable(font: str) -> str:
    """Names of Chinese fonts are UTF-8 or GBK bytes read as Latin-1."""
    if font.isascii():
        return font
    for encoding in ("utf-8", "gbk"):
        try:
            return font.encode("latin-1").decode(encoding)
        except UnicodeError:
            continue
    return font


def _composed(glyphs: list[Glyph]) -> list[Glyph]:
    """Accents set over a neighbouring letter become one character with it."""
    if not any(g.char in _ACCENTS or unicodedata.combining(g.char) for g in glyphs if g.char not in _LETTERS):
        return glyphs
    out: list[Glyph] = []
    i = 0
    while i < len(glyphs):
        g = glyphs[i]
        mark = _ACCENTS.get(g.char) or (g.char if unicodedata.combining(g.char) else None)
        if mark is None:
            out.append(g)
            i += 1
            continue
        middle = (g.x0 + g.x1) / 2
        after = i + 1
        while after < len(glyphs) and glyphs[after].char == " ":
            after += 1
        if after < len(glyphs) and _carries(glyphs[after], middle, mark):
            while out and out[-1].char == " " and out[-1].x1 - out[-1].x0 < 0.12 * g.size:
                out.pop()
            letter = glyphs[after]
            letter.char = _combined(letter.char, mark)
            out.append(letter)
            i = after + 1
        elif out and _carries(out[-1], middle, mark):
            out[-1].char = _combined(out[-1].char, mark)
            i += 1
            while i < len(glyphs) and glyphs[i].char == " " and glyphs[i].x1 - glyphs[i].x0 < 0.12 * g.size:
                i += 1
        else:
            out.append(g)
            i += 1
    return out


def _carries(letter: Glyph, middle: float, mark: str) -> bool:
    """Whether the mark stands over this letter; a solidus (U+0338) also strikes out signs."""
    fits = letter.char.isalpha() or (mark == "\u0338" and letter.char in "=∈<>≤≥∼≡⊂⊆∃")
    reach = 0.5 if mark != "\u0338" else 4.0
    return fits and letter.x0 - reach <= middle <= letter.x1 + reach


def _combined(letter: str, mark: str) -> str:
    """TeX sets accents over a dotless i: it stays one here, as on the page; facts are given the common letter."""
    return unicodedata.normalize("NFC", letter + mark)


def _words(glyphs: list[Glyph]) -> tuple[Word, ...]:
    gap, narrow = _blank_gap(glyphs), _narrow_gap(glyphs)
    words: list[Word] = []
    run: list[Glyph] = []
    glued = False
    for g in glyphs:
        if g.char == " ":
            if run:
                words.append(_word(run, glued))
            run, glued = [], False
            continue
        if run:
            last = run[-1]
            blank, size = g.x0 - last.x1, max(last.size, g.size)
            wide = blank > gap * size or (blank > narrow * size and _in_words(last, g))
            apart = wide or g.x1 < last.x0 - 2 * g.size
            if apart or _differs(last, g) or last.char in _ENDS:
                words.append(_word(run, glued))
                run, glued = [], not apart
        run.append(g)
    if run:
        words.append(_word(run, glued))
    return tuple(words)


def _blank_gap(glyphs: list[Glyph]) -> float:
    """The gap, in ems, that means a blank.

    Where a line stores blanks, only wide gaps count. Where it stores none though it is long, its letters stand at one
    distance and its words at another (justified type without space glyphs): anything clearly above the median is one.
    """
    letters = [g for g in glyphs if g.char != " "]
    blanks = len(glyphs) - len(letters)
    few = len(letters) > 18 and blanks * 14 < len(letters)
    if few and sum(g.char.isascii() for g in letters) > 0.7 * len(letters):
        gaps = [(b.x0 - a.x1) / a.size for a, b in itertools.pairwise(letters)]
        return max(0.08, median(gaps) + 0.1)
    return 0.22


def _narrow_gap(glyphs: list[Glyph]) -> float:
    """The narrowest blank of a tightly justified line: MuPDF makes a space of gaps above 0.15 em only, typesetters go
    down to 0.14, and kerning between letters never reaches that beyond the line's own spacing."""
    gaps = [(b.x0 - a.x1) / a.size for a, b in itertools.pairwise(glyphs) if _in_words(a, b)]
    return 0.13 + max(0.0, median(gaps)) if gaps else 1.0


def _in_words(a: Glyph, b: Glyph) -> bool:
    """Two letters of one text font, or a mark and the letter after it."""
    return (a.char.isalpha() or a.char in ",.;:)") and b.char.isalpha() and a.font == b.font and a.base == b.base


def _differs(a: Glyph, b: Glyph) -> bool:
    if a.base == b.base and a.size == b.size and a.bold == b.bold and a.italic == b.italic:
        return False
    return (
        a.bold != b.bold
        or (a.italic != b.italic and a.char.isalpha() and b.char.isalpha())
        or abs(a.base - b.base) > 0.06 * max(a.size, b.size)
        or abs(a.size - b.size) > 0.12 * max(a.size, b.size)
    )


def _word(run: list[Glyph], glued: bool) -> Word:
    g = run[0]
    text = "".join([r.char for r in run])
    if not text.isascii():
        text = _LOST_RUN.sub(LOST, text)
    above, below = _reach(g.font, text)
    box: Box = (min([r.x0 for r in run]), g.base - above * g.size, max([r.x1 for r in run]), g.base + below * g.size)
    if not text.isascii():
        text = unicodedata.normalize("NFC", text).replace("\xad", "-")
    return Word(text, box, g.size, g.font, g.bold, g.italic, g.base, glued)


_HANGING = re.compile(r"(?i)cmex|mathext|math-?ext")


def _reach(font: str, text: str) -> tuple[float, float]:
    """How far glyphs reach above and below their baseline, in ems. TeX's big operators and roots hang from theirs
    (The TeXbook, appendix G, rules 11 and 13)."""
    if _hangs(font) or text.startswith("√"):
        return 0.04, 0.96
    return (0.86, 0.14) if not text.isascii() and CJK.search(text) else (0.76, 0.23)


@lru_cache(1000)
def _hangs(font: str) -> bool:
    return bool(_HANGING.search(font))


def _turned(raw: dict[str, Any], glyphs: list[Glyph]) -> tuple[Word, ...]:
    """Rotated text as one word: good for stamps; nothing else is made of it."""
    text = re.sub(r"\s+", " ", "".join(g.char for g in glyphs)).strip()
    if not text:
        return ()
    g = glyphs[0]
    return (Word(text, tuple(raw["bbox"]), g.size, g.font, g.bold, g.italic, raw["bbox"][3], False),)
