"""Connections to an address that a stranger gave: to public places only, and not without end.

A name is looked up once, every address it stands for is checked, and the connection goes to a checked address: a name
that answers differently the next time (DNS rebinding) gains nothing, and neither does a redirect, since each of its
connections comes through here, too. No proxy is used: it would look the name up once more, for itself.
"""

import ipaddress
import socket
from collections.abc import Iterable, Iterator
from typing import Any

import httpcore2
import httpx2

from ..errors import PrivateEndpoint

_MOST_BYTES = 20_000_000
"""Of one answer; the longest digest is a hundredth of it."""
_NAT64 = ipaddress.ip_network("64:ff9b::/96")
"""IPv4 addresses as networks without IPv4 see them (RFC 6052)."""
_PLAIN_V6 = ipaddress.ip_network("2000::/3")
_TUNNELS = (ipaddress.ip_network("2001::/23"), ipaddress.ip_network("2002::/16"))
"""Teredo and 6to4 lead to IPv4 addresses of anybody's choice."""


def public(address: str) -> bool:
    """Whether an IP address belongs to the public internet; loopback, private and link-local ones do not."""
    ip = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(ip, ipaddress.IPv6Address):
        inner = ip.ipv4_mapped or (ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF) if ip in _NAT64 else None)
        if inner is None:
            return ip in _PLAIN_V6 and ip.is_global and not any(ip in tunnel for tunnel in _TUNNELS)
        ip = inner
    return ip.is_global and not ip.is_multicast and not ip.is_reserved


class GuardedTransport(httpx2.HTTPTransport):
    """For `httpx2`: see above. After a refusal, `refused` says of what."""

    def __init__(self) -> None:
        super().__init__(trust_env=False)
        self._guard = _Guard()
        self._pool = httpcore2.ConnectionPool(
            ssl_context=httpx2.create_ssl_context(trust_env=False), network_backend=self._guard
        )

    @property
    def refused(self) -> PrivateEndpoint | None:
        return self._guard.refused

    def handle_request(self, request: httpx2.Request) -> httpx2.Response:
        request.headers["Accept-Encoding"] = "identity"
        response = super().handle_request(request)
        if (
            response.headers.get("Content-Encoding", "identity") != "identity"
        ):  # a small answer may unpack to a huge one
            response.close()
            raise httpx2.RemoteProtocolError("packed, though asked not to be", request=request)
        assert isinstance(response.stream, httpx2.SyncByteStream)
        response.stream = _Bounded(response.stream)
        return response


class _Guard(httpcore2.NetworkBackend):
    """Connects to checked addresses."""

    def __init__(self) -> None:
        self._plain = httpcore2.SyncBackend()
        self.refused: PrivateEndpoint | None = None

    def connect_tcp(
        self, host: str, port: int, timeout: float | None = None, *args: Any, **options: Any
    ) -> httpcore2.NetworkStream:
        last: Exception = httpcore2.ConnectError("no address")
        for address in self._checked(host, port):
            try:
                return self._plain.connect_tcp(address, port, timeout, *args, **options)
            except (httpcore2.ConnectError, httpcore2.ConnectTimeout) as error:
                last = error
        raise last

    def _checked(self, host: str, port: int) -> Iterable[str]:
        """All addresses of the host, if each may be connected to."""
        try:
            found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        except (OSError, UnicodeError) as error:
            raise httpcore2.ConnectError(str(error)) from None
        addresses = list(dict.fromkeys(str(place[0]) for *_, place in found))
        if not all(map(public, addresses)):
            self.refused = PrivateEndpoint(host=host)
            raise httpcore2.ConnectError("not a public address")
        return addresses


class _Bounded(httpx2.SyncByteStream):
    """The body of an answer, as long as it keeps within bounds."""

    def __init__(self, stream: httpx2.SyncByteStream) -> None:
        self._stream = stream

    def __iter__(self) -> Iterator[bytes]:
        left = _MOST_BYTES
        for part in self._stream:
            left -= len(part)
            if left < 0:
                raise httpx2.ReadError("the answer has no end")
            yield part

    def close(self) -> None:
        self._stream.close()
