"""A run: search, plan, papers side by side, the post, the feed. Killed at any point, it goes on where it was."""

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Executor, Future, as_completed, wait
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from ..cancel import CancelToken
from ..errors import Cancelled
from ..pipeline import Pipeline
from ..rendering.post import Head
from . import assemble
from .cluster import RemoteDesk
from .desk import WAITS, Desk
from .ledger import Ledger, Outcome, Start
from .order import Order
from .plan import Plan, Planned, planned
from .published import posts, versions, write_feed

Work = Callable[[Planned], Outcome]


@dataclass(frozen=True, kw_only=True)
class PostPlanned:
    """What the post will hold; of these papers, `done` are done since an earlier start of the same run."""

    plan: Plan
    done: int


@dataclass(frozen=True, kw_only=True)
class PaperDone:
    """One more paper is done, or failed for good; a paper that is tried again comes twice."""

    outcome: Outcome


@dataclass(frozen=True, kw_only=True)
class PostWritten:
    """The end. Without a place no post was written, as there was nothing to write."""

    where: str | None
    """Path or address of the post's file."""
    head: Head
    outcomes: tuple[Outcome, ...]


RunEvent = PostPlanned | PaperDone | PostWritten


def plan(order: Order, pipeline: Pipeline) -> Plan:
    """What a run would do, without doing it. Raises BadQuery, OutsideError."""
    return planned(pipeline.search(order.query), order.query, versions(posts(order.shelf)))


def post(
    order: Order,
    pipeline: Pipeline,
    executor: Executor,
    data: Path,
    cancel: CancelToken,
    *,
    remote: bool = False,
    waits: tuple[float, ...] = WAITS,
) -> Iterator[RunEvent]:
    """PostPlanned, PaperDone of each paper, PostWritten. Raises what would befall every paper, as desk.FATAL lists.

    `data`: where the run keeps its own files. The papers go through `executor`; `remote`: to other processes.
    """
    pipeline.engine(order.choice)  # a missing key is said before arXiv is asked
    ledger = Ledger(data, order.name)
    with ledger.alone():
        yield from _events(order, pipeline, executor, ledger, data, cancel, remote, waits)


def _events(
    order: Order,
    pipeline: Pipeline,
    executor: Executor,
    ledger: Ledger,
    data: Path,
    cancel: CancelToken,
    remote: bool,
    waits: tuple[float, ...],
) -> Iterator[RunEvent]:
    start = ledger.start()
    if start is None:
        now = datetime.now(UTC).replace(microsecond=0)
        start = Start(stem=order.stem(now.date()), at=now, plan=plan(order, pipeline))
        ledger.begin(start)
    papers = start.plan.papers
    known = [ledger.outcome(p.record.arxiv_id) for p in papers]
    yield PostPlanned(plan=start.plan, done=sum(bool(o and o.final) for o in known))
    if remote:
        work: Work = RemoteDesk(order.choice, data.resolve(), order.name)
    else:
        work = Desk(order.choice, pipeline, ledger, cancel, waits=waits)
    found: dict[str, Outcome] = {}
    for outcome in outcomes(work, papers, executor, cancel):
        found[outcome.arxiv_id] = outcome
        yield PaperDone(outcome=outcome)
    yield _written(order, start, tuple(found[p.record.arxiv_id] for p in papers), ledger)


def outcomes(work: Work, papers: Sequence[Planned], executor: Executor, cancel: CancelToken) -> Iterator[Outcome]:
    """What becomes of the papers, as it comes; of those that fail in passing a second time, after all others."""
    found: dict[str, Outcome] = {}
    for wanted in (lambda _: True, _worth_another_try):
        again = [p for p in papers if wanted(found.get(p.record.arxiv_id))]
        for outcome in _finished(work, again, executor, cancel):
            found[outcome.arxiv_id] = outcome
            yield outcome


def _worth_another_try(outcome: Outcome | None) -> bool:
    return outcome is not None and not outcome.final


def _finished(work: Work, papers: Sequence[Planned], executor: Executor, cancel: CancelToken) -> Iterator[Outcome]:
    """Outcomes as they come; whatever ends the run early ends the work under way."""
    futures = [executor.submit(work, paper) for paper in papers]
    try:
        for future in as_completed(futures):
            yield future.result()
    except BaseException as error:
        for future in futures:
            future.cancel()
        cancel.cancel()
        raise _cause(error, futures) from None


def _cause(error: BaseException, futures: Sequence[Future[Outcome]]) -> BaseException:
    """What made the others stop, where they only say that they were stopped."""
    if isinstance(error, Cancelled):
        begun = [f for f in futures if not f.cancelled()]
        raised = [found for f in wait(begun).done if (found := f.exception())]
        return next((found for found in raised if not isinstance(found, Cancelled)), error)
    return error


def _written(order: Order, start: Start, outcomes: tuple[Outcome, ...], ledger: Ledger) -> PostWritten:
    head = assemble.head(order, start, outcomes)
    where = None
    if head.papers:
        name = assemble.drafted(order, head, start.plan.papers, ledger, ledger.draft)
        order.shelf.put(ledger.draft, name)
        write_feed(order.shelf, ledger.draft / "atom.xml")
        where = order.shelf.where(name)
    ledger.close(tuple(p.record for p in start.plan.papers if p.record.arxiv_id in head.papers))
    return PostWritten(where=where, head=head, outcomes=outcomes)
