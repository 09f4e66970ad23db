"""Names are names and institutions are not."""

import pytest

from chatpaper.reading.authors import cased, find, is_name

from .made import line


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
    "text", ["University of Oxford", "New York", "Hong Kong", "Equal contribution", "abstract", "Deep Learning", "MIT"]
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


def test_capitals() -> None:
    assert cased("ADA LOVELACE") == "Ada Lovelace"
    assert cased("Ross DOUGLAS") == "Ross DOUGLAS"
