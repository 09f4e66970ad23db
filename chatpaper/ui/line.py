"""Who waits while others are served: first come, first served, and nobody twice before another once."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from ..cancel import CancelToken
from ..errors import LongLine

LOOKED = 0.25
"""Seconds between two looks at one's place."""
TOLD = 4
"""Looks after which it is told again: so a page that is gone is noticed."""


@dataclass(eq=False)
class _Ticket:
    visitor: str
    served: bool = False


class Line:
    """For handlers of one event loop."""

    def __init__(self, at_once: int, longest: int) -> None:
        """`at_once`: how many are served together; `longest`: how many may wait."""
        self._at_once, self._longest = at_once, longest
        self._tickets: list[_Ticket] = []
        """In the order in which they came."""

    @asynccontextmanager
    async def turn(self, visitor: str, cancel: CancelToken) -> AsyncIterator[AsyncGenerator[int, None]]:
        """Gives what tells, each second or when it changes, how many are served before; once it ends, it is one's turn.

        One's place is free again after the block. Raises LongLine, Cancelled.
        """
        if sum(not t.served for t in self._tickets) >= self._longest:
            raise LongLine
        ticket = _Ticket(visitor)
        self._tickets.append(ticket)
        try:
            yield self._waiting(ticket, cancel)
        finally:
            self._tickets.remove(ticket)

    async def _waiting(self, ticket: _Ticket, cancel: CancelToken) -> AsyncGenerator[int, None]:
        told, looks = -1, 0
        while (before := self._before(ticket)) or sum(t.served for t in self._tickets) >= self._at_once:
            cancel.check()
            if before != told or looks % TOLD == 0:
                yield before
                told = before
            looks += 1
            await asyncio.sleep(LOOKED)
        ticket.served = True

    def _before(self, ticket: _Ticket) -> int:
        """Of those who wait: a visitor's second ticket comes behind everybody's first."""
        turns: dict[str, int] = {}
        order: dict[_Ticket, tuple[int, int]] = {}
        for arrival, one in enumerate(self._tickets):
            turns[one.visitor] = turns.get(one.visitor, 0) + 1
            if not one.served:
                order[one] = turns[one.visitor], arrival
        return sum(place < order[ticket] for place in order.values())
