"""So much time between two requests, whichever thread or process asks."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

try:
    import fcntl
except ImportError:  # no such locks on Windows: each process keeps its own pace there
    fcntl = None  # type: ignore[assignment]


class Pace:
    """Lets one request begin each `delay` seconds."""

    def __init__(self, delay: float, shared: Path | None = None) -> None:
        """`shared`: a file whose time is that of the last request, for all processes that know it."""
        self._delay = delay
        self._shared = shared
        self._lock = threading.Lock()
        self._last = float("-inf")

    def wait(self) -> None:
        """Sleep until it is this thread's turn."""
        if not self._delay:
            return
        with self._lock, self._between_processes():
            time.sleep(max(0.0, self._last + self._delay - time.monotonic()))
            self._last = time.monotonic()

    @contextmanager
    def _between_processes(self) -> Iterator[None]:
        """Others' last request counts as ours, and ours as theirs; a folder that cannot be written is no obstacle."""
        if self._shared is None or fcntl is None:
            yield
            return
        try:
            self._shared.parent.mkdir(parents=True, exist_ok=True)
            file = self._shared.open("ab")
        except OSError:
            yield
            return
        with file:
            fcntl.flock(file, fcntl.LOCK_EX)
            found = self._shared.stat()  # now, not when it was opened: others wrote while this one waited for its turn
            ago = time.time() - found.st_mtime
            if found.st_size and 0 <= ago < self._delay:
                self._last = max(self._last, time.monotonic() - ago)
            yield
            file.truncate(0)
            file.write(b".")  # its time is now
