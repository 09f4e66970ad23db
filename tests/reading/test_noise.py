"""What belongs to no page's text."""

from chatpaper.reading.desk import block_of
from chatpaper.reading.noise import mark, mark_contents
from chatpaper.reading.pages import PageMarks

from .made import line


def test_a_table_of_contents_is_told_by_its_leaders() -> None:
    block = block_of(1, "text", [line(f"{n} Chapter . . . . . . . . . {n}0", base=14.0 * n) for n in range(1, 5)], "")
    mark_contents([block])
    assert block.role == "noise"


def test_a_row_of_dots_in_a_figure_costs_no_time() -> None:
    """A regular expression with two ways to read each blank would need years for this line."""
    block = block_of(1, "picture", [line(". " * 200 + "x")], "")
    mark_contents([block])
    assert not block.role


def test_a_running_head_far_from_the_edge_comes_back_above_all_else() -> None:
    pages = [PageMarks(n, 595.0, 842.0, [], [], [], []) for n in (1, 2, 3, 4)]
    blocks = {
        p.number: [
            block_of(p.number, "section-header", [line("Tidy Data", base=85)], ""),
            block_of(p.number, "text", [line("What is said " + "again " * p.number, base=120)], ""),
        ]
        for p in pages
    }
    mark(pages, blocks, 10.0)
    assert [[b.role for b in blocks[n]] for n in blocks] == [["noise", ""]] * 4


def test_a_licence_at_each_foot_beside_another_folio_is_no_note() -> None:
    licence = ["Paid by its authors to be read freely", "under the terms of a licence that lets all share it"]
    pages = [PageMarks(n, 595.0, 842.0, [], [], [], []) for n in (1, 2, 3, 4)]
    blocks = {}
    for page in pages:
        folio = line(f"∗ {page.number} " + "The Journal of Results " * (page.number // 2), base=790)
        lines = [folio, *(line(text, base=800 + 10.0 * i) for i, text in enumerate(licence))]
        blocks[page.number] = [block_of(page.number, "page-footer", lines, "")]
    mark(pages, blocks, 10.0)
    assert {b.role for found in blocks.values() for b in found} == {"noise"}
