"""What the page shows of a session, widget by widget."""

from collections.abc import Iterator

import gradio as gr

from ..pipeline import Pipeline
from . import files, queue, screen
from .form import Form, Updates
from .session import Session, Wanted


class Desk:
    """The page on a pipeline. Nothing of a visitor is kept here: it all is in that visitor's session."""

    def __init__(self, form: Form, pipeline: Pipeline) -> None:
        self.form, self.pipeline = form, pipeline

    def look(self, wanted: Wanted, session: Session) -> Iterator[Updates]:
        """The session in the wanted language, and its files."""
        session.wanted = wanted
        digest, whole = session.digest, self.whole(session)
        if digest is None or session.open.running:
            yield whole
            return
        link = gr.update(visible=bool(session.open.arxiv_id))
        for ready in self.exports(session):
            yield {**whole, self.form.files: gr.update(visible=True), self.form.link: link, **ready}

    def exports(self, session: Session) -> Iterator[Updates]:
        """The files to take away: the digest, and what was asked of the paper."""
        digest, opened = session.digest, session.open
        if digest is None or opened.running:
            yield {self.form.downloads[0]: gr.skip()}
            return
        with files.written(digest, session.view(digest).labels, opened.source, opened.questions.answers) as paths:
            yield {button: gr.update(value=path) for button, path in zip(self.form.downloads, paths, strict=True)}

    def whole(self, session: Session) -> Updates:
        """Everything that a run changes, as the session has it now, without files."""
        running, form = session.running, self.form
        return {
            form.queue: queue.html(session),
            form.status: screen.status(session),
            form.view: screen.main(session),
            form.go: gr.update(visible=not running),
            form.stop: gr.update(visible=running),
            form.files: gr.update(visible=False),
            **form.asking.updates(session),
            **({form.accordion: gr.update(open=True)} if session.open.settings_help else {}),
        }
