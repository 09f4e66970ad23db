"""One page as reading sees it: visible lines, graphics, the layout model's boxes; what is hidden is set apart."""

# PyMuPDF has no types of its own.
# mypy: disallow-untyped-calls=False

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy
import pymupdf

from ..paper import Box
from .glyphs import RawLine, raw_lines
from .marks import LayoutBox, Line, area, norm, overlap, share_within
from .sheet import Pixels, Sheet
from .specks import without_specks

_UNNAMED = re.compile(r"[\x01-\x08\x0b-\x1f\ud800-\udfff]")
TINY = 2.2
"""Points: smaller text cannot be read on paper; subscripts of footnotes are set at 4 and more."""


@dataclass(slots=True)
class PageMarks:
    number: int
    width: float
    height: float
    lines: list[Line]
    hidden: list[tuple[str, Line]]
    """Why it is left out (unseen on its ground, covered, tiny, off the page, unpainted) and what it says."""
    turned: list[Line]
    """Rotated lines: side stamps, axis labels."""
    graphics: list[Box]
    downward: set[int] = field(default_factory=set)
    """The places in the text stream of those that are read downwards."""
    layout: list[LayoutBox] = field(default_factory=list)
    image_share: float = 0.0
    """How much of the page is covered by images."""
    ocr: bool = False
    """Text laid invisibly over a page image."""
    back: tuple[float, ...] | None = None
    """For a page that was turned to be read (a sideways table): the matrix that turns its boxes back."""
    characters: int = 0
    stream: str = ""
    """The page's letters and digits in the order of its text stream, those of line numbers left out."""
    links: tuple[str, ...] = ()
    """Addresses behind the page's links."""

    @property
    def worded(self) -> bool:
        """Whether there are lines of text, which is what the layout model groups."""
        return bool(self.lines or self.turned or self.hidden)


def upright(raws: list[RawLine]) -> int:
    """How far, in degrees, a page must be turned whose text runs sideways (a wide table in a portrait document)."""
    counts: Counter[tuple[int, int]] = Counter()
    for raw in raws:
        counts[raw.direction] += raw.characters
    total = sum(counts.values())
    for direction, degrees in (((0, -1), 90), ((0, 1), 270)):
        if total > 100 and counts[direction] > 0.6 * total:
            return degrees
    return 0


def seen(document: pymupdf.Document, index: int) -> tuple[Sheet, PageMarks]:
    """The page and what is on it, the right way up."""
    page = without_specks(document[index])
    sheet = Sheet(page)
    raws = raw_lines(sheet)
    degrees = upright(raws)
    if not degrees:
        return sheet, _marks(sheet, raws)
    before = page.rotation_matrix
    page.set_rotation((page.rotation + degrees) % 360)
    sheet = Sheet(page)
    found = _marks(sheet, raw_lines(sheet))
    found.back = tuple(page.derotation_matrix * before)
    return sheet, found


def _marks(sheet: Sheet, raws: list[RawLine]) -> PageMarks:
    frame = sheet.frame
    images = sheet.images()
    covered = min(1.0, sum(overlap(i, frame) for i in images) / max(1.0, area(frame)))
    unpainted = sum(r.characters for r in raws if not r.painted)
    ocr = covered > 0.7 and unpainted > 0.8 * sum(r.characters for r in raws) > 0
    found = PageMarks(sheet.number, frame[2], frame[3], [], [], [], _graphics(sheet, images, frame))
    found.image_share, found.ocr = covered, ocr
    stream = sheet.stream()
    # letters of bitmap fonts, and of mathematics from WPS, are named by our lines only
    found.stream = norm("".join(raw.line.text for raw in raws) if _UNNAMED.search(stream) else stream)
    found.links = tuple(sheet.addresses())
    painted = [raw.line.box for raw in raws if raw.painted]
    for raw in raws:
        why = _hidden(sheet, raw, frame, ocr, painted)
        if why:
            found.hidden.append((why, raw.line))
        elif raw.upright:
            found.lines.append(raw.line)
        else:
            found.turned.append(raw.line)
            if raw.direction == (0, 1):
                found.downward.add(raw.line.first)
    found.characters = sum(len(w.text) for line in found.lines + found.turned for w in line.words)
    return found


