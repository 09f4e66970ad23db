"""HTTP to arXiv: polite, bounded in time and size, with errors in our own words."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from email.utils import parsedate_to_datetime
from urllib.parse import urljoin, urlsplit

import requests
import urllib3

from ..errors import ArxivGarbled, ArxivRefused, ArxivSentAway, ArxivUnreachable
from .pace import Pace

_AGENT = {"User-Agent": "ChatPaper/0.1"}
_PIECE = 1 << 16
_REDIRECTS = 5
LONGEST_WAIT = 10.0
"""Seconds; what a Retry-After asks beyond it is not waited for."""


class Transport:
    """GET requests to one service of arXiv."""

    def __init__(self, endpoint: str, *, timeout: float, patience: float, pace: Pace) -> None:
        self.endpoint = endpoint.rstrip("/")
        self._timeout = timeout
        """Seconds to connect, and of each silence."""
        self._patience = patience
        """Seconds in all."""
        self._pace = pace

    @contextmanager
    def get(self, url: str, headers: dict[str, str] | None = None) -> Iterator["Answer"]:
        """The answer with its body still to come; a 429 or 503 with a short Retry-After is asked once more.

        Raises ArxivUnreachable; ArxivRefused for 429 and every 5xx; ArxivSentAway.
        """
        deadline = time.monotonic() + self._patience
        with requests.Session() as session:
            answer = self._ask(session, url, headers)
            wait = _retry_after(answer)
            if answer.status_code in (429, 503) and wait is not None and wait <= LONGEST_WAIT:
                answer.close()
                time.sleep(wait)
                answer = self._ask(session, url, headers)
            with answer:
                if answer.status_code == 429 or answer.status_code >= 500:
                    raise ArxivRefused(status=answer.status_code, retry_after=_retry_after(answer))
                yield Answer(answer, self.endpoint, deadline)

    def _ask(self, session: requests.Session, url: str, headers: dict[str, str] | None) -> requests.Response:
        """The answer, behind a few redirects that stay with arXiv; each is looked at before it is followed."""
        self._pace.wait()
        for _ in range(_REDIRECTS):
            try:
                answer = session.get(
                    url, headers=headers or _AGENT, timeout=self._timeout, stream=True, allow_redirects=False
                )
            except (requests.RequestException, ValueError) as error:  # ValueError: a Location that is no URL
                raise ArxivUnreachable(endpoint=self.endpoint) from error
            if not answer.is_redirect:
                return answer
            answer.close()
            url = urljoin(url, answer.headers["Location"])
            if not same_service(url, self.endpoint):
                raise ArxivSentAway
        raise ArxivGarbled


def same_service(url: str, endpoint: str) -> bool:
    """Whether `url` is where `endpoint` is, or another of arXiv's own machines, where that is arXiv's.

    So a redirect, also one of a hotel's login page, leads neither to strangers nor into the owner's own network.
    """
    to, home = urlsplit(url), urlsplit(endpoint)
    if (to.scheme, to.netloc) == (home.scheme, home.netloc):
        return True
    try:
        usual = to.port in (None, 80, 443) and to.username is None
    except ValueError:
        return False
    return to.scheme in ("https", home.scheme) and usual and _arxivs(to.hostname) and _arxivs(home.hostname)


def _arxivs(host: str | None) -> bool:
    return host is not None and (host == "arxiv.org" or host.endswith(".arxiv.org"))


class Answer:
    """An answer under way."""

    def __init__(self, response: requests.Response, endpoint: str, deadline: float) -> None:
        self.response = response
        self._endpoint = endpoint
        self._deadline = deadline

    @property
    def status(self) -> int:
        return self.response.status_code

    @property
    def length(self) -> int | None:
        """Bytes of the body as promised, None if unknown."""
        promised = self.response.headers.get("Content-Length", "")
        return int(promised) if promised.isdecimal() and "Content-Encoding" not in self.response.headers else None

    def pieces(self) -> Iterator[bytes]:
        """The body as it arrives. Raises ArxivUnreachable when it breaks off, stalls or takes too long."""
        received = 0
        try:
            while piece := self.response.raw.read1(_PIECE, decode_content=True):
                received += len(piece)
                if time.monotonic() > self._deadline:
                    raise ArxivUnreachable(endpoint=self._endpoint)
                yield piece
        except (urllib3.exceptions.HTTPError, OSError) as error:
            raise ArxivUnreachable(endpoint=self._endpoint) from error
        if self.length is not None and received < self.length:
            raise ArxivUnreachable(endpoint=self._endpoint)


def _retry_after(response: requests.Response) -> float | None:
    """Seconds, given as such or as a date (RFC 9110, 10.2.3)."""
    given = response.headers.get("Retry-After", "").strip()
    if given.isdecimal():
        return float(given)
    try:
        return max(0.0, parsedate_to_datetime(given).timestamp() - time.time())
    except ValueError:
        return None
