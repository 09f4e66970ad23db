"""What stands before the first section."""

# PyMuPDF has no types of its own.
# mypy: disallow-untyped-calls=False

from dataclasses import replace
from pathlib import Path

import pymupdf
import pytest

from chatpaper.reading import Reader, titlepage
from chatpaper.reading.abstract import cleaned_abstract, find_abstract
from chatpaper.reading.desk import block_of
from chatpaper.reading.front import cleaned_title, find_title
from chatpaper.reading.headings import candidate
from chatpaper.reading.marks import Block, Line, Style, line_of
from chatpaper.reading.opening import _names_authors, _says_title
from chatpaper.reading.pages import PageMarks

from .conftest import pdf_at
from .made import empty_desk, line, word

BODY = Style("Serif", 10.0, False, False, False)
TITLE = [line("A Study of Something", base=100, size=18)]
PROSE = (
    "Patients were asked in each hospital how the programme served them after they had left the clinic. ",
    "Sessions held them together, and most of them found that what they learned there was well worth the way. ",
    "Once the programme had ended many felt left alone, and their care at home became less regular than before.",
)
PLACES = (
    "Department of Physics, University of London; Institute of Optics, College of Science, Academy of Paris",
    "School of Computing, University of Leeds; Laboratory of Systems, Faculty of Mathematics, University of Bonn",
    "Center for Research, Hospital of the Foundation, Division of Technology, Institute of Intelligence, Alphabet.",
)


def paragraph(*texts: str, top: float, left: float = 50.0, width: float = 500.0, bold: bool = False) -> Block:
    lines = [line(text, base=top + 12 * i, bold=bold) for i, text in enumerate(texts)]
    moved = [replace(one, box=(left, one.box[1], left + width, one.box[3])) for one in lines]
    return block_of(1, "text", moved, "")


DATED = (
    "4Faculty of Physics, Universidade do Porto, Rua do Campo Alegre 687, Porto, where all of it was done in fact",
    "5Somewhere else in the city, at a street with a name that takes the whole of this line and a little more of it",
    "(Received 14 October 2014; published 9 February 2015)",
)
SMALL = ("t-SNE shows what is near. " + PROSE[0], *PROSE[1:])
MIDST = ("of an entity that goes on from the page before, " + PROSE[0], *PROSE[1:])


@pytest.mark.parametrize(
    ("lines", "found"), [(PROSE, True), (PLACES, False), (DATED, False), (SMALL, True), (MIDST, False)]
)
def test_prose_on_institutions_may_be_an_abstract_and_affiliations_may_not(lines: tuple[str, ...], found: bool) -> None:
    block = paragraph(*lines, top=200)
    assert find_abstract([block], [], TITLE, BODY) == ([block] if found else [])


@pytest.mark.parametrize(
    "after",
    [
        paragraph("IMPORTANCE What others should know of it.", top=260),
        paragraph("Far below its end begins the text.", top=330),
        paragraph(*["In columns of half the width begins the text."] * 4, top=265, width=240),
        paragraph(*["On both sides the text juts out."] * 4, top=250, left=40, width=520),
        paragraph("Abstract", "In another language it is said again.", top=260, bold=True),
    ],
    ids=["statement", "far", "narrow", "wide", "translation"],
)
def test_an_abstract_ends_where_something_else_begins(after: Block) -> None:
    head = paragraph("Abstract", top=180)
    block = paragraph(*PROSE, top=200)
    assert find_abstract([head, block, after], [], TITLE, BODY) == [block]


def test_an_abstract_that_is_named_twice_has_neither_name() -> None:
    heads = [paragraph("Abstract", top=160), paragraph("ABSTRACT", top=180)]
    block = paragraph(*PROSE, top=200)
    assert find_abstract([*heads, block], [], TITLE, BODY) == [block]


def test_chinese_keywords_end_an_abstract() -> None:
    blocks = [
        paragraph(text, top=180.0 + 14 * i) for i, text in enumerate(("摘要", "本文研究慢钟。" * 20, "关键字：钟"))
    ]
    assert find_abstract(blocks, [], TITLE, BODY) == blocks[1:2]


