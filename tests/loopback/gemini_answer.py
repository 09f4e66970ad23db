"""What Gemini answers: a GenerateContentResponse (https://ai.google.dev/api/generate-content), whole or streamed."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from .counting import tokens
from .faults import FINISH_NAMES, MAX_TOKENS, STOP, Fault
from .gemini_request import GeminiRequest
from .models import pieces

_BLOCK_NAMES = {1: "SAFETY", 2: "OTHER", 4: "PROHIBITED_CONTENT"}


@dataclass(frozen=True)
class Answer:
    """A GenerateContentResponse, whole or in chunks."""

    request: GeminiRequest
    fault: Fault
    text: str
    finish: int | None
    model: str
    """The version that answers."""
    cached: int
    ints: bool

    def whole(self) -> dict[str, Any]:
        return self._response(self.text, self.text, last=True)

    def chunks(self) -> Iterator[tuple[dict[str, Any], str]]:
        """Each element of the stream, and the text that it adds."""
        parts, said = pieces(self.fault, self.text), ""
        for number, piece in enumerate(parts):
            said += piece
            last = self.fault.then == "end" and number == len(parts) - 1
            yield self._response(piece, said, last=last), piece
        if self.fault.then == "error":
            yield {"error": self.fault.error}, ""

    def _response(self, text: str, said: str, *, last: bool) -> dict[str, Any]:
        response: dict[str, Any] = {}
        if self.finish is not None:
            response["candidates"] = [self._candidate(text, last=last)]
        if self.fault.block is not None:
            reason = self.fault.block if self.ints else _BLOCK_NAMES[self.fault.block]
            response["promptFeedback"] = {"blockReason": reason}
        response["usageMetadata"] = self._usage(said)
        response["modelVersion"] = self.model
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


def limited(text: str, finish: int | None, limit: int | None) -> tuple[str, int | None]:
    """Text and finish reason under a limit of output tokens."""
    if limit is None or tokens(text) <= limit or finish != STOP:
        return text, finish
    end = len(text)
    while tokens(text[:end]) > limit:
        end = end * 9 // 10
    return text[:end], MAX_TOKENS
