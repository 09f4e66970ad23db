"""A topic post made in a real browser: arXiv and Gemini on loopback, real PDFs, the real pipeline."""

import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest
import yaml
from playwright.sync_api import Page, expect

from chatpaper import source
from chatpaper.pipeline import Pipeline
from chatpaper.posts import Draft, estimate
from chatpaper.settings import Settings
from chatpaper.ui import runner
from chatpaper.ui.line import Line
from tests.conftest import DATA
from tests.loopback.arxiv import ArxivFault, ArxivServer
from tests.loopback.gemini import GeminiServer
from tests.loopback.records import SEASON_LINK
from tests.ui.conftest import Open, serving, slowly
from tests.ui.test_accessible import axe, violations

__all__ = ["axe"]

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning:gradio.queueing")
LONG = 180_000
"""Milliseconds: three papers, on a busy machine."""
PAPERS = {"no-sections": "A <b>Short</b> Report", "one-column": "Slow $\\lambda$ Clocks", "scanned": "A Scanned Note"}


@dataclass(frozen=True)
class World:
    url: str
    arxiv: ArxivServer
    gemini: GeminiServer


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """The owner's key serves each visitor twice a day."""
    with GeminiServer() as gemini, ArxivServer() as arxiv, pytest.MonkeyPatch.context() as patch:
        hurried: Any = source.Arxiv.__init__.__kwdefaults__
        patch.setitem(hurried, "delay", 0.0)
        for number, (name, title) in enumerate(PAPERS.items(), 1):
            record = {"arxiv_id": f"2404.{number:05}v1", "title": title, "categories": ("cs.LG",)}
            arxiv.add(SEASON_LINK.model_copy(update=record), (DATA / f"{name}.pdf").read_bytes())
        environment = {
            "CHATPAPER_DATA_DIR": str(tmp_path_factory.mktemp("data")),
            "CHATPAPER_GEMINI_ENDPOINT": gemini.url,
            "CHATPAPER_GEMINI_MODEL": "gemini-2.5-flash",
            "CHATPAPER_ARXIV_ENDPOINT": arxiv.url,
            "CHATPAPER_VISITOR_DIGESTS_PER_DAY": "2",
            "GEMINI_API_KEY": "the-owners",
        }
        settings = Settings.read(environment, dotenv=Path(os.devnull))
        with Pipeline(settings) as pipeline, serving(pipeline, settings, tmp_path_factory.mktemp("gradio")) as url:
            yield World(url, arxiv, gemini)


def search(page: Page, query: str = "cat:cs.LG") -> None:
    page.click("#cp-to-post")
    page.fill("#cp-post-topic input", "慢 & <i>钟</i>")
    page.fill("#cp-post-query input", query)
    page.click("#cp-post-find")


