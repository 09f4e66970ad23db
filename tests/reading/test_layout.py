"""The layout model runs otherwise here than in PyMuPDF, and says the same."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]


def test_the_boxes_are_those_of_pymupdfs_own_model() -> None:
    code = """
from importlib import import_module
from chatpaper.reading import mupdf
mupdf.load()
import pymupdf
from chatpaper.reading.sheet import Sheet

theirs = import_module("pymupdf.layout.onnx.BoxRFDGNN").BoxRFDGNN(use_sort=False)
names = ("two-columns.pdf", "chinese.pdf", "one-column.pdf")
pages = [page for name in names for page in pymupdf.open(f"tests/data/{name}")]
expected = [[(label, *map(round, box)) for *box, label in theirs.predict(page)] for page in pages]
ours = import_module("chatpaper.reading.layout").LayoutModel()
found = [[(one.label, *map(round, one.box)) for one in ours.boxes(Sheet(page), tables=True)] for page in pages]
assert sum(map(len, expected)) > 50
assert found == expected
"""
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False)
    assert not done.returncode, done.stderr
