"""The page: which widget calls what."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import aclosing, suppress
from functools import partial
from pathlib import Path
from typing import Any

import gradio as gr

from ..digest import Digest
from ..errors import ChatPaperError
from ..paper import Paper, PdfFile
from ..pipeline import Pipeline
from ..settings import Settings
from ..value import Language
from . import captions, doors, evidence, queue, recall, recent, runner, screen, visitor
from .api import Api
from .batch import Batch, sources
from .form import Form, Updates
from .opened import Opened
from .queued import Queued
from .session import Session
from .sparing import SparingBlocks
from .words import WORDS, translations

CALLS = 4
"""Of programs, served together; they wait in Gradio's queue."""
VISITORS = 400
"""Whose events are served together. Digests that wait for their turn are events, too: see `line`."""
PRIVATE: dict[str, Any] = {"api_visibility": "private", "show_progress": "hidden"}
FONTS = ["system-ui", "Noto Sans", "Noto Sans CJK SC", "PingFang SC", "Microsoft YaHei", "sans-serif"]
MONO = ["ui-monospace", "Consolas", "monospace"]


def build(pipeline: Pipeline, settings: Settings) -> gr.Blocks:
    """The page on this pipeline; launch it with `launch_options`."""
    demo: gr.Blocks
    with SparingBlocks(
        title="ChatPaper", fill_width=True, analytics_enabled=False, delete_cache=(3600, 4 * 3600)
    ) as demo:
        form = Form(settings, pipeline)
        form.build()
        Api(pipeline).register(concurrency_limit=CALLS, concurrency_id="call")  # first: names are given in turn
        _wire(demo, form, Handlers(form, pipeline))
    demo.queue(max_size=VISITORS)
    return demo


def launch_options(pipeline: Pipeline, settings: Settings) -> dict[str, Any]:
    """What keeps the page private and self-contained; address and port are left to Gradio's own variables."""
    return {
        "app_kwargs": doors.app_kwargs(pipeline),
        "max_threads": VISITORS,
        "state_session_capacity": VISITORS,
        "show_error": False,
        "run_history": False,
        "enable_monitoring": False,
        "ssr_mode": False,
        "footer_links": [],
        "max_file_size": 2
        * settings.max_upload_mb
        * 1_000_000,  # up to here, our own sentence says that it is too large
        "theme": gr.themes.Base(font=FONTS, font_mono=MONO, primary_hue="sky"),
        "head": screen.head(),
        "i18n": gr.I18n(**translations()),
    }


def _wire(demo: gr.Blocks, form: Form, do: "Handlers") -> None:
    asked = [form.session, *form.panel.asked]
    shown = [
        form.source,
        form.queue,
        form.status,
        form.view,
        form.pane,
        form.go,
        form.stop,
        form.files,
        form.accordion,
        form.link,
        *form.asking.shown,
        *form.downloads,
    ]
    one_run: dict[str, Any] = {"concurrency_limit": None, "concurrency_id": "run", **PRIVATE}
    gr.on(
        [form.go.click, form.source.submit], do.digest, [form.source, *asked], shown, trigger_mode="multiple", **one_run
    )
    form.upload.upload(do.uploaded, [form.upload, *asked], shown, trigger_mode="multiple", **one_run)

    form.pane.recent(do.reopen, asked, shown, trigger_mode="multiple", **one_run)
    form.pane.resume(do.resume, asked, shown, **one_run)
    form.pane.translate(do.translate, asked, shown, trigger_mode="multiple", **one_run)

    free: dict[str, Any] = {"concurrency_limit": None, **PRIVATE}
    answered = form.asking.wire(do.pipeline, form.session, form.panel.asked, one_run)
    answered.then(do.exports, form.session, form.downloads, trigger_mode="multiple", **free)
    form.pane.recall(do.recall, form.session, shown, trigger_mode="multiple", **free)
    form.panel.wire(do.pipeline, form.session, **free)
    form.stop.click(do.stop, form.session, None, queue=False, **free)
    form.copy.click(None, form.downloads[0], None, js=screen.script("copy.js"), **free)
    form.link.click(None, None, None, js=screen.script("copy.js"), **free)
    looked = form.language.input(do.look, [form.language, form.session], shown, trigger_mode="always_last", **free)
    form.pane.evidence(do.evidence, form.session, form.pane, trigger_mode="multiple", **free)
    form.pane.turn(do.turn, form.session, shown, trigger_mode="multiple", **free)
    form.pane.example(do.example, None, form.source, trigger_mode="multiple", **free)
    form.pane.home(do.home, form.session, shown, **free)
    spoken = list(form.in_language("zh"))
    switched = form.interface.click(do.switch, form.session, [form.remembered, *spoken, *shown], **free)
    loaded = demo.load(do.load, [form.session, form.remembered], [*spoken, *shown], **free)
    posts = form.posts.wire(form.session, form.panel.asked, **free)
    for event in (switched, loaded, looked):
        event.then(form.posts.redrawn, [form.posts.posting, *asked], posts, trigger_mode="multiple", **free)


