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
        return str(self.text_page(pymupdf.TEXTFLAGS_TEXT).extractText())

    def glyphs(self, flags: int) -> list[_Dict]:
        """Blocks of lines of spans of characters, in the order of the text stream."""
        blocks: list[_Dict] = self.text_page(flags).extractRAWDICT()["blocks"]
        return blocks

    def images(self, *, opaque: bool = False) -> list[Box]:
        """All images, or those that come without a mask: what lies under them does not show through."""
        return [tuple(info["bbox"]) for info in self._images if not (opaque and info["has-mask"])]

    @cached_property
    def _images(self) -> list[_Dict]:
        found: list[_Dict] = self.text_page(pymupdf.TEXT_PRESERVE_IMAGES).extractIMGINFO()
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

    def addresses(self) -> Iterator[str]:
        """Where the page's links lead outside of the file. PyMuPDF's own list looks up those within it, too."""
        link = self.page.first_link
        while link:
            if link.is_external:
                yield str(link.uri)
            link = link.next

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

    def text_page(self, flags: int) -> pymupdf.TextPage:
        return pymupdf.TextPage(self._list.get_textpage(flags))


def _array(pixels: pymupdf.Pixmap) -> Pixels:
    rows = numpy.frombuffer(pixels.samples, numpy.uint8).reshape(pixels.height, pixels.stride)
    return rows[:, : pixels.width * pixels.n].reshape(pixels.height, pixels.width, pixels.n)
