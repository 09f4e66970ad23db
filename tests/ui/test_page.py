"""The page in a real browser, on a pipeline that only pretends."""

import json
import re
import threading
import time
from pathlib import Path
from typing import Any

import pytest
import requests
from playwright.sync_api import Page, expect

from chatpaper.errors import BadArxivId, EncryptedPdf, QuotaUsedUp
from chatpaper.ui.files import FORMATS
from tests.rendering.samples import DIGEST, EXTRACTIVE, QUOTES, hostile
from tests.ui.conftest import Open
from tests.ui.fake import FakePipeline

pytestmark = [
    pytest.mark.usefixtures("fake"),
    # Gradio's own statistics, in a thread of its server
    pytest.mark.filterwarnings("ignore::DeprecationWarning:gradio.queueing"),
]
TINY = {"name": "my_paper.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.7 tiny"}
SOURCE = "#cp-source input"


def ask(page: Page, source: str = "2404.12920") -> None:
    page.fill(SOURCE, source)
    page.click("#cp-go")


def done(page: Page) -> None:
    page.wait_for_selector("#cp-downloads")
    expect(page.locator("#cp-go")).to_be_visible()


DROPPED = {
    "cp-ask-go click, cp-question submit": "its button is away while an answer is written",
    "cp-ask-stop click": "stops all there is",
    "cp-copy click": "copies the same",
    "cp-engine input, cp-base-url input, cp-key change, cp-forget-key click": "done in the browser, at once",
    "cp-forget-key click": "forgets the same",
    "cp-interface click": "the language is on its way",
    "cp-link click": "copies the same",
    "cp-model focus": "the list is on its way",
    "cp-pane home": "goes to the same place",
    "cp-pane resume": "the queue goes on already",
    "cp-post-find click, cp-post-query submit, cp-post-topic submit": "its button is off while papers are sought",
    "cp-post-make click": "the post is being made",
    "cp-post-stop click": "stops all there is",
    "cp-stop click": "stops all there is",
    "page load": "comes once",
}
"""Events of which Gradio drops, in silence, the second one while the first is on its way, and why none is missed."""


def test_no_second_event_is_dropped_that_says_something_new(fake_url: str) -> None:
    config = requests.get(f"{fake_url}config", timeout=10).json()
    names = {c["id"]: c["props"].get("elem_id") or c["type"] for c in config["components"]}
    dropped = {
        ", ".join(f"{names.get(target, 'page')} {event}" for target, event in dependency["targets"])
        for dependency in config["dependencies"]
        if dependency["trigger_mode"] == "once" and dependency["targets"]
    }
    assert dropped == set(DROPPED)
    follow = [d for d in config["dependencies"] if d["trigger_after"] is not None]
    assert follow
    assert {d["trigger_mode"] for d in follow} == {"multiple"}


def test_an_id_gives_the_digest(visit: Open, fake: FakePipeline, fake_url: str) -> None:
    page = visit(fake_url)
    ask(page)
    done(page)
    article = page.locator("#cp-view article")
    expect(article.locator("h1")).to_have_text("Slow Clocks & Warm Basins")
    expect(article).to_contain_text("不加热时每天慢 11 分钟。")
    expect(article.locator("figure img")).to_have_count(1)
    expect(page.locator("#cp-status")).to_contain_text("完成")
    _, choice, password, anyway = fake.asked[0]
    assert (choice.engine, choice.keys, choice.languages, password, anyway) == (None, (), ("zh",), None, False)


def test_an_upload_starts_at_once_and_can_be_run_again(visit: Open, fake: FakePipeline, fake_url: str) -> None:
    page = visit(fake_url)
    fake.fails = EncryptedPdf()
    with page.expect_file_chooser() as chooser:
        page.click("#cp-upload")
    chooser.value.set_files(TINY)  # type: ignore[arg-type]
    expect(page.locator("#cp-view [role=alert]")).to_contain_text("PDF 有密码保护")
    expect(page.locator(SOURCE)).to_have_value("my_paper.pdf")
    fake.fails = None
    page.fill("#cp-password input", "open sesame")  # the settings opened by themselves
    page.check("#cp-anyway input")
    page.click("#cp-go")
    done(page)
    expect(page.locator("#cp-view [role=alert]")).to_have_count(0)
    pdf, _, password, anyway = fake.asked[1]
    assert (pdf.name, pdf.path.read_bytes(), password, anyway) == (
        "my_paper.pdf",
        b"%PDF-1.7 tiny",
        "open sesame",
        True,
    )


