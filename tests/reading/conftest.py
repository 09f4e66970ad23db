"""One warm reader for all tests of reading, and the papers typeset for them in tests/data."""

import hashlib
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from chatpaper.paper import PdfFile
from chatpaper.reading import Reader

DATA = Path(__file__).parent.parent / "data"


def pdf_at(path: Path) -> PdfFile:
    return PdfFile(path=path, name=path.name, sha256=hashlib.sha256(path.read_bytes()).hexdigest())


@pytest.fixture(scope="session")
def reader() -> Iterator[Reader]:
    with Reader(seconds=60) as one:
        yield one


@pytest.fixture
def pdf() -> Callable[[str], PdfFile]:
    return lambda name: pdf_at(DATA / name)
