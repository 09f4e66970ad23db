"""By whom something was made, and what it cost: calls, tokens, seconds, price."""

import time
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import TypeVar

from ..digest import Made, StageReply
from ..llm.base import Engine, Usage

_Cost = TypeVar("_Cost", Made, StageReply)
_COUNTED = ("calls", "input_tokens", "cached_tokens", "output_tokens")


def begun(engine: Engine, prompts: str) -> Made:
    """By this engine, now; `prompts`: their version."""
    return Made(
        engine=engine.name,
        model=engine.model,
        endpoint=engine.endpoint,
        prompts=prompts,
        at=datetime.now(UTC).replace(microsecond=0),
    )


def with_call(cost: _Cost, usage: Usage) -> _Cost:
    """The costs so far and those of one more call."""
    return cost.model_copy(
        update={
            "calls": cost.calls + 1,
            "input_tokens": cost.input_tokens + usage.input_tokens,
            "cached_tokens": cost.cached_tokens + usage.cached_tokens,
            "output_tokens": cost.output_tokens + usage.output_tokens,
        }
    )


def summed(made: Made, parts: Sequence[StageReply]) -> Made:
    """With the calls and tokens of all parts."""
    return made.model_copy(update={name: sum(getattr(part, name) for part in parts) for name in _COUNTED})


def timed(made: Made, engine: Engine, since: float) -> Made:
    """With the seconds since then (`time.monotonic`), and the price of its calls where it is known."""
    return made.model_copy(
        update={
            "seconds": round(time.monotonic() - since, 2),
            "cost_usd": engine.cost_usd(made) if made.calls else None,
        }
    )
