"""The reader as the rest of the program sees it: it hands each PDF to a worker process and waits, within limits."""

# Pebble is partly typed.
# mypy: disallow-untyped-calls=False

import logging
import multiprocessing
import pickle
import signal
from collections.abc import Sequence
from concurrent.futures import CancelledError, TimeoutError
from importlib import import_module
from threading import Lock
from types import TracebackType
from typing import Any, Self

from pebble import ProcessExpired, ProcessPool

from ..errors import ChatPaperError, CrashedReading, TooSlowPdf
from ..paper import Box, Paper, PdfFile
from . import limits, mupdf

_log = logging.getLogger(__name__)
LARGEST = 100_000_000
"""Bytes of an answer; a paper of 200 pages has a few million, its pictures some more."""
_PATIENCE = 4
"""A worker may take so many times the seconds that it may work: on a busy machine it waits for the processor, which is
not the file's fault. One that hangs without working ends then, too."""


def _start(memory_mb: int, reads: bool) -> None:
    mupdf.load()
    worker = import_module("chatpaper.reading.worker")
    worker.start(memory_mb, reads)
    limits.confine()


def _call(seconds: float, name: str, args: tuple[Any, ...]) -> tuple[bytes, bool]:
    """The answer or the refusal, pickled, and whether the worker should be replaced."""
    worker = import_module("chatpaper.reading.worker")
    try:
        with limits.at_work(seconds):
            answer = getattr(worker, name)(*args)
    except ChatPaperError as error:
        answer = error
    packed = pickle.dumps(answer)
    if len(packed) > LARGEST:  # a file that unpacks to this is an attack on whoever takes the answer
        packed = pickle.dumps(CrashedReading())
    return packed, worker.worn()


class _Workers:
    """Warm processes that start at first use. Thread-safe."""

    def __init__(self, count: int, memory_mb: int, *, reads: bool) -> None:
        """Those that do not read have no layout model: they only draw pages."""
        self._count = count
        self._given = [memory_mb, reads]
        self._lock = Lock()
        self._pool: ProcessPool | None = None

    def run(self, seconds: float, name: str, *args: Any) -> Any:
        """What the worker's function gives. `seconds` are the processor's. Raises UnusablePdf: TooSlowPdf,
        CrashedReading or the function's own."""
        pool = self._started()
        future = pool.schedule(_call, args=[seconds, name, args], timeout=seconds * _PATIENCE)
        try:
            packed, worn = future.result()
        except TimeoutError as error:
            raise TooSlowPdf(seconds=round(seconds)) from error
        except (ProcessExpired, MemoryError, CancelledError) as error:
            raise limits.ended(getattr(error, "exitcode", 0), seconds) from error
        except Exception as error:  # a file so strange that a rule of ours trips over it is the file's fault here
            _log.error("reading failed: %s", type(error).__name__)  # its text may hold the paper's
            raise CrashedReading() from error
        if worn:
            self._retire(pool)
        answer = pickle.loads(packed)
        if isinstance(answer, ChatPaperError):
            raise answer
        return answer

    def close(self) -> None:
        with self._lock:
            pool, self._pool = self._pool, None
        if pool is not None:
            pool.stop()
            pool.join()

    def _retire(self, pool: ProcessPool) -> None:
        """Lets the pool finish what it has; the next call starts a fresh one."""
        with self._lock:
            if self._pool is pool:
                self._pool = None
        pool.close()

    def _started(self) -> ProcessPool:
        with self._lock:
            if self._pool is None or not self._pool.active:
                self._pool = ProcessPool(
                    max_workers=self._count,
                    max_tasks=100,
                    initializer=_start,
                    initargs=self._given,
                    context=multiprocessing.get_context("spawn"),
                )
            return self._pool


class Reader:
    """Reads PDFs in warm worker processes with limits on time, memory and pages.

    Workers start at first use and stay warm. A crash, a hang or a memory bomb in one is an error here, and the next
    call finds a fresh worker. Pages are drawn in a process of its own, so that whoever looks up a sentence does not
    wait for the papers of others. May be used from several threads; a context manager.
    """

    def __init__(
        self,
        *,
        max_pages: int = 200,
        max_mb: int = 50,
        seconds: float = 120.0,
        ocr_seconds: float = 240.0,
        memory_mb: int = 2000,
        workers: int = 1,
    ) -> None:
        """`seconds` are the processor's, so that a sound file is read on a busy machine, too. `ocr_seconds` is what
        recognising a scan's pages may take before the rest is left out."""
        self._max_pages = max_pages
        self._max_mb = max_mb
        self._seconds = seconds
        self._ocr_seconds = ocr_seconds
        self._readers = _Workers(workers, memory_mb, reads=True)
        self._drawers = _Workers(1, memory_mb, reads=False)

    def read(self, pdf: PdfFile, *, password: str | None = None, anyway: bool = False, ocr: bool = False) -> Paper:
        """The paper. Raises UnusablePdf with the reason and the next step; `anyway` reads what is no paper, too, and
        `ocr` recognises the text of scans."""
        extra = self._ocr_seconds if ocr else 0.0
        args = (pdf, password, anyway, self._max_mb, self._max_pages, extra)
        paper: Paper
        try:
            paper = self._readers.run(self._seconds + extra, "read", *args)
        except CrashedReading as error:
            if error.values.get("signal") != signal.SIGSEGV:
                raise
            # MuPDF's search for tables crashes on some sound pages; a paper can be read without it
            paper = self._readers.run(self._seconds + extra, "read", *args, False)
        return paper

    def render_page(
        self, pdf: PdfFile, page: int, *, highlight: Sequence[Box] = (), width: int = 1000, password: str | None = None
    ) -> bytes:
        """The page as PNG with the boxes marked."""
        args = (pdf, password, self._max_mb, page, tuple(highlight), width)
        picture: bytes = self._drawers.run(self._seconds, "page", *args)
        return picture

    def render_regions(
        self, pdf: PdfFile, regions: Sequence[tuple[int, Box]], *, width: int = 1200, password: str | None = None
    ) -> tuple[bytes, ...]:
        """Each region as PNG or JPEG, whichever is smaller."""
        args = (pdf, password, self._max_mb, tuple(regions), width)
        pictures: tuple[bytes, ...] = self._drawers.run(self._seconds, "regions", *args)
        return pictures

    def close(self) -> None:
        """Stops the workers; a later call starts new ones."""
        self._readers.close()
        self._drawers.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()
