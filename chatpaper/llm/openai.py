"""Any OpenAI-compatible endpoint (https://platform.openai.com/docs/api-reference/chat/streaming): OpenAI, Gemini's own
compatible address, DeepSeek, Qwen, OpenRouter, Ollama, vLLM, llama.cpp.

They agree on less than they claim. A server that refuses a way to ask for JSON, or a parameter that we can do without,
is asked without it from then on.
"""

import json
import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, ClassVar
from urllib.parse import urlsplit

import httpx2
import openai

from ..cancel import CancelToken
from ..errors import ModelBusy, ModelRefused, ModelUnreachable, QuotaUsedUp, WrongKey
from . import endpoints, sockets
from .base import Piece, Request, Usage
from .guarded import GuardedTransport
from .held import held
from .remote import RemoteEngine
from .retry import Trouble
from .sockets import Sockets

_Kind = Trouble.Kind
_SILENCE = {"https": 60.0, "http": 1800.0}
"""Seconds to wait for the next byte. Plain http is a server of one's own: slow, and it serves one request at a time, so
that a stage's first byte comes after whole answers of the others."""
_PRICE_LISTS = {"api.openai.com": "openai", "generativelanguage.googleapis.com": "gemini"}
"""Whose prices hold at which host."""
_REASONS = re.compile(r"(?:.*/)?(?:gpt-5|o\d)")
"""OpenAI's models that think before they answer; they take no temperature."""
_NO_WRITER = re.compile(r"embed|whisper|tts|dall-e|moderation|rerank|transcribe|realtime|-audio|-image|babbage|davinci")
"""Models that a provider lists beside those that answer in words."""
_NO_MODEL = re.compile(r"(?i)not a valid model|model\b.{0,80}\b(?:not exist|not found|not available|unknown)")


