"""A table set sideways beside upright text."""

# PyMuPDF has no types of its own.
# mypy: disallow-untyped-calls=False

import pymupdf
import pytest

from chatpaper.reading.captions import words_after_label
from chatpaper.reading.floats import cells
from chatpaper.reading.pages import seen
from chatpaper.reading.sideways import sideways

ROWS = [("Catchment", "Area", "Species"), ("Traralgon", "8700", "Eucalypt"), ("Redhill Brook", "195", "Pine")] * 3


@pytest.mark.parametrize("turn", [90, 270])
def test_its_caption_and_cells_are_found(turn: int) -> None:
    document = pymupdf.open()
    page = document.new_page()

    def put(down: float, along: float, text: str) -> None:
        at = (60 + down, 600 - along) if turn == 90 else (260 - down, 200 + along)
        page.insert_text(at, text, fontsize=8, rotate=turn)

    put(0, 0, "Table 4")
    put(10, 0, "Site characteristics for all catchments in the south of the country")
    for n, row in enumerate(ROWS):
        for place, cell in enumerate(row):
            put(30 + 10 * n, 120 * place, cell)
    page.insert_textbox((300, 60, 550, 700), "What is said of it upright. " * 40, fontsize=10)
    with pymupdf.open("pdf", document.tobytes()) as reopened:
        _, marks = seen(reopened, 0)
    (caption,), (_, table) = sideways(marks, 10.0)
    assert caption.label == "Table 4"
    assert [line.text for line in words_after_label(caption)] == [
        "Site characteristics for all catchments in the south of the country"
    ]
    assert cells(table.lines) == ["\t".join(row) for row in ROWS]
    assert 50 < table.box[0] < table.box[2] < 270
    assert 190 < table.box[1] < table.box[3] < 610
    marks.turned = marks.turned[2:]
    assert sideways(marks, 10.0) == ([], [])
