"""What is done about each kind of trouble with a model, in one place, bounded in time and count.

| trouble                                   | what is done                                             |
|-------------------------------------------|----------------------------------------------------------|
| key refused                               | the key is dropped; another key                          |
| rate limit of a minute                    | another key; with none left, wait as long as was asked,  |
|                                           | and keep to the limit from then on (`limits.py`)         |
| quota of a day                            | another key; never waited for                            |
| busy, unreachable, cut, stalled, an error | wait 1, 2, 4 s and ask again                             |
|   inside a started stream                 |                                                          |
| refused, recitation, empty, cut short     | ask again once                                           |
| no such model, anything else              | give up                                                  |
"""

import random
import threading
import time
from collections.abc import Callable, Iterator
from enum import Enum, auto
from typing import NamedTuple

from ..cancel import CancelToken
from ..errors import ModelError
from .base import Piece, Restart
from .limits import Limits

_MOST_TRIES = 5
_MOST_SECONDS = 150.0
"""From the first try to the start of the last one."""
_LONGEST_WAIT = 65.0
"""A limit of a minute is over after a minute."""


class Trouble(Exception):
    """A vendor's fault, translated: what it means for the next try, and what to say when there is none."""

    class Kind(Enum):
        KEY_REFUSED = auto()
        RATE_LIMIT = auto()
        DAILY_QUOTA = auto()
        BUSY = auto()
        REFUSED = auto()
        FINAL = auto()

    def __init__(self, kind: Kind, error: ModelError, *, delay: float | None = None) -> None:
        super().__init__(str(error))
        self.kind, self.error = kind, error
        self.delay = delay
        """Seconds that the provider asks to wait."""


class Turn(NamedTuple):
    """A key, and when it may be used."""

    key: str
    wait: float
    """Seconds; 0: now, and its request counts as begun."""
    rest: float
    """Seconds of them for which a provider's refusal makes the key rest; the others keep within the limits."""
    begun: float


class KeyRing:
    """The keys of one engine, shared by its threads, each within its limits.

    One key serves as long as it can, since a provider's prefix cache belongs to a key; which one is first is left to
    chance, so that engines share the load.
    """

    def __init__(self, keys: tuple[str, ...], limits: Limits | None = None) -> None:
        self._lock = threading.Lock()
        self._free_at = dict.fromkeys(random.sample(keys, len(keys)), 0.0)
        """Key -> monotonic time from which it may be used; infinite once it is dropped."""
        self.limits = limits or Limits()
        self.trouble: ModelError | None = None
        """What last made a key rest, in whichever thread."""

    def take(self) -> Turn | None:
        """The key that is free first, and the seconds until then; None when all are dropped."""
        with self._lock:
            now = time.monotonic()
            free = {key: max(now, at, self.limits.free_at(key)) for key, at in self._free_at.items()}
            key, at = min(free.items(), key=lambda item: item[1], default=("", float("inf")))
            if at == float("inf"):
                return None
            begun = self.limits.begin(key) if at <= now else 0.0
            return Turn(key, at - now, max(0.0, self._free_at[key] - now), begun)

    def rest(self, key: str, error: ModelError, seconds: float = float("inf")) -> None:
        """Leave the key alone for so long; for ever, where no time helps."""
        with self._lock:
            self._free_at[key] = time.monotonic() + seconds
            self.trouble = error

    def refused(self, turn: Turn, error: ModelError, delay: float | None) -> None:
        """The provider's limit of a minute was hit: rest as long as it asks, and keep to the limit from now on."""
        with self._lock:
            self.limits.refused(turn.key, turn.begun, delay)
        self.rest(turn.key, error, delay if delay is not None else 15.0)


def tried(call: Callable[[str], Iterator[Piece]], keys: KeyRing, cancel: CancelToken) -> Iterator[Piece]:
    """The pieces of `call(key)`, asked again as the table says. Raises the ModelError of the last trouble."""
    begun, refusals = time.monotonic(), 0
    last: ModelError | None = None
    for attempt in range(_MOST_TRIES):
        cancel.check()
        # a turn that is still to come may be another thread's by then
        while (turn := keys.take()) and turn.wait:
            if turn.rest > _LONGEST_WAIT or time.monotonic() + turn.rest - begun > _MOST_SECONDS:
                turn = None
                break
            cancel.wait(turn.wait)
            begun += turn.wait - turn.rest  # what is waited to keep within limits is no trouble
        if turn is None or time.monotonic() - begun > _MOST_SECONDS:
            break
        if attempt:
            yield Restart()
        try:
            yield from call(turn.key)
        except Trouble as trouble:
            cancel.check()
            last = trouble.error
            match trouble.kind:
                case Trouble.Kind.KEY_REFUSED | Trouble.Kind.DAILY_QUOTA:
                    keys.rest(turn.key, trouble.error)
                case Trouble.Kind.RATE_LIMIT:
                    keys.refused(turn, trouble.error, trouble.delay)
                case Trouble.Kind.BUSY:
                    cancel.wait(trouble.delay or 2**attempt * random.uniform(0.75, 1.25))
                case Trouble.Kind.REFUSED if refusals == 0:
                    refusals += 1
                case _:
                    break
        else:
            return
    error = last or keys.trouble
    assert error is not None, "a key ring without keys"
    raise error
