"""A PDF that is already on this machine."""

import hashlib
from pathlib import Path

from ..errors import EmptyPdf, NoSuchFile, NotAPdf, TooLargePdf
from ..paper import PdfFile
from .content import HEAD, MEGABYTE, begins_as_pdf


def from_path(path: Path, *, name: str | None = None, max_mb: int) -> PdfFile:
    """The file, checked from outside; it is not opened as a PDF. `name` is what the user calls it.

    Raises NoSuchFile, EmptyPdf, TooLargePdf (over `max_mb` megabytes), NotAPdf.
    """
    try:
        if not path.is_file():
            raise NoSuchFile(path=path)
        _check_size(path, max_mb)
        with path.open("rb") as file:
            if not begins_as_pdf(file.read(HEAD)):
                raise NotAPdf
            file.seek(0)
            sha256 = hashlib.file_digest(file, "sha256").hexdigest()
    except (OSError, ValueError) as error:  # may not be read, vanished, or no path at all (a null byte)
        raise NoSuchFile(path=path) from error
    return PdfFile(path=path, name=name or path.name, sha256=sha256)


def _check_size(path: Path, max_mb: int) -> None:
    size = path.stat().st_size
    if size == 0:
        raise EmptyPdf
    if size > max_mb * MEGABYTE:
        raise TooLargePdf(limit_mb=max_mb)
