"""A page whose content is interpreted once.

Text, images and pixels of a page each cost a run through its content stream; on a page with a large plot a run takes
seconds. MuPDF's display list keeps what one run found, and plays it again in a hundredth of the time.
"""

# PyMuPDF has no types of its own.
# mypy: disallow-untyped-calls=False

from collections.abc import Iterator
from typing import Any

import pymupdf
from pymupdf import extra, mupdf

from ..paper import Box

_Dict = dict[str, Any]


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

    def images(self) -> list[Box]:
        return [tuple(info["bbox"]) for info in self._text(pymupdf.TEXT_PRESERVE_IMAGES).extractIMGINFO()]

    def drawings(self) -> Iterator[Box]:
        """PyMuPDF gives drawings as if the page were not turned."""
        turn = self.page.rotation_matrix if self.page.rotation else None
        for drawing in self.page.get_cdrawings():
            yield tuple(pymupdf.Rect(drawing["rect"]) * turn) if turn else drawing["rect"]

    def pixels(self, **options: Any) -> pymupdf.Pixmap:
        found: pymupdf.Pixmap = self._list.get_pixmap(**options)
        return found

    def _text(self, flags: int) -> pymupdf.TextPage:
        return pymupdf.TextPage(self._list.get_textpage(flags))


class Asked:
    """What the layout model asks of a page, answered from its sheet."""

    def __init__(self, sheet: Sheet) -> None:
        self._sheet = sheet
        self.rect = sheet.page.rect

    def get_pixmap(self) -> pymupdf.Pixmap:
        return self._sheet.pixels()

    def get_textpage(self, flags: int) -> pymupdf.TextPage:
        """From the page itself, as the model was trained, unless it is turned: then PyMuPDF would turn it back."""
        page = self._sheet.page
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
