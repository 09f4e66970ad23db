"""Posts, beside the ancestor's: every part there, none of the faults."""

import html.parser
import json
import re
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import yaml
from markdown_it import MarkdownIt
from markdown_it.token import Token
from pymarkdown.api import PyMarkdownApi

from chatpaper.digest import Claim, Digest, Flag, Part
from chatpaper.rendering.flavours import FLAVOURS, FlavourName, flavour
from chatpaper.rendering.post import Head, Missed
from chatpaper.rendering.post_html import HtmlPost
from chatpaper.rendering.post_json import JsonPost
from chatpaper.rendering.post_markdown import MarkdownPost, digest_post
from chatpaper.value import Bilingual, Language
from tests.rendering.samples import DIGEST, EXTRACTIVE, QUOTES, SCRIPTS, hostile

ZH = DIGEST.model_copy(update={"languages": ("zh",)})
EN = DIGEST.model_copy(update={"languages": ("en",)})
HEAD = Head(
    topic="Diffusion Models",
    stem="2026-11-23-diffusion-models",
    date=datetime(2026, 11, 23, 8, tzinfo=UTC),
    query='cat:cs.CV AND abs:"diffusion model"',
    papers=("2404.12920v1", "2404.00002v3"),
    first_title=DIGEST.paper.title,
    made="gemini gemini-flash-latest",
    missed=(Missed(arxiv_id="2404.00009v1", title="A *lost* one", reason=Bilingual(zh="没有 PDF", en="no PDF")),),
    left_out=3,
    total=20,
    missing=2,
    input_tokens=14200,
    output_tokens=950,
    cost_usd=0.0123,
    bibtex=True,
)
_HAN = re.compile(r"[\u4e00-\u9fff]")


def whole(*digests: Digest, labels: Language = "zh", kind: FlavourName = "hexo", head: Head = HEAD) -> str:
    form = MarkdownPost(labels, flavour(kind))
    parts = [form.part(d, HEAD.stem, {f: f"f{n}.png" for n, f in enumerate(d.figures)}, ()) for d in digests]
    blocks = form.between.join(p.block for p in parts)
    return form.opening(head, tuple(p.row for p in parts)) + blocks + form.closing(head)


def body(post: str) -> str:
    return post.split("---\n", 2)[2]


def parsed(post: str) -> list[Token]:
    return MarkdownIt("commonmark").enable("table").parse(body(post))


def page(post: str) -> str:
    return str(MarkdownIt("commonmark").enable("table").render(body(post)))


def ordered(text: str, *words: str) -> None:
    at = -1
    for word in words:
        found = text.find(word, at + 1)
        assert found > at, f"{word!r} is missing, or too early"
        at = found


def test_every_part_of_the_ancestors_posts_is_there() -> None:
    post = whole(ZH)
    ordered(
        post, "---\n", "title:", "date:", "categories:", "tags:", "description:", "keywords:", "mathjax:", "---\n",
        "> ⚠️", "> 🔴", "# 2026-11-23 更新", "| 论文 | 分类 | 一句话 | 任务 | 数据 | 主要结果 | 代码 |", "<!-- more -->",
        "## Slow Clocks", "**作者：** Ada Byron, Carl Gauß", "Water clocks are slow when cold.", "[PDF](", "3 pages",
        "### 一句话总结", "### 要点", "### 精读", "1. **标题：** 慢钟与暖盆", "2. **作者：**", "3. **单位：** 水钟学院",
        "4. **关键词：** 水钟", "5. **链接：**", "6. **总结：**", "1. **研究背景：**", "2. **过去的方法与问题：**",
        "3. **本文方法：**", "4. **结果是否支持目标：**", "7. **方法：**", "1. 第1步", "3. 第3步", "8. **结论：**",
        "1. **意义：**", "2. **创新：**", "3. **性能：**", "4. **工作量：**", "5. **不足：**",
        "<details>", '<img src="f0.png" alt="Figure 1">', "</details>", "2 篇完成",
    )  # fmt: skip


def test_in_english_nothing_is_chinese() -> None:
    english = EN.model_copy(update={"affiliations": (Bilingual(en="Institute"),), "keywords": (Bilingual(en="clock"),)})
    post = whole(english, labels="en")
    assert not _HAN.search(post)
    ordered(post, "# Update of 2026-11-23", "**Authors:**", "### Summary", "### Key Takeaways", "1. **Title:**")


