"""What a process that works on strangers' files may take: memory, the processor's time, files."""

import ctypes
import gc
import math
import os
import resource
import signal
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing.process import BaseProcess, parent_process
from pathlib import Path

from ..errors import CrashedReading, TooSlowPdf

_STATM = Path("/proc/self/statm")
_FILES = 32
_M_ARENA_MAX = -8


@dataclass(frozen=True, slots=True)
class Memory:
    """What this process may use."""

    ceiling: int
    """Bytes of address space; 0 where the system does not say what is used, and nothing is limited."""
    room: int
    """Bytes of it that were free in the beginning."""

    @property
    def worn(self) -> bool:
        """Whether so much is left behind that the next file might not find enough."""
        return bool(self.ceiling) and _used() > self.ceiling - self.room // 2


def memory(room: int) -> Memory:
    """Limits this process to what it uses now and so many bytes more."""
    now = _used()
    if not now:
        return Memory(0, room)
    _, hard = resource.getrlimit(resource.RLIMIT_AS)
    resource.setrlimit(resource.RLIMIT_AS, (_within(hard, now + room), hard))
    return Memory(now + room, room)


def _used() -> int:
    """Bytes of address space; 0 where the system does not say."""
    return int(_STATM.read_text().split()[0]) * resource.getpagesize() if _STATM.exists() else 0


def _within(hard: int, most: int) -> int:
    """As much as that, if nobody has allowed less."""
    return most if hard == resource.RLIM_INFINITY else min(most, hard)


def one_heap() -> None:
    """All threads take their memory from one heap; glibc would give each its own (mallopt(3), M_ARENA_MAX), and what
    one has freed the others could not have."""
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None)
    if mallopt is not None:
        mallopt(_M_ARENA_MAX, 1)


def give_back() -> None:
    """Memory that is free goes back to the system (malloc_trim(3), glibc)."""
    gc.collect()
    trim = getattr(ctypes.CDLL(None), "malloc_trim", None)
    if trim is not None:
        trim(0)


def confine() -> None:
    """From now on this process writes no file, leaves no core, and opens few more files than it has open."""
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    most = _within(hard, max(_highest_file(), 2) + _FILES)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))


def _highest_file() -> int:
    folder = Path("/proc/self/fd")
    return max(map(int, os.listdir(folder))) if folder.exists() else 128


def allow(seconds: float) -> None:
    """The system ends this process by SIGXCPU once it has used so much more of the processor, all threads together."""
    _, hard = resource.getrlimit(resource.RLIMIT_CPU)
    soft = hard if seconds == math.inf else _within(hard, math.ceil(time.process_time() + seconds))
    resource.setrlimit(resource.RLIMIT_CPU, (soft, hard))


def left() -> float:
    """How many seconds of the processor that is yet."""
    soft, _ = resource.getrlimit(resource.RLIMIT_CPU)
    return math.inf if soft == resource.RLIM_INFINITY else soft - time.process_time()


@contextmanager
def at_work(seconds: float) -> Iterator[None]:
    """`allow` until this ends."""
    before = resource.getrlimit(resource.RLIMIT_CPU)
    allow(seconds)
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_CPU, before)


def ended(exitcode: int | None, seconds: float) -> TooSlowPdf | CrashedReading:
    """What it means that a process with so many seconds of the processor ended, by its exit code: a crash knows the
    signal."""
    if exitcode == -signal.SIGXCPU:
        return TooSlowPdf(seconds=round(seconds))
    return CrashedReading(signal=-(exitcode or 0))


def end_with_parent() -> None:
    """A program that is killed cannot stop its workers, so they look after that themselves."""
    parent = parent_process()
    if parent is not None:
        threading.Thread(target=_end_with, args=(parent,), daemon=True).start()


def _end_with(parent: BaseProcess) -> None:
    parent.join()
    os._exit(1)
