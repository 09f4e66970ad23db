"""The reading view: what it shows, what it never does."""

import re
from html.parser import HTMLParser

import pytest
from markupsafe import escape

from chatpaper.digest import Claim, Digest, Evidence
from chatpaper.rendering import View, html_article, html_document
from chatpaper.rendering.html import html_section, typeset
from chatpaper.value import LANGUAGES, Bilingual, Language

from .samples import DIGEST, EXTRACTIVE, QUOTES, hostile

BOTH = View(labels="zh", shown=LANGUAGES)
ZH = View(labels="zh", shown=("zh",))
EN = View(labels="en", shown=("en",))

TAGS = """html head meta title style body main article header footer section div span p h1 h2 h3 ul ol li dl dt dd
    a b button details summary figure figcaption img blockquote math mrow mi mo mn"""
ATTRIBUTES = """lang class href target rel aria-label aria-hidden type data-passage title charset http-equiv content
    name tabindex role src alt id data-claim data-figure data-to data-n data-translate"""


class Seen(HTMLParser):
    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str | None]] = []
        self.open: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += attrs
        if tag not in ("meta", "img"):
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


@pytest.mark.parametrize("digest", [DIGEST, EXTRACTIVE, hostile()])
@pytest.mark.parametrize("language", LANGUAGES)
def test_only_our_own_tags_and_attributes_whatever_the_text(digest: Digest, language: Language) -> None:
    for html in (html_document(digest, language), html_article(digest, View.of(digest, language))):
        seen = Seen(html)
        assert seen.open == []
        assert set(seen.tags) <= set(TAGS.split())
        assert {name for name, _ in seen.attributes} <= set(ATTRIBUTES.split())
        for name, value in seen.attributes:
            if name == "href":
                assert value
                assert value.startswith("https://")
            if name == "src":
                assert value
                assert value.startswith("data:image/png;base64,")


def test_the_document_needs_and_runs_nothing() -> None:
    html = html_document(hostile(), "en")
    assert "default-src &#39;none&#39;" not in html
    assert "content=\"default-src 'none'; style-src 'unsafe-inline'; img-src data:\"" in html
    assert "<script" not in html
    assert html.count("<style>") == 1
    assert "url(" not in html[html.index("<style>") : html.index("</style>")]


def test_each_language_is_marked_for_typesetting() -> None:
    zh, en = html_article(DIGEST, ZH), html_article(DIGEST, EN)
    assert '<span lang="zh-CN">不加热时每天慢 11 </span><span class="end"><span lang="zh-CN">分钟。</span> ' in zh
    assert "Unheated" not in zh
    assert '<span lang="en">Unheated, they lose 11 minutes a </span>' in en
    assert '<span lang="en">Unheated, they lose 11 minutes a day.</span>' in html_document(DIGEST, "en")
    assert not re.search("[一-鿿]", en)
    assert '<p class="translation" lang="zh-CN">慢钟与暖盆</p>' in zh


def test_both_languages_stand_side_by_side_claim_by_claim() -> None:
    html = html_article(DIGEST, BOTH)
    pairs = re.findall(r'<div class="claim pair"[^>]*>(.*?)</div>\s*<div class="said">(.*?)</div>', html, re.DOTALL)
    assert len(pairs) == 1 + 3 + 3 + 3 + 3 + 5
    assert all(re.search("[一-鿿]", zh) and 'lang="en"' in en for zh, en in pairs)


def test_a_chip_in_the_page_names_its_passage_and_tells_the_quote() -> None:
    html = html_article(DIGEST, EN)
    chips = re.findall(r'<button type="button" class="chip" data-passage="([^"]+)" title="([^"]+)"[^>]*>p\.(\d)<', html)
    assert ("1.2", QUOTES["1.2"], "1") in chips
    assert len(chips) == sum(len(c.evidence) for c in DIGEST.claims())


def test_evidence_opens_without_a_script_in_the_document() -> None:
    html = html_document(DIGEST, "en")
    assert "data-passage" not in html
    assert f'<blockquote lang="en"><b>page 1</b> “{QUOTES["1.2"]}”</blockquote></details>' in html


def test_a_flag_is_a_chip_and_a_sentence() -> None:
    html = html_article(DIGEST, EN)
    assert '<span class="chip warn">number not found</span>' in html
    assert '<div class="flag">This number is nowhere in the paper: 37.</div>' in html
    assert html.count("chip warn") == 1
    assert "The paper does not say." in html


