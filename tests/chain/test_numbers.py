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
        ("只需 5 毫秒", "takes 5 ms"),
        ("5 ms", "latency (ms): 3, 5 and 9"),
        ("20 千米", "20 km"),
        ("in 5 h", "in 5 hours"),
        ("the 1980s", "since 1980"),
        ("高 4 个百分点", "4 points more"),
        ("25 个城市", "twenty-five cities"),
        ("25 cities", "二十五个城市"),
        ("1/3 的数据", "one third of the data"),
        ("30% of them", "其中百分之三十"),
        ("第 3 个", "the third one"),
        ("共 120 万张", "一百二十万张图像"),
        ("0.8 ± 0.1 mm", "0.8±0.1 mm"),
        ("at 3–5 °C", "3 to 5 ℃"),
        ("40 kHz", "40 千赫"),
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
        ("5 ms", "takes 5 s"),
        ("5 秒", "takes 5 ms"),
        ("41 MB", "41 GB of disk"),
        ("3 meV", "a gap of 3 eV"),
        ("12 mm", "12 cm apart"),
        ("用 12 小时", "12 min on one core"),
    ],
)
def test_other_number(claim: str, paper: str) -> None:
    assert not held(claim, paper)


def test_a_raised_digit_is_a_number_of_its_own() -> None:
    assert [m.written for m in numbers.mentions("256² pixels")] == ["256", "2"]


def test_digits_inside_a_word_are_no_number() -> None:
    assert numbers.mentions("the variable x2y and arXiv2404") == []
