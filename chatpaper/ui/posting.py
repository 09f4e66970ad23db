"""A visitor's post: what was found, what is chosen, how far each paper is. It lives in that visitor's gr.State."""

import asyncio
import time
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Iterator
from contextlib import aclosing
from dataclasses import dataclass, field
from datetime import date
from typing import TypeVar

from ..cancel import CancelToken
from ..chain.events import Event, PaperRead, StageStarted
from ..errors import BadField, Cancelled, ChatPaperError
from ..pipeline import Choice, Pipeline, Query
from ..posts import Draft, Outcome
from ..rendering.labels import STAGES, stage_name
from ..rendering.labels import both as two
from ..value import Bilingual
from . import runner
from .newest import Newest
from .stream import streamed
from .turns import InTurn
from .words import WORDS

MOST = 50
"""Papers of a post that is made in the page."""
_SIDE_BY_SIDE = 3
T = TypeVar("T")


@dataclass
class Posting:
    """Mutable: every handler of the visitor sees the same one, also while it runs."""

    draft: Draft | None = None
    chosen: frozenset[str] = frozenset()
    ticked: Newest = field(default_factory=Newest)
    """When that was said last."""
    at: dict[str, Bilingual] = field(default_factory=dict)
    """What is being done to a paper, by its arXiv id."""
    doing: str = ""
    """"searching", "working" or "" for nothing."""
    error: Bilingual | None = None
    before: int | None = None
    """How many others are served before the next of the papers; None: none waits for that."""
    stopped: bool = False
    cancel: CancelToken | None = None
    begun: float = 0.0

    @property
    def outcomes(self) -> dict[str, Outcome]:
        """Of the chosen papers."""
        return {k: o for k, o in self.draft.outcomes.items() if k in self.chosen} if self.draft else {}

    @property
    def left(self) -> frozenset[str]:
        """Chosen papers that are still to do, or to try again."""
        outcomes = self.outcomes
        return frozenset(i for i in self.chosen if not ((o := outcomes.get(i)) and o.final))

    @property
    def ready(self) -> bool:
        """There is something to preview and to take away."""
        return bool(self.draft and not self.doing and self.draft.ready(self.chosen))

    def choose(self, ids: object) -> None:
        """What the browser says is ticked, as far as it was offered."""
        known = {p.record.arxiv_id for p in self.draft.plan.papers} if self.draft else set()
        self.chosen = frozenset(i for i in ids if i in known) if isinstance(ids, list) else self.chosen


async def found(posting: Posting, pipeline: Pipeline, topic: str, query: Query) -> AsyncIterator[None]:
    """Search; each step is worth a look at the posting."""

    def search(_cancel: CancelToken) -> Iterator[Draft]:
        yield Draft.searched(topic, query, pipeline)

    posting.draft, posting.chosen, posting.at = None, frozenset(), {}
    async for draft in _steps(posting, "searching", search):
        if draft:
            posting.draft = draft
            posting.chosen = frozenset(p.record.arxiv_id for p in draft.plan.papers)
        yield


async def made(posting: Posting, pipeline: Pipeline, choice: Choice) -> AsyncIterator[None]:
    """Work on the chosen papers, each in its turn among all visitors' digests; each step is worth a look."""
    draft = posting.draft
    assert draft
    loop = asyncio.get_running_loop()

    def waits(before: int | None) -> None:
        posting.before = before

    def told(arxiv_id: str, event: Event | None) -> None:
        match event:
            case None:
                posting.at[arxiv_id] = WORDS.fetching
            case PaperRead():
                posting.at[arxiv_id] = STAGES["reading"]
            case StageStarted(stage=stage):
                posting.at[arxiv_id] = two(stage_name(stage, "zh"), stage_name(stage, "en"))

    def work(cancel: CancelToken) -> Iterator[Outcome]:
        run = CancelToken()  # of its own: what stops all papers is told, not that they were stopped
        turns = InTurn(runner.LINE, choice.visitor or "", run, waits, loop=loop, at_once=_SIDE_BY_SIDE)
        with cancel.closing(run.cancel), turns as pool:
            for outcome in draft.run(posting.chosen, choice, pipeline, pool, run, told):
                posting.at.pop(outcome.arxiv_id, None)
                yield outcome

    posting.at, posting.before = {}, None
    async for _ in _steps(posting, "working", work):
        yield
    posting.at, posting.before = {}, None


async def _steps(
    posting: Posting, doing: str, start: Callable[[CancelToken], Iterator[T]]
) -> AsyncGenerator[T | None, None]:
    """What comes, and None now and then; every failure ends as the posting's error."""
    cancel = CancelToken()
    posting.cancel, posting.doing, posting.error, posting.stopped = cancel, doing, None, False
    posting.begun = time.monotonic()
    yield None
    try:
        async with aclosing(streamed(start, cancel, heartbeat=runner.HEARTBEAT)) as steps:
            async for step in steps:
                yield step
    except Cancelled:
        posting.stopped = True
    except ChatPaperError as error:
        posting.error = error.sentence
    except Exception as error:
        posting.error = runner.unexpected(error)
    finally:
        posting.doing = ""
    yield None


def asked(topic: str, terms: str, since: str, until: str, most: float | None) -> tuple[str, Query]:
    """What stands in the form. Raises BadField."""
    terms, first, last = " ".join(terms.split()), _day(since), _day(until)
    if not terms:
        raise BadField(problem=WORDS.post_no_query)
    if first and last and first > last:
        raise BadField(problem=WORDS.post_days_crossed)
    count = min(MOST, max(1, int(most or 1)))
    return " ".join(topic.split())[:200] or terms[:200], Query(terms=terms, since=first, until=last, most=count)


def _day(given: str) -> date | None:
    given = given.strip()
    try:
        return date.fromisoformat(given) if given else None
    except ValueError:
        raise BadField(problem=WORDS.post_no_day.filled(given=given[:40])) from None
