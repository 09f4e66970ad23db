"""What one call to an OpenAI-compatible API asked for."""

import json
from dataclasses import dataclass
from functools import cached_property
from typing import Any


@dataclass(frozen=True)
class OpenAIRequest:
    """What one call asked for."""

    key: str
    """As in the header Authorization, without "Bearer "; "" without."""
    body: dict[str, Any]
    time: float
    """Seconds on the monotonic clock, when the request was read."""

    @property
    def model(self) -> str:
        return str(self.body.get("model", ""))

    @property
    def streamed(self) -> bool:
        return bool(self.body.get("stream"))

    @property
    def system(self) -> str:
        return "".join(m["content"] for m in self.body.get("messages", []) if m["role"] == "system")

    @property
    def parts(self) -> tuple[str, ...]:
        """What the user says."""
        return tuple(m["content"] for m in self.body.get("messages", []) if m["role"] == "user")

    @property
    def text(self) -> str:
        return "\n".join(self.parts)

    @property
    def prefix(self) -> str:
        """Everything in the order in which the provider's cache compares it."""
        return "\0".join((self.system, *self.parts))

    @property
    def format(self) -> str:
        """The kind of response_format: json_schema, json_object or text."""
        return str(self.body.get("response_format", {}).get("type", "text"))

    @cached_property
    def schema(self) -> dict[str, Any] | None:
        """The reply's JSON Schema as a parameter; else as a model finds it in the words of the prompt."""
        if self.format == "json_schema":
            schema: dict[str, Any] = self.body["response_format"]["json_schema"]["schema"]
            return schema
        _, _, told = self.text.partition("JSON Schema")
        start = told.find("{")
        return json.JSONDecoder().raw_decode(told[start:])[0] if start >= 0 else None
