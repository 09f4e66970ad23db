"""What the loopback servers share: a threaded HTTP/1.1 server that notices clients who hang up."""

import json
import select
import socket
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any, Self
from urllib.parse import parse_qsl, urlsplit


def free_port() -> int:
    """A port of this machine's loopback on which nobody listens now."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
        return port


class ClientGone(Exception):
    """The client closed the connection before the answer was whole."""


class Closing(Exception):
    """The server is being closed while it still answers."""


class Exchange:
    """One request and the ways to answer it."""

    def __init__(self, handler: "_Handler", closing: threading.Event) -> None:
        self._handler = handler
        self._closing = closing
        self.method = handler.command
        parts = urlsplit(handler.path)
        self.path = parts.path
        self.target = handler.path
        """Path and query, as asked."""
        self.query = dict(parse_qsl(parts.query, keep_blank_values=True))
        self.headers = handler.headers
        self.body = handler.rfile.read(int(handler.headers.get("Content-Length") or 0))

    def send(self, status: int, body: bytes, kind: str, headers: dict[str, str] | None = None) -> None:
        """A whole answer; `kind` is its Content-Type."""
        self._head(status, {"Content-Type": kind, "Content-Length": str(len(body)), **(headers or {})})
        self._put(b"" if self.method == "HEAD" else body)

    def send_json(self, status: int, value: Any, headers: dict[str, str] | None = None) -> None:
        self.send(status, json.dumps(value, indent=2).encode(), "application/json; charset=UTF-8", headers)

    def begin(self, status: int, kind: str, length: int | None = None) -> None:
        """Starts an answer whose body comes in pieces; without `length` it is chunked."""
        framing = {"Transfer-Encoding": "chunked"} if length is None else {"Content-Length": str(length)}
        self._chunked = length is None
        self._head(status, {"Content-Type": kind, **framing})

    def piece(self, data: bytes) -> None:
        self._put(f"{len(data):x}\r\n".encode() + data + b"\r\n" if self._chunked else data)

    def end(self) -> None:
        if self._chunked:
            self._put(b"0\r\n\r\n")

    def cut(self) -> None:
        """Hangs up, whatever was promised."""
        self._handler.close_connection = True
        self._handler.connection.shutdown(socket.SHUT_RDWR)

    def pause(self, seconds: float) -> None:
        """Waits; raises ClientGone as soon as the client hangs up, Closing when the server closes."""
        end = time.monotonic() + seconds
        while (left := end - time.monotonic()) > 0:
            if self._closing.is_set():
                raise Closing
            readable, _, _ = select.select([self._handler.connection], [], [], min(left, 0.05))
            if readable and not self._peek():
                raise ClientGone
            if readable:
                time.sleep(min(left, 0.05))

    def _peek(self) -> bytes:
        try:
            waiting: bytes = self._handler.connection.recv(1, socket.MSG_PEEK)
        except OSError:
            return b""
        return waiting

    def _head(self, status: int, headers: dict[str, str]) -> None:
        self._handler.send_response(status)
        for name, value in headers.items():
            self._handler.send_header(name, value)
        try:
            self._handler.end_headers()
        except OSError as error:
            raise ClientGone from error

    def _put(self, data: bytes) -> None:
        try:
            self._handler.wfile.write(data)
        except OSError as error:
            raise ClientGone from error


class Loopback:
    """A server on 127.0.0.1 and a free port; use it with `with`, or call `close`."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.disconnects = 0
        """Clients who hung up before their answer was whole."""
        self._closing = threading.Event()
        self._http = _Http(self)
        self._thread = threading.Thread(target=self._http.serve_forever, args=(0.02,), name=type(self).__name__)
        self._thread.start()

    @property
    def url(self) -> str:
        """The base address, such as http://127.0.0.1:40123, without a final slash."""
        return f"http://127.0.0.1:{self._http.server_address[1]}"

    def answer(self, exchange: Exchange) -> None:
        """Answers one request; each runs in its own thread."""
        raise NotImplementedError

    def close(self) -> None:
        """Stops listening and ends every open connection."""
        self._closing.set()
        self._http.shutdown()
        self._http.hang_up()
        self._http.server_close()
        self._thread.join()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()

    def handle(self, handler: "_Handler") -> None:
        try:
            self.answer(Exchange(handler, self._closing))
        except Closing:
            handler.close_connection = True
        except ClientGone:
            handler.close_connection = True
            with self.lock:
                self.disconnects += 1


class _Http(ThreadingHTTPServer):
    daemon_threads = False  # so that server_close waits for them
    request_queue_size = 64

    def __init__(self, owner: Loopback) -> None:
        self.owner = owner
        self.connections: set[socket.socket] = set()
        super().__init__(("127.0.0.1", 0), _Handler)

    def hang_up(self) -> None:
        with self.owner.lock:
            connections = list(self.connections)
        for connection in connections:
            try:
                connection.shutdown(socket.SHUT_RDWR)
            except OSError:
                continue


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: _Http

    def setup(self) -> None:
        super().setup()
        self.connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        with self.server.owner.lock:
            self.server.connections.add(self.connection)

    def finish(self) -> None:
        with self.server.owner.lock:
            self.server.connections.discard(self.connection)
        try:
            super().finish()
        except OSError:
            return  # the client is gone; nothing is left to flush

    def handle(self) -> None:
        try:
            super().handle()
        except OSError:
            self.close_connection = True  # hung up between two requests

    def do_GET(self) -> None:
        self.server.owner.handle(self)

    do_POST = do_HEAD = do_GET

    def log_message(self, format: str, *args: object) -> None:
        """Says nothing: the tests read `requests` instead."""
