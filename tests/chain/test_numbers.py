"""Numbers of two languages that mean the same, and those that do not."""

import pytest

from chatpaper.chain import numbers


def held(claim: str, paper: str) -> bool:
    """Whether every number of the claim is found in the paper's text."""
    return all(numbers.found(m, numbers.readings(paper)) for m in numbers.mentions(claim))


@pytest.mark.parametrize(
    ("claim", "paper"),
    [
        ("用 70 亿参数", "a model with 7 billion parameters"),
        ("用 70 亿参数", "Mistral 7B"),
        ("约 131K 个 token", "approximately 131K tokens"),
        ("约 13.1 万个 token", "131,000 tokens"),
        ("达到 71.3%", "reaches 71.3 %"),
        ("达到百分之 71.3", "71.3 percent"),
        ("提高 2.5 倍", "2.5 times faster"),
        ("提高 2.5 倍", "a 2.5x speed-up"),
        ("提高 2.5 倍", "2.5× faster"),
        ("降到 1/8", "one eighth, that is 1/8"),
        ("12 000 is not 12,000 but 12,000 is", "12 000 and 12,000"),
        ("三个数据集，共 3 类", "three datasets of three classes"),
        ("the accuracy is 28.8%", "MMLU 60.1 28.8 44.2"),
        ("１２ 个样本", "twelve samples"),
        ("GPT-4 and Llama 2", "We compare GPT-4 with Llama 2"),
        ("doubled, 2 times", "is doubled"),
        ("1.5 million images", "1.5M images"),
    ],
)
def test_same_number(claim: str, paper: str) -> None:
    assert held(claim, paper)


@pytest.mark.parametrize(
    ("claim", "paper"),
    [
        ("71.4%", "71.3%"),
        ("用 80 亿参数", "7 billion parameters"),
        ("用 70 亿参数", "70 images"),
        ("0.5%", "0.05%"),
        ("12,000 images", "1,200 images"),
        ("2562 tokens", "256² tokens"),
        ("达到 50%", "50 patients"),
        ("提高 3 倍", "30 percent"),
    ],
)
def test_other_number(claim: str, paper: str) -> None:
    assert not held(claim, paper)


def test_a_raised_digit_is_a_number_of_its_own() -> None:
    assert [m.written for m in numbers.mentions("256² pixels")] == ["256", "2"]


def test_digits_inside_a_word_are_no_number() -> None:
    assert numbers.mentions("the variable x2y and arXiv2404") == []
