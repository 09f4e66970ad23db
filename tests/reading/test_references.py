"""Reference lists without a heading."""

from chatpaper.reading.compose import counted
from chatpaper.reading.desk import block_of
from chatpaper.reading.marks import Block

from .made import line


def entries(first: int, last: int, year: str = "(1998)", size: float = 7.0) -> list[Block]:
    texts = [f"{n}. Author, A. A result of some weight. Journal {n}, 1-9 {year}." for n in range(first, last + 1)]
    return [block_of(3, "list-item", [line(text, size=size)], "text") for text in texts]


def test_a_list_that_counts_up_with_years_is_one_wherever_it_stands() -> None:
    between = block_of(3, "text", [line("Received 11 November 2015.", size=7.0)], "text")
    listed = entries(1, 9)
    assert counted([*listed[:4], between, *listed[4:]], 9.0) == {id(block) for block in listed}


def test_what_is_no_list_of_references() -> None:
    for blocks in (entries(1, 5), entries(1, 9, ""), entries(1, 9, size=9.0), entries(1, 4) + entries(7, 12)):
        assert not counted(blocks, 9.0)
