"""The app as a process among strangers: closed doors, its health, its log, its stop."""

import json
import os
import signal
import subprocess
import sys
import threading
import time
import uuid
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import requests

from tests.conftest import DATA
from tests.loopback.gemini import GeminiServer
from tests.loopback.serving import free_port

ROOT = Path(__file__).parents[2]


class App:
    """`python app.py` on a free port."""

    def __init__(self, folder: Path, **settings: str) -> None:
        port = free_port()
        self.url = f"http://127.0.0.1:{port}"
        self.log = folder / "log"
        environment = {
            **os.environ,
            "GRADIO_SERVER_PORT": str(port),
            "GRADIO_TEMP_DIR": str(folder / "temp"),
            "CHATPAPER_ARXIV_ENDPOINT": "http://127.0.0.1:9",
            **settings,
        }
        with self.log.open("w") as log:
            self.process = subprocess.Popen(
                [sys.executable, "app.py"], cwd=ROOT, env=environment, stdout=log, stderr=log, start_new_session=True
            )
        self._wait()

    def _wait(self) -> None:
        for _ in range(600):
            try:
                requests.get(f"{self.url}/healthz", timeout=5)
                return
            except requests.ConnectionError:
                assert self.process.poll() is None, self.log.read_text()
                time.sleep(0.1)
        raise TimeoutError(self.url)

    def lines(self) -> list[dict[str, Any]]:
        """What the log says of digests."""
        return [json.loads(line) for line in self.log.read_text().splitlines() if line.startswith("{")]


class Visitor:
    """Speaks to the page as its script does: one session, the queue's protocol, no browser."""

    def __init__(self, url: str) -> None:
        self.url = f"{url}/gradio_api"
        self.session = uuid.uuid4().hex
        config = requests.get(f"{url}/config", timeout=60).json()
        self._kinds = {c["id"]: c["type"] for c in config["components"]}
        self._values = {c["id"]: c["props"].get("value") for c in config["components"]}
        self._ids = {c["props"].get("elem_id"): c["id"] for c in config["components"]}
        self._dependencies = {d["targets"][0][1]: d for d in config["dependencies"] if d["targets"]}

    def told(self, event: str, given: Mapping[str, object]) -> list[dict[str, Any]]:
        """What the server says until the event is over; `given`: widgets by their elem_id, the others as they are."""
        found, values = self._dependencies[event], {self._ids[name]: value for name, value in given.items()}
        data = [None if self._kinds[i] == "state" else values.get(i, self._values[i]) for i in found["inputs"]]
        body = {"data": data, "fn_index": found["id"], "session_hash": self.session}
        requests.post(f"{self.url}/queue/join", json=body, timeout=60).raise_for_status()
        messages = []
        query = {"session_hash": self.session}
        with requests.get(f"{self.url}/queue/data", params=query, stream=True, timeout=120) as answer:
            for line in answer.iter_lines():
                if line.startswith(b"data: "):
                    messages.append(json.loads(line[6:]))
                    if messages[-1]["msg"] in ("process_completed", "close_stream"):
                        break
        return messages

    def upload(self, path: Path, *, key: str = "", password: str = "") -> list[dict[str, Any]]:
        """A paper, and its digest to the end."""
        with path.open("rb") as file:
            (there,) = requests.post(f"{self.url}/upload", files={"files": file}, timeout=60).json()
        given = {"path": there, "orig_name": path.name, "meta": {"_type": "gradio.FileData"}}
        return self.told("upload", {"cp-upload": [given], "cp-key": key, "cp-password": password})


@contextmanager
def app(folder: Path, **settings: str) -> Iterator[App]:
    running = App(folder, **settings)
    try:
        yield running
    finally:
        running.process.terminate()
        try:
            running.process.wait(30)
        except subprocess.TimeoutExpired:
            os.killpg(running.process.pid, signal.SIGKILL)
            running.process.wait(30)


