"""Takes pictures of every state of the page, for docs/: python -m tests.ui.pictures PAPER.pdf... [--to FOLDER]

The app, the papers and the digests are real; the engine is the one of this environment (without a key that is the
extractive one), and digests that CHATPAPER_DATA_DIR holds are found there. The first paper is the one that is opened,
the last one is digested anew, and all of them are in the queue and, from an arXiv on loopback, in the post.
"""

# ruff: noqa: ARG001 - steps of one shape

import argparse
import os
import tempfile
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright

from chatpaper.pipeline import Pipeline
from chatpaper.reading import Reader
from chatpaper.settings import Settings
from tests.conftest import DATA
from tests.loopback.arxiv import ArxivServer
from tests.loopback.records import SEASON_LINK
from tests.reading.conftest import pdf_at
from tests.ui.conftest import FLAGS, chromium, serving

ROOT = Path(__file__).parents[2]
WAIT = 1_800_000
"""Milliseconds; a small model on a busy machine takes its time."""
Steps = Callable[[Page, list[Path]], None]


def home(page: Page, papers: list[Path]) -> None:
    """As it is."""


def settings(page: Page, papers: list[Path]) -> None:
    page.click("#cp-settings > button")
    page.locator("#cp-key input").wait_for()


def running(page: Page, papers: list[Path]) -> None:
    """While it is read, or, where a model is at work, some words after its first sentence."""
    page.set_input_files("input[type=file]", papers[-1])
    page.wait_for_selector("#cp-stop")
    if Settings.read().engine in ("gemini", "openai", "local"):
        page.wait_for_selector("#cp-view .said")
        page.wait_for_timeout(20_000)


def digest(page: Page, papers: list[Path]) -> None:
    page.set_input_files("input[type=file]", papers[0])
    page.wait_for_selector("#cp-downloads")
    page.wait_for_selector(".digest figure img")


def both(page: Page, papers: list[Path]) -> None:
    """Two languages, claim by claim."""
    page.locator("#cp-language input").last.check(force=True)
    digest(page, papers)


def evidence(page: Page, papers: list[Path]) -> None:
    """The digest, with the page of its last takeaway beside it."""
    digest(page, papers)
    page.locator(".digest ul li [data-passage]").last.click()
    page.wait_for_selector("#cp-pane blockquote")
    page.evaluate("window.scrollTo(0, 0)")


def flagged(page: Page, papers: list[Path]) -> None:
    """A statement in doubt, and why; the page it comes from beside it, where there is room."""
    digest(page, papers)
    claim = page.locator(".digest .claim", has=page.locator(".chip.warn")).first
    if (page.viewport_size or {"width": 0})["width"] > 1000:
        claim.locator("[data-passage]").first.click()
        page.wait_for_selector("#cp-pane blockquote")
    claim.evaluate("claim => claim.scrollIntoView({ block: 'center' })")


def figures(page: Page, papers: list[Path]) -> None:
    digest(page, papers)
    page.locator(".digest figure").first.evaluate("figure => figure.scrollIntoView({ block: 'center' })")


def ask(page: Page, papers: list[Path]) -> None:
    digest(page, papers)
    page.fill("#cp-question input", "What is the window of sliding window attention?")
    page.press("#cp-question input", "Enter")
    page.wait_for_selector("#cp-answers .qa .chip")
    page.locator("#cp-question").evaluate("line => line.scrollIntoView({ block: 'end' })")


def failed(page: Page, papers: list[Path]) -> None:
    page.set_input_files("input[type=file]", DATA / "scanned.pdf")
    page.wait_for_selector("#cp-view [role=alert]")


def queue(page: Page, papers: list[Path]) -> None:
    page.set_input_files("input[type=file]", papers)
    page.wait_for_selector(".queue:not(:has(.todo, .doing))")


