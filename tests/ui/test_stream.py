"""The way from a blocking pipeline to the page: prompt, in order, and never for nobody."""

import asyncio
import threading
import time
from collections.abc import Coroutine, Iterator
from contextlib import aclosing
from typing import Any, TypeVar

import pytest

from chatpaper.cancel import CancelToken
from chatpaper.errors import BadArxivId, Cancelled
from chatpaper.ui.stream import streamed

T = TypeVar("T")


def run(work: Coroutine[Any, Any, T]) -> T:
    return asyncio.run(work)


async def everything(start: Any, cancel: CancelToken, heartbeat: float = 5) -> list[Any]:
    return [item async for item in streamed(start, cancel, heartbeat=heartbeat)]


def test_all_arrives_in_order_and_the_token_is_set_in_the_end() -> None:
    cancel = CancelToken()
    assert run(everything(lambda _: iter(range(50)), cancel)) == list(range(50))
    assert cancel.cancelled


def test_the_heart_beats_while_nothing_comes() -> None:
    def slow(_: CancelToken) -> Iterator[int]:
        time.sleep(0.3)
        yield 1

    items = run(everything(slow, CancelToken(), 0.05))
    assert items.count(None) >= 3
    assert items[-1] == 1


def test_errors_come_through_after_what_came_before_them() -> None:
    def failing(_: CancelToken) -> Iterator[int]:
        yield 1
        raise BadArxivId(given="x")

    seen: list[Any] = []

    async def work() -> None:
        async for item in streamed(failing, CancelToken(), heartbeat=5):
            seen.append(item)  # noqa: PERF401 - kept when it raises

    with pytest.raises(BadArxivId):
        run(work())
    assert seen == [1]


def test_stop_is_seen_at_once_even_while_the_thread_is_stuck() -> None:
    cancel, free = CancelToken(), threading.Event()

    def stuck(_: CancelToken) -> Iterator[int]:
        free.wait(10)
        yield 1

    async def work() -> float:
        asyncio.get_running_loop().call_later(0.1, cancel.cancel)
        begun = time.monotonic()
        with pytest.raises(Cancelled):
            await everything(stuck, cancel)
        return time.monotonic() - begun

    assert run(work()) < 2
    free.set()


def test_who_stops_listening_stops_the_work() -> None:
    cancel, ended = CancelToken(), threading.Event()

    def endless(cancel: CancelToken) -> Iterator[int]:
        try:
            while True:
                yield 1
                cancel.wait(0.01)
        finally:
            ended.set()

    async def work() -> None:
        async with aclosing(streamed(endless, cancel, heartbeat=5)) as items:
            async for _ in items:
                break

    run(work())
    assert cancel.cancelled
    assert ended.wait(2)
