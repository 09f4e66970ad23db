"""How many requests a minute a key may make: given, or learned from the first refusal, and then kept.

A key whose limit is not known is used freely. When it is refused, the requests that got through within the last minute
are its limit: from then on no more than so many begin within any minute, evenly spread. Where the provider says when
there is room again, the minute it counts began just that minute earlier. Token limits show up the same way: as the
number of requests that they let through.
"""

import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field

_MINUTE = 60.0
_MARGIN = 1.03
"""Our minute is so much longer than the provider's: requests take their time to arrive, not always the same."""
_TELLING = 5
"""Fewer requests than these say nothing: somebody else uses the key, or it is limited by the day."""


@dataclass
class _Use:
    begun: deque[float] = field(default_factory=deque)
    """When the requests of the last minute began, without those that were refused."""
    most: float = float("inf")
    """Requests a minute."""
    learned: bool = False


class Limits:
    """Of the keys of one engine. Not thread-safe: its key ring holds a lock."""

    def __init__(
        self,
        per_minute: int | None = None,
        *,
        minute: float = _MINUTE,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._most = per_minute or float("inf")
        self._minute = minute
        self._window = minute * _MARGIN
        self._clock = clock
        self._keys: dict[str, _Use] = {}

    def free_at(self, key: str) -> float:
        """When the key's next request may begin; a time that is over means now."""
        use = self._use(key)
        if not use.begun or use.most == float("inf"):
            return 0.0
        # a limit that was given may be used at once; one that was hit is kept in small steps too
        step = use.begun[-1] + self._window / use.most if use.learned else 0.0
        oldest = len(use.begun) - int(use.most)
        return max(step, use.begun[oldest] + self._window if oldest >= 0 else 0.0)

    def begin(self, key: str) -> float:
        """A request begins now; the time names it."""
        use, now = self._use(key), self._clock()
        use.begun.append(now)
        return now

    def refused(self, key: str, begun: float, delay: float | None) -> None:
        """The request that began then was one too many; `delay`: seconds after which there is room, as told."""
        use, now = self._use(key), self._clock()
        if begun in use.begun:
            use.begun.remove(begun)
        since = begun - self._minute
        if delay is not None and delay <= self._minute:
            since = max(since, now + delay - self._minute)
        counted = sum(since < b <= begun for b in use.begun)
        if counted >= _TELLING:
            use.most, use.learned = min(use.most, counted), True

    def _use(self, key: str) -> _Use:
        use = self._keys.setdefault(key, _Use(most=self._most))
        while use.begun and use.begun[0] <= self._clock() - self._window:
            use.begun.popleft()
        return use