def test_parts_of_an_abstract_stand_at_the_margin_though_its_name_is_centred() -> None:
    name = replace(line("Abstract", base=180, bold=True), box=(286.0, 172.0, 326.0, 182.0))
    part = paragraph("Background", top=200, width=55, bold=True)
    text, references = paragraph(*PROSE, top=220), paragraph("References", top=700, width=60)
    headings = [h for b in (part, references) if (h := candidate(b.lines, True))]
    blocks = [block_of(1, "text", [name], ""), part, text]
    assert find_abstract(blocks, headings, TITLE, BODY) == [part, text]


def test_an_abstract_in_bold_goes_on_in_the_next_column() -> None:
    head = paragraph("Summary", top=180, width=60)
    blocks = [
        paragraph(*PROSE, top=200, width=240, bold=True),
        paragraph("The text begins below it.", top=270, width=240),
        paragraph("Its end stands beside it.", top=200, left=310, width=240, bold=True),
        paragraph("The text goes on.", top=240, left=310, width=240),
    ]
    assert find_abstract([head, *blocks], [], TITLE, BODY) == [blocks[0], blocks[2]]


def test_publishers_lines_are_no_part_of_an_abstract() -> None:
    text = "It works. © 2014 The Societies of Europe. Published by Elsevier B.V. All rights reserved."
    assert cleaned_abstract(text) == "It works."
    assert cleaned_abstract("It works. DOI: 10.1103/PhysRevE.91.022404 PACS number(s): 62.20.F") == "It works."
    assert (
        cleaned_abstract("# 2008 Union of Crystallography Printed in Chester – all rights reserved We show")
        == "We show"
    )
    told = "Data: doi:10.5281/zenodo.12. " + "We show what they say, at length and for everybody who asks. " * 3
    assert cleaned_abstract(told) == told.strip()
    assert cleaned_abstract("– We study it – at length.") == "We study it – at length."


def test_a_sentence_goes_on_past_the_notes_at_the_pages_foot() -> None:
    first = paragraph("Abstract", "It begins here and", top=200)
    note = block_of(1, "text", [line("This work is licensed to all.", base=700, size=8)], "")
    rest = paragraph("ends on the next page.", top=60)
    assert find_abstract([first, note, rest], [], TITLE, BODY) == [first, rest]


def test_an_abstract_begins_behind_how_the_paper_is_cited() -> None:
    cited = (
        "Lovelace A, Somerville M. A study of something. J Phys 298:",
        "L335, 2010; doi:10.1152/phys.00190.2009.—All",
    )
    block = paragraph(*cited, *PROSE, top=200)
    assert find_abstract([block], [], TITLE, BODY) == [block]
    assert block.text.startswith("All Patients were")


def test_an_abstract_beside_the_first_heading() -> None:
    first = paragraph("1. Introduction", top=200, left=390, width=80, bold=True)
    beside = paragraph(*PROSE, top=210, left=50, width=300, bold=True)
    heading = candidate(first.lines, True)
    assert heading is not None
    assert find_abstract([first, beside], [heading], TITLE, BODY) == [beside]
    plain = paragraph(*PROSE, top=210, left=50, width=300)
    assert find_abstract([first, plain], [heading], TITLE, BODY) == []


def test_the_title_is_what_names_follow() -> None:
    """Not the university above it, and not its translation."""
    lines = [
        line("Universidade do Estado do Rio", base=60, size=20),
        line("基于深度学习的蛋白质研究", base=200, size=16),
        line("A Study of Proteins and of Learning", base=225, size=16),
        line("杨志贤 孙豪", base=260, size=12),
    ]
    blocks = [block_of(1, "text", [one], "") for one in lines]
    assert find_title(blocks, 800.0, "") == [lines[1]]


@pytest.mark.parametrize(
    ("others", "title"),
    [
        (("本 科 毕 业 论 文",), "慢钟的参数反演"),
        (("运筹学课程论文", "钟走得慢，这一点早已为人所知。本文给出了它慢下来的原因。"), "慢钟的参数反演"),
    ],
)
def test_what_is_no_title(others: tuple[str, ...], title: str) -> None:
    lines = [line(text, base=60.0 + 60 * i, size=18) for i, text in enumerate(others)]
    lines.append(line(title, base=300, size=15, bold=True))
    assert find_title([block_of(1, "text", [one], "") for one in lines], 800.0, "") == lines[-1:]


