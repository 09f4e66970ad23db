"""Which engines there are and how each is set up; adding one is one file and one line here."""

from collections.abc import Callable, Mapping

from ..settings import EngineName, Settings
from .base import Engine
from .extractive import Extractive
from .gemini import Gemini


def _gemini(settings: Settings, model: str | None, keys: tuple[str, ...]) -> Engine:
    return Gemini(
        keys=keys or settings.gemini_keys or settings.google_keys,
        model=model or settings.gemini_model,
        endpoint=settings.gemini_endpoint,
    )


def _extractive(_settings: Settings, _model: str | None, _keys: tuple[str, ...]) -> Engine:
    return Extractive()


_ENGINES: Mapping[EngineName, Callable[[Settings, str | None, tuple[str, ...]], Engine]] = {
    "gemini": _gemini,
    "extractive": _extractive,
}


def chosen(settings: Settings, name: EngineName | None, *, model: str | None, keys: tuple[str, ...]) -> Engine:
    """The engine of this name; None: as the settings say, else the first that is set up. Raises NoKey."""
    if name is None and settings.engine != "auto":
        name = settings.engine
    if name is None:
        name = "gemini" if keys or settings.gemini_keys or settings.google_keys else "extractive"
    return _ENGINES[name](settings, model, keys)
