"""What line breaks and type did to words is undone, and nothing else is."""

import pytest

from chatpaper.reading.blocks import rows
from chatpaper.reading.marks import line_of
from chatpaper.reading.passages import boxes
from chatpaper.reading.text import Vocabulary, common, scrambled, sentences, spelled, tokens, unmarked

from .made import line, word


def read(*texts: str, known: str = "") -> str:
    vocabulary = Vocabulary([line(known + " end")] if known else [])
    return spelled(tokens([line(t, index=i) for i, t in enumerate(texts)], vocabulary))


@pytest.mark.parametrize(
    ("first", "second", "known", "whole"),
    [
        ("the com-", "puter works", "", "the computer works"),
        ("a state-of-the-", "art method", "the art of art", "a state-of-the-art method"),
        ("a state-", "of-the-art method", "the state of art", "a state-of-the-art method"),
        ("an algo-", "rithm-based method", "the state of art", "an algorithm-based method"),
        ("we use self-", "attention here", "self-attention", "we use self-attention here"),
        ("in pre-", "training we", "pretraining", "in pretraining we"),
        ("with GPT-", "4 we", "", "with GPT-4 we"),
        ("automatically-", "detected we", "detected automatically", "automatically-detected we"),
        ("the BERT-", "Base model", "", "the BERT-Base model"),
        ("the Tensor-", "Flow runtime", "TensorFlow", "the TensorFlow runtime"),
        ("情绪分类", "方法研究", "", "情绪分类方法研究"),
        ("使用 LSTM", "方法", "", "使用 LSTM 方法"),
        ("see https://a.org/", "b_c now", "", "see https://a.org/b_c now"),
    ],
)
def test_line_breaks(first: str, second: str, known: str, whole: str) -> None:
    assert read(first, second, known=known) == whole


def test_raised_figures_stay_apart_from_numbers() -> None:
    made = line_of(1, 0, 0, (word("256", 50), word("2", 65, size=7, base=96, glued=True), word("pixels", 75)))
    assert made.text == "256² pixels"


def test_footnote_marks_are_no_part_of_words() -> None:
    made = line_of(1, 0, 0, (word("corpus", 50), word("3", 80, size=7, base=96, glued=True), word("of", 90)))
    run = tokens([made], Vocabulary(()))
    assert spelled(run) == "corpus³ of"
    assert spelled(unmarked(run)) == "corpus of"


def test_lists_of_raised_figures_stay_raised() -> None:
    made = line_of(1, 0, 0, (word("learning", 50), word("13,21–24", 90, size=7, base=96, glued=True), word("of", 120)))
    assert made.text == "learning¹³,²¹⁻²⁴ of"


def test_a_footnotes_own_mark_stays_raised() -> None:
    made = line_of(1, 0, 0, (word("2", 50, size=5, base=96), word("https://example.org", 55, glued=True)))
    assert spelled(tokens([made], Vocabulary(()))) == "²https://example.org"


@pytest.mark.parametrize(
    ("text", "mixed_up"),
    [
        ("the value ( )≈ ( ) θ σ v s v s p derived from it", True),
        ("we choose a, b, c and d as the sides", False),
        ("A 3 x 3 grid and a 5 x 5 one.", False),
    ],
)
def test_formulas_in_pieces(text: str, mixed_up: bool) -> None:
    assert scrambled(text) is mixed_up


def test_what_stands_out_of_its_line_has_a_box_of_its_own() -> None:
    cap = word("V", 50, size=30, base=112)
    run = tokens([line_of(1, 0, 0, (cap, word("irtually", 72, glued=True), word("all", 115)))], Vocabulary(()))
    assert [box[3] - box[1] > 20 for box in boxes(run)] == [True, False]


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("We did it. It works.", 2),
        ("As in Fig. 3 and Eq. 4 we see it.", 1),
        ("Smith et al. 2020 showed it. Others, e.g. Jones, did not.", 2),
        ("By J. Smith and others. They agree.", 2),
        ("All belong to phylogroup D. Other genes do not. However, they are type A. The rest is B.", 4),
        ("By Y. He and K. Do, with U.S. Data.", 1),
        ("It is 3.5 points better (see Sec. 2). Then we stop!", 2),
        ("Is it so? Yes.", 2),
        ("The line is x = y. We call it the diagonal.", 2),
        ("1. Static agents play first. 2. Dynamic agents follow.", 2),
        ("(ii.) It holds on the lake. It fails in snow.", 2),
    ],
)
def test_sentences(text: str, count: int) -> None:
    assert len(sentences(tokens([line(text)], Vocabulary(())))) == count


def test_common_letters() -> None:
    assert common("Mart\u0131\u0301n") == "Martín"
    assert common("D ¼ 2") == "D = 2"


@pytest.mark.parametrize(
    ("cap", "size", "text"), [("T", 24, "The end of it"), ("A", 24, "A he end of it"), ("T", 13, "T he end of it")]
)
def test_a_drop_cap_is_part_of_its_word(cap: str, size: float, text: str) -> None:
    first = line_of(1, 0, 0, (word(cap, 40, size=size, base=100 + 0.5 * size),))
    rest = line_of(1, 1, 1, tuple(word(w, 48 + 30 * i, base=100) for i, w in enumerate(["he", "end", "of", "it"])))
    assert rows([first, rest])[0].text == text
