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
    as many as the time allows. The first page shows whether the paper is in Chinese."""
    until = time.monotonic() + seconds
    layered = pymupdf.open()
    chosen = "+".join(name for name in (_CHINESE, "eng") if name in packs())
    count = 0
    while count < min(most, document.page_count) and (not count or time.monotonic() < until):
        pixels = document[count].get_pixmap(dpi=_DPI, alpha=False)
        page = pixels.pdfocr_tobytes(language=chosen, tessdata=_folder())
        with pymupdf.open("pdf", page) as one:
            layered.insert_pdf(one)
        count += 1
        if language(layered[count - 1].get_text()) == "en" and "eng" in packs():
            chosen = "eng"
    for number in range(count, document.page_count):
        rect = document[number].rect
        layered.new_page(width=rect.width, height=rect.height)
    return layered, count
