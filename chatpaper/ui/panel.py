"""The settings: which engine, where, with which key and model. A stranger touches none of it."""

import asyncio
import hashlib
from collections.abc import Callable
from typing import Any

import gradio as gr
from markupsafe import Markup

from ..cancel import CancelToken
from ..errors import ChatPaperError
from ..pipeline import PRESETS, Choice, Pipeline
from ..rendering.labels import ENGINES as ENGINE_NAMES
from ..settings import ENGINES, Settings
from ..value import Bilingual, Language
from . import runner
from .session import Session
from .stream import streamed
from .words import WORDS

Updates = dict[Any, Any]
Widget = Callable[..., Any]
"""Makes a widget of a kind, with words in both languages and options of its own; as `Form` has it."""
SECRET = {"html_attributes": gr.InputHTMLAttributes(autocomplete="off", spellcheck=False)}
"""Of a field that the browser shall not remember."""
PATIENCE = 30.0
"""Seconds for a provider to list its models."""
_KEYED = ("auto", "gemini", "openai")
_MOST_LISTED = 500


class Panel:
    """The widgets, built once; `asked` are those that a run reads, in the order of `runner.Asked.given`."""

    def __init__(self, settings: Settings, widget: Widget) -> None:
        self.settings = settings
        self.engine = widget(
            gr.Radio,
            {"label": WORDS.engine, "info": WORDS.engine_about},
            choices=engines("zh", settings),
            value="auto",
            elem_id="cp-engine",
        )
        self.base_url = widget(
            gr.Dropdown,
            {"label": WORDS.base_url, "info": WORDS.base_url_about},
            choices=addresses("zh", settings),
            value="",
            allow_custom_value=True,
            visible=False,
            elem_id="cp-base-url",
        )
        with gr.Row(elem_id="cp-access"), gr.Column(visible=True) as self.keyed:
            self.key = widget(
                gr.Textbox, {"label": WORDS.key, "info": WORDS.key_about}, type="password", elem_id="cp-key", **SECRET
            )
            with gr.Row(elem_id="cp-key-buttons"):
                self.test = widget(gr.Button, {"value": WORDS.test_key}, elem_id="cp-test-key", size="sm")
                self.forget = widget(gr.Button, {"value": WORDS.forget_key}, elem_id="cp-forget-key", size="sm")
            self.verdict = gr.HTML("", elem_id="cp-verdict", apply_default_css=False)
        default = WORDS.model_default.filled(gemini=settings.gemini_model, openai=settings.openai_model)
        self.model = widget(
            gr.Dropdown,
            {"label": WORDS.model, "info": default},
            choices=models("zh", ()),
            value="",
            allow_custom_value=True,
            elem_id="cp-model",
        )
        with gr.Row():
            self.password = widget(
                gr.Textbox,
                {"label": WORDS.password, "info": WORDS.password_about},
                type="password",
                elem_id="cp-password",
                **SECRET,
            )
            self.anyway = widget(gr.Checkbox, {"label": WORDS.anyway}, elem_id="cp-anyway")
        self.listed = gr.State("")
        """Of which engine, place and key the models are listed: a hash."""

    @property
    def asked(self) -> list[Any]:
        return [self.engine, self.base_url, self.model, self.key, self.password, self.anyway]

    def in_language(self, language: Language) -> dict[Any, dict[str, Any]]:
        """What is not a mere word: choices, and what goes: the listed models, a verdict in the other language."""
        return {
            self.engine: {"choices": engines(language, self.settings)},
            self.base_url: {"choices": addresses(language, self.settings)},
            self.model: {"choices": models(language, ())},
            self.listed: {"value": ""},
            self.verdict: {"value": ""},
        }

    def wire(self, pipeline: Pipeline, session: gr.State, **free: Any) -> None:
        """What happens on each event; `free`: options of an event that waits for nobody."""
        do = _Handlers(self, pipeline)
        listing = {**free, "concurrency_limit": 8, "concurrency_id": "models"}
        # what was said of another place or key goes at once: from the server, it could take a newer verdict away
        others = [self.engine.input, self.base_url.input, self.key.change, self.forget.click]
        gr.on(others, None, None, self.verdict, js="() => ''", **free)
        self.engine.input(do.choose, [session, self.engine], do.chosen, trigger_mode="always_last", **free)
        self.base_url.input(do.move, session, do.moved, trigger_mode="always_last", **free)
        self.forget.click(do.forget, session, [self.key, *do.moved], **free)
        told = [self.verdict, self.model, self.listed]
        # by default a second click, with another key, would be lost while the first one is on its way
        self.test.click(do.try_out, [session, self.listed, *self.asked], told, trigger_mode="multiple", **listing)
        self.model.focus(do.offer, [session, self.listed, *self.asked], told, **listing)


