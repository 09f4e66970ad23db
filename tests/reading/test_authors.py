"""Names are names and institutions are not."""

import pytest

from chatpaper.reading.authors import cased, find, is_name
from chatpaper.reading.marks import line_of

from .made import line, word


@pytest.mark.parametrize(
    "name",
    [
        "Ada Lovelace",
        "J. R. R. Tolkien",
        "Ludwig van Beethoven",
        "Jean-Pierre Serre",
        "Weinan E",
        "John A. Smith",
        "To An",
        "June Barrow",
        "Cara O'Brien",
    ],
)
def test_names(name: str) -> None:
    assert is_name(name)


@pytest.mark.parametrize(
    "text",
    [
        *("University of Oxford", "New York", "Hong Kong", "Equal contribution", "abstract", "Deep Learning", "MIT"),
        *("Taoyuan City", "Cambridge MA", "Pine AI"),
    ],
)
def test_no_names(text: str) -> None:
    assert not is_name(text)


def test_a_byline() -> None:
    names, places = find(
        [
            line("By Ada Lovelace, Charles Babbage, and Mary Somerville", base=100),
            line("Institute of Engines, University of London", base=115, size=9),
            line("ada@engine.org", base=130, size=9),
        ]
    )
    assert names == ("Ada Lovelace", "Charles Babbage", "Mary Somerville")
    assert places == ("Institute of Engines, University of London",)


def test_chinese_names() -> None:
    assert find([line("殷昊，李寿山，贡正仙")])[0] == ("殷昊", "李寿山", "贡正仙")
    assert find([line("数据 201 肖楚恒")])[0] == ("肖楚恒",)


def test_a_firm_is_no_second_author() -> None:
    assert find([line("Bojie Li", base=100), line("Pine AI", base=115)])[0] == ("Bojie Li",)
    assert find([line("Pine AI", base=115)])[0] == ("Pine AI",)


def test_capitals() -> None:
    assert cased("ADA LOVELACE") == "Ada Lovelace"
    assert cased("Ross DOUGLAS") == "Ross DOUGLAS"


def test_a_name_goes_on_in_the_next_line() -> None:
    lines = [line("Ada Lovelace, Charles Babbage, Naupaka"), line("B. Zimmerman, Mary Somerville", base=112)]
    assert find(lines)[0] == ("Ada Lovelace", "Charles Babbage", "Naupaka B. Zimmerman", "Mary Somerville")
    one_a_line = [line("Ada Lovelace"), line("Charles Babbage", base=112)]
    assert find(one_a_line)[0] == ("Ada Lovelace", "Charles Babbage")


def test_a_name_goes_on_behind_its_particle() -> None:
    lines = [line("Ada Lovelace, Charles Babbage, Edward Van"), line("Keuren, Mary Somerville", base=112)]
    assert find(lines)[0] == ("Ada Lovelace", "Charles Babbage", "Edward Van Keuren", "Mary Somerville")


def test_names_side_by_side_without_commas() -> None:
    narrow = line("Ada K. Lovelace Mary L. Somerville")
    assert find([narrow])[0] == ("Ada K. Lovelace", "Mary L. Somerville")
    words = [word("Martin", 50), word("Mächler", 83), word("Ben", 128), word("Bolker", 146)]
    assert find([line_of(1, 0, 0, tuple(words))])[0] == ("Martin Mächler", "Ben Bolker")


def test_numbered_institutions_are_no_names() -> None:
    lines = [line("Authors: Ada Lovelace, Mary Somerville"), line("2. Genomic Medicine, Venter Institute", base=112)]
    assert find(lines)[0] == ("Ada Lovelace", "Mary Somerville")


def test_companies_and_postcodes_are_no_names() -> None:
    lines = [line("Ada Lovelace"), line("Shazam Entertainment, Ltd.", base=112), line("London W14 8Q", base=124)]
    assert find(lines)[0] == ("Ada Lovelace",)


def test_groups_and_dated_bylines() -> None:
    assert find([line("The ATLAS and CMS Collaborations")])[0] == ("The ATLAS and CMS Collaborations",)
    assert find([line("By Ada Lovelace on May 14, 1943")])[0] == ("Ada Lovelace",)


def test_a_transcription_is_not_a_second_author() -> None:
    assert find([line("赵海 Hai Zhao"), line("蔡登 Deng Cai", base=115)])[0] == ("赵海", "蔡登")
    assert find([line("作者：赵鑫，周昆*，李军毅")])[0] == ("赵鑫", "周昆", "李军毅")


def test_names_side_by_side_may_differ_in_size() -> None:
    names, _ = find(
        [
            line("Ada Lovelace", base=100, size=11.04),
            line("Charles Babbage", base=100, size=12),
            line("Analytical Engines", base=130, size=14),
        ]
    )
    assert names == ("Ada Lovelace", "Charles Babbage")


def test_an_institution_follows_a_dash() -> None:
    names, places = find([line("Ada Lovelace and Charles Babbage – Sun Engines, Inc.")])
    assert names == ("Ada Lovelace", "Charles Babbage")
    assert places == ("Sun Engines, Inc.",)


def test_a_name_goes_on_behind_its_first_word_or_its_initial() -> None:
    lines = [line("Ada Lovelace, Mary Somerville, David W."), line("Hogg, Charles Babbage", base=112)]
    assert find(lines)[0] == ("Ada Lovelace", "Mary Somerville", "David W. Hogg", "Charles Babbage")
    last = [line("Ada Lovelace, Mary Somerville, and Charles"), line("D. Babbage", base=112)]
    assert find(last)[0] == ("Ada Lovelace", "Mary Somerville", "Charles D. Babbage")
    wide = [*(w for name in ("Ada Lovelace,", "Mary Somerville, and") for w in line(name).words)]
    words = [word(w.text, 50 + 60 * i) for i, w in enumerate(wide)] + [word("Charles", 50 + 60 * len(wide))]
    spaced = [line_of(1, 0, 0, tuple(words)), line("D. Babbage", base=112)]
    assert find(spaced)[0][-1] == "Charles D. Babbage"


def test_an_address_in_brackets_hides_no_name() -> None:
    assert find([line("A. Bradley Duthie ( alexander.duthie@stir.ac.uk )")])[0] == ("A. Bradley Duthie",)
    assert find([line("ada.lovelace@stir.ac.uk (Ada Lovelace)")])[0] == ()


def test_springers_dot_between_names_is_stored_as_a_letter() -> None:
    lines = [line("Timothy Darren Clark Æ J. L. Rummer Æ"), line("C. A. Sepulveda Æ A. P. Farrell", base=112)]
    assert find(lines)[0] == ("Timothy Darren Clark", "J. L. Rummer", "C. A. Sepulveda", "A. P. Farrell")
