"""Numbers, names and levels of headings."""

from dataclasses import replace

import pytest

from chatpaper.reading.desk import block_of
from chatpaper.reading.headings import Heading, candidate, levels, numbered, split_headings
from chatpaper.reading.heads import _join_parts, more_headings, without_figure_titles
from chatpaper.reading.marks import Block, Line, line_of
from chatpaper.reading.opening import _centred

from .made import empty_desk, line, word


@pytest.mark.parametrize(
    ("text", "number", "title"),
    [
        ("1 Introduction", "1", "Introduction"),
        ("3.1. Task definition", "3.1", "Task definition"),
        ("2 . 3 Spaced out", "2.3", "Spaced out"),
        ("IV. RESULTS", "IV", "RESULTS"),
        ("A.1 Proofs", "A.1", "Proofs"),
        ("Appendix B: More tables", "B", "More tables"),
        ("Chapter 2 Methods", "2", "Methods"),
        ("第一章 绪论", "第一章", "绪论"),
        ("第 3 章基于网络的算法", "第3章", "基于网络的算法"),
        ("一、引言", "一", "引言"),
        ("3.2基于单通道的方法", "3.2", "基于单通道的方法"),
        ("References", None, "References"),
        ("A. baumannii is more susceptible", None, "A. baumannii is more susceptible"),
        ("2020 was a year", None, "2020 was a year"),
        ("3D reconstruction", None, "3D reconstruction"),
        ("3.2 1D Range Tree", "3.2", "1D Range Tree"),
        ("3.3. 2opt Algorithm", "3.3", "2opt Algorithm"),
        ("1.5 2x = 3", None, "1.5 2x = 3"),
        ("2.4.1 | Simulation 1", "2.4.1", "Simulation 1"),
        ("APPENDIX A: PROOFS", "A", "PROOFS"),
        ("APPENDIX DIFFERENTIAL GEOMETRY", None, "APPENDIX DIFFERENTIAL GEOMETRY"),
        ("R E S C I E N C E C", None, "R E S C I E N C E C"),
    ],
)
def test_numbers(text: str, number: str | None, title: str) -> None:
    assert numbered(text)[:2] == (number, title)


@pytest.mark.parametrize(
    "text",
    [
        *("Abstract", "Keywords", "Figure 3: A cat", "Table 1", "Theorem 2.1 (Main)", "42", "关键词", "Continued"),
        *("R> tidy <- melt(raw, id = 1)", "> help(pvalues)", "thetanew <- c(1, 2)", "Affiliation:"),
        "[17], POPE [23], MME [12], SEED [21], and MMMU [52].",
        "数据。此外，模型的梯度会导致峰值。",
        *("= γAv(t).", "图目录", "目 次", "Communicated by: H. A. Babaie", "Q1 : Solid ∩ ( hasProperty.Melt"),
        *("1 采样点与网络输出之间的均方误差,", "插 图", "目 录"),
    ],
)
def test_what_is_no_heading(text: str) -> None:
    assert candidate([line(text)], True) is None


@pytest.mark.parametrize(
    "text", ["表格识别方法", "[D1] Discover Relevant Citations", "Methods of [3]", "Accuracy > 90%"]
)
def test_what_is_one_all_the_same(text: str) -> None:
    assert candidate([line(text)], True) is not None


def test_a_number_begins_the_next_heading() -> None:
    lines = [line("Protein D, ddrD", bold=True), line("4.2. Manipulation", bold=True, base=113)]
    assert [[one.text for one in part] for part in split_headings(block_of(1, "section-header", lines, ""))] == [
        ["Protein D, ddrD"],
        ["4.2. Manipulation"],
    ]


def test_two_chinese_characters_name_a_section() -> None:
    block = block_of(1, "section-header", [line("1 引言", bold=True), line("语言是人类的能力", base=117)], "")
    assert [[one.text for one in part] for part in split_headings(block)] == [["1 引言"], ["语言是人类的能力"]]


