"""Several papers at once: a line, a state and a verdict each."""

import threading
from collections.abc import Sequence
from typing import Any

import pytest
from playwright.sync_api import expect

from chatpaper.errors import NoKey
from chatpaper.paper import Box, PdfFile
from tests.rendering.samples import QUOTES
from tests.ui.conftest import Open
from tests.ui.fake import FakePipeline
from tests.ui.test_page import SOURCE, ask, done

pytestmark = [
    pytest.mark.usefixtures("fake"),
    pytest.mark.filterwarnings("ignore::DeprecationWarning:gradio.queueing"),
]


def test_pasted_ids_run_side_by_side_and_one_is_read_meanwhile(visit: Open, fake: FakePipeline, fake_url: str) -> None:
    page = visit(fake_url, permissions=["clipboard-read", "clipboard-write"])
    fake.pause = 3.0
    page.evaluate("navigator.clipboard.writeText('2404.00001\\n2404.00002\\nbad1\\n2404.00004\\n')")
    page.focus(SOURCE)
    page.keyboard.press("Control+v")
    expect(page.locator(SOURCE)).to_have_value("2404.00001 2404.00002 bad1 2404.00004")
    page.keyboard.press("Enter")
    rows = page.locator(".queue li")
    expect(rows).to_have_count(4)
    expect(rows.nth(2)).to_contain_text("不是 arXiv 编号或链接")
    expect(page.locator(".queue .doing").first).to_be_visible()
    first = rows.first.locator("button")
    first.focus()
    page.wait_for_timeout(1000)
    expect(first).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("#cp-view h1")).to_have_text("Slow Clocks & Warm Basins")
    expect(page.locator(SOURCE)).to_have_value("2404.00001")
    page.fill(SOURCE, "2404.00005")  # one more, while they run
    page.press(SOURCE, "Enter")
    expect(rows).to_have_count(5)
    fake.pause = 0.1
    expect(rows.locator(".verdict", has_text="15 条论断，14 条可溯源 1 条有疑问")).to_have_count(4, timeout=60_000)
    expect(page.locator(".queue .told")).to_have_text("4 篇完成 · 1 篇没有成功")
    expect(rows.nth(3)).to_contain_text("加热水盆使水钟每天只慢 0.4 分钟。")
    assert fake.engines == 1
    fake.drawing = 5.0
    rows.nth(3).locator("button").click()
    page.click(".queue.strip > button")  # before the paper's page is there
    expect(rows).to_have_count(5)
    fake.drawing = 0.05
    rows.nth(3).locator("button").click()
    done(page)
    page.locator("#cp-view .chip").first.click()
    expect(page.locator("#cp-pane blockquote")).to_be_visible()
    page.get_by_text("上一篇").click()
    expect(page.locator("#cp-view [role=alert]")).to_contain_text("bad1")
    page.click("#cp-name button")
    expect(rows).to_have_count(5)
    page.click("#cp-name button")
    expect(page.locator(".home")).to_be_visible()


def test_a_sentence_that_is_touched_before_the_first_page_is_drawn_stays(
    visit: Open, fake: FakePipeline, fake_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = visit(fake_url)
    ask(page, "2404.00001 2404.00002")
    expect(page.locator(".queue .done")).to_have_count(2)
    expect(page.locator("#cp-go")).to_be_visible()
    draw, begun, goes_on = fake.page_image, threading.Event(), threading.Event()

    def held_up(pdf: PdfFile, number: int, *, highlight: Sequence[Box] = (), **options: Any) -> bytes:
        if not highlight:
            begun.set()
            goes_on.wait(20)
        return draw(pdf, number, highlight=highlight, **options)

    monkeypatch.setattr(fake, "page_image", held_up)
    page.locator(".queue li button").first.click()
    page.locator("#cp-view [data-passage='2.4']").first.wait_for()
    assert begun.wait(20)
    page.locator("#cp-view [data-passage='2.4']").first.click()
    expect(page.locator("#cp-pane blockquote")).to_contain_text(QUOTES["2.4"])
    goes_on.set()
    page.wait_for_timeout(500)  # what was late is here
    expect(page.locator("#cp-pane blockquote")).to_contain_text(QUOTES["2.4"])


def test_stop_ends_all_and_the_rest_goes_on_when_asked(visit: Open, fake: FakePipeline, fake_url: str) -> None:
    page = visit(fake_url, locale="en-US")
    fake.pause = 60
    ask(page, " ".join(f"2404.0000{n}" for n in range(1, 6)))
    expect(page.locator(".queue .doing")).to_have_count(3)
    page.click("#cp-stop")
    expect(page.locator(".queue .told")).to_have_text("5 stopped")
    assert all(cancel.cancelled for cancel in fake.cancels)
    fake.pause = 0
    page.get_by_text("Go on with the rest").click()
    expect(page.locator(".queue .told")).to_have_text("5 done")


def test_without_a_key_nothing_begins_and_the_settings_open(visit: Open, fake: FakePipeline, fake_url: str) -> None:
    page = visit(fake_url)
    fake.fails, fake.fails_at = NoKey(engine="Gemini", variable="GEMINI_API_KEY"), "engine"
    ask(page, "2404.00001 2404.00002")
    expect(page.locator("#cp-view [role=alert]")).to_contain_text("没有 Gemini 的密钥")
    expect(page.locator("#cp-key input")).to_be_visible()
    expect(page.locator(".queue .told")).to_have_text("2 篇已停止")


def test_files_dropped_anywhere_are_taken(visit: Open, fake: FakePipeline, fake_url: str) -> None:
    page = visit(fake_url)
    page.evaluate(
        """() => {
            const dataTransfer = new DataTransfer();
            for (const name of ["one.pdf", "<img src=x onerror=window.hacked=1>.pdf"])
                dataTransfer.items.add(new File(["%PDF-1.7 tiny " + name], name, { type: "application/pdf" }));
            for (const type of ["dragover", "drop"])
                document.querySelector(".home").dispatchEvent(
                    new DragEvent(type, { dataTransfer, bubbles: true, cancelable: true }));
        }"""
    )
    expect(page.locator(".queue .told")).to_have_text("2 篇完成")
    assert sorted(asked[0].name for asked in fake.asked)[-1] == "one.pdf"
    assert page.evaluate("window.hacked") is None
