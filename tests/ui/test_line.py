"""Who is served when, while more visitors come than can be served together."""

import asyncio
from collections.abc import AsyncGenerator
from concurrent.futures import Future
from contextlib import AsyncExitStack
from threading import Event

import pytest

from chatpaper.cancel import CancelToken
from chatpaper.errors import Cancelled, LongLine
from chatpaper.ui.line import Line
from chatpaper.ui.turns import InTurn


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


def test_pieces_of_work_in_threads_stand_in_the_same_line() -> None:
    """A post's papers: one at a time here, another visitor's digest between them, and none once it is stopped."""

    async def story() -> None:
        line, cancel = Line(at_once=1, longest=9), CancelToken()
        told: list[int | None] = []
        begun, go_on = Event(), Event()

        def first_piece() -> str:
            begun.set()
            go_on.wait(60)
            return "first"

        with InTurn(line, "author", cancel, told.append, loop=asyncio.get_running_loop(), at_once=2) as turns:
            pieces: list[Future[str]] = [turns.submit(first_piece)]
            assert await asyncio.to_thread(begun.wait, 60)
            pieces.append(turns.submit(str, "second"))
            async with line.turn("reader", CancelToken()) as reader:
                assert await first(reader) == 0, "before the author's second"
                while told[-1] != 1:
                    await asyncio.sleep(0.01)
                go_on.set()
                assert await asyncio.wrap_future(pieces[0]) == "first"
                assert [place async for place in reader] == []
                assert not pieces[1].done()
            assert await asyncio.wrap_future(pieces[1]) == "second"
            assert told[-1] is None
            async with line.turn("reader", CancelToken()) as reader:
                assert await first(reader) is None
                late = turns.submit(str, "never")
                cancel.cancel()
                with pytest.raises(Cancelled):
                    await asyncio.wrap_future(late)
            async with line.turn("reader", CancelToken()) as reader:
                assert await first(reader) is None, "who gave up has left the line"

    asyncio.run(story())
