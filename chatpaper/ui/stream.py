"""From the pipeline's blocking iterator, in a thread of its own, to an async one that a closed tab can end at once."""

import asyncio
import threading
from collections.abc import AsyncGenerator, Callable, Iterator
from contextlib import suppress
from typing import TypeVar

from ..cancel import CancelToken
from ..errors import Cancelled

T = TypeVar("T")
_END = object()


async def streamed(
    start: Callable[[CancelToken], Iterator[T]], cancel: CancelToken, *, heartbeat: float
) -> AsyncGenerator[T | None, None]:
    """What `start(cancel)` gives; None whenever nothing came for `heartbeat` seconds.

    Raises what it raises, and Cancelled as soon as `cancel` is set, even if the thread is still stuck.
    However it ends, `cancel` is set, so that nobody works for a page that is gone.
    """
    loop = asyncio.get_running_loop()
    arrived: asyncio.Queue[object] = asyncio.Queue()

    def tell(item: object) -> None:
        with suppress(RuntimeError):  # the loop has ended: nobody listens any more
            loop.call_soon_threadsafe(arrived.put_nowait, item)

    def work() -> None:
        try:
            for item in start(cancel):
                tell(item)
            tell(_END)
        except BaseException as error:
            tell(_Raised(error))

    threading.Thread(target=work, name="run", daemon=True).start()
    try:
        with cancel.closing(lambda: tell(_Raised(Cancelled()))):
            while (item := await _next(arrived, heartbeat)) is not _END:
                if isinstance(item, _Raised):
                    raise item.error
                yield item  # type: ignore[misc]
    finally:
        cancel.cancel()


class _Raised:
    def __init__(self, error: BaseException) -> None:
        self.error = error


async def _next(arrived: "asyncio.Queue[object]", heartbeat: float) -> object:
    try:
        return await asyncio.wait_for(arrived.get(), heartbeat)
    except TimeoutError:
        return None
