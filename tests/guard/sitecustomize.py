"""Refuses every connection and name look-up beyond loopback, in this process, below all libraries.

Python imports a module of this name at start, if its folder is on PYTHONPATH; the tests put it there.
"""

import ipaddress
import sys
from typing import Any

DEAD_PROXY = ("127.0.0.1", 9)
"""For what is no Python: set as proxy, it swallows what is sent beyond loopback. No test may end up there."""

attempts: list[str] = getattr(sys.modules.get("sitecustomize"), "attempts", [])
"""What was refused in this process, under whichever of its two names this module saw it."""

_CONNECTS = {"socket.connect", "socket.sendto", "socket.sendmsg"}
_LOOKS_UP = {"socket.getaddrinfo", "socket.gethostbyname", "socket.gethostbyaddr"}


class BeyondLoopback(OSError):
    """A test tried to leave the machine. An OSError, so that libraries close their sockets; tests fail all the same."""


def allowed(host: object) -> bool:
    """Loopback, or an address that is only listened on."""
    if host in (None, "", "localhost", b"localhost"):
        return True
    text = host.decode("ascii", "replace") if isinstance(host, bytes) else str(host)
    try:
        address = ipaddress.ip_address(text.partition("%")[0])
    except ValueError:
        return False
    return address.is_loopback or address.is_unspecified


def _watch(event: str, args: tuple[Any, ...]) -> None:
    if event in _CONNECTS:
        address = args[1]
        refused = isinstance(address, tuple) and (not allowed(address[0]) or address[:2] == DEAD_PROXY)
    elif event in _LOOKS_UP:
        address, refused = args[0], not allowed(args[0])
    else:
        return
    if refused:
        attempts.append(f"{event} {address}")
        raise BeyondLoopback(f"tests stay on this machine: {event} {address}")


sys.addaudithook(_watch)
