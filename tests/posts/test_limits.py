"""A hundred papers share one key's limit."""

import threading
import time
from collections import deque
from collections.abc import Iterator
from pathlib import Path
from typing import ClassVar

from chatpaper.cancel import CancelToken
from chatpaper.chain.events import Event
from chatpaper.errors import QuotaUsedUp
from chatpaper.llm.base import Engine, Piece, Request
from chatpaper.llm.limits import Limits
from chatpaper.llm.retry import KeyRing, Trouble, tried
from chatpaper.paper import PdfFile
from chatpaper.pipeline import Choice
from tests.posts.fake import FakePipeline, order, records, run, written

MINUTE = 2.0
"""Seconds: the clock runs thirty times as fast."""
REQUEST = Request(
    stage="summary", system="", paper="", instruction="", schema={}, passages=(), languages=("zh",)
)  # fmt: skip


class Limited(Engine):
    """A model of a provider that serves 60 requests a minute."""

    name: ClassVar[str] = "limited"
    served: ClassVar[list[float]] = []
    refused: ClassVar[list[float]] = []
    _window: ClassVar[deque[float]] = deque()
    _lock: ClassVar[threading.Lock] = threading.Lock()

    def __init__(self) -> None:
        super().__init__(model="m", window=9)
        self._keys = KeyRing(("key",), Limits(minute=MINUTE))

    def stream(self, _request: Request, cancel: CancelToken) -> Iterator[Piece]:
        return tried(self._asked, self._keys, cancel)

    def _asked(self, _key: str) -> Iterator[Piece]:
        with self._lock:
            now = time.monotonic()
            while self._window and self._window[0] <= now - MINUTE:
                self._window.popleft()
            if len(self._window) >= 60:
                self.refused.append(now)
                delay = self._window[0] + MINUTE - now
                raise Trouble(Trouble.Kind.RATE_LIMIT, QuotaUsedUp(engine="limited"), delay=delay)
            self._window.append(now)
            self.served.append(now)
        time.sleep(0.05)
        yield "{}"


class LimitedPipeline(FakePipeline):
    """Two calls for each paper."""

    def engine(self, _choice: Choice) -> Engine:
        return Limited()

    def digest(
        self, pdf: PdfFile, choice: Choice, cancel: CancelToken, *, engine: Engine | None = None
    ) -> Iterator[Event]:
        assert engine
        for _ in range(2):
            assert list(engine.stream(REQUEST, cancel))[-1] == "{}"
        yield from super().digest(pdf, choice, cancel, engine=engine)


def test_a_run_uses_what_is_allowed_and_is_refused_once(tmp_path: Path) -> None:
    fake = LimitedPipeline(records(100))
    end = written(run(fake, order(tmp_path / "posts"), tmp_path / "data", workers=8))
    assert len(end.head.papers) == 100
    assert len(Limited.served) == 200
    under_way = Limited.refused[0] + 0.1
    assert not [t for t in Limited.refused if t > under_way], "no refusal after the first, and what was under way then"
    minutes = (Limited.served[-1] - Limited.served[0]) / MINUTE
    assert len(Limited.served) / minutes >= 0.9 * 60
