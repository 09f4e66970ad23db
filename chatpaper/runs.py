"""The digests under way in this process, so that a stop can wait for them."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from .cancel import CancelToken
from .errors import Restarting


class Runs:
    """Thread-safe."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._tokens: list[CancelToken] = []
        self._stopping = False

    def __len__(self) -> int:
        return len(self._tokens)

    @property
    def stopping(self) -> bool:
        return self._stopping

    @contextmanager
    def one(self, cancel: CancelToken) -> Iterator[None]:
        """Inside of it a digest is made. Raises Restarting once `stop` was called."""
        with self._changed:
            if self._stopping:
                raise Restarting
            self._tokens.append(cancel)
        try:
            yield
        finally:
            with self._changed:
                self._tokens.remove(cancel)
                self._changed.notify_all()

    def stop(self, seconds: float) -> None:
        """Let nothing begin any more, wait so long for what runs, then stop that too: its finished stages are kept."""
        with self._changed:
            self._stopping = True
            self._changed.wait_for(lambda: not self._tokens, seconds)
            left = list(self._tokens)
        for token in left:
            token.cancel()
        with self._changed:
            self._changed.wait_for(lambda: not self._tokens, 2.0)