def test_the_abstracts_name_close_below_is_no_part_of_the_title() -> None:
    lines = [line("波浪能装置输出功率的研究", base=80, size=17), line("摘要", base=110, size=17)]
    blocks = [block_of(1, "section-header", [one], "") for one in lines]
    assert find_title(blocks, 800.0, "") == lines[:1]


def test_a_broken_word_goes_on_in_the_next_line_of_the_title() -> None:
    lines = [line("Title: The contribution of many long pro-", base=80, size=14), line("cesses", base=96, size=14)]
    blocks = [block_of(1, "list-item", [one], "") for one in lines]
    assert find_title(blocks, 800.0, "") == lines


def test_a_title_says_its_name() -> None:
    assert cleaned_title("Title: Slow clocks∗") == "Slow clocks"
    assert cleaned_title("Slow clocks in slow rooms☆") == "Slow clocks in slow rooms"
    assert cleaned_title("Titles of papers") == "Titles of papers"


def test_a_row_of_the_title_torn_by_wide_blanks_is_one() -> None:
    def part(text: str, x: float) -> Line:
        return line_of(1, 0, 0, (word(text, x, size=18, base=100, bold=True),))

    title = [part("Farming:", 50), part("goodideas", 50 + 40 + 30), part("bloom", 50 + 115 + 30)]
    assert find_title([block_of(1, "title", title, "")], 800.0, "") == title


def test_a_running_head_is_a_title_only_where_nothing_else_is() -> None:
    head = block_of(1, "page-header", [line("Materials Chemistry of All Kinds", base=50, size=21)], "")
    title = block_of(1, "section-header", [line("A Study of Something Else", base=100, size=16)], "")
    assert find_title([head, title], 800.0, "") == title.lines
    assert find_title([head], 800.0, "") == head.lines


@pytest.mark.parametrize(
    ("text", "first", "names"),
    [
        ("A. Gopal,† V. A. Belyi,‡ and K. Y. C. Lee†", False, True),
        ("K. Venkata Rao ¹", True, True),
        ("A. Related Works", True, False),
        ("K. Venkata Rao", False, False),
        ("A. A Gopal Lemma†", False, False),
    ],
)
def test_authors_are_no_heading(text: str, first: bool, names: bool) -> None:
    heading = candidate([line(text, bold=True)], True)
    assert heading is not None
    assert _names_authors(heading, 1, first) == names
    assert not _names_authors(heading, 2, first)


def test_the_title_in_a_running_head_is_no_heading() -> None:
    said = candidate([line("2 A Study of Something Else", bold=True)], True)
    other = candidate([line("2 A Study of Something", bold=True)], True)
    assert said is not None
    assert other is not None
    title = [line("A Study of", size=18), line("Something Else", base=120, size=18)]
    assert _says_title(said, title)
    assert not _says_title(other, title)


def test_the_paper_begins_behind_its_cover(reader: Reader, tmp_path: Path) -> None:
    """The cover names some of the authors only, as publishers' do."""
    document = pymupdf.open()
    title = "An endogenous virus in a fungus that kills frogs"
    cover = document.new_page()
    cover.insert_text((60, 120), title, fontsize=18, fontname="hebo")
    cover.insert_text((60, 160), "Ada Lovelace, ..., Charles Babbage", fontsize=10)
    cover.insert_textbox((60, 200, 500, 400), "In brief: " + PROSE[0] * 3, fontsize=10)
    first = document.new_page()
    first.insert_text((60, 90), title, fontsize=18, fontname="hebo")
    first.insert_text((60, 120), "Ada Lovelace, Mary Somerville, and Charles Babbage", fontsize=10, fontname="hebo")
    first.insert_text((60, 150), "SUMMARY", fontsize=10, fontname="hebo")
    first.insert_textbox((60, 160, 530, 260), "".join(PROSE), fontsize=10)
    first.insert_text((60, 280), "INTRODUCTION", fontsize=12, fontname="hebo")
    first.insert_textbox((60, 295, 530, 700), "What is known of frogs is told here. " * 30, fontsize=10)
    document.save(tmp_path / "covered.pdf")
    paper = reader.read(pdf_at(tmp_path / "covered.pdf"), anyway=True)
    assert paper.title == title
    assert paper.authors == ("Ada Lovelace", "Mary Somerville", "Charles Babbage")
    assert paper.abstract == "".join(PROSE).strip()
    assert [(s.title, s.page) for s in paper.sections] == [("INTRODUCTION", 2)]


