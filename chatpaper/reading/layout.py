"""The layout model that PyMuPDF brings, and how to see the pages of a paper without waiting for it.

A page takes two kinds of work: MuPDF finds what is on it, the model's networks judge that. The networks have a process
of their own, at work on one page while the next one is seen here. As theirs is the smaller part, that process sees a
page itself whenever it would have nothing to do.
"""

# PyMuPDF has no types of its own.
# mypy: disallow-untyped-calls=False

from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from multiprocessing import get_context
from multiprocessing.connection import Connection
from pathlib import Path
from queue import SimpleQueue
from types import TracebackType
from typing import Any, Self

import pymupdf

from ..errors import UnusablePdf
from . import limits, mupdf
from .marks import LayoutBox
from .pages import PageMarks, seen
from .question import Beginning, Question, Wanted, question

_THREADS = 2
"""Of the networks' process that answer questions: while the page of one is in a network, the other prepares its own."""


class LayoutModel:
    """The networks' process, which loads them while its owner goes on, and what it is asked.

    Whatever waits for it raises TooSlowPdf or CrashedReading when a page was too much for it; then there is no other
    answer any more.
    """

    def __init__(self, room: int) -> None:
        """`room`: bytes of memory that the process may use over what it begins with."""
        spawned = get_context("spawn")
        pipes = [spawned.Pipe() for _ in range(1 + _THREADS)]
        theirs = [end for _, end in pipes]
        self._process = spawned.Process(
            target=mupdf.serve, args=("chatpaper.reading.network", theirs, room), daemon=True
        )
        self._process.start()
        for end in theirs:
            end.close()
        self._paper, *questions = (end for end, _ in pipes)
        self._free: SimpleQueue[Connection] = SimpleQueue()
        for end in questions:
            self._free.put(end)
        self._seconds = 0.0
        self._worn = False

    @property
    def worn(self) -> bool:
        """Whether it should be replaced: a page broke it, or a paper left too much behind."""
        return self._worn or not self._process.is_alive()

    def begin(self, file: Path | None, pages: int, tables: bool) -> Wanted:
        """A new paper, which the process may open where it is a file. It may take three times the seconds that this
        process may, as it nearly does on pages of mere text."""
        self._seconds = 3 * limits.left()
        wanted: Wanted = self._answer(self._paper, Beginning(self._seconds, file, pages, tables))
        return wanted

    def end(self) -> None:
        """Closes the paper."""
        with suppress(UnusablePdf):
            self._worn = self._answer(self._paper, None)

    def page(self, index: int) -> PageMarks | None:
        """A page of the paper, seen and judged there; None for one that is better looked at here. One thread may ask at
        a time."""
        page: PageMarks | None = self._answer(self._paper, index)
        return page

    def boxes(self, asked: Question) -> list[LayoutBox]:
        """Waits for the answer; several threads may."""
        free = self._free.get()
        try:
            boxes: list[LayoutBox] = self._answer(free, asked)
        finally:
            self._free.put(free)
        return boxes

    def _answer(self, asks: Connection, asked: object) -> Any:
        try:
            asks.send(asked)
            return asks.recv()
        except (EOFError, OSError) as error:
            self._process.join(5)
            raise limits.ended(self._process.exitcode, self._seconds) from error


_AHEAD = 4
"""Pages on their way to the networks, of 2 MB each."""
_LAST = 3
"""So many pages before the end, none is given away any more: it might be the one that everybody waits for."""


class Sight:
    """The pages of one document, seen one after another, here or there; a context manager that leaves none behind."""

    def __init__(self, model: LayoutModel, document: pymupdf.Document, pages: int, tables: bool) -> None:
        """`tables`: as in `question`."""
        self._model, self._document, self._pages, self._tables = model, document, pages, tables
        self._file = Path(document.name) if document.name else None
        self._wanted = model.begin(self._file, pages, tables)
        self._couriers, self._errand = ThreadPoolExecutor(_THREADS), ThreadPoolExecutor(1)
        self._found: dict[int, PageMarks | Exception] = {}
        self._there: dict[int, Future[PageMarks | None]] = {}
        self._boxes: dict[int, Future[list[LayoutBox]]] = {}

    def see(self, index: int) -> None:
        """The next page; waits until those before it are done but a few."""
        if self._spare(index):
            self._there[index] = self._errand.submit(self._model.page, index)
        else:
            self._look(index)

    def _spare(self, index: int) -> bool:
        """Whether the other process would have nothing to do without this page."""
        if self._file is None or index >= self._pages - _LAST or len(_waiting(self._boxes.values())) >= _THREADS:
            return False
        # what it hands back it cannot see, and it would be no different with this one
        return not _waiting(self._there.values()) and all(page.result() for page in self._there.values())

    def _look(self, index: int) -> None:
        """Sees a page here, and asks the networks of it. What is damaged gives an error in its place."""
        waiting = _waiting(self._boxes.values())
        if len(waiting) >= _AHEAD:
            waiting[0].result()
        try:
            sheet, page = seen(self._document, index)
        except (RuntimeError, ValueError) as error:
            self._found[index] = error
            return
        self._found[index] = page
        if page.worded:
            asked = question(sheet, self._wanted, self._tables)
            self._boxes[index] = self._couriers.submit(self._model.boxes, asked)

    def found(self) -> list[PageMarks | Exception]:
        """All pages in their order, or what was wrong with one."""
        for index, there in self._there.items():
            page = there.result()
            if page is None:
                self._look(index)
            else:
                self._found[index] = page
        self._there.clear()
        return [self._found[index] for index in sorted(self._found)]

    def judged(self) -> Iterator[PageMarks]:
        """The pages with the model's boxes, each as soon as it has them."""
        for index in sorted(self._found):
            page = self._found[index]
            if isinstance(page, PageMarks):
                if index in self._boxes:
                    page.layout = self._boxes[index].result()
                yield page

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._couriers.shutdown(cancel_futures=True)
        self._errand.shutdown(cancel_futures=True)
        self._model.end()


def _waiting(asked: Iterable[Future[Any]]) -> list[Future[Any]]:
    """Those without an answer yet. Raises what came instead of one."""
    waiting = []
    for one in asked:
        if one.done():
            one.result()
        else:
            waiting.append(one)
    return waiting
