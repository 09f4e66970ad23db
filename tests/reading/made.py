"""Lines, words and desks made by hand."""

# PyMuPDF has no types of its own.
# mypy: disallow-untyped-calls=False

from pathlib import Path
from typing import cast

import pymupdf

from chatpaper.paper import PdfFile
from chatpaper.reading.desk import Desk
from chatpaper.reading.layout import Sight
from chatpaper.reading.marks import Line, Word, line_of


def empty_desk() -> Desk:
    """Of a document of one empty page."""
    document = pymupdf.open()
    document.new_page()
    return Desk(document, PdfFile(path=Path("none.pdf"), name="none.pdf", sha256=""), cast(Sight, None), 1)


def word(
    text: str, x: float = 0.0, *, size: float = 10.0, base: float = 100.0, glued: bool = False, bold: bool = False
) -> Word:
    """A word of 5 points a letter."""
    box = (x, base - 0.76 * size, x + 5 * len(text), base + 0.23 * size)
    return Word(text, box, size, "Serif-Bold" if bold else "Serif", bold, False, base, glued)


def line(text: str, *, base: float = 100.0, size: float = 10.0, bold: bool = False, index: int = 0) -> Line:
    words: list[Word] = []
    x = 50.0
    for part in text.split():
        words.append(word(part, x, size=size, base=base, bold=bold))
        x += 5 * len(part) + 3
    return line_of(1, index, index, tuple(words))
