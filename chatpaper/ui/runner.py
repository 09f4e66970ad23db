"""One run for one visitor: get the paper, digest it, and keep the session up to date while it streams."""

import asyncio
import logging
import time
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Iterator
from contextlib import aclosing
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

from ..cancel import CancelToken
from ..chain.events import Event, Finished, PaperRead
from ..errors import (
    BadEndpoint,
    Cancelled,
    ChatPaperError,
    DailyLimit,
    EncryptedPdf,
    NoKey,
    NoSuchModel,
    NotAPaper,
    OwnersModel,
    PapersOnly,
    PrivateEndpoint,
    QuotaUsedUp,
    RecognisableScan,
    SharedLimit,
    WrongKey,
    WrongPassword,
)
from ..paper import PdfFile
from ..pipeline import Choice, Engine, Pipeline
from ..settings import EngineName
from ..value import Bilingual
from . import recent
from .line import Line
from .opened import Opened
from .session import Session
from .stream import streamed
from .words import WORDS, without_options

_log = logging.getLogger(__name__)
HEARTBEAT = 0.25
"""Seconds; how soon a closed tab or Stop is noticed while nothing arrives."""
BETWEEN = 0.2
"""Seconds between two pictures of a growing digest, on a machine that has time for it."""
PAUSE = 4.0
"""Times as long as one picture took on its way, the next one is waited for: so many visitors do not stop each other."""
LONGEST = 2.0
"""Seconds between two pictures at most; how soon a closed tab is noticed on a busy machine."""

LINE = Line(at_once=24, longest=200)
"""For all visitors of this process. Digests wait for models most of the time, so there may be more than processors."""

_MENDED_IN_SETTINGS = (
    DailyLimit,
    SharedLimit,
    PapersOnly,
    OwnersModel,
    EncryptedPdf,
    WrongPassword,
    NotAPaper,
    RecognisableScan,
    NoKey,
    WrongKey,
    NoSuchModel,
    QuotaUsedUp,
    BadEndpoint,
    PrivateEndpoint,
)


@dataclass(frozen=True, kw_only=True)
class Asked:
    """What stands in the settings."""

    engine: EngineName | None
    base_url: str
    model: str
    key: str
    password: str
    anyway: bool

    @classmethod
    def given(
        cls,
        engine: Any,
        base_url: str | None,
        model: str | None,
        key: str | None,
        password: str | None,
        anyway: bool | None,
    ) -> Self:
        """By the widgets, in their order."""
        return cls(
            engine=None if engine == "auto" else engine,
            base_url=(base_url or "") if engine == "openai" else "",
            model=(model or "")[:200],
            key=key or "",
            password=password or "",
            anyway=bool(anyway),
        )


@dataclass(frozen=True, kw_only=True)
class Change:
    """What is new since the last one; the clock always is."""

    digest: bool = False
    paper: bool = False
    ended: bool = False


def choice(session: Session, asked: Asked) -> Choice:
    """What the visitor wants, for the pipeline."""
    return Choice(
        engine=asked.engine,
        model=asked.model.strip() or None,
        keys=tuple(k for part in asked.key.split(",") if (k := part.strip())),
        base_url=asked.base_url.strip() or None,
        languages=session.languages,
        visitor=session.visitor,
    )


async def run(
    pipeline: Pipeline, opened: Opened, wanted: Choice, asked: Asked, engine: Engine | None = None
) -> AsyncGenerator[Change]:
    """Run it; several that share an engine share its keys' limits. Every failure ends as the paper's error."""
    cancel = CancelToken()
    here = opened.begin(cancel)
    opened.password = asked.password or None
    yield Change(digest=True)

    def start(cancel: CancelToken) -> Iterator[PdfFile | Event]:
        pdf = opened.pdf or (opened.get and opened.get())
        assert pdf
        cancel.check()
        yield pdf
        yield from pipeline.digest(pdf, wanted, cancel, engine=engine, password=opened.password, anyway=asked.anyway)

    try:
        async with LINE.turn(wanted.visitor or "", cancel) as waiting:
            async for here.before in waiting:
                yield Change()
            here.before = None
            async for change in _growing(pipeline, opened, start, cancel):
                yield change
        here.end("finished")
    except Cancelled:
        here.end("stopped")
    except ChatPaperError as error:
        fail(opened, error)
        here.end("failed")
    except Exception as error:
        opened.error = unexpected(error)
        here.end("failed")
    here.before = None
    yield Change(digest=True, ended=True)


def fail(opened: Opened, error: ChatPaperError) -> None:
    """Its sentence is shown, and the settings where they help."""
    opened.error, opened.settings_help = without_options(error.sentence), isinstance(error, _MENDED_IN_SETTINGS)


async def _growing(
    pipeline: Pipeline, opened: Opened, start: Callable[[CancelToken], Iterator[PdfFile | Event]], cancel: CancelToken
) -> AsyncIterator[Change]:
    assert opened.run
    new, told, between = False, 0.0, BETWEEN
    async with aclosing(streamed(start, cancel, heartbeat=HEARTBEAT)) as events:
        async for event in events:
            read = _note(opened, event)
            if opened.run.digest and not opened.kept:
                opened.kept = recent.kept(pipeline, opened, opened.run.digest)
            new = new or event is not None
            begun = time.monotonic()
            if read or begun - told >= between or isinstance(event, Finished):
                yield Change(digest=new, paper=read)
                new, told = False, time.monotonic()
                between = min(LONGEST, max(BETWEEN, PAUSE * (told - begun)))
                await asyncio.sleep(0)


def _note(opened: Opened, event: PdfFile | Event | None) -> bool:
    """Put what happened into what is open; whether the paper has just been read."""
    assert opened.run
    if isinstance(event, PdfFile):
        opened.pdf = event
    elif event is not None:
        opened.run.take(event)
    if isinstance(event, PaperRead):
        opened.paper = event.paper
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
