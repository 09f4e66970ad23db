"""Reference lists without a heading."""

from chatpaper.reading.compose import counted
from chatpaper.reading.desk import block_of
from chatpaper.reading.marks import Block, line_of

from .made import line, word


def raised(number: int) -> Block:
    """An entry as AIP sets it."""
    words = line("Author, A. A result of some weight. Journal 1-9 (1998).", size=7.0).words
    return block_of(3, "list-item", [line_of(3, 0, 0, (word(str(number), 40, size=5.0, base=97.0), *words))], "text")


def entries(first: int, last: int, year: str = "(1998)", size: float = 7.0) -> list[Block]:
    texts = [f"{n}. Author, A. A result of some weight. Journal {n}, 1-9 {year}." for n in range(first, last + 1)]
    return [block_of(3, "list-item", [line(text, size=size)], "text") for text in texts]


def test_a_list_that_counts_up_with_years_is_one_wherever_it_stands() -> None:
    between = block_of(3, "text", [line("Received 11 November 2015.", size=7.0)], "text")
    listed = entries(1, 9)
    assert counted([*listed[:4], between, *listed[4:]], 9.0) == {id(block) for block in listed}


def test_raised_marks_count_and_one_may_be_lost() -> None:
    listed = [raised(n) for n in range(1, 12) if n != 6]
    assert counted(listed, 9.0) == {id(block) for block in listed}
    apart = [
        block_of(3, "list-item", [line(f"[ {n} ] Author, A. Journal 1-9 (1998).", size=7.0)], "text")
        for n in range(1, 9)
    ]
    assert counted(apart, 9.0) == {id(block) for block in apart}


def test_what_is_no_list_of_references() -> None:
    for blocks in (entries(1, 5), entries(1, 9, ""), entries(1, 9, size=9.0), entries(1, 4) + entries(7, 12)):
        assert not counted(blocks, 9.0)
