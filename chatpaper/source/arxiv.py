"""A paper from arXiv: an id or link in, its PDF and its record out."""

from contextlib import suppress
from pathlib import Path

from ..errors import OutsideError
from ..paper import PdfFile, Record
from .downloads import Downloads
from .ids import ArxivId, parse
from .pace import Pace
from .records import Records
from .search import Found, Query, Searches
from .transport import Transport


class Arxiv:
    """arXiv at `endpoint`, which serves `/api/query` and `/pdf/ID`. Thread-safe; one per process."""

    def __init__(
        self,
        *,
        endpoint: str,
        cache: Path,
        max_mb: int,
        timeout: float = 30,
        patience: float = 300,
        delay: float = 3.1,
    ) -> None:
        """`timeout`: seconds of silence before giving up; `patience`: seconds of a download in all.

        `delay`: seconds between two queries, and between two downloads, over all threads and all processes that
        share the cache. arXiv asks for 3; requests do not travel evenly.
        """
        queries = Pace(delay, cache / "queries.pace")
        self._records = Records(Transport(endpoint, timeout=timeout, patience=2 * timeout, pace=queries))
        pdfs = Transport(endpoint, timeout=timeout, patience=patience, pace=Pace(delay, cache / "downloads.pace"))
        self._downloads = Downloads(pdfs, cache, max_mb=max_mb)
        self._searches = Searches(pdfs)  # a run searches, then downloads, at one pace

    def record(self, arxiv_id: ArxivId) -> Record:
        """What arXiv says of a paper. Raises UnknownPaper, OutsideError."""
        return self._records.record(arxiv_id)

    def search(self, query: Query) -> Found:
        """The papers that fit, newest first. Raises BadQuery, OutsideError."""
        return self._searches.search(query)

    def download(self, paper: ArxivId | Record) -> PdfFile:
        """The PDF, with the record if that was given. Raises TooLargePdf, OutsideError."""
        if isinstance(paper, Record):
            return self._downloads.pdf(parse(paper.arxiv_id), paper)
        return self._downloads.pdf(paper, None)

    def fetch(self, text: str) -> PdfFile:
        """The paper that an id or link names; without its record where only the record failed.

        Raises BadArxivId, UnknownPaper, TooLargePdf, OutsideError.
        """
        arxiv_id = parse(text)
        paper: ArxivId | Record = arxiv_id
        with suppress(OutsideError):
            paper = self.record(arxiv_id)
        return self.download(paper)
