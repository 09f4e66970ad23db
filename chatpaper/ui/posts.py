"""Topic posts in the page: search, choose, watch, preview, take away."""

import asyncio
from collections.abc import AsyncIterator, Callable
from typing import Any

import gradio as gr

from ..errors import ChatPaperError
from ..pipeline import Pipeline
from ..posts import Estimate, estimate
from ..rendering.flavours import FlavourName
from ..rendering.post import PostFormatName
from ..value import Language
from . import posting as work
from . import runner, screen
from .posting import Posting
from .session import Session
from .words import WORDS

Updates = dict[Any, Any]
_SHAPES: dict[str, tuple[PostFormatName, FlavourName]] = {
    "hexo": ("md", "hexo"),
    "hugo": ("md", "hugo"),
    "plain": ("md", "plain"),
    "html": ("html", "plain"),
    "json": ("json", "plain"),
}
_DISABLED = "() => ({__type__: 'update', interactive: false})"


class Posts:
    """The widgets, built once, and what happens on each event; nothing of a visitor is kept here."""

    def __init__(self, widget: Callable[..., Any], pipeline: Pipeline) -> None:
        """`widget` makes one of a kind, with words in both languages and options of its own; as `Form` has it."""
        self._pipeline = pipeline
        self.posting = gr.State(Posting())
        with gr.Row(elem_id="cp-post-form"):
            field = {"max_lines": 1, "max_length": 1000}
            self.topic = widget(
                gr.Textbox, {"label": WORDS.post_topic, "placeholder": WORDS.post_topic_hint}, elem_id="cp-post-topic",
                **field,
            )  # fmt: skip
            self.query = widget(
                gr.Textbox, {"label": WORDS.post_query, "placeholder": WORDS.post_query_hint}, elem_id="cp-post-query",
                **field,
            )  # fmt: skip
            self.since, self.until = (
                widget(gr.Textbox, {"label": label, "placeholder": WORDS.post_day_hint}, elem_id=name, **field)
                for name, label in (("cp-post-since", WORDS.post_since), ("cp-post-until", WORDS.post_until))
            )
            self.most = widget(
                gr.Number, {"label": WORDS.post_most}, value=20, minimum=1, maximum=work.MOST, precision=0,
                elem_id="cp-post-most",
            )  # fmt: skip
            self.find = widget(gr.Button, {"value": WORDS.post_find}, elem_id="cp-post-find", variant="primary")
        script = screen.script("posts.js")
        self.list = gr.HTML("", elem_id="cp-post-list", apply_default_css=False, js_on_load=script)
        with gr.Row(elem_id="cp-post-bar"):
            self.status = gr.HTML("", elem_id="cp-post-status", apply_default_css=False)
            self.make = widget(
                gr.Button, {"value": WORDS.post_make}, elem_id="cp-post-make", variant="primary", visible=False
            )
            self.stop = widget(gr.Button, {"value": WORDS.stop}, elem_id="cp-post-stop", visible=False)
        with gr.Row(elem_id="cp-post-away", visible=False) as self.away:
            self.shape = widget(
                gr.Radio, {"label": WORDS.post_shape}, choices=shapes("zh"), value="hexo", elem_id="cp-post-shape"
            )
            self.file = widget(
                gr.DownloadButton, {"label": WORDS.post_download}, elem_id="cp-post-file", variant="primary"
            )
        self.preview = gr.HTML("", elem_id="cp-post-preview", apply_default_css=False)

    def in_language(self, language: Language) -> dict[Any, dict[str, Any]]:
        """What is not a word of a widget."""
        return {self.shape: {"choices": shapes(language)}}

    def wire(self, session: Any, asked: list[Any], **free: Any) -> list[Any]:
        """Which widget calls what; what `redrawn` draws anew after a change of language."""
        shown = [self.list, self.status, self.make, self.stop, self.find, self.away, self.file, self.preview]
        mine = [self.posting, session, *asked]
        form = [self.topic, self.query, self.since, self.until, self.most]
        searched = [self.find.click, self.query.submit, self.topic.submit]
        gr.on(searched, self._find, [*form, *mine], shown, **free)
        self.make.click(self._make, [self.shape, *mine], shown, **free)
        self.stop.click(self._stop, self.posting, None, queue=False, **free)
        self.list.ticked(self._ticked, mine, [self.status, self.make], trigger_mode="multiple", **free)
        # until the post is there in the new shape, the button would give it in the old one
        self.shape.change(None, None, self.file, js=_DISABLED, **free)
        self.shape.change(self._pack, [self.shape, self.posting], self.file, trigger_mode="always_last", **free)
        # another engine, another price
        asked[0].change(self._guessed, mine, [self.status, self.make], trigger_mode="always_last", **free)
        return shown

    async def _find(
        self, topic: str, query: str, since: str, until: str, most: float | None, posting: Posting, session: Session,
        *asked: Any,
    ) -> AsyncIterator[Updates]:  # fmt: skip
        try:
            title, wanted = work.asked(topic, query, since, until, most)
        except ChatPaperError as error:
            posting.error = error.sentence
            yield {self.status: screen.progress(session, posting, None)}
            return
        async for _ in work.found(posting, self._pipeline, title, wanted):
            yield self._drawn(posting, session, asked)

    async def _make(self, shape: str, posting: Posting, session: Session, *asked: Any) -> AsyncIterator[Updates]:
        if posting.draft is None or not posting.chosen or posting.doing:
            return
        choice = runner.choice(session, runner.Asked.given(*asked))
        async for _ in work.made(posting, self._pipeline, choice):
            yield self._drawn(posting, session, asked)
        if posting.ready:
            yield {
                self.preview: screen.preview(session, posting.draft.preview(posting.chosen)),
                self.away: gr.update(visible=True),
                self.file: self._pack(shape, posting),
            }

    def _stop(self, posting: Posting) -> None:
        """The run sees it at once; what is finished stays."""
        if posting.cancel:
            posting.cancel.cancel()

    async def _ticked(self, event: gr.EventData, posting: Posting, session: Session, *asked: Any) -> Updates:
        """In one step up to what it would take, so that none comes between."""
        turn = posting.ticked.seen(event._data)
        if posting.ticked.late(turn):
            return {self.status: gr.skip()}
        if not posting.doing and isinstance(event._data, dict):
            posting.choose(event._data.get("ids"))
        guessed = await asyncio.to_thread(self._guessed, posting, session, *asked)
        return {self.status: gr.skip()} if posting.ticked.late(turn) else guessed

    def _guessed(self, posting: Posting, session: Session, *asked: Any) -> Updates:
        drawn = self._drawn(posting, session, asked)
        return {widget: drawn[widget] for widget in (self.status, self.make)}

    def _pack(self, shape: str, posting: Posting) -> Updates:
        """The post in this shape, for the button."""
        if not posting.ready or posting.draft is None:
            return gr.update(interactive=True)
        form, flavour = _SHAPES.get(shape, _SHAPES["hexo"])
        return gr.update(value=str(posting.draft.packed(posting.chosen, form, flavour)), interactive=True)

    def redrawn(self, posting: Posting, session: Session, *asked: Any) -> Updates:
        """In the languages that are chosen now."""
        return self._drawn(posting, session, asked)

    def _drawn(self, posting: Posting, session: Session, asked: tuple[Any, ...]) -> Updates:
        """Everything but the post itself, which is away while something is being done."""
        guess = self._estimate(posting, session, asked)
        begun = bool(posting.outcomes and posting.left)
        label = (WORDS.post_go_on if begun else WORDS.post_make).within(session.interface)
        idle, some = not posting.doing, bool(posting.draft and posting.draft.plan.papers)
        return {
            self.list: screen.found(session, posting),
            self.status: screen.progress(session, posting, guess),
            self.make: gr.update(
                value=label,
                visible=idle and some,
                interactive=bool(posting.chosen),
                variant="secondary" if posting.ready and not posting.left else "primary",  # the download's turn
            ),
            self.stop: gr.update(visible=not idle),
            self.find: gr.update(interactive=idle),
            **({} if posting.ready else {self.away: gr.update(visible=False), self.preview: ""}),
        }

    def _estimate(self, posting: Posting, session: Session, asked: tuple[Any, ...]) -> Estimate | None:
        """None where there is nothing to estimate, or the settings do not fit; the run says what is wrong then."""
        if posting.draft is None or posting.doing:
            return None
        choice = runner.choice(session, runner.Asked.given(*asked))
        try:
            return estimate([p.record for p in posting.draft.papers(posting.left)], choice, self._pipeline)
        except ChatPaperError:
            return None


def shapes(interface: Language) -> list[tuple[str, str]]:
    """What a post can be taken away as."""
    plain, page = WORDS.post_plain.within(interface), WORDS.post_page.within(interface)
    return [("Hexo", "hexo"), ("Hugo", "hugo"), (plain, "plain"), (page, "html"), ("JSON", "json")]
