"""The settings in a real browser, on the real pipeline, with the real SDKs and providers on loopback."""

import asyncio
import os
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from chatpaper.choice import Choice
from chatpaper.pipeline import Pipeline
from chatpaper.settings import Settings
from chatpaper.ui import panel
from chatpaper.ui.session import Session
from tests.loopback.gemini import GeminiServer
from tests.loopback.openai import OpenAIServer
from tests.ui.conftest import PATIENCE, Open, serving, slowly
from tests.ui.test_end_to_end import done, upload

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning:gradio.queueing")


@dataclass(frozen=True)
class World:
    url: str
    gemini: GeminiServer
    openai: OpenAIServer


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """A page whose owner has a service and a key for it, and lets visitors connect to this machine."""
    with GeminiServer() as gemini, OpenAIServer() as openai:
        environment = {
            "CHATPAPER_DATA_DIR": str(tmp_path_factory.mktemp("data")),
            "CHATPAPER_GEMINI_ENDPOINT": gemini.url,
            "CHATPAPER_ARXIV_ENDPOINT": "http://127.0.0.1:9",
            "OPENAI_API_KEY": "sk-owner",
            "OPENAI_BASE_URL": f"{openai.url}/v1",
            "CHATPAPER_ENGINE": "extractive",
            "CHATPAPER_ALLOW_PRIVATE_ENDPOINTS": "true",
        }
        settings = Settings.read(environment, dotenv=Path(os.devnull))
        with Pipeline(settings) as pipeline, serving(pipeline, settings, tmp_path_factory.mktemp("gradio")) as url:
            yield World(url, gemini, openai)


def opened(page: Page, engine: str) -> Page:
    page.click("#cp-settings > button")
    page.locator("#cp-engine").get_by_label(engine, exact=True).check()
    return page


def test_a_key_is_tried_without_cost_and_forgotten(visit: Open, world: World) -> None:
    page = opened(visit(world.url), "Gemini")
    verdict = page.locator("#cp-verdict")
    world.gemini.keys = {"AIza-good"}
    try:
        page.click("#cp-test-key")
        expect(verdict).to_contain_text("没有 Gemini 的密钥")
        for key in ("AIza-bad", "密钥"):
            page.fill("#cp-key input", key)
            expect(verdict).to_have_text("")  # it was said of another key
            page.click("#cp-test-key")
            expect(verdict).to_contain_text("Gemini 不接受这个密钥")
            assert key not in verdict.inner_html().replace("这个密钥", "").replace("核对密钥", "")
        page.fill("#cp-key input", "AIza-good")
        page.click("#cp-test-key")
        expect(verdict.locator(".good")).to_contain_text("密钥可用：Gemini 列出了")
        page.click("#cp-interface")
        expect(verdict).to_have_text("")
        page.click("#cp-test-key")
        expect(verdict).to_contain_text("The key works: Gemini lists")
        page.click("#cp-forget-key")
        expect(page.locator("#cp-key input")).to_have_value("")
        expect(verdict).to_have_text("")
        assert world.gemini.requests == [], "listing models costs nothing"
    finally:
        world.gemini.keys = None