def found(page: Page, papers: list[Path]) -> None:
    """The papers that a post may be of."""
    chinese = page.evaluate("navigator.language") == "zh-CN"
    page.click("#cp-to-post")
    page.fill("#cp-post-topic input", "语言与视觉" if chinese else "Language and vision")
    page.fill("#cp-post-query input", "cat:cs.CL OR cat:cs.CV")
    page.click("#cp-post-find")
    page.wait_for_selector("#cp-post-list input")


def post(page: Page, papers: list[Path]) -> None:
    found(page, papers)
    page.click("#cp-post-make")
    page.wait_for_selector("#cp-post-preview article")
    page.locator("#cp-post-away").evaluate("bar => bar.scrollIntoView({ block: 'center' })")


STEPS = (home, settings, running, digest, both, evidence, flagged, figures, ask, failed, queue, found, post)
STATES = {step.__name__: step for step in STEPS}
WIDE = {"viewport": {"width": 1440, "height": 1000}}
PHONE = {"viewport": {"width": 390, "height": 844}, "device_scale_factor": 2}
LOOKS: dict[str, dict[str, Any]] = {
    "zh-wide": WIDE | {"locale": "zh-CN", "color_scheme": "light"},
    "en-wide-dark": WIDE | {"locale": "en-US", "color_scheme": "dark"},
    "zh-phone-dark": PHONE | {"locale": "zh-CN", "color_scheme": "dark"},
    "en-phone": PHONE | {"locale": "en-US", "color_scheme": "light"},
}
"""Each two of language, width and colours meet once."""


def on_arxiv(arxiv: ArxivServer, papers: list[Path]) -> None:
    """As if they had been submitted there, with the records that reading gives them."""
    with Reader() as reader:
        for number, path in enumerate(papers, 1):
            paper = reader.read(pdf_at(path))
            record = {n: getattr(paper, n) for n in ("title", "authors", "abstract")}
            record |= {"arxiv_id": f"2404.{number:05}v1", "comment": None, "doi": None}
            arxiv.add(SEASON_LINK.model_copy(update=record), path.read_bytes())


def take(browser: Browser, url: str, papers: list[Path], state: str, look: str, folder: Path) -> None:
    page = browser.new_context(**LOOKS[look]).new_page()
    page.set_default_timeout(WAIT)
    page.goto(url)
    page.wait_for_selector(".home")
    STATES[state](page, papers)
    page.wait_for_timeout(1500)
    target = folder / f"{state}-{look}.webp"
    shot = target.with_suffix(".png")
    page.screenshot(path=shot)
    page.context.close()
    with Image.open(shot) as picture:
        picture.convert("RGB").save(target, quality=80, method=6)
    shot.unlink()


def main() -> None:
    parser = argparse.ArgumentParser(description="Pictures of the page, for README and docs")
    parser.add_argument("papers", nargs="+", type=Path, metavar="PAPER.pdf")
    parser.add_argument("--to", type=Path, default=ROOT / "docs" / "pictures", metavar="FOLDER")
    parser.add_argument("--states", nargs="+", choices=STATES, default=list(STATES), metavar="STATE")
    parser.add_argument("--looks", nargs="+", choices=LOOKS, default=list(LOOKS), metavar="LOOK")
    given = parser.parse_args()
    given.to.mkdir(parents=True, exist_ok=True)
    with ExitStack() as stack:
        temp = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        os.environ.setdefault("CHATPAPER_DATA_DIR", str(temp / "data"))
        arxiv = stack.enter_context(ArxivServer())
        os.environ["CHATPAPER_ARXIV_ENDPOINT"] = arxiv.url
        if {"found", "post"} & set(given.states):
            on_arxiv(arxiv, given.papers)
        chosen = Settings.read()
        browser = stack.enter_context(sync_playwright()).chromium.launch(executable_path=chromium(), args=FLAGS)
        pipeline = stack.enter_context(Pipeline(chosen))
        url = stack.enter_context(serving(pipeline, chosen, temp))
        for state in given.states:
            for look in given.looks:
                take(browser, url, given.papers, state, look, given.to)


if __name__ == "__main__":
    main()
