"""Gemini through google-generativeai 0.8 (https://github.com/google-gemini/deprecated-generative-ai-python).

The SDK is retired, and its owner's choice here; the recipes below (a client for each call, unwrapped error bodies,
checks of candidates before text) are what it needs to be reliable over REST. Its warnings are silenced at its import.
"""

import json
import re
import warnings
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from typing import Any, ClassVar

import requests

from ..cancel import CancelToken
from ..errors import (
    ModelBusy,
    ModelRefused,
    ModelUnreachable,
    QuotaUsedUp,
    WrongKey,
)
from .base import Piece, Request, Usage
from .remote import RemoteEngine
from .retry import Trouble
from .sockets import CuttableAdapter

with warnings.catch_warnings():
    warnings.simplefilter("ignore", FutureWarning)
    import google.ai.generativelanguage as protocol
    from google.api_core import exceptions as google_errors
    from google.api_core.client_options import ClientOptions
    from google.generativeai.generative_models import GenerativeModel
    from google.protobuf.json_format import ParseError  # type: ignore[import-untyped]

_Kind = Trouble.Kind
_WINDOW = 1_000_000
"""Tokens; all models since Gemini 1.5 Flash read as much (https://ai.google.dev/gemini-api/docs/models)."""
_TIMEOUT = 60.0
"""Seconds between two bytes of an answer."""
_OPTIONS: Any = {"timeout": _TIMEOUT, "retry": None}
"""Exactly one attempt: `retry.tried` decides on the next one."""
_FinishReason: Any = protocol.Candidate.FinishReason
_STOP = _FinishReason.STOP
_FINISHES = {int(reason): reason.name for reason in _FinishReason}


_THINKING: tuple[tuple[str, Mapping[str, Any]], ...] = (
    (r"gemini-3.*pro", {"thinkingLevel": "low"}),
    (r"gemini-3.*flash", {"thinkingLevel": "minimal"}),
    (r"gemini-(2\.5-pro|pro-latest)", {"thinkingBudget": 128}),
    (r"gemini-(2\.5-flash|flash)", {"thinkingBudget": 0}),
)
"""As little thinking as a model allows (https://ai.google.dev/gemini-api/docs/thinking); the first match holds."""


class Gemini(RemoteEngine):
    """One model of Google's, asked with one or several keys."""

    name: ClassVar[str] = "gemini"
    label = "Gemini"
    variable = "GEMINI_API_KEY"

    def __init__(self, *, keys: tuple[str, ...], model: str, endpoint: str) -> None:
        """`endpoint` with scheme, such as https://generativelanguage.googleapis.com. Raises NoKey."""
        super().__init__(keys=keys, model=model, window=_WINDOW, price_list="gemini")
        self._endpoint = endpoint
        self._thinking = next((how for pattern, how in _THINKING if re.match(pattern, model)), None)
        """None for a model that has no such setting, or has refused it."""

    def _asked(self, key: str, request: Request, cancel: CancelToken) -> Iterator[Piece]:
        thinking = self._thinking
        try:
            yield from self._once(key, request, cancel, thinking)
        except _ThinkingRefused:
            self._thinking = None
            yield from self._once(key, request, cancel, None)

    def _once(
        self, key: str, request: Request, cancel: CancelToken, thinking: Mapping[str, Any] | None
    ) -> Iterator[Piece]:
        with self._connection(cancel, thinking) as adapter:
            client: Any = protocol.GenerativeServiceClient(transport="rest", client_options=self._options(key))
            session: requests.Session = client.transport._session
            session.hooks["response"] += [_unwrap_error, _by_chunks]
            adapter.mount_on(session)
            _complete_body(session, request.schema, thinking)
            yield from self._pieces(client, request)

    def _listed(self, key: str, cancel: CancelToken) -> tuple[str, ...]:
        with self._connection(cancel) as adapter:
            client: Any = protocol.ModelServiceClient(transport="rest", client_options=self._options(key))
            adapter.mount_on(client.transport._session)
            models = client.list_models(request={"page_size": 1000}, **_OPTIONS)
            return tuple(
                m.name.removeprefix("models/") for m in models if "generateContent" in m.supported_generation_methods
            )

    @contextmanager
    def _connection(self, cancel: CancelToken, thinking: Mapping[str, Any] | None = None) -> Iterator[CuttableAdapter]:
        """A connection that `cancel` cuts, and whose faults are Trouble. For a client of its own: a client is built
        in 0.3 ms, and one that is shared cannot be cut for one call alone."""
        adapter = CuttableAdapter()
        with cancel.closing(adapter.cut):
            try:
                yield adapter
            except (google_errors.GoogleAPICallError, requests.RequestException, ParseError) as error:
                cancel.check()
                if thinking and isinstance(error, google_errors.BadRequest) and "thinking" in str(error).casefold():
                    raise _ThinkingRefused from None
                raise self._trouble(error) from None
            finally:
                adapter.close()  # a caller that stops reading hangs up, too

    def _options(self, key: str) -> ClientOptions:
        return ClientOptions(api_endpoint=self._endpoint, api_key=key)

    def _pieces(self, client: Any, request: Request) -> Iterator[Piece]:
        asked = GenerativeModel(self.model, system_instruction=request.system)._prepare_request(
            contents=[request.paper, request.instruction],
            generation_config={
                "response_mime_type": "application/json",
                "response_schema": openapi(request.schema),
                "temperature": 0.2,
            },
            tools=None,
            tool_config=None,
        )
        asked.contents[-1].role = "user"
        usage, finish, said = Usage(), 0, False
        # not `generate_content`: that holds each chunk back until the next one is there
        for chunk in self._chunks(client.stream_generate_content(asked, **_OPTIONS)):
            usage = _usage(chunk) or usage
            self._served_as = chunk.model_version or self._served_as
            if chunk.prompt_feedback.block_reason:
                raise Trouble(_Kind.REFUSED, ModelRefused(engine=self.label, reason="BLOCKED"))
            for candidate in chunk.candidates[:1]:
                finish = candidate.finish_reason
                for part in candidate.content.parts:
                    said = said or bool(part.text)
                    yield part.text
        yield usage
        if finish == 0:  # the stream ended without an end: an error inside it, which the SDK swallows
            raise Trouble(_Kind.BUSY, ModelUnreachable(engine=self.label))
        if finish != _STOP or not said:
            reason = _FINISHES.get(int(finish), str(int(finish))) if finish != _STOP else "EMPTY"
            raise Trouble(_Kind.REFUSED, ModelRefused(engine=self.label, reason=reason))

    def _chunks(self, stream: Iterable[Any]) -> Iterator[Any]:
        """GenerateContentResponse by GenerateContentResponse; a stream of anything else is no answer of Gemini's."""
        try:
            yield from stream
        except ValueError:
            raise Trouble(_Kind.BUSY, ModelUnreachable(engine=self.label)) from None

    def _trouble(self, error: Exception) -> Trouble:
        """The vendor's fault in our terms; the only place that knows the vendor's errors."""
        if not isinstance(error, google_errors.GoogleAPICallError):
            return Trouble(_Kind.BUSY, ModelUnreachable(engine=self.label))
        status, details = int(error.code or 0), [d for d in error.details or [] if isinstance(d, dict)]
        if status == 429:
            delay = next((_seconds(d["retryDelay"]) for d in details if "retryDelay" in d), None)
            quotas = [v.get("quotaId", "") for d in details for v in d.get("violations", [])]
            daily = any("PerDay" in quota for quota in quotas)
            return Trouble(
                _Kind.DAILY_QUOTA if daily else _Kind.RATE_LIMIT, QuotaUsedUp(engine=self.label), delay=delay
            )
        if status in (401, 403) or any(d.get("reason") == "API_KEY_INVALID" for d in details):
            return Trouble(_Kind.KEY_REFUSED, WrongKey(engine=self.label))
        if status == 404:
            return Trouble(_Kind.FINAL, self._no_such_model())
        if status >= 500 or status == 408:
            return Trouble(_Kind.BUSY, ModelBusy(engine=self.label, status=status))
        return Trouble(_Kind.FINAL, ModelRefused(engine=self.label, reason=f"HTTP {status}"))


