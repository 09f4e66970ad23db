"""No test leaves this machine, spends money or sees the developer's settings; and what all tests share."""

import json
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.guard import sitecustomize as guard
from tests.loopback.arxiv import ArxivServer
from tests.loopback.gemini import GeminiServer
from tests.loopback.openai import OpenAIServer
from tests.loopback.records import SEASON_LINK

DATA = Path(__file__).parent / "data"
_FOREIGN = ("CHATPAPER_", "GEMINI_", "GOOGLE_", "OPENAI_", "GRADIO_", "HF_", "HUGGING_FACE_")


def pytest_configure() -> None:
    """Before anything is imported that reads the environment; child processes inherit it."""
    for name in list(os.environ):
        if name.startswith(_FOREIGN):
            del os.environ[name]
    dead = "http://{}:{}".format(*guard.DEAD_PROXY)
    for scheme in ("http", "https", "all"):
        os.environ[f"{scheme}_proxy"] = os.environ[f"{scheme.upper()}_PROXY"] = dead
    os.environ["no_proxy"] = os.environ["NO_PROXY"] = "127.0.0.1,localhost,::1"
    folders = [str(Path(guard.__file__).parent), os.environ.get("PYTHONPATH", "")]
    os.environ["PYTHONPATH"] = os.pathsep.join(filter(None, folders))
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)  # some hundred child processes would compile our modules anew
    os.environ["GRADIO_ANALYTICS_ENABLED"] = "False"
    os.environ["HF_HUB_OFFLINE"] = "1"


def pytest_xdist_auto_num_workers() -> int:
    """One more than processors: tests of the page and of processes wait for half of their time. With twice as many they
    took as long, and some came too late."""
    return (os.cpu_count() or 1) + 1


@pytest.fixture(autouse=True)
def data_dir(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty CHATPAPER_DATA_DIR of this test."""
    folder = tmp_path / "data"
    monkeypatch.setenv("CHATPAPER_DATA_DIR", str(folder))
    return folder


@pytest.fixture(autouse=True)
def stays_on_this_machine() -> Iterator[None]:
    """Fails the test that tried to leave, even where the attempt's error was caught."""
    guard.attempts.clear()
    yield
    assert not guard.attempts, f"tests stay on this machine, but: {guard.attempts}"


@pytest.fixture
def gemini() -> Iterator[GeminiServer]:
    """Gemini on loopback; it answers any key."""
    with GeminiServer() as server:
        yield server


@pytest.fixture
def openai_server() -> Iterator[OpenAIServer]:
    """OpenAI on loopback, or a server that claims to be like it; it answers any key."""
    with OpenAIServer() as server:
        yield server


@pytest.fixture
def arxiv(paper_pdf: Callable[[str], Path]) -> Iterator[ArxivServer]:
    """arXiv on loopback, with `two-columns` as 2404.12920v1."""
    with ArxivServer() as server:
        server.add(SEASON_LINK, paper_pdf("two-columns").read_bytes())
        yield server


@pytest.fixture(scope="session")
def paper_pdf() -> Callable[[str], Path]:
    """The path of a fixture PDF by its name: `paper_pdf("two-columns")`."""
    return lambda name: DATA / f"{name}.pdf"


@pytest.fixture(scope="session")
def truth() -> Callable[[str], dict[str, Any]]:
    """What is printed in a fixture paper: `truth("two-columns")["title"]`."""
    return lambda name: json.loads((DATA / f"{name}.json").read_text("utf-8"))
