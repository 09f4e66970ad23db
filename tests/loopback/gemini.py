"""Gemini's REST protocol (https://ai.google.dev/api/generate-content), as google-generativeai speaks it."""

import json
import time
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from . import digest_replies
from .faults import FINISH_NAMES, MAX_TOKENS, STOP, Fault, bad_key, bad_request, no_model
from .schema import flaw
from .serving import Exchange, Loopback

MODELS = ("gemini-flash-latest", "gemini-2.5-flash", "gemini-2.5-pro", "gemini-2.5-flash-lite")
CACHE_FROM = 1024
"""Shortest prefix that is billed as cached, in tokens (https://ai.google.dev/gemini-api/docs/caching)."""
PIECE = 80
"""Characters of a streamed chunk."""


@dataclass(frozen=True)
class GeminiRequest:
    """What one call asked for."""

    path: str
    model: str
    key: str
    """As in the header x-goog-api-key; "" without."""
    body: dict[str, Any]
    time: float
    """Seconds on the monotonic clock, when the request was read."""

    @property
    def streamed(self) -> bool:
        return self.path.endswith(":streamGenerateContent")

    @cached_property
    def system(self) -> str:
        return "".join(_texts([self.body.get("systemInstruction") or {}]))

    @cached_property
    def parts(self) -> tuple[str, ...]:
        """The text parts of all contents, in order."""
        return tuple(_texts(self.body.get("contents", [])))

    @property
    def text(self) -> str:
        return "\n".join(self.parts)

    @property
    def generation_config(self) -> dict[str, Any]:
        config: dict[str, Any] = self.body.get("generationConfig", {})
        return config

    @property
    def schema(self) -> dict[str, Any] | None:
        return self.generation_config.get("responseSchema")

    @property
    def prefix(self) -> str:
        """Everything in the order in which the provider's cache compares it."""
        return "\0".join((self.system, *self.parts))


Reply = str | Fault
Replier = Callable[[GeminiRequest], Reply]


