"""The captions of a paper's figures in its reader's language: one call for all of them, made when a reader wants it.

A translation proves nothing and is no statement; it is held against its caption, and stands beside it.
"""

import time
from collections.abc import Iterator, Mapping

from pydantic import Field

from ..cancel import CancelToken
from ..digest import Digest, DigestFigure, Flag
from ..errors import BadReply
from ..injections import addresses_models
from ..llm.base import Engine, Request, Usage
from ..value import Language
from . import costs, replies
from .arrival import arriving
from .audit import disagreement, unmixed
from .budget import flat, tokens
from .cleaning import dirt, tidy, without_citations
from .prompts import Prompts
from .replies import Reply

_NAMES: Mapping[Language, str] = {"zh": "Chinese", "en": "English"}
_INSTRUCTIONS = 1500
"""Tokens kept free for system text and instruction."""


class CaptionReply(Reply):
    number: str
    text: str


class CaptionsReply(Reply):
    captions: tuple[CaptionReply, ...] = Field(description="each caption by its number, translated")


def target(digest: Digest) -> Language:
    """The language that the captions are not in."""
    return "en" if digest.paper.language == "zh" else "zh"


def translated(digest: Digest, engine: Engine, prompts: Prompts, cancel: CancelToken) -> Digest:
    """The digest with its captions in the other language too, as far as they fit the model's window.

    Raises ModelError, BadReply; Cancelled once `cancel` is set.
    """
    begun, language = time.monotonic(), target(digest)
    sent = _fitting(digest, engine.window)
    text, made = "", costs.begun(engine, prompts.captions_version)
    for state in arriving(engine, _request(digest, sent, prompts, language), cancel):
        if isinstance(state, Usage):
            made = costs.with_call(made, state)
        elif isinstance(state, str):
            text = state
    said = _said(text, engine)
    figures = tuple(
        _audited(figure, tidy(said.get(n, "")), language) if n in sent else figure
        for n, figure in enumerate(digest.figures, 1)
    )
    return digest.model_copy(update={"figures": figures, "translated": costs.timed(made, engine, begun)})


def _fitting(digest: Digest, window: int) -> dict[int, str]:
    """Captions by their number, from 1: those that say something, and leave room for a translation as long."""
    room, fitting = (window - _INSTRUCTIONS) // 3, {}
    for n, figure in enumerate(digest.figures, 1):
        caption = " ".join(without_citations(figure.caption).split())
        if not caption or addresses_models(caption):
            continue
        room -= tokens(caption)
        if room < 0:
            break
        fitting[n] = caption
    return fitting


def _request(digest: Digest, captions: Mapping[int, str], prompts: Prompts, language: Language) -> Request:
    lines = [f"# {flat(digest.paper.title)}", *(f"[{n}] {flat(caption)}" for n, caption in captions.items())]
    return Request(
        stage="captions",
        system=prompts.system,
        paper="\n".join(["<paper>", *lines, "</paper>"]),
        instruction=prompts.captions.instruction({"language": _NAMES[language]}),
        schema=replies.schema(CaptionsReply, (language,)),
        passages=(),
        languages=(language,),
    )


def _said(text: str, engine: Engine) -> dict[int, str]:
    try:
        reply = replies.parse(text, CaptionsReply, ())
    except replies.Misfit as misfit:
        raise BadReply(engine=engine.name, problem=misfit.problem) from None
    assert isinstance(reply, CaptionsReply)
    numbered = ((c.number.strip("[] "), c.text) for c in reply.captions)
    return {int(number): said for number, said in numbered if number.isdecimal()}


def _audited(figure: DigestFigure, said: str, language: Language) -> DigestFigure:
    """With its translation and what is wrong with it; what did not come is left as it was."""
    if not said:
        return figure
    return figure.model_copy(update={"translation": said, "flags": tuple(_flags(figure.caption, said, language))})


def _flags(caption: str, said: str, language: Language) -> Iterator[Flag]:
    printed = without_citations(caption)
    if odd := disagreement(said, printed) if language == "zh" else disagreement(printed, said):
        yield Flag(kind="languages_disagree", detail=odd)
    if not unmixed(said, language):
        yield Flag(kind="wrong_language")
    if (found := dirt(said)) and not dirt(printed):
        yield Flag(kind="unclean", detail=found)
