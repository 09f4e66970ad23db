"""What belongs to no page's text."""

from dataclasses import replace

import pytest

from chatpaper.paper import Box
from chatpaper.reading.blocks import blocks_of
from chatpaper.reading.desk import block_of
from chatpaper.reading.marks import LayoutBox, Line, line_of, norm
from chatpaper.reading.noise import mark, mark_contents, without_line_numbers
from chatpaper.reading.pages import PageMarks
from chatpaper.reading.scan import _watermark

from .made import line, word


def test_a_table_of_contents_is_told_by_its_leaders() -> None:
    block = block_of(1, "text", [line(f"{n} Chapter . . . . . . . . . {n}0", base=14.0 * n) for n in range(1, 5)], "")
    mark_contents([block])
    assert block.role == "noise"


def test_a_heading_cut_off_from_its_page_number_stays_in_the_contents() -> None:
    head = block_of(1, "section-header", [line("Contents", base=50)], "")
    above = block_of(1, "list-item", [line("1 Introduction 2", base=70)], "")
    name = block_of(1, "section-header", [line("References", base=90)], "")
    below = block_of(1, "list-item", [line("Acknowledgments 11", base=82), line("14", base=90)], "")
    first = block_of(1, "section-header", [line("1 Introduction", base=130)], "")
    mark_contents([head, above, below, name, first])
    assert [b.role for b in (above, below, name, first)] == ["noise", "noise", "noise", ""]


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


@pytest.mark.parametrize("step", [1, 5])
def test_line_numbers_leave_the_text_stream_too(step: int) -> None:
    """Else no sentence over two lines would be found in it, and none could be quoted."""
    lines, text = [], []
    for n in range(15):
        text.append(line(f"{'abcdefghijklmno'[n]} line of a long sentence of a manuscript that", base=100 + 14.0 * n))
        lines.append(text[-1])
        if n % step:
            continue
        number = line(str(n + 90), base=100 + 14.0 * n)
        words = tuple(replace(w, box=(20.0, w.box[1], 40.0, w.box[3])) for w in number.words)
        lines.append(line_of(1, 0, 0, words))
    page = PageMarks(1, 595.0, 842.0, [replace(one, first=i) for i, one in enumerate(lines)], [], [], [])
    assert without_line_numbers([page]) == 15 // step
    assert page.stream == norm("".join(one.text for one in text))


def test_line_numbers_stand_beside_what_they_count() -> None:
    """On a first page the margin may hold something else."""
    text = [line("A line of a long sentence of a manuscript that goes on", base=100 + 14.0 * n) for n in range(13)]
    aside = line("Full list of author information is elsewhere", base=400)
    words = [line(str(n + 1), base=100 + 14.0 * n).words[0] for n in range(13)]
    numbers = [line_of(1, 0, 0, (replace(w, box=(20.0, w.box[1], 40.0, w.box[3])),)) for w in words]
    margin = line_of(
        1, 0, 0, tuple(replace(w, box=(w.box[0] - 49, w.box[1], w.box[2] - 49, w.box[3])) for w in aside.words)
    )
    lines = [replace(one, first=i) for i, one in enumerate([margin, *text, *numbers])]
    assert without_line_numbers([PageMarks(1, 595.0, 842.0, lines, [], [], [])]) == 13


def test_a_first_page_has_room_for_one_line_number() -> None:
    def page(number: int, *counted: int) -> PageMarks:
        text = [line("A line of a long sentence of a manuscript that goes on", base=100 + 14.0 * n) for n in range(20)]
        words = [line(str(n), base=100 + 14.0 * (n % 20)).words[0] for n in counted]
        numbers = [line_of(number, 0, 0, (replace(w, box=(20.0, w.box[1], 40.0, w.box[3])),)) for w in words]
        lines = [replace(one, first=i) for i, one in enumerate([*text, *numbers])]
        return PageMarks(number, 595.0, 842.0, lines, [], [], [])

    pages = [page(1, 5), page(2, 20, 25, 30, 35), page(3, 7)]
    assert without_line_numbers(pages) == 4
    assert [sum(one.text.isdigit() for one in p.lines) for p in pages] == [0, 0, 1]


