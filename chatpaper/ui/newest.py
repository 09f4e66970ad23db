"""Which of a visitor's events is the newest, where one may overtake another on its way.

The page counts them (`turn`), and an answer that comes late is not shown. Gradio's `always_last` (6.31) does not serve
here: an event that has to wait is sent with the data of the one before it.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass
class Newest:
    """Of one kind of event, for one visitor."""

    turn: int = 0
    data: Mapping[str, object] = field(default_factory=dict)
    """What the newest one brought; from the browser, so anything."""

    def seen(self, data: object) -> int:
        """The turn of this event, which is the newest one unless a newer one is here already."""
        brought = data if isinstance(data, dict) else {}
        given = brought.get("turn")
        turn = given if isinstance(given, int) else 0
        if turn >= self.turn:
            self.turn, self.data = turn, brought
        return turn

    def late(self, turn: int) -> bool:
        """A newer one has come meanwhile."""
        return turn < self.turn
