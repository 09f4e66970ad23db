"""For programs: /read, /digest and /ask as Gradio serves an API; everything else of the page is private.

The limits and the rules for keys are the page's own: a key serves the call that brought it, and nothing of it is kept.
"""

import inspect
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import aclosing
from dataclasses import replace
from pathlib import Path
from typing import Any, Literal, TypeVar, get_args

import gradio as gr
from gradio.events import api
from gradio.processing_utils import check_all_files_in_cache

from ..cancel import CancelToken
from ..chain import ask
from ..chain.events import DigestGrew, Finished
from ..errors import BadCall, ChatPaperError, NotAPdf
from ..paper import PdfFile
from ..pipeline import Choice, Pipeline
from ..rendering.json import Json, answer_object, digest_object, paper_object
from ..value import Language
from . import runner, visitor
from .session import Session
from .stream import streamed
from .words import without_options

T = TypeVar("T")
Engine = Literal["auto", "gemini", "openai", "local", "extractive"]
Languages = Literal["zh", "en", "both"]
BEAT = 2.0
"""Seconds after which what is there is told once more: so it is noticed that nobody listens."""


class Api:
    """The endpoints. `register` adds them to the Blocks that is being built."""

    def __init__(self, pipeline: Pipeline) -> None:
        self._pipeline = pipeline

    def register(self, **options: Any) -> None:
        for endpoint in (self.read, self.digest, self.ask):
            api(endpoint, api_name=endpoint.__name__, api_description=inspect.getdoc(endpoint), **options)

    async def read(
        self,
        paper: str = "",
        file: gr.FileData | None = None,
        password: str = "",
        anyway: bool = False,
        language: Language = "en",
    ) -> AsyncIterator[Json]:
        """What reading finds of a paper, without any model: as `python -m chatpaper read --json` prints it.

        Args:
            paper: an arXiv id (2404.12920, hep-th/9901001v1) or an arXiv URL
            file: or a PDF
            password: of an encrypted PDF
            anyway: also with a PDF that does not look like a paper, or a scan (by OCR)
            language: of an error's sentence
        """

        def start(_: CancelToken) -> Iterator[Json]:
            pdf = self._pdf(paper, file)
            yield paper_object(self._pipeline.read(pdf, password=password or None, anyway=anyway, ocr=anyway))

        async for told in _told(start, language):
            yield told

    async def digest(
        self,
        request: gr.Request,
        paper: str = "",
        file: gr.FileData | None = None,
        languages: Languages = "both",
        engine: Engine = "auto",
        model: str = "",
        key: str = "",
        base_url: str = "",
        password: str = "",
        anyway: bool = False,
    ) -> AsyncIterator[Json]:
        """The digest of a paper, as `python -m chatpaper digest --format json` prints it; streamed: each time a stage
        is finished comes the digest so far, the last one is whole.

        Args:
            paper: an arXiv id (2404.12920, hep-th/9901001v1) or an arXiv URL
            file: or a PDF
            languages: of the digest
            engine: auto is the first that is set up, else extractive
            model: empty is the engine's default
            key: your own, used for this call and not kept; several are parted by commas; empty is this server's
            base_url: of an OpenAI-compatible service of your own; it never gets this server's key
            password: of an encrypted PDF
            anyway: also with a PDF that does not look like a paper, or a scan (by OCR)
        """

        def start(cancel: CancelToken) -> Iterator[Json]:
            choice = _choice(request, languages, engine, model, key, base_url)
            pdf = self._pdf(paper, file)
            for event in self._pipeline.digest(pdf, choice, cancel, password=password or None, anyway=anyway):
                if isinstance(event, Finished) or (isinstance(event, DigestGrew) and event.done):
                    yield digest_object(event.digest)

        async for told in _told(start, "zh" if languages == "zh" else "en"):
            yield told

    async def ask(
        self,
        request: gr.Request,
        question: str = "",
        paper: str = "",
        file: gr.FileData | None = None,
        languages: Languages = "both",
        engine: Engine = "auto",
        model: str = "",
        key: str = "",
        base_url: str = "",
        password: str = "",
        anyway: bool = False,
    ) -> AsyncIterator[Json]:
        """What a paper says to a question: statements, each with the sentences it rests on and what the audit says of
        it; none, if the paper does not say. The extractive engine gives the sentences that come closest instead.

        Args:
            question: at most 500 characters, about this paper
            paper: an arXiv id (2404.12920, hep-th/9901001v1) or an arXiv URL
            file: or a PDF
            languages: of the answer
            engine: auto is the first that is set up, else extractive
            model: empty is the engine's default
            key: your own, used for this call and not kept; several are parted by commas; empty is this server's
            base_url: of an OpenAI-compatible service of your own; it never gets this server's key
            password: of an encrypted PDF
            anyway: also with a PDF that does not look like a paper, or a scan (by OCR)
        """

        def start(cancel: CancelToken) -> Iterator[Json]:
            choice, asked = _choice(request, languages, engine, model, key, base_url), ask.checked(question)
            pdf = self._pdf(paper, file)
            read = self._pipeline.read(pdf, password=password or None, anyway=anyway, ocr=anyway)
            for grown in self._pipeline.ask(read, asked, choice, cancel):
                if grown.done:
                    yield answer_object(grown.answer, read)

        async for told in _told(start, "zh" if languages == "zh" else "en"):
            yield told

    def _pdf(self, paper: str, file: gr.FileData | None) -> PdfFile:
        """Raises InputError, OutsideError."""
        if not file:
            return self._pipeline.fetch(paper.strip())
        try:
            given: Any = dict(file)
            check_all_files_in_cache(given)  # not any file of this machine: one that was sent here
            path = Path(given["path"])
        except (gr.Error, KeyError, TypeError, ValueError):
            raise NotAPdf from None
        return self._pipeline.upload(path, Path(str(given.get("orig_name") or path.name)).name)


def _choice(request: gr.Request, languages: Languages, engine: Engine, model: str, key: str, base_url: str) -> Choice:
    """Raises BadCall: Gradio does not look at what a program sends."""
    for given, kind in ((languages, Languages), (engine, Engine)):
        if given not in (known := get_args(kind)):
            raise BadCall(given=str(given)[:50], known=", ".join(known))
    asked = runner.Asked.given(engine, "", model, key, "", False)
    caller = Session(visitor=visitor.address(request), wanted=languages)
    return replace(runner.choice(caller, asked), base_url=base_url.strip() or None)


async def _told(start: Callable[[CancelToken], Iterator[T]], language: Language) -> AsyncIterator[T]:
    """What `start` gives, one by one; every failure is one sentence."""
    last: T | None = None
    try:
        async with aclosing(streamed(start, CancelToken(), heartbeat=BEAT)) as items:
            async for item in items:
                last = last if item is None else item
                if last is not None:
                    yield last
    except ChatPaperError as error:
        raise gr.Error(without_options(error.sentence).within(language), print_exception=False) from None
    except Exception as error:
        raise gr.Error(runner.unexpected(error).within(language), print_exception=False) from None
