"""How much the program may keep on the disk; beyond it, what is oldest goes first, whatever it is."""

import logging
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from .library import Library

_log = logging.getLogger(__name__)
_ROOM = 0.9
"""Down to this share of the quota, so that not every new file costs another one."""


@dataclass(frozen=True)
class _Kept:
    at: float
    """Seconds since 1970."""
    size: int
    drop: Callable[[], None]


class Quota:
    """Over the library and folders of files that can be had again."""

    def __init__(self, library: Library, folders: Sequence[Path], limit_mb: int) -> None:
        """`limit_mb`: megabytes (10^6 bytes)."""
        self._library, self._folders = library, folders
        self._limit = limit_mb * 1_000_000

    def tidy(self) -> None:
        """Drop what is oldest until the rest fits."""
        kept = sorted((*self._files(), *self._rows()), key=lambda k: k.at)
        total = sum(k.size for k in kept)
        if total <= self._limit:
            return
        dropped = 0
        for one in kept:
            if total <= _ROOM * self._limit:
                break
            one.drop()
            total -= one.size
            dropped += 1
        self._library.shrink()
        _log.warning("the disk quota was reached: the oldest %d of %d results and files went", dropped, len(kept))

    def _files(self) -> Iterator[_Kept]:
        for folder in self._folders:
            for path in folder.rglob("*"):
                with suppress(OSError):  # gone meanwhile
                    found = path.lstat()
                    if path.is_file() and path.suffix != ".pace":
                        yield _Kept(found.st_mtime, found.st_size, partial(path.unlink, missing_ok=True))

    def _rows(self) -> Iterator[_Kept]:
        for row in self._library.rows():
            yield _Kept(row.at, row.size, partial(self._library.drop, row))
