"""Opening a PDF, and every reason not to (rule 6)."""

# PyMuPDF has no types of its own.
# mypy: disallow-untyped-calls=False

from pathlib import Path

import pymupdf

from ..errors import BrokenPdf, EmptyPdf, EncryptedPdf, NotAPdf, TooLargePdf, WrongPassword
from . import limits

pymupdf.TOOLS.mupdf_display_errors(False)
pymupdf.TOOLS.mupdf_display_warnings(False)


def opened(path: Path, password: str | None, max_mb: int) -> pymupdf.Document:
    """The open document, with at least one page."""
    size = path.stat().st_size
    if size == 0:
        raise EmptyPdf()
    if size > max_mb * 1024 * 1024:
        raise TooLargePdf(limit_mb=max_mb)
    with path.open("rb") as file:
        if b"%PDF-" not in file.read(1024):
            raise NotAPdf()
    try:
        document = pymupdf.open(path, filetype="pdf")
    except (pymupdf.FileDataError, RuntimeError, ValueError) as error:
        raise BrokenPdf() from error
    if not document.is_pdf:
        raise NotAPdf()
    if document.needs_pass:
        if not password:
            raise EncryptedPdf()
        if not document.authenticate(password):
            raise WrongPassword()
    if _pages(document) == 0:
        raise BrokenPdf()
    return document


def tidy() -> None:
    """Gives back what a document left behind."""
    pymupdf.TOOLS.store_shrink(100)
    limits.give_back()


def _pages(document: pymupdf.Document) -> int:
    try:
        return int(document.page_count)
    except (RuntimeError, ValueError):
        return 0
