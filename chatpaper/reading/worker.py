"""What runs in the worker process: the only place where a PDF is opened.

The process limits its own memory, so that a decompression bomb ends as an error here and not as a dead machine.
"""

# PyMuPDF has no types of its own.
# mypy: disallow-untyped-calls=False

import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from importlib import import_module
from typing import Any

import pymupdf

from ..errors import BrokenPdf, CrashedReading, GarbledPdf, RecognisableScan, ScannedPdf
from ..paper import Box, Paper, PdfFile
from . import limits, ocr, render
from .document import opened, tidy

_model: Any = None
"""The `layout.LayoutModel`. None in a process that only draws pages, which does without."""
_reads: Callable[[pymupdf.Document, PdfFile, int, bool, bool], Paper] | None = None
"""Reads an open document: `assemble.paper` with the model."""
_memory = limits.Memory(0, 0)
_NICE = 10
"""Papers are read in the time that pages and clicks leave."""


def start(memory_mb: int, reads: bool = True) -> None:
    """Warms the worker up: one that reads loads the model; then memory is limited to what is used now and `memory_mb`
    more."""
    global _model, _reads, _memory
    limits.end_with_parent()
    os.environ.setdefault("OMP_NUM_THREADS", "1")
    room = memory_mb * 1024 * 1024
    if reads:
        os.nice(_NICE)
        _model = import_module("chatpaper.reading.layout").LayoutModel(room)
        _reads = partial(import_module("chatpaper.reading.assemble").paper, _model)
    _memory = limits.memory(room)


def worn() -> bool:
    """Whether a file left so much memory behind that the next one might not find enough, or broke the model."""
    return _memory.worn or (_model is not None and _model.worn)


@contextmanager
def _errors_named() -> Iterator[None]:
    """MuPDF's errors in our words. What looks broken because memory ran out is a crash, not a broken file."""
    try:
        yield
    except (MemoryError, pymupdf.mupdf.FzErrorSystem) as error:
        raise CrashedReading() from error
    except pymupdf.mupdf.FzErrorBase as error:
        raise BrokenPdf() from error
    except BrokenPdf as error:
        if worn():
            raise CrashedReading() from error
        raise
    finally:
        tidy()


def read(
    pdf: PdfFile,
    password: str | None,
    anyway: bool,
    max_mb: int,
    max_pages: int,
    ocr_seconds: float = 0.0,
    tables: bool = True,
) -> Paper:
    """The paper; the text of scans is recognised where time is given for that and Tesseract is installed. `tables`:
    whether MuPDF looks for tables before the layout model does."""
    if _reads is None:
        raise CrashedReading()
    with _errors_named(), opened(pdf.path, password, max_mb) as document:
        try:
            return _reads(document, pdf, max_pages, anyway, tables)
        except ScannedPdf as scan:
            if not ocr.available():
                raise
            if not ocr_seconds:
                raise RecognisableScan(**scan.values) from None
        layered, count = ocr.recognised(document, max_pages, ocr_seconds)
        try:
            return _reads(layered, pdf, count, anyway, tables)
        except ScannedPdf as error:
            raise GarbledPdf() from error


def page(pdf: PdfFile, password: str | None, max_mb: int, number: int, highlight: Sequence[Box], width: int) -> bytes:
    with _errors_named(), opened(pdf.path, password, max_mb) as document:
        return render.page_png(document, number, highlight, width)


def regions(
    pdf: PdfFile, password: str | None, max_mb: int, wanted: Sequence[tuple[int, Box]], width: int
) -> tuple[bytes, ...]:
    with _errors_named(), opened(pdf.path, password, max_mb) as document:
        return tuple(render.region_image(document, number, box, width) for number, box in wanted)