class GeminiServer(Loopback):
    """Answers like Gemini. Set its attributes at any time; what it was asked is in `requests`."""

    def __init__(self) -> None:
        self.reply: Replier = digest_replies.reply
        self.keys: set[str] | None = None
        """The only keys that are accepted; None: any but the empty one."""
        self.models: tuple[str, ...] = MODELS
        self.first_token = 0.0
        """Seconds before the first byte of each answer."""
        self.tokens_per_second: float | None = None
        """None: as fast as it goes."""
        self.input_limit = 1_048_576
        """Tokens."""
        self._scripts: list[tuple[str, deque[Reply]]] = []
        self._requests: list[GeminiRequest] = []
        super().__init__()

    @property
    def requests(self) -> list[GeminiRequest]:
        """All calls that generate, so far, in the order in which they came."""
        with self.lock:
            return list(self._requests)

    def script(self, *replies: Reply, when: str = "") -> None:
        """The next replies to requests whose prompt contains `when`, used once each; then `reply` answers again."""
        with self.lock:
            self._scripts.append((when, deque(replies)))

    def answer(self, exchange: Exchange) -> None:
        path, _, verb = exchange.path.partition(":")
        model = path.rpartition("/")[2]
        if not path.startswith("/v1beta/models"):
            exchange.send(404, b"<html><title>Error 404 (Not Found)!!1</title></html>", "text/html")
        elif exchange.method == "GET":
            self._describe(exchange, model)
        elif verb == "countTokens":
            body = json.loads(exchange.body)
            asked = body.get("generateContentRequest", body)
            exchange.send_json(200, {"totalTokens": tokens(" ".join(_texts(asked.get("contents", []))))})
        else:
            body = json.loads(exchange.body or b"{}")
            key = exchange.headers.get("x-goog-api-key", "")
            self._generate(exchange, GeminiRequest(exchange.path, model, key, body, time.monotonic()))

    def _describe(self, exchange: Exchange, name: str) -> None:
        key = exchange.headers.get("x-goog-api-key", "")
        if not self._accepts(key):
            _send_error(exchange, bad_key(), streamed=False)
        elif name == "models":
            exchange.send_json(200, {"models": [self._model(m) for m in self.models]})
        elif name in self.models:
            exchange.send_json(200, self._model(name))
        else:
            _send_error(exchange, no_model(name), streamed=False)

    def _model(self, name: str) -> dict[str, Any]:
        return {
            "name": f"models/{name}",
            "version": "001",
            "displayName": name.replace("-", " ").title(),
            "description": f"Loopback {name}",
            "inputTokenLimit": self.input_limit,
            "outputTokenLimit": 65536,
            "supportedGenerationMethods": ["generateContent", "countTokens"],
            "temperature": 1,
            "topP": 0.95,
            "topK": 64,
        }

    def _accepts(self, key: str) -> bool:
        return key in self.keys if self.keys is not None else bool(key)

    def _generate(self, exchange: Exchange, request: GeminiRequest) -> None:
        with self.lock:
            cached = self._cached(request)
            self._requests.append(request)
        reply = self._refusal(request) or self._scripted(request) or self.reply(request)
        fault = reply if isinstance(reply, Fault) else Fault(text=reply)
        exchange.pause(self.first_token + fault.delay)
        if fault.status != 200:
            _send_error(exchange, fault, streamed=request.streamed)
            return
        text, finish = _limited(fault.text, fault.finish, request.generation_config.get("maxOutputTokens"))
        answer = _Answer(request, fault, text, finish, cached, ints=exchange.query.get("$alt") == INT_ENUMS)
        if request.streamed:
            self._stream(exchange, answer)
        else:
            self._send(exchange, answer)

    def _refusal(self, request: GeminiRequest) -> Fault | None:
        """What the real server refuses before it asks a model."""
        if not self._accepts(request.key):
            return bad_key()
        if request.model not in self.models:
            return no_model(request.model)
        if not request.parts:
            return bad_request("* GenerateContentRequest.contents: contents is not specified")
        if (count := tokens(request.prefix)) > self.input_limit:
            text = f"The input token count ({count}) exceeds the maximum number of tokens allowed ({self.input_limit})."
            return bad_request(text)
        where = flaw(request.schema) if request.schema else None
        return bad_request(f"* GenerateContentRequest.generation_config.response_schema{where}") if where else None

    def _scripted(self, request: GeminiRequest) -> Reply | None:
        with self.lock:
            for when, replies in self._scripts:
                if replies and when in request.prefix:
                    return replies.popleft()
        return None

    def _cached(self, request: GeminiRequest) -> int:
        """Tokens at the start that an earlier call of the same key and model sent too."""
        earlier = [r for r in self._requests if (r.key, r.model) == (request.key, request.model)]
        same = max((_shared(r.prefix, request.prefix) for r in earlier), default=0)
        count = tokens(request.prefix[:same])
        return count if count >= CACHE_FROM else 0

    def _send(self, exchange: Exchange, answer: "_Answer") -> None:
        fault = answer.fault
        if fault.then == "error":
            _send_error(exchange, Fault(status=503, error=fault.error), streamed=False)
            return
        if self.tokens_per_second:
            exchange.pause(tokens(answer.text) / self.tokens_per_second)
        data = json.dumps(answer.whole()).encode()
        exchange.begin(200, JSON, length=len(data))
        if fault.then == "end":
            exchange.piece(data)
            return
        exchange.piece(data[: len(data) // 2])
        exchange.pause(fault.stall)
        exchange.cut()

    def _stream(self, exchange: Exchange, answer: "_Answer") -> None:
        """A JSON array, written element by element, as `$alt=json` gives it."""
        exchange.begin(200, JSON)
        opening = "["
        for chunk, spoken in answer.chunks():
            if self.tokens_per_second:
                exchange.pause(tokens(spoken) / self.tokens_per_second)
            exchange.piece((opening + json.dumps(chunk, indent=2)).encode())
            opening = "\n,\r\n"
        if answer.fault.then in ("stall", "cut"):
            exchange.pause(answer.fault.stall)
            exchange.cut()
            return
        exchange.piece(b"]" if opening != "[" else b"[]")
        exchange.end()


JSON = "application/json; charset=UTF-8"
INT_ENUMS = "json;enum-encoding=int"


@dataclass(frozen=True)
class _Answer:
    """A GenerateContentResponse, whole or in chunks."""

    request: GeminiRequest
    fault: Fault
    text: str
    finish: int | None
    cached: int
    ints: bool

    def whole(self) -> dict[str, Any]:
        return self._response(self.text, self.text, last=True)

    def chunks(self) -> Iterator[tuple[dict[str, Any], str]]:
        """Each element of the stream, and the text that it adds."""
        pieces = [self.text[i : i + PIECE] for i in range(0, len(self.text), PIECE)] or [""]
        whole = self.fault.then == "end"
        if not whole and not self.text:
            pieces = []
        said = ""
        for number, piece in enumerate(pieces):
            said += piece
            yield self._response(piece, said, last=whole and number == len(pieces) - 1), piece
        if self.fault.then == "error":
            yield {"error": self.fault.error}, ""

    def _response(self, text: str, said: str, *, last: bool) -> dict[str, Any]:
        response: dict[str, Any] = {}
        if self.finish is not None:
            response["candidates"] = [self._candidate(text, last=last)]
        if self.fault.block is not None:
            names = {1: "SAFETY", 2: "OTHER", 4: "PROHIBITED_CONTENT"}
            response["promptFeedback"] = {"blockReason": self.fault.block if self.ints else names[self.fault.block]}
        response["usageMetadata"] = self._usage(said)
        response["modelVersion"] = self.request.model
        response["responseId"] = f"loopback-{int(self.request.time * 1e6):x}"
        return response

    def _candidate(self, text: str, *, last: bool) -> dict[str, Any]:
        candidate: dict[str, Any] = {"index": 0}
        if self.fault.parts:
            candidate["content"] = {"parts": [{"text": text}], "role": "model"}
        if last and self.finish is not None:
            candidate["finishReason"] = self.finish if self.ints else FINISH_NAMES[self.finish]
        return candidate

    def _usage(self, said: str) -> dict[str, int]:
        asked, answered = tokens(self.request.prefix), tokens(said)
        usage = {"promptTokenCount": asked, "totalTokenCount": asked + answered}
        if answered:
            usage["candidatesTokenCount"] = answered
        if self.cached:
            usage["cachedContentTokenCount"] = self.cached
        return usage


def tokens(text: str) -> int:
    """About what Gemini counts: four ASCII characters to a token, three others to two."""
    plain = sum(1 for c in text if c < "\x80")
    return (plain + 3) // 4 + ((len(text) - plain) * 2 + 2) // 3


def _limited(text: str, finish: int | None, limit: int | None) -> tuple[str, int | None]:
    if limit is None or tokens(text) <= limit or finish != STOP:
        return text, finish
    end = len(text)
    while tokens(text[:end]) > limit:
        end = end * 9 // 10
    return text[:end], MAX_TOKENS


def _shared(a: str, b: str) -> int:
    """Length of the common prefix."""
    low, high = 0, min(len(a), len(b))
    while low < high:
        middle = (low + high + 1) // 2
        if a[:middle] == b[:middle]:
            low = middle
        else:
            high = middle - 1
    return low


def _texts(contents: list[dict[str, Any]]) -> Iterator[str]:
    for content in contents:
        for part in content.get("parts", []):
            if "text" in part:
                yield part["text"]


def _send_error(exchange: Exchange, fault: Fault, *, streamed: bool) -> None:
    """Google's error form; a streamed call gets it as a list of one."""
    if fault.page:
        exchange.send(fault.status, fault.page.encode(), "text/html; charset=UTF-8", fault.headers)
        return
    body = {"error": fault.error}
    exchange.send_json(fault.status, [body] if streamed else body, fault.headers)
