"""Gemini's REST protocol (https://ai.google.dev/api/generate-content), as google-generativeai speaks it."""

import json
import time
from collections import deque
from collections.abc import Callable
from typing import Any

from . import digest_replies
from .faults import Fault, bad_key, bad_request, no_model
from .gemini_answer import Answer, limited
from .gemini_request import GeminiRequest, shared, texts, tokens
from .schema import flaw
from .serving import Exchange, Loopback

__all__ = ["GeminiRequest", "GeminiServer", "Replier", "Reply", "tokens"]

MODELS = ("gemini-flash-latest", "gemini-2.5-flash", "gemini-2.5-pro", "gemini-2.5-flash-lite")
CACHE_FROM = 1024
"""Shortest prefix that is billed as cached, in tokens (https://ai.google.dev/gemini-api/docs/caching)."""


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
            exchange.send_json(200, {"totalTokens": tokens(" ".join(texts(asked.get("contents", []))))})
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
        text, finish = limited(fault.text, fault.finish, request.generation_config.get("maxOutputTokens"))
        answer = Answer(request, fault, text, finish, cached, ints=exchange.query.get("$alt") == INT_ENUMS)
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
        same = max((shared(r.prefix, request.prefix) for r in earlier), default=0)
        count = tokens(request.prefix[:same])
        return count if count >= CACHE_FROM else 0

    def _send(self, exchange: Exchange, answer: "Answer") -> None:
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

    def _stream(self, exchange: Exchange, answer: "Answer") -> None:
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


def _send_error(exchange: Exchange, fault: Fault, *, streamed: bool) -> None:
    """Google's error form; a streamed call gets it as a list of one."""
    if fault.page:
        exchange.send(fault.status, fault.page.encode(), "text/html; charset=UTF-8", fault.headers)
        return
    body = {"error": fault.error}
    exchange.send_json(fault.status, [body] if streamed else body, fault.headers)
