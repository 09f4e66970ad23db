"""The layout model that PyMuPDF brings, and how to ask it without waiting for it.

What MuPDF finds on a page is put together here, half of the work; the networks that judge it have a process of their
own, and are at work on one page while the next ones are prepared.
"""

# PyMuPDF has no types of its own.
# mypy: disallow-untyped-calls=False

from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from importlib import import_module
from multiprocessing import get_context
from multiprocessing.connection import Connection
from operator import attrgetter
from queue import SimpleQueue
from types import TracebackType
from typing import Any, Self

import pymupdf

from ..paper import Box
from . import limits, mupdf
from .sheet import Asked, Sheet


@dataclass(frozen=True, slots=True)
class LayoutBox:
    box: Box
    label: str
    """title, text, section-header, caption, table, picture, formula, footnote, page-header, page-footer, list-item."""


_features: Any = import_module("pymupdf.layout.pymupdf_util_ext")
_pages: Any = import_module("pymupdf.layout.pymupdf_util")
_regions: Any = import_module("pymupdf.features")


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
        pipes = [spawned.Pipe() for _ in range(_THREADS)]
        answers = [theirs for _, theirs in pipes]
        self._process = spawned.Process(
            target=mupdf.serve, args=("chatpaper.reading.network", answers, room), daemon=True
        )
        self._process.start()
        for theirs in answers:
            theirs.close()
        self._free: SimpleQueue[Connection] = SimpleQueue()
        for ours, _ in pipes:
            self._free.put(ours)
        self._kinds: tuple[str, ...] = ()
        self._seconds = 0.0

    @property
    def alive(self) -> bool:
        """Whether it answers; a page may have broken it."""
        return self._process.is_alive()

    def begin(self) -> None:
        """A new paper: the networks may take twice the time that this process may, as they do on pages of mere text."""
        self._seconds = 2 * limits.left()
        kinds, names = self._answer(self._seconds)
        self._kinds = tuple(kinds)
        _features.extract_rf_features = _Regions(names)

    def question(self, sheet: Sheet, tables: bool) -> dict[str, Any]:
        """What the networks are to know of a page of a paper that has begun. `tables`: whether MuPDF looks for tables
        first, as it did when the model was trained."""
        options = {"input_type": self._kinds, "feature_set_name": "rf"}
        page: dict[str, Any] = _pages.create_input_data_from_page(Asked(sheet, tables), options)
        del page["stext_page"]
        pymupdf.TOOLS.store_shrink(50)  # decoded images and fonts, of which MuPDF would keep 256 MB
        return page

    def boxes(self, question: dict[str, Any]) -> list[LayoutBox]:
        """Waits for the answer; several threads may."""
        return [LayoutBox((x0, y0, x1, y1), label) for x0, y0, x1, y1, label in self._answer(question)]

    def _answer(self, asked: dict[str, Any] | float) -> Any:
        ours = self._free.get()
        try:
            ours.send(asked)
            return ours.recv()
        except (EOFError, OSError) as error:
            self._process.join(5)
            raise limits.ended(self._process.exitcode, self._seconds) from error
        finally:
            self._free.put(ours)


_AHEAD = 4
"""Pages on their way, of 2 MB each."""


class Layouts:
    """Pages of one document on their way through the model; a context manager that leaves none of them behind."""

    def __init__(self, model: LayoutModel, tables: bool) -> None:
        """`tables`: as in `LayoutModel.question`."""
        model.begin()
        self._model, self._tables = model, tables
        self._couriers = ThreadPoolExecutor(_THREADS)
        self._asked: list[Future[list[LayoutBox]]] = []

    def ask(self, sheet: Sheet | None) -> None:
        """Sends a page on its way, once those before it are done but a few.

        The model groups lines of text; a page without any (None) has no boxes.
        """
        if len(self._asked) >= _AHEAD:
            self._asked[-_AHEAD].result()
        one: Future[list[LayoutBox]] = Future()
        if sheet is None:
            one.set_result([])
        else:
            one = self._couriers.submit(self._model.boxes, self._model.question(sheet, self._tables))
        self._asked.append(one)

    def answers(self) -> list[list[LayoutBox]]:
        """The boxes of all pages, in the order they were asked for."""
        return [one.result() for one in self._asked]

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._couriers.shutdown(cancel_futures=True)


class _Regions:
    """The features of a page's regions, as the model's own code takes them, in a third of the time: it asks each region
    for the names of its features anew."""

    def __init__(self, names: list[str]) -> None:
        self._names = [name for name in names if hasattr(_regions.fz_feature_stats, name)]
        self._values = attrgetter(*self._names)

    def __call__(self, data: dict[str, Any], text: pymupdf.TextPage) -> None:
        features = data["custom_features"]
        for box, found in zip(data["bboxes"], features, strict=True):
            region = _regions.fz_features_for_region(text, pymupdf.mupdf.FzRect(*box), 0)
            found.update(zip(self._names, self._values(region), strict=True))
        if any(f["num_numerals"] + f["num_non_numerals"] > 0 and f["invisible"] == 0 for f in features):
            seen = [f["invisible"] != 1 for f in features]
            for key in ("custom_features", "bboxes", "text"):
                data[key] = [one for one, kept in zip(data[key], seen, strict=True) if kept]
