"""A caption set in two columns, as Nature sets long ones, above two columns of text."""

# PyMuPDF has no types of its own.
# mypy: disallow-untyped-calls=False

from pathlib import Path

import pymupdf
import pytest

from chatpaper.reading import Reader

from .conftest import pdf_at

BEGUN = (
    "Ice on two lakes over twenty winters. Shown is the first day with ice on the lower lake, for each winter since "
    "the station was moved to the dam; bars are errors of one day. "
)
ENDED = (
    "The dashed line is the trend without these winters, which falls by two days in ten years. All days are counted "
    "from the first of October, and winters are named for the year of their January, as they are in the text below"
)
COLUMNS = {
    "in a sentence": (f"{BEGUN}Open marks are winters in which the ice", f"broke before the survey began. {ENDED}"),
    "between sentences": (f"{BEGUN}Open marks are winters in which the ice broke too soon.", ENDED),
}
BODY = "The lower lake freezes later than the upper one, since the river brings water from the plain. " * 12


@pytest.mark.parametrize("cut", COLUMNS)
def test_it_is_one(reader: Reader, tmp_path: Path, cut: str) -> None:
    left, right = COLUMNS[cut]
    document = pymupdf.open()
    page = document.new_page()
    page.insert_textbox((60, 50, 540, 75), "Ice on Lakes", fontsize=18, fontname="tibo")
    page.insert_textbox((60, 80, 540, 95), "Mira Hallworth and Jun Albrecht", fontsize=10, fontname="tiro")
    for n in range(24):
        page.draw_rect((70 + 19 * n, 300 - 7 * (n * 5 % 23), 84 + 19 * n, 300), color=(0, 0, 0.6), fill=(0.3, 0.5, 0.9))
    page.draw_line((60, 301), (540, 301))
    for x, text in ((60, f"Figure 1 | {left}"), (310, f"{right}.")):
        assert page.insert_textbox((x, 310, x + 230, 380), text, fontsize=7.5, fontname="helv") > 0
        assert page.insert_textbox((x, 395, x + 230, 760), BODY, fontsize=10, fontname="tiro") > 0
    document.save(tmp_path / "lakes.pdf")
    paper = reader.read(pdf_at(tmp_path / "lakes.pdf"), anyway=True)
    assert [figure.caption for figure in paper.figures] == [f"{left} {right}"]
    assert not [p.text for p in paper.passages if p.kind == "text" and "winter" in p.text]