def test_parts_appear_in_their_places_and_nothing_jumps(visit: Open, fake: FakePipeline, fake_url: str) -> None:
    page = visit(fake_url)
    fake.pause = 1.5
    ask(page)
    page.wait_for_selector("#cp-view .lead .chip")
    expect(page.locator("#cp-status .doing")).to_have_count(1)
    assert page.locator("#cp-view h2 .writing").count() >= 2
    tops = "() => [...document.querySelectorAll('#cp-view h2')].map(h => h.getBoundingClientRect().top)"
    before = page.evaluate(tops)
    done(page)
    after = page.evaluate(tops)
    assert len(before) == len(after) == 5
    assert max(abs(a - b) for a, b in zip(before, after, strict=True)) < 120
    expect(page.locator("#cp-view .writing")).to_have_count(0)


def test_stop_keeps_what_is_there(visit: Open, fake: FakePipeline, fake_url: str) -> None:
    page = visit(fake_url)
    fake.pause = 1.5
    ask(page)
    page.wait_for_selector("#cp-view .lead .chip")
    page.click("#cp-stop")
    expect(page.locator("#cp-status")).to_contain_text("已停止", timeout=2000)
    assert fake.cancels[0].cancelled
    done(page)
    expect(page.locator("#cp-view .lead")).to_contain_text("0.4 分钟")
    expect(page.locator("#cp-view")).to_contain_text("这一部分没有写。")


def test_a_closed_tab_stops_the_run(visit: Open, fake: FakePipeline, fake_url: str) -> None:
    page = visit(fake_url)
    fake.pause = 30
    ask(page)
    page.wait_for_selector("#cp-view article")
    page.close()
    other = visit(fake_url)
    for _ in range(50):
        if fake.cancels[0].cancelled:
            break
        other.wait_for_timeout(100)
    assert fake.cancels[0].cancelled


@pytest.mark.parametrize(
    ("source", "said"), [("nonsense", "不是 arXiv 编号或链接"), ("", "还没有论文"), ("/etc/hosts", "不是 arXiv 编号")]
)
def test_a_wrong_source_is_one_sentence_and_the_page_goes_on(
    visit: Open, fake: FakePipeline, fake_url: str, source: str, said: str
) -> None:
    page = visit(fake_url)
    fake.fails = BadArxivId(given=source) if "." in source else None
    ask(page, source)
    expect(page.locator("#cp-view [role=alert]")).to_contain_text(said)
    fake.fails = None
    ask(page)
    done(page)
    expect(page.locator("#cp-view [role=alert]")).to_have_count(0)


def test_a_failure_half_way_keeps_what_was_read(visit: Open, fake: FakePipeline, fake_url: str) -> None:
    page = visit(fake_url, locale="en-US")
    fake.fails, fake.fails_at = QuotaUsedUp(engine="Gemini"), "methods"
    ask(page)
    done(page)
    expect(page.locator("#cp-view [role=alert]")).to_contain_text("the quota of Gemini is used up; try again later")
    expect(page.locator("#cp-view .lead")).to_contain_text("0.4 minutes a day")


def test_an_unexpected_error_tells_nothing_of_itself(
    visit: Open, fake: FakePipeline, fake_url: str, caplog: pytest.LogCaptureFixture
) -> None:
    page = visit(fake_url)
    fake.fails = RuntimeError("AIza-hidden /home/me/paper.pdf")
    ask(page)
    expect(page.locator("#cp-view [role=alert]")).to_contain_text("程序出了意外的错误")
    assert "AIza" not in page.content()
    assert "unexpected RuntimeError" in caplog.text
    assert "AIza" not in caplog.text


