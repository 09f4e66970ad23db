"""The captions of the digest that is open, translated when a reader asks for it."""

from collections.abc import AsyncGenerator
from contextlib import aclosing
from typing import Any

from ..cancel import CancelToken
from ..errors import Cancelled, ChatPaperError
from ..pipeline import Pipeline
from . import runner
from .session import Session
from .stream import streamed
from .words import without_options


async def translate(pipeline: Pipeline, session: Session, given: tuple[Any, ...]) -> AsyncGenerator[bool]:
    """False while nothing has come, so that a closed tab is noticed; True once there is something new to show."""
    opened = session.open
    paper, run = opened.paper, opened.run
    if paper is None or run is None or run.digest is None or opened.running or opened.translating:
        return
    whole, choice = run.digest, runner.choice(session, runner.Asked.given(*given))
    opened.translating, opened.trouble = True, None
    try:
        async with aclosing(
            streamed(
                lambda cancel: iter([pipeline.translate(paper, whole, choice, cancel, password=opened.password)]),
                CancelToken(),
                heartbeat=runner.HEARTBEAT,
            )
        ) as arriving:
            async for digest in arriving:
                if digest and opened.run is run:
                    run.digest = digest
                yield False
    except Cancelled:
        pass
    except ChatPaperError as problem:
        opened.trouble = without_options(problem.sentence)
    except Exception as problem:
        opened.trouble = runner.unexpected(problem)
    finally:
        opened.translating = False
    yield session.open is opened