class Handlers(Queued):
    """What happens on each event."""

    async def digest(self, source: str | None, session: Session, *asked: Any) -> AsyncIterator[Updates]:
        """An arXiv id or link, or several; or once more the file that is open."""
        source, opened = (source or "").strip(), session.open
        if not source or (opened.gone and source == opened.source):
            error = WORDS.gone.filled(name=source) if source else WORDS.no_source
            session.lay(Opened(source=source, error=error, gone=opened.gone and bool(source)))
            yield self.whole(session)
            return
        if source == opened.source and opened.running:
            yield {self.form.source: gr.skip()}
            return
        again = source == opened.source and not opened.running and (opened.pdf or session.batch)
        papers = [Opened(source=one, get=partial(self.pipeline.fetch, one)) for one in sources(source)]
        made = self._run(session, opened, asked) if again else self._given(session, papers, asked)
        async for updates in made:
            yield updates

    async def uploaded(self, paths: list[str], session: Session, *asked: Any) -> AsyncIterator[Updates]:
        """Files from the browser."""
        papers = [
            Opened(source=path.name, get=partial(self.pipeline.upload, path, path.name), uploaded=True)
            for path in map(Path, paths)
        ]
        async for updates in self._given(session, papers, asked):
            yield updates

    async def _given(self, session: Session, papers: list[Opened], asked: tuple[Any, ...]) -> AsyncIterator[Updates]:
        """One paper is opened; several, or one more beside several, go into the queue."""
        if session.batch is None and len(papers) == 1:
            yield {self.form.source: papers[0].source}
            made = self._run(session, session.lay(papers[0]), asked)
        else:
            session.lay(Opened())
            session.batch = session.batch or Batch()
            session.batch.add(papers)
            made = self.together(session, session.batch, asked)
        async for updates in made:
            yield updates

    async def reopen(self, event: gr.EventData, session: Session, *asked: Any) -> AsyncIterator[Updates]:
        """What the browser kept of an earlier digest, opened again: from the library, else made again."""
        kept = recent.given(event._data)
        if kept is None:
            yield self.whole(session)
            return
        opened = session.lay(Opened(source=kept.source, uploaded=not kept.arxiv_id))
        opened.pdf = self.pipeline.uploaded(kept.sha256) if opened.uploaded else None
        opened.get = partial(self.pipeline.fetch, kept.arxiv_id) if kept.arxiv_id else None
        yield {self.form.source: kept.source}
        again = opened.pdf or opened.get
        if not (kept.extractive and again):
            found = await asyncio.to_thread(
                self.pipeline.reopened, kept.name, kept.sha256, session.languages, extractive=kept.extractive
            )
            if found:
                async for updates in self._show(session, opened, *found):
                    yield updates
                return
        if not again:
            opened.error, opened.gone = WORDS.gone.filled(name=kept.file), True
            yield self.whole(session)
            return
        if kept.extractive:
            asked = ("extractive", *asked[1:])
        async for updates in self._run(session, opened, asked):
            yield updates

    async def _show(self, session: Session, opened: Opened, paper: Paper, digest: Digest) -> AsyncIterator[Updates]:
        """The digest at once, then its paper, if that can still be had."""
        opened.show(paper, digest)
        opened.gone = opened.uploaded and not opened.pdf
        turn = session.touched.turn
        for whole in self.look(session.wanted, session):
            yield {**whole, self.form.pane: screen.hint(session)}
        opened.pdf = opened.pdf or await asyncio.to_thread(self._same, opened, digest)
        if opened.pdf and session.open is opened:
            yield {self.form.pane: await asyncio.to_thread(evidence.beside, self.pipeline, session, turn)}

    def _same(self, opened: Opened, digest: Digest) -> PdfFile | None:
        """The very PDF again from arXiv, which may have set it anew since."""
        with suppress(ChatPaperError):
            pdf = opened.get and opened.get()
            return pdf if pdf and pdf.sha256 == digest.paper.sha256 else None
        return None

    async def _run(self, session: Session, opened: Opened, given: tuple[Any, ...]) -> AsyncIterator[Updates]:
        form, asked = self.form, runner.Asked.given(*given)
        yield {
            form.asking.group: gr.update(visible=False),
            form.go: gr.update(visible=False),
            form.stop: gr.update(visible=True),
            form.pane: screen.hint(session),
        }
        async for change in runner.run(self.pipeline, opened, runner.choice(session, asked), asked):
            updates: Updates = {form.queue: queue.html(session)} if session.batch and change.digest else {}
            if session.open is not opened:
                yield updates or {form.queue: gr.skip()}
                continue
            updates[form.status] = screen.status(session)
            if change.digest:
                updates[form.view] = screen.main(session)
            if change.paper:
                updates[form.pane] = await asyncio.to_thread(evidence.first_page, self.pipeline, session)
            yield updates
        if session.open is opened:
            for whole in self.look(session.wanted, session):
                yield whole

    async def translate(self, session: Session, *asked: Any) -> AsyncIterator[Updates]:
        """The captions of the figures in the reader's language."""
        async with aclosing(captions.translate(self.pipeline, session, asked)) as going:
            async for new in going:
                for whole in self.look(session.wanted, session) if new else ({self.form.source: gr.skip()},):
                    yield whole

    async def recall(self, event: gr.EventData, session: Session) -> AsyncIterator[Updates]:
        """What was asked of the paper on earlier visits, as this browser has it."""
        recalled = await recall.recall(session, event._data)
        for whole in self.look(session.wanted, session) if recalled else ({self.form.source: gr.skip()},):
            yield whole

    def stop(self, session: Session) -> None:
        """The run sees it at once, and shows what it has."""
        if session.batch:
            session.batch.stop()
        if session.open.cancel:
            session.open.cancel.cancel()

    def evidence(self, session: Session, event: gr.EventData) -> Updates:
        turn = session.touched.seen(event._data)
        if session.touched.late(turn):
            return {self.form.pane: gr.skip()}
        pane = evidence.touched(self.pipeline, session)
        return {self.form.pane: gr.skip() if session.touched.late(turn) else pane}

    def example(self, event: gr.EventData) -> str:
        """One of our own examples into the box; nothing else."""
        given = event._data.get("id") if isinstance(event._data, dict) else None
        return given if given in dict(screen.EXAMPLES) else ""

    def home(self, session: Session) -> Updates:
        """Back to the queue, then to the start; what runs goes on."""
        in_queue = session.batch and session.open in session.batch.papers
        if session.running and not in_queue:
            return {self.form.source: gr.skip()}
        session.batch = session.batch if in_queue else None
        session.lay(Opened())
        return {**self.whole(session), self.form.source: "", self.form.pane: screen.hint(session)}

    def switch(self, session: Session) -> Iterator[Updates]:
        """The interface in the other language, remembered in the browser."""
        session.interface = "en" if session.interface == "zh" else "zh"
        words = self.form.in_language(session.interface)
        for shown in self.look(session.wanted, session):
            yield {self.form.remembered: session.interface, **_merged(words, shown)}

    async def load(self, session: Session, remembered: str, request: gr.Request) -> AsyncIterator[Updates]:
        """A new page: in the language chosen before, else in the browser's; `?paper=ID` fills the box, and opens what
        the library has of it.
        """
        spoken = request.headers.get("accept-language", "").strip().lower()
        session.interface = _language(remembered) or ("zh" if spoken.startswith("zh") else "en")
        session.wanted = session.interface
        session.visitor = visitor.address(request)
        words = self.form.in_language(session.interface)
        words[self.form.language]["value"] = session.wanted
        source = str(request.query_params.get("paper", ""))[:200]
        words[self.form.source]["value"] = source
        yield {**_merged(words, self.whole(session)), self.form.pane: screen.hint(session)}
        found = await asyncio.to_thread(self.pipeline.shared, source, session.languages)
        if found and not session.open.source:
            opened = session.lay(
                Opened(source=source, get=partial(self.pipeline.fetch, found[1].paper.arxiv_id or source))
            )
            async for updates in self._show(session, opened, *found):
                yield updates


def _merged(words: Updates, shown: Updates) -> Updates:
    """Both; a widget may get words from the one and its visibility from the other."""
    return {**shown, **{w: {**update, **shown.get(w, {})} for w, update in words.items()}}


def _language(given: str) -> Language | None:
    return "zh" if given == "zh" else "en" if given == "en" else None
