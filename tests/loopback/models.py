"""What the loopback servers of model providers share: keys, models, scripted replies, what was asked, caching."""

from collections import deque
from collections.abc import Callable
from typing import Generic, Protocol, TypeVar

from . import digest_replies
from .counting import shared, tokens
from .faults import Fault
from .serving import Exchange, Loopback

CACHE_FROM = 1024
"""Shortest prefix that is billed as cached, in tokens (https://ai.google.dev/gemini-api/docs/caching,
https://platform.openai.com/docs/guides/prompt-caching)."""

PIECE = 80
"""Characters of a streamed chunk."""

Reply = str | Fault


class ModelRequest(digest_replies.Prompt, Protocol):
    """What one call asked for."""

    @property
    def key(self) -> str: ...

    @property
    def model(self) -> str: ...

    @property
    def prefix(self) -> str:
        """Everything in the order in which the provider's cache compares it."""
        ...


Request = TypeVar("Request", bound=ModelRequest)


class ModelServer(Loopback, Generic[Request]):
    """A provider. Set its attributes at any time; what it was asked is in `requests`."""

    def __init__(self, *, models: tuple[str, ...], input_limit: int) -> None:
        self.reply: Callable[[Request], Reply] = digest_replies.reply
        self.keys: set[str] | None = None
        """The only keys that are accepted; None: any but the empty one."""
        self.models = models
        self.served_as: dict[str, str] = {}
        """Model -> the version of it that answers."""
        self.first_token = 0.0
        """Seconds before the first byte of each answer."""
        self.tokens_per_second: float | None = None
        """None: as fast as it goes."""
        self.input_limit = input_limit
        """Tokens."""
        self._scripts: list[tuple[str, deque[Reply]]] = []
        self._requests: list[Request] = []
        super().__init__()

    @property
    def requests(self) -> list[Request]:
        """All calls that generate, so far, in the order in which they came."""
        with self.lock:
            return list(self._requests)

    def script(self, *replies: Reply, when: str = "") -> None:
        """The next replies to requests whose prompt contains `when`, used once each; then `reply` answers again."""
        with self.lock:
            self._scripts.append((when, deque(replies)))

    def accepts(self, key: str) -> bool:
        return key in self.keys if self.keys is not None else bool(key)

    def record(self, request: Request) -> int:
        """Keeps the request; tokens at its start that an earlier call of the same key and model sent too."""
        with self.lock:
            earlier = [r for r in self._requests if (r.key, r.model) == (request.key, request.model)]
            self._requests.append(request)
        same = max((shared(r.prefix, request.prefix) for r in earlier), default=0)
        count = tokens(request.prefix[:same])
        return count if count >= CACHE_FROM else 0

    def replied(self, request: Request, refusal: Fault | None) -> Fault:
        """What is answered: the refusal, what was scripted, else a reply; a good one is a fault without a fault."""
        reply = refusal or self._scripted(request) or self.reply(request)
        return reply if isinstance(reply, Fault) else Fault(text=reply)

    def spoken(self, exchange: Exchange, text: str) -> None:
        """The time that so much text takes."""
        if self.tokens_per_second:
            exchange.pause(tokens(text) / self.tokens_per_second)

    def _scripted(self, request: Request) -> Reply | None:
        with self.lock:
            for when, replies in self._scripts:
                if replies and when in request.prefix:
                    return replies.popleft()
        return None


def pieces(fault: Fault, text: str) -> list[str]:
    """The text of each streamed chunk; a good answer has at least one."""
    cut = [text[i : i + PIECE] for i in range(0, len(text), PIECE)]
    return cut or ([""] if fault.then == "end" else [])