class _Handlers:
    def __init__(self, panel: Panel, pipeline: Pipeline) -> None:
        self._panel, self._pipeline = panel, pipeline
        self.moved = [panel.model, panel.listed]
        self.chosen = [panel.base_url, panel.keyed, *self.moved]

    def choose(self, session: Session, engine: str) -> Updates:
        """Show what this engine needs, and nothing else."""
        panel, moved = self._panel, self.move(session)
        moved[panel.model] = gr.update(**_empty(session), visible=engine in _KEYED)
        return {
            panel.base_url: gr.update(visible=engine == "openai"),
            panel.keyed: gr.update(visible=engine in _KEYED),
            **moved,
        }

    def move(self, session: Session) -> Updates:
        """Another provider, or none: its models do not hold any more."""
        return {self._panel.model: gr.update(**_empty(session)), self._panel.listed: ""}

    def forget(self, session: Session) -> Updates:
        """The key lives in its field and nowhere else."""
        return {self._panel.key: "", **self.move(session)}

    async def try_out(self, session: Session, _listed: str, *asked: Any) -> Updates:
        """Whether engine, place and key work, in one sentence; only the newest question is answered."""
        session.tried = turn = session.tried + 1
        found = await self._tried(session, asked)
        return found if session.tried == turn else {self._panel.verdict: gr.skip()}

    async def _tried(self, session: Session, asked: tuple[Any, ...]) -> Updates:
        wanted = runner.Asked.given(*asked)
        choice = runner.choice(session, wanted)
        try:
            names = await listed(self._pipeline, choice)
            words, good = self._good(choice, names)
        except ChatPaperError as error:
            return {self._panel.verdict: _said(session, error.sentence, good=False)}
        except TimeoutError:
            return {self._panel.verdict: _said(session, WORDS.no_answer, good=False)}
        except Exception as error:
            return {self._panel.verdict: _said(session, runner.unexpected(error), good=False)}
        return {self._panel.verdict: _said(session, words, good=good), **self._offered(session, names, asked)}

    async def offer(self, session: Session, known: str, *asked: Any) -> Updates:
        """The models to choose from, once somebody looks; in silence, since nobody asked about the key."""
        if known == _place(asked):
            return {self._panel.listed: gr.skip()}
        try:
            names = await listed(self._pipeline, runner.choice(session, runner.Asked.given(*asked)))
        except (ChatPaperError, TimeoutError):
            return {self._panel.listed: gr.skip()}
        return self._offered(session, names, asked)

    def _offered(self, session: Session, names: tuple[str, ...], asked: tuple[Any, ...]) -> Updates:
        choices = models(session.interface, names[:_MOST_LISTED])
        return {self._panel.model: gr.update(choices=choices), self._panel.listed: _place(asked)}

    def _good(self, choice: Choice, names: tuple[str, ...]) -> tuple[Bilingual, bool]:
        """What the list of models says of the key."""
        engine = self._pipeline.engine(choice)
        if engine.extractive:
            return WORDS.no_key_needed, True
        told = WORDS.key_works if choice.keys else WORDS.answers
        words = told.filled(engine=engine.label or ENGINE_NAMES[engine.name], count=len(names))
        if choice.model and names and choice.model not in names:
            missing = WORDS.not_among.filled(model=choice.model)
            return Bilingual(zh=f"{words.zh}{missing.zh}", en=f"{words.en}{missing.en}"), False
        return words, True


async def listed(pipeline: Pipeline, choice: Choice) -> tuple[str, ...]:
    """The provider's models. Raises ModelError, TimeoutError; a closed tab hangs up."""
    async with asyncio.timeout(PATIENCE):
        async for names in streamed(
            lambda cancel: iter((pipeline.models(choice, cancel),)), CancelToken(), heartbeat=5
        ):
            if names is not None:
                return names
    return ()


def engines(interface: Language, settings: Settings) -> list[tuple[str, str]]:
    """Automatic, then every engine that this installation may have."""
    names = {"openai": WORDS.engine_openai, "local": WORDS.engine_local, "extractive": WORDS.engine_extractive}
    offered = [e for e in ENGINES if e != "local" or settings.local_model]
    shown = [(names[e].within(interface) if e in names else ENGINE_NAMES.get(e, e), e) for e in offered]
    return [(WORDS.engine_auto.within(interface), "auto"), *shown]


def addresses(interface: Language, settings: Settings) -> list[tuple[str, str]]:
    """Where an OpenAI-compatible service may be: as set up here, then the well-known ones; any other may be typed."""
    own = WORDS.base_url_own.within(interface) if settings.openai_base_url else PRESETS[0].name
    known = [p for p in PRESETS if settings.openai_base_url or p is not PRESETS[0]]
    return [(own, ""), *((f"{p.name} · {p.base_url}", p.base_url) for p in known)]


def models(interface: Language, names: tuple[str, ...]) -> list[tuple[str, str]]:
    """The default, then the provider's; any other may be typed."""
    return [(WORDS.model_own.within(interface), ""), *((name, name) for name in names)]


def _empty(session: Session) -> dict[str, Any]:
    return {"choices": models(session.interface, ()), "value": ""}


def _place(asked: tuple[Any, ...]) -> str:
    """Engine, address and key; of the key nothing can be read back."""
    engine, base_url, _, key, *_ = asked
    return hashlib.sha256(repr((engine, base_url, key)).encode()).hexdigest()


def _said(session: Session, words: Bilingual, *, good: bool) -> str:
    kind = "good" if good else "bad"
    return Markup('<p role="status" class="{}">{}</p>').format(kind, words.within(session.interface))
