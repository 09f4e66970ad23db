"""Gemini through google-generativeai 0.8 (https://github.com/google-gemini/deprecated-generative-ai-python).

The SDK is retired, and its owner's choice here; the recipes below (a client for each call, unwrapped error bodies,
checks of candidates before text) are what it needs to be reliable over REST. Its warnings are silenced at its import.
"""

import json
import warnings
from collections.abc import Iterator, Mapping
from typing import Any, ClassVar

import requests

from ..cancel import CancelToken
from ..errors import (
    ModelBusy,
    ModelError,
    ModelRefused,
    ModelUnreachable,
    NoKey,
    NoSuchModel,
    QuotaUsedUp,
    WrongKey,
)
from .base import Engine, Piece, Request, Usage
from .retry import KeyRing, Trouble, tried
from .sockets import CuttableAdapter

with warnings.catch_warnings():
    warnings.simplefilter("ignore", FutureWarning)
    import google.ai.generativelanguage as protocol
    from google.api_core import exceptions as google_errors
    from google.api_core.client_options import ClientOptions
    from google.generativeai.generative_models import GenerativeModel
    from google.generativeai.types.generation_types import BlockedPromptException

_Kind = Trouble.Kind
_WINDOW = 1_000_000
"""Tokens; all models since Gemini 1.5 Flash read as much (https://ai.google.dev/gemini-api/docs/models)."""
_TIMEOUT = 60.0
"""Seconds: to connect, and between two bytes of an answer."""
_OPTIONS: Any = {"timeout": _TIMEOUT, "retry": None}
"""Exactly one attempt: `retry.tried` decides on the next one."""
_FinishReason: Any = protocol.Candidate.FinishReason
_STOP = _FinishReason.STOP
_FINISHES = {int(reason): reason.name for reason in _FinishReason}


class Gemini(Engine):
    """One model of Google's, asked with one or several keys."""

    name: ClassVar[str] = "gemini"

    def __init__(self, *, keys: tuple[str, ...], model: str, endpoint: str) -> None:
        """`endpoint` with scheme, such as https://generativelanguage.googleapis.com. Raises NoKey."""
        if not keys:
            raise NoKey(engine="Gemini", variable="GEMINI_API_KEY")
        super().__init__(model=model, window=_WINDOW)
        self._endpoint = endpoint
        self._keys = KeyRing(keys)

    def stream(self, request: Request, cancel: CancelToken) -> Iterator[Piece]:
        return tried(lambda key: self._call(key, request, cancel), self._keys, cancel)

    def _call(self, key: str, request: Request, cancel: CancelToken) -> Iterator[Piece]:
        adapter = CuttableAdapter()
        with cancel.closing(adapter.cut):
            try:
                yield from self._pieces(self._model(key, request, adapter), request)
            except (google_errors.GoogleAPICallError, BlockedPromptException, requests.RequestException) as error:
                cancel.check()
                raise self._trouble(error) from None
            finally:
                adapter.close()  # a caller that stops reading hangs up, too

    def _model(self, key: str, request: Request, adapter: CuttableAdapter) -> GenerativeModel:
        """A model bound to a client of its own (building one takes 0.3 ms), whose connection can be cut."""
        options = ClientOptions(api_endpoint=self._endpoint, api_key=key)
        client: Any = protocol.GenerativeServiceClient(transport="rest", client_options=options)
        session: requests.Session = client.transport._session
        session.hooks["response"].append(_unwrap_error)
        adapter.mount_on(session)
        model = GenerativeModel(self.model, system_instruction=request.system)
        model._client = client
        return model

    def _pieces(self, model: GenerativeModel, request: Request) -> Iterator[Piece]:
        chunks = model.generate_content(
            [request.paper, request.instruction],
            stream=True,
            generation_config={
                "response_mime_type": "application/json",
                "response_schema": openapi(request.schema),
                "temperature": 0.2,
            },
            request_options=_OPTIONS,
        )
        usage, finish, said = Usage(), 0, False
        for chunk in chunks:
            usage = _usage(chunk) or usage
            for candidate in chunk.candidates[:1]:
                finish = candidate.finish_reason
                for part in candidate.content.parts:
                    said = said or bool(part.text)
                    yield part.text
        yield usage
        if finish == 0:  # the stream ended without an end: an error inside it, which the SDK swallows
            raise Trouble(_Kind.BUSY, ModelUnreachable(engine="Gemini"))
        if finish != _STOP or not said:
            reason = _FINISHES.get(int(finish), str(int(finish))) if finish != _STOP else "EMPTY"
            raise Trouble(_Kind.REFUSED, ModelRefused(engine="Gemini", reason=reason))

    def _trouble(self, error: Exception) -> Trouble:
        """The vendor's fault in our terms; the only place that knows the vendor's errors."""
        if isinstance(error, BlockedPromptException):
            return Trouble(_Kind.REFUSED, ModelRefused(engine="Gemini", reason="BLOCKED"))
        if not isinstance(error, google_errors.GoogleAPICallError):
            return Trouble(_Kind.BUSY, ModelUnreachable(engine="Gemini"))
        status, details = int(error.code or 0), [d for d in error.details or [] if isinstance(d, dict)]
        if status == 429:
            delay = next((_seconds(d["retryDelay"]) for d in details if "retryDelay" in d), None)
            quotas = [v.get("quotaId", "") for d in details for v in d.get("violations", [])]
            daily = any("PerDay" in quota for quota in quotas)
            return Trouble(_Kind.DAILY_QUOTA if daily else _Kind.RATE_LIMIT, QuotaUsedUp(engine="Gemini"), delay=delay)
        if status in (401, 403) or any(d.get("reason") == "API_KEY_INVALID" for d in details):
            return Trouble(_Kind.KEY_REFUSED, WrongKey(engine="Gemini"))
        if status == 404:
            return Trouble(_Kind.FINAL, NoSuchModel(engine="Gemini", model=self.model))
        busy: ModelError = ModelBusy(engine="Gemini", status=status)
        return Trouble(_Kind.BUSY if status >= 500 or status == 408 else _Kind.FINAL, busy)


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
