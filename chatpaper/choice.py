"""What a user chose for a run, which engine serves it, and on whose account."""

import threading
import time
from dataclasses import dataclass, field, replace
from typing import cast

from .admission import Admission
from .cancel import CancelToken
from .errors import OwnersModel
from .llm import engines
from .llm.base import Engine
from .llm.remote import RemoteEngine
from .settings import EngineName, Settings
from .value import LANGUAGES, Language

_RENEWED = 1800.0
"""Seconds after which the owner's engine is made anew: a key that was refused or used up may serve again."""


@dataclass(frozen=True, kw_only=True)
class Choice:
    """What the user chose for one run. Keys are the visitor's, and live as long as this value."""

    engine: EngineName | None = None
    """None: the first that is set up."""
    model: str | None = None
    keys: tuple[str, ...] = field(default=(), repr=False)
    base_url: str | None = None
    """Where the user's own OpenAI-compatible service is; None: where the settings say."""
    languages: tuple[Language, ...] = LANGUAGES
    visitor: str | None = None
    """Address of the visitor whom the owner's keys serve; None: the owner."""


class Chooser:
    """Engines for choices. Thread-safe; one per process, as those on the owner's keys share the keys' limits."""

    def __init__(self, settings: Settings, admission: Admission) -> None:
        self._settings = settings
        self._admission = admission
        self._owners: dict[str, tuple[Engine, float]] = {}
        self._lock = threading.Lock()

    def engine(self, choice: Choice) -> Engine:
        """The engine of a choice; on the owner's keys always the same one.

        Raises NoKey, BadEndpoint; OwnersModel where a stranger wants another model on the owner's keys.
        """
        made = self._made(choice)
        if not self.owners_own(choice, made):
            return made
        own = self._owners_engine(made.name)
        if made.model == own.model:
            return own
        if self.owner_pays(choice, made):
            raise OwnersModel(model=own.model)
        return made

    def models(self, choice: Choice, cancel: CancelToken) -> tuple[str, ...]:
        """The models that the choice's provider lists, which costs nothing; those of the owner's keys are not told.

        Raises ModelError, such as WrongKey; Cancelled once the token is set.
        """
        engine = self.engine(replace(choice, model=None))
        return (engine.model,) if self.owner_pays(choice, engine) else engine.models(cancel)

    def admit(self, choice: Choice, engine: Engine, cost: int) -> None:
        """Count what a visitor asks of the owner's keys. Raises DailyLimit, SharedLimit."""
        if choice.visitor is not None and self.owner_pays(choice, engine):
            self._admission.admit(choice.visitor, cost)

    def owner_pays(self, choice: Choice, engine: Engine) -> bool:
        """Whether this is a stranger's run on the owner's keys."""
        stranger = choice.visitor is not None and self._admission.shared
        return stranger and self.owners_own(choice, engine)

    def owners_own(self, choice: Choice, engine: Engine) -> bool:
        """Whether it runs on the owner's keys, or on a server of the owner's that wants none, whatever key is given."""
        keyless = engine.name == "openai" and self._settings.openai_base_url and not self._settings.openai_keys
        return isinstance(engine, RemoteEngine) and engine.endpoint is None and bool(keyless or not choice.keys)

    def _owners_engine(self, name: str) -> Engine:
        with self._lock:
            made, since = self._owners.get(name, (None, 0.0))
            if made is None or time.monotonic() - since > _RENEWED:
                made = self._made(Choice(engine=cast(EngineName, name)))
                self._owners[name] = made, time.monotonic()
            return made

    def _made(self, choice: Choice) -> Engine:
        engine = engines.chosen(
            self._settings, choice.engine, model=choice.model, keys=choice.keys, base_url=choice.base_url
        )
        if self._settings.requests_per_minute and isinstance(engine, RemoteEngine):
            engine.keep_to(self._settings.requests_per_minute)
        return engine
