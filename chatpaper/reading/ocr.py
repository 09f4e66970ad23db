"""Recognising the text of scans with Tesseract, where it is installed.

Each page is drawn and comes back as its picture with the recognised words laid invisibly over it, at their places: what
OCR programs make of a scan, and what the rest of reading takes for one.
"""

# PyMuPDF has no types of its own.
# mypy: disallow-untyped-calls=False

import time
from functools import cache
from pathlib import Path

import pymupdf

from .facts import language

_DPI = 200
"""Small type has letters of 12 pixels then, below which Tesseract errs more
(https://tesseract-ocr.github.io/tessdoc/ImproveQuality.html)."""
_CHINESE = "chi_sim"


@cache
def packs() -> frozenset[str]:
    """The languages that Tesseract has been given here, such as "eng"; none where it is not installed."""
    folder = _folder()
    return frozenset(path.stem for path in Path(folder).glob("*.traineddata")) if folder else frozenset()


@cache
def _folder() -> str:
    try:
        return str(pymupdf.get_tessdata() or "")
    except RuntimeError:
        return ""


def available() -> bool:
    return bool(packs() & {"eng", _CHINESE})


def recognised(document: pymupdf.Document, most: int, seconds: float) -> tuple[pymupdf.Document, int]:
    """A document of the same pages with text, and how many of them were recognised: the first ones, `most` at most,
    as many as the time allows."""
    until = time.monotonic() + seconds
    layered = pymupdf.open()
    chosen = _chosen(document[0])
    count = 0
    while count < min(most, document.page_count) and (not count or time.monotonic() < until):
        with _read(document[count], chosen) as one:
            layered.insert_pdf(one)
        count += 1
    for number in range(count, document.page_count):
        rect = document[number].rect
        layered.new_page(width=rect.width, height=rect.height)
    return layered, count


_STRIP = (0.4, 0.52)
"""Of the first page's height: text, in most papers."""
_LETTERS = 30
"""So many tell a language."""


def _chosen(page: pymupdf.Page) -> str:
    """The languages to recognise. Chinese takes three times as long, so a strip of the first page shows whether there
    is any."""
    both = "+".join(name for name in (_CHINESE, "eng") if name in packs())
    if both != f"{_CHINESE}+eng":
        return both
    top, bottom = (page.rect.y0 + share * page.rect.height for share in _STRIP)
    with _read(page, both, pymupdf.Rect(page.rect.x0, top, page.rect.x1, bottom)) as strip:
        text = strip[0].get_text()
    return "eng" if language(text) == "en" and sum(c.isalpha() for c in text) > _LETTERS else both


def _read(page: pymupdf.Page, languages: str, clip: pymupdf.Rect | None = None) -> pymupdf.Document:
    """Of one page: the picture with its words."""
    pixels = page.get_pixmap(dpi=_DPI, alpha=False, clip=clip)
    return pymupdf.open("pdf", pixels.pdfocr_tobytes(language=languages, tessdata=_folder()))
