"""Waits between tries, shortened."""

import time

import pytest

from chatpaper.cancel import CancelToken


class Clock:
    """Real time, and what was waited beside it."""

    def __init__(self) -> None:
        self.ahead = 0.0

    def monotonic(self) -> float:
        return time.monotonic() + self.ahead


@pytest.fixture
def quick_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    """The waits between tries last a hundredth of the product's, and seem as long."""
    wait, clock = CancelToken.wait, Clock()

    def waited(token: CancelToken, seconds: float) -> None:
        wait(token, seconds / 100)
        clock.ahead += seconds * 0.99

    monkeypatch.setattr(CancelToken, "wait", waited)
    monkeypatch.setattr("chatpaper.llm.retry.time", clock)
