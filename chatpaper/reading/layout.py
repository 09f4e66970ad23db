"""The layout model that PyMuPDF brings, and how to run it without waiting for it.

A third of a page's time goes into the model itself, which works outside Python's lock, the rest into preparing the
page. So pages overlap: while one is in the model, the next ones are prepared. MuPDF itself is never entered by two
threads: its lock is let go only for the time the model runs.
"""

# PyMuPDF has no types of its own.
# mypy: disallow-untyped-calls=False

from concurrent.futures import Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from importlib import import_module
from operator import attrgetter
from threading import Lock, local
from types import SimpleNamespace, TracebackType
from typing import Any, Self

import numpy
import onnx
import pymupdf

from ..paper import Box
from ..replaced import replaced
from .sheet import Asked, Sheet


@dataclass(frozen=True, slots=True)
class LayoutBox:
    box: Box
    label: str
    """title, text, section-header, caption, table, picture, formula, footnote, page-header, page-footer, list-item."""


class _Session:
    """A model session on one thread that lets other threads use MuPDF while it runs."""

    def __init__(self, session: Any, mupdf: Lock) -> None:
        self._session = session
        self._mupdf = mupdf

    def run(self, *args: Any, **options: Any) -> Any:
        self._mupdf.release()
        try:
            return self._run(*args, **options)
        finally:
            self._mupdf.acquire()

    def _run(self, *args: Any, **options: Any) -> Any:
        return self._session.run(*args, **options)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._session, name)


@dataclass(frozen=True, slots=True)
class _Answer:
    shape: list[int]
    """Pages (one), channels, rows, columns."""
    parts: list[str]
    """The network's outputs that make it up, channel after channel, all of them equally wide."""


class _ImageSession(_Session):
    """The model's image part. Each answer is 62 MB, so a thread has one place for it, and one page is in it at a time:
    its own memory, which it keeps, is that of one page."""

    def __init__(self, session: Any, mupdf: Lock, answers: dict[str, _Answer]) -> None:
        super().__init__(session, mupdf)
        self._answers = answers
        self._turn = Lock()
        self._places = local()

    def get_outputs(self) -> list[SimpleNamespace]:
        return [SimpleNamespace(name=name) for name in self._answers]

    def _run(self, names: list[str], given: dict[str, Any]) -> list[Any]:
        if not hasattr(self._places, "outputs"):
            self._places.outputs = {
                name: numpy.empty(answer.shape, numpy.float32) for name, answer in self._answers.items()
            }
        binding = self._session.io_binding()
        for name, value in given.items():
            binding.bind_cpu_input(name, value)
        outputs: dict[str, Any] = self._places.outputs
        for name, answer in self._answers.items():
            parts = numpy.split(outputs[name], len(answer.parts), axis=1)
            for part, place in zip(answer.parts, parts, strict=True):
                binding.bind_output(part, "cpu", 0, numpy.float32, place.shape, place.ctypes.data)
        with self._turn:
            self._session.run_with_iobinding(binding)
        return [outputs[name] for name in names]


def _image_part(path: str) -> tuple[bytes, dict[str, _Answer]]:
    """The network and its answers, the same ones in two thirds of the time.

    Each of its PRelu has one slope for all channels, so it is a LeakyRelu (ONNX operators, 16), which the runtime does
    along with the convolution before it. And what the network would join in the end is written to its place at once.
    """
    model = onnx.load(path)
    graph = model.graph
    slopes = {one.name: onnx.numpy_helper.to_array(one) for one in graph.initializer}
    for node in graph.node:
        if node.op_type == "PRelu" and slopes[node.input[1]].size == 1:
            node.op_type = "LeakyRelu"
            node.attribute.append(onnx.helper.make_attribute("alpha", slopes[node.input.pop()].item()))
    answers = {}
    outputs = list(graph.output)
    del graph.output[:]
    for output in outputs:
        last = next(node for node in graph.node if output.name in node.output)
        parts = [output.name]
        if last.op_type == "Concat":
            parts = list(last.input)
            graph.node.remove(last)
        answers[output.name] = _Answer([side.dim_value or 1 for side in output.type.tensor_type.shape.dim], parts)
        graph.output.extend(onnx.helper.make_tensor_value_info(part, onnx.TensorProto.FLOAT, None) for part in parts)
    return model.SerializeToString(), answers


_code: Any = import_module("pymupdf.layout.onnx.BoxRFDGNN")
_features: Any = import_module("pymupdf.layout.pymupdf_util_ext")
_regions: Any = import_module("pymupdf.features")
_runtime: Any = import_module("onnxruntime")


class LayoutModel:
    """The model, warm; without its part for the cells of tables, which takes longest to load and is not asked."""

    def __init__(self) -> None:
        self.mupdf = Lock()
        """Held by whoever uses MuPDF while pages are in the model."""
        with replaced(_code, make_session=self._session, TableGridExtractorV2=lambda *_, **__: None):
            self._model = _code.BoxRFDGNN(use_sort=False)
        _features.extract_rf_features = _Regions(self._model.cfg["data"]["rf_names"])

    def _session(self, path: str, providers: Any = None) -> _Session:
        """Numbers too small to matter are taken as 0, as they would slow the processor down tenfold. The image part
        always needs the same memory and keeps it; fetching it from the system for every page took a third of its time.
        """
        image = "feature" in path.rpartition("/")[2]
        model, answers = _image_part(path) if image else (path, {})
        options = _runtime.SessionOptions()
        options.enable_cpu_mem_arena = image
        options.enable_mem_pattern = False
        options.intra_op_num_threads = 1
        options.inter_op_num_threads = 1
        options.add_session_config_entry("session.set_denormal_as_zero", "1")
        options.log_severity_level = 3  # it warns of every number that a part left out
        session = _runtime.InferenceSession(model, sess_options=options, providers=providers)
        return _ImageSession(session, self.mupdf, answers) if image else _Session(session, self.mupdf)

    def boxes(self, sheet: Sheet, tables: bool) -> list[LayoutBox]:
        """`tables`: whether MuPDF looks for tables first, as it did when the model was trained."""
        with self.mupdf:
            found = self._model.predict(Asked(sheet, tables))
            pymupdf.TOOLS.store_shrink(50)  # decoded images and fonts, of which MuPDF would keep 256 MB
        return [LayoutBox((float(b[0]), float(b[1]), float(b[2]), float(b[3])), str(b[4])) for b in found]


class Layouts:
    """Pages of one document on their way through the model; a context manager that leaves none of them behind."""

    def __init__(self, model: LayoutModel, tables: bool) -> None:
        """`tables`: as in `LayoutModel.boxes`."""
        self.mupdf = model.mupdf
        self._model, self._tables = model, tables
        self._threads = ThreadPoolExecutor(2)
        self._asked: list[Future[list[LayoutBox]]] = []

    def ask(self, sheet: Sheet | None) -> None:
        """Sends a page on its way, once those before it are done but two: pages in waiting cost memory.

        The model groups lines of text; a page without any (None) has no boxes.
        """
        if len(self._asked) > 2:
            wait(self._asked[-3:-2])
        one: Future[list[LayoutBox]] = Future()
        if sheet is None:
            one.set_result([])
        else:
            one = self._threads.submit(self._model.boxes, sheet, self._tables)
        self._asked.append(one)

    def answers(self) -> list[list[LayoutBox]]:
        """The boxes of all pages, in the order they were asked for."""
        return [one.result() for one in self._asked]

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._threads.shutdown(cancel_futures=True)


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
