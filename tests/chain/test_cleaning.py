"""What is taken out of claims, and what is found in those that should not be shown."""

import pytest

from chatpaper.chain.cleaning import dirt, tidy


@pytest.mark.parametrize(
    ("given", "clean"),
    [
        ("It works [16,20].", "It works."),
        ("It works [3], and well [4-7].", "It works, and well."),
        ("It fails (Smith et al., 2020).", "It fails."),
        ("It fails (Smith and Jones, 2020; Wu, 2021b) often.", "It fails often."),
        ("该方法有效［16，20］。", "该方法有效。"),
        ("该方法有效 [3.12]。", "该方法有效。"),
        ("States it [3.12, 4.1] twice.", "States it twice."),
        ("We use S2ORC,⁷ the corpus² of text.”³", "We use S2ORC, the corpus of text.”"),
        ("One of its “grand challenges”³¹⁻³³, at 3 mol L⁻¹.", "One of its “grand challenges”, at 3 mol L⁻¹."),
        ("An area of 3 km² and R² = 0.9", "An area of 3 km² and R² = 0.9"),
        ("Marks such as “[1, 3]” are kept", "Marks such as “[1, 3]” are kept"),
        ("The best model (Llama 2, [26]) is fast, as in [3]; it wins.", "The best model (Llama 2) is fast; it wins."),
        (
            "It was shown in Refs. [3, 4] to lie in the [6] representation.",
            "It was shown to lie in the [6] representation.",
        ),
        ("• (4) A field study shows it.", "A field study shows it."),
        ("2) Users could remove it.", "Users could remove it."),
        ("（1）提出了新方法。", "提出了新方法。"),
        ("(N=6) users and i) two tasks", "(N=6) users and i) two tasks"),
        ("Two\nlines\tand\u200b more", "Two lines and more"),
        ("In 2020 (a leap year) it was 5 [m].", "In 2020 (a leap year) it was 5 [m]."),
        ("In [3], it is argued that states are near.", "It is argued that states are near."),
        ("As in [3] and [12, 13], two steps follow.", "Two steps follow."),
        ("In Refs. [30, 31], it is argued that states are near.", "It is argued that states are near."),
        ("In 2020, two steps follow.", "In 2020, two steps follow."),
        ("In [0, 1], two steps follow.", "In [0, 1], two steps follow."),
        ("An interval [0, 1] of reals", "An interval [0, 1] of reals"),
        ("任务：提出一种匹配方法。", "提出一种匹配方法。"),
        ("Main result: it registers 71.3%.", "it registers 71.3%."),
        ("Dataset shift: a survey", "Dataset shift: a survey"),
        ("任务：", "任务："),
    ],
)
def test_tidy(given: str, clean: str) -> None:
    assert tidy(given) == clean


@pytest.mark.parametrize(
    "text",
    [
        "The accuracy is xxx on ImageNet.",
        "它在 XXX 数据集上更好。",
        "**Bold** claim.",
        "It gains **71.3%** here.",
        "See <b>this</b>.",
        'See <a href="https://x.org">this.',
        "```json",
        "It is trained on <insert_dataset>.",
        "A [link](http://x.y).",
        "It improves the accuracy of the",
        "该方法提高了模型的",
        "提高了准确率，",
        r"As shown in \cite{x}.",
        "It works well [12].",
        "and smooth disparities along the vectors.",
        "In, it is argued that states are near.",
        "It extends the algorithm described in.",
        "的方法对运动矢量进行了平滑，的方法则不同。",
        "⊗ [¯3] ⊗ [¯3] = ⊗ ([3A] ⊕ [¯6S])",
    ],
)
def test_dirt_is_found(text: str) -> None:
    assert dirt(text)


@pytest.mark.parametrize(
    "text",
    [
        "It reaches 71.3% on LakeYear.",
        "该方法在 LakeYear 上达到 71.3%。",
        "p < 0.05 and x > 3 hold.",
        "The index is < 9 if there is an N such that all n > N agree.",
        "The 2*3 grid and a_b stay.",
        "We keep them as <user query, paper> pairs.",
        "The fit is better (p < 0.001***; others 0.04*).",
        "What we build on.",
        "And yet it moves, as described in the appendix.",
        "饱和的方法与缓和的模型。",
        "71.3% (3 px)",
        "以三个数据集为例。",
    ],
)
def test_clean_text_is_left_alone(text: str) -> None:
    assert dirt(text) is None