class _ThinkingRefused(Exception):
    """The model does not take this thinkingConfig."""


def _complete_body(session: requests.Session, schema: Mapping[str, Any], thinking: Mapping[str, Any] | None) -> None:
    """Send what the SDK's own types do not have: the order of a schema's properties, and a thinkingConfig.

    Without an order the model answers by the alphabet, texts before the ids that they rest on.
    """
    plain = session.request

    def request(method: str, url: str, *, data: Any = None, **options: Any) -> requests.Response:
        body = json.loads(data)
        config = body["generationConfig"]
        _put_in_order(config["responseSchema"], schema)
        if thinking:
            config["thinkingConfig"] = dict(thinking)
        return plain(method, url, data=json.dumps(body), **options)

    session.request = request  # type: ignore[assignment]


def _put_in_order(sent: dict[str, Any], schema: Mapping[str, Any]) -> None:
    """Add `propertyOrdering` (https://ai.google.dev/api/caching#Schema) to each object of the sent schema."""
    if "items" in schema:
        _put_in_order(sent["items"], schema["items"])
    if properties := schema.get("properties"):
        sent["propertyOrdering"] = list(properties)
        for name, part in properties.items():
            _put_in_order(sent["properties"][name], part)


def openapi(schema: Mapping[str, Any]) -> dict[str, Any]:
    """JSON Schema in the OpenAPI subset that Gemini's `Schema` message knows, spelled as the SDK wants it."""
    names = {"minItems": "min_items", "maxItems": "max_items"}
    kept = ("type", "description", "enum", "required", *names)
    plain = {names.get(k, k): schema[k] for k in kept if k in schema}
    if "items" in schema:
        plain["items"] = openapi(schema["items"])
    if "properties" in schema:
        plain["properties"] = {k: openapi(v) for k, v in schema["properties"].items()}
    return plain


def _usage(chunk: Any) -> Usage | None:
    counted = chunk.usage_metadata
    if not counted.total_token_count:
        return None
    return Usage(
        input_tokens=counted.prompt_token_count,
        cached_tokens=counted.cached_content_token_count,
        # thoughts are billed as output, but this SDK drops their count; the total holds it
        output_tokens=max(counted.candidates_token_count, counted.total_token_count - counted.prompt_token_count),
    )


def _seconds(duration: str) -> float | None:
    """A protobuf duration in JSON, "34.07s"."""
    try:
        return float(duration.rstrip("s"))
    except ValueError:
        return None


def _unwrap_error(response: requests.Response, *_: Any, **__: Any) -> requests.Response:
    """Errors of streamed calls come as a list of one, which api_core cannot read and reports as a bare 400."""
    if response.status_code >= 400:
        try:
            body = response.json()
        except ValueError:
            return response
        if isinstance(body, list) and body:
            response._content = json.dumps(body[0]).encode()
    return response


def _by_chunks(response: requests.Response, *_: Any, **__: Any) -> requests.Response:
    """The SDK takes a stream byte by byte, which costs twice the time; so it takes each piece as it comes."""
    response.iter_content = partial(response.iter_content, None)  # type: ignore[method-assign]
    return response
