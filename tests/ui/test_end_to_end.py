"""From a visitor's click to a digest, through the real pipeline, the real SDKs and servers on loopback."""

import json
import logging
import os
import re
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from chatpaper.pipeline import Pipeline
from chatpaper.settings import Settings
from tests.bench.load import paper
from tests.conftest import DATA
from tests.loopback import digest_replies
from tests.loopback.arxiv import ArxivServer
from tests.loopback.faults import safety
from tests.loopback.gemini import GeminiRequest, GeminiServer
from tests.loopback.records import SEASON_LINK
from tests.loopback.serving import free_port
from tests.ui.conftest import Open, serving

ROOT = Path(__file__).parents[2]
pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning:gradio.queueing")


@dataclass(frozen=True)
class World:
    url: str
    gemini: GeminiServer
    arxiv: ArxivServer
    data: Path


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """The page on the real pipeline, with its own arXiv and Gemini."""
    data = tmp_path_factory.mktemp("data")
    with GeminiServer() as gemini, ArxivServer() as arxiv:
        arxiv.add(SEASON_LINK, (DATA / "two-columns.pdf").read_bytes())
        environment = {
            "CHATPAPER_DATA_DIR": str(data),
            "CHATPAPER_GEMINI_ENDPOINT": gemini.url,
            "CHATPAPER_ARXIV_ENDPOINT": arxiv.url,
        }
        settings = Settings.read(environment, dotenv=Path(os.devnull))
        with Pipeline(settings) as pipeline, serving(pipeline, settings, tmp_path_factory.mktemp("gradio")) as url:
            yield World(url, gemini, arxiv, data)


def upload(page: Page, name: str) -> None:
    with page.expect_file_chooser() as chooser:
        page.click("#cp-upload")
    chooser.value.set_files(DATA / name)


def done(page: Page) -> None:
    """A digest is there, whole."""
    page.wait_for_selector("#cp-downloads, #cp-view [role=alert]", timeout=60_000)
    assert page.locator("#cp-view [role=alert]").all_inner_texts() == []


def use_key(page: Page, key: str) -> None:
    page.click("#cp-settings > button")
    page.fill("#cp-key input", key)


def test_an_upload_without_any_key_gives_the_papers_own_sentences(visit: Open, world: World) -> None:
    page = visit(world.url)
    upload(page, "one-column.pdf")
    done(page)
    truth = json.loads((DATA / "one-column.json").read_text("utf-8"))
    expect(page.locator("#cp-view h1")).to_have_text(truth["title"])
    expect(page.locator(".banner")).to_contain_text("没有使用模型")
    assert page.locator("#cp-view .chip").count() >= 8
    chip = page.locator("#cp-view .lead .chip").first
    quote = chip.get_attribute("title") or "?"
    chip.click()
    expect(page.locator("#cp-pane blockquote")).to_contain_text(quote)
    assert "MARKED" in marked(page)
    assert world.gemini.requests == []


def marked(page: Page) -> str:
    """Whether the page's picture carries the marker's yellow, and not all over."""
    return str(
        page.evaluate(
            """async () => {
                const img = document.querySelector('#cp-pane .pg img'), canvas = document.createElement('canvas');
                await img.decode();
                [canvas.width, canvas.height] = [img.naturalWidth, img.naturalHeight];
                const context = canvas.getContext('2d');
                context.drawImage(img, 0, 0);
                const {data} = context.getImageData(0, 0, canvas.width, canvas.height);
                let yellow = 0;
                for (let i = 0; i < data.length; i += 4)
                  if (data[i] > 200 && data[i + 1] > 180 && data[i + 2] < 190) yellow++;
                const share = yellow / (data.length / 4);
                return share > 0.0005 && share < 0.2 ? 'MARKED' : `share of yellow: ${share}`;
            }"""
        )
    )


