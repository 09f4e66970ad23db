"""The widgets of the page, each with the words that it shows."""

from dataclasses import dataclass, field
from typing import Any

import gradio as gr

from ..pipeline import Pipeline
from ..settings import Settings
from ..value import Bilingual, Language
from . import files, screen
from .asking import Asking
from .panel import Panel
from .posts import Posts
from .session import Session
from .words import WORDS

Updates = dict[Any, Any]
MODES: dict[str, Bilingual] = {"papers": WORDS.papers, "post": WORDS.post}
"""What the page can be used for: each has its button in the bar, its column `cp-NAME`, and its `#NAME` in the address
(page.js, page.css). The first one is shown at the start."""


@dataclass
class Form:
    """Everything on the page, built once; `spoken` knows which words go where, for a change of language."""

    settings: Settings
    pipeline: Pipeline
    spoken: list[tuple[Any, dict[str, Bilingual]]] = field(default_factory=list)

    def build(self) -> None:
        """Lay the page out, inside a gr.Blocks."""
        self.session = gr.State(Session())
        self.remembered = gr.BrowserState("", storage_key="chatpaper-interface", secret="no secret")
        with gr.Row(elem_id="cp-bar"):
            self._bar()
        with gr.Accordion(**self._says(label=WORDS.settings), open=False, elem_id="cp-settings") as self.accordion:
            self._told(self.accordion, label=WORDS.settings)
            self.panel = Panel(self.settings, self._widget)
        with gr.Column(elem_id="cp-papers"):
            self._papers()
        with gr.Column(elem_id="cp-post"):
            self.posts = Posts(self._widget, self.pipeline)

    def _papers(self) -> None:
        """The queue, where there are several; the digest, and its page beside it."""
        self.queue = gr.HTML("", elem_id="cp-queue", apply_default_css=False)
        with gr.Row(elem_id="cp-under"):
            self.status = gr.HTML("", elem_id="cp-status", apply_default_css=False)
            self._downloads()
        with gr.Row(elem_id="cp-body"):
            with gr.Column(elem_id="cp-read"):
                self.view = gr.HTML("", elem_id="cp-view", apply_default_css=False)
                self.asking = Asking(self._widget)
            self.pane = gr.HTML("", elem_id="cp-pane", apply_default_css=False, js_on_load=screen.script("page.js"))

    def _bar(self) -> None:
        gr.HTML('<button type="button" data-home>ChatPaper</button>', elem_id="cp-name", apply_default_css=False)
        for mode, words in MODES.items():
            self._widget(gr.Button, {"value": words}, elem_id=f"cp-to-{mode}", elem_classes="cp-to", size="sm")
        self.source = self._widget(
            gr.Textbox,
            {"label": WORDS.source, "placeholder": WORDS.source_hint},
            elem_id="cp-source",
            show_label=False,
            container=False,
            max_lines=1,
            max_length=4000,
        )
        self.go = self._widget(gr.Button, {"value": WORDS.go}, elem_id="cp-go", variant="primary", size="md")
        self.stop = self._widget(gr.Button, {"value": WORDS.stop}, elem_id="cp-stop", visible=False, size="md")
        self.upload = self._widget(
            gr.UploadButton,
            {"label": WORDS.upload},
            elem_id="cp-upload",
            file_types=[".pdf"],
            file_count="multiple",
            size="md",
        )
        self.language = self._widget(
            gr.Radio,
            {"label": WORDS.language},
            choices=languages("zh"),
            value="zh",
            elem_id="cp-language",
            show_label=False,
            container=False,
        )
        self.interface = self._widget(gr.Button, {"value": WORDS.other_interface}, elem_id="cp-interface", size="sm")

    def _downloads(self) -> None:
        with gr.Row(elem_id="cp-downloads", visible=False) as self.files:
            self.downloads = [
                gr.DownloadButton(name, elem_id=f"cp-{form}", size="sm") for form, (name, _) in files.FORMATS.items()
            ]
            self.copy = self._widget(gr.Button, {"value": WORDS.copy_markdown}, elem_id="cp-copy", size="sm")
            self.link = self._widget(gr.Button, {"value": WORDS.copy_link}, elem_id="cp-link", size="sm")

    def _widget(self, kind: Any, words: dict[str, Bilingual], **options: Any) -> Any:
        widget = kind(**self._says(**words), **options)
        self._told(widget, **words)
        return widget

    def _told(self, widget: Any, **words: Bilingual) -> None:
        self.spoken.append((widget, words))

    def _says(self, **words: Bilingual) -> dict[str, Any]:
        """The words as Gradio's translatable ones: the first paint is already in the browser's language."""
        names = {id(word): name for name, word in WORDS}
        return {slot: gr.I18n()(names[id(w)]) if id(w) in names else w.zh for slot, w in words.items()}

    def in_language(self, language: Language) -> Updates:
        """All words of the page in this language."""
        told: dict[Any, dict[str, Any]] = {}
        told |= {widget: {slot: w.within(language) for slot, w in words.items()} for widget, words in self.spoken}
        told[self.language]["choices"] = languages(language)
        others = self.panel.in_language(language) | self.posts.in_language(language)
        for widget, values in others.items():
            told[widget] = told.get(widget, {}) | values
        return {widget: gr.update(**values) for widget, values in told.items()}


def languages(interface: Language) -> list[tuple[str, str]]:
    return [("中文", "zh"), ("English", "en"), (WORDS.side_by_side.within(interface), "both")]