def test_in_chinese_every_label_is() -> None:
    for token in parsed(whole(ZH)):
        if token.type != "inline":
            continue
        bold = [b.content for a, b in zip(token.children or [], (token.children or [])[1:], strict=False)
                if a.type == "strong_open"]  # fmt: skip
        assert all(_HAN.search(words) or words == "Figure 1" for words in bold), bold


def test_both_languages_stand_together_under_chinese_labels() -> None:
    post = whole(DIGEST)
    ordered(post, "### 要点", "- 不加热时每天慢 11 分钟。  \n  Unheated, they lose 11 minutes a day.")
    assert "<br" in page(post)


@pytest.mark.parametrize("kind", FLAVOURS)
@pytest.mark.parametrize("digest", [ZH, DIGEST, EXTRACTIVE], ids=["zh", "both", "extractive"])
def test_one_list_numbered_to_its_end_and_no_code(kind: FlavourName, digest: Digest) -> None:
    tokens = parsed(whole(digest, digest, kind=kind))
    assert not [t for t in tokens if t.type in ("code_block", "fence")]
    top = [t for t in tokens if t.type == "ordered_list_open" and t.level == 0]
    assert len(top) == 2, "one list for each paper"
    assert all(t.attrGet("start") is None for t in tokens if t.type == "ordered_list_open")
    items = [t for t in tokens if t.type == "list_item_open" and t.level == 1 and t.markup == "."]
    assert [t.info for t in items] == [str(n) for n in range(1, 9)] * 2


def test_bold_ends_behind_a_chinese_colon() -> None:
    shown = page(whole(ZH))
    assert "<strong>标题：</strong>" in shown
    assert "**" not in re.sub(r"<[^>]*>", "", shown)


@pytest.mark.parametrize("kind", FLAVOURS)
def test_underscores_of_addresses_survive(kind: FlavourName) -> None:
    address = "https://github.com/slow_clocks/warm_basin_v2"
    facts = ZH.paper.model_copy(update={"abstract": f"Code is at {address}. It *works* (see {address})."})
    shown = page(whole(ZH.model_copy(update={"paper": facts}), kind=kind))
    assert shown.count(f'href="{address}"') == 2
    assert f">{address}</a>." in shown
    assert 'href="https://github.com/slow_clocks/warm_basin"' in shown
    assert "*works*" in shown


def test_each_statement_names_its_pages_and_its_doubts() -> None:
    shown = page(whole(ZH))
    assert 'href="https://arxiv.org/pdf/2404.12920v1#page=2"' in shown
    assert f'title="{QUOTES["2.4"]}"' in shown
    assert "⚠ <strong>数字未见于论文</strong> 论文中找不到这个数字：37。" in shown
    assert "论文没有说明" in shown


def test_a_skipped_stage_says_why() -> None:
    assert "没有完成：配额已用完" in whole(EXTRACTIVE)


def test_what_a_stage_added_is_in_the_list_under_its_own_words() -> None:
    part = Part(stage="own", heading=Bilingual(zh="可<b>复现*性_"), claims=DIGEST.takeaways[:1])
    added = ZH.model_copy(update={"more": (part,), "skipped": {"code_quality": Bilingual(zh="模型忙；请重试")}})
    post = whole(added)
    ordered(post, "8. **结论：**", "9. **Code quality：** *这一部分没有完成：模型忙", "10. **", "    1. 不加热时")
    assert "<strong>可&lt;b&gt;复现*性_：</strong>" in page(post)


NASTY = [
    "A: B", "- dash", "# hash", "'single' \"double\"", "yes", "null", "2024-04-22", "0o7", "{a: b}", "[x]", "a: |",
    "@at", "`tick`", "%YAML", "!!python/object", "&anchor *alias", "new\nline", "tab\tx", "\\back", "中文：题目", "---",
    "…\u2028next", "emoji 🔴", "{{ site.title }} {% raw %}", "C++ & <b>", *SCRIPTS,
]  # fmt: skip


@pytest.mark.parametrize("kind", FLAVOURS)
@pytest.mark.parametrize("title", NASTY)
def test_front_matter_is_yaml_whatever_the_titles_hold(kind: FlavourName, title: str) -> None:
    post = whole(ZH, kind=kind, head=HEAD.model_copy(update={"topic": title, "first_title": title}))
    assert post.startswith("---\n")
    front = yaml.safe_load(post.split("\n---\n", 1)[0])
    assert front["title"] == " ".join(re.sub(r"[\x00-\x1f\u2028]", " ", title).split())
    assert front["papers"] == list(HEAD.papers)
    assert front["date"] == datetime(2026, 11, 23, 8)
    assert front["mathjax"] is True
    assert all(isinstance(t, str) for t in front["tags"])


