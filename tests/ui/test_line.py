"""Who is served when, while more visitors come than can be served together."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import AsyncExitStack

import pytest

from chatpaper.cancel import CancelToken
from chatpaper.errors import Cancelled, LongLine
from chatpaper.ui.line import Line


async def first(waiting: AsyncGenerator[int, None]) -> int | None:
    """How many are before; None: it is one's turn."""
    return await anext(waiting, None)


def test_those_who_wait_know_their_place_and_are_served_in_turn() -> None:
    async def story() -> None:
        line = Line(at_once=1, longest=9)
        served = AsyncExitStack()
        assert await first(await served.enter_async_context(line.turn("a", CancelToken()))) is None
        async with line.turn("b", CancelToken()) as b, line.turn("c", CancelToken()) as c:
            assert (await first(b), await first(c)) == (0, 1)
            await served.aclose()
            assert await first(b) is None
            assert await first(c) == 0
        async with line.turn("d", CancelToken()) as d:
            assert await first(d) is None, "those who left keep nobody waiting"

    asyncio.run(story())


def test_nobody_is_served_twice_before_another_once() -> None:
    async def story() -> None:
        line = Line(at_once=1, longest=9)
        async with AsyncExitStack() as stack:
            turns = [await stack.enter_async_context(line.turn("greedy", CancelToken())) for _ in range(3)]
            assert await first(turns[0]) is None
            assert [await first(turn) for turn in turns[1:]] == [0, 1]
            patient = await stack.enter_async_context(line.turn("patient", CancelToken()))
            assert await first(patient) == 0
            assert [await first(turn) for turn in turns[1:]] == [1, 2]

    asyncio.run(story())


def test_stop_reaches_who_waits_and_the_line_has_an_end() -> None:
    async def story() -> None:
        line, cancel = Line(at_once=0, longest=1), CancelToken()
        async with line.turn("a", cancel) as waiting:
            assert await first(waiting) == 0
            with pytest.raises(LongLine):
                await line.turn("b", CancelToken()).__aenter__()
            cancel.cancel()
            with pytest.raises(Cancelled):
                await first(waiting)

    asyncio.run(story())
