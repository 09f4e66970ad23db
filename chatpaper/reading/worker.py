"""What runs in the worker process: the only place where a PDF is opened.

The process limits its own memory, so that a decompression bomb ends as a MemoryError here and not as a dead machine.
"""

import os
import resource
from collections.abc import Sequence
from pathlib import Path

import pymupdf

from ..errors import BrokenPdf, CrashedReading
from ..paper import Box, Paper, PdfFile
from . import assemble, render
from .document import opened
from .layout import LayoutModel

_model: LayoutModel | None = None


def start(memory_mb: int) -> None:
    """Warms the worker up: the model is loaded, then memory is limited to what is used now and `memory_mb` more."""
    global _model
    os.environ.setdefault("OMP_NUM_THREADS", "1")
    _model = LayoutModel()
    used = int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize() if _linux() else 0
    limit = used + memory_mb * 1024 * 1024
    _, hard = resource.getrlimit(resource.RLIMIT_AS)
    if hard == resource.RLIM_INFINITY or limit < hard:
        resource.setrlimit(resource.RLIMIT_AS, (limit, hard))


def _linux() -> bool:
    return Path("/proc/self/statm").exists()


def read(pdf: PdfFile, password: str | None, anyway: bool, max_mb: int, max_pages: int) -> Paper:
    if _model is None:
        raise CrashedReading()
    try:
        with opened(pdf.path, password, max_mb) as document:
            return assemble.paper(document, pdf, _model, max_pages, anyway)
    except MemoryError as error:
        raise CrashedReading() from error
    except pymupdf.mupdf.FzErrorBase as error:
        raise BrokenPdf() from error


def page(pdf: PdfFile, password: str | None, max_mb: int, number: int, highlight: Sequence[Box], width: int) -> bytes:
    try:
        with opened(pdf.path, password, max_mb) as document:
            return render.page_png(document, number, highlight, width)
    except (MemoryError, pymupdf.mupdf.FzErrorBase) as error:
        raise CrashedReading() from error


def regions(
    pdf: PdfFile, password: str | None, max_mb: int, wanted: Sequence[tuple[int, Box]], width: int
) -> tuple[bytes, ...]:
    try:
        with opened(pdf.path, password, max_mb) as document:
            return tuple(render.region_image(document, number, box, width) for number, box in wanted)
    except (MemoryError, pymupdf.mupdf.FzErrorBase) as error:
        raise CrashedReading() from error
