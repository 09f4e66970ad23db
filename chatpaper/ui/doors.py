"""What Gradio's server offers and this page does not use is closed; and a way to ask whether the server is well.

Gradio fetches any public URL that a caller names, as a file of a form or behind `file=`, and writes a session's values
to disk for a shared link. Here the server talks to arXiv and to engines only, and sessions stay in memory.
"""

from collections.abc import Awaitable, Callable
from typing import Any, NoReturn

from gradio import processing_utils
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse
from starlette.routing import Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from ..pipeline import Pipeline
from .transfer import Transfer

_API = "/gradio_api/"
_CLOSED = (
    "file=http",
    "proxy=",
    "deep_link",
    "process_recording",
    "vibe-",
    "undo-vibe-",
    "custom_component/",
    "stream/",
)
_HEADERS = ((b"x-content-type-options", b"nosniff"), (b"referrer-policy", b"same-origin"))


def app_kwargs(pipeline: Pipeline) -> dict[str, Any]:
    """For `launch`: the closed doors, `/healthz`, and what is fetched at little cost."""
    processing_utils.async_ssrf_protected_get = _fetches_nothing  # type: ignore[assignment]
    return {"middleware": [Middleware(Transfer), Middleware(Doors)], "routes": [Route("/healthz", _health(pipeline))]}


async def _fetches_nothing(_url: str) -> NoReturn:
    raise PermissionError("files are uploaded, not fetched")


def _health(pipeline: Pipeline) -> Callable[[Request], Awaitable[JSONResponse]]:
    async def health(_request: Request) -> JSONResponse:
        """200 while new digests are taken; 503 once the server is being stopped, or cannot write."""
        well = pipeline.well()
        return JSONResponse({"ok": well, "running": pipeline.running}, 200 if well else 503)

    return health


class Doors:
    """ASGI middleware: 404 behind a closed door, and headers that keep browsers from guessing and telling."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        if _closed(scope["path"]):
            await PlainTextResponse("not found", 404)(scope, receive, send)
            return

        async def told(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*message.get("headers", ()), *_HEADERS]
            await send(message)

        await self._app(scope, receive, told)


def _closed(path: str) -> bool:
    _, found, rest = path.partition(_API)
    return bool(found) and rest.lstrip("/").casefold().startswith(_CLOSED)
