"""Work in threads that stands in the visitors' line, piece by piece: a post's papers among others' digests."""

import asyncio
from collections.abc import Callable, Coroutine, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import AsyncExitStack, contextmanager
from functools import partial
from typing import Any, ParamSpec, TypeVar

from ..cancel import CancelToken
from ..errors import Cancelled
from .line import LOOKED, Line

P = ParamSpec("P")
T = TypeVar("T")


class InTurn(ThreadPoolExecutor):
    """Each piece of work waits for its visitor's turn, and raises LongLine, or Cancelled once `cancel` is set."""

    def __init__(
        self,
        line: Line,
        visitor: str,
        cancel: CancelToken,
        told: Callable[[int | None], None],
        *,
        loop: asyncio.AbstractEventLoop,
        at_once: int,
    ) -> None:
        """`loop`: the line's. `told` hears how many are served before the first that waits here; None: none waits."""
        super().__init__(at_once, thread_name_prefix="in-turn")
        self._line, self._visitor, self._cancel, self._told = line, visitor, cancel, told
        self._loop = loop
        self._before: dict[AsyncExitStack, int] = {}

    def submit(self, fn: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> Future[T]:
        return super().submit(self._served, partial(fn, *args, **kwargs))

    def _served(self, work: Callable[[], T]) -> T:
        with self._turn():
            return work()

    @contextmanager
    def _turn(self) -> Iterator[None]:
        turn = AsyncExitStack()
        try:
            self._done(self._wait(turn))
            yield
        finally:
            self._done(turn.aclose())

    async def _wait(self, turn: AsyncExitStack) -> None:
        try:
            async for before in await turn.enter_async_context(self._line.turn(self._visitor, self._cancel)):
                self._before[turn] = before
                self._tell()
        finally:
            self._before.pop(turn, None)
            self._tell()

    def _tell(self) -> None:
        self._told(min(self._before.values(), default=None))

    def _done(self, step: Coroutine[Any, Any, None]) -> None:
        """In the line's event loop, as long as that runs."""
        ended = asyncio.run_coroutine_threadsafe(step, self._loop)
        while True:
            try:
                return ended.result(LOOKED)
            except TimeoutError:
                if not self._loop.is_running():
                    raise Cancelled from None