def heads(*texts: tuple[str, float]) -> list[Heading]:
    found = [
        candidate([line(text, size=size, bold=True, base=50.0 + 30 * i)], True) for i, (text, size) in enumerate(texts)
    ]
    return levels([h for h in found if h])


def test_levels_follow_numbers() -> None:
    found = heads(("1 Introduction", 12), ("2 Method", 12), ("2.1 Data", 11), ("2.1.1 Sources", 10), ("References", 12))
    assert [h.level for h in found] == [1, 1, 2, 3, 1]


def test_levels_of_roman_schemes() -> None:
    found = heads(("I. INTRODUCTION", 10), ("II. METHOD", 10), ("A. Data", 9), ("B. Model", 9), ("III. RESULTS", 10))
    assert [(h.number, h.level) for h in found] == [("I", 1), ("II", 1), ("A", 2), ("B", 2), ("III", 1)]


def test_an_i_with_parts_is_a_letter() -> None:
    found = heads(("1 Introduction", 12), ("2 Method", 12), ("References", 12), ("I Supplement", 12), ("I.1 Runs", 11))
    assert [(h.number, h.level) for h in found][-2:] == [("I", 1), ("I.1", 2)]


def test_letters_behind_more_roman_sections_are_below_them() -> None:
    """Though references came before: a supplement that counts on."""
    found = heads(
        ("I. INTRODUCTION", 10), ("II. METHOD", 10), ("REFERENCES", 10), ("III. DETAILS", 10), ("A. Limits", 9)
    )  # fmt: skip
    assert [h.level for h in found] == [1, 1, 1, 1, 2]


def test_letters_that_count_within_an_appendix_are_no_appendices() -> None:
    found = heads(
        ("1 Introduction", 12), ("2 Method", 12), ("References", 12), ("A Proofs", 12), ("A.1 Cases", 11),
        ("A. The first case", 10), ("B. The second case", 10), ("Contributions", 10), ("B Data", 12),
    )  # fmt: skip
    assert [h.level for h in found] == [1, 1, 1, 1, 2, 3, 3, 3, 1]


def test_figures_below_chinese_numbers() -> None:
    found = heads(("一、问题", 14), ("1.1 背景", 12), ("1. 第一步", 10), ("2. 第二步", 10), ("二、模型", 14))
    assert [h.level for h in found] == [1, 2, 3, 3, 1]


def test_numbers_that_begin_anew_below_names() -> None:
    found = heads(
        ("前言", 14), ("1. 数据", 12), ("2. 模型", 12), ("结论", 14), ("1. 意义", 12), ("2. 不足", 12), ("附录", 12)
    )  # fmt: skip
    assert [h.level for h in found] == [1, 2, 2, 1, 2, 2, 1]


def test_a_supplement_that_begins_anew_is_none_of_them() -> None:
    found = heads(
        ("Introduction", 14), ("1 Data", 14), ("2 Model", 14), ("References", 14), ("1 Proofs", 14), ("2 Tables", 14)
    )  # fmt: skip
    assert {h.level for h in found} == {1}


def test_a_name_of_a_section_may_begin_with_a_small_letter() -> None:
    found = heads(("1 Introduction", 12), ("2 circRNA databases", 12), ("3 Outlook", 12))
    assert [h.number for h in found] == ["1", "2", "3"]


