"""The networks of the layout model, in a process of their own: half of the work on a page, done while the reader's
process prepares the next one.

It gets what MuPDF found on a page, and never sees a file.
"""

import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from importlib import import_module
from multiprocessing.connection import Connection
from threading import Lock, Thread
from types import SimpleNamespace
from typing import Any

import numpy
import onnx
from numpy.typing import NDArray

from ..replaced import replaced
from . import limits

Boxes = list[tuple[float, float, float, float, str]]
"""Left, top, right, bottom in points, and the label."""

Maps = NDArray[numpy.float32]
"""Channels, rows, columns; or of one channel."""

Part = tuple[slice, slice, slice]

_code: Any = import_module("pymupdf.layout.onnx.BoxRFDGNN")
_pooling: Any = import_module("pymupdf.layout.roi_pooling")
_runtime: Any = import_module("onnxruntime")


def serve(asks: Sequence[Connection], room: int) -> None:
    """Answers on each connection until nobody asks any more: a page with its boxes; and a number, a limit on its time
    from now on in the processor's seconds, with what it wants to know of a page.

    `room`: bytes of memory over what it needs to begin. A page that needs more than that or than its time ends this
    process.
    """
    limits.one_heap()
    limits.end_with_parent()
    network = Network()
    limits.memory(room)
    limits.confine()
    threads = [Thread(target=_answer, args=(one, network)) for one in asks]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def _answer(asks: Connection, network: "Network") -> None:
    try:
        while True:
            asked = asks.recv()
            if isinstance(asked, float):
                limits.allow(asked)
            asks.send(network.boxes(asked) if isinstance(asked, dict) else network.wanted)
    except (EOFError, BrokenPipeError):
        return
    except BaseException:  # whatever it was, whoever asks sees that nobody answers
        os._exit(1)


class Network:
    """Warm; without its part for the cells of tables, which takes longest to load and is not asked.

    Several threads may ask: while the one network looks at a page, the other judges what is on the page before.
    """

    def __init__(self) -> None:
        with replaced(_code, make_session=_session, TableGridExtractorV2=lambda *_, **__: None):
            self._model = _code.BoxRFDGNN(use_sort=False)
        # what the model's own code would ask for here has been done when it is asked
        _code.create_input_data_from_page = lambda page, **_: page
        _code.extract_bbox_features_by_roi_pooling = lambda pooled, *_, **__: pooled
        self._place = Lock()
        """For the maps of one page, which take 62 MB."""

    @property
    def wanted(self) -> tuple[tuple[str, ...], list[str]]:
        """Kinds of elements, and names of their features."""
        return self._model.input_type, self._model.cfg["data"]["rf_names"]

    def boxes(self, page: dict[str, Any]) -> Boxes:
        if not page["bboxes"]:
            return []
        with self._place:
            maps, logits = self._maps(page["image"])
            parts = _parts(page, maps)
            page["feature_map"] = _pooled(maps, parts, numpy.mean, numpy.max)
            classes = _pooling._softmax_channels(logits)
        sure = numpy.array([_pooling._pixel_entropy(classes), _margin(classes)])
        page["class_logits"] = numpy.hstack(
            [_pooled(classes, parts, numpy.mean, numpy.min, numpy.max), _pooled(sure, parts, numpy.mean)]
        )
        return [(float(b[0]), float(b[1]), float(b[2]), float(b[3]), str(b[4])) for b in self._model.predict(page)]

    def _maps(self, image: NDArray[numpy.uint8]) -> tuple[Maps, Maps]:
        """The decoder's, and how much speaks for each class at each place."""
        extractor = self._model.feature_extractor
        extractor.predict(image)
        return extractor.get_feature_map()[0], extractor.get_class_logits()[0]


def _parts(page: Mapping[str, Any], maps: Maps) -> list[Part]:
    """Where the page's boxes lie on its maps."""
    height, width, _ = page["image"].shape
    grid = _pooling._grid_coords_vec(numpy.array(page["bboxes"]), *maps.shape[:0:-1], width, height)
    every = slice(None)
    return [(every, slice(y0, y1 + 1), slice(x0, x1 + 1)) for x0, y0, x1, y1 in zip(*grid, strict=True)]


def _pooled(maps: Maps, parts: Sequence[Part], *pools: Callable[..., Any]) -> Maps:
    """What the maps show in each part, by each of these functions: parts, numbers."""
    return numpy.array([numpy.concatenate([pool(maps[part], axis=(1, 2)) for pool in pools]) for part in parts])


def _margin(maps: Maps) -> Maps:
    """By how much the likeliest class leads: rows, columns."""
    first, second = numpy.maximum(maps[0], maps[1]), numpy.minimum(maps[0], maps[1])
    for one in maps[2:]:
        second = numpy.maximum(second, numpy.minimum(first, one))
        first = numpy.maximum(first, one)
    margin: Maps = first - second
    return margin


def _session(path: str, providers: Any = None) -> Any:
    """Numbers too small to matter are taken as 0, as they would slow the processor down tenfold. The image part always
    needs the same memory and keeps it; fetching it from the system for every page took a third of its time."""
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
    return _ImageSession(session, answers) if image else session


@dataclass(frozen=True, slots=True)
class _Answer:
    shape: list[int]
    """Pages (one), channels, rows, columns."""
    parts: list[str]
    """The network's outputs that make it up, channel after channel, all of them equally wide."""


class _ImageSession:
    """The model's image part, whose answer is written to the same place for each page."""

    def __init__(self, session: Any, answers: Mapping[str, _Answer]) -> None:
        self._session = session
        self._answers = answers
        self._places = {name: numpy.empty(answer.shape, numpy.float32) for name, answer in answers.items()}

    def get_inputs(self) -> Any:
        return self._session.get_inputs()

    def get_outputs(self) -> list[SimpleNamespace]:
        return [SimpleNamespace(name=name) for name in self._answers]

    def run(self, names: Sequence[str], given: Mapping[str, Any]) -> list[Maps]:
        binding = self._session.io_binding()
        for name, value in given.items():
            binding.bind_cpu_input(name, value)
        for name, answer in self._answers.items():
            parts = numpy.split(self._places[name], len(answer.parts), axis=1)
            for part, place in zip(answer.parts, parts, strict=True):
                binding.bind_output(part, "cpu", 0, numpy.float32, place.shape, place.ctypes.data)
        self._session.run_with_iobinding(binding)
        return [self._places[name] for name in names]


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
