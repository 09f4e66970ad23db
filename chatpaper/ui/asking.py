"""Asking the paper: a box after the digest, and the answers above it."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from contextlib import aclosing
from functools import partial
from typing import Any

import gradio as gr

from ..chain import ask
from ..errors import Cancelled, ChatPaperError
from ..pipeline import Pipeline
from . import runner, screen
from .session import Session
from .stream import streamed
from .words import WORDS

Updates = dict[Any, Any]
Widget = Callable[..., Any]


class Asking:
    """The widgets, built once, and what happens on each event."""

    def __init__(self, widget: Widget) -> None:
        with gr.Column(elem_id="cp-ask", visible=False) as self.group:
            self.answers = gr.HTML("", elem_id="cp-answers", apply_default_css=False)
            with gr.Row(elem_id="cp-ask-row"):
                self.question = widget(
                    gr.Textbox,
                    {"label": WORDS.question, "placeholder": WORDS.question_hint},
                    elem_id="cp-question",
                    show_label=False,
                    container=False,
                    max_lines=1,
                    max_length=ask.LONGEST,
                )
                self.go = widget(gr.Button, {"value": WORDS.ask}, elem_id="cp-ask-go", variant="primary", size="md")
                self.stop = widget(gr.Button, {"value": WORDS.stop}, elem_id="cp-ask-stop", visible=False, size="md")

    @property
    def shown(self) -> list[Any]:
        """What `updates` changes."""
        return [self.group, self.answers, self.go, self.stop]

    def wire(self, pipeline: Pipeline, session: gr.State, asked: list[Any], options: dict[str, Any]) -> Any:
        """What happens on each event; the one that brings answers is given back."""
        self.stop.click(_stop, session, None, queue=False, **{**options, "concurrency_id": None})
        return gr.on(
            [self.go.click, self.question.submit],
            partial(_ask, self, pipeline),
            [self.question, session, *asked],
            [self.question, *self.shown],
            **options,
        )

    def updates(self, session: Session) -> Updates:
        """The box, once there is a digest to ask beyond; its answers, in the session's language."""
        opened = session.open
        ready = opened.paper is not None and opened.digest is not None and not opened.running
        questions = opened.questions
        return {
            self.group: gr.update(visible=ready),
            self.answers: screen.answers(session) if ready else "",
            self.go: gr.update(visible=not questions.running),
            self.stop: gr.update(visible=questions.running),
        }


async def _ask(
    asking: Asking, pipeline: Pipeline, question: str | None, session: Session, *given: Any
) -> AsyncIterator[Updates]:
    """One question at a time; every failure ends as a sentence under it."""
    opened, question = session.open, (question or "").strip()
    paper, questions = opened.paper, opened.questions
    if paper is None or not question or questions.running:
        yield asking.updates(session)
        return
    cancel, choice = questions.begin(question), runner.choice(session, runner.Asked.given(*given))
    yield {asking.question: "", **asking.updates(session)}
    error, told = None, 0.0
    try:
        async with aclosing(
            streamed(lambda c: pipeline.ask(paper, question, choice, c), cancel, heartbeat=runner.HEARTBEAT)
        ) as arriving:
            async for grown in arriving:
                if grown:
                    questions.take(grown)
                if session.open is not opened:
                    break
                if grown and time.monotonic() - told >= runner.BETWEEN:
                    yield {asking.answers: screen.answers(session)}
                    told = time.monotonic()
                    await asyncio.sleep(0)
                else:
                    yield {asking.answers: gr.skip()}
    except Cancelled:
        error = WORDS.ask_stopped
    except ChatPaperError as problem:
        error = problem.sentence
    except Exception as problem:
        error = runner.unexpected(problem)
    finally:
        questions.end(error)
    if session.open is opened:
        failed = {asking.question: question} if error else {}
        yield {**failed, **asking.updates(session)}


def _stop(session: Session) -> None:
    cancel = session.open.questions.cancel
    if cancel:
        cancel.cancel()