def test_an_id_gives_a_digest_in_both_languages(
    visit: Open, world: World, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    caplog.set_level(logging.DEBUG)
    key = "AIzaSy-end-to-end-secret"
    page = visit(world.url)
    use_key(page, key)
    page.get_by_label("对照").check(force=True)
    page.fill("#cp-source input", "https://arxiv.org/abs/2404.12920")
    page.click("#cp-go")
    done(page)
    article = page.locator("#cp-view article")
    expect(article.locator("h1")).to_have_text(SEASON_LINK.title)
    expect(article).to_contain_text("2024-04-19 · cs.CV, cs.LG")
    expect(article.locator("a", has_text="tarn_lab/season_link")).to_have_attribute(
        "href", "https://github.com/tarn_lab/season_link"
    )
    texts = article.locator("ul .pair").first.locator(".said").all_inner_texts()
    assert re.search("[一-鿿]", texts[0])
    assert not re.search("[一-鿿]", texts[1])
    expect(article.locator("figure img")).to_have_count(4)
    page.locator("#cp-view .chip[data-passage]").nth(2).click()
    expect(page.locator("#cp-pane blockquote")).to_be_visible()
    assert marked(page) == "MARKED"
    said = [{"number": str(n), "text": f"第 {n} 个图注，共 999 处。"} for n in range(1, 5)]
    world.gemini.script(json.dumps({"captions": said}), when="Translate the captions")
    page.click("#cp-view [data-translate]")
    expect(article.locator("figcaption p[lang]")).to_contain_text([s["text"] for s in said])
    expect(article.locator("figcaption .flag").first).to_have_text("中文和英文说的不一样：999。")
    expect(page.locator("#cp-view [data-translate]")).to_have_count(0)
    assert {r.key for r in world.gemini.requests} == {key}
    with page.expect_download() as download:
        page.click("#cp-json")
    assert download.value.suggested_filename == "2404.12920v1.json"
    told = json.loads(Path(download.value.path()).read_text("utf-8"))
    assert told["made"]["engine"] == told["translated"]["engine"] == "gemini"
    assert told["figures"][3]["translation"] == said[3]["text"]
    printed = capfd.readouterr()
    assert key not in caplog.text + printed.out + printed.err + page.content()
    for path in ("config", "gradio_api/info"):
        assert key not in page.request.get(world.url + path).text()
    for file in [f for f in world.data.rglob("*") if f.is_file()]:
        assert key.encode() not in file.read_bytes(), file


def test_stop_reaches_the_model_and_what_was_finished_stays(visit: Open, world: World) -> None:
    page = visit(world.url)
    use_key(page, "AIza-stop")
    world.gemini.tokens_per_second = 60
    try:
        upload(page, "no-sections.pdf")
        page.wait_for_selector("#cp-view .lead .said", timeout=30_000)
        page.click("#cp-stop")
        expect(page.locator("#cp-status")).to_contain_text("已停止", timeout=2000)
        expect(page.locator("#cp-view .lead .said")).to_be_visible()
        asked = len(world.gemini.requests)
        page.wait_for_timeout(700)
        assert len(world.gemini.requests) == asked
    finally:
        world.gemini.tokens_per_second = None


def test_a_stage_that_fails_loses_only_itself(visit: Open, world: World) -> None:
    page = visit(world.url, locale="en-US")
    use_key(page, "AIza-one-fails")
    world.gemini.script(*[safety()] * 8, when="key takeaways of the paper")
    upload(page, "injection.pdf")
    done(page)
    world.gemini._scripts.clear()
    expect(page.locator("#cp-status li.skipped")).to_contain_text("Takeaways")
    expect(page.locator("#cp-view")).to_contain_text("This part was not finished: Gemini did not finish its answer")
    expect(page.locator("#cp-view .lead .said")).to_be_visible()
    expect(page.locator("#cp-view .notices")).to_have_count(1)


def test_each_unusable_file_is_one_sentence_and_the_page_goes_on(visit: Open, world: World, tmp_path: Path) -> None:
    page = visit(world.url)
    alert = page.locator("#cp-view [role=alert]")
    (tmp_path / "text.pdf").write_text("just text", "utf-8")
    for name, said in {
        "scanned.pdf": "只有扫描图像",
        "encrypted.pdf": "密码保护",
        "invoice.pdf": "不像论文",
        str(tmp_path / "text.pdf"): "不是 PDF 文件",
    }.items():
        upload(page, name)
        expect(alert).to_contain_text(said, timeout=30_000)
    upload(page, "invoice.pdf")
    expect(alert).to_contain_text("选择“仍然继续”")
    page.check("#cp-anyway input")  # the settings opened by themselves
    page.click("#cp-go")
    page.wait_for_selector("#cp-downloads")
    expect(alert).to_have_count(0)


def test_what_went_wrong_is_in_sight_on_a_phone(visit: Open, world: World) -> None:
    """The settings that mend it open above it, and fill the screen."""
    page = visit(world.url, viewport={"width": 390, "height": 844})
    upload(page, "invoice.pdf")
    expect(page.locator("#cp-anyway")).to_be_visible()
    expect(page.locator("#cp-view [role=alert]")).to_be_in_viewport()


def test_arxiv_and_key_troubles_are_sentences_too(visit: Open, world: World) -> None:
    page = visit(world.url)
    alert = page.locator("#cp-view [role=alert]")
    for given, said in {"1234": "不是 arXiv 编号", "2401.99999": "没有编号为", "/etc/passwd": "不是 arXiv"}.items():
        page.fill("#cp-source input", given)
        page.click("#cp-go")
        expect(alert).to_contain_text(said, timeout=20_000)
    expect(page.locator("#cp-key input")).to_be_hidden()
    page.click("#cp-settings > button")
    page.get_by_label("Gemini", exact=True).check()
    upload(page, "one-column.pdf")
    expect(alert).to_contain_text("没有 Gemini 的密钥")
    world.gemini.keys = {"AIza-good"}
    try:
        page.fill("#cp-key input", "AIza-bad-one")
        page.click("#cp-go")
        expect(alert).to_contain_text("不接受这个密钥", timeout=20_000)
        assert "AIza-bad-one" not in page.content()
        page.fill("#cp-key input", "AIza-good")
        page.click("#cp-go")
        page.wait_for_selector("#cp-downloads")
        expect(alert).to_have_count(0)
    finally:
        world.gemini.keys = None


def test_recent_digests_open_again_without_key_and_without_the_file(visit: Open, world: World) -> None:
    page = visit(world.url, locale="en-US")
    upload(page, "one-column.pdf")
    done(page)
    title = page.locator("#cp-view h1").inner_text()
    use_key(page, "AIza-recent")
    page.fill("#cp-source input", "2404.12920")
    page.click("#cp-go")
    expect(page.locator("#cp-view h1")).to_have_text(SEASON_LINK.title)
    done(page)
    first = page.locator("#cp-view .lead .said").inner_text()
    expect(page.locator("#cp-status")).to_contain_text("Done")
    asked = len(world.gemini.requests)
    for path in (world.data.parent).rglob("one-column.pdf"):
        path.unlink()  # as Gradio does after some hours
    page.reload()
    page.locator(".recent li", has_text=SEASON_LINK.title).locator("button").first.click()
    expect(page.locator("#cp-view .lead .said")).to_have_text(first)
    expect(page.locator("#cp-pane img")).to_be_visible()
    page.locator("#cp-view .chip[data-passage]").first.click()
    expect(page.locator("#cp-pane blockquote")).to_be_visible()
    assert marked(page) == "MARKED"
    page.click("#cp-name button")
    page.locator(".recent li", has_text=title).locator("button").first.click()
    expect(page.locator("#cp-view h1")).to_have_text(title)
    expect(page.locator("#cp-pane")).to_contain_text("its pages cannot be shown")
    assert page.locator("#cp-view .chip").count() >= 8
    assert len(world.gemini.requests) == asked


def test_ten_papers_dropped_at_once(visit: Open, world: World, tmp_path: Path) -> None:
    page = visit(world.url, locale="en-US")
    use_key(page, "AIza-ten")
    page.set_input_files("input[type=file]", [*(paper(n, tmp_path) for n in range(9)), DATA / "invoice.pdf"])
    rows = page.locator(".queue li")
    expect(rows).to_have_count(10)
    world.gemini.tokens_per_second = 400
    try:
        page.locator(".queue li.done button").first.click(timeout=60_000)
        expect(page.locator("#cp-view h1")).to_contain_text("visitormark", timeout=30_000)
        page.locator("#cp-view .chip[data-passage]").first.click()
        expect(page.locator("#cp-pane blockquote")).to_be_visible(timeout=30_000)
        page.click(".queue.strip > button")
    finally:
        world.gemini.tokens_per_second = None
    expect(rows.locator(".verdict", has_text="statements traced")).to_have_count(9, timeout=120_000)
    expect(page.locator(".queue .told")).to_have_text("9 done · 1 failed")
    expect(rows.last).to_contain_text("does not look like a paper")
    assert "--anyway" not in rows.last.inner_text()
    assert all(row.locator("b, .line").all_inner_texts()[1] for row in rows.all())
    page.reload()
    expect(page.locator(".recent li")).to_have_count(9)


def test_a_copied_link_opens_the_digest_at_once(visit: Open, world: World) -> None:
    page = visit(world.url, permissions=["clipboard-read", "clipboard-write"])
    page.fill("#cp-source input", "2404.12920")
    page.click("#cp-go")
    expect(page.locator("#cp-view h1")).to_have_text(SEASON_LINK.title, timeout=120_000)
    done(page)
    page.click("#cp-link")
    expect(page.locator("#cp-link")).to_have_attribute("data-done", "")
    link = page.evaluate("navigator.clipboard.readText()")
    asked = len(world.gemini.requests)
    other = visit(world.url, locale="en-US")
    other.goto(link)
    expect(other.locator("#cp-view h1")).to_have_text(SEASON_LINK.title, timeout=60_000)
    expect(other.locator("#cp-source input")).to_have_value("2404.12920v1")
    expect(other.locator("#cp-pane img")).to_be_visible(timeout=60_000)
    other.locator("#cp-view .chip[data-passage]").last.click()
    expect(other.locator("#cp-pane blockquote")).to_be_in_viewport(timeout=30_000)
    expect(other.locator("#cp-bar")).to_be_in_viewport()
    assert len(world.gemini.requests) == asked
    other.goto(world.url + "?paper=2404.99999")
    expect(other.locator("#cp-source input")).to_have_value("2404.99999")
    expect(other.locator(".home")).to_be_visible()


def test_what_was_finished_is_found_again_and_completed(visit: Open, world: World) -> None:
    page = visit(world.url)
    use_key(page, "AIza-cut-off")
    judged = threading.Event()

    def all_but_the_conclusion(request: GeminiRequest) -> str:
        if "Judge the paper" in request.parts[-1]:
            judged.wait(60)
        return digest_replies.reply(request)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(world.gemini, "reply", all_but_the_conclusion)
        upload(page, "two-columns.pdf")
        page.wait_for_selector("#cp-status li.done:nth-child(2)", timeout=60_000)
        page.reload()
        page.wait_for_selector(".recent li")
        page.wait_for_timeout(700)  # the run is over
        judged.set()
    asked = len(world.gemini.requests)
    page.locator(".recent li", has_text=SEASON_LINK.title).locator("button").first.click()
    expect(page.locator("#cp-view .lead .said")).to_be_visible()
    expect(page.locator("#cp-status")).to_contain_text("已停止，已完成的部分保留")
    expect(page.locator("#cp-status li.todo").first).to_be_visible()
    assert len(world.gemini.requests) <= asked + 1
    use_key(page, "AIza-cut-off")
    page.click("#cp-go")
    expect(page.locator("#cp-status")).to_contain_text("完成", timeout=30_000)
    expect(page.locator("#cp-status li.done")).to_have_count(5)


def test_a_chinese_paper_is_typeset_as_one(visit: Open, world: World) -> None:
    page = visit(world.url)
    upload(page, "chinese.pdf")
    done(page)
    expect(page.locator("#cp-view h1")).to_have_attribute("lang", "zh")
    expect(page.locator("#cp-view .original")).to_have_count(0)


def test_a_newcomer_starts_the_app(visit: Open, tmp_path: Path) -> None:
    """`python app.py`, as the README says, and an upload."""
    port = free_port()
    environment = {**os.environ, "GRADIO_SERVER_PORT": str(port), "CHATPAPER_ARXIV_ENDPOINT": "http://127.0.0.1:9"}
    log = (tmp_path / "log").open("w")
    app = subprocess.Popen(
        [sys.executable, "app.py"], cwd=ROOT, env=environment, stdout=log, stderr=log, start_new_session=True
    )
    try:
        page = visit(_when_up(f"http://127.0.0.1:{port}/"))
        upload(page, "one-column.pdf")
        done(page)
        expect(page.locator("#cp-view .lead .said")).to_be_visible()
        page.close()
    finally:
        os.killpg(app.pid, signal.SIGINT)
        app.wait(20)
        log.close()
    assert "Traceback" not in (tmp_path / "log").read_text()


def test_a_wrong_setting_is_one_sentence(tmp_path: Path) -> None:
    environment = {**os.environ, "CHATPAPER_ENGINES": "x"}
    ended = subprocess.run(
        [sys.executable, ROOT / "app.py"], cwd=tmp_path, env=environment, capture_output=True, text=True
    )
    assert ended.returncode != 0
    assert "error: there is no setting CHATPAPER_ENGINES" in ended.stderr
    assert "Traceback" not in ended.stderr


def _when_up(url: str) -> str:
    port = int(url.rsplit(":", 1)[1].strip("/"))
    for _ in range(300):
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return url
        time.sleep(0.1)
    raise TimeoutError(url)
