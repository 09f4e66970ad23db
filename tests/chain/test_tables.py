"""Sweeping comparisons against a table of the paper."""

import pytest

from chatpaper.chain.tables import Tables
from chatpaper.digest import Claim
from chatpaper.paper import Figure
from tests.made import paper

CONTENT = """Model\tModality MMLU NQ MATH GSM8K
LLaMA 2 7B\tPretrained\t44.4%\t24.7%\t3.9%\t16.0%
LLaMA 2 13B\tPretrained\t55.6% 29.0%\t6.0%\t34.3%
Mistral 7B\tPretrained 60.1%\t28.8%\t13.1%\t52.2%"""
TABLES = Tables(
    paper().model_copy(
        update={
            "figures": (
                Figure(kind="table", label="Table 2", caption="Results", page=1, bbox=(0, 0, 9, 9), content=CONTENT),
                Figure(kind="table", label="Table 3", caption="Words", page=1, bbox=(0, 0, 9, 9), content="a\tb\nc\td"),
                Figure(kind="table", label="Table 4", caption="Unread", page=1, bbox=(0, 0, 9, 9)),
            )
        }
    )
)


@pytest.mark.parametrize(
    "claim",
    [
        Claim(en="Mistral 7B surpasses Llama 2 13B across all metrics."),
        Claim(zh="Mistral 7B 在全部指标上超过 Llama 2 13B。"),
        Claim(zh="它更快。", en="Mistral 7B is better than LLaMA-2 13B on every benchmark."),
    ],
)
def test_the_cell_that_speaks_against_it_is_named(claim: Claim) -> None:
    assert list(TABLES.contradictions(claim)) == ["Table 2, NQ: 28.8% / 29.0%"]


@pytest.mark.parametrize(
    "text",
    [
        "Mistral 7B surpasses Llama 2 7B across all metrics.",
        "Mistral 7B surpasses Llama 2 13B on most metrics.",
        "Mistral 7B has all the parameters of Llama 2 13B.",
        "Mistral 7B surpasses GPT-4 across all metrics.",
        "It surpasses everything on every metric.",
    ],
)
def test_what_the_table_supports_or_does_not_know_is_left_alone(text: str) -> None:
    assert list(TABLES.contradictions(Claim(en=text))) == []


def test_lower_is_better_where_most_columns_say_so() -> None:
    content = "Method\ta\tb\tc\nOurs method\t1.0\t2.0\t9.0\nBase method\t5.0\t6.0\t7.0"
    figure = Figure(kind="table", label="Table 1", caption="Errors", page=1, bbox=(0, 0, 9, 9), content=content)
    tables = Tables(paper().model_copy(update={"figures": (figure,)}))
    claim = Claim(en="Ours method is better than base method on all data.")
    assert list(tables.contradictions(claim)) == ["Table 1, c: 9.0 / 7.0"]
