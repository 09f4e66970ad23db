"""An Atom feed of posts (RFC 4287)."""

import uuid
from collections.abc import Sequence
from datetime import UTC, datetime
from xml.etree import ElementTree

from ..value import Value
from .text import one_line

_NS = "http://www.w3.org/2005/Atom"
_SPACE = uuid.UUID("0b0b6b0e-6d0a-4d1f-9f5e-6f1f3c0a7c11")


class FeedEntry(Value):
    """A post of the feed."""

    name: str
    """What no other post is called, in this feed or anywhere: readers know it again by that."""
    title: str
    link: str
    """Relative to the feed, or absolute."""
    date: datetime
    summary: str


def atom(name: str, title: str, entries: Sequence[FeedEntry]) -> bytes:
    """The feed, its name of the same kind as an entry's; the same entries make the same bytes."""
    feed = ElementTree.Element(f"{{{_NS}}}feed")
    newest = max((e.date for e in entries), default=datetime(1970, 1, 1, tzinfo=UTC))
    _texts(feed, id=_urn(name), title=title, updated=newest.astimezone(UTC).isoformat())
    _texts(_child(feed, "author"), name="ChatPaper")
    ElementTree.SubElement(feed, f"{{{_NS}}}link", rel="self", href="atom.xml")
    for entry in entries:
        item = _child(feed, "entry")
        dated = entry.date.astimezone(UTC).isoformat()
        _texts(item, id=_urn(entry.name), title=entry.title, updated=dated, published=dated, summary=entry.summary)
        ElementTree.SubElement(item, f"{{{_NS}}}link", rel="alternate", href=entry.link)
    ElementTree.register_namespace("", _NS)
    ElementTree.indent(feed)
    text: bytes = ElementTree.tostring(feed, encoding="utf-8", xml_declaration=True)
    return text + b"\n"


def _child(parent: ElementTree.Element, tag: str) -> ElementTree.Element:
    return ElementTree.SubElement(parent, f"{{{_NS}}}{tag}")


def _texts(parent: ElementTree.Element, **texts: str) -> None:
    for tag, text in texts.items():
        # what XML 1.0 has no place for is left out
        _child(parent, tag).text = "".join(c for c in one_line(text) if c not in "\ufffe\uffff" and not _surrogate(c))


def _surrogate(c: str) -> bool:
    return "\ud800" <= c <= "\udfff"


def _urn(name: str) -> str:
    return uuid.uuid5(_SPACE, name).urn
