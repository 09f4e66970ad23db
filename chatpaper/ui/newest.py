"""Which of a visitor's events is the newest, where one may overtake another on its way.

The page counts them (`turn`), and an answer that comes late is not shown. Gradio's `always_last` (6.31) does not serve
here: an event that has to wait is sent with the data of the one before it.
"""

from dataclasses import dataclass


@dataclass
class Newest:
    """Of one kind of event, for one visitor."""

    turn: int = 0

    def seen(self, data: object) -> int:
        """The turn of this event, which is the newest one unless a newer one is here already."""
        given = data.get("turn") if isinstance(data, dict) else None
        turn = given if isinstance(given, int) else 0
        self.turn = max(self.turn, turn)
        return turn

    def late(self, turn: int) -> bool:
        """A newer one has come meanwhile."""
        return turn < self.turn
