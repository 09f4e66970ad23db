"""The posts that a folder holds, by what their own front matter says; other files are not ours."""

import json
import re
from collections.abc import Sequence
from datetime import UTC, date, datetime, time
from html import unescape
from pathlib import Path, PurePosixPath
from typing import Any

import yaml
from pydantic import ValidationError

from ..rendering.atom import FeedEntry, atom
from ..value import Value
from .shelf import Shelf

_HEAD = 1 << 20
"""Bytes in which front matter must stand."""
_META = re.compile(r'<meta name="(description|chatpaper-date|chatpaper-papers)" content="([^"]*)">')
_TITLE = re.compile(r"<title>(.*?) · [\d-]+</title>", re.DOTALL)
_FEED = 50
"""Posts of a feed."""
_TOPICS = 3
"""Named in its title."""


class Post(Value):
    """One post of the folder."""

    name: str
    """Of its file, from the folder of all posts."""
    title: str
    date: datetime
    description: str = ""
    papers: tuple[str, ...]
    """arXiv ids with versions; also of those that the post could only name."""

    @property
    def unique(self) -> str:
        """What no other post has, in this folder or anywhere, as long as its head is not written anew."""
        return " ".join((self.name, self.date.isoformat(), *self.papers))


def posts(shelf: Shelf) -> list[Post]:
    """Newest first. Raises BadOption."""
    found = [post for name, head in shelf.heads(_HEAD) if (post := _post(name, head))]
    return sorted(found, key=lambda p: (p.date, p.name), reverse=True)


def versions(found: Sequence[Post]) -> dict[str, int]:
    """arXiv number -> the newest version that a post holds."""
    newest: dict[str, int] = {}
    for post in found:
        for paper in post.papers:
            number, version = split(paper)
            newest[number] = max(version, newest.get(number, 0))
    return newest


def split(arxiv_id: str) -> tuple[str, int]:
    """Number and version; 0 where none is given."""
    number, _, version = arxiv_id.rpartition("v")
    return (number, int(version)) if number and version.isdecimal() else (arxiv_id, 0)


def write_feed(shelf: Shelf, draft: Path) -> None:
    """`atom.xml` of the newest posts, by way of the draft's file. Raises BadOption, CannotWrite."""
    found = posts(shelf)
    entries = [
        FeedEntry(name=p.unique, title=p.title, link=p.name, date=p.date, summary=p.description) for p in found[:_FEED]
    ]
    topics = list(dict.fromkeys(p.title for p in found))
    title = " · ".join(["ChatPaper", *topics[:_TOPICS]]) + (" …" if topics[_TOPICS:] else "")
    draft.write_bytes(atom(f"feed {found[-1].unique}" if found else title, title, entries))  # the first post stays
    shelf.write("atom.xml", draft)


def _post(name: str, head: bytes) -> Post | None:
    """None for a file that is no post of ours."""
    try:
        fields = _READERS[PurePosixPath(name).suffix](head.decode("utf-8", "replace"))
        fields["date"] = _dated(fields.get("date"))
        return Post.model_validate({"name": name, **{n: v for n, v in fields.items() if n in Post.model_fields}})
    except (ValueError, yaml.YAMLError, ValidationError):
        return None


def _dated(given: object) -> datetime | None:
    if isinstance(given, str):
        given = datetime.fromisoformat(given)
    if isinstance(given, date) and not isinstance(given, datetime):
        given = datetime.combine(given, time())
    if not isinstance(given, datetime):
        return None
    return given if given.tzinfo else given.replace(tzinfo=UTC)


def _markdown(head: str) -> dict[str, Any]:
    found = re.match(r"---\r?\n(.*?)\n---\s*\n", head, re.DOTALL)
    fields = yaml.safe_load(found[1]) if found else None
    return fields if isinstance(fields, dict) else {}


def _html(head: str) -> dict[str, Any]:
    meta = {name: unescape(content) for name, content in _META.findall(head)}
    title = _TITLE.search(head)
    if title is None or "chatpaper-papers" not in meta:
        return {}
    return {
        "title": unescape(title[1]),
        "date": meta.get("chatpaper-date"),
        "description": meta.get("description", ""),
        "papers": meta["chatpaper-papers"].split(),
    }


def _json(head: str) -> dict[str, Any]:
    own, found, _ = head.partition(',\n  "digests": [')
    fields = json.loads(own + "}") if found else {}
    return fields if isinstance(fields, dict) else {}


_READERS = {".md": _markdown, ".html": _html, ".json": _json}