@pytest.fixture(scope="module")
def gemini() -> Iterator[GeminiServer]:
    with GeminiServer() as server:
        yield server


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory, gemini: GeminiServer) -> Iterator[App]:
    folder = tmp_path_factory.mktemp("app")
    owners = {"GEMINI_API_KEY": "owner", "CHATPAPER_GEMINI_ENDPOINT": gemini.url}
    with app(folder, CHATPAPER_DATA_DIR=str(folder / "data"), **owners) as running:
        yield running


def test_a_start_does_not_rewrite_gradios_stubs() -> None:
    """As Gradio does whenever it is imported, for longer than all the rest takes."""
    opened = "lambda event, given: event == 'open' and str(given[0]).endswith('.pyi') and print(given[0])"
    code = f"import sys, inspect; sys.addaudithook({opened}); own = inspect.getfile; import chatpaper.ui.panel"
    code += "; assert inspect.getfile is own"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout == ""


def test_a_health_check_says_whether_digests_are_taken(server: App) -> None:
    answer = requests.get(f"{server.url}/healthz", timeout=30)
    assert (answer.status_code, answer.json()) == (200, {"ok": True, "running": 0})
    assert answer.headers["x-content-type-options"] == "nosniff"


@pytest.mark.parametrize(
    "path",
    [
        "file=https://example.org/x.png",
        "file=HTTP://example.org/x.png",
        "proxy=https://example.org/x.png",
        "deep_link?session_hash=x",
        "vibe-code",
    ],
)
def test_what_the_page_does_not_use_is_closed(server: App, path: str) -> None:
    for slashes in ("/gradio_api/", "/gradio_api//"):
        assert requests.get(f"{server.url}{slashes}{path}", timeout=30).status_code == 404


def test_a_file_that_is_named_by_its_address_is_not_fetched(server: App) -> None:
    visitor = Visitor(server.url)
    away = {"path": "https://example.org/x.pdf", "orig_name": "x.pdf", "meta": {"_type": "gradio.FileData"}}
    told = visitor.told("upload", {"cp-upload": [away]})
    assert told[-1]["success"] is False
    assert "files are uploaded, not fetched" in server.log.read_text("utf-8")


def test_each_digest_is_one_line_of_the_log_without_words_of_paper_or_visitor(server: App) -> None:
    visitor = Visitor(server.url)
    visitor.upload(DATA / "one-column.pdf", key="AIza-visitors")
    visitor.upload(DATA / "invoice.pdf")
    first, second = server.lines()
    assert first.pop("seconds") > 0
    assert {"paper", "engine", "key", "model", "pages", "calls", "input_tokens", "output_tokens"} <= set(first)
    assert (first["digest"], first["key"], first["engine"]) == ("finished", "visitor", "gemini")
    assert (second["digest"], second["key"]) == ("NotAPaper", "owner")
    log = server.log.read_text("utf-8")
    assert "AIza" not in log
    assert "one-column" not in log


def test_a_stop_lets_running_digests_finish_and_takes_no_new_ones(tmp_path: Path) -> None:
    with GeminiServer() as slow:
        slow.tokens_per_second = 300
        with app(tmp_path, GEMINI_API_KEY="owner", CHATPAPER_GEMINI_ENDPOINT=slow.url) as running:
            early, late = Visitor(running.url), Visitor(running.url)
            thread = threading.Thread(target=early.upload, args=(DATA / "one-column.pdf",))
            thread.start()
            while not slow.requests:
                time.sleep(0.05)
            running.process.terminate()
            while requests.get(f"{running.url}/healthz", timeout=30).status_code != 503:
                time.sleep(0.05)
            assert "正在重启" in json.dumps(late.upload(DATA / "two-columns.pdf"), ensure_ascii=False)
            thread.join(60)
            assert running.process.wait(60) == 0
        assert [line["digest"] for line in running.lines()] == ["finished"]
