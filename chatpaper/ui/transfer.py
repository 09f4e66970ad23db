"""What a page costs to fetch.

Gradio (6.31) packs each script anew for each visitor, says of none how long it may be kept, and sends the page itself,
200 kB of text, as it is. Here scripts and styles whose names bear a hash of their content are packed once and kept by
browsers for good (RFC 8246), and the page is packed, too.
"""

# Brotli has no types of its own.
# mypy: disable-error-code=import-untyped

import asyncio
import gzip
import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial

import brotli
from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

_LASTING = re.compile(r"/assets/[\w.-]+-[\w-]{8}\.(?:js|css)\?|/theme\.css\?v=[0-9a-f]{64}")
"""What stands for one content for ever: path and query."""
_PAGE = ("", "/")
_PACKERS: dict[str, Callable[[bytes], bytes]] = {
    "br": partial(brotli.compress, mode=brotli.MODE_TEXT, quality=6),
    "gzip": partial(gzip.compress, compresslevel=6),
}
"""By their names in Accept-Encoding, the better one first."""
_FOR_GOOD = (b"cache-control", b"public, max-age=31536000, immutable")
_UNPACKED = (b"content-length", b"accept-ranges")
"""What is not true of a packed answer."""


@dataclass(frozen=True)
class _Answer:
    status: int
    headers: tuple[tuple[bytes, bytes], ...]
    body: bytes

    def packed(self, encoding: str) -> "_Answer":
        kept = [(name, value) for name, value in self.headers if name.lower() not in _UNPACKED]
        body = _PACKERS[encoding](self.body) if encoding else self.body
        kept += [(b"vary", b"Accept-Encoding"), (b"content-length", b"%d" % len(body))]
        kept += [(b"content-encoding", encoding.encode())] if encoding else []
        return _Answer(self.status, tuple(kept), body)

    async def send(self, send: Send) -> None:
        await send({"type": "http.response.start", "status": self.status, "headers": list(self.headers)})
        await send({"type": "http.response.body", "body": self.body})


class Transfer:
    """ASGI middleware."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        self._kept: dict[tuple[str, str], _Answer] = {}
        """By path and encoding; not more than Gradio has files."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        headers = Headers(scope=scope) if scope["type"] == "http" else Headers()
        path = scope.get("path", "").removeprefix(scope.get("root_path", ""))
        lasting = bool(_LASTING.fullmatch(f"{path}?{scope.get('query_string', b'').decode('latin-1')}"))
        if scope.get("method") != "GET" or "range" in headers or not (lasting or path in _PAGE):
            await self._app(scope, receive, send)
            return
        encoding = next((name for name in _PACKERS if name in headers.get("accept-encoding", "")), "")
        answer = self._kept.get((path, encoding))
        if answer is None:
            answer = await _answered(self._app, scope, receive)
            if answer.status == 200:
                answer = await asyncio.to_thread(answer.packed, encoding)
                if lasting:
                    answer = self._kept[path, encoding] = replace(answer, headers=(*answer.headers, _FOR_GOOD))
        await answer.send(send)


async def _answered(app: ASGIApp, scope: Scope, receive: Receive) -> _Answer:
    start: Message = {}
    body = bytearray()

    async def taken(message: Message) -> None:
        start.update(message if message["type"] == "http.response.start" else {})
        body.extend(message.get("body", b""))

    await app(scope, receive, taken)
    return _Answer(start["status"], tuple(start["headers"]), bytes(body))
