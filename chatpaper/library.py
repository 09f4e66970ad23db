"""What was read and digested, kept in SQLite by content, so that nothing is paid for twice.

A paper is found by its PDF's hash only, and a digest by a key into which that hash went: who does not have the file
finds neither. A stopped run finds the replies of its finished stages. Several processes may share one library.
"""

import hashlib
import json
import logging
import sqlite3
import zlib
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import NamedTuple, TypeVar

from pydantic import ValidationError

from .digest import Digest, StageReply
from .errors import BadSetting
from .paper import Paper
from .settings import Journal
from .value import Value

_VERSION = 1
"""Of what is stored; rows of another version are not found, and are made anew."""
_BUSY = 10.0
"""Seconds to wait while another process writes."""
_TABLES = """
create table if not exists papers (key text primary key, at text default current_timestamp, body blob not null);
create table if not exists digests (
    key text primary key, paper text not null, at text default current_timestamp, body blob not null
);
create table if not exists replies (
    key text, stage text, at text default current_timestamp, body blob not null, primary key (key, stage)
);
create table if not exists shared (
    number text, version integer, languages text, digest text, sha256 text, primary key (number, version, digest)
);
create table if not exists visits (day text, visitor text, count integer not null, primary key (day, visitor));
"""
_RESULTS = ("papers", "digests", "replies")
_log = logging.getLogger(__name__)
_V = TypeVar("_V", bound=Value)


class Shared(NamedTuple):
    """A digest of an arXiv paper that anybody who asks for the paper may see."""

    version: int
    languages: tuple[str, ...]
    digest: str
    """Its key; "" for an extract, which is made anew from the paper."""
    sha256: str
    """Of the paper's PDF."""


class Row(NamedTuple):
    """Something that is kept, for who has to make room."""

    table: str
    id: int
    at: float
    """Seconds since 1970."""
    size: int
    """Bytes."""


def key(*parts: str) -> str:
    """One name for all that a result depends on."""
    return hashlib.sha256(json.dumps([_VERSION, *parts]).encode()).hexdigest()


