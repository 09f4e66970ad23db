"""What one call to Gemini asked for."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any


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
        return "".join(texts([self.body.get("systemInstruction") or {}]))

    @cached_property
    def parts(self) -> tuple[str, ...]:
        """The text parts of all contents, in order."""
        return tuple(texts(self.body.get("contents", [])))

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


def texts(contents: list[dict[str, Any]]) -> Iterator[str]:
    """The text parts of some contents."""
    for content in contents:
        for part in content.get("parts", []):
            if "text" in part:
                yield part["text"]