@pytest.mark.parametrize(("gap", "size"), [(9.0, 10.0), (3.0, 8.0)])
def test_line_numbers_may_be_in_the_lines(gap: float, size: float) -> None:
    lines = []
    for n in range(14):
        base = 100 + 14.0 * n
        text = line("A line of a long sentence of a manuscript that goes on", base=base).words
        lines.append(line_of(1, n, n, (*text, word(str(n + 990), text[-1].box[2] + gap, size=size, base=base))))
    page = PageMarks(1, 595.0, 842.0, lines, [], [], [])
    assert without_line_numbers([page]) == 14
    assert {one.text for one in page.lines} == {"A line of a long sentence of a manuscript that goes on"}


def test_a_first_page_may_number_few_lines_of_text() -> None:
    def page(number: int, texts: int) -> PageMarks:
        text = [
            line("A line of a long sentence of a manuscript that goes on", base=100 + 14.0 * n) for n in range(texts)
        ]
        words = [line(str(n + 1), base=100 + 14.0 * n).words[0] for n in range(16)]
        numbers = [line_of(number, 0, 0, (replace(w, box=(20.0, w.box[1], 40.0, w.box[3])),)) for w in words]
        return PageMarks(number, 595.0, 842.0, [*text, *numbers], [], [], [])

    pages = [page(1, 4), page(2, 16)]
    without_line_numbers(pages)
    assert [sum(one.text.isdigit() for one in p.lines) for p in pages] == [0, 0]


def test_a_picture_that_begins_with_the_running_head_is_none() -> None:
    pages = [PageMarks(n, 595.0, 842.0, [], [], [], []) for n in (1, 3, 5)]
    head = "Finding the places of faults between the threads of programs"
    blocks = {p.number: [block_of(p.number, "page-header", [line(head, base=60)], "")] for p in pages[:2]}
    drawn = [line(text, base=60.0 + 20 * i) for i, text in enumerate((head, "A B C", "t1 t2 t3", "Fig. 1. A trace"))]
    blocks[5] = [block_of(5, "picture", drawn, "")]
    mark(pages, blocks, 10.0)
    assert [blocks[n][0].role for n in (1, 3, 5)] == ["noise", "noise", ""]


@pytest.mark.parametrize("label", ["table", "text"])
def test_the_abstract_beside_the_journals_box_of_dates_is_a_block_of_its_own(label: str) -> None:
    dates = [line(text, base=100 + 10.0 * i) for i, text in enumerate(("Received", "Accepted", "Keywords", "Fish"))]
    text = line("The abstract of a paper that has a box of dates to its left on the first page").words
    abstract = [
        line_of(1, 20 + i, 0, tuple(word(w.text, 207 + 20 * k, base=100 + 10.0 * i) for k, w in enumerate(text)))
        for i in range(6)
    ]
    lines = [*(replace(one, first=i) for i, one in enumerate(dates)), *abstract]
    page = PageMarks(1, 595.0, 842.0, lines, [], [], [])
    page.layout = [LayoutBox((43, 80, 563, 170), label)]
    assert [len(block.lines) for block in blocks_of(page)] == [4, 6]


def test_a_box_across_the_gutter_is_two() -> None:
    def at(text: str, x: float, base: float) -> Line:
        return line_of(
            1, round(x + base * 10), 0, tuple(word(w, x + 30 * i, base=base) for i, w in enumerate(text.split()))
        )

    rows = [at("one two three four five six", x, 200.0 + 14 * i) for i in range(14) for x in (50.0, 300.0)]
    heads = [at("1 Start", 50, 150), at("end of it", 300, 150)]
    page = PageMarks(1, 595.0, 842.0, heads + rows, [], [], [])
    page.layout = [LayoutBox((50, 140, 500, 155), "list-item"), LayoutBox((50, 190, 240, 400), "text")]
    found = [b for b in blocks_of(page) if b.box[1] < 160]
    assert [b.text for b in found] == ["1 Start", "end of it"]


