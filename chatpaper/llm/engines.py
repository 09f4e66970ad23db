"""Which engines there are and how each is set up; adding one is one file and one line here.

Each provider's SDK takes 20 to 40 MB, so it is imported with the first engine that needs it.
"""

from collections.abc import Callable, Mapping

from ..errors import NoKey, NoSuchModel
from ..settings import EngineName, Settings
from . import endpoints
from .base import Engine
from .extractive import Extractive
from .local import Local


def _gemini(settings: Settings, model: str | None, keys: tuple[str, ...], _base_url: str | None) -> Engine:
    from .gemini import Gemini

    return Gemini(
        keys=keys or settings.gemini_keys or settings.google_keys,
        model=model or settings.gemini_model,
        endpoint=settings.gemini_endpoint,
    )


def _openai(settings: Settings, model: str | None, keys: tuple[str, ...], base_url: str | None) -> Engine:
    from .openai import OpenAICompatible

    if base_url and (given := endpoints.checked(base_url)) != settings.openai_base_url:
        return _elsewhere(settings, model, keys, given)
    # a server of one's own (Ollama, llama.cpp) needs no key, but the protocol wants one
    own = ("none",) if settings.openai_base_url else ()
    return OpenAICompatible(
        keys=keys or settings.openai_keys or own,
        model=model or settings.openai_model,
        base_url=settings.openai_base_url or "https://api.openai.com/v1",
        window=settings.openai_window,
    )


def _elsewhere(settings: Settings, model: str | None, keys: tuple[str, ...], base_url: str) -> Engine:
    """At an address that the user gave: with the user's keys only, never with the owner's."""
    from .openai import OpenAICompatible

    known = endpoints.preset(base_url)
    if known and not keys:
        raise NoKey(engine=known.name, variable=OpenAICompatible.variable)
    return OpenAICompatible(
        keys=keys or ("none",),
        model=model or (known.model if known else settings.openai_model),
        base_url=base_url,
        window=settings.openai_window,
        given=True,
        guarded=not known and not settings.allow_private_endpoints,
    )


def _local(settings: Settings, model: str | None, _keys: tuple[str, ...], _base_url: str | None) -> Engine:
    engine = Local(model=settings.local_model or "", context=settings.local_context)
    if model not in (None, engine.model, settings.local_model):
        raise NoSuchModel.beside([engine.model], engine=engine.name, model=model)
    return engine


def _extractive(_settings: Settings, _model: str | None, _keys: tuple[str, ...], _base_url: str | None) -> Engine:
    return Extractive()


_ENGINES: Mapping[EngineName, Callable[[Settings, str | None, tuple[str, ...], str | None], Engine]] = {
    "gemini": _gemini,
    "openai": _openai,
    "local": _local,
    "extractive": _extractive,
}


def chosen(
    settings: Settings,
    name: EngineName | None,
    *,
    model: str | None,
    keys: tuple[str, ...],
    base_url: str | None = None,
) -> Engine:
    """The engine of this name; None: as the settings say, else the first that is set up.

    `base_url`: where the user wants an OpenAI-compatible engine to be. Raises NoKey, BadEndpoint.
    """
    if name is None and base_url:
        name = "openai"
    if name is None and settings.engine != "auto":
        name = settings.engine
    return _ENGINES[name or _first(settings, keys)](settings, model, keys, base_url)


def _first(settings: Settings, keys: tuple[str, ...]) -> EngineName:
    if keys or settings.gemini_keys or settings.google_keys:
        return "gemini"
    if settings.openai_keys or settings.openai_base_url:
        return "openai"
    if settings.local_model:
        return "local"
    return "extractive"
