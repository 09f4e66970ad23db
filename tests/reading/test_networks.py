"""The networks are put together otherwise here than in PyMuPDF, and work out the same."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
BEGIN = """
from pathlib import Path
from chatpaper.reading import mupdf
mupdf.load()
import numpy, onnx, onnxruntime
import pymupdf.layout
from chatpaper.reading import graphs, maps
random = numpy.random.default_rng(7)
folder = Path(pymupdf.layout.__file__).parent / "resources/onnx"
def floats(*shape):
    return random.standard_normal(shape, numpy.float32)
"""


def run(code: str) -> None:
    done = subprocess.run([sys.executable, "-c", BEGIN + code], cwd=ROOT, capture_output=True, text=True, check=False)
    assert not done.returncode, done.stderr


def test_parts_of_enlarged_maps_are_those_of_the_whole_ones() -> None:
    run("""
from onnx import helper
small = [floats(3, high, wide) for high, wide in ((9, 9), (18, 37), (75, 150), (2, 300))]
rows = helper.make_tensor_value_info("x", onnx.TensorProto.FLOAT, None)
size = helper.make_tensor("size", onnx.TensorProto.INT64, [4], [1, 3, 200, 300])
large = helper.make_tensor_value_info("y", onnx.TensorProto.FLOAT, None)
how = {"mode": "linear", "coordinate_transformation_mode": "pytorch_half_pixel"}
node = helper.make_node("Resize", ["x", "", "", "size"], ["y"], **how)
graph = helper.make_graph([node], "enlarging", [rows], [large], [size])
made = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 18)], ir_version=8)
session = onnxruntime.InferenceSession(made.SerializeToString())
whole = numpy.concatenate([session.run(None, {"x": one[None]})[0][0] for one in small])
enlarged = maps.Enlarged(small, 200, 300)
for part in (slice(0, 200), slice(0, 300)), (slice(0, 1), slice(299, 300)), (slice(40, 47), slice(13, 150)):
    assert enlarged[part].shape == whole[:, *part].shape
    assert numpy.allclose(enlarged[part], whole[:, *part], atol=1e-4)
""")


def test_a_network_of_pairs_that_is_taken_apart_says_the_same() -> None:
    run("""
path = folder / "layout_rf2.4.1+imf1.onnx"
kinds = [node.op_type for node in onnx.load(path).graph.node]
model = onnx.load(path)
graphs._take_apart(model)
assert [node.op_type for node in model.graph.node].count("Gemm") == kinds.count("Gemm") - 3
given = {"x": floats(40, 8), "edge_index": random.integers(0, 40, (2, 300)), "edge_attr": floats(300, 24)}
given |= {"rf_features": floats(40, 118), "text_patterns": floats(40, 40), "image_features": floats(40, 358)}
given |= {"k": numpy.array(20), "batch": numpy.zeros(40, numpy.int64)}
theirs = onnxruntime.InferenceSession(str(path)).run(None, given)
ours = graphs.session(str(path)).run(None, given)
assert [one.shape for one in ours] == [(40, 11), (300, 2)]
for one, other in zip(ours, theirs, strict=True):
    assert numpy.ptp(other) > 0.1
    assert numpy.allclose(one, other, rtol=1e-3, atol=1e-3)
""")


def test_a_network_that_is_put_together_otherwise_is_left_as_it_is() -> None:
    run("""
from onnx import helper
def value(name): return helper.make_tensor_value_info(name, onnx.TensorProto.FLOAT, None)
nodes = [
    helper.make_node("Concat", ["a", "b"], ["both"], axis=1),
    helper.make_node("Gemm", ["both", "weights"], ["y"]),
]
graph = helper.make_graph(nodes, "other", [value("a"), value("b")], [value("y")])
model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 18)], ir_version=8)
before = model.SerializeToString()
graphs._take_apart(model)
assert model.SerializeToString() == before
assert graphs._unjoined(model.graph) == {"y": ["y"]}
""")