HARMLESS = {
    "h1", "h2", "h3", "p", "a", "em", "strong", "ul", "ol", "li", "br", "hr", "table", "thead", "tbody", "tr", "th",
    "td", "blockquote", "details", "summary", "img", "span",
}  # fmt: skip


class _Tags(html.parser.HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []

    def handle_starttag(self, tag: str, attrs: Sequence[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))


@pytest.mark.parametrize("kind", FLAVOURS)
def test_hostile_text_stays_text(kind: FlavourName) -> None:
    head = HEAD.model_copy(
        update={"missed": (Missed(arxiv_id="1", title=SCRIPTS[2], reason=Bilingual(zh=SCRIPTS[0], en="x")),)}
    )
    post = whole(hostile(), hostile(ZH), kind=kind, head=head)
    tags = _Tags()
    tags.feed(page(post))
    assert {tag for tag, _ in tags.found} <= HARMLESS
    for tag, attributes in tags.found:
        assert set(attributes) <= {"href", "title", "src", "alt"}, (tag, attributes)
        assert (attributes.get("href") or "https:").startswith(("https:", "http:", HEAD.stem, "papers.bib"))
        assert not (attributes.get("src") or "f0.png").startswith("http")
    if kind != "plain":
        assert not re.search(r"\{[{%#]", body(post))


@pytest.mark.parametrize("kind", FLAVOURS)
def test_formulas_reach_the_typesetter(kind: FlavourName) -> None:
    claim = Claim(zh=r"误差为 $\|x_i\|_{2} < \{a\}_{{1}} * b * c$。", evidence=ZH.takeaways[0].evidence)
    shown = page(whole(ZH.model_copy(update={"takeaways": (claim,), "one_line": claim}), kind=kind))
    wanted = r"$\|x_i\|_{2} \lt  \{a\}_{{1}} * b * c$"
    if kind == "plain":  # its viewer finds the formula in the source
        assert wanted.replace("<", r"\lt ") in whole(ZH.model_copy(update={"takeaways": (claim,)}), kind=kind)
    else:
        assert wanted.replace("{{", "{ {").replace("}}", "} }") in shown.replace("&quot;", '"')


@pytest.mark.parametrize("kind", FLAVOURS)
def test_the_table_keeps_its_columns(kind: FlavourName) -> None:
    claim = Claim(zh="概率 $p(x|y)$ 与 a|b", en=None)
    shown = page(whole(ZH.model_copy(update={"one_line": claim}), hostile(), kind=kind))
    rows = re.findall(r"<tr>.*?</tr>", shown, re.DOTALL)
    assert [len(re.findall(r"<t[hd]", row)) for row in rows] == [7, 7, 7]
    assert "a|b" in rows[1]


def test_the_main_result_is_sound_and_has_a_number() -> None:
    flagged = ZH.conclusion and ZH.conclusion.model_copy(
        update={"performance": Claim(zh="提高 99%。", flags=(Flag(kind="number_not_found", detail="99"),))}
    )
    rows = [
        line
        for line in whole(ZH.model_copy(update={"conclusion": flagged, "glance": None})).splitlines()
        if "| [" in line
    ]
    assert "99" not in rows[0]
    assert "降到 0.4 分钟" in rows[0]


def test_the_table_has_the_glance_and_its_doubts() -> None:
    assert ZH.glance
    doubtful = Claim(zh="用了 99 台钟。", flags=(Flag(kind="number_not_found", detail="99"),))
    glance = ZH.glance.model_copy(update={"data": doubtful, "main_result": doubtful})
    post = whole(ZH, ZH.model_copy(update={"glance": glance}))
    first, second = (line.split(" | ") for line in post.splitlines() if line.startswith("| [Slow"))
    assert first[3:6] == [c.zh for _, c in ZH.glance]
    assert second[4] == "用了 99 台钟。 ⚠"
    assert second[5] == "0.4 分钟。", "the next best result that nothing speaks against"
    assert "- **任务：** " in post


@pytest.mark.parametrize(
    ("said", "telling"),
    [
        ("图 2 给出了误差。", False),
        ("见第 4.3 节与表 12。", False),
        ("准确率 71.3%。", True),
        ("快 3 倍，见图 2。", True),
    ],
)
def test_a_number_that_points_elsewhere_is_no_result(said: str, telling: bool) -> None:
    assert ZH.conclusion
    other = ZH.conclusion.model_copy(update={"performance": Claim(zh=said)})
    bare = {"conclusion": other, "takeaways": (), "summary": None, "glance": None}
    row = next(line for line in whole(ZH.model_copy(update=bare)).splitlines() if "| [" in line)
    assert (said in row) == telling


def test_a_sentence_of_the_paper_is_not_quoted_in_its_own_support() -> None:
    assert f"{QUOTES['2.4']}（[第 2 页](<https://arxiv.org/pdf/2404.12920v1#page=2>)）" in whole(EXTRACTIVE)


def test_what_is_not_in_the_post_is_said() -> None:
    post = whole(ZH)
    assert r"[A \*lost\* one](<https://arxiv.org/abs/2404.00009v1>): 没有 PDF" in post
    assert "另有 3 篇" in post
    assert "有 2 篇没有给出" in post
    assert "14,200" in post
    nothing = HEAD.model_copy(update={"papers": (), "missed": (), "left_out": 0, "missing": 0})
    assert "没有新论文" in body(whole(head=nothing))


@pytest.mark.parametrize("kind", FLAVOURS)
@pytest.mark.parametrize("labels", ["zh", "en"])
def test_a_linter_finds_nothing(kind: FlavourName, labels: Language, tmp_path: Path) -> None:
    path = tmp_path / "post.md"
    digests = [
        d.model_copy(update={"paper": d.paper.model_copy(update={"title": f"Clock {n}"})})
        for n, d in enumerate((DIGEST, ZH, EXTRACTIVE))
    ]
    path.write_text(whole(*digests, labels=labels, kind=kind), "utf-8")
    api = PyMarkdownApi()
    for rule in ("MD013", "MD033"):  # long lines; <details>
        api = api.disable_rule_by_identifier(rule)
    api = api.set_boolean_property("extensions.front-matter.enabled", True)
    api = api.set_boolean_property("plugins.md024.siblings_only", True)  # each paper has the same headings
    api = api.set_string_property("plugins.md025.front_matter_title", "none")  # the date's heading comes below
    api = api.set_string_property("plugins.md029.style", "ordered")
    api = api.set_boolean_property("extensions.markdown-tables.enabled", True)
    found = api.scan_path(str(path))
    assert not found.scan_failures, found.scan_failures
    assert not found.pragma_errors


def test_one_digest_as_a_post() -> None:
    post = digest_post(DIGEST, "zh", flavour("hexo"), "clocks", {})
    front: dict[str, Any] = yaml.safe_load(post.split("\n---\n", 1)[0])
    assert front["title"] == DIGEST.paper.title
    assert front["papers"] == ["2404.12920v1"]
    assert front["tags"] == ["水钟"]
    ordered(post, "> ⚠️", "## Slow Clocks", "8. **结论：**")


def test_translated_captions_are_published_with_their_doubts() -> None:
    doubt = Flag(kind="number_not_found", detail="7")
    figure = DIGEST.figures[0].model_copy(update={"translation": "盆，7 个", "flags": (doubt,)})
    digest = DIGEST.model_copy(update={"figures": (figure,)})
    post = digest_post(digest, "zh", flavour("hexo"), "clocks", {})
    ordered(post, "The basin", "盆，7 个 ⚠")
    english = digest.model_copy(update={"languages": ("en",)})
    assert "盆" not in digest_post(english, "en", flavour("hexo"), "clocks", {})


def test_as_one_page() -> None:
    form = HtmlPost("zh")
    parts = [form.part(d, "", {}, (Bilingual(zh="新版本<b>", en="x"),)) for d in (ZH, hostile())]
    shown = form.opening(HEAD, tuple(p.row for p in parts)) + "".join(p.block for p in parts) + form.closing(HEAD)
    tags = _Tags()
    tags.feed(shown)
    assert [t for t, _ in tags.found].count("article") == 2
    assert not {"script", "iframe", "form", "svg", "b"} & {t for t, _ in tags.found} - {"b"}
    assert not [a for _, attrs in tags.found for a in attrs if a.startswith("on")]
    assert "新版本&lt;b&gt;" in shown
    assert ("meta", {"name": "chatpaper-papers", "content": "2404.12920v1 2404.00002v3"}) in tags.found


def test_as_json() -> None:
    form = JsonPost("en")
    blocks = form.between.join(form.part(d, "", {}, ()).block for d in (DIGEST, hostile()))
    post = json.loads(form.opening(HEAD, ()) + blocks + form.closing(HEAD))
    assert [d["schema"] for d in post["digests"]] == [1, 1]
    assert post["papers"] == list(HEAD.papers)
    assert post["missed"] == [{"arxiv_id": "2404.00009v1", "title": "A *lost* one", "reason": "no PDF"}]
