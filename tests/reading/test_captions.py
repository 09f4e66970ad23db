"""Which lines are captions."""

# PyMuPDF has no types of its own.
# mypy: disallow-untyped-calls=False

from dataclasses import replace
from pathlib import Path

import pymupdf

from chatpaper.reading import Reader
from chatpaper.reading.captioned import find_captions
from chatpaper.reading.captions import captions_on, chosen, names_figure
from chatpaper.reading.desk import block_of
from chatpaper.reading.headings import candidate
from chatpaper.reading.pages import PageMarks

from .conftest import pdf_at
from .made import empty_desk, line


def test_a_caption_that_names_the_page_of_its_legend_is_none() -> None:
    here = block_of(1, "caption", [line("Fig. 1 Characterization of the editor")], "")
    there = block_of(2, "caption", [line("Fig. 1 (See legend on previous page.)")], "")
    found = chosen(captions_on([here], 10.0) + captions_on([there], 10.0))
    assert [c.after for c in found] == ["Characterization of the editor"]


def test_a_short_block_without_a_stop_behind_its_label_is_a_caption() -> None:
    short = block_of(1, "text", [line("Figure 3 Short-range performance")], "")
    sentence = block_of(1, "text", [line("Figure 4 shows what the tuner does")], "")
    paragraph = block_of(1, "text", [line(text) for text in ("Figure 5 Ours and theirs", *["go on"] * 4)], "")
    assert [c.number for c in chosen(captions_on([short, sentence, paragraph], 10.0))] == ["3"]


def test_a_caption_set_like_the_others_is_one() -> None:
    sure = block_of(1, "caption", [line("Figure 1 Ours", size=8)], "")
    long = block_of(2, "text", [line(text, size=8) for text in ("Figure 2 Ours and theirs", *["go on"] * 4)], "")
    text = block_of(3, "text", [line(text) for text in ("Figure 3 A and B tell", *["go on"] * 4)], "")
    bracket = block_of(4, "text", [line(text, size=8) for text in ("Figure 4 (Get4) complex", *["go on"] * 4)], "")
    found = chosen([c for block in (sure, long, text, bracket) for c in captions_on([block], 8.0)])
    assert [c.number for c in found] == ["1", "2", "4"]


def test_a_label_with_a_dash_is_not_cut_before_it() -> None:
    """A sentence on 图2–6 would seem to be a caption of 图2, with a dash behind its label."""
    caption = block_of(1, "text", [line("图2–6 时序数据集示例")], "")
    text = block_of(1, "text", [line(text) for text in ("图2–6是一个时序数据集示例，", *["它有七个元组，"] * 4)], "")
    assert [c.label for c in chosen(captions_on([caption], 10.0))] == ["图2–6"]
    assert not chosen(captions_on([text], 10.0))


def test_roman_labels_are_set_alike() -> None:
    sure = block_of(1, "caption", [line("TABLE II", size=8)], "")
    other = block_of(2, "section-header", [line("TABLE I", size=8)], "")
    table = block_of(2, "table", [line("A B", base=118)], "")
    assert [c.label for c in chosen(captions_on([sure], 10.0) + captions_on([other, table], 10.0))] == [
        "TABLE II",
        "TABLE I",
    ]
    assert candidate(other.lines, True) is None


def test_a_caption_may_begin_with_a_name_in_small_letters() -> None:
    name = block_of(1, "text", [line(text) for text in ("Fig 2. npGraph and its parts", *["go on"] * 4)], "")
    text = block_of(1, "text", [line(text) for text in ("Fig 3. and what it shows", *["go on"] * 4)], "")
    found = {c.number: c.score for c in captions_on([name, text], 10.0)}
    assert found["2"] - found["3"] == 2


def test_a_sentence_on_a_figure_is_text_though_the_model_takes_it_for_a_caption() -> None:
    assert names_figure("Figure 3 shows that the tuner works.")
    assert not names_figure("Figure 3: shows of the tuner.")


def test_a_list_of_figures_has_no_captions(reader: Reader, tmp_path: Path) -> None:
    document = pymupdf.open()
    contents = document.new_page()
    contents.insert_text((60, 100), "List of Figures", fontsize=24, fontname="hebo")
    for n in range(1, 7):
        contents.insert_text((60, 130 + 20 * n), f"Figure {n}: How test {n} went " + ". " * 30 + f"{n + 10}")
    text = document.new_page()
    text.insert_text((60, 90), "1 Tests", fontsize=16, fontname="hebo")
    text.insert_textbox((60, 110, 530, 300), "What the tests showed is told here. " * 20, fontsize=11)
    text.draw_rect((100, 320, 490, 500), fill=(0.5, 0.6, 0.9))
    text.insert_text((60, 530), "Figure 1: How test 1 went", fontsize=11)
    text.insert_textbox((60, 560, 530, 760), "And what they did not is told below. " * 20, fontsize=11)
    document.save(tmp_path / "listed.pdf")
    paper = reader.read(pdf_at(tmp_path / "listed.pdf"), anyway=True)
    assert [(f.label, f.page) for f in paper.figures] == [("Figure 1", 2)]


def test_a_tables_title_below_its_label_is_no_row() -> None:
    """For the layout model it may be the table's first one."""
    desk = empty_desk()
    label, title, row = line("TABLE III", base=60), line("What the models were given", base=74), line("A 1 2", base=90)
    middle = (title.box[0] + title.box[2]) / 2
    centred = replace(label, box=(middle - 20, label.box[1], middle + 20, label.box[3]))
    desk.pages = [PageMarks(1, 595.0, 842.0, [], [], [], [])]
    desk.blocks[1] = [block_of(1, "caption", [centred], ""), *(block_of(1, "table", [one], "") for one in (title, row))]
    find_captions(desk)
    assert [[one.text for one in caption.lines] for caption in desk.captions] == [["TABLE III", title.text]]