def test_a_post_from_a_query(visit: Open, world: World, axe: str, monkeypatch: pytest.MonkeyPatch) -> None:
    page = visit(world.url)
    search(page)
    boxes = page.locator("#cp-post-list input")
    expect(boxes).to_have_count(3)
    expect(page.locator("#cp-post-list label").first).to_have_text("A <b>Short</b> Report")
    status = page.locator("#cp-post-status")
    expect(status).to_contain_text("要写 3 篇 · 约输入")
    expect(status).to_contain_text("美元")
    page.click("#cp-post-list [data-tick='']")
    expect(page.locator("#cp-post-make")).to_be_disabled()
    with monkeypatch.context() as patch:
        patch.setattr("chatpaper.ui.posts.estimate", slowly(estimate))
        boxes.nth(0).check()
        boxes.nth(2).check()  # before the answer to the first one
        expect(status).to_contain_text("要写 2 篇")
    assert violations(page, axe) == []
    with monkeypatch.context() as patch:
        patch.setattr(runner, "LINE", Line(at_once=0, longest=9))  # nobody's turn comes
        page.click("#cp-post-make")
        expect(status).to_contain_text("排队中，下一个就是你", timeout=LONG)
        page.click("#cp-post-stop")
        expect(page.locator("#cp-post-make")).to_be_visible(timeout=LONG)
    assert not world.gemini.requests, "nothing is spent before it is asked for, and its turn has come"

    world.gemini.first_token = 2
    page.click("#cp-post-make")
    expect(page.locator("#cp-post-list .paper").nth(0)).to_contain_text(re.compile("(?:要点|方法)…"), timeout=LONG)
    page.click("#cp-post-stop")
    expect(status).to_contain_text("已停止", timeout=15_000)
    world.gemini.first_token = 0
    expect(page.locator("#cp-post-make")).to_have_text("继续")
    page.click("#cp-post-make")
    expect(status).to_contain_text("写好了：1 篇；1 篇没有完成", timeout=LONG)
    expect(page.locator("#cp-post-list .failed")).to_contain_text("只有扫描图像")
    assert {r.key for r in world.gemini.requests} == {"the-owners"}

    post = page.locator("#cp-post-preview")
    expect(post.locator("h1").first).to_contain_text("慢 & <i>钟</i>")
    expect(post.locator("table.briefing tbody tr")).to_have_count(1)
    expect(post.locator("article")).to_have_count(1)
    with page.expect_download() as download:
        page.click("#cp-post-file")
    assert download.value.suggested_filename.endswith("-hexo.zip")
    with ZipFile(download.value.path()) as archive:
        [name] = [n for n in archive.namelist() if n.endswith(".md")]
        front = yaml.safe_load(archive.read(name).decode().split("\n---\n")[0])
        assert front["title"] == "慢 & <i>钟</i>"
        assert front["papers"] == ["2404.00001v1", "2404.00003v1"]
        assert name.removesuffix(".md") + "/papers.bib" in archive.namelist()

    for scheme, width in (("light", 390), ("dark", 1400)):
        page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
        page.set_viewport_size({"width": width, "height": 900})
        assert violations(page, axe) == []
    page.set_viewport_size({"width": 1400, "height": 900})

    paid = len(world.gemini.requests)
    with monkeypatch.context() as patch, page.expect_download() as download:
        patch.setattr(Draft, "packed", slowly(Draft.packed))
        page.locator("#cp-post-shape").get_by_text("网页").click()
        page.click("#cp-post-file")  # waits until it can be clicked, which is when the new shape is there
    assert download.value.suggested_filename.endswith(".html")
    assert len(world.gemini.requests) == paid

    page.click("#cp-interface")
    expect(page.locator("#cp-post-make")).to_have_text("Make the post")
    expect(page.locator("#cp-post-list .failed")).to_contain_text("not done: the PDF holds only page images")
    expect(status).to_contain_text("Papers ready: 1; not done: 1")

    page.locator("#cp-post-list input").nth(1).check()
    page.get_by_label("English", exact=True).check(force=True)
    page.click("#cp-post-make")
    expect(status.get_by_role("alert")).to_contain_text("are used up", timeout=LONG)


def test_what_is_asked_wrongly_and_what_arxiv_does_not_have(visit: Open, world: World) -> None:
    page = visit(world.url, locale="en-US")
    page.click("#cp-to-post")
    page.reload()  # the address says what is open
    page.wait_for_selector(".home", state="attached")
    page.click("#cp-post-find")
    alert = page.locator("#cp-post-status [role=alert]")
    expect(alert).to_contain_text("there is no query yet; correct it, and search again")
    page.fill("#cp-post-since input", "yesterday")
    search(page)
    expect(alert).to_contain_text("“yesterday” is not a date")
    page.fill("#cp-post-since input", "2024-04-20")
    search(page)
    expect(page.locator("#cp-post-list")).to_contain_text("arXiv has no such papers")
    page.fill("#cp-post-since input", "")
    world.arxiv.script("query", ArxivFault(status=400, page=b"<html>"))
    search(page, "cat:(")
    expect(alert).to_contain_text("arXiv does not understand the query cat:(")
