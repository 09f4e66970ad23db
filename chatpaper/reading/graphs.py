"""The layout model's two networks as the runtime takes them, with the same answers to a float's last digits, sooner."""

from collections.abc import Iterator, Mapping, Sequence
from importlib import import_module
from itertools import accumulate
from types import SimpleNamespace
from typing import Any

import numpy
import onnx
from numpy.typing import NDArray

from .maps import Maps

_Weights = NDArray[numpy.float32]
_runtime: Any = import_module("onnxruntime")


def session(path: str, providers: Any = None) -> Any:
    """Numbers too small to matter are taken as 0, as they would slow the processor down tenfold. The image part always
    needs the same memory and keeps it; fetching it from the system for every page took a third of its time."""
    image = "feature" in path.rpartition("/")[2]
    model = onnx.load(path)
    answers = {}
    if image:
        answers = _unjoined(model.graph)
    else:
        _take_apart(model)
    options = _runtime.SessionOptions()
    options.enable_cpu_mem_arena = image
    options.enable_mem_pattern = False
    options.intra_op_num_threads = 1
    options.inter_op_num_threads = 1
    options.add_session_config_entry("session.set_denormal_as_zero", "1")
    options.log_severity_level = 3  # it warns of every number that a part left out
    made = _runtime.InferenceSession(model.SerializeToString(), sess_options=options, providers=providers)
    return _ImageSession(made, answers) if image else made


class _ImageSession:
    """The model's image part, with the maps that it would enlarge and join as they are."""

    def __init__(self, made: Any, answers: Mapping[str, Sequence[str]]) -> None:
        """`answers`: the maps of which each is made."""
        self._made = made
        self._answers = answers

    def get_inputs(self) -> Any:
        return self._made.get_inputs()

    def get_outputs(self) -> list[SimpleNamespace]:
        return [SimpleNamespace(name=name) for name in self._answers]

    def run(self, names: Sequence[str], given: Mapping[str, Any]) -> list[list[Maps]]:
        found = iter(self._made.run([part for name in names for part in self._answers[name]], given))
        return [[next(found)[0] for _ in self._answers[name]] for name in names]


def _unjoined(graph: Any) -> dict[str, list[str]]:
    """Leaves out the enlarging in the network's end, and says of which maps each of its answers is made.

    Each of its PRelu has one slope for all channels, so it is a LeakyRelu (ONNX operators, 16), which the runtime does
    along with the convolution before it.
    """
    slopes = _constants(graph)
    for node in graph.node:
        if node.op_type == "PRelu" and slopes[node.input[1]].size == 1:
            node.op_type = "LeakyRelu"
            node.attribute.append(onnx.helper.make_attribute("alpha", slopes[node.input.pop()].item()))
    made = _made(graph)
    answers = {}
    for output in graph.output:
        last = made[output.name]
        enlarged = [made[part] for part in last.input if part in made and made[part].op_type == "Resize"]
        whole = last.op_type == "Concat" and len(enlarged) == len(last.input)
        answers[output.name] = [one.input[0] for one in enlarged] if whole else [output.name]
    del graph.output[:]
    for parts in answers.values():
        graph.output.extend(onnx.helper.make_tensor_value_info(part, onnx.TensorProto.FLOAT, None) for part in parts)
    _prune(graph)
    return answers


def _take_apart(model: Any) -> None:
    """What the network works out of pairs of boxes, it does of each box first: the product of a pair's joined rows is a
    sum of products of each, and a box is in twenty pairs."""
    graph = onnx.shape_inference.infer_shapes(model).graph
    widths = {
        one.name: one.type.tensor_type.shape.dim[-1].dim_value
        for one in (*graph.value_info, *graph.input)
        if one.type.tensor_type.shape.dim
    }
    parts = _Parts(model.graph, widths)
    nodes = [made for node in model.graph.node for made in parts.of(node)]
    del model.graph.node[:]
    model.graph.node.extend(nodes)
    _prune(model.graph)


