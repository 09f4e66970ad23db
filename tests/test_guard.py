"""The guard itself: that it refuses, here and in processes started from here."""

import os
import socket
import subprocess
import sys
from collections.abc import Callable

import pytest
import requests

from tests.guard import sitecustomize as guard
from tests.loopback.arxiv import ArxivServer


def connect_directly() -> None:
    with socket.socket() as s:
        s.connect(("192.0.2.1", 80))


def look_up() -> None:
    socket.getaddrinfo("export.arxiv.org", 443)


def go_through_the_proxy() -> None:
    requests.get("http://export.arxiv.org/", timeout=1)


@pytest.mark.parametrize("leave", [connect_directly, look_up, go_through_the_proxy])
def test_nothing_leaves_this_machine(leave: Callable[[], None]) -> None:
    with pytest.raises(OSError, match="tests stay on this machine"):
        leave()
    assert guard.attempts
    guard.attempts.clear()


def test_loopback_is_open(arxiv: ArxivServer) -> None:
    assert requests.get(f"{arxiv.url}/pdf/2404.12920", timeout=5).ok


@pytest.mark.parametrize("leave", ["s.connect(('192.0.2.1', 80))", "socket.getaddrinfo('export.arxiv.org', 443)"])
def test_child_processes_are_guarded(leave: str) -> None:
    code = f"import socket; s = socket.socket(); {leave}"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=30)
    assert "BeyondLoopback" in done.stderr


def test_the_developers_keys_are_gone() -> None:
    assert not {"GEMINI_API_KEY", "GOOGLE_API_KEY", "OPENAI_API_KEY"} & set(os.environ)
