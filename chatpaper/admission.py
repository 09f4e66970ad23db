"""Whom the owner's keys serve, and how often a day: the one place where digests, questions and posts are counted.

A page is *shared* as soon as one of the two limits is set. Then the owner's keys serve papers only, with the owner's
model only; a visitor's own key serves whatever its visitor likes, and is not counted.
"""

import ipaddress
from datetime import UTC, datetime

from .errors import DailyLimit, SharedLimit
from .library import Library

DIGEST = 4
QUESTION = 1
"""What each takes of a day: a digest asks the model about four times over the paper, a question once."""
_EVERYBODY = "*"


class Admission:
    """Thread-safe; several processes that share a library share the counts."""

    def __init__(self, library: Library, *, each: int | None, everybody: int | None) -> None:
        """Digests a day of each visitor, and of all together; None: no limit."""
        self._library = library
        self._each, self._everybody = each, everybody

    @property
    def shared(self) -> bool:
        """Whether the owner's keys serve strangers, within limits."""
        return self._each is not None or self._everybody is not None

    def admit(self, address: str, cost: int) -> None:
        """Count one more digest or question of a visitor, or none of it. Raises DailyLimit, SharedLimit."""
        given = {f"visitor {network(address)}": self._each, _EVERYBODY: self._everybody}
        limits = {name: limit * DIGEST for name, limit in given.items() if limit is not None}
        if not limits:
            return
        used_up = self._library.spend(datetime.now(UTC).date().isoformat(), cost, limits)
        if used_up == _EVERYBODY:
            raise SharedLimit
        if used_up:
            raise DailyLimit(limit=self._each)


def network(address: str) -> str:
    """What counts as one visitor: an IPv4 address, or the IPv6 network of one subscriber (RFC 6177: a /64 at least)."""
    try:
        known = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return address
    if isinstance(known, ipaddress.IPv4Address):
        return str(known)
    if known.ipv4_mapped:
        return str(known.ipv4_mapped)
    return str(ipaddress.ip_network((known, 64), strict=False))
