"""What an OpenAI-compatible API does instead of a good answer, beside what `faults` has for all providers.

Errors follow https://platform.openai.com/docs/guides/error-codes.
"""

from typing import Any

from .faults import STOP, Fault


def error(status: int, message: str, *, code: str | None = None, param: str | None = None, **more: Any) -> Fault:
    kind = {429: "requests", 500: "server_error", 503: "server_error"}.get(status, "invalid_request_error")
    body = {"message": message, "type": kind, "param": param, "code": code}
    return Fault(status=status, error=body, **more)


def rate_limit(retry: float | None = None) -> Fault:
    """429 of a minute; `retry` seconds in its Retry-After (None: none is sent)."""
    headers = {} if retry is None else {"Retry-After": f"{retry:g}"}
    return error(429, "Rate limit reached for requests.", code="rate_limit_exceeded", headers=headers)


def spent() -> Fault:
    """429: the account has no money left, which no waiting mends."""
    return error(429, "You exceeded your current quota, please check your plan.", code="insufficient_quota")


def no_money() -> Fault:
    """402, as DeepSeek and OpenRouter say the same."""
    return error(402, "Insufficient Balance")


def wrong_key(key: str = "") -> Fault:
    """401; the real one repeats the key's ends."""
    return error(401, f"Incorrect API key provided: {key[:4]}***{key[-2:]}.", code="invalid_api_key")


def forbidden() -> Fault:
    """403."""
    return error(403, "Country, region, or territory not supported.", code="unsupported_country_region_territory")


def no_model(model: str) -> Fault:
    """404."""
    message = f"The model `{model}` does not exist or you do not have access to it."
    return error(404, message, code="model_not_found")


def no_model_400(model: str) -> Fault:
    """400 for the same, as OpenRouter says it."""
    return error(400, f"{model} is not a valid model ID")


def bad_request(message: str = "We could not parse the JSON body of your request.") -> Fault:
    return error(400, message)


def unsupported(param: str, status: int = 400) -> Fault:
    """A parameter that this model or server does not know."""
    return error(status, f"Unsupported parameter: '{param}' is not supported with this model.", param=param)


def no_format(name: str, status: int = 400) -> Fault:
    """A way to ask for JSON that this model or server does not know."""
    return error(status, f"This response_format type ({name}) is unavailable now", param="response_format")


def internal() -> Fault:
    return error(500, "The server had an error while processing your request. Sorry about that!")


def busy() -> Fault:
    return error(503, "The engine is currently overloaded, please try again later.")


def error_inside(text: str = "") -> Fault:
    """`text`, then an error event in the started stream."""
    return Fault(text=text, then="error", error=internal().error)


def no_finish(text: str = "") -> Fault:
    """A stream that ends in good order without having said that it is whole."""
    return Fault(text=text, finish=0)


def no_choices() -> Fault:
    return Fault(finish=None)


def unknown_finish(text: str) -> Fault:
    """A finish reason that the specification does not have."""
    return Fault(text=text, finish=12)


FINISH_NAMES = {
    0: None,
    STOP: "stop",
    2: "length",
    3: "content_filter",
    4: "content_filter",
    12: "insufficient_resource",
}
