"""A run's own files, in the data folder: its plan, and of each finished paper the outcome and the digest.

Every file appears whole or not at all, so that a run that was killed finds what it had.
"""

import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Literal, TypeVar

from pydantic import ValidationError

from ..digest import Digest
from ..errors import BadOption, CannotWrite
from ..paper import Record
from ..value import Bilingual, Value
from .plan import Plan

try:
    import fcntl
except ImportError:  # no such locks on Windows
    fcntl = None  # type: ignore[assignment]

_STALE = 12 * 3600.0
"""Seconds after which a search is made anew."""
_V = TypeVar("_V", bound=Value)


class Outcome(Value):
    """What became of a paper."""

    arxiv_id: str
    title: str
    state: Literal["done", "incomplete", "failed"]
    """Incomplete: stages of the digest are missing."""
    reason: Bilingual | None = None
    passing: bool = False
    """What failed may go well another time."""
    exit_code: int = 0
    made: str = ""
    calls: int = 0
    input_tokens: int = 0
    output_tokens: int = 0
    cost_usd: float | None = None

    @property
    def final(self) -> bool:
        return self.state == "done" or not self.passing


class Start(Value):
    """What a run set out to do."""

    stem: str
    at: datetime
    plan: Plan


class Ledger:
    """Of one run."""

    def __init__(self, data: Path, run: str) -> None:
        """Raises CannotWrite."""
        self._folder = data / "posts" / run
        self._records = data / "posts" / "records"
        try:
            for folder in (self._folder, self._records):
                folder.mkdir(parents=True, exist_ok=True)
        except OSError:
            raise CannotWrite(path=self._folder) from None

    @contextmanager
    def alone(self) -> Iterator[None]:
        """The same run once at a time: two would pay twice. A killed one holds nothing. Raises BadOption."""
        with self._records.with_name(f"{self._folder.name}.lock").open("w") as file:
            try:
                if fcntl is not None:
                    fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError:
                raise BadOption(
                    problem=Bilingual(zh="同一命令正在另一个进程里运行", en="the same command runs in another process")
                ) from None
            yield

    def start(self) -> Start | None:
        """What the run set out to do, unless that is long ago."""
        path = self._folder / "start.json"
        start = _read(path, Start)
        return start if start and time.time() - path.stat().st_mtime < _STALE else None

    def begin(self, start: Start) -> None:
        """Anew; what an old run left here is in the library, as far as it was paid for."""
        for old in self._folder.iterdir():
            shutil.rmtree(old) if old.is_dir() else old.unlink()
        _write(self._folder / "start.json", start.model_dump_json())

    def outcome(self, arxiv_id: str) -> Outcome | None:
        return _read(self._path(arxiv_id, "json"), Outcome)

    def keep(self, outcome: Outcome, digest: Digest | None) -> None:
        """The digest first: an outcome that is not a failure has its digest."""
        if digest:
            _write(self._path(outcome.arxiv_id, "digest"), digest.model_dump_json())
        _write(self._path(outcome.arxiv_id, "json"), outcome.model_dump_json())

    def has(self, outcome: Outcome) -> bool:
        """Whether there is what the outcome says; another version of the program may have left it."""
        return outcome.state == "failed" or self.digest(outcome.arxiv_id) is not None

    def digest(self, arxiv_id: str) -> Digest | None:
        return _read(self._path(arxiv_id, "digest"), Digest)

    @property
    def draft(self) -> Path:
        """Where the post is put together."""
        return self._folder / "draft"

    def record(self, arxiv_id: str) -> Record | None:
        """Of a paper that was posted."""
        return _read(self._records / f"{_name(arxiv_id)}.json", Record)

    def close(self, posted: tuple[Record, ...]) -> None:
        """The post is written: its papers' records are kept, all else goes."""
        for record in posted:
            _write(self._records / f"{_name(record.arxiv_id)}.json", record.model_dump_json())
        shutil.rmtree(self._folder, ignore_errors=True)

    def _path(self, arxiv_id: str, ending: str) -> Path:
        return self._folder / f"{_name(arxiv_id)}.{ending}"


def _name(arxiv_id: str) -> str:
    return arxiv_id.replace("/", "_")


def _write(path: Path, text: str) -> None:
    part = path.with_name(f"{path.name}.part")
    try:
        part.write_text(text, "utf-8")
        part.replace(path)
    except OSError:
        raise CannotWrite(path=path) from None


def _read(path: Path, kind: type[_V]) -> _V | None:
    try:
        return kind.model_validate_json(path.read_bytes())
    except (OSError, ValidationError):
        return None
