"""Waits between tries, shortened."""

import pytest

from chatpaper.cancel import CancelToken


@pytest.fixture(autouse=True)
def quick_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    """The waits between tries are those of the product, divided by a hundred."""
    wait = CancelToken.wait
    monkeypatch.setattr(CancelToken, "wait", lambda self, seconds: wait(self, seconds / 100))