class OpenAICompatible(RemoteEngine):
    """One model behind one base URL, asked with one or several keys."""

    name: ClassVar[str] = "openai"
    label = "OpenAI"
    variable = "OPENAI_API_KEY"

    def __init__(
        self,
        *,
        keys: tuple[str, ...],
        model: str,
        base_url: str,
        window: int,
        given: bool = False,
        guarded: bool = False,
    ) -> None:
        """`base_url` with its path, such as https://api.openai.com/v1; `given`: by the user, not by the owner of this
        installation; `guarded`: only to be connected to at public addresses. Raises NoKey.
        """
        host = urlsplit(base_url).hostname or ""
        super().__init__(keys=keys, model=model, window=window, price_list=_PRICE_LISTS.get(host))
        if given:
            self.endpoint, self.label = endpoints.named(base_url), host
        self._guarded = guarded
        self._base_url = base_url
        self._timeout = httpx2.Timeout(_SILENCE.get(urlsplit(base_url).scheme, 60.0), connect=sockets.CONNECT)
        self._formats: tuple[_Format, ...] = _FORMATS
        """Ways to ask for the schema, the strictest that this server has not refused first."""
        self._wishes: Mapping[str, Any] = {
            "stream_options": {"include_usage": True},
            **({"reasoning_effort": "low"} if _REASONS.match(model) else {"temperature": 0.2}),
        }
        """Parameters that we can do without, as far as this server has not refused them."""

    def _asked(self, key: str, request: Request, cancel: CancelToken) -> Iterator[Piece]:
        with self._connection(key, cancel) as client:
            yield from self._pieces(client, request)

    def _listed(self, key: str, cancel: CancelToken) -> tuple[str, ...]:
        with self._connection(key, cancel) as client:
            return tuple(model.id for model in client.models.list() if not _NO_WRITER.search(model.id))

    @contextmanager
    def _connection(self, key: str, cancel: CancelToken) -> Iterator[openai.OpenAI]:
        """A client whose connection `cancel` cuts, and whose faults are Trouble."""
        opened = Sockets()

        def trace(event: str, info: Mapping[str, Any]) -> None:
            if event in ("connection.connect_tcp.complete", "connection.start_tls.complete"):
                opened.opened(info["return_value"].get_extra_info("socket"))

        def watch(request: httpx2.Request) -> None:
            request.extensions = {**request.extensions, "trace": trace}

        guard = GuardedTransport() if self._guarded else None
        try:  # the SDK's own client, which takes the proxies of the environment where no transport is given
            http_client = openai.DefaultHttpxClient(
                timeout=self._timeout, event_hooks={"request": [watch]}, transport=guard, trust_env=guard is None
            )
        except (ImportError, ValueError):  # a kind of proxy that it does not know
            raise Trouble(_Kind.FINAL, ModelUnreachable(engine=self.label)) from None
        client = openai.OpenAI(
            api_key=key, base_url=self._base_url, timeout=self._timeout, max_retries=0, http_client=http_client
        )
        with client, cancel.closing(opened.cut):
            try:
                yield client
            except (openai.OpenAIError, httpx2.HTTPError) as error:
                cancel.check()
                if guard and guard.refused:
                    raise Trouble(_Kind.FINAL, guard.refused) from None
                raise self._trouble(error) from None

    def _pieces(self, client: openai.OpenAI, request: Request) -> Iterator[Piece]:
        usage, finish, said = Usage(), None, False
        with self._started(client, request) as chunks:
            for chunk in chunks:
                self._served_as = chunk.model or self._served_as
                if chunk.usage:
                    usage = _usage(chunk.usage)
                for choice in (chunk.choices or ())[:1]:
                    finish = choice.finish_reason or finish
                    if text := choice.delta.content:
                        said = True
                        yield text
        yield usage
        if finish is None:
            raise Trouble(_Kind.BUSY, ModelUnreachable(engine=self.label))
        if finish != "stop" or not said:
            reason = finish.upper() if finish != "stop" else "EMPTY"
            raise Trouble(_Kind.REFUSED, ModelRefused(engine=self.label, reason=reason))

    def _started(self, client: openai.OpenAI, request: Request) -> openai.Stream[Any]:
        """The stream, once the server takes the way in which it is asked."""
        while True:
            formats, wishes = self._formats, self._wishes
            try:
                stream: openai.Stream[Any] = client.chat.completions.create(
                    model=self.model,
                    messages=[
                        {"role": "system", "content": request.system},
                        {
                            "role": "user",
                            "content": f"{request.paper}\n\n{request.instruction}{formats[0].told(request)}",
                        },
                    ],
                    stream=True,
                    **formats[0].asked(request),
                    **wishes,
                )
                return stream
            except (openai.BadRequestError, openai.UnprocessableEntityError) as error:
                if not self._conceded(str(error).casefold(), formats, wishes):
                    raise

    def _conceded(self, refusal: str, formats: tuple["_Format", ...], wishes: Mapping[str, Any]) -> bool:
        """Ask for less from now on, if the refusal is of something that we can do without."""
        refused = [name for name in wishes if name in refusal]
        if refused:
            self._wishes = {name: value for name, value in wishes.items() if name not in refused}
        elif len(formats) > 1 and ("format" in refusal or "schema" in refusal):
            self._formats = formats[1:]
        else:
            return False
        return True

    def _trouble(self, error: Exception) -> Trouble:
        """The vendor's fault in our terms; the only place that knows the vendor's errors."""
        if not isinstance(error, openai.APIStatusError):  # no answer, a broken one, or an error inside a stream
            return Trouble(_Kind.BUSY, ModelUnreachable(engine=self.label))
        status = error.status_code
        if status == 404 or error.code == "model_not_found" or (status == 400 and _NO_MODEL.search(str(error))):
            return Trouble(_Kind.FINAL, self._no_such_model())
        if status in (401, 403):
            return Trouble(_Kind.KEY_REFUSED, WrongKey(engine=self.label))
        if status == 402 or error.code == "insufficient_quota":
            return Trouble(_Kind.DAILY_QUOTA, QuotaUsedUp(engine=self.label))
        if status == 429:
            return Trouble(_Kind.RATE_LIMIT, QuotaUsedUp(engine=self.label), delay=_retry_after(error))
        if status >= 500 or status in (408, 409):
            return Trouble(_Kind.BUSY, ModelBusy(engine=self.label, status=status))
        return Trouble(_Kind.FINAL, ModelRefused(engine=self.label, reason=f"HTTP {status}"))


@dataclass(frozen=True)
class _Format:
    """A way to ask for an answer of a schema: by parameters, and in words where these do not hold the schema."""

    asked: Callable[[Request], Mapping[str, Any]]
    told: Callable[[Request], str]


def _json_schema(request: Request) -> Mapping[str, Any]:
    schema = {"name": request.stage, "strict": True, "schema": held(request.schema)}
    return {"response_format": {"type": "json_schema", "json_schema": schema}}


def _schema_in_words(request: Request) -> str:
    return (
        "\n\nAnswer with one JSON object and nothing else. The JSON Schema of your answer:\n"
        f"{json.dumps(request.schema, ensure_ascii=False)}"
    )


_FORMATS = (
    _Format(_json_schema, lambda _: ""),
    _Format(lambda _: {"response_format": {"type": "json_object"}}, _schema_in_words),
    _Format(lambda _: {}, _schema_in_words),
)


def _usage(counted: Any) -> Usage:
    details = counted.prompt_tokens_details
    return Usage(
        input_tokens=counted.prompt_tokens or 0,
        cached_tokens=(details.cached_tokens or 0) if details else 0,
        output_tokens=counted.completion_tokens or 0,
    )


def _retry_after(error: openai.APIStatusError) -> float | None:
    try:
        return float(error.response.headers.get("retry-after", ""))
    except ValueError:
        return None
