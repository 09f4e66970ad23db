"""arXiv's query API and PDF downloads, as export.arxiv.org serves them."""

import re
import time
from collections import deque
from dataclasses import dataclass, field
from typing import Literal

from chatpaper.paper import Record

from . import arxiv_feed
from .arxiv_search import matches
from .serving import Exchange, Loopback

ATOM = "application/atom+xml; charset=utf-8"
HTML = "text/html; charset=utf-8"
_ID = re.compile(r"(?:\d{4}\.\d{4,5}|[a-z-]+(?:\.[A-Z]{2})?/\d{7})(?:v\d+)?")
_CAPTCHA = b"<!DOCTYPE html><html><head><title>arXiv reCAPTCHA</title></head><body>Are you a robot?</body></html>"
_NOT_FOUND = b"<!DOCTYPE html><html><head><title>PDF unavailable</title></head><body>No PDF</body></html>"

Service = Literal["query", "pdf"]


@dataclass(frozen=True, kw_only=True)
class ArxivFault:
    """What is sent in place of the good answer, or done to it."""

    status: int = 200
    page: bytes | None = None
    """Sent in place of the answer, as HTML."""
    headers: dict[str, str] = field(default_factory=dict)
    keep: float = 1.0
    """Share of the body that is sent."""
    cut: bool = False
    """The whole length is promised and the connection broken; otherwise a short body passes for a whole one."""
    delay: float = 0.0
    """Seconds before the first byte."""
    drip: float = 0.0
    """Seconds over which the body is spread."""
    chunked: bool = False
    """The length is not promised."""
    redirect: bool = False
    """Sent elsewhere first, on this server unless `to` says where."""
    to: str = ""


def captcha() -> ArxivFault:
    """HTML with status 200."""
    return ArxivFault(page=_CAPTCHA)


def refused(status: int = 429, retry_after: int | None = None) -> ArxivFault:
    """429 or 503 in plain words, with a Retry-After in seconds if given."""
    headers = {} if retry_after is None else {"Retry-After": str(retry_after)}
    return ArxivFault(status=status, page=b"Rate exceeded.", headers=headers)


def broken() -> ArxivFault:
    """500."""
    return ArxivFault(status=500, page=b"<html><body>Internal Server Error</body></html>")


def short(keep: float = 0.6) -> ArxivFault:
    """Only the first part of the body, which passes for all of it."""
    return ArxivFault(keep=keep)


def cut(keep: float = 0.6) -> ArxivFault:
    """The connection breaks on the way."""
    return ArxivFault(keep=keep, cut=True)


def slow(seconds: float) -> ArxivFault:
    """The body comes in drops, over so many seconds."""
    return ArxivFault(drip=seconds)


def hang(seconds: float = 60.0) -> ArxivFault:
    """No byte for so many seconds."""
    return ArxivFault(delay=seconds)


def redirect(to: str = "") -> ArxivFault:
    """302 to this URL; without one to another path, where the good answer is."""
    return ArxivFault(redirect=True, to=to)


@dataclass(frozen=True)
class ArxivRequest:
    service: Service
    asked: str
    """The query's id_list (or search), or the id in the PDF's path."""
    user_agent: str
    time: float
    """Seconds on the monotonic clock."""


