"""Searches at arXiv that last until all pages are there (https://info.arxiv.org/help/api/user-manual.html).

arXiv may answer with an HTML page, with an empty page in the middle, or with a total that its entries never reach.
Only feeds that count no results, three times, mean that there are none.
"""

import re
import threading
import time
from datetime import date

import arxiv  # type: ignore[import-untyped]

from ..errors import ArxivRefused, BadQuery, OutsideError
from ..paper import Record
from ..value import Value
from .records import client, garbled, record_of
from .transport import Transport

_PAGE = 100
"""Entries asked for at once."""
_EMPTY = 3
"""So often an empty page is asked for before it is believed."""
_WAITS = (5.0, 20.0, 60.0, 180.0)
"""Seconds before a page that failed is asked for again; where arXiv names a time, that one counts."""
_LONGEST_WAIT = 600.0


class Query(Value):
    """What to look for, in arXiv's own language, and when it was first submitted (days in GMT, both included)."""

    terms: str
    since: date | None = None
    until: date | None = None
    most: int = 20

    def __str__(self) -> str:
        """As arXiv wants it."""
        if not (self.since or self.until):
            return self.terms
        since, until = self.since or date(1991, 1, 1), self.until or date(2999, 12, 31)
        terms = f"({self.terms})" if re.search(r"\s(?:OR|ANDNOT)\s", self.terms) else self.terms
        return f"{terms} AND submittedDate:[{since:%Y%m%d}0000 TO {until:%Y%m%d}2359]"


class Found(Value):
    """What arXiv found, newest first."""

    records: tuple[Record, ...]
    total: int
    """As arXiv counts; more than `records` where a limit was given, or where arXiv did not send all."""

    def missing(self, query: Query) -> int:
        """How many arXiv counted, and were wanted, but did not come."""
        return max(0, min(query.most, self.total) - len(self.records))


class Searches:
    """Asks page by page, one request at a time, at the transport's pace."""

    def __init__(self, transport: Transport, *, waits: tuple[float, ...] = _WAITS) -> None:
        self._client = client(transport)
        self._lock = threading.Lock()
        self._waits = waits

    def search(self, query: Query) -> Found:
        """Raises BadQuery; ArxivUnreachable, ArxivRefused, ArxivGarbled once patience is at its end."""
        found: dict[str, Record] = {}
        total = start = empty = 0
        while len(found) < query.most and (start < total or not start) and empty < 2:
            counted, page = self._page(query, start)
            total = max(total, counted, start + len(page))
            empty = 0 if page else empty + 1
            found |= {r.arxiv_id: r for r in page}  # what slips to another page meanwhile comes once
            start += len(page) or _PAGE
        return Found(records=tuple(found.values())[: query.most], total=total)

    def _page(self, query: Query, start: int) -> tuple[int, list[Record]]:
        """arXiv's count, and the entries from `start`; an empty page may be a fault, and is asked for again."""
        counted = 0
        for _ in range(_EMPTY):
            total, page = self._patiently(query, start)
            counted = max(counted, total)
            if page:
                return counted, page
        return counted, []

    def _patiently(self, query: Query, start: int) -> tuple[int, list[Record]]:
        for wait in self._waits:
            try:
                return self._asked(query, start)
            except OutsideError as error:
                asked = error.values.get("retry_after")
                time.sleep(min(max(asked, wait), _LONGEST_WAIT) if isinstance(asked, float) else wait)
        return self._asked(query, start)

    def _asked(self, query: Query, start: int) -> tuple[int, list[Record]]:
        search = arxiv.Search(query=str(query), sort_by=arxiv.SortCriterion.SubmittedDate)
        try:
            with self._lock, garbled():
                feed = self._client._parse_feed(self._client._format_url(search, start, _PAGE))
                return feed.header.total_results, [record_of(result) for result in feed.results]
        except arxiv.HTTPError as error:
            raise BadQuery(query=query.terms) if error.status == 400 else ArxivRefused(status=error.status) from error
