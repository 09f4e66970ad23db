"""Markdown: readable, numbered, and nothing of the paper becomes markup."""

import re

import pytest

from chatpaper.rendering import markdown
from chatpaper.rendering.markdown import escaped

from .samples import DIGEST, EXTRACTIVE, QUOTES, WITH_MORE, hostile


def test_labels_are_in_one_language_and_texts_in_the_asked_ones() -> None:
    chinese, english = markdown(DIGEST, "zh"), markdown(DIGEST, "en")
    assert "## 要点" in chinese
    assert "Key takeaways" not in chinese
    assert "## Key takeaways" in english
    assert not re.search(r"^#+ .*[一-鿿]", english.split("\n", 2)[2], re.MULTILINE)
    for text in (chinese, english):
        assert text.index("不加热时每天慢 11 分钟。") < text.index("Unheated, they lose 11 minutes a day.")


def test_only_the_asked_language_is_written() -> None:
    text = markdown(DIGEST.model_copy(update={"languages": ("en",)}), "en")
    assert not re.search(r"[一-鿿]", text)


def test_steps_are_numbered_through() -> None:
    assert re.findall(r"^(\d)\. 第(\d)步", markdown(DIGEST, "en"), re.MULTILINE) == [("1", "1"), ("2", "2"), ("3", "3")]


def test_evidence_is_page_and_quote_and_flags_are_seen() -> None:
    text = markdown(DIGEST, "en")
    assert f"> p. 1: “{QUOTES['1.2']}”" in text
    assert "> ⚠ **number not found**: This number is nowhere in the paper: 37." in text
    assert "*The paper does not say.*" in text
    assert "The appendix on page 3 was left out." in text


def test_code_is_what_lies_where_programs_are_kept() -> None:
    given = (
        "https://github.com/a/b",
        "https://a.github.io",
        "https://zenodo.org/records/1",
        "https://mistral.ai/news/7b",
    )
    links = DIGEST.paper.links.model_copy(update={"code": given})
    text = markdown(DIGEST.model_copy(update={"paper": DIGEST.paper.model_copy(update={"links": links})}), "en")
    assert re.findall(r"\[(Code|Project)[^]]*\]\(<(.*?)>\)", text) == [
        ("Code", given[0]),
        *(("Project", page) for page in given[1:]),
    ]


def test_underscores_of_a_link_survive() -> None:
    assert "(<https://github.com/slow_clocks/warm_basin>)" in markdown(DIGEST, "en")


def test_formulas_survive_and_money_is_money() -> None:
    text = markdown(DIGEST, "en")
    assert "$W=36$" in text
    assert r"\$5 to \$10" in text


def test_figures_have_their_pictures_where_there_are_any() -> None:
    assert "![" not in markdown(DIGEST, "en")
    text = markdown(DIGEST, "en", images={DIGEST.figures[0]: "2404.12920v1/figure 1.png"})
    assert "![Figure 1](<2404.12920v1/figure 1.png>)" in text
    assert "**Figure 1** The basin (p. 2)" in text


def test_an_extractive_digest_says_so_and_how_to_get_more() -> None:
    text = markdown(EXTRACTIVE, "en")
    assert "picked by rule without a model" in text
    assert "GEMINI\\_API\\_KEY" in text
    assert "the quota is used up" in text
    zh = markdown(EXTRACTIVE.model_copy(update={"languages": ("zh",)}), "zh")
    assert f"{QUOTES['1.2']} *(原文)* (p. 1)" in zh


def test_a_sentence_of_the_paper_is_not_quoted_as_its_own_proof() -> None:
    cited = (
        EXTRACTIVE.takeaways[0]
        .evidence[0]
        .model_copy(update={"quote": QUOTES["1.2"].replace(" a day", " a day [16, 20] (Byron et al., 2019)")})
    )
    own = EXTRACTIVE.takeaways[0].model_copy(update={"evidence": (cited, *EXTRACTIVE.takeaways[0].evidence)})
    other = own.model_copy(update={"evidence": (cited.model_copy(update={"quote": QUOTES["3.1"]}),)})
    text = markdown(EXTRACTIVE.model_copy(update={"takeaways": (own, other), "summary": None}), "en")
    assert f"- {QUOTES['1.2']} (p. 1)\n- {QUOTES['1.2']}\n\n  > p. 1: “{QUOTES['3.1']}”" in text
    assert "> p. 2" not in text
    assert "> p. 2" in markdown(DIGEST, "en")


def test_parts_that_users_add_come_after_the_conclusion() -> None:
    text = markdown(WITH_MORE, "zh")
    assert text.index("## 结论") < text.index("## 可复现性\n\n- 图纸已公开。") < text.index("## 论文原摘要")
    skipped = DIGEST.model_copy(update={"skipped": {"code_quality": EXTRACTIVE.skipped["conclusion"]}})
    assert "## Code quality\n\n*This part was not finished: the quota is used up" in markdown(skipped, "en")


@pytest.mark.parametrize(
    "text",
    [
        "<b>bold</b>",
        "*not* _em_ **bold**",
        "`code` ```fence",
        "[a](http://b) ![c](d)",
        "# heading",
        "1. item",
        "- item",
        "+ item",
        "=====",
        "> quote",
        "a | b",
        "&lt; &amp;",
        "tail\\",
        "two\n\n# lines\n---",
        "~~gone~~",
    ],
)
def test_text_stays_text(text: str) -> None:
    shown = escaped(text)
    assert "\n" not in shown
    assert not re.search(r"(?<!\\)[*_`\[\]|#~!<>]", re.sub(r"&(?:lt|gt|amp);", "", shown))
    assert not re.match(r"\d+[.)]|[-+=]", shown)
    plain = re.sub(r"\\(.)", r"\1", shown).replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
    assert plain == " ".join(text.split())


def test_a_number_at_the_start_is_no_list() -> None:
    assert escaped("0.4 minutes") == "0.4 minutes"
    assert escaped("4. minutes") == "4\\. minutes"


def test_hostile_text_gives_no_tag_no_picture_and_no_link() -> None:
    text = markdown(hostile(), "en")
    own = re.sub(r"\\.", "", text)
    assert not re.search(r"<(?!https?://)", own)
    assert "![" not in own
    assert not re.search(r"]\((?!<https?://)", own)
    assert not re.search(r"(?<!\$)\$\\href", text)
