"""Asking the paper in a real browser, on the real pipeline, with Gemini's protocol on loopback."""

import json
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from chatpaper.pipeline import Pipeline
from chatpaper.settings import Settings
from tests.loopback.faults import safety
from tests.loopback.gemini import GeminiServer
from tests.ui.conftest import Open, serving
from tests.ui.test_end_to_end import done, marked, upload, use_key

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning:gradio.queueing")


@dataclass(frozen=True)
class World:
    url: str
    gemini: GeminiServer


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    with GeminiServer() as gemini:
        environment = {
            "CHATPAPER_DATA_DIR": str(tmp_path_factory.mktemp("data")),
            "CHATPAPER_GEMINI_ENDPOINT": gemini.url,
            "CHATPAPER_ARXIV_ENDPOINT": "http://127.0.0.1:1",
        }
        settings = Settings.read(environment, dotenv=Path(os.devnull))
        with Pipeline(settings) as pipeline, serving(pipeline, settings, tmp_path_factory.mktemp("gradio")) as url:
            yield World(url, gemini)


def ask(page: Page, question: str) -> None:
    page.fill("#cp-question input", question)
    page.press("#cp-question input", "Enter")


def test_without_a_model_the_closest_sentences_are_found(visit: Open, world: World) -> None:
    page = visit(world.url)
    expect(page.locator("#cp-ask")).to_be_hidden()
    upload(page, "one-column.pdf")
    done(page)
    answers = page.locator("#cp-answers")
    expect(answers).to_contain_text("问一件具体的事")
    ask(page, "How much memory does averaging need on drifting graphs?")
    expect(answers.locator(".qa li").first).to_contain_text("memory")
    expect(answers).to_contain_text("这不是回答")
    expect(page.locator("#cp-question input")).to_have_value("")
    chip = answers.locator(".chip").first
    quote = chip.get_attribute("title") or "?"
    chip.click()
    expect(page.locator("#cp-pane blockquote")).to_contain_text(quote)
    expect(chip).to_have_attribute("aria-pressed", "true")
    assert marked(page) == "MARKED"
    ask(page, "需要多少内存？")
    expect(answers.locator(".qa").nth(1)).to_contain_text("用论文的语言（英文）提问")
    expect(answers.locator(".qa")).to_have_count(2)
    page.click("#cp-interface")
    expect(answers.locator(".qa").nth(1)).to_contain_text("ask in English to find more")
    assert world.gemini.requests == []
    page.click("#cp-name button")
    expect(page.locator("#cp-ask")).to_be_hidden()


def test_a_model_answers_streaming_in_both_languages_and_several_times(visit: Open, world: World) -> None:
    page = visit(world.url)
    use_key(page, "AIza-ask")
    page.get_by_label("对照").check(force=True)
    upload(page, "no-sections.pdf")
    done(page)
    answers = page.locator("#cp-answers")
    ask(page, "What is it about?")
    expect(answers.locator(".qa")).to_have_count(1)
    expect(answers.locator("section")).to_have_attribute("aria-busy", "false")
    assert answers.locator("li .pair .said").count() % 2 == 0
    expect(answers.locator("li .chip").first).to_be_visible()
    assert world.gemini.requests[-1].key == "AIza-ask"

    world.gemini.script('{"statements": []}', when="<question>Who paid")
    ask(page, "Who paid for it?")
    expect(answers.locator(".qa").nth(1)).to_contain_text("论文没有说明")

    world.gemini.script(safety(), safety(), when="<question>Is it harmful")
    ask(page, "Is it harmful?")
    expect(answers.locator("[role=alert]")).to_contain_text("Gemini 没有完成回答")
    expect(page.locator("#cp-question input")).to_have_value("Is it harmful?")

    world.gemini.tokens_per_second = 15
    try:
        ask(page, "And slowly?")
        expect(answers.locator(".qa").nth(2)).to_contain_text("And slowly?")
        expect(answers.locator(".qa").nth(2).locator(".said").first).to_be_visible()
        page.click("#cp-ask-stop")
        expect(answers.locator("[role=alert]")).to_contain_text("已停止", timeout=5000)
        expect(page.locator("#cp-ask-go")).to_be_visible()
    finally:
        world.gemini.tokens_per_second = None
    expect(answers.locator(".qa h3")).to_have_count(3)


def test_nothing_that_is_asked_or_answered_is_run(visit: Open, world: World) -> None:
    page = visit(world.url, locale="en-US")
    use_key(page, "AIza-hostile")
    upload(page, "no-sections.pdf")
    done(page)
    payload = '<img src=x onerror="window.hit=1"><script>window.hit=1</script><a href="javascript:window.hit=1">x</a>'
    statement = {"passages": ["1.1"], "en": f"It says {payload}.", "zh": ""}
    world.gemini.script(*[json.dumps({"statements": [statement]})] * 2, when="<question>‹img")
    ask(page, payload)
    answers = page.locator("#cp-answers")
    expect(answers.locator("h3")).to_have_text(payload)
    expect(answers.locator("section")).to_have_attribute("aria-busy", "false")
    expect(answers.locator(".flag")).to_be_visible()
    assert answers.locator("img, script, a").count() == 0
    assert page.evaluate("window.hit") is None
