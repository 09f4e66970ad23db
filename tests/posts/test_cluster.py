"""A real scheduler and two worker processes on loopback, one of which is killed in mid-run."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from chatpaper.errors import BadOption
from chatpaper.posts import Cluster
from tests.loopback import digest_replies
from tests.loopback.arxiv import ArxivServer
from tests.loopback.gemini import GeminiServer
from tests.loopback.gemini_request import GeminiRequest
from tests.loopback.records import SEASON_LINK

pytest.importorskip("distributed", reason="an optional extra")
ROOT = Path(__file__).parents[2]


@pytest.fixture
def environment(arxiv: ArxivServer, gemini: GeminiServer, paper_pdf: Callable[[str], Path]) -> dict[str, str]:
    for number in range(1, 7):
        arxiv_id = f"2404.{number:05}v1"
        pdf = paper_pdf("no-sections").read_bytes() + f"\n% {arxiv_id}\n%%EOF\n".encode()
        arxiv.add(SEASON_LINK.model_copy(update={"arxiv_id": arxiv_id, "title": f"Paper {number}"}), pdf)
    return {
        **os.environ,
        "LANG": "C.UTF-8",
        "CHATPAPER_ARXIV_ENDPOINT": arxiv.url,
        "CHATPAPER_GEMINI_ENDPOINT": gemini.url,
        "CHATPAPER_GEMINI_MODEL": "gemini-2.5-flash",
        "GEMINI_API_KEY": "k",
        "CHATPAPER_LIBRARY_JOURNAL": "delete",
        "DASK_DISTRIBUTED__SCHEDULER__WORKER_TTL": "5s",
    }


@pytest.fixture
def cluster(environment: dict[str, str], tmp_path: Path) -> Iterator[tuple[str, list[subprocess.Popen[bytes]]]]:
    """The scheduler's address, and its two workers."""
    with ExitStack() as stack:

        def start(*arguments: str) -> subprocess.Popen[bytes]:
            process = subprocess.Popen(
                [sys.executable, "-m", "tests.posts.dask", *arguments],
                env=environment,
                cwd=ROOT,
                stdout=subprocess.DEVNULL,
                stderr=stack.enter_context((tmp_path / f"{arguments[0]}.log").open("ab")),
            )
            stack.callback(process.wait)
            stack.callback(process.kill)
            return process

        file = tmp_path / "scheduler.json"
        where = ("--scheduler-file", str(file))
        start("scheduler", "--host", "127.0.0.1", "--port", "0", "--no-dashboard", *where)
        workers = [
            start("worker", "--no-nanny", "--nthreads", "1", "--no-dashboard", "--host", "127.0.0.1", *where)
            for _ in range(2)
        ]
        ends = time.monotonic() + 30
        while not file.exists() or not file.read_text().strip():
            assert time.monotonic() < ends
            time.sleep(0.1)
        yield json.loads(file.read_text())["address"], workers


def test_a_worker_that_dies_loses_nothing(
    cluster: tuple[str, list[subprocess.Popen[bytes]]],
    environment: dict[str, str],
    tmp_path: Path,
    gemini: GeminiServer,
) -> None:
    address, workers = cluster
    answered: list[str] = []

    def reply(request: GeminiRequest) -> str:
        answered.append(request.prefix)
        if len(answered) == 7:
            workers[0].kill()
            time.sleep(0.3)
        return digest_replies.reply(request)

    gemini.reply = reply
    ran = subprocess.run(
        [
            *(sys.executable, "-m", "tests.posts.hurried", "post", "Lakes", "--query", "ti:paper", "--lang", "en"),
            *("--scheduler", address, "-o", str(tmp_path / "posts")),
        ],
        env=environment,
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert ran.returncode == 0, ran.stderr
    assert "6 done, 0 already published, 0 not done" in ran.stderr
    assert len(set(answered)) == 24, "four stages of six papers"
    twice = len(answered) - 24
    assert twice <= 4, "only what was on its way to the worker that died"
    assert workers[0].poll() is not None


def test_nobody_there() -> None:
    with pytest.raises(BadOption, match="no scheduler"):
        Cluster("tcp://127.0.0.1:1")
