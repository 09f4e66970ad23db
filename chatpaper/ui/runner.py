"""One run for one visitor: get the paper, digest it, and keep the session up to date while it streams."""

import asyncio
import logging
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import aclosing
from dataclasses import dataclass
from pathlib import Path

from ..cancel import CancelToken
from ..chain.events import Event, Finished, PaperRead
from ..errors import (
    Cancelled,
    ChatPaperError,
    DailyLimit,
    EncryptedPdf,
    NoKey,
    NoSuchModel,
    NotAPaper,
    OwnersModel,
    PapersOnly,
    QuotaUsedUp,
    SharedLimit,
    WrongKey,
    WrongPassword,
)
from ..paper import PdfFile
from ..pipeline import Choice, Pipeline
from ..settings import EngineName
from ..value import Bilingual
from . import recent
from .session import Session
from .stream import streamed
from .words import WORDS

_log = logging.getLogger(__name__)
HEARTBEAT = 0.25
"""Seconds; how soon a closed tab or Stop is noticed while nothing arrives."""
BETWEEN = 0.2
"""Seconds between two pictures of a growing digest."""

_MENDED_IN_SETTINGS = (
    DailyLimit,
    SharedLimit,
    PapersOnly,
    OwnersModel,
    EncryptedPdf,
    WrongPassword,
    NotAPaper,
    NoKey,
    WrongKey,
    NoSuchModel,
    QuotaUsedUp,
)


@dataclass(frozen=True, kw_only=True)
class Asked:
    """What stands in the form."""

    source: str
    engine: EngineName | None
    model: str
    key: str
    password: str
    anyway: bool


@dataclass(frozen=True, kw_only=True)
class Change:
    """What is new since the last one; the clock always is."""

    digest: bool = False
    paper: bool = False
    ended: bool = False


async def run(
    pipeline: Pipeline, session: Session, asked: Asked, get: Callable[[], PdfFile] | None
) -> AsyncIterator[Change]:
    """Run it; `get` gives the PDF, None takes the one that is open. Every failure ends as the session's error."""
    cancel = CancelToken()
    here = session.begin(cancel)
    session.password = asked.password or None
    yield Change(digest=True)
    try:
        async for change in _growing(pipeline, session, asked, get, cancel):
            yield change
        here.end("finished")
    except Cancelled:
        here.end("stopped")
    except ChatPaperError as error:
        session.error, session.settings_help = error.sentence, isinstance(error, _MENDED_IN_SETTINGS)
        here.end("failed")
    except Exception as error:
        session.error = unexpected(error)
        here.end("failed")
    yield Change(digest=True, ended=True)


async def _growing(
    pipeline: Pipeline, session: Session, asked: Asked, get: Callable[[], PdfFile] | None, cancel: CancelToken
) -> AsyncIterator[Change]:
    assert session.run
    choice = Choice(
        engine=asked.engine,
        model=asked.model.strip() or None,
        keys=tuple(k for part in asked.key.split(",") if (k := part.strip())),
        languages=session.languages,
        visitor=session.visitor,
    )

    def start(cancel: CancelToken) -> Iterator[PdfFile | Event]:
        pdf = get() if get else session.pdf
        assert pdf
        cancel.check()
        yield pdf
        yield from pipeline.digest(pdf, choice, cancel, password=session.password, anyway=asked.anyway)

    new, told = False, 0.0
    async with aclosing(streamed(start, cancel, heartbeat=HEARTBEAT)) as events:
        async for event in events:
            read = _note(session, event)
            if session.run.digest and not session.kept:
                session.kept = recent.kept(pipeline, session, session.run.digest)
            new = new or event is not None
            late = time.monotonic() - told >= BETWEEN
            if event is None or read or late or isinstance(event, Finished):
                yield Change(digest=new, paper=read)
                new, told = False, time.monotonic()
                await asyncio.sleep(0)


def _note(session: Session, event: PdfFile | Event | None) -> bool:
    """Put what happened into the session; whether the paper has just been read."""
    assert session.run
    if isinstance(event, PdfFile):
        session.pdf = event
    elif event is not None:
        session.run.take(event)
    if isinstance(event, PaperRead):
        session.paper = event.paper
        return True
    return False


def unexpected(error: BaseException) -> Bilingual:
    """One sentence for people; for the log where it happened, and nothing of what was in it."""
    trace, where = error.__traceback__, "?"
    while trace:
        where = f"{Path(trace.tb_frame.f_code.co_filename).name}:{trace.tb_lineno}"
        trace = trace.tb_next
    _log.error("unexpected %s at %s", type(error).__name__, where)
    return WORDS.unexpected