def test_a_second_key_is_tested_while_the_first_one_waits_for_its_answer(
    visit: Open, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = opened(visit(world.url, locale="en-US"), "Gemini")
    asked, shown = panel.listed, threading.Event()
    waiting: list[str] = []

    async def slow(pipeline: Pipeline, choice: Choice) -> tuple[str, ...]:
        if choice.keys == ("AIza-bad",):
            waiting.append("AIza-bad")
            await asyncio.to_thread(shown.wait, PATIENCE / 1000)
        return await asked(pipeline, choice)

    monkeypatch.setattr(panel, "listed", slow)
    world.gemini.keys = {"AIza-good"}
    try:
        page.fill("#cp-key input", "AIza-bad")
        page.click("#cp-test-key")
        page.wait_for_timeout(300)
        page.fill("#cp-key input", "AIza-good")
        page.click("#cp-test-key")
        good = page.locator("#cp-verdict .good")
        expect(good).to_contain_text("The key works")
        assert waiting
        shown.set()
        page.wait_for_timeout(700)
        expect(good).to_contain_text("The key works")
    finally:
        shown.set()
        world.gemini.keys = None


def test_models_are_listed_when_somebody_looks_and_any_other_may_be_typed(visit: Open, world: World) -> None:
    page = opened(visit(world.url, locale="en-US"), "OpenAI-compatible")
    model = page.locator("#cp-model input")
    expect(model).to_have_value("The default")
    model.click()
    options = page.locator("#cp-model [role=option]")
    expect(options.filter(has_text="gpt-4.1-mini")).to_be_visible()
    assert options.count() == 1 + len(world.openai.models)
    model.fill("gpt-9")
    model.press("Enter")
    page.click("#cp-test-key")
    expect(page.locator("#cp-verdict .bad")).to_contain_text("but gpt-9 is not among them")
    page.locator("#cp-engine").get_by_label("Extracts").check()
    expect(page.locator("#cp-key")).to_be_hidden()
    expect(model).to_be_hidden()


def test_a_verdict_outlasts_what_began_before_it(visit: Open, world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    page = opened(visit(world.url, locale="en-US"), "OpenAI-compatible")
    address = page.locator("#cp-base-url input")
    expect(address).to_be_visible()  # what the other engine began is over
    emptied, shown = panel._empty, threading.Event()

    def late(session: Session) -> dict[str, Any]:
        shown.wait(PATIENCE / 1000)
        return emptied(session)

    monkeypatch.setattr(panel, "_empty", late)
    address.fill("not an address")
    address.press("Enter")
    page.click("#cp-test-key")
    expect(page.locator("#cp-verdict")).to_contain_text("write it like")
    shown.set()
    page.wait_for_timeout(500)  # what was late is here
    expect(page.locator("#cp-verdict")).to_contain_text("write it like")


def test_what_is_chosen_while_the_server_is_busy_counts(
    visit: Open, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = opened(visit(world.url, locale="en-US"), "Gemini")
    monkeypatch.setattr(panel, "_empty", slowly(panel._empty))
    for engine in ("extractive", "openai"):
        page.locator(f"#cp-engine input[value={engine}]").check()
    expect(page.locator("#cp-base-url input")).to_be_visible()
    expect(page.locator("#cp-key input")).to_be_visible()


def test_a_digest_from_an_address_of_ones_own_with_ones_own_key(visit: Open, world: World) -> None:
    page = opened(visit(world.url, locale="en-US"), "OpenAI-compatible")
    before = len(world.openai.requests)
    with OpenAIServer() as own:
        address = page.locator("#cp-base-url input")
        for given, said in (
            ("not an address", "write it like https://api.deepseek.com/v1"),
            ("https://api.deepseek.com/v1", "there is no key for DeepSeek"),
            (f"{own.url}/v1", "It answers without a key of yours: 127.0.0.1 lists 3 models"),
        ):
            address.fill(given)
            address.press("Enter")
            page.click("#cp-test-key")
            expect(page.locator("#cp-verdict")).to_contain_text(said)
        page.fill("#cp-key input", "sk-visitor")
        page.locator("#cp-model input").fill("gpt-4.1-mini")
        page.locator("#cp-model input").press("Enter")
        upload(page, "no-sections.pdf")
        done(page)
        assert {r.key for r in own.requests} == {"sk-visitor"}
        assert {r.model for r in own.requests} == {"gpt-4.1-mini"}
    assert len(world.openai.requests) == before


def test_what_is_scrolled_away_is_under_the_bar(visit: Open, world: World) -> None:
    page = opened(visit(world.url, viewport={"width": 1400, "height": 300}), "Gemini")  # where the bar stays
    label = page.locator("#cp-key [data-testid=block-info]")
    label.evaluate("label => scrollBy(0, label.getBoundingClientRect().top - 20)")
    at = label.bounding_box()
    assert at
    assert 0 < at["y"] < 40
    shown = page.evaluate(
        "([x, y]) => document.elementFromPoint(x, y).closest('#cp-bar')?.id", [at["x"] + 5, at["y"] + 5]
    )
    assert shown == "cp-bar"
