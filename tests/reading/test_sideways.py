"""A page whose text runs sideways, as wide tables do, is read turned; its boxes are where a viewer shows the text."""

from pathlib import Path

import pytest

from chatpaper.paper import Box, Paper, Passage
from chatpaper.reading import Reader

from .conftest import DATA, pdf_at

pymupdf = pytest.importorskip("pymupdf")
SOURCE, PAGE = DATA / "two-columns.pdf", 2


def sideways(path: Path, degrees: int) -> None:
    """The paper with one page set sideways, turned against the clock."""
    with pymupdf.open(SOURCE) as source, pymupdf.open() as made:
        for page in source:
            turn = degrees if page.number + 1 == PAGE else 0
            _, _, width, height = page.rect
            frame = pymupdf.Rect(0, 0, height, width) if turn else page.rect
            made.new_page(width=frame.width, height=frame.height).show_pdf_page(frame, source, page.number, rotate=turn)
        made.save(path)


def passages(paper: Paper) -> list[Passage]:
    return [p for p in paper.passages if p.page == PAGE]


@pytest.fixture(scope="module")
def upright(reader: Reader) -> list[Passage]:
    return passages(reader.read(pdf_at(SOURCE)))


@pytest.mark.parametrize("degrees", [90, 270])
def test_a_page_set_sideways(reader: Reader, upright: list[Passage], tmp_path: Path, degrees: int) -> None:
    with pymupdf.open(SOURCE) as source:
        _, _, width, height = source[PAGE - 1].rect

    def turned(box: Box) -> Box:
        x0, y0, x1, y1 = box
        return (y0, width - x1, y1, width - x0) if degrees == 90 else (height - y1, x0, height - y0, x1)

    sideways(tmp_path / "made.pdf", degrees)
    found = passages(reader.read(pdf_at(tmp_path / "made.pdf")))
    assert len(upright) > 20
    assert [(p.kind, p.section, p.text) for p in found] == [(p.kind, p.section, p.text) for p in upright]
    for one, other in zip(found, upright, strict=True):
        assert list(one.rects) == [pytest.approx(turned(box), abs=1) for box in other.rects]
