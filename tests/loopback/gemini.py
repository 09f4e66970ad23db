"""Gemini's REST protocol (https://ai.google.dev/api/generate-content), as google-generativeai speaks it."""

import json
import time
from typing import Any

from .counting import tokens
from .faults import Fault, bad_key, bad_request, no_model
from .gemini_answer import Answer, limited
from .gemini_request import GeminiRequest, texts
from .models import ModelServer
from .schema import flaw
from .serving import Exchange

__all__ = ["GeminiRequest", "GeminiServer", "tokens"]

MODELS = ("gemini-flash-latest", "gemini-2.5-flash", "gemini-2.5-pro", "gemini-2.5-flash-lite")


class GeminiServer(ModelServer[GeminiRequest]):
    """Answers like Gemini. Set its attributes at any time; what it was asked is in `requests`."""

    def __init__(self) -> None:
        super().__init__(models=MODELS, input_limit=1_048_576)
        self.thinking_refused = ""
        """With what words a thinkingConfig is refused; "": it is accepted."""

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
        if not self.accepts(key):
            _send_error(exchange, bad_key(), streamed=False)
        elif name == "models":
            exchange.send_json(200, {"models": [self._model(m) for m in self.models]})
        elif name in self.models:
            exchange.send_json(200, self._model(name))
        else:
            _send_error(exchange, no_model(name), streamed=False)

    def _model(self, name: str) -> dict[str, Any]:
        verbs = ["embedContent"] if "embedding" in name else ["generateContent", "countTokens"]
        return {
            "name": f"models/{name}",
            "version": "001",
            "displayName": name.replace("-", " ").title(),
            "description": f"Loopback {name}",
            "inputTokenLimit": self.input_limit,
            "outputTokenLimit": 65536,
            "supportedGenerationMethods": verbs,
            "temperature": 1,
            "topP": 0.95,
            "topK": 64,
        }

    def _generate(self, exchange: Exchange, request: GeminiRequest) -> None:
        cached = self.record(request)
        fault = self.replied(request, self._refusal(request))
        exchange.pause(self.first_token + fault.delay)
        if fault.status != 200:
            _send_error(exchange, fault, streamed=request.streamed)
            return
        text, finish = limited(fault.text, fault.finish, request.generation_config.get("maxOutputTokens"))
        version = self.served_as.get(request.model, request.model)
        answer = Answer(request, fault, text, finish, version, cached, ints=exchange.query.get("$alt") == INT_ENUMS)
        if request.streamed:
            self._stream(exchange, answer)
        else:
            self._send(exchange, answer)

    def _refusal(self, request: GeminiRequest) -> Fault | None:
        """What the real server refuses before it asks a model."""
        if not self.accepts(request.key):
            return bad_key()
        if request.model not in self.models:
            return no_model(request.model)
        if not request.parts:
            return bad_request("* GenerateContentRequest.contents: contents is not specified")
        if (count := tokens(request.prefix)) > self.input_limit:
            text = f"The input token count ({count}) exceeds the maximum number of tokens allowed ({self.input_limit})."
            return bad_request(text)
        if self.thinking_refused and "thinkingConfig" in request.generation_config:
            return bad_request(self.thinking_refused)
        where = flaw(request.schema) if request.schema else None
        return bad_request(f"* GenerateContentRequest.generation_config.response_schema{where}") if where else None

    def _send(self, exchange: Exchange, answer: "Answer") -> None:
        fault = answer.fault
        if fault.then == "error":
            _send_error(exchange, Fault(status=503, error=fault.error), streamed=False)
            return
        self.spoken(exchange, answer.text)
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
            self.spoken(exchange, spoken)
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
