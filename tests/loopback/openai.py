"""The protocol of OpenAI's chat completions (https://platform.openai.com/docs/api-reference/chat), as OpenAI and the
servers compatible with it speak it.
"""

import json
import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from . import openai_faults
from .counting import tokens
from .faults import Fault
from .models import ModelServer, pieces
from .openai_request import OpenAIRequest
from .schema import Schema
from .serving import Exchange

__all__ = ["OpenAIRequest", "OpenAIServer"]

MODELS = ("gpt-5-mini", "gpt-5-nano", "gpt-4.1-mini")
_EVENTS = "text/event-stream; charset=utf-8"


class OpenAIServer(ModelServer[OpenAIRequest]):
    """Answers like OpenAI, or like a server that knows less. Its API is below `url` + "/v1"."""

    def __init__(self) -> None:
        super().__init__(models=MODELS, input_limit=400_000)
        self.formats = {"json_schema", "json_object"}
        """The kinds of response_format that are not refused."""
        self.unsupported: set[str] = set()
        """Parameters that are refused."""
        self.refusal = 400
        """The status of such refusals; some servers say 422."""

    def answer(self, exchange: Exchange) -> None:
        scheme, _, key = exchange.headers.get("Authorization", "").partition(" ")
        key = key.strip() if scheme == "Bearer" else ""
        if exchange.path == "/v1/models" and exchange.method == "GET":
            self._list(exchange, key)
        elif exchange.path == "/v1/chat/completions" and exchange.method == "POST":
            self._complete(exchange, OpenAIRequest(key, json.loads(exchange.body or b"{}"), time.monotonic()))
        else:
            exchange.send(404, b"404 page not found", "text/plain")

    def _list(self, exchange: Exchange, key: str) -> None:
        if not self.accepts(key):
            _send_error(exchange, openai_faults.wrong_key(key))
            return
        models = [{"id": name, "object": "model", "created": 1_700_000_000, "owned_by": "o"} for name in self.models]
        exchange.send_json(200, {"object": "list", "data": models})

    def _complete(self, exchange: Exchange, request: OpenAIRequest) -> None:
        cached = self.record(request)
        fault = self.replied(request, self._refusal(request))
        exchange.pause(self.first_token + fault.delay)
        answer = _Answer(request, fault, self.served_as.get(request.model, request.model), cached)
        if fault.status != 200:
            _send_error(exchange, fault)
        elif request.streamed:
            self._stream(exchange, answer)
        else:
            self._send(exchange, answer)

    def _refusal(self, request: OpenAIRequest) -> Fault | None:
        """What the real server refuses before it asks a model."""
        if not self.accepts(request.key):
            return openai_faults.wrong_key(request.key)
        if request.model not in self.models:
            return openai_faults.no_model(request.model)
        if unknown := self.unsupported & set(request.body):
            return openai_faults.unsupported(min(unknown), self.refusal)
        if request.format not in {"text", *self.formats}:
            return openai_faults.no_format(request.format, self.refusal)
        if request.format == "json_object" and "json" not in request.prefix.casefold():
            message = "'messages' must contain the word 'json' in some form, to use 'response_format' 'json_object'."
            return openai_faults.bad_request(message)
        if request.format == "json_schema" and (where := flaw(request.schema or {})):
            return openai_faults.bad_request(f"Invalid schema for response_format: {where}")
        if tokens(request.prefix) > self.input_limit:
            message = f"This model's maximum context length is {self.input_limit} tokens."
            return openai_faults.error(400, message, code="context_length_exceeded")
        return None

    def _send(self, exchange: Exchange, answer: "_Answer") -> None:
        self.spoken(exchange, answer.fault.text)
        data = json.dumps(answer.whole()).encode()
        exchange.begin(200, "application/json", length=len(data))
        if answer.fault.then == "end":
            exchange.piece(data)
        else:
            self._break(exchange, answer.fault, data[: len(data) // 2])

    def _stream(self, exchange: Exchange, answer: "_Answer") -> None:
        """Server-sent events, the last one [DONE]."""
        exchange.begin(200, _EVENTS)
        for chunk, spoken in answer.chunks():
            self.spoken(exchange, spoken)
            exchange.piece(_event(json.dumps(chunk)))
        if answer.fault.then in ("stall", "cut"):
            self._break(exchange, answer.fault, b": \n\n")
            return
        if answer.fault.then == "end":
            exchange.piece(_event("[DONE]"))
        exchange.end()

    def _break(self, exchange: Exchange, fault: Fault, last: bytes) -> None:
        exchange.piece(last)
        exchange.pause(fault.stall)
        exchange.cut()


@dataclass(frozen=True)
class _Answer:
    """A chat completion, whole or in chunks."""

    request: OpenAIRequest
    fault: Fault
    model: str
    cached: int

    def whole(self) -> dict[str, Any]:
        message = {"role": "assistant", "content": self.fault.text if self.fault.parts else None, "refusal": None}
        return self._named("chat.completion", [{"message": message, "finish_reason": self._finish}]) | {
            "usage": self._usage()
        }

    def chunks(self) -> Iterator[tuple[dict[str, Any], str]]:
        """Each event of the stream, and the text that it adds."""
        if self.fault.finish is not None:
            yield self._chunk({"role": "assistant", "content": "", "refusal": None}), ""
            for piece in pieces(self.fault, self.fault.text):
                yield self._chunk({"content": piece}), piece
        if self.fault.then == "end":
            if self.fault.finish is not None:
                yield self._chunk({}, self._finish), ""
            if self.request.body.get("stream_options", {}).get("include_usage"):
                yield self._named("chat.completion.chunk", []) | {"usage": self._usage()}, ""
        elif self.fault.then == "error":
            yield {"error": self.fault.error}, ""

    @property
    def _finish(self) -> str | None:
        return openai_faults.FINISH_NAMES[self.fault.finish or 0]

    def _chunk(self, delta: dict[str, Any], finish: str | None = None) -> dict[str, Any]:
        return self._named("chat.completion.chunk", [{"delta": delta, "finish_reason": finish}])

    def _named(self, kind: str, choices: list[dict[str, Any]]) -> dict[str, Any]:
        return {
            "id": f"chatcmpl-{int(self.request.time * 1e6):x}",
            "object": kind,
            "created": 1_700_000_000,
            "model": self.model,
            "choices": [{"index": 0, "logprobs": None, **choice} for choice in choices],
        }

    def _usage(self) -> dict[str, Any]:
        asked, answered = tokens(self.request.prefix), tokens(self.fault.text)
        return {
            "prompt_tokens": asked,
            "completion_tokens": answered,
            "total_tokens": asked + answered,
            "prompt_tokens_details": {"cached_tokens": self.cached, "audio_tokens": 0},
            "completion_tokens_details": {"reasoning_tokens": 0},
        }


def flaw(node: Schema) -> str | None:
    """Why strict mode refuses the schema (https://platform.openai.com/docs/guides/structured-outputs); else None."""
    for dropped in ("$ref", "$defs", "default", "title"):
        if dropped in node:
            return f"'{dropped}' is not permitted."
    if node.get("type") == "object":
        if node.get("additionalProperties") is not False:
            return "'additionalProperties' is required to be supplied and to be false."
        if set(node.get("required", ())) != set(node["properties"]):
            return "'required' is required to be supplied and to be an array including every key in properties."
    inner = [*node.get("properties", {}).values(), *([node["items"]] if "items" in node else ())]
    return next(filter(None, map(flaw, inner)), None)


def _event(data: str) -> bytes:
    return f"data: {data}\n\n".encode()


def _send_error(exchange: Exchange, fault: Fault) -> None:
    if fault.page:
        exchange.send(fault.status, fault.page.encode(), "text/html; charset=UTF-8", fault.headers)
    else:
        exchange.send_json(fault.status, {"error": fault.error}, fault.headers)
