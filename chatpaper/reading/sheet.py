"""A page whose content is interpreted once.

Text, images and pixels of a page each cost a run through its content stream; on a page with a large plot a run takes
seconds. MuPDF's display list keeps what one run found, and plays it again in a hundredth of the time.
"""

# PyMuPDF has no types of its own.
# mypy: disallow-untyped-calls=False

from collections.abc import Iterator
from functools import cached_property
from typing import Any

import numpy
import pymupdf
from numpy.typing import NDArray
from pymupdf import extra, mupdf

from ..paper import Box

_Dict = dict[str, Any]
Pixels = NDArray[numpy.uint8]


class Sheet:
    """A page and the display list of it, in the page's own coordinates as a viewer shows them (turned pages, too)."""

    def __init__(self, page: pymupdf.Page) -> None:
        self.page = page
        self.number = int(page.number) + 1
        self.frame: Box = tuple(page.rect)
        self._list = page.get_displaylist()

    def stream(self) -> str:
        """The text as any reader of the file finds it."""
        return str(self._text(pymupdf.TEXTFLAGS_TEXT).extractText())

    def glyphs(self, flags: int) -> list[_Dict]:
        """Blocks of lines of spans of characters, in the order of the text stream."""
        blocks: list[_Dict] = self._text(flags).extractRAWDICT()["blocks"]
        return blocks

    def images(self, *, opaque: bool = False) -> list[Box]:
        """All images, or those that come without a mask: what lies under them does not show through."""
        return [tuple(info["bbox"]) for info in self._images if not (opaque and info["has-mask"])]

    @cached_property
    def _images(self) -> list[_Dict]:
        found: list[_Dict] = self._text(pymupdf.TEXT_PRESERVE_IMAGES).extractIMGINFO()
        return found

    def drawings(self) -> Iterator[Box]:
        """PyMuPDF gives drawings as if the page were not turned. Path by path: all at once, those of a scatter plot
        take 300 MB."""
        turn = self.page.rotation_matrix if self.page.rotation else None
        found: list[tuple[str, Box]] = []

        def take(path: _Dict) -> None:
            rect = path["rect"]
            if not (path["type"] == "s" and found and found[-1] == ("f", rect)):  # filled and stroked is one drawing
                found.append((path["type"], rect))

        self.page.get_cdrawings(callback=take)
        for _, rect in found:
            yield tuple(pymupdf.Rect(rect) * turn) if turn else rect

    def pixels(self, **options: Any) -> pymupdf.Pixmap:
        found: pymupdf.Pixmap = self._list.get_pixmap(**options)
        return found

    @cached_property
    def picture(self) -> pymupdf.Pixmap:
        """The whole page, one pixel a point, in RGB."""
        return self.pixels()

    def drawn(self, box: Box) -> Pixels:
        """The part of the page's picture: rows, columns, channels."""
        x0, y0, x1, y1 = (round(side) for side in pymupdf.Rect(box) & self.frame)
        return self._points[y0 : y1 + 1, x0 : x1 + 1]

    @cached_property
    def _points(self) -> Pixels:
        return _array(self.picture)

    def closely(self, box: Box) -> Pixels:
        """The same at three pixels a point, where thin strokes keep their colour."""
        clip = pymupdf.Rect(box) & self.frame
        if clip.is_empty:
            return numpy.empty((0, 0, 3), numpy.uint8)
        return _array(self.pixels(clip=clip, matrix=pymupdf.Matrix(3, 3)))

    def _text(self, flags: int) -> pymupdf.TextPage:
        return pymupdf.TextPage(self._list.get_textpage(flags))


def _array(pixels: pymupdf.Pixmap) -> Pixels:
    rows = numpy.frombuffer(pixels.samples, numpy.uint8).reshape(pixels.height, pixels.stride)
    return rows[:, : pixels.width * pixels.n].reshape(pixels.height, pixels.width, pixels.n)


class Asked:
    """What the layout model asks of a page, answered from its sheet."""

    def __init__(self, sheet: Sheet, tables: bool) -> None:
        self._sheet = sheet
        self._left_out = 0 if tables else pymupdf.TEXT_TABLE_HUNT
        self.rect = sheet.page.rect

    def get_pixmap(self) -> pymupdf.Pixmap:
        return self._sheet.picture

    def get_textpage(self, flags: int) -> pymupdf.TextPage:
        """From the page itself, as the model was trained, unless it is turned: then PyMuPDF would turn it back."""
        page = self._sheet.page
        flags &= ~self._left_out
        return self._sheet._text(flags) if page.rotation else page.get_textpage(flags=flags)

    def get_text(self, _: str, textpage: pymupdf.TextPage) -> _Dict:
        """Lines with their spans. PyMuPDF's own answer holds each image as a file, too, which takes up to a second."""
        return {"blocks": [{"type": 0, "lines": list(_lines(textpage.this))}]}

    def widgets(self) -> Iterator[Any]:
        return iter(self._sheet.page.widgets())


def _lines(text: mupdf.FzStextPage) -> Iterator[_Dict]:
    frame = mupdf.FzRect(text.m_internal.mediabox)
    buffer = mupdf.fz_new_buffer(128)
    at = mupdf.ll_fz_stext_page_block_iterator_begin_dfs(text.m_internal)
    while not mupdf.ll_fz_stext_page_block_iterator_eod_dfs(at):
        if at.block.type == mupdf.FZ_STEXT_BLOCK_TEXT:
            for line in mupdf.FzStextBlock(at.block):
                found: _Dict = {}
                box = extra.JM_make_spanlist(found, line, False, buffer, frame)
                yield found | {"bbox": (box.x0, box.y0, box.x1, box.y1)}
        at = mupdf.ll_fz_stext_page_block_iterator_next_dfs(at)