def test_extractive_says_so_and_marks_the_original() -> None:
    html = html_article(EXTRACTIVE, ZH)
    assert "没有使用模型" in html
    assert '<span lang="en">clocks.</span> <span class="original">原文</span> <button' in html
    assert '<h2>要点 <span class="original">原文</span></h2>' in html
    assert "这一部分没有完成：配额已用完；请稍后重试" in html
    assert "original" not in re.sub(r"<article[^>]*>", "", html_article(EXTRACTIVE, EN))


def test_a_growing_digest_keeps_every_part_in_its_place() -> None:
    empty = DIGEST.model_copy(
        update={"one_line": None, "takeaways": (), "summary": None, "methods": (), "conclusion": None, "figures": ()}
    )
    stages = ("summary", "takeaways", "methods", "conclusion")
    begun, done = html_article(empty, ZH, waiting=stages), html_article(DIGEST, ZH)
    headings = re.compile(r"<h[23]>([^<]+)")
    assert [h.strip() for h in headings.findall(begun)] == [h.strip() for h in headings.findall(done)]
    assert begun.count("正在写…") == 4
    assert "正在写" not in done
    assert "没有写" not in begun


def test_many_authors_fold() -> None:
    paper = DIGEST.paper.model_copy(update={"authors": tuple(f"Author {n}" for n in range(18))})
    html = html_article(DIGEST.model_copy(update={"paper": paper}), ZH)
    assert "<summary>Author 0, Author 1, Author 2, Author 3 … 共 18 位作者</summary>" in html


def test_formulas_are_typeset() -> None:
    formula = "<math><mrow><mi>W</mi><mo>=</mo><mn>36</mn></mrow></math>"
    assert f"{formula}，价格 $5 到 $10。" in html_document(DIGEST, "zh")
    assert f"{formula}，价格 $5 到 $10</span>" in html_article(DIGEST, ZH)
    assert typeset(r"\(W=36\)") == formula
    assert "<mi>𝒪</mi>" in typeset(r"in $\mathcal{O}(n)$ steps")
    assert "<mo>&lt;</mo>" in typeset("$x < y$")


@pytest.mark.parametrize(
    "formula",
    [
        r"\frac{a}{", r"x^", "{" * 90, r"\left(", r"\nocommand{x}", r"\style{position:fixed}{x}", r"\color{red}x",
        r"\class{chip}{x}", r"\mathrm{\href {javascript:window.hacked=1}{x}}", r"\begin{matrix}" * 20,
        r"\text{<img src=x onerror=window.hacked=1>}",
    ],
)  # fmt: skip
def test_what_is_no_plain_mathematics_stays_as_it_is_written(formula: str) -> None:
    assert "<math" not in typeset(f"so ${formula}$ it is")
    assert str(escape(formula)) in typeset(f"so ${formula}$ it is")


def test_text_in_a_formula_is_text() -> None:
    assert "<mtext>&lt; b &amp;</mtext>" in typeset(r"$\text{< b &}$").replace("\N{NO-BREAK SPACE}", " ")


def test_figures_and_claims_point_to_each_other() -> None:
    told = "As Figure 1 and Tab. 2 show, clocks lose time."
    cited = Claim(en="See them.", evidence=(Evidence(passage="1.2", page=1, quote=told),))
    table = DIGEST.figures[0].model_copy(update={"kind": "table", "label": "Table 2"})
    digest = DIGEST.model_copy(update={"takeaways": (cited,), "figures": (*DIGEST.figures, table)})
    page, document = html_article(digest, EN), html_document(digest, "en")
    assert 'data-to="figure" data-n="0">Fig. 1</button>' in page
    assert 'data-to="claim" data-n="4">Key takeaways 1</button>' in page
    for end in ("figure-1", "claim-4"):
        assert f'href="#{end}"' in document
        assert f'id="{end}"' in document
    assert "data-to" not in document
    assert 'id="' not in html_section(digest, EN)


def test_what_is_not_a_web_address_is_no_link() -> None:
    assert "<a " not in html_article(hostile(), EN)


def test_braces_in_what_is_filled_in_are_harmless() -> None:
    skipped = DIGEST.model_copy(update={"methods": (), "skipped": {"methods": Bilingual(zh="{x} {0}", en="{x} {0}")}})
    assert "{x} {0}" in html_article(skipped, EN)
