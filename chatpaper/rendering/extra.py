"""The parts that stages of the user's own add to a digest."""

from collections.abc import Collection

from ..digest import Digest, Part
from .labels import STAGES, both, stage_name


def parts(digest: Digest, waiting: Collection[str] = ()) -> tuple[Part, ...]:
    """By name of their stage: those that are written, and empty ones for what is skipped or still to come."""
    silent = {stage: _empty(stage) for stage in (*digest.skipped, *waiting) if stage not in STAGES}
    found = silent | {part.stage: part for part in digest.more}
    return tuple(found[stage] for stage in sorted(found))


def _empty(stage: str) -> Part:
    return Part(stage=stage, heading=both(stage_name(stage, "zh"), stage_name(stage, "en")), claims=())
