"""The layout model that PyMuPDF brings, and how to run it without waiting for it twice.

Half of a page's time goes into the model itself, which works outside Python's lock, half into preparing the page.
So two pages are under way at once: while one is in the model, the next one is prepared. MuPDF itself is never
entered by two threads: a lock is let go only for the time the model runs.
"""

# PyMuPDF has no types of its own.
# mypy: disallow-untyped-calls=False

from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from importlib import import_module
from threading import Lock
from typing import Any

import pymupdf

from ..paper import Box


@dataclass(frozen=True, slots=True)
class LayoutBox:
    box: Box
    label: str
    """title, text, section-header, caption, table, picture, formula, footnote, page-header, page-footer, list-item."""


class _Session:
    """A model session on one thread that lets other threads use MuPDF while it runs."""

    def __init__(self, session: Any, lock: Lock) -> None:
        self._session = session
        self._lock = lock

    def run(self, *args: Any, **options: Any) -> Any:
        self._lock.release()
        try:
            return self._session.run(*args, **options)
        finally:
            self._lock.acquire()

    def __getattr__(self, name: str) -> Any:
        return getattr(self._session, name)


_code: Any = import_module("pymupdf.layout.onnx.BoxRFDGNN")
_runtime: Any = import_module("onnxruntime")


class LayoutModel:
    """The model, warm. Loading it takes half a second and 100 MB."""

    def __init__(self) -> None:
        self._lock = Lock()
        original = _code.make_session

        def make_session(path: str, providers: Any = None) -> _Session:
            options = _runtime.SessionOptions()
            options.enable_cpu_mem_arena = False
            options.intra_op_num_threads = 1
            options.inter_op_num_threads = 1
            session = _runtime.InferenceSession(path, sess_options=options, providers=providers)
            return _Session(session, self._lock)

        _code.make_session = make_session
        try:
            self._model = _code.BoxRFDGNN(use_sort=False)
            self._model.table_grid_extractor = None
        finally:
            _code.make_session = original

    def boxes(self, page: pymupdf.Page) -> list[LayoutBox]:
        with self._lock:
            found = self._model.predict(page)
            pymupdf.TOOLS.store_shrink(50)  # decoded images and fonts, of which MuPDF would keep 256 MB
        return [LayoutBox((float(b[0]), float(b[1]), float(b[2]), float(b[3])), str(b[4])) for b in found]

    def all_boxes(self, pages: Iterable[pymupdf.Page]) -> list[list[LayoutBox]]:
        with ThreadPoolExecutor(2) as threads:
            return list(threads.map(self.boxes, pages))
