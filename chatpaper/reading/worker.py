"""What runs in the worker process: the only place where a PDF is opened.

The process limits its own memory, so that a decompression bomb ends as an error here and not as a dead machine.
"""

# PyMuPDF has no types of its own.
# mypy: disallow-untyped-calls=False

import ctypes
import gc
import math
import multiprocessing
import os
import resource
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from importlib import import_module
from multiprocessing.process import BaseProcess
from pathlib import Path

import pymupdf

from ..errors import BrokenPdf, CrashedReading, GarbledPdf, RecognisableScan, ScannedPdf
from ..paper import Box, Paper, PdfFile
from . import ocr, render
from .document import opened

_STATM = Path("/proc/self/statm")

_reads: Callable[[pymupdf.Document, PdfFile, int, bool, bool], Paper] | None = None
"""Reads an open document: `assemble.paper` with the layout model. None in a process that only draws pages, which does
without and needs a third of the memory."""
_ceiling = 0
"""Bytes of address space; 0 where the system does not say what is used."""
_room = 0
_FILES = 32
_NICE = 10
"""Papers are read in the time that pages and clicks leave."""


def start(memory_mb: int, reads: bool = True) -> None:
    """Warms the worker up: one that reads loads the model; then memory is limited to what is used now and `memory_mb`
    more."""
    global _reads, _ceiling, _room
    threading.Thread(target=_end_with, args=(multiprocessing.parent_process(),), daemon=True).start()
    os.environ.setdefault("OMP_NUM_THREADS", "1")
    if reads:
        os.nice(_NICE)
        model = import_module("chatpaper.reading.layout").LayoutModel()
        _reads = partial(import_module("chatpaper.reading.assemble").paper, model)
    _room = memory_mb * 1024 * 1024
    used = _used()
    if used:
        _ceiling = used + _room
        _, hard = resource.getrlimit(resource.RLIMIT_AS)
        resource.setrlimit(
            resource.RLIMIT_AS, (_ceiling if hard == resource.RLIM_INFINITY else min(_ceiling, hard), hard)
        )


def _end_with(parent: BaseProcess | None) -> None:
    """A program that is killed cannot stop its workers, so they look after that themselves."""
    if parent is not None:
        parent.join()
        os._exit(1)


def confine() -> None:
    """From now on this process writes no file, leaves no core, and opens few more files than it has open."""
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    most = max(_highest_file(), 2) + _FILES
    resource.setrlimit(
        resource.RLIMIT_NOFILE, (most, most) if hard == resource.RLIM_INFINITY else (min(most, hard),) * 2
    )


def _highest_file() -> int:
    folder = Path("/proc/self/fd")
    return max(map(int, os.listdir(folder))) if folder.exists() else 128


@contextmanager
def at_work(seconds: float) -> Iterator[None]:
    """The system ends this process by SIGXCPU once it has used so much more of the processor, all threads together."""
    soft, hard = resource.getrlimit(resource.RLIMIT_CPU)
    most = math.ceil(time.process_time() + seconds)
    resource.setrlimit(resource.RLIMIT_CPU, (most if hard == resource.RLIM_INFINITY else min(most, hard), hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_CPU, (soft, hard))


def worn() -> bool:
    """Whether a file left so much memory behind that the next one might not find enough."""
    return bool(_ceiling) and _used() > _ceiling - _room // 2


def _used() -> int:
    return int(_STATM.read_text().split()[0]) * resource.getpagesize() if _STATM.exists() else 0


def _tidy() -> None:
    gc.collect()
    pymupdf.TOOLS.store_shrink(100)
    if _ceiling:
        ctypes.CDLL(None).malloc_trim(0)


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
        _tidy()


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
