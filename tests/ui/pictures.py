"""Takes the pictures of the page that README and docs show: python -m tests.ui.pictures PAPER.pdf... [--to FOLDER]

Everything in them is real: the app, the papers, and the digests, which the engine of this environment makes (without a
key that is the extractive one). The first paper is the one that is opened; all of them are in the queue.
"""

# ruff: noqa: ARG001 - steps of one shape

import argparse
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright

from chatpaper.pipeline import Pipeline
from chatpaper.settings import Settings
from tests.ui.conftest import FLAGS, chromium, serving

ROOT = Path(__file__).parents[2]
COLOURS = 256
"""Of a picture's palette: a few greys and two accents, and what the page of the paper needs."""
WAIT = 600_000
"""Milliseconds; reading ten papers on a busy machine takes its time."""
Steps = Callable[[Page, list[Path]], None]


def home(page: Page, papers: list[Path]) -> None:
    """As it is."""


def settings(page: Page, papers: list[Path]) -> None:
    page.click("#cp-settings > button")
    page.locator("#cp-key input").wait_for()


def digest(page: Page, papers: list[Path]) -> None:
    page.set_input_files("input[type=file]", papers[0])
    page.wait_for_selector("#cp-downloads")
    page.wait_for_selector(".digest figure img")


def evidence(page: Page, papers: list[Path]) -> None:
    """The digest, with the page of its last takeaway beside it."""
    digest(page, papers)
    page.locator(".digest ul li [data-passage]").last.click()
    page.wait_for_selector("#cp-pane blockquote")
    page.evaluate("window.scrollTo(0, 0)")


def flagged(page: Page, papers: list[Path]) -> None:
    """A statement in doubt, and its page."""
    digest(page, papers)
    claim = page.locator(".digest .claim", has=page.locator(".chip.warn")).first
    claim.locator("[data-passage]").first.click()
    page.wait_for_selector("#cp-pane blockquote")
    claim.evaluate("claim => claim.scrollIntoView({ block: 'center' })")


def queue(page: Page, papers: list[Path]) -> None:
    page.set_input_files("input[type=file]", papers)
    page.wait_for_selector(".queue:not(:has(.todo, .doing))")


WIDE: dict[str, Any] = {"locale": "zh-CN", "viewport": {"width": 1440, "height": 1000}}
ENGLISH = WIDE | {"locale": "en-US"}
PICTURES: dict[str, tuple[dict[str, Any], Steps]] = {
    "page-zh-wide": (WIDE, evidence),
    "page-en-wide": (ENGLISH, evidence),
    "page-zh-dark": (WIDE | {"color_scheme": "dark"}, evidence),
    "page-zh-phone": (WIDE | {"viewport": {"width": 390, "height": 844}, "device_scale_factor": 2}, digest),
    "page-en-flagged": (ENGLISH, flagged),
    "home-zh": (WIDE, home),
    "settings-en": (ENGLISH, settings),
    "queue-zh": (WIDE, queue),
    "queue-en-dark": (ENGLISH | {"color_scheme": "dark"}, queue),
}


def take(browser: Browser, url: str, papers: list[Path], name: str, folder: Path) -> None:
    options, steps = PICTURES[name]
    page = browser.new_context(**options).new_page()
    page.set_default_timeout(WAIT)
    page.goto(url)
    page.wait_for_selector(".home")
    steps(page, papers)
    page.wait_for_timeout(1500)
    target = folder / f"{name}.png"
    page.screenshot(path=target)
    page.context.close()
    with Image.open(target) as picture:
        small = picture.convert("RGB").quantize(COLOURS, dither=Image.Dither.NONE)
    small.save(target, optimize=True)


def main() -> None:
    parser = argparse.ArgumentParser(description="Pictures of the page, for README and docs")
    parser.add_argument("papers", nargs="+", type=Path, metavar="PAPER.pdf")
    parser.add_argument("--to", type=Path, default=ROOT / "docs", metavar="FOLDER")
    parser.add_argument("--only", nargs="+", choices=PICTURES, default=list(PICTURES), metavar="NAME")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as temp, sync_playwright() as playwright:
        chosen = Settings.read().model_copy(update={"data_dir": Path(temp) / "data"})
        browser = playwright.chromium.launch(executable_path=chromium(), args=FLAGS)
        with Pipeline(chosen) as pipeline, serving(pipeline, chosen, Path(temp)) as url:
            for name in given.only:
                take(browser, url, given.papers, name, given.to)


if __name__ == "__main__":
    main()
