"""One browser and one server on the fake pipeline for all tests of the page."""

import asyncio
import os
import shutil
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from chatpaper.pipeline import Pipeline
from chatpaper.settings import Settings
from tests.loopback.serving import free_port
from tests.ui.fake import FakePipeline

NAMES = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
PATIENCE = 20_000
"""Milliseconds until a test fails for what does not come; the machine may be busy with other tests."""
expect.set_options(timeout=PATIENCE)
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-dev-shm-usage"]


def chromium() -> str | None:
    """Any Chromium on this machine: $CHROME, the PATH, playwright's own."""
    found = os.environ.get("CHROME") or next(filter(None, map(shutil.which, NAMES)), None)
    if found:
        return found
    with sync_playwright() as playwright:
        own = playwright.chromium.executable_path
    return own if Path(own).exists() else None


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Not longer than a module: while playwright is open, a loop runs in this thread."""
    path = chromium()
    if path is None:
        pytest.skip("no Chromium on this machine (looked at $CHROME, the PATH and playwright's own)")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def fake_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, FakePipeline]]:
    pipeline = FakePipeline()
    with serving(pipeline, Settings.read({}, dotenv=Path(os.devnull)), tmp_path_factory.mktemp("gradio")) as url:
        yield url, pipeline


async def _started(pipeline: Pipeline, settings: Settings) -> tuple[str, Callable[[], None]]:
    """In a running loop: outside of one, Gradio makes a loop for each of its locks and never closes it."""
    from chatpaper.ui.page import build, launch_options

    demo = build(pipeline, settings)
    port = free_port()  # Gradio's own search leaves sockets open where other servers run
    options = launch_options(pipeline, settings) | {"server_port": port}
    _, url, _ = demo.launch(**options, prevent_thread_lock=True, quiet=True)
    return url, lambda: demo.close(verbose=False)


def slowly(do: Callable[..., Any]) -> Callable[..., Any]:
    """The same, a second later: what the page does meanwhile can be seen."""

    def done(*given: Any) -> Any:
        time.sleep(1)
        return do(*given)

    return done


@contextmanager
def serving(pipeline: Pipeline, settings: Settings, temp: Path) -> Iterator[str]:
    """The page on this pipeline, in threads of this process; its URL."""
    os.environ["GRADIO_TEMP_DIR"] = str(temp)
    with ThreadPoolExecutor(1) as thread:
        url, close = thread.submit(asyncio.run, _started(pipeline, settings)).result()
    yield url
    close()


@pytest.fixture
def fake(fake_server: tuple[str, FakePipeline]) -> FakePipeline:
    """The fake pipeline behind `fake_url`, as new."""
    pipeline = fake_server[1]
    pipeline.__init__()  # type: ignore[misc]
    return pipeline


@pytest.fixture
def fake_url(fake_server: tuple[str, FakePipeline]) -> str:
    return fake_server[0]


Open = Callable[..., Page]


@pytest.fixture
def visit(browser: Browser) -> Iterator[Open]:
    """Open a URL as a new visitor; whatever goes wrong in the page fails the test."""
    contexts: list[BrowserContext] = []
    wrong: list[str] = []

    def opened(url: str, **options: Any) -> Page:
        context = browser.new_context(**{"locale": "zh-CN", "viewport": {"width": 1400, "height": 900}} | options)
        context.set_default_timeout(PATIENCE)
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: wrong.append(f"script error: {error}"))
        page.on("request", lambda r: None if _local(r.url, url) else wrong.append(f"remote request: {r.url}"))
        page.goto(url)
        page.wait_for_selector(".home")
        return page

    yield opened
    for context in contexts:
        context.close()
    assert not wrong


def _local(url: str, base: str) -> bool:
    return url.startswith((base.rstrip("/"), "data:", "blob:", "about:", "file:"))