@pytest.mark.parametrize("title", ["REFERENCES", "IV. EXPERIMENTS"])
@pytest.mark.parametrize(("top", "role"), [(60.0, ""), (90.0, "noise")])
def test_a_heading_at_the_top_of_a_column_is_no_running_head(title: str, top: float, role: str) -> None:
    """Text stands beside it, and none beside a running head."""
    head = block_of(1, "page-header", [line(title, base=60)], "")
    text = line("What is said in the other column", base=top)
    page = PageMarks(1, 595.0, 842.0, [*head.lines, text], [], [], [])
    mark([page], {1: [head, block_of(1, "text", [text], "")]}, 10.0)
    assert head.role == role


def test_the_head_of_a_tables_column_begins_no_list_of_references() -> None:
    def cell(text: str, x: float, base: float) -> Line:
        return line_of(1, 0, 0, tuple(word(part, x + 40 * i, base=base) for i, part in enumerate(text.split())))

    rows = [cell("Domain", 50, 100), cell("References", 300, 100), cell("EGFL", 50, 115), cell("Spring 1989", 300, 115)]
    page = PageMarks(1, 595.0, 842.0, rows, [], [], [])
    page.layout = [LayoutBox((40, 80, 500, 130), "table")]
    assert [block.label for block in blocks_of(page)] == ["table"]


def test_a_table_of_contents_begins_no_list_of_references() -> None:
    rows = [line("第一章 引言", base=100, bold=True), line("参考文献", base=120, bold=True)]
    pages = [line_of(1, 0, 0, (word(number, 500, base=base),)) for number, base in (("1", 100.0), ("39", 120.0))]
    page = PageMarks(1, 595.0, 842.0, rows + pages, [], [], [])
    page.layout = [LayoutBox((40, 80, 550, 130), "table")]
    assert [block.label for block in blocks_of(page)] == ["table"]


def test_a_heading_stands_where_text_begins_on_other_pages() -> None:
    """Beside a figure, say."""
    pages = [PageMarks(n, 595.0, 842.0, [], [], [], []) for n in (1, 2, 3)]
    blocks = {n: [block_of(n, "text", [line(f"What is said on page {n}", base=60)], "")] for n in (1, 2)}
    head = block_of(3, "page-header", [line("IV. EXPERIMENTS", base=60)], "")
    blocks[3] = [head, block_of(3, "text", [line("What is said on page 3", base=300)], "")]
    mark(pages, blocks, 10.0)
    assert not head.role


def test_a_captions_label_at_the_top_of_a_page_is_no_running_head() -> None:
    label, head = (block_of(1, "page-header", [line(text, base=60)], "") for text in ("表 3", "大语言模型综述"))
    mark([PageMarks(1, 595.0, 842.0, [], [], [], [])], {1: [label, head]}, 10.0)
    assert [(label.label, label.role), (head.label, head.role)] == [("caption", ""), ("page-header", "noise")]


@pytest.mark.parametrize(
    ("box", "label", "found"),
    [
        ((16, 110, 590, 680), "table", True),  # as the watermark lies
        ((40, 60, 560, 700), "page-footer", True),
        ((40, 100, 300, 690), "text", False),
        ((40, 780, 560, 800), "page-footer", False),
    ],
)
def test_a_watermark_is_no_box_of_the_page(box: Box, label: str, found: bool) -> None:
    page = PageMarks(1, 595.0, 842.0, [], [], [replace(line("仅供内部学习使用"), box=(14, 104, 592, 688))], [])
    assert _watermark(LayoutBox(box, label), page) == found