def _hidden(sheet: Sheet, raw: RawLine, frame: Box, ocr: bool, painted: list[Box]) -> str:
    box = raw.line.box
    if share_within(box, frame) < 0.2:
        return "off-page"
    if raw.line.size < TINY and raw.characters > 3:
        return "tiny"
    if not raw.painted:
        return "" if ocr or _outlined(sheet, raw, painted) else "invisible"
    return _unseen(sheet, raw) if raw.characters > 3 else ""


def _outlined(sheet: Sheet, raw: RawLine, painted: list[Box]) -> bool:
    """Whether the line's letters are drawn as shapes, with the text laid unseen over them, as some programs write bold
    Chinese type: each letter's cell has ink in it, and there is neither an image nor other text."""
    box = raw.line.box
    if not raw.upright or any(overlap(box, other) > 0.1 * area(box) for other in painted):
        return False
    if any(overlap(box, image) for image in sheet.images()):
        return False
    pixels = sheet.closely(box)
    return bool(pixels.size) and not any(_even(pixels[:, left:right]) for left, right in _cells(raw, pixels.shape[1]))


def _cells(raw: RawLine, columns: int) -> Iterator[tuple[int, int]]:
    """From which column to which each letter of the line stands in its picture."""
    left, right = raw.line.box[0], raw.line.box[2]
    scale = columns / (right - left)
    for word in raw.line.words:
        wide = (word.box[2] - word.box[0]) / len(word.text)
        for i in range(len(word.text)):
            x = word.box[0] - left + i * wide
            yield round(x * scale), round((x + wide) * scale)


_FAINT = 24
"""Of 255: shades nearer than this cannot be told apart on paper."""


def _unseen(sheet: Sheet, raw: RawLine) -> str:
    """Painted text that leaves nothing to be seen, whatever hides it; the page at one pixel a point rules most lines
    out, those left are looked at closely.

    Where all pixels look the same, the text has their colour or lies under a box. Within a picture that lets nothing
    through, it lies under it if no pixel comes near its colour.
    """
    box = raw.line.box
    under = raw.opaque and any(share_within(box, image) > 0.95 for image in sheet.images(opaque=True))
    even = _even(sheet.drawn(box))
    if not under and not even:
        return ""
    pixels = sheet.closely(box)
    far = _distance(pixels, _rgb(raw.color)) > 4 * _FAINT
    if even and _even(pixels):
        return "covered" if far else "white"
    return "covered" if under and far else ""


def _rgb(color: int) -> tuple[int, int, int]:
    return color >> 16 & 255, color >> 8 & 255, color & 255


def _even(pixels: Pixels) -> bool:
    """Whether nothing can be seen: all pixels look the same in each of their channels, or there are none. The middle
    row's green alone tells of most text that something can."""
    if not pixels.size:
        return True
    middle = pixels[len(pixels) // 2, :, 1]
    return int(numpy.ptp(middle)) < _FAINT and int(numpy.ptp(pixels, axis=(0, 1)).max()) < _FAINT


def _distance(pixels: Pixels, color: tuple[int, int, int]) -> int:
    """How far the nearest pixel's colour is, in its farthest channel; 255 for no pixels."""
    if not pixels.size:
        return 255
    return int(numpy.abs(pixels.astype(numpy.int16) - numpy.array(color, numpy.int16)).max(axis=2).min())


_MOST = 4000
"""Graphics of a page that are kept; the rest of such a plot lies among them."""


def _graphics(sheet: Sheet, images: list[Box], frame: Box) -> list[Box]:
    """Boxes of images and drawings; frames and backgrounds of the whole page are none."""
    found = [i for i in images if area(i) < 0.9 * area(frame)]
    drawn = list(sheet.drawings())
    if drawn:
        x0, y0, x1, y1 = numpy.array(drawn).T
        within = (x1 > 0) & (y1 > 0) & (x0 < frame[2]) & (y0 < frame[3])
        kept = within & ((x1 - x0) * (y1 - y0) < 0.8 * area(frame))
        sides = numpy.maximum(x0, 0), numpy.maximum(y0, 0), numpy.minimum(x1, frame[2]), numpy.minimum(y1, frame[3])
        found += zip(*(side[kept][:_MOST].tolist() for side in sides), strict=True)
    return found[:_MOST]
