"""Limits are used, not hit: against simulated providers, in simulated and in real time."""

import threading
import time
from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from heapq import heapify, heappop, heappush
from itertools import pairwise

import pytest

from chatpaper.cancel import CancelToken
from chatpaper.errors import Cancelled, QuotaUsedUp
from chatpaper.llm.base import Piece
from chatpaper.llm.limits import Limits
from chatpaper.llm.retry import KeyRing, Trouble, tried

MINUTE = 60.0
Provider = Callable[[float], float | None]
"""Given the time of a request: None, or the seconds after which it may be asked again."""


@pytest.fixture(autouse=True)
def quick_waits() -> None:
    """Here waits are as long as they are."""


def sliding(per_minute: int, minute: float = MINUTE) -> Provider:
    """At most so many within any minute."""
    served: deque[float] = deque()

    def ask(now: float) -> float | None:
        while served and served[0] <= now - minute:
            served.popleft()
        if len(served) >= per_minute:
            return served[0] + minute - now
        served.append(now)
        return None

    return ask


def by_the_clock(per_minute: int, offset: float = 17.0) -> Provider:
    """At most so many within each minute of the clock."""
    served: dict[int, int] = {}

    def ask(now: float) -> float | None:
        number = int((now + offset) // MINUTE)
        if served.get(number, 0) >= per_minute:
            return (number + 1) * MINUTE - offset - now
        served[number] = served.get(number, 0) + 1
        return None

    return ask


def simulate(
    provider: Provider, limits: Limits, clock: list[float], requests: int, *, workers: int = 16, takes: float = 6.0
) -> tuple[list[float], list[float]]:
    """Workers that ask for one key, in simulated time: when requests were served, and when refused."""
    served: list[float] = []
    refused: list[float] = []
    rest = 0.0
    ready = [(0.1 * n, n) for n in range(workers)]
    heapify(ready)
    while len(served) < requests:
        now, worker = heappop(ready)
        clock[0] = now
        at = max(rest, limits.free_at("k"))
        if at > now:
            heappush(ready, (at, worker))
            continue
        begun = limits.begin("k")
        delay = provider(now)
        if delay is None:
            served.append(now)
        else:
            refused.append(now)
            limits.refused("k", begun, delay)
            rest = now + delay
        heappush(ready, (now + takes if delay is None else now + 0.2, worker))
    return served, refused


@pytest.mark.parametrize("make", [sliding, by_the_clock])
@pytest.mark.parametrize("known", [True, False])
def test_a_run_uses_nine_tenths_of_what_is_allowed(make: Callable[[int], Provider], known: bool) -> None:
    clock = [0.0]
    limits = Limits(60 if known else None, clock=lambda: clock[0])
    served, refused = simulate(make(60), limits, clock, 600)
    assert len(refused) <= (0 if known else 1)
    minutes = (served[-1] - served[0]) / MINUTE
    assert len(served) >= 0.9 * 60 * minutes


def test_a_run_slower_than_its_limit_is_never_held() -> None:
    clock = [0.0]
    served, refused = simulate(sliding(60), Limits(60, clock=lambda: clock[0]), clock, 100, workers=3)
    assert not refused
    assert served[-1] < 100 / 3 * 6 + 6


def test_a_given_limit_may_be_used_at_once() -> None:
    clock = [0.0]
    limits = Limits(4, clock=lambda: clock[0])
    for _ in range(4):
        assert limits.free_at("k") <= clock[0]
        limits.begin("k")
    assert 60 < limits.free_at("k") < 63
    assert limits.free_at("another key") == 0


def test_one_refusal_out_of_the_blue_teaches_nothing() -> None:
    clock = [100.0]
    limits = Limits(clock=lambda: clock[0])
    limits.refused("k", limits.begin("k"), 1.0)
    limits.begin("k")
    assert limits.free_at("k") <= clock[0]


def test_refusals_of_requests_under_way_count_as_one_lesson() -> None:
    clock = [0.0]
    limits = Limits(clock=lambda: clock[0])
    begun = []
    for n in range(30):
        clock[0] = n * 0.01
        begun.append(limits.begin("k"))
    for late in begun[20:]:
        limits.refused("k", late, None)
    clock[0] = 30
    for _ in range(10):  # all that is left of the minute's twenty is over at its end only
        assert limits.free_at("k") > 60


class Service:
    """A provider for threads: `per_minute` requests of each key a minute."""

    def __init__(self, per_minute: int, minute: float) -> None:
        self.per_minute, self.minute = per_minute, minute
        self.lock = threading.Lock()
        self.asked: dict[str, Provider] = {}
        self.served: list[float] = []
        self.refused: list[float] = []

    def call(self, key: str) -> Iterator[Piece]:
        with self.lock:
            now = time.monotonic()
            provider = self.asked.setdefault(key, sliding(self.per_minute, self.minute))
            delay = provider(now)
            (self.served if delay is None else self.refused).append(now)
        if delay is not None:
            raise Trouble(Trouble.Kind.RATE_LIMIT, QuotaUsedUp(engine="x"), delay=delay)
        time.sleep(0.05)
        yield "said"


def run(service: Service, keys: KeyRing, requests: int, workers: int) -> None:
    cancel = CancelToken()
    with ThreadPoolExecutor(workers) as pool:
        assert all(pool.map(lambda _: "said" in [*tried(service.call, keys, cancel)], range(requests)))


def test_threads_share_a_limit_that_they_learn() -> None:
    """60 requests a minute, a minute being 2 s: 100 requests of 8 threads."""
    service = Service(60, 2.0)
    run(service, KeyRing(("a",), Limits(minute=2.0)), 100, 8)
    first = service.refused[0]
    assert not [t for t in service.refused if t > first + 0.1], "only what was under way with the first one"
    assert len(service.served) == 100
    used = len(service.served) / ((service.served[-1] - service.served[0]) / 2.0 * 60)
    assert used >= 0.9


def test_two_keys_are_both_used() -> None:
    service = Service(20, 1.0)
    run(service, KeyRing(("a", "b"), Limits(20, minute=1.0)), 100, 8)
    assert not service.refused
    assert service.served[-1] - service.served[0] < 3.2, "40 a second: one key alone needs 4 seconds"


def test_a_known_limit_is_never_hit() -> None:
    service = Service(30, 1.0)
    run(service, KeyRing(("a",), Limits(30, minute=1.0)), 90, 8)
    assert not service.refused
    assert all(b >= a for a, b in pairwise(service.served))


def test_stop_reaches_those_who_wait_for_their_turn() -> None:
    keys, cancel = KeyRing(("a",), Limits(1)), CancelToken()
    service = Service(9, 1.0)
    assert [*tried(service.call, keys, cancel)] == ["said"]
    threading.Timer(0.1, cancel.cancel).start()
    started = time.monotonic()
    with pytest.raises(Cancelled):
        next(tried(service.call, keys, cancel))
    assert time.monotonic() - started < 1
