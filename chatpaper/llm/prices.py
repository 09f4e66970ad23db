"""What a digest costs, where `prices.yaml` knows the model."""

import re
from pathlib import Path
from typing import Any

import yaml

from ..digest import Made

_TABLE: Any = yaml.safe_load(Path(__file__).with_name("prices.yaml").read_text("utf-8"))["lists"]
_VERSION = re.compile(r"-(?:latest|\d{3}|(?:preview-?)?(?:\d{4}-)?\d\d-\d\d(?:\d\d)?|preview)$")
"""What a provider adds to a model's name for one edition of it."""


def cost_usd(price_list: str, model: str, made: Made) -> float | None:
    """US dollars for the calls and tokens of a digest; None where the table does not say."""
    table, name = _TABLE[price_list], model.removeprefix("models/")
    price = table.get(name) or table.get(_VERSION.sub("", name))
    if price is None or made.input_tokens > price.get("up_to", float("inf")) * made.calls:
        return None
    fresh = made.input_tokens - made.cached_tokens
    spent = fresh * price["input"] + made.cached_tokens * price["cached"] + made.output_tokens * price["output"]
    return float(round(spent / 1e6, 6))
