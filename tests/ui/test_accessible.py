"""axe-core over the page's states: no serious and no critical violation, light and dark, wide and narrow."""

from importlib import resources
from pathlib import Path
from typing import Any, Literal

import pytest
from playwright.sync_api import Page, expect

from tests.rendering.samples import WITH_MORE
from tests.ui.conftest import Open
from tests.ui.fake import FakePipeline
from tests.ui.test_page import ask, done

pytestmark = [
    pytest.mark.usefixtures("fake"),
    pytest.mark.filterwarnings("ignore::DeprecationWarning:gradio.queueing"),
]


@pytest.fixture(scope="module")
def axe() -> str:
    """The script: npm's, which is newer, else the one of the package axe-core-python."""
    newer = Path(__file__).parents[2] / "node_modules" / "axe-core" / "axe.min.js"
    if newer.exists():
        return newer.read_text("utf-8")
    try:
        return (resources.files("axe_core_python") / "axe.min.js").read_text("utf-8")
    except ModuleNotFoundError:
        pytest.skip("no axe-core: pip install axe-core-python, or npm install axe-core")


AT_REST = """async () => {
  await new Promise(requestAnimationFrame);
  await Promise.allSettled(document.getAnimations().filter(a => a instanceof CSSTransition).map(a => a.finished));
}"""
RUN = """async () => {
  const { violations, passes } = await axe.run({ resultTypes: ["violations"] });
  return { violations: violations.filter(v => ["serious", "critical"].includes(v.impact)), passes: passes.length };
}"""


def violations(page: Page, axe: str) -> list[str]:
    """Each serious one with its first places, once colours that fade into each other have arrived."""
    page.evaluate(AT_REST)
    page.evaluate(axe)
    found: dict[str, Any] = page.evaluate(RUN)
    assert found["passes"] > 10, "axe has looked at the page"
    return [
        f"{v['impact']} {v['id']}: {v['help']}: {[n['html'][:200] for n in v['nodes'][:4]]} {v['nodes'][0]['any'][:1]}"
        for v in found["violations"]
    ]


@pytest.mark.parametrize(("colours", "width"), [("dark", 1400), ("light", 360)])
def test_nobody_is_left_out(
    visit: Open, fake: FakePipeline, fake_url: str, axe: str, colours: Literal["light", "dark"], width: int
) -> None:
    page = visit(fake_url, color_scheme=colours, viewport={"width": width, "height": 900}, reduced_motion="reduce")
    assert violations(page, axe) == []
    page.click("#cp-settings > button")
    expect(page.locator("#cp-key input")).to_be_visible()
    assert violations(page, axe) == []
    page.click("#cp-settings > button")
    fake.digest_made, fake.pause = WITH_MORE, 2
    ask(page)
    page.wait_for_selector("#cp-view .lead .chip")
    assert violations(page, axe) == []
    fake.pause = 0
    done(page)
    assert violations(page, axe) == []
    page.fill("#cp-question input", "Why?")
    page.click("#cp-ask-go")
    expect(page.locator("#cp-answers .chip").first).to_be_visible()
    assert violations(page, axe) == []
    page.locator("#cp-view .chip").first.click()
    expect(page.locator("#cp-pane blockquote")).to_be_visible()
    assert violations(page, axe) == []
    if width == 360:
        page.locator("#cp-pane [data-close]").click()
    ask(page, "nonsense")
    expect(page.locator("#cp-view [role=alert]")).to_be_visible()
    assert violations(page, axe) == []
    page.click("#cp-name button")
    expect(page.locator(".recent li")).to_have_count(1)
    assert violations(page, axe) == []


@pytest.mark.parametrize(("colours", "width"), [("light", 1400), ("dark", 360)])
def test_nor_by_the_queue(
    visit: Open, fake: FakePipeline, fake_url: str, axe: str, colours: Literal["light", "dark"], width: int
) -> None:
    page = visit(fake_url, color_scheme=colours, viewport={"width": width, "height": 900}, reduced_motion="reduce")
    fake.pause = 60
    ask(page, "2404.00001 2404.00002 2404.00003 2404.00004 bad1")
    expect(page.locator(".queue .doing")).to_have_count(3)
    assert violations(page, axe) == []
    page.click("#cp-stop")
    fake.pause = 0
    page.locator("[data-resume]").click()
    expect(page.locator(".queue .failed")).to_have_count(1)
    expect(page.locator(".queue .done")).to_have_count(4, timeout=30_000)
    expect(page.locator("#cp-go")).to_be_visible()
    assert violations(page, axe) == []
    page.locator(".queue li button").first.click()
    expect(page.locator(".queue.strip")).to_be_visible(timeout=30_000)
    assert violations(page, axe) == []


def test_the_exported_file_too(visit: Open, fake: FakePipeline, fake_url: str, axe: str, tmp_path: Path) -> None:
    page = visit(fake_url)
    fake.digest_made = WITH_MORE
    ask(page)
    done(page)
    with page.expect_download() as download:
        page.click("#cp-html")
    download.value.save_as(tmp_path / "digest.html")
    page.goto((tmp_path / "digest.html").as_uri())
    assert violations(page, axe) == []
