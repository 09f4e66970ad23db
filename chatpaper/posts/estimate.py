"""What a run would take, before anything is spent; on the safe side, since what is cached is not known yet."""

import re
from collections.abc import Sequence
from datetime import UTC, datetime

from ..digest import Made
from ..paper import Record
from ..pipeline import Choice, Pipeline
from ..value import Value

_PAGES = 14
"""Of a paper whose comment does not say."""
_PAGE = 1000
"""Tokens."""
_INSTRUCTION = 2500
"""Tokens of system text, instruction and schema of a call."""
_REPLY = 700
"""Tokens of a stage's reply, a language."""
_AGAIN = 1.25
"""Some claims are asked for again."""


class Estimate(Value):
    input_tokens: int
    output_tokens: int
    cost_usd: float | None
    """None: the price is not known, or there is none."""


def estimate(records: Sequence[Record], choice: Choice, pipeline: Pipeline) -> Estimate:
    """Raises NoKey."""
    engine = pipeline.engine(choice)
    if engine.extractive or not records:
        return Estimate(input_tokens=0, output_tokens=0, cost_usd=0.0)
    stages = pipeline.stages * _AGAIN
    read = sum(stages * (_pages(record) * _PAGE + _INSTRUCTION) for record in records)
    written = len(records) * stages * _REPLY * len(choice.languages)
    made = Made(
        engine=engine.name,
        model=engine.model,
        prompts="",
        at=datetime.now(UTC),
        calls=round(stages * len(records)),
        input_tokens=round(read),
        output_tokens=round(written),
    )
    return Estimate(input_tokens=round(read), output_tokens=round(written), cost_usd=engine.cost_usd(made))


def _pages(record: Record) -> int:
    """As its comment says."""
    said = re.search(r"(\d{1,3})\s*(?:pages|pp\b|页)", record.comment or "", re.IGNORECASE)
    return int(said[1]) if said else _PAGES
