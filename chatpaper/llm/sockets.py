"""Cutting a request from another thread.

Neither `requests` nor `httpx2` has means for it once a read blocks: closing a session leaves the connections in use
alone. So the sockets that are opened are remembered, and shut down.
"""

import contextlib
import socket
from typing import Any

from requests import PreparedRequest, Response, Session
from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool

CONNECT = 10.0
"""Seconds for a connection to be made."""


class Sockets:
    """The sockets of one request; `cut()` shuts them down, and a blocked read fails at once."""

    def __init__(self) -> None:
        self._opened: list[socket.socket] = []
        self._was_cut = False

    def opened(self, sock: socket.socket) -> None:
        """Remember one; it is cut if the others were while it was connecting."""
        self._opened.append(sock)
        if self._was_cut:
            _shut_down(sock)

    def cut(self) -> None:
        """Safe from any thread, and more than once."""
        self._was_cut = True
        for sock in self._opened:
            _shut_down(sock)

    def close(self) -> None:
        """Hang up for good; for the thread that made the request, when it is done with it."""
        self.cut()
        for sock in self._opened:
            sock.close()


class CuttableAdapter(HTTPAdapter):
    """For `requests`: its sockets can be cut."""

    def __init__(self) -> None:
        self._sockets = Sockets()
        self.cut = self._sockets.cut
        self._responses: list[Response] = []
        super().__init__()

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        super().init_poolmanager(*args, **kwargs)
        self.poolmanager.pool_classes_by_scheme = self._pool_classes()

    def proxy_manager_for(self, *args: Any, **kwargs: Any) -> Any:
        manager = super().proxy_manager_for(*args, **kwargs)
        manager.pool_classes_by_scheme = self._pool_classes()
        return manager

    def _pool_classes(self) -> dict[str, type[HTTPConnectionPool]]:
        opened = self._sockets.opened

        class Plain(HTTPConnection):
            def connect(self) -> None:
                super().connect()
                opened(self.sock)

        class Secure(HTTPSConnection):
            def connect(self) -> None:
                super().connect()
                opened(self.sock)

        class PlainPool(HTTPConnectionPool):
            ConnectionCls = Plain

        class SecurePool(HTTPSConnectionPool):
            ConnectionCls = Secure

        return {"http": PlainPool, "https": SecurePool}

    def send(
        self, request: PreparedRequest, stream: bool = False, timeout: Any = None, *args: Any, **kwargs: Any
    ) -> Response:
        """Where one time is given, to connect may take only some of it."""
        timeout = (min(timeout, CONNECT), timeout) if isinstance(timeout, (int, float)) else timeout
        response = super().send(request, stream, timeout, *args, **kwargs)
        self._responses.append(response)
        return response

    def mount_on(self, session: Session) -> None:
        for scheme in ("http://", "https://"):
            session.mount(scheme, self)

    def close(self) -> None:
        """Hang up for good; for the thread that made the request, when it is done with it."""
        self.cut()
        for response in self._responses:
            response.close()
        self._sockets.close()
        super().close()


def _shut_down(sock: socket.socket) -> None:
    with contextlib.suppress(OSError):  # the other side was faster
        sock.shutdown(socket.SHUT_RDWR)
