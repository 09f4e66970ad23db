"""What the engines of providers have in common: keys, tries, and a list of models."""

import difflib
from abc import abstractmethod
from collections.abc import Callable, Iterator
from typing import ClassVar

from ..cancel import CancelToken
from ..digest import Made
from ..errors import ModelError, NoKey, NoSuchModel, WrongKey
from . import prices
from .apart import apart
from .base import Engine, Piece, Request
from .limits import Limits
from .retry import KeyRing, Trouble, tried


class RemoteEngine(Engine):
    """A provider's model, asked with one or several keys."""

    variable: ClassVar[str]
    """Where a key is looked for."""

    def __init__(self, *, keys: tuple[str, ...], model: str, window: int, price_list: str | None) -> None:
        """`price_list`: whose prices hold, see `prices.yaml`; None where they are not known. Raises NoKey, WrongKey."""
        if not keys:
            raise NoKey(engine=self.label, variable=self.variable)
        if not all(key.isascii() and key.isprintable() for key in keys):  # it could not even be sent
            raise WrongKey(engine=self.label)
        super().__init__(model=model, window=window)
        self._keys = KeyRing(keys)
        self._price_list = price_list
        self._served_as = model
        """The model as the last answer named it: an alias may stand for any."""

    def keep_to(self, per_minute: int) -> None:
        """From now on no more requests of each key a minute."""
        self._keys.limits = Limits(per_minute)

    def stream(self, request: Request, cancel: CancelToken) -> Iterator[Piece]:
        try:
            yield from tried(lambda key: self._apart(key, request, cancel), self._keys, cancel)
        except NoSuchModel:
            raise self._no_such_model(self._offered(cancel)) from None

    def models(self, cancel: CancelToken) -> tuple[str, ...]:
        taken = self._keys.take()
        if taken is None:
            assert self._keys.trouble is not None, "a key ring without keys"
            raise self._keys.trouble
        key = taken[0]

        def ask(tell: Callable[[tuple[str, ...]], None], own: CancelToken) -> None:
            tell(self._listed(key, own))

        try:
            return next(apart(ask, cancel, daemon=True))
        except Trouble as trouble:
            raise trouble.error from None

    def cost_usd(self, made: Made) -> float | None:
        return prices.cost_usd(self._price_list, self._served_as, made) if self._price_list else None

    def _apart(self, key: str, request: Request, cancel: CancelToken) -> Iterator[Piece]:
        def ask(tell: Callable[[Piece], None], own: CancelToken) -> None:
            for piece in self._asked(key, request, own):
                tell(piece)
                own.check()

        return apart(ask, cancel, daemon=True)

    @abstractmethod
    def _asked(self, key: str, request: Request, cancel: CancelToken) -> Iterator[Piece]:
        """One try. Raises Trouble; Cancelled once `cancel` is set."""

    @abstractmethod
    def _listed(self, key: str, cancel: CancelToken) -> tuple[str, ...]:
        """As `models`, with this key. Raises Trouble; Cancelled once `cancel` is set."""

    def _no_such_model(self, offered: tuple[str, ...] = ()) -> NoSuchModel:
        return NoSuchModel.beside(offered, engine=self.label, model=self.model)

    def _offered(self, cancel: CancelToken) -> tuple[str, ...]:
        """What there is instead of this model, the likest names first; () where that cannot be had."""
        try:
            names = self.models(cancel)
        except ModelError:
            return ()
        return tuple(sorted(names, key=lambda n: difflib.SequenceMatcher(None, n, self.model).ratio(), reverse=True))