class _Parts:
    """The products of a network that are of joined rows, taken apart."""

    def __init__(self, graph: Any, widths: Mapping[str, int]) -> None:
        self._graph = graph
        self._widths = widths
        self._constants = _constants(graph)
        self._made = _made(graph)

    def of(self, node: Any) -> Iterator[Any]:
        """The nodes that do what this one does."""
        if not self._linear(node):
            yield node
            return
        weights, bias = (self._constants[name] for name in node.input[1:])
        source = self._made.get(_undone(node.input[0], self._made))
        if source is not None and source.op_type == "BatchNormalization":
            weights, bias = self._normalized(source, weights, bias)
            source = self._made.get(source.input[0])
        if source is None or source.op_type != "Concat" or not any(self._picked(part) for part in source.input):
            yield node
            return
        ends = self._ends(source.input, weights.shape[1])
        sums = [self._constant(f"{node.name} bias", bias)]
        for i, some in enumerate(numpy.split(weights, ends[:-1], axis=1)):
            product = f"{node.name} {i}"
            yield from self._product(source.input[i], some, product)
            yield onnx.helper.make_node("Add", [sums[-1], product], [f"{product} and before"])
            sums.append(f"{product} and before")
        yield onnx.helper.make_node("Identity", sums[-1:], node.output)

    def _linear(self, node: Any) -> bool:
        """Whether it is the product of rows and of constant weights with a constant added."""
        how = {one.name: onnx.helper.get_attribute_value(one) for one in node.attribute}
        plain = node.op_type == "Gemm" and how == {"alpha": 1.0, "beta": 1.0, "transB": 1}
        return plain and len(node.input) == 3 and all(name in self._constants for name in node.input[1:])

    def _ends(self, parts: Sequence[str], width: int) -> list[int]:
        """Where each part of a row of this width ends; what is not known of a part is what the others leave."""
        known = [self._widths.get(part, 0) for part in parts]
        rest = (width - sum(known)) // max(1, known.count(0))
        return list(accumulate(one or rest for one in known))

    def _picked(self, name: str) -> bool:
        return name in self._made and self._made[name].op_type == "Gather"

    def _product(self, name: str, weights: _Weights, product: str) -> Iterator[Any]:
        source = self._made.get(name)
        if source is not None and source.op_type == "Sub":
            for part in source.input:
                yield from self._product(part, weights, f"{product} {part}")
            yield onnx.helper.make_node("Sub", [f"{product} {part}" for part in source.input], [product])
        elif source is not None and source.op_type == "Gather":
            rows, chosen = source.input
            constant = self._constant(f"{product} weights", weights.T)
            yield onnx.helper.make_node("MatMul", [rows, constant], [f"{product} of all"])
            yield onnx.helper.make_node("Gather", [f"{product} of all", chosen], [product], axis=0)
        else:
            yield onnx.helper.make_node("MatMul", [name, self._constant(f"{product} weights", weights.T)], [product])

    def _normalized(self, node: Any, weights: _Weights, bias: _Weights) -> tuple[_Weights, _Weights]:
        """Those of the product and of the batch normalization before it (ONNX operators, 15)."""
        scale, shift, mean, variance = (self._constants[name] for name in node.input[1:])
        epsilon = next(one.f for one in node.attribute if one.name == "epsilon")
        factor = scale / numpy.sqrt(variance + epsilon)
        return weights * factor, bias + weights @ (shift - mean * factor)

    def _constant(self, name: str, value: _Weights) -> str:
        self._graph.initializer.append(onnx.numpy_helper.from_array(numpy.ascontiguousarray(value), name))
        return name


def _undone(name: str, made: Mapping[str, Any]) -> str:
    """What it was before a dimension was put in and, as it is of length 1, taken out again."""
    node = made.get(name)
    if node is None or node.op_type != "If":
        return name
    within = {part for branch in node.attribute for one in branch.g.node for part in one.input}
    put_in = [made[part] for part in within if part in made and made[part].op_type == "Unsqueeze"]
    return str(put_in[0].input[0]) if len(put_in) == 1 else name


def _constants(graph: Any) -> dict[str, _Weights]:
    return {one.name: onnx.numpy_helper.to_array(one) for one in graph.initializer}


def _made(graph: Any) -> dict[str, Any]:
    """The nodes by what they make."""
    return {name: node for node in graph.node for name in node.output}


def _prune(graph: Any) -> None:
    """Leaves out what no output needs any more."""
    needed = {output.name for output in graph.output}
    kept = []
    for node in reversed(graph.node):
        if needed.intersection(node.output):
            kept.append(node)
            needed.update(node.input)
            needed.update(name for one in node.attribute for inner in one.g.node for name in inner.input)
    del graph.node[:]
    graph.node.extend(reversed(kept))
