"""The layout model runs otherwise here than in PyMuPDF, and says the same."""

# PyMuPDF has no types of its own.
# mypy: disallow-untyped-calls=False

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pymupdf
import pytest

from chatpaper.errors import CrashedReading, TooSlowPdf
from chatpaper.reading import layout, limits
from chatpaper.reading.layout import LayoutModel, Sight
from chatpaper.reading.pages import PageMarks, seen
from chatpaper.reading.question import Question, question
from chatpaper.reading.sheet import Sheet

ROOT = Path(__file__).parents[2]


def test_the_boxes_are_those_of_pymupdfs_own_model() -> None:
    code = """
from importlib import import_module
from chatpaper.reading import mupdf
mupdf.load()
import pymupdf
from chatpaper.reading.question import question
from chatpaper.reading.sheet import Sheet

theirs = import_module("pymupdf.layout.onnx.BoxRFDGNN").BoxRFDGNN(use_sort=False)
names = ("two-columns.pdf", "chinese.pdf", "one-column.pdf")
pages = [page for name in names for page in pymupdf.open(f"tests/data/{name}")]
expected = [[(label, *map(round, box)) for *box, label in theirs.predict(page)] for page in pages]
ours = import_module("chatpaper.reading.layout").LayoutModel(2**31)
wanted = ours.begin(None, 0, True)
asked = [question(Sheet(page), wanted, tables=True) for page in pages]
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
def document() -> Iterator[pymupdf.Document]:
    """Ten pages; the third is empty."""
    with pymupdf.open(ROOT / "tests/data/two-columns.pdf") as source, pymupdf.open() as made:
        for _ in range(3):
            made.insert_pdf(source)
        made.new_page(2)
        yield made


def asked(model: LayoutModel, document: pymupdf.Document) -> Question:
    wanted = model.begin(None, 1, True)
    return question(Sheet(document[0]), wanted, tables=True)


def looked(model: LayoutModel, document: pymupdf.Document) -> list[PageMarks | Exception]:
    with Sight(model, document, document.page_count, tables=True) as sight:
        for index in range(document.page_count):
            sight.see(index)
        found = sight.found()
        assert list(sight.judged()) == [page for page in found if isinstance(page, PageMarks)]
        return found


@pytest.fixture
def elsewhere(monkeypatch: pytest.MonkeyPatch) -> list[PageMarks | None]:
    """Pages as the networks' process saw them."""
    kept: list[PageMarks | None] = []
    original = LayoutModel.page

    def page(model: LayoutModel, index: int) -> PageMarks | None:
        kept.append(original(model, index))
        return kept[-1]

    monkeypatch.setattr(LayoutModel, "page", page)
    return kept


def test_pages_seen_in_two_processes_are_those_seen_in_one(
    model: LayoutModel, document: pymupdf.Document, elsewhere: list[PageMarks | None], tmp_path: Path
) -> None:
    alone = looked(model, document)
    assert not elsewhere
    document.save(tmp_path / "paper.pdf")
    with pymupdf.open(tmp_path / "paper.pdf") as file:
        assert looked(model, file) == alone
        assert None not in elsewhere
        assert elsewhere
        elsewhere.clear()
        (tmp_path / "paper.pdf").unlink()
        assert looked(model, file) == alone
        assert elsewhere == [None]  # and no other one was given away
    assert [bool(page.layout) for page in alone if isinstance(page, PageMarks)] == [True] * 2 + [False] + [True] * 7


def test_a_damaged_page_is_an_error_in_its_place(
    model: LayoutModel, document: pymupdf.Document, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(document: pymupdf.Document, index: int) -> tuple[Sheet, PageMarks]:
        if index == 4:
            raise ValueError("damaged")
        return seen(document, index)

    monkeypatch.setattr(layout, "seen", broken)
    assert [isinstance(page, PageMarks) for page in looked(model, document)] == [True] * 4 + [False] + [True] * 5


def crowded(page: Question, times: int) -> Question:
    """The page with each of its lines so often; the networks' time grows with the square."""
    return page | {key: page[key] * times for key in ("bboxes", "text", "custom_features", "box_type")}


def test_a_page_that_takes_the_networks_too_long_is_the_last(
    model: LayoutModel, document: pymupdf.Document, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "left", lambda: 1.0)
    page = crowded(asked(model, document), 70)
    with pytest.raises(TooSlowPdf, match=" 3 seconds"):
        model.boxes(page)
    assert model.worn
    with pytest.raises(TooSlowPdf):
        Sight(model, document, 1, tables=True)


def test_networks_that_are_gone_are_a_crash(model: LayoutModel, document: pymupdf.Document) -> None:
    page = asked(model, document)
    os.kill(model._process.pid or 0, signal.SIGKILL)
    for _ in range(3):  # more often than there are threads
        with pytest.raises(CrashedReading):
            model.boxes(page)
    assert model.worn
