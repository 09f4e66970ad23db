"""The Gemini engine through the real SDK, against a server that speaks its protocol."""

import json
import time

import pytest

from chatpaper.cancel import CancelToken
from chatpaper.errors import ModelBusy, ModelError, ModelRefused, ModelUnreachable, QuotaUsedUp, WrongKey
from chatpaper.llm.gemini import Gemini
from tests.llm.asking import REQUEST, asked, text
from tests.loopback import faults
from tests.loopback.gemini import GeminiServer
from tests.loopback.serving import Exchange, Loopback

pytestmark = pytest.mark.usefixtures("quick_waits")


def engine(server: GeminiServer, *keys: str, model: str = "gemini-2.5-flash") -> Gemini:
    return Gemini(keys=keys or ("key-1",), model=model, endpoint=server.url)


def test_ids_come_before_texts(gemini: GeminiServer) -> None:
    said = text(engine(gemini).stream(REQUEST, CancelToken()))
    schema = gemini.requests[0].schema
    assert schema is not None
    assert schema["properties"]["takeaways"]["items"]["propertyOrdering"] == ["passages", "zh", "en"]
    assert list(json.loads(said)["takeaways"][0]) == ["passages", "zh", "en"]


def test_paper_comes_before_instruction_and_the_key_in_its_header(gemini: GeminiServer) -> None:
    text(engine(gemini, "secret-key").stream(REQUEST, CancelToken()))
    (request,) = gemini.requests
    assert request.key == "secret-key"
    assert request.system == REQUEST.system
    assert request.parts == (REQUEST.paper, REQUEST.instruction)
    assert "secret-key" not in request.path


def test_required_fields_and_bounds_reach_the_server(gemini: GeminiServer) -> None:
    text(engine(gemini).stream(REQUEST, CancelToken()))
    schema = gemini.requests[0].schema
    assert schema is not None
    assert schema["required"] == ["takeaways"]
    assert int(schema["properties"]["takeaways"]["maxItems"]) == 7


@pytest.mark.parametrize(
    ("fault", "error"),
    [
        (faults.bad_key(), WrongKey),
        (faults.forbidden(), WrongKey),
        (faults.bad_request(), ModelRefused),
        (faults.internal(), ModelBusy),
        (faults.busy(), ModelBusy),
        (faults.bad_gateway(), ModelBusy),
        (faults.quota(1.0), QuotaUsedUp),
        (faults.quota(daily=True), QuotaUsedUp),
        (faults.cut('{"takeaways": ['), ModelUnreachable),
        (faults.error_inside('{"takeaways": ['), ModelUnreachable),
        (faults.safety(), ModelRefused),
        (faults.recitation('{"takeaways": ['), ModelRefused),
        (faults.max_tokens('{"takeaways": ['), ModelRefused),
        (faults.blocked(), ModelRefused),
        (faults.empty(), ModelRefused),
    ],
    ids=lambda v: v.__name__ if isinstance(v, type) else None,
)
def test_a_lasting_fault_is_an_error_of_our_tree(
    gemini: GeminiServer, fault: faults.Fault, error: type[ModelError]
) -> None:
    gemini.reply = lambda _: fault
    with pytest.raises(error) as caught:
        text(engine(gemini, "secret-key").stream(REQUEST, CancelToken()))
    assert "secret-key" not in f"{caught.value} {caught.value.sentence}"
    assert len(gemini.requests) <= 5


@pytest.mark.parametrize(
    "fault",
    [
        faults.internal(),
        faults.busy(),
        faults.late(),
        faults.quota(0.5),
        faults.cut('{"ta'),
        faults.error_inside('{"ta'),
    ],
)
def test_a_passing_fault_is_asked_again(gemini: GeminiServer, fault: faults.Fault) -> None:
    gemini.script(fault)
    assert asked(engine(gemini))
    assert len(gemini.requests) == 2


def test_a_daily_quota_is_not_waited_for(gemini: GeminiServer) -> None:
    gemini.reply = lambda _: faults.quota(daily=True)
    with pytest.raises(QuotaUsedUp):
        text(engine(gemini, "a", "b").stream(REQUEST, CancelToken()))
    assert sorted(r.key for r in gemini.requests) == ["a", "b"]


@pytest.mark.parametrize(
    ("model", "thinking"),
    [
        ("gemini-2.5-flash", {"thinkingBudget": 0}),
        ("gemini-2.5-flash-lite", {"thinkingBudget": 0}),
        ("gemini-flash-latest", {"thinkingBudget": 0}),
        ("gemini-2.5-pro", {"thinkingBudget": 128}),
        ("gemini-3-pro-preview", {"thinkingLevel": "low"}),
        ("gemini-2.0-flash", None),
    ],
)
def test_a_model_thinks_as_little_as_it_may(gemini: GeminiServer, model: str, thinking: dict[str, object]) -> None:
    gemini.models = (model,)
    asked(engine(gemini, model=model))
    (request,) = gemini.requests
    assert request.generation_config.get("thinkingConfig") == thinking
    assert request.schema, "nothing else is lost"


def test_a_model_that_will_think_is_let(gemini: GeminiServer) -> None:
    gemini.thinking_refused = "Budget 0 is invalid. This model only works in thinking mode."
    asking = engine(gemini)
    assert asked(asking)
    assert asked(asking)
    assert ["thinkingConfig" in r.generation_config for r in gemini.requests] == [True, False, False]


def test_only_models_that_write_are_listed(gemini: GeminiServer) -> None:
    gemini.models = ("gemini-embedding-001", "gemini-2.5-flash")
    assert engine(gemini).models(CancelToken()) == ("gemini-2.5-flash",)


class Portal(Loopback):
    """A hotel's network: each request gets its page."""

    def answer(self, exchange: Exchange) -> None:
        exchange.send(200, b"<html>Welcome! Please log in.</html>", "text/html; charset=UTF-8")


def test_a_page_instead_of_an_answer_is_an_unreachable_model() -> None:
    with Portal() as portal:
        gemini = Gemini(keys=("key-1",), model="gemini-2.5-flash", endpoint=portal.url)
        with pytest.raises(ModelUnreachable):
            asked(gemini)
        with pytest.raises(ModelUnreachable):
            gemini.models(CancelToken())


def test_words_are_there_as_soon_as_they_are_said(gemini: GeminiServer) -> None:
    """The SDK's own `generate_content` gives a chunk only once the next one has come."""
    gemini.tokens_per_second = 40.0  # half a second a chunk
    pieces = engine(gemini).stream(REQUEST, CancelToken())
    heard = [time.monotonic() for piece in pieces if isinstance(piece, str)]
    first, second, *_ = (moment - gemini.requests[0].time for moment in heard)
    assert first < 0.6 * second, "held back, the first would come with the second: at two thirds of the third"
