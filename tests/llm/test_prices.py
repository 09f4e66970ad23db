"""Costs: where the table knows the model that answered, and nowhere else."""

from datetime import UTC, date, datetime
from pathlib import Path

import pytest
import yaml

from chatpaper.cancel import CancelToken
from chatpaper.chain import prompts
from chatpaper.chain.events import Finished
from chatpaper.chain.run import run
from chatpaper.digest import Made
from chatpaper.llm import prices
from chatpaper.llm.gemini import Gemini
from chatpaper.llm.openai import OpenAICompatible
from tests.loopback.gemini import GeminiServer
from tests.made import paper


def made(**tokens: int) -> Made:
    return Made(engine="e", model="m", endpoint=None, prompts="p", at=datetime.now(UTC), calls=4, **tokens)


@pytest.mark.parametrize(
    ("listed", "model", "cost"),
    [
        ("gemini", "gemini-2.5-flash", 0.3 * 0.1 + 0.03 * 0.3 + 2.5 * 0.01),
        ("gemini", "models/gemini-2.5-flash-preview-09-2025", 0.3 * 0.1 + 0.03 * 0.3 + 2.5 * 0.01),
        ("gemini", "gemini-2.0-flash-001", 0.1 * 0.1 + 0.025 * 0.3 + 0.4 * 0.01),
        ("gemini", "gemini-flash-latest", None),
        ("gemini", "gemini-2.5-flash-image", None),
        ("openai", "gpt-5-mini-2025-08-07", 0.25 * 0.1 + 0.025 * 0.3 + 2.0 * 0.01),
        ("openai", "gpt-4o-audio-preview", None),
        ("openai", "gpt-9", None),
    ],
)
def test_a_cost_is_that_of_this_model_or_none(listed: str, model: str, cost: float | None) -> None:
    used = made(input_tokens=400_000, cached_tokens=300_000, output_tokens=10_000)
    assert prices.cost_usd(listed, model, used) == (cost if cost is None else pytest.approx(cost))


def test_calls_beyond_a_step_in_the_price_have_no_known_cost() -> None:
    assert prices.cost_usd("gemini", "gemini-2.5-pro", made(input_tokens=800_000)) == pytest.approx(1.0)
    assert prices.cost_usd("gemini", "gemini-2.5-pro", made(input_tokens=800_001)) is None


def test_the_table_is_dated_and_sane() -> None:
    table = yaml.safe_load(Path(prices.__file__).with_name("prices.yaml").read_text("utf-8"))
    assert isinstance(table["date"], date)
    for listed in table["lists"].values():
        assert all(0 < p["cached"] <= p["input"] < p["output"] for p in listed.values())


def test_a_digest_tells_the_cost_of_the_version_that_served(gemini: GeminiServer) -> None:
    engine = Gemini(keys=("k",), model="gemini-flash-latest", endpoint=gemini.url)
    gemini.served_as["gemini-flash-latest"] = "gemini-2.5-flash-preview-09-2025"
    *_, last = run(paper(), engine, prompts.load(), ("en",), CancelToken())
    assert isinstance(last, Finished)
    done = last.digest.made
    assert done.cost_usd == prices.cost_usd("gemini", "gemini-2.5-flash", done)
    assert done.cost_usd


@pytest.mark.parametrize(
    ("base_url", "known"),
    [
        ("https://api.openai.com/v1", True),
        ("https://openrouter.ai/api/v1", False),
        ("http://127.0.0.1:8080/v1", False),
        ("https://api.openai.com.example.org/v1", False),
    ],
)
def test_prices_are_those_of_the_provider_itself(base_url: str, known: bool) -> None:
    engine = OpenAICompatible(keys=("k",), model="gpt-5-mini", base_url=base_url, window=128_000)
    assert (engine.cost_usd(made(input_tokens=1000)) is not None) is known
