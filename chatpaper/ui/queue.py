"""The queue of several papers as the page shows it: a line, a state and a verdict each."""

from dataclasses import dataclass

from ..rendering.labels import LABELS, stage_name
from ..value import Bilingual
from . import screen
from .batch import Batch, Place
from .opened import Opened
from .session import Session
from .words import WORDS


@dataclass(frozen=True)
class Row:
    """One paper of the queue."""

    place: Place
    title: str
    line: str
    """The digest's one line; else what is being done, or what went wrong."""
    verdict: str
    flagged: str
    kept: str


def html(session: Session) -> str:
    """The list; a strip that leads back to it while one of its papers is open; "" without a queue."""
    batch = session.batch
    if batch is None:
        return ""
    at = next((n for n, paper in enumerate(batch.papers) if paper is session.open), None)
    rows = [_row(session, batch, paper) for paper in batch.papers]
    return screen.rendered("queue.html", session, batch=batch, at=at, rows=rows)


def _row(session: Session, batch: Batch, paper: Opened) -> Row:
    digest, place = paper.digest, batch.place(paper)
    title = digest.paper.title if digest else paper.paper.title if paper.paper else ""
    flagged = digest.audit.claims - digest.audit.traced if digest and not digest.extractive else 0
    return Row(
        place=place,
        title=title or paper.source,
        line=_line(session, paper, place),
        verdict=_verdict(session, paper) if place == "done" else "",
        flagged=LABELS.doubtful.filled(count=flagged).within(session.interface) if place == "done" and flagged else "",
        kept=paper.kept,
    )


def _line(session: Session, paper: Opened, place: Place) -> str:
    digest, say = paper.digest, session.interface
    if paper.error:
        return paper.error.within(say)
    if digest and digest.one_line and (texts := session.view(digest).texts(digest.one_line)):
        return texts[0].text
    if place == "doing" and paper.run:
        if paper.pdf is None:
            return WORDS.fetching.within(say)
        doing = [name for name, at in paper.run.stages.items() if at == "doing"] or ["reading"]
        return " · ".join(stage_name(name, say) for name in doing)
    words: Bilingual = getattr(WORDS, f"queue_is_{place}")
    return words.within(say)


def _verdict(session: Session, paper: Opened) -> str:
    digest = paper.digest
    if digest is None:
        return ""
    words = LABELS.sentences if digest.extractive else LABELS.traced
    return words.filled(claims=digest.audit.claims, traced=digest.audit.traced).within(session.interface)
