"""Work that blocks, done in a thread of its own, so that Stop need not wait for it.

Looking up a name, connecting, loading a model or reading a batch of tokens can last long, and cannot be interrupted.
"""

import queue
import threading
from collections.abc import Callable, Iterator
from typing import TypeVar

from ..cancel import CancelToken
from ..errors import Cancelled

T = TypeVar("T")
Work = Callable[[Callable[[T], None], CancelToken], None]
"""Is given a way to tell items, and a token of its own, which is set when nobody listens any more."""


def apart(work: Work[T], cancel: CancelToken, *, daemon: bool) -> Iterator[T]:
    """What `work` tells, and what it raises. Raises Cancelled as soon as `cancel` is set.

    The thread is then left behind, and so is it when the iterator is closed; `daemon`: also by the process's end.
    """
    told: queue.SimpleQueue[tuple[T] | BaseException | None] = queue.SimpleQueue()
    own = CancelToken()

    def run() -> None:
        try:
            work(lambda item: told.put((item,)), own)
            told.put(None)
        except BaseException as error:
            told.put(error)

    with cancel.closing(lambda: told.put(Cancelled())):
        threading.Thread(target=run, name="apart", daemon=daemon).start()
        try:
            while (item := told.get()) is not None:
                cancel.check()
                if isinstance(item, BaseException):
                    raise item
                yield item[0]
        finally:
            own.cancel()
