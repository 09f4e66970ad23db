"""arXiv's records, through the `arxiv` package.

The package takes an HTML page or a feed that was cut off for "no results", and asks without timeouts; so its session
is ours, which hands it well-formed Atom feeds only.
"""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from xml.etree import ElementTree

import arxiv  # type: ignore[import-untyped]
import requests

from ..errors import ArxivGarbled, ArxivRefused, BadArxivId, UnknownPaper
from ..paper import Record
from .ids import ArxivId, parse
from .transport import Transport

_ATOM = "{http://www.w3.org/2005/Atom}"
_TOTAL = "{http://a9.com/-/spec/opensearch/1.1/}totalResults"
_LARGEST_FEED = 5_000_000
"""Bytes."""


def client(transport: Transport) -> arxiv.Client:
    """The `arxiv` package's client, over our transport, which keeps the pace."""
    made = arxiv.Client(page_size=1, delay_seconds=0, num_retries=0)
    made.query_url_format = transport.endpoint + "/api/query?{}"
    made._session = _Feeds(transport)
    return made


class Records:
    """Looks up records, one connection at a time, as arXiv's terms of use ask (https://info.arxiv.org/help/api/tou.html)."""

    def __init__(self, transport: Transport) -> None:
        self._lock = threading.Lock()
        self._client = client(transport)

    def record(self, arxiv_id: ArxivId) -> Record:
        """Raises UnknownPaper, ArxivUnreachable, ArxivRefused, ArxivGarbled."""
        search = arxiv.Search(id_list=[str(arxiv_id)], max_results=1)
        try:
            with self._lock, garbled():
                result = next(self._client.results(search), None)
                record = record_of(result) if result else None
        except arxiv.HTTPError as error:
            raise ArxivRefused(status=error.status) from error
        if record is None:
            raise UnknownPaper(arxiv_id=arxiv_id)
        if parse(record.arxiv_id).number != arxiv_id.number:
            raise ArxivGarbled
        return record


@contextmanager
def garbled() -> Iterator[None]:
    """Well-formed feeds may still hold a date or an entry that is none, over which the package trips."""
    try:
        yield
    except (ValueError, TypeError, AttributeError, LookupError) as error:
        raise ArxivGarbled from error


class _Feeds(requests.Session):
    """Gives the `arxiv` package what it asks for: whole answers, well-formed feeds, errors in our words."""

    def __init__(self, transport: Transport) -> None:
        super().__init__()
        self._transport = transport

    def get(self, url: str | bytes, **options: Any) -> requests.Response:
        with self._transport.get(str(url), options.get("headers")) as answer:
            body = bytearray()
            for piece in answer.pieces():
                body += piece
                if len(body) > _LARGEST_FEED:
                    raise ArxivGarbled
        answer.response._content = bytes(body)
        if answer.status == requests.codes.ok:
            _check(bytes(body))
        return answer.response


def _check(body: bytes) -> None:
    """Raises ArxivGarbled unless this is a whole feed of whole entries, or one that counts none."""
    try:
        root = ElementTree.fromstring(body)
    except (ElementTree.ParseError, ValueError, LookupError) as error:  # the last two: an encoding that is none
        raise ArxivGarbled from error
    whole = all(entry.find(f"{_ATOM}published") is not None for entry in root.iter(f"{_ATOM}entry"))
    counted = root.find(f"{_ATOM}entry") is not None or (root.findtext(_TOTAL) or "").strip().isdecimal()
    if root.tag != f"{_ATOM}feed" or not whole or not counted:
        raise ArxivGarbled


def record_of(result: arxiv.Result) -> Record:
    """The record in our terms. Raises ArxivGarbled."""
    try:
        arxiv_id = parse(result.get_short_id())
    except BadArxivId as error:
        raise ArxivGarbled from error
    return Record(
        arxiv_id=str(arxiv_id),
        title=_line(result.title),
        authors=tuple(_line(a.name) for a in result.authors),
        abstract=_line(result.summary),
        published=result.published.date(),
        updated=result.updated.date(),
        categories=tuple(result.categories),
        comment=_line(result.comment) or None,
        doi=_line(result.doi) or None,
        journal=_line(result.journal_ref) or None,
    )


def _line(text: str | None) -> str:
    """Without the line breaks of the submission form."""
    return " ".join((text or "").split())
