"""What Gemini's API does instead of a good answer; each as the real one sends it.

Errors follow https://cloud.google.com/apis/design/errors; finish reasons are those of
https://ai.google.dev/api/generate-content#FinishReason.
"""

from dataclasses import dataclass, field
from typing import Any, Literal

STOP, MAX_TOKENS, SAFETY, RECITATION = 1, 2, 3, 4
FINISH_NAMES = {1: "STOP", 2: "MAX_TOKENS", 3: "SAFETY", 4: "RECITATION", 12: "UNEXPECTED_TOOL_CALL"}


@dataclass(frozen=True, kw_only=True)
class Fault:
    """One fault. Without a `status` it is an answer with 200 that goes wrong in some other way."""

    status: int = 200
    error: dict[str, Any] = field(default_factory=dict)
    """The value of the body's "error"."""
    page: str = ""
    """An HTML body, sent in place of JSON."""
    headers: dict[str, str] = field(default_factory=dict)
    text: str = ""
    """What is said before, or in spite of, the fault."""
    finish: int | None = STOP
    """None: no candidate at all."""
    parts: bool = True
    """False: the candidate has no content."""
    block: int | None = None
    """A block reason of the prompt: 1 SAFETY, 2 OTHER, 4 PROHIBITED_CONTENT."""
    delay: float = 0.0
    """Seconds before the first byte."""
    then: Literal["end", "stall", "cut", "error"] = "end"
    """What comes after `text`; in an answer that is not streamed, what comes in place of the answer's second half."""
    stall: float = 0.0
    """Seconds of silence of a stall, before the connection is cut."""


def _error(status: int, name: str, message: str, details: list[dict[str, Any]] | None = None) -> Fault:
    body: dict[str, Any] = {"code": status, "message": message, "status": name}
    return Fault(status=status, error=body | ({"details": details} if details else {}))


def quota(retry: float | None = 34.07, *, daily: bool = False) -> Fault:
    """429; `retry` seconds in its RetryInfo (None: none is sent). `daily`: the free requests of the day are used up."""
    period = "PerDay" if daily else "PerMinute"
    details: list[dict[str, Any]] = [
        {
            "@type": "type.googleapis.com/google.rpc.QuotaFailure",
            "violations": [
                {
                    "quotaMetric": "generativelanguage.googleapis.com/generate_content_free_tier_requests",
                    "quotaId": f"GenerateRequests{period}PerProjectPerModel-FreeTier",
                    "quotaDimensions": {"location": "global", "model": "gemini-2.5-flash"},
                    "quotaValue": "250" if daily else "10",
                }
            ],
        },
        {
            "@type": "type.googleapis.com/google.rpc.Help",
            "links": [{"description": "Learn more", "url": "https://ai.google.dev/gemini-api/docs/rate-limits"}],
        },
    ]
    if retry is not None:
        details.append({"@type": "type.googleapis.com/google.rpc.RetryInfo", "retryDelay": f"{retry:g}s"})
    return _error(429, "RESOURCE_EXHAUSTED", "You exceeded your current quota, please check your plan.", details)


def bad_key() -> Fault:
    """400 with API_KEY_INVALID: Gemini does not answer 401."""
    reason = {
        "@type": "type.googleapis.com/google.rpc.ErrorInfo",
        "reason": "API_KEY_INVALID",
        "domain": "googleapis.com",
        "metadata": {"service": "generativelanguage.googleapis.com"},
    }
    message = "API key not valid. Please pass a valid API key."
    return _error(400, "INVALID_ARGUMENT", message, [reason])


def forbidden() -> Fault:
    """403: the key's project may not use the API."""
    reason = {
        "@type": "type.googleapis.com/google.rpc.ErrorInfo",
        "reason": "SERVICE_DISABLED",
        "domain": "googleapis.com",
        "metadata": {"service": "generativelanguage.googleapis.com"},
    }
    message = "Generative Language API has not been used in this project before or it is disabled."
    return _error(403, "PERMISSION_DENIED", message, [reason])


def no_model(model: str) -> Fault:
    """404."""
    message = f"models/{model} is not found for API version v1beta, or is not supported for generateContent."
    return _error(404, "NOT_FOUND", message)


def bad_request(message: str = "Request contains an invalid argument.") -> Fault:
    """400 for any other reason."""
    return _error(400, "INVALID_ARGUMENT", message)


def internal() -> Fault:
    """500."""
    return _error(500, "INTERNAL", "An internal error has occurred. Please retry.")


def busy() -> Fault:
    """503."""
    return _error(503, "UNAVAILABLE", "The model is overloaded. Please try again later.")


def late() -> Fault:
    """504."""
    return _error(504, "DEADLINE_EXCEEDED", "The request timed out. Please try again.")


def bad_gateway() -> Fault:
    """502 from a proxy on the way: HTML."""
    return Fault(status=502, page="<html><head><title>502 Bad Gateway</title></head><body>nginx</body></html>")


def slow(seconds: float, text: str) -> Fault:
    """A good answer whose first byte comes late."""
    return Fault(delay=seconds, text=text)


def stall(text: str = "", seconds: float = 30.0) -> Fault:
    """`text`, then silence with the connection open."""
    return Fault(text=text, then="stall", stall=seconds)


def cut(text: str = "") -> Fault:
    """`text`, then the connection breaks."""
    return Fault(text=text, then="cut")


def error_inside(text: str = "") -> Fault:
    """`text`, then an error object in the started stream, which ends in good order."""
    return Fault(text=text, then="error", error=busy().error)


def safety(text: str = "") -> Fault:
    return Fault(text=text, finish=SAFETY, parts=bool(text))


def recitation(text: str = "") -> Fault:
    return Fault(text=text, finish=RECITATION, parts=bool(text))


def max_tokens(text: str = "") -> Fault:
    """Cut by the limit; without text it is a thinking model whose thoughts ate the budget."""
    return Fault(text=text, finish=MAX_TOKENS, parts=bool(text))


def blocked() -> Fault:
    """The prompt was blocked: no candidates, a reason."""
    return Fault(finish=None, block=4)


def empty() -> Fault:
    """STOP with one empty part."""
    return Fault()


def no_parts() -> Fault:
    """STOP without content."""
    return Fault(parts=False)


def no_candidates() -> Fault:
    """Neither candidates nor a reason."""
    return Fault(finish=None)


def unknown_finish(text: str = "") -> Fault:
    """A finish reason (12) newer than the SDK."""
    return Fault(text=text, finish=12, parts=bool(text))
