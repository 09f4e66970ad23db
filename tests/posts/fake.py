"""A pipeline that has the papers it is given and digests each at once, remembering what was paid for."""

import threading
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from pathlib import Path
from typing import Any, cast

from chatpaper.cancel import CancelToken
from chatpaper.chain import draft
from chatpaper.chain.events import Event, Finished, PaperRead
from chatpaper.digest import Digest
from chatpaper.errors import ChatPaperError
from chatpaper.llm.base import Engine
from chatpaper.llm.extractive import Extractive
from chatpaper.paper import PdfFile, Record
from chatpaper.pipeline import Choice, Found, Pipeline, Query
from chatpaper.posts import Order, PostWritten, RunEvent, post
from tests.rendering.samples import DIGEST, PAPER, RECORD


def records(count: int, *, first: int = 1, version: int = 1) -> list[Record]:
    """Papers of cs.CV and cs.LG, in turn."""
    return [
        RECORD.model_copy(
            update={
                "arxiv_id": f"2404.{n:05}v{version}",
                "title": f"Paper {n}",
                "categories": ("cs.LG",) if n % 2 else ("cs.CV",),
            }
        )
        for n in range(first, first + count)
    ]


class FakePipeline:
    """What a run asks of a pipeline."""

    stages = 4

    def __init__(self, found: Sequence[Record]) -> None:
        self.found = list(found)
        self.total: int | None = None
        self.digest_of: Digest = DIGEST
        self.searches = 0
        self.paid: list[str] = []
        """arXiv ids, each time a digest was made, and not found in the library."""
        self.downloads: list[str] = []
        self.errors: dict[str, list[Exception]] = {}
        """What comes instead of a paper's digest, one each time."""
        self.no_pdf: dict[str, list[ChatPaperError]] = {}
        self._library: set[str] = set()
        self._lock = threading.Lock()

    def search(self, query: Query) -> Found:
        self.searches += 1
        return Found(records=tuple(self.found[: query.most]), total=self.total or len(self.found))

    def engine(self, _choice: Choice) -> Engine:
        return Extractive()

    def download(self, record: Record) -> PdfFile:
        with self._lock:
            self.downloads.append(record.arxiv_id)
            if errors := self.no_pdf.get(record.arxiv_id):
                raise errors.pop(0)
        return PdfFile(path=Path("none.pdf"), name="none.pdf", sha256="ab", record=record)

    def digest(
        self, pdf: PdfFile, choice: Choice, cancel: CancelToken, *, engine: Engine | None = None
    ) -> Iterator[Event]:
        assert pdf.record
        assert engine
        cancel.check()
        name = pdf.record.arxiv_id
        with self._lock:
            if name not in self._library:
                self.paid.append(name)
            if errors := self.errors.get(name):
                raise errors.pop(0)
            self._library.add(name)
        paper = PAPER.with_record(pdf.record)
        yield PaperRead(paper=paper)
        update = {"paper": draft.facts(paper), "languages": choice.languages}
        yield Finished(digest=self.digest_of.model_copy(update=update))

    @property
    def pipeline(self) -> Pipeline:
        return cast(Pipeline, self)


def order(folder: Path | str, **changes: Any) -> Order:
    given: dict[str, Any] = {
        "topic": "Diffusion Models",
        "query": Query(terms="cat:cs.CV", since=date(2024, 4, 19), until=date(2024, 4, 22), most=2000),
        "folder": str(folder),
        "choice": Choice(languages=("zh",)),
    }
    return Order(**(given | changes))


def run(fake: FakePipeline, order: Order, data: Path, *, workers: int = 3) -> list[RunEvent]:
    """All events of a run."""
    with ThreadPoolExecutor(workers) as pool:
        return list(post(order, fake.pipeline, pool, data, CancelToken(), waits=(0.01, 0.01)))


def at(end: PostWritten) -> Path:
    """The post's file."""
    assert end.where
    return Path(end.where)


def written(events: Sequence[RunEvent]) -> PostWritten:
    last = events[-1]
    assert isinstance(last, PostWritten)
    return last
