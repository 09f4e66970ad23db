"""Which papers a post is made of."""

from collections.abc import Mapping

from ..paper import Record
from ..pipeline import Found, Query
from ..value import Value
from .published import split


class Planned(Value):
    """A paper of the post."""

    record: Record
    known: str | None = None
    """The version that an earlier post holds."""


class Plan(Value):
    papers: tuple[Planned, ...]
    """Grouped by primary category, the category of the newest paper first."""
    left_out: int
    """Papers that earlier posts hold in the same version, or a newer one."""
    total: int
    """What arXiv counts."""
    missing: int
    """What arXiv counts but did not send."""


def planned(found: Found, query: Query, published: Mapping[str, int]) -> Plan:
    """What was found, without what was published."""
    papers: dict[str, list[Planned]] = {}
    left_out = 0
    for record in found.records:
        number, version = split(record.arxiv_id)
        before = published.get(number)
        if before is not None and version <= before:
            left_out += 1
            continue
        known = None if before is None else f"{number}v{before}"
        papers.setdefault(next(iter(record.categories), ""), []).append(Planned(record=record, known=known))
    return Plan(
        papers=tuple(p for group in papers.values() for p in group),
        left_out=left_out,
        total=found.total,
        missing=found.missing(query),
    )