@pytest.mark.parametrize(
    "said",
    [
        "This article was downloaded by: [A University]",
        "JSTOR is a not-for-profit service.",
        "Provided for non-commercial research and educational use.",
    ],
)
def test_a_librarys_sheet_says_what_it_is(reader: Reader, tmp_path: Path, said: str) -> None:
    """Its title is larger than the paper's, and it has paragraphs."""
    document = pymupdf.open()
    sheet = document.new_page()
    sheet.insert_text((60, 90), "Journal of Frogs and of What Kills Them", fontsize=24, fontname="hebo")
    sheet.insert_text((60, 130), said, fontsize=10)
    sheet.insert_textbox((60, 200, 500, 400), "Terms and conditions of its use are told here. " * 12, fontsize=10)
    first = document.new_page()
    first.insert_text((60, 90), "An endogenous virus in a fungus", fontsize=16, fontname="hebo")
    first.insert_text((60, 120), "Ada Lovelace, Mary Somerville, and Charles Babbage", fontsize=10)
    first.insert_textbox((60, 160, 530, 260), "Abstract. " + "".join(PROSE), fontsize=10)
    first.insert_text((60, 280), "1. Introduction", fontsize=12, fontname="hebo")
    first.insert_textbox((60, 295, 530, 700), "What is known of frogs is told here. " * 30, fontsize=10)
    document.save(tmp_path / "sheet.pdf")
    paper = reader.read(pdf_at(tmp_path / "sheet.pdf"), anyway=True)
    assert paper.title == "An endogenous virus in a fungus"
    assert paper.authors == ("Ada Lovelace", "Mary Somerville", "Charles Babbage")


def test_a_widely_spaced_title_on_one_axis() -> None:
    lines = [centred("A model of how stories are thought up by", 90), centred("writers", 119)]
    blocks = [block_of(1, "section-header", lines, "")]
    assert find_title([*blocks, paragraph(*PROSE, top=200)], 800.0, "") == lines


def test_a_widely_spaced_title_in_a_typeface_of_its_own() -> None:
    """In the size of the text, and each line a paragraph for the layout model."""
    title = [centred("A model of how stories are thought up by", 90, size=10), centred("Good Writers", 112, size=10)]
    names = centred("Ada Lovelace, Charles Babbage", 140, size=10, bold=False)
    blocks = [block_of(1, "text", [one], "") for one in (*title, names)]
    assert find_title([*blocks, paragraph(*PROSE, *PROSE, top=200)], 800.0, "") == title


def centred(text: str, base: float, *, size: float = 13.0, bold: bool = True) -> Line:
    one = line(text, base=base, size=size, bold=bold)
    left = 300 - (one.box[2] - one.box[0]) / 2 - one.box[0]
    moved = (replace(w, box=(w.box[0] + left, w.box[1], w.box[2] + left, w.box[3])) for w in one.words)
    return line_of(1, 0, 0, tuple(moved))


def test_a_paragraph_has_no_title_in_its_midst() -> None:
    desk = empty_desk()
    text = [
        line(f"社会性动物的群集活动往往能产生惊人的效果之{c}", base=100 + 20.0 * i, size=12)
        for i, c in enumerate("甲乙丙丁戊己庚辛")
    ]
    text[0] = replace(text[0], size=10.0)  # with the smaller letters of a formula, say
    desk.flow = [block_of(1, "text", text, "")]
    desk.body_size = 10.0
    assert titlepage._title(desk, PageMarks(1, 595.0, 842.0, [], [], [], []), "") == []


def test_a_badge_beside_the_title_hides_it_from_the_layout_model_alone() -> None:
    desk = empty_desk()
    desk.body_size = 9.0
    title = line("A Program that Caches", base=90, size=18, bold=True)
    claim = line("the first optimization that caches soundly", base=400, size=9, bold=True)
    desk.pages = [PageMarks(1, 600.0, 800.0, [title, claim], [], [], [])]
    desk.blocks[1] = [block_of(1, "picture", [title], ""), block_of(1, "text", [claim], "")]
    desk.flow = desk.blocks[1]
    titlepage.find(desk)
    assert desk.front.title == [title]
