"""The layout model runs otherwise here than in PyMuPDF, and says the same."""

# PyMuPDF has no types of its own.
# mypy: disallow-untyped-calls=False

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pymupdf
import pytest

from chatpaper.errors import CrashedReading, TooSlowPdf
from chatpaper.reading import limits
from chatpaper.reading.layout import LayoutModel, Layouts
from chatpaper.reading.sheet import Sheet

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
ours = import_module("chatpaper.reading.layout").LayoutModel(2**31)
ours.begin()
asked = [ours.question(Sheet(page), tables=True) for page in pages]
found = [[(one.label, *map(round, one.box)) for one in ours.boxes(page)] for page in asked]
assert sum(map(len, expected)) > 50
assert found == expected
"""
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False)
    assert not done.returncode, done.stderr


@pytest.fixture
def model() -> Iterator[LayoutModel]:
    one = LayoutModel(2**31)
    yield one
    one._process.kill()
    one._process.join()


@pytest.fixture
def sheet() -> Iterator[Sheet]:
    with pymupdf.open(ROOT / "tests/data/two-columns.pdf") as document:
        yield Sheet(document[0])


def test_pages_on_their_way_are_answered_in_their_order(model: LayoutModel, sheet: Sheet) -> None:
    with Layouts(model, tables=True) as layouts:
        for one in (sheet, None, sheet, sheet, None, sheet, sheet):
            layouts.ask(one)
        counts = [len(boxes) for boxes in layouts.answers()]
    assert counts[0] > 10
    assert counts == [counts[0], 0, counts[0], counts[0], 0, counts[0], counts[0]]


def crowded(page: dict[str, Any], times: int) -> dict[str, Any]:
    """The page with each of its lines so often; the networks' time grows with the square."""
    return page | {key: page[key] * times for key in ("bboxes", "text", "custom_features", "box_type")}


def test_a_page_that_takes_the_networks_too_long_is_the_last(
    model: LayoutModel, sheet: Sheet, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "left", lambda: 1.0)
    model.begin()
    page = crowded(model.question(sheet, tables=True), 60)
    with pytest.raises(TooSlowPdf, match=" 2 seconds"):
        model.boxes(page)
    assert not model.alive
    with pytest.raises(TooSlowPdf):
        Layouts(model, tables=True)


def test_networks_that_are_gone_are_a_crash(model: LayoutModel, sheet: Sheet) -> None:
    model.begin()
    page = model.question(sheet, tables=True)
    os.kill(model._process.pid or 0, signal.SIGKILL)
    for _ in range(3):  # more often than there are threads
        with pytest.raises(CrashedReading):
            model.boxes(page)
    assert not model.alive