def test_a_skipped_stage_is_said_where_it_belongs(visit: Open, fake: FakePipeline, fake_url: str) -> None:
    page = visit(fake_url)
    fake.skip = "methods"
    ask(page)
    done(page)
    expect(page.locator("#cp-status li.skipped")).to_contain_text("方法")
    expect(page.locator("#cp-view")).to_contain_text("这一部分没有完成：模型忙；请稍后重试")


def test_evidence_opens_the_page_with_its_sentence(visit: Open, fake: FakePipeline, fake_url: str) -> None:
    page = visit(fake_url)
    ask(page)
    done(page)
    fake.drawn.clear()
    chip = page.locator("#cp-view li .chip", has_text="p.1").first
    chip.click()
    pane = page.locator("#cp-pane")
    expect(pane.locator("blockquote")).to_contain_text(QUOTES["1.2"])
    expect(pane).to_contain_text("第 1 页 · 共 3 页")
    expect(chip).to_have_attribute("aria-pressed", "true")
    assert fake.drawn == [(1, ((72.0, 90.0, 300.0, 102.0),))]
    assert (pane.locator("img").get_attribute("src") or "").startswith("data:image/png;base64,")
    pane.get_by_text("下一处").click()
    expect(pane.locator("blockquote")).to_contain_text(QUOTES["2.4"])
    page.keyboard.press("ArrowLeft")
    expect(pane.locator("blockquote")).to_contain_text(QUOTES["1.2"])
    expect(chip).to_have_attribute("aria-pressed", "true")


