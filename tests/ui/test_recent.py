"""What this visitor read, kept in the browser and opened again."""

import json
import threading

import pytest
from playwright.sync_api import Page, expect

from tests.rendering.samples import DIGEST, EXTRACTIVE, QUOTES, hostile
from tests.ui.conftest import Open
from tests.ui.fake import FakePipeline
from tests.ui.test_page import SOURCE, TINY, ask, done

pytestmark = [
    pytest.mark.usefixtures("fake"),
    pytest.mark.filterwarnings("ignore::DeprecationWarning:gradio.queueing"),
]


def upload(page: Page) -> None:
    with page.expect_file_chooser() as chooser:
        page.click("#cp-upload")
    chooser.value.set_files(TINY)  # type: ignore[arg-type]
    done(page)


def reload(page: Page) -> None:
    page.reload()
    page.wait_for_selector(".home")


def kept(page: Page) -> str:
    return str(page.evaluate("localStorage.getItem('chatpaper-recent')"))


def test_a_sentence_that_is_touched_before_the_paper_is_here_is_shown_then(
    visit: Open, fake: FakePipeline, fake_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = visit(fake_url)
    ask(page)
    done(page)
    reload(page)
    arrives, fetch = threading.Event(), fake.fetch
    monkeypatch.setattr(fake, "fetch", lambda given: arrives.wait(20) and fetch(given))
    page.locator(".recent li button").first.click()
    page.locator("#cp-view [data-passage='2.4']").first.click()
    expect(page.locator("#cp-pane blockquote")).to_contain_text(QUOTES["2.4"])
    expect(page.locator("#cp-pane img")).to_have_count(0)
    arrives.set()
    expect(page.locator("#cp-pane img")).to_be_visible()
    expect(page.locator("#cp-pane blockquote")).to_contain_text(QUOTES["2.4"])


def test_a_digest_is_found_again_after_a_reload(visit: Open, fake: FakePipeline, fake_url: str) -> None:
    page = visit(fake_url)
    expect(page.locator(".recent")).to_be_hidden()
    page.click("#cp-settings > button")
    page.fill("#cp-key input", "AIza-not-to-be-kept")
    ask(page)
    done(page)
    reload(page)
    entry = page.locator(".recent li")
    expect(entry).to_have_count(1)
    expect(entry).to_contain_text("Slow Clocks & Warm Basins 2404.12920v1 · 2026-11-23")
    assert "AIza" not in kept(page)
    assert "0.4" not in kept(page)
    entry.locator("button").first.click()
    done(page)
    expect(page.locator("#cp-view .lead")).to_contain_text("0.4 分钟")
    expect(page.locator(SOURCE)).to_have_value("2404.12920v1")
    assert len(fake.asked) == 1, "nothing was made again"
    expect(page.locator("#cp-pane img")).to_be_visible()
    page.locator("#cp-view .chip").first.click()
    expect(page.locator("#cp-pane blockquote")).to_contain_text(QUOTES["2.4"])
    page.click("#cp-name button")
    expect(page.locator(".recent li")).to_have_count(1)
    expect(page.locator("#cp-status .status")).to_have_count(0)


def test_a_run_that_was_cut_off_is_there_too_and_goes_on(visit: Open, fake: FakePipeline, fake_url: str) -> None:
    page = visit(fake_url)
    fake.pause, fake.library = 5, False
    ask(page)
    page.wait_for_selector("#cp-view article")
    page.click("#cp-name button")  # while it runs, this leaves it alone
    page.wait_for_timeout(300)
    expect(page.locator("#cp-view article")).to_be_visible()
    reload(page)
    fake.pause = 0
    page.locator(".recent li button").first.click()
    done(page)
    expect(page.locator("#cp-view .lead")).to_contain_text("0.4 分钟")
    assert [asked[0].name for asked in fake.asked] == ["2404.12920", "2404.12920v1"]


def test_an_upload_is_shown_without_its_pages_when_its_file_is_gone(
    visit: Open, fake: FakePipeline, fake_url: str
) -> None:
    page = visit(fake_url)
    upload(page)
    reload(page)
    page.locator(".recent li", has_text="my_paper.pdf").locator("button").first.click()
    done(page)
    expect(page.locator("#cp-pane")).to_contain_text("这份 PDF 已不在服务器上")
    page.locator("#cp-view .chip").first.click()
    expect(page.locator("#cp-pane blockquote")).to_contain_text(QUOTES["2.4"])
    assert len(fake.asked) == 1
    page.click("#cp-go")
    expect(page.locator("#cp-view [role=alert]")).to_contain_text("“my_paper.pdf”已不在服务器上；请重新上传")
    fake.library = False
    reload(page)
    page.locator(".recent li button").first.click()
    expect(page.locator("#cp-view [role=alert]")).to_contain_text("“my_paper.pdf”已不在服务器上；请重新上传")


def test_an_upload_that_is_still_there_is_whole(visit: Open, fake: FakePipeline, fake_url: str) -> None:
    page = visit(fake_url)
    upload(page)
    fake.upload_there = fake.asked[0][0]
    reload(page)
    page.locator(".recent li button").first.click()
    done(page)
    expect(page.locator("#cp-pane img")).to_be_visible()
    fake.drawn.clear()
    page.locator("#cp-view .chip").first.click()
    expect(page.locator("#cp-pane blockquote")).to_contain_text(QUOTES["2.4"])
    assert fake.drawn


def test_extracts_are_made_again_as_extracts(visit: Open, fake: FakePipeline, fake_url: str) -> None:
    page = visit(fake_url)
    fake.digest_made = EXTRACTIVE.model_copy(update={"skipped": {}})
    ask(page)
    done(page)
    reload(page)
    expect(page.locator(".recent li")).to_contain_text("摘录")
    page.locator(".recent li button").first.click()
    done(page)
    assert fake.asked[1][1].engine == "extractive"


def test_the_list_is_searched_and_cleared(visit: Open, fake: FakePipeline, fake_url: str) -> None:
    page = visit(fake_url, locale="en-US")
    for n, title in enumerate(("Cold Lamps", "Warm Lamps", "Loud Bells")):
        facts = DIGEST.paper.model_copy(update={"title": title, "sha256": f"{n}f" * 32, "arxiv_id": f"2401.0000{n}"})
        fake.digest_made = DIGEST.model_copy(update={"paper": facts})
        ask(page, f"2401.0000{n}")
        expect(page.locator("#cp-view h1")).to_have_text(title)
        done(page)
    page.click("#cp-name button")
    titles = page.locator(".recent li b")
    expect(titles).to_have_text(["Loud Bells", "Warm Lamps", "Cold Lamps"])
    page.get_by_role("searchbox").fill("lamps w")
    expect(titles).to_have_text(["Warm Lamps"])
    page.get_by_role("searchbox").fill("2401.00002")
    expect(titles).to_have_text(["Loud Bells"])
    page.get_by_role("searchbox").fill("")
    page.get_by_label("Remove: Loud Bells").click()
    expect(titles).to_have_text(["Warm Lamps", "Cold Lamps"])
    page.get_by_text("Clear all").click()
    expect(page.locator(".recent")).to_be_hidden()
    assert kept(page) == "[]"


def test_what_the_browser_sends_is_not_trusted(visit: Open, fake: FakePipeline, fake_url: str) -> None:
    page = visit(fake_url)
    fake.digest_made = hostile(DIGEST)
    ask(page)
    done(page)
    entry = json.loads(kept(page))[0]
    for n, given in enumerate([{**entry, "name": "../../x"}, {**entry, "extractive": "maybe"}, {**entry, "more": 1}]):
        page.evaluate("e => localStorage.setItem('chatpaper-recent', JSON.stringify([e]))", given)
        reload(page)
        expect(page.locator(".recent li b")).to_contain_text("<script>window.hacked=1</script>")
        page.locator(".recent li button").first.click()
        page.wait_for_timeout(400)
        expect(page.locator(".home")).to_be_visible()
        expect(page.locator("#cp-status .status")).to_have_count(0)
        assert len(fake.asked) == 1, n
    page.evaluate("e => localStorage.setItem('chatpaper-recent', JSON.stringify([e, null, 5]))", {**entry, "at": 3})
    reload(page)
    expect(page.locator(".recent")).to_be_hidden()
    assert page.evaluate("window.hacked") is None
    assert page.locator(".recent script, .recent img").count() == 0
