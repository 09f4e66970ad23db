"""What an engine is: one class with one streaming method."""

from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from ..cancel import CancelToken
from ..digest import Made
from ..paper import Passage
from ..value import Language


@dataclass(frozen=True, kw_only=True)
class Request:
    """One stage's question. `system`, then `paper`, then `instruction`: same bytes first (rule 9)."""

    stage: str
    system: str
    paper: str
    """The paper's passages with their ids; byte-identical in all stages of a run."""
    instruction: str
    schema: Mapping[str, Any]
    """JSON Schema (draft 2020-12, without $ref) of the reply."""
    passages: tuple[Passage, ...]
    """The passages that `paper` holds, for an engine that needs no model."""
    languages: tuple[Language, ...]


@dataclass(frozen=True, kw_only=True)
class Usage:
    """Tokens of one call, as the provider reports them; also of a call that failed after it was billed."""

    input_tokens: int = 0
    cached_tokens: int = 0
    output_tokens: int = 0


@dataclass(frozen=True)
class Restart:
    """The stream broke and began anew: the text so far is void."""


@dataclass(frozen=True, kw_only=True)
class Reading:
    """Tokens of the request that the model has read, where it tells; the paper comes first, and takes the time."""

    tokens: int
    total: int


Piece = str | Usage | Restart | Reading


class Engine(ABC):
    """A model, or what stands in for one."""

    name: ClassVar[str]
    label: str = ""
    """The provider, for people; "" where there is none."""
    extractive: ClassVar[bool] = False
    """It writes nothing: its claims are the paper's own sentences, in the paper's language."""

    endpoint: str | None = None
    """Of an endpoint that the user gave: its host, and a hash of its address; None: the owner's, or the vendor's."""

    def __init__(self, *, model: str, window: int) -> None:
        self.model = model
        self.window = window
        """Tokens that system text, paper, instruction and reply may take together."""

    @abstractmethod
    def stream(self, request: Request, cancel: CancelToken) -> Iterator[Piece]:
        """The reply's JSON text in pieces, and its Usage. Raises ModelError; Cancelled once `cancel` is set."""

    def models(self, _cancel: CancelToken) -> tuple[str, ...]:
        """Names of the models to choose from, as the provider lists them; () where there is no choice.

        Raises ModelError, such as WrongKey; Cancelled once the token is set.
        """
        return ()

    def cost_usd(self, _made: Made) -> float | None:
        """US dollars for the calls and tokens of a digest; None where the price is not known, or there is none."""
        return None
