"""Takes the pictures of the page that README and docs show: python -m tests.ui.pictures PAPER.pdf [FOLDER]

Everything in them is real: the app, the paper, and the digest, which the engine of this environment makes (without a
key that is the extractive one). The pictures go to docs/ unless another folder is named.
"""

import sys
import tempfile
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, sync_playwright

from chatpaper.pipeline import Pipeline
from chatpaper.settings import Settings
from tests.ui.conftest import FLAGS, chromium, serving

ROOT = Path(__file__).parents[2]
VIEWS: dict[str, dict[str, Any]] = {
    "page-zh-wide": {"locale": "zh-CN", "viewport": {"width": 1440, "height": 1100}},
    "page-en-wide": {"locale": "en-US", "viewport": {"width": 1440, "height": 1100}},
    "page-zh-dark": {"locale": "zh-CN", "viewport": {"width": 1440, "height": 1100}, "color_scheme": "dark"},
    "page-zh-phone": {"locale": "zh-CN", "viewport": {"width": 390, "height": 844}, "device_scale_factor": 2},
}


def take(browser: Browser, url: str, paper: Path, view: dict[str, Any], target: Path) -> None:
    """The finished digest; on a wide screen with the page of its last takeaway beside it."""
    page = browser.new_context(**view).new_page()
    page.goto(url)
    page.wait_for_selector(".home")
    page.set_input_files("input[type=file]", paper)
    page.wait_for_selector(".digest figure img", timeout=180_000)
    if view["viewport"]["width"] > 900:
        page.locator(".digest ul li [data-passage]").last.click()
        page.wait_for_selector("#cp-pane .pg img", timeout=30_000)
        page.evaluate("window.scrollTo(0, 0)")
    page.wait_for_timeout(1500)
    page.screenshot(path=target)
    page.context.close()


def main(paper: Path, folder: Path) -> None:
    with tempfile.TemporaryDirectory() as temp, sync_playwright() as playwright:
        settings = Settings.read().model_copy(update={"data_dir": Path(temp) / "data"})
        browser = playwright.chromium.launch(executable_path=chromium(), args=FLAGS)
        with Pipeline(settings) as pipeline, serving(pipeline, settings, Path(temp)) as url:
            for name, view in VIEWS.items():
                take(browser, url, paper, view, folder / f"{name}.png")


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]) if len(sys.argv) > 2 else ROOT / "docs")
