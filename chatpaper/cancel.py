"""Stopping work that blocks: one token per run, set by Stop or a closed tab, seen by every thread of the run."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from .errors import Cancelled


class CancelToken:
    """Set once, for good. Closers (such as cutting a connection) run in the thread that cancels."""

    def __init__(self) -> None:
        self._event = threading.Event()
        self._lock = threading.Lock()
        self._closers: list[Callable[[], None]] = []

    @property
    def cancelled(self) -> bool:
        return self._event.is_set()

    def cancel(self) -> None:
        """Stop the run; a second call does nothing."""
        with self._lock:
            self._event.set()
            closers, self._closers = self._closers, []
        for close in closers:
            close()

    def check(self) -> None:
        """Raise Cancelled once the run was stopped."""
        if self.cancelled:
            raise Cancelled

    def wait(self, seconds: float) -> None:
        """Sleep, but wake up and raise Cancelled when the run is stopped."""
        self._event.wait(seconds)
        self.check()

    @contextmanager
    def closing(self, close: Callable[[], None]) -> Iterator[None]:
        """Call `close` when the run is stopped inside this block; at once if it already was."""
        with self._lock:
            late = self.cancelled
            if not late:
                self._closers.append(close)
        if late:
            close()
        try:
            yield
        finally:
            with self._lock:
                if close in self._closers:
                    self._closers.remove(close)
