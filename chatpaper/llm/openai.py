"""Any OpenAI-compatible endpoint (https://platform.openai.com/docs/api-reference/chat/streaming): OpenAI, Gemini's own
compatible address, DeepSeek, Qwen, OpenRouter, Ollama, vLLM, llama.cpp.
"""

import contextlib
import socket
from collections.abc import Callable, Iterator, Mapping
from typing import Any, ClassVar

import httpx2
import openai

from ..cancel import CancelToken
from ..errors import (
    ModelBusy,
    ModelRefused,
    ModelUnreachable,
    NoKey,
    NoSuchModel,
    QuotaUsedUp,
    WrongKey,
)
from .base import Engine, Piece, Request, Usage
from .retry import KeyRing, Trouble, tried

_Kind = Trouble.Kind
_TIMEOUT = httpx2.Timeout(60.0, connect=10.0)
_NAME = "OpenAI"


class OpenAICompatible(Engine):
    """One model behind one base URL, asked with one or several keys."""

    name: ClassVar[str] = "openai"

    def __init__(self, *, keys: tuple[str, ...], model: str, base_url: str, window: int) -> None:
        """`base_url` with its path, such as https://api.openai.com/v1. Raises NoKey."""
        if not keys:
            raise NoKey(engine=_NAME, variable="OPENAI_API_KEY")
        super().__init__(model=model, window=window)
        self._base_url = base_url
        self._keys = KeyRing(keys)
        self._formats: tuple[_Format, ...] = _FORMATS
        """Ways to ask for the schema, the strictest that this server has not refused first."""

    def stream(self, request: Request, cancel: CancelToken) -> Iterator[Piece]:
        return tried(lambda key: self._call(key, request, cancel), self._keys, cancel)

    def _call(self, key: str, request: Request, cancel: CancelToken) -> Iterator[Piece]:
        transport = _CuttableTransport()
        client = openai.OpenAI(
            api_key=key,
            base_url=self._base_url,
            timeout=_TIMEOUT,
            max_retries=0,
            http_client=httpx2.Client(transport=transport, timeout=_TIMEOUT),
        )
        with client, cancel.closing(transport.cut):
            try:
                yield from self._pieces(client, request)
            except (openai.OpenAIError, httpx2.HTTPError) as error:
                cancel.check()
                raise self._trouble(error) from None

    def _pieces(self, client: openai.OpenAI, request: Request) -> Iterator[Piece]:
        usage, finish, said = Usage(), None, False
        with self._asked(client, request) as chunks:
            for chunk in chunks:
                if chunk.usage:
                    usage = _usage(chunk.usage)
                for choice in chunk.choices[:1]:
                    finish = choice.finish_reason or finish
                    if text := choice.delta.content:
                        said = True
                        yield text
        yield usage
        if finish is None:
            raise Trouble(_Kind.BUSY, ModelUnreachable(engine=_NAME))
        if finish != "stop" or not said:
            reason = finish.upper() if finish != "stop" else "EMPTY"
            raise Trouble(_Kind.REFUSED, ModelRefused(engine=_NAME, reason=reason))

    def _asked(self, client: openai.OpenAI, request: Request) -> openai.Stream[Any]:
        """The started stream; a server that refuses a way to ask for the schema is asked in a looser one."""
        while True:
            form, *looser = self._formats
            try:
                stream: openai.Stream[Any] = client.chat.completions.create(
                    model=self.model,
                    messages=[
                        {"role": "system", "content": request.system},
                        {"role": "user", "content": f"{request.paper}\n\n{request.instruction}{form.told(request)}"},
                    ],
                    stream=True,
                    stream_options={"include_usage": True},
                    temperature=0.2,
                    **form.asked(request),
                )
                return stream
            except openai.BadRequestError as error:
                if not looser or "format" not in str(error).casefold():
                    raise
                self._formats = tuple(looser)

    def _trouble(self, error: Exception) -> Trouble:
        """The vendor's fault in our terms; the only place that knows the vendor's errors."""
        match error:
            case openai.RateLimitError():
                spent = error.code == "insufficient_quota"
                kind = _Kind.DAILY_QUOTA if spent else _Kind.RATE_LIMIT
                return Trouble(kind, QuotaUsedUp(engine=_NAME), delay=_retry_after(error))
            case openai.AuthenticationError() | openai.PermissionDeniedError():
                return Trouble(_Kind.KEY_REFUSED, WrongKey(engine=_NAME))
            case openai.NotFoundError():
                return Trouble(_Kind.FINAL, NoSuchModel(engine=_NAME, model=self.model))
            case openai.APIStatusError(status_code=status):
                kind = _Kind.BUSY if status >= 500 or status in (408, 409) else _Kind.FINAL
                return Trouble(kind, ModelBusy(engine=_NAME, status=status))
        return Trouble(_Kind.BUSY, ModelUnreachable(engine=_NAME))


class _Format:
    """A way to ask for an answer of a schema."""

    def __init__(
        self, asked: Callable[[Request], Mapping[str, Any]], told: Callable[[Request], str] = lambda _: ""
    ) -> None:
        self.asked = asked
        self.told = told


def _json_schema(request: Request) -> Mapping[str, Any]:
    schema = {"name": request.stage, "strict": True, "schema": request.schema}
    return {"response_format": {"type": "json_schema", "json_schema": schema}}


def _schema_in_words(request: Request) -> str:
    return f"\n\nThe JSON Schema of your answer:\n{dict(request.schema)}"


_FORMATS = (
    _Format(_json_schema),
    _Format(lambda _: {"response_format": {"type": "json_object"}}, _schema_in_words),
    _Format(lambda _: {}, _schema_in_words),
)


def _usage(counted: Any) -> Usage:
    details = counted.prompt_tokens_details
    return Usage(
        input_tokens=counted.prompt_tokens,
        cached_tokens=(details.cached_tokens or 0) if details else 0,
        output_tokens=counted.completion_tokens,
    )


def _retry_after(error: openai.APIStatusError) -> float | None:
    try:
        return float(error.response.headers.get("retry-after", ""))
    except ValueError:
        return None


class _CuttableTransport(httpx2.HTTPTransport):
    """Remembers the sockets it opens; `cut()` shuts them down, and a blocked read fails at once."""

    def __init__(self) -> None:
        super().__init__()
        self._sockets: list[socket.socket] = []
        self._was_cut = False

    def handle_request(self, request: httpx2.Request) -> httpx2.Response:
        request.extensions = {**request.extensions, "trace": self._trace}
        return super().handle_request(request)

    def _trace(self, event: str, info: Mapping[str, Any]) -> None:
        if event in ("connection.connect_tcp.complete", "connection.start_tls.complete"):
            self._sockets.append(info["return_value"].get_extra_info("socket"))
            if self._was_cut:  # while it was connecting
                self.cut()

    def cut(self) -> None:
        """Safe from any thread, and more than once."""
        self._was_cut = True
        for sock in self._sockets:
            with contextlib.suppress(OSError):  # the other side was faster
                sock.shutdown(socket.SHUT_RDWR)
