"""For programs: what the README shows, through gradio_client, over loopback."""

import json
import logging
import os
import re
import shutil
import textwrap
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import requests
from gradio_client import Client, handle_file  # type: ignore[import-untyped]
from gradio_client.exceptions import AppError  # type: ignore[import-untyped]

from chatpaper.pipeline import Pipeline
from chatpaper.settings import Settings
from tests.conftest import DATA
from tests.loopback.arxiv import ArxivServer
from tests.loopback.gemini import GeminiServer
from tests.loopback.records import SEASON_LINK
from tests.ui.conftest import serving

ROOT = Path(__file__).parents[2]
pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning:gradio.queueing")
ENDPOINTS = {"/read", "/digest", "/ask"}


@dataclass(frozen=True)
class World:
    url: str
    gemini: GeminiServer
    client: Client


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """A shared page: its owner's key serves each caller once a day."""
    with GeminiServer() as gemini, ArxivServer() as arxiv:
        arxiv.add(SEASON_LINK, (DATA / "two-columns.pdf").read_bytes())
        environment = {
            "CHATPAPER_DATA_DIR": str(tmp_path_factory.mktemp("data")),
            "CHATPAPER_GEMINI_ENDPOINT": gemini.url,
            "CHATPAPER_ARXIV_ENDPOINT": arxiv.url,
            "GEMINI_API_KEY": "AIza-owner",
            "CHATPAPER_VISITOR_DIGESTS_PER_DAY": "1",
        }
        settings = Settings.read(environment, dotenv=Path(os.devnull))
        with Pipeline(settings) as pipeline, serving(pipeline, settings, tmp_path_factory.mktemp("gradio")) as url:
            client = Client(url, verbose=False)
            yield World(url, gemini, client)
            client.close()


def test_only_what_is_for_programs_is_offered_and_it_is_described(world: World) -> None:
    told: dict[str, Any] = requests.get(f"{world.url}gradio_api/info", timeout=20).json()
    assert set(told["named_endpoints"]) == ENDPOINTS
    assert told["unnamed_endpoints"] == {}
    for endpoint in told["named_endpoints"].values():
        assert all(p["parameter_has_default"] for p in endpoint["parameters"])
        for parameter in endpoint["parameters"]:
            assert f"{parameter['parameter_name']}: " in endpoint["description"]
    digest = {p["parameter_name"]: p["type"] for p in told["named_endpoints"]["/digest"]["parameters"]}
    assert digest["engine"] == {"enum": ["auto", "gemini", "openai", "local", "extractive"]}


def test_reading_as_the_command_line_prints_it(world: World) -> None:
    told = world.client.predict(file=handle_file(DATA / "one-column.pdf"), api_name="/read")
    truth = json.loads((DATA / "one-column.json").read_text("utf-8"))
    assert told["title"] == truth["title"]
    assert {"id", "page", "section", "text"} == set(told["passages"][0])
    assert told["report"]["sha256"]


def test_a_digest_grows_and_is_counted_and_ones_own_key_is_not(
    world: World, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    caplog.set_level(logging.DEBUG)
    job = world.client.submit(paper="2404.12920", languages="zh", api_name="/digest")
    whole = job.result()
    assert whole["schema"] == 1
    assert whole["paper"]["arxiv_id"] == "2404.12920v1"
    assert whole["languages"] == ["zh"]
    assert len(whole["conclusion"]) == 5
    grown = [told["one_line"] for told in job.outputs()]
    assert len(grown) > 1, "stages come one by one"
    with pytest.raises(AppError, match="today's 1 digests on this site's key are used up"):
        world.client.predict(file=handle_file(DATA / "no-sections.pdf"), api_name="/digest")
    own = {"key": "AIza-own-hidden", "engine": "gemini", "languages": "en"}
    told = world.client.predict(file=handle_file(DATA / "no-sections.pdf"), **own, api_name="/digest")
    assert told["one_line"]["en"]
    assert {r.key for r in world.gemini.requests} == {"AIza-owner", "AIza-own-hidden"}
    printed = capfd.readouterr()
    assert "own-hidden" not in json.dumps(told) + caplog.text + printed.out + printed.err
    assert "own-hidden" not in requests.get(f"{world.url}config", timeout=20).text


def test_questions_are_answered_counted_and_found_without_a_model(world: World) -> None:
    file = handle_file(DATA / "one-column.pdf")
    own = {"key": "AIza-own-hidden", "languages": "en", "file": file}
    told = world.client.predict("How much memory is needed?", **own, api_name="/ask")
    assert (told["question"], told["languages"]) == ("How much memory is needed?", ["en"])
    assert all(s["en"] and s["evidence"] and s["zh"] is None for s in told["statements"])
    found = world.client.predict("How much memory is needed?", file=file, engine="extractive", api_name="/ask")
    assert found["extractive"]
    assert "memory" in found["statements"][0]["en"]
    with pytest.raises(AppError, match="the question is empty; ask for one thing"):
        world.client.predict("", file=file, api_name="/ask")
    refused = []
    for _ in range(5):  # four questions count as one digest, and one digest is this caller's day
        try:
            world.client.predict("Why?", file=file, api_name="/ask")
        except AppError as error:
            refused.append(str(error))
    assert refused
    assert all("today's 1 digests on this site's key are used up" in said for said in refused)


NEXT_STEP = "choose 'anyway', or" if shutil.which("tesseract") else "run OCR on it first"
"""For a scan."""


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"paper": "1234"}, "'1234' is not an arXiv id or link; write it like 2404.12920"),
        ({"paper": "/etc/passwd"}, "is not an arXiv id"),
        ({"paper": "1234", "languages": "zh"}, "不是 arXiv 编号或链接；请写成"),
        (
            {"paper": "2404.12920", "engine": "magic"},
            "there is no 'magic', only auto, gemini, openai, local, extractive;",
        ),
        ({"file": handle_file(DATA / "scanned.pdf")}, NEXT_STEP),
        ({"paper": "2404.12920", "base_url": "http://127.0.0.1:1/v1"}, "127.0.0.1 is an address of this machine"),
    ],
)
def test_a_failure_is_one_sentence(world: World, given: dict[str, Any], said: str) -> None:
    with pytest.raises(AppError) as caught:
        world.client.predict(**given, api_name="/digest")
    assert said in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_file_is_one_that_was_sent(world: World) -> None:
    """Not any PDF of the server's: the client would upload it, so the request is made by hand."""
    stranger = {"path": str(DATA / "one-column.pdf"), "meta": {"_type": "gradio.FileData"}}
    elsewhere = {"path": "http://127.0.0.1:9/x.pdf", "meta": {"_type": "gradio.FileData"}}
    for file in (stranger, elsewhere, {"path": 5}, {}):
        begun = requests.post(f"{world.url}gradio_api/call/v2/read", json={"file": file, "paper": "x"}, timeout=20)
        if begun.status_code != 200:
            continue
        told = requests.get(f"{world.url}gradio_api/call/read/{begun.json()['event_id']}", timeout=60).text
        assert "event: error" in told, told[:300]
        assert "passages" not in told


def test_the_readmes_example_runs(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    readme = (ROOT / "README.md").read_text("utf-8")
    example = re.search(r"```python\n(from gradio_client.*?)```", readme, re.DOTALL)
    assert example
    code = example[1].replace("http://127.0.0.1:7860", world.url).replace("paper.pdf", str(DATA / "one-column.pdf"))
    exec(compile(textwrap.dedent(code), "README.md", "exec"), {})
    assert len(capsys.readouterr().out.splitlines()) >= 3