def test_letters_begin_with_a_in_each_section() -> None:
    """In italics below Roman figures (IEEE), where the layout model takes them for lines of the text."""
    desk = empty_desk()

    def italic(text: str, base: float) -> Line:
        one = line(text, base=base)
        return line_of(1, int(base), 0, tuple(replace(w, font="Serif-Italic", italic=True) for w in one.words))

    lettered = [italic(text, 115.0 + 100 * (i // 2) + 30 * (i % 2)) for i, text in enumerate(LETTERED)]
    blocks = []
    for at, name in enumerate(("I. ONE", "II. TWO", "III. THREE")):
        top = 100.0 + 100 * at
        a, b = lettered[2 * at : 2 * at + 2]
        blocks += [
            block_of(1, "section-header", [line(name, base=top, index=int(top))], ""),
            block_of(1, "section-header", [a], "") if not at else block_of(1, "text", [a], ""),
            block_of(1, "text", [line("what is said of it", base=top + 30, index=int(top) + 30), b], ""),
        ]
    desk.body = line("text").style
    desk.blocks[1], desk.flow = list(blocks), list(blocks)
    desk.headings = [h for b in blocks if b.label == "section-header" and (h := candidate(b.lines, True))]
    assert [h.title for h in more_headings(desk) if "letter" in h.marks] == [text[3:] for text in LETTERED[:-1]]


LETTERED = ("A. Data", "B. Model", "A. Runs", "B. Scores", "A. Limits", "A. Nothing")


def test_levels_without_numbers_follow_styles() -> None:
    found = heads(("Introduction", 14), ("Methods", 14), ("Patients", 12), ("Results", 14), ("References", 14))
    assert [h.level for h in found] == [1, 1, 2, 1, 1]
    found = heads(
        ("Analysis of Patterns", 14), ("Of Shapes", 12), ("A Measure", 14), ("Of Units", 12), ("References", 14)
    )
    assert [h.level for h in found] == [1, 2, 1, 2, 1]


def test_of_two_fonts_that_only_names_tell_apart_the_upper_one_stands_above_the_other() -> None:
    """SAGE's bold and bold italic are called AdvPS8E82 and AdvPS8E91."""

    def head(text: str, base: float, font: str) -> Heading:
        one = line(text, base=base, size=12)
        found = candidate([line_of(1, 0, 0, tuple(replace(w, font=font) for w in one.words))], True)
        assert found is not None
        return found

    texts = [("Introduction", 50, "A"), ("A model", 150, "A"), ("Notions", 170, "B"), ("Of Motion", 300, "B")]
    texts += [("Control design", 400, "A"), ("Structure", 420, "B"), ("References", 600, "A")]
    found = levels([head(*one) for one in texts])
    assert [h.level for h in found] == [1, 1, 2, 2, 1, 2, 1]


def test_an_article_is_no_number() -> None:
    found = heads(("1 Introduction", 12), ("A satisfactory model", 11), ("2 Method", 12))
    assert [(h.number, h.title) for h in found][1] == (None, "A satisfactory model")


def test_appendices_are_numbered_by_letters() -> None:
    found = heads(("1 Introduction", 12), ("2 Method", 12), ("References", 12), ("A Proofs", 12), ("B Data", 12))
    assert [(h.number, h.level) for h in found][-2:] == [("A", 1), ("B", 1)]


def test_a_bold_start_of_a_paragraph_is_no_heading() -> None:
    bold = [word("Mechanism", 50, bold=True), word("found", 100, bold=True)]
    paragraph = line_of(1, 0, 0, (*bold, word("Both", 130), word("channels", 160), word("show", 205)))
    formula = line_of(1, 0, 0, (*bold, word("KATP", 130)))
    assert candidate([paragraph], True) is None
    assert candidate([formula], True) is not None


def test_capitals_above_small_letters_are_two_headings() -> None:
    lines = [line("MATERIALS AND METHODS", bold=True), line("Cell Culture", bold=True, base=112)]
    assert split_headings(block_of(1, "section-header", lines, "")) == [[lines[0]], [lines[1]]]
    two = [line("MATERIALS AND", bold=True), line("METHODS", bold=True, base=112)]
    assert split_headings(block_of(1, "section-header", two, "")) == [two]


def test_steps_of_an_algorithm_are_no_sections() -> None:
    found = heads(("1 Introduction", 12), ("2 Curves", 12), ("15 end if", 10), ("16 Avg of runs", 9), ("3 Area", 12))
    assert [h.number for h in found] == ["1", "2", "3"]


def test_an_appendix_may_count_from_one_again() -> None:
    found = heads(("1 Introduction", 12), ("2 Method", 12), ("3 Results", 12), ("1 More results", 12))
    assert [h.number for h in found] == ["1", "2", "3", "1"]


def test_a_title_right_above_a_picture_is_none_of_the_papers_headings() -> None:
    desk = empty_desk()
    plain, drawn = line("Results", bold=True, base=100), line("Strains that grew", base=300)
    drawn = line_of(1, 9, 9, tuple(replace(w, font="Helvetica", size=13.0) for w in drawn.words))
    desk.blocks[1] = [
        block_of(1, "section-header", [plain], ""),
        block_of(1, "section-header", [drawn], ""),
        Block(1, (40, 310, 400, 500), "picture", []),
    ]
    desk.headings = [h for h in (candidate([plain], True), candidate([drawn], True)) if h]
    assert [h.title for h in without_figure_titles(desk)] == ["Results"]


def test_one_style_serves_two_levels_where_the_upper_one_is_centred() -> None:
    names = ("Introduction", "Barriers", "A solution", "Results", "Zones", "Discussion", "Devices")
    centred = {"Introduction", "Results", "Discussion"}
    found = [h for h in (candidate([line(name, bold=True)], True) for name in names) if h]
    for h in found:
        h.centred = h.title in centred
    assert [h.level for h in levels(found)] == [1, 2, 2, 1, 2, 1, 2]


def test_a_heading_is_centred_over_the_text_of_its_column() -> None:
    desk = empty_desk()
    text = line("what is said in it " * 6, base=130)
    middle = (text.box[0] + text.box[2]) / 2
    inset = line_of(1, 0, 0, (word("Methods", middle - 17.5, bold=True),))
    flush = line_of(1, 0, 0, (word("Methods", text.box[0], bold=True),))
    found = []
    for one in (inset, flush):
        desk.blocks[1] = [block_of(1, "section-header", [one], ""), block_of(1, "text", [text], "")]
        heading = candidate([one], True)
        assert heading is not None
        found.append(_centred(desk, heading))
    assert found == [True, False]


def test_a_chapters_label_above_its_number_says_it_twice() -> None:
    desk = empty_desk()
    lines = [line("Chapter 1", size=24, bold=True, base=100), line("1. Introduction", size=24, bold=True, base=140)]
    desk.flow = [block_of(1, "section-header", [one], "") for one in lines]
    desk.headings = [h for h in (candidate([one], True) for one in lines) if h]
    _join_parts(desk)
    assert [(h.number, h.title) for h in desk.headings] == [("1", "Introduction")]


@pytest.mark.parametrize(("second", "joined"), [("in Moorea", True), ("Moorea", False)])
def test_a_small_letter_goes_on_with_the_heading_above(second: str, joined: bool) -> None:
    """The first line had room for it."""
    desk = empty_desk()
    lines = [line("Injuries in adult sharks", size=12, bold=True, base=100), line(second, size=12, bold=True, base=114)]
    desk.flow = desk.blocks[1] = [block_of(1, "section-header", [one], "") for one in lines]
    desk.blocks[1] = [*desk.flow, block_of(1, "text", [line("What is said of them in all of this " * 3, base=140)], "")]
    desk.headings = [h for h in (candidate([one], True) for one in lines) if h]
    _join_parts(desk)
    assert (len(desk.headings) == 1) == joined


def test_an_appendixs_label_stands_above_its_title_or_alone() -> None:
    desk = empty_desk()
    lines = [line("APPENDIX A", base=100), line("PROOF OF THE FIRST EQUATION", base=114), line("APPENDIX B", base=300)]
    desk.flow = [block_of(1, "section-header", [one], "") for one in lines]
    desk.blocks[1] = list(desk.flow)
    desk.headings = [h for h in (candidate([one], True) for one in lines) if h]
    _join_parts(desk)
    assert [(h.number, h.title) for h in desk.headings] == [("A", "PROOF OF THE FIRST EQUATION"), (None, "APPENDIX B")]


def test_a_number_that_is_missing_between_two_others() -> None:
    """Its heading is set like the text (Springer's third level)."""
    desk = empty_desk()
    texts = ("2 Background", "2.1 Related work", "2.3 is the mean of it", "2.2 Terms")
    labels = ("section-header", "text", "text", "section-header")
    desk.flow = [block_of(1, labels[i], [line(t, base=100.0 + 40 * i)], "") for i, t in enumerate(texts)]
    desk.headings = [h for b in desk.flow if b.label == "section-header" and (h := candidate(b.lines, True))]
    desk.body = line("text").style
    assert [h.number for h in more_headings(desk)] == ["2", "2.1", "2.2"]


def test_a_chinese_chapter_that_the_layout_model_missed() -> None:
    desk = empty_desk()
    texts = (("第 3 章 重打分算法", 16.0), ("第 3 章介绍重打分算法", 10.0))
    desk.flow = [
        block_of(1, "", [line(text, base=100.0 + 50 * i, size=size)], "") for i, (text, size) in enumerate(texts)
    ]
    assert [(h.number, h.title) for h in more_headings(desk)] == [("第3章", "重打分算法")]


def test_unnumbered_chapters_are_above_numbered_sections() -> None:
    texts = [("Preliminaries", 20), ("1 Data", 14), ("2 Models", 14), ("Findings", 20), ("Notes", 12)]
    assert [h.level for h in heads(*texts)] == [1, 1, 1, 1, 3]


def test_what_is_set_like_the_introduction_has_its_level() -> None:
    texts = [("Introduction", 14), ("Rule of thumb", 14), ("A Sites", 12), ("B Tools", 12), ("C Codes", 12)]
    assert [h.level for h in heads(*texts, ("Minor point", 11))] == [1, 1, 1, 1, 1, 3]


def test_where_little_is_numbered_styles_are_ranked() -> None:
    texts = [(f"Topic {'abcdefghi'[i]}", 12.0) for i in range(8)]
    found = heads(("Introduction", 14), *texts, ("1 Proofs", 11), ("2 Tables", 11))
    assert [h.level for h in found] == [1, *[2] * 8, 1, 1]


def test_what_leads_to_the_references_in_a_type_of_its_own_is_no_subsection() -> None:
    texts = [("INTRODUCTION", 9), ("RESULTS", 9), ("Growth", 9), ("DISCUSSION", 9), ("ACKNOWLEDGMENTS", 7)]
    found = heads(*texts, ("DECLARATION OF INTERESTS", 7), ("SUPPLEMENT", 7), ("REFERENCES", 7), ("STAR METHODS", 9))
    assert [h.level for h in found] == [1, 1, 2, 1, 1, 1, 1, 1, 1]


def test_back_matter_has_many_names_and_does_not_set_the_first_level() -> None:
    texts = [
        ("Background", 10.5),
        ("Results", 10.5),
        ("Editors", 9),
        ("Methods", 10.5),
        ("Cells", 9),
        ("Abbreviations", 7.5),
    ]
    back = ("Acknowledgements", "Funding", "Availability of data", "Competing interests", "References")
    found = heads(*texts, *((name, 7.5) for name in back))
    assert [h.level for h in found] == [1, 1, 2, 1, 2, *[1] * 6]


def test_methods_behind_a_letter_do_not_set_its_first_level() -> None:
    texts = [("Learning of policies", 10), ("Search", 10), ("Discussion", 10), ("Acknowledgements", 7)]
    found = heads(*texts, ("METHODS", 14), ("Details", 10))
    assert [h.level for h in found] == [1] * 6