def test_the_sentence_that_was_touched_last_is_shown(
    visit: Open, fake: FakePipeline, fake_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also where the page of the one before takes longer; Gradio's `always_last` showed the first one."""
    page = visit(fake_url)
    ask(page)
    done(page)
    draw, waits, drawn = fake.page_image, iter((2.0,)), threading.Semaphore(0)

    def slow_at_first(*given: Any, **options: Any) -> bytes:
        time.sleep(next(waits, 0))
        image = draw(*given, **options)
        drawn.release()
        return image

    monkeypatch.setattr(fake, "page_image", slow_at_first)
    for passage in ("1.2", "2.4"):
        page.locator(f"#cp-view [data-passage='{passage}']").first.click()
    assert drawn.acquire(timeout=20)
    assert drawn.acquire(timeout=20)
    page.wait_for_timeout(500)  # the late answer has arrived
    expect(page.locator("#cp-pane blockquote")).to_contain_text(QUOTES["2.4"])


def test_a_key_that_is_held_down_asks_for_few_pages(visit: Open, fake: FakePipeline, fake_url: str) -> None:
    page = visit(fake_url)
    ask(page)
    done(page)
    page.locator("#cp-view [data-passage='1.2']").first.click()
    expect(page.locator("#cp-pane blockquote")).to_contain_text(QUOTES["1.2"])
    fake.drawn.clear()
    step = "document.body.dispatchEvent(new KeyboardEvent('keydown', {{ key: 'Arrow{}', bubbles: true }}));"
    page.evaluate((step.format("Right") + step.format("Left")) * 20 + step.format("Right"))
    expect(page.locator("#cp-pane blockquote")).to_contain_text(QUOTES["2.4"])
    assert len(fake.drawn) == 1


def test_on_a_phone_the_page_opens_over_the_text(visit: Open, fake_url: str) -> None:
    page = visit(fake_url, viewport={"width": 360, "height": 740})
    ask(page)
    done(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    pane = page.locator("#cp-pane")
    expect(pane).to_be_hidden()
    page.locator("#cp-view .chip").first.click()
    expect(pane.locator("blockquote")).to_be_visible()
    pane.get_by_label("关闭").click()
    expect(pane).to_be_hidden()


def test_a_page_is_scrolled_to_its_sentence(visit: Open, fake_url: str) -> None:
    page = visit(fake_url, viewport={"width": 360, "height": 500})
    ask(page)
    done(page)
    page.locator("#cp-view .chip").first.click()
    sheet = page.locator("#cp-pane .pg")
    expect(sheet).to_have_attribute("data-x", "0.119")
    expect(sheet).to_have_attribute("data-y", re.compile(r"0\.1"))
    sheet.evaluate("e => { e.dataset.y = 0.9 }")
    page.get_by_text("下一处").click()
    expect(sheet).to_have_attribute("data-y", re.compile(r"0\.1"))


def test_a_wide_screen_is_used_calmly(visit: Open, fake_url: str) -> None:
    page = visit(fake_url, viewport={"width": 2560, "height": 1300})
    ask(page)
    done(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= 2560
    box = page.locator("#cp-view li .said").first.bounding_box()
    assert box
    assert box["width"] <= 44 * 17


@pytest.mark.parametrize("data", [{"passage": "9.9"}, {"passage": 3}, {}, {"passage": "1.2", "at": "<b>", "of": 10**9}])
def test_made_up_evidence_shows_nothing_made_up(visit: Open, fake_url: str, data: dict[str, object]) -> None:
    page = visit(fake_url)
    ask(page)
    done(page)
    chip = page.locator("#cp-view .chip").nth(1)
    chip.evaluate("(e, d) => { e.dataset.passage = d.passage ?? '' }", data)
    chip.click()
    if data.get("passage") == "1.2":
        expect(page.locator("#cp-pane blockquote")).to_contain_text(QUOTES["1.2"])
    else:
        expect(page.locator("#cp-pane")).to_contain_text("这一页显示不出来")


def test_the_files_open(visit: Open, fake_url: str, tmp_path: Path) -> None:
    page = visit(fake_url)
    ask(page)
    done(page)
    for form, (_, ending) in FORMATS.items():
        with page.expect_download() as download:
            page.click(f"#cp-{form}")
        assert download.value.suggested_filename == f"2404.12920v1{ending}"
        download.value.save_as(tmp_path / f"digest{ending}")
    assert "# Slow Clocks" in (tmp_path / "digest.md").read_text("utf-8")
    assert json.loads((tmp_path / "digest.json").read_text("utf-8"))["schema"] == 1
    assert "@misc{byron2024slow" in (tmp_path / "digest.bib").read_text("utf-8")
    page.goto((tmp_path / "digest.html").as_uri())
    page.locator("details.proof summary").first.click()
    expect(page.locator("details.proof blockquote").first).to_contain_text(QUOTES["2.4"])


@pytest.mark.parametrize("clipboard", [True, False])
def test_the_digest_is_copied_as_markdown(visit: Open, fake_url: str, clipboard: bool) -> None:
    page = visit(fake_url, permissions=["clipboard-read", "clipboard-write"])
    ask(page)
    done(page)
    if not clipboard:
        page.evaluate("delete Navigator.prototype.clipboard")
    page.click("#cp-copy")
    expect(page.locator("#cp-copy")).to_have_attribute("data-done", "")
    page.fill(SOURCE, "")
    page.keyboard.press("Control+v")
    expect(page.locator(SOURCE)).to_have_value(re.compile("^# Slow Clocks & Warm Basins|# Slow Clocks &amp; Warm"))


def test_the_language_of_the_digest_can_be_changed_afterwards(visit: Open, fake: FakePipeline, fake_url: str) -> None:
    page = visit(fake_url)
    page.get_by_label("对照").check(force=True)
    ask(page)
    done(page)
    assert fake.asked[0][1].languages == ("zh", "en")
    article = page.locator("#cp-view article")
    zh, en = article.locator("li .said").nth(0).bounding_box(), article.locator("li .said").nth(1).bounding_box()
    assert zh
    assert en
    assert zh["y"] == en["y"]
    assert zh["x"] < en["x"]
    page.get_by_label("English").check(force=True)
    expect(article.locator("h2").first).to_have_text("Key takeaways")
    expect(article).not_to_contain_text("不加热")
    page.get_by_label("中文").check(force=True)
    expect(article.locator("h2").first).to_have_text("要点")


def test_the_interface_follows_the_browser_and_the_visitor(visit: Open, fake_url: str) -> None:
    page = visit(fake_url, locale="en-US")
    expect(page.locator("#cp-go")).to_have_text("Digest")
    assert not re.search("[一-鿿]", page.locator("#cp-view, #cp-settings").all_inner_texts()[0])
    page.click("#cp-interface")
    expect(page.locator("#cp-go")).to_have_text("精读")
    expect(page.locator("#cp-view h1")).to_have_text("读一篇论文，每句话都能核对")
    page.reload()
    expect(page.locator("#cp-view h1")).to_have_text("读一篇论文，每句话都能核对")
    expect(page.locator("#cp-go")).to_have_text("精读")


@pytest.mark.parametrize("locale", ["zh-TW", "zh-HK", "zh"])
def test_any_chinese_browser_gets_chinese(visit: Open, fake_url: str, locale: str) -> None:
    page = visit(fake_url, locale=locale)
    expect(page.locator("#cp-go")).to_have_text("精读")
    expect(page.locator("#cp-upload")).to_have_text("上传 PDF")


def test_an_extractive_digest_says_so(visit: Open, fake: FakePipeline, fake_url: str) -> None:
    page = visit(fake_url)
    fake.digest_made = EXTRACTIVE.model_copy(update={"skipped": {}})
    ask(page)
    done(page)
    expect(page.locator(".banner")).to_contain_text("没有使用模型")
    expect(page.locator("h2 .original").first).to_have_text("原文")


def test_nothing_from_a_paper_runs_or_loads(visit: Open, fake: FakePipeline, fake_url: str, tmp_path: Path) -> None:
    page = visit(fake_url)
    fake.digest_made = hostile(DIGEST)
    page.get_by_label("对照").check(force=True)
    ask(page)
    done(page)
    expect(page.locator("#cp-view article h1")).to_contain_text("<script>window.hacked=1</script>")
    expect(page.locator("#cp-view article h1")).to_contain_text("<style>body{display:none}</style>")  # to the end
    for handle in page.locator("#cp-view .chip").all()[:3]:
        handle.click()
    page.wait_for_timeout(300)
    with page.expect_download() as download:
        page.click("#cp-html")
    assert page.evaluate("window.hacked") is None
    assert page.locator("#cp-view iframe, #cp-view form, #cp-view svg, #cp-view style, #cp-view a").count() == 0
    download.value.save_as(tmp_path / "hostile.html")
    page.goto((tmp_path / "hostile.html").as_uri())
    for summary in page.locator("summary").all():
        summary.click(force=True)
    assert page.evaluate("window.hacked") is None
    assert page.locator("script, iframe, form, svg, a").count() == 0


def test_a_key_stays_with_its_visitor(
    visit: Open, fake: FakePipeline, fake_url: str, caplog: pytest.LogCaptureFixture
) -> None:
    key = "AIzaSy-very-secret-key"
    page = visit(fake_url)
    page.click("#cp-settings > button")
    page.fill("#cp-key input", f"{key}, second")
    ask(page)
    done(page)
    assert fake.asked[0][1].keys == (key, "second")
    assert key not in repr(fake.asked)
    stored = "() => JSON.stringify({...localStorage}) + JSON.stringify({...sessionStorage}) + document.cookie"
    assert key not in page.evaluate(stored)
    assert key not in page.content()
    assert key not in caplog.text
    for path in ("config", "gradio_api/info", "openapi.json"):
        assert key not in page.request.get(fake_url + path).text()
    other = visit(fake_url)
    ask(other)
    done(other)
    assert fake.asked[1][1].keys == ()


def test_the_page_keeps_to_itself(visit: Open, fake_url: str) -> None:
    page = visit(fake_url)
    info = page.request.get(fake_url + "gradio_api/info").json()
    assert set(info["named_endpoints"]) == {"/read", "/digest", "/ask"}
    assert info["unnamed_endpoints"] == {}
    assert not page.request.get(fake_url + "monitoring").ok
    assert page.request.get(fake_url + "gradio_api/runs").status == 404
    expect(page.locator("footer")).to_have_count(0)