class Library:
    """One file, `library.sqlite3`, in the data folder. Thread-safe: each call has its own connection."""

    def __init__(self, folder: Path, *, journal: Journal = "wal") -> None:
        """Raises BadSetting where the folder cannot be written."""
        self._path = folder / "library.sqlite3"
        try:
            folder.mkdir(parents=True, exist_ok=True)
            with self._connection() as connection:
                connection.execute(f"pragma journal_mode = {journal}")
                connection.executescript(_TABLES)
        except (OSError, sqlite3.Error):
            raise BadSetting(name="CHATPAPER_DATA_DIR") from None

    def paper(self, key: str) -> Paper | None:
        return self._one("select body from papers where key = ?", key, Paper)

    def keep_paper(self, key: str, paper: Paper) -> None:
        self._write("insert or replace into papers (key, body) values (?, ?)", key, _packed(paper))

    def digest(self, key: str) -> tuple[Paper, Digest] | None:
        """A whole digest, and the paper as it was read for it: the digest's passage ids are that reading's."""
        digest = self._one("select body from digests where key = ?", key, Digest)
        paper = self._one("select p.body from digests d join papers p on p.key = d.paper where d.key = ?", key, Paper)
        return (paper, digest) if paper and digest else None

    def keep_digest(self, key: str, paper: Paper, digest: Digest) -> None:
        """Keep a whole digest together with the paper as it was read for it."""
        paper_key = hashlib.sha256(packed := _packed(paper)).hexdigest()
        self._write("insert or ignore into papers (key, body) values (?, ?)", paper_key, packed)
        self._write(
            "insert or replace into digests (key, paper, body) values (?, ?, ?)", key, paper_key, _packed(digest)
        )

    def share(self, number: str, shared: Shared) -> None:
        """Let it be found by the paper's arXiv number, too; who calls this knows that it may be."""
        values = (number, shared.version, " ".join(shared.languages), shared.digest, shared.sha256)
        self._write("insert or replace into shared values (?, ?, ?, ?, ?)", *values)

    def shared(self, number: str) -> list[Shared]:
        """What anybody may see of this paper: the newest version first, a model's digest before extracts."""
        query = "select version, languages, digest, sha256 from shared where number = ?"
        with self._connection() as connection:
            rows = connection.execute(f"{query} order by version desc, digest = '', rowid desc", (number,)).fetchall()
        return [Shared(version, tuple(languages.split()), *rest) for version, languages, *rest in rows]

    def replies(self, key: str) -> dict[str, StageReply]:
        """The finished stages of a run that has no whole digest yet."""
        with self._connection() as connection:
            rows = connection.execute("select stage, body from replies where key = ?", (key,)).fetchall()
        return {stage: reply for stage, body in rows if (reply := _unpacked(body, StageReply))}

    def keep_reply(self, key: str, stage: str, reply: StageReply) -> None:
        self._write("insert or replace into replies (key, stage, body) values (?, ?, ?)", key, stage, _packed(reply))

    def spend(self, day: str, cost: int, limits: Mapping[str, int]) -> str | None:
        """Count `cost` on this day under each name, unless it would go beyond a name's limit: then that name.

        A name is kept as a hash of that day, and older days are forgotten. What cannot be counted is refused.
        """
        hashed = {hashlib.sha256(f"{day} {name}".encode()).hexdigest(): name for name in limits}
        try:
            with self._connection() as connection, connection:
                connection.execute("delete from visits where day <> ?", (day,))
                for visitor, name in hashed.items():
                    connection.execute("insert or ignore into visits values (?, ?, 0)", (day, visitor))
                    fits = "update visits set count = count + ? where day = ? and visitor = ? and count + ? <= ?"
                    if not connection.execute(fits, (cost, day, visitor, cost, limits[name])).rowcount:
                        connection.rollback()
                        return name
                return None
        except sqlite3.Error as error:
            _log.warning("visit not counted: %s", error)
            return next(iter(limits))

    def rows(self) -> list[Row]:
        """All results, in no order."""
        found: list[Row] = []
        with self._connection() as connection:
            for table in _RESULTS:
                query = f"select rowid, unixepoch(at), length(body) from {table}"
                found += [Row(table, *row) for row in connection.execute(query)]
        return found

    def drop(self, row: Row) -> None:
        """Forget a result; what is made of it is made anew."""
        self._write(f"delete from {row.table} where rowid = ?", row.id)

    def shrink(self) -> None:
        """Give the room of what was dropped back to the disk."""
        with suppress(sqlite3.Error), self._connection() as connection:
            connection.execute("vacuum")
            connection.execute("pragma wal_checkpoint(truncate)")

    def well(self) -> bool:
        """Whether results can be kept."""
        try:
            with self._connection() as connection:
                connection.execute("begin immediate")
                connection.execute("rollback")
        except sqlite3.Error:
            return False
        return True

    def _one(self, query: str, key: str, kind: type[_V]) -> _V | None:
        with self._connection() as connection:
            row = connection.execute(query, (key,)).fetchone()
        return _unpacked(row[0], kind) if row else None

    def forget_replies(self, key: str) -> None:
        """Once there is a whole digest, the replies of its stages are not needed any more."""
        self._write("delete from replies where key = ?", key)

    def forget_digest(self, key: str) -> None:
        """Once there is a whole digest, the one that was on its way is not needed any more."""
        self._write("delete from digests where key = ?", key)

    def _write(self, statement: str, *values: str | bytes | int) -> None:
        """A full disk or a broken file costs the memory of a result, not the result."""
        try:
            with self._connection() as connection, connection:
                connection.execute(statement, values)
        except sqlite3.Error as error:
            _log.warning("library not written: %s", error)

    @contextmanager
    def _connection(self) -> Iterator[sqlite3.Connection]:
        with closing(sqlite3.connect(self._path, timeout=_BUSY)) as connection:
            yield connection


def _packed(value: Value) -> bytes:
    return zlib.compress(value.model_dump_json().encode())


def _unpacked(body: bytes, kind: type[_V]) -> _V | None:
    """The stored value; None where something else was stored, by another version of the program or hand."""
    try:
        return kind.model_validate_json(zlib.decompress(body))
    except (ValidationError, zlib.error, TypeError):
        return None
