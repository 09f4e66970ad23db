"""What happens with several papers at once: they run beside each other, and one of them is read meanwhile."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import aclosing
from dataclasses import dataclass, replace
from typing import Any

import gradio as gr

from ..errors import ChatPaperError
from . import evidence, queue, runner, screen, together
from .batch import Batch
from .desk import Desk
from .form import Updates
from .opened import Opened
from .session import Session


@dataclass
class Seen:
    """What the page showed of a queue when it was last looked at."""

    queue: str = ""
    opened: Opened | None = None
    read: bool = False
    running: bool = False


class Queued(Desk):
    """The handlers of a queue."""

    async def resume(self, session: Session, *asked: Any) -> AsyncIterator[Updates]:
        """The rest of the queue."""
        if session.batch is None or session.running:
            yield self.whole(session)
            return
        session.batch.again()
        async for updates in self.together(session, session.batch, asked):
            yield updates

    async def together(self, session: Session, batch: Batch, given: tuple[Any, ...]) -> AsyncIterator[Updates]:
        """The queue, while one of its papers may be open."""
        if batch.going:  # it takes what was added
            yield {**self.whole(session), self.form.source: ""}
            return
        asked = runner.Asked.given(*given)
        seen = Seen()
        try:
            async with aclosing(together.run(self.pipeline, batch, runner.choice(session, asked), asked)) as going:
                async for _ in going:
                    if not seen.queue:
                        yield {**self.whole(session), self.form.source: "", self.form.pane: screen.hint(session)}
                    async for updates in self._looked(session, seen):
                        yield updates
        except ChatPaperError as error:
            batch.stop()
            runner.fail(session.lay(Opened()), error)
        for whole in self.look(session.wanted, session):
            yield whole

    async def _looked(self, session: Session, seen: Seen) -> AsyncIterator[Updates]:
        """The queue, and what is new of the paper that is open."""
        opened, before = session.open, replace(seen)
        seen.opened, seen.read, seen.running = opened, opened.paper is not None, opened.running
        told, seen.queue = seen.queue, queue.html(session)
        updates: Updates = {self.form.queue: seen.queue if seen.queue != told else gr.skip()}
        if opened.running:
            updates |= {self.form.status: screen.status(session), self.form.view: screen.main(session)}
        yield updates
        if opened is not before.opened:
            return
        if seen.read and not before.read:
            yield {self.form.pane: await asyncio.to_thread(evidence.first_page, self.pipeline, session)}
        if before.running and not seen.running:
            for whole in self.look(session.wanted, session):
                yield whole

    async def turn(self, event: gr.EventData, session: Session) -> AsyncIterator[Updates]:
        """To a paper of the queue, or back to the list of them."""
        given = event._data.get("at") if isinstance(event._data, dict) else None
        papers = session.batch.papers if session.batch else []
        if session.batch and isinstance(given, int):
            session.lay(papers[given] if 0 <= given < len(papers) else Opened())
        opened, turn = session.open, session.touched.turn
        for whole in self.look(session.wanted, session):
            yield {**whole, self.form.source: opened.source, self.form.pane: screen.hint(session)}
        if opened.pdf and opened.paper:
            page = await asyncio.to_thread(evidence.beside, self.pipeline, session, turn)
            yield {self.form.pane: page if session.open is opened else gr.skip()}
