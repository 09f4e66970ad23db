"""Several papers in one queue."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal

from .opened import Opened, Outcome

MOST = 50
"""Papers of one queue."""

Place = Literal["todo", "doing", "done", "failed", "stopped"]
_PLACES: dict[Outcome, Place] = {"running": "doing", "finished": "done", "failed": "failed", "stopped": "stopped"}


def sources(given: str) -> tuple[str, ...]:
    """The ids and links of a text that holds several, each once; else the text itself."""
    words = tuple(dict.fromkeys(re.findall(r"[^\s,;，；、]+", given)))
    return words if sum(any(c.isdigit() for c in word) for word in words) > 1 else (given,)


@dataclass
class Batch:
    """The papers in their order; more may come while some run."""

    papers: list[Opened] = field(default_factory=list)
    waiting: list[Opened] = field(default_factory=list)
    """Those whose turn is still to come."""
    going: bool = False
    """A run is at work on it."""

    def place(self, paper: Opened) -> Place:
        """How far a paper is."""
        if paper in self.waiting:
            return "todo"
        return _PLACES[paper.run.outcome] if paper.run else "stopped"

    @property
    def counts(self) -> dict[Place, int]:
        """How many papers there are in each place that is not empty."""
        places = [self.place(paper) for paper in self.papers]
        return {place: places.count(place) for place in ("done", *_PLACES.values(), "todo") if place in places}

    def add(self, papers: Sequence[Opened]) -> None:
        """To the end; not the same id twice, and not more than MOST."""
        known = {paper.source for paper in self.papers if not paper.uploaded}
        new = [p for p in papers if p.uploaded or p.source not in known][: MOST - len(self.papers)]
        self.papers += new
        self.waiting += new

    def next(self) -> Opened | None:
        """Whose turn it is."""
        return self.waiting.pop(0) if self.waiting else None

    def stop(self) -> None:
        """What runs stops, and nothing more begins."""
        self.waiting.clear()
        for paper in self.papers:
            if paper.cancel:
                paper.cancel.cancel()

    def again(self) -> None:
        """The turn of what failed or was stopped is to come again."""
        self.waiting = [paper for paper in self.papers if self.place(paper) in ("failed", "stopped")]