class ArxivServer(Loopback):
    """Knows the papers that were added; faults are scripted for single answers or set for all."""

    def __init__(self) -> None:
        self.always: dict[Service, ArxivFault] = {}
        """A fault of every answer of a service."""
        self._papers: dict[str, dict[int, tuple[Record, bytes | None]]] = {}
        self._scripts: dict[Service, deque[ArxivFault]] = {"query": deque(), "pdf": deque()}
        self._requests: list[ArxivRequest] = []
        super().__init__()

    @property
    def requests(self) -> list[ArxivRequest]:
        """Everything that was asked so far, redirected requests twice."""
        with self.lock:
            return list(self._requests)

    def add(self, record: Record, pdf: bytes | None) -> None:
        """One version of a paper; without a PDF it is withdrawn: an ordinary entry whose PDF answers 404."""
        number, version = _split(record.arxiv_id)
        if version is None:
            raise ValueError(f"a record needs its version: {record.arxiv_id}")
        with self.lock:
            self._papers.setdefault(number, {})[version] = (record, pdf)

    def script(self, service: Service, *faults: ArxivFault) -> None:
        """The faults of the next answers of a service, one each."""
        with self.lock:
            self._scripts[service].extend(faults)

    def answer(self, exchange: Exchange) -> None:
        path = exchange.path.removeprefix("/elsewhere")
        if path == "/api/query":
            fault = self._note("query", exchange, exchange.query.get("id_list") or exchange.query.get("search_query"))
            self._send(exchange, fault, *self._query(exchange.query))
        elif path.startswith("/pdf/"):
            number = path.removeprefix("/pdf/").removesuffix(".pdf")
            fault = self._note("pdf", exchange, number)
            _, pdf = self._find(number) or (None, None)
            answer = (404, _NOT_FOUND, HTML) if pdf is None else (200, pdf, "application/pdf")
            self._send(exchange, fault, *answer)
        else:
            exchange.send(404, _NOT_FOUND, HTML)

    def _note(self, service: Service, exchange: Exchange, asked: str | None) -> ArxivFault:
        agent = exchange.headers.get("User-Agent", "")
        with self.lock:
            self._requests.append(ArxivRequest(service, asked or "", agent, time.monotonic()))
            if exchange.path.startswith("/elsewhere"):
                return ArxivFault()
            scripted = self._scripts[service]
            return scripted.popleft() if scripted else self.always.get(service, ArxivFault())

    def _find(self, number: str) -> tuple[Record, bytes | None] | None:
        """A paper by its number: the version asked for, or the newest."""
        base, version = _split(number)
        with self.lock:
            versions = self._papers.get(base, {})
            return versions.get(max(versions, default=0) if version is None else version)

    def _query(self, query: dict[str, str]) -> tuple[int, bytes, str]:
        ids = [i for i in query.get("id_list", "").split(",") if i]
        for number in ids:
            if not _ID.fullmatch(number):
                message = f"incorrect id format for {number}"
                return 400, arxiv_feed.error(query, message.replace(" ", "_"), message), ATOM
        found = self._selected(ids, query.get("search_query", ""))
        if query.get("sortBy") == "submittedDate":
            found.sort(key=lambda r: r.published, reverse=query.get("sortOrder", "descending") == "descending")
        start, size = int(query.get("start", 0)), int(query.get("max_results", 10))
        page = found[start : start + size]
        return 200, arxiv_feed.feed(query, page, start=start, size=size, total=len(found)), ATOM

    def _selected(self, ids: list[str], search: str) -> list[Record]:
        if ids:
            listed = [found[0] for i in ids if (found := self._find(i))]
        else:
            with self.lock:
                listed = [versions[max(versions)][0] for versions in self._papers.values() if search]
        return [r for r in listed if matches(r, search)]

    def _send(self, exchange: Exchange, fault: ArxivFault, status: int, body: bytes, kind: str) -> None:
        exchange.pause(fault.delay)
        if fault.redirect:
            target = fault.to or f"{self.url}/elsewhere{exchange.target}"
            exchange.send(302, b"", HTML, {"Location": target})
        elif fault.page is not None:
            exchange.send(fault.status, fault.page, HTML, fault.headers)
        elif fault == ArxivFault():
            exchange.send(status, body, kind)
        else:
            self._send_badly(exchange, fault, body, kind)

    def _send_badly(self, exchange: Exchange, fault: ArxivFault, body: bytes, kind: str) -> None:
        part = body[: int(len(body) * fault.keep)]
        exchange.begin(200, kind, length=None if fault.chunked else len(body if fault.cut else part))
        drops = 20 if fault.drip else 1
        size = len(part) // drops + 1
        for at in range(0, len(part), size):
            exchange.piece(part[at : at + size])
            exchange.pause(fault.drip / drops)
        if fault.cut:
            exchange.cut()
        else:
            exchange.end()


def _split(number: str) -> tuple[str, int | None]:
    """Number without version, and version; a subject class (math.GT) is no part of the number."""
    found = re.fullmatch(r"(.+?)(?:v(\d+))?", number)
    if found is None:
        return number, None
    base = re.sub(r"^([a-z-]+)\.[A-Z]{2}/", r"\1/", found[1])
    return base, int(found[2]) if found[2] else None
