"""The Gemini engine through the real SDK, against a server that speaks its protocol."""

import threading
import time
from collections.abc import Iterator

import pytest

from chatpaper.cancel import CancelToken
from chatpaper.chain import budget, replies
from chatpaper.errors import (
    Cancelled,
    ModelBusy,
    ModelError,
    ModelRefused,
    ModelUnreachable,
    NoKey,
    NoSuchModel,
    QuotaUsedUp,
    WrongKey,
)
from chatpaper.llm.base import Piece, Request, Restart, Usage
from chatpaper.llm.gemini import Gemini
from tests.loopback import faults
from tests.loopback.gemini import GeminiServer
from tests.made import paper

REQUEST = Request(
    stage="takeaways",
    system="You read papers.",
    paper=budget.as_text(paper(), paper().passages),
    instruction="Write the takeaways.",
    schema=replies.schema(replies.TakeawaysReply, ("zh", "en")),
    passages=paper().passages,
    languages=("zh", "en"),
)


@pytest.fixture(autouse=True)
def quick_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    """The waits between tries are those of the product, divided by a hundred."""
    wait = CancelToken.wait
    monkeypatch.setattr(CancelToken, "wait", lambda self, seconds: wait(self, seconds / 100))


def engine(server: GeminiServer, *keys: str, model: str = "gemini-2.5-flash") -> Gemini:
    return Gemini(keys=keys or ("key-1",), model=model, endpoint=server.url)


def text(pieces: Iterator[Piece]) -> str:
    """What is valid at the end of a stream."""
    said = ""
    for piece in pieces:
        said = "" if isinstance(piece, Restart) else said + (piece if isinstance(piece, str) else "")
    return said


def test_streams_a_reply_of_the_schema_and_counts_tokens(gemini: GeminiServer) -> None:
    pieces = list(engine(gemini).stream(REQUEST, CancelToken()))
    reply = replies.parse(text(iter(pieces)), replies.TakeawaysReply, ("zh", "en"))
    assert isinstance(reply, replies.TakeawaysReply)
    assert len(reply.takeaways) >= 1
    (usage,) = [p for p in pieces if isinstance(p, Usage)]
    assert usage.input_tokens > 100
    assert usage.output_tokens > 20
    assert len([p for p in pieces if isinstance(p, str)]) > 2, "it came in pieces"


def test_paper_comes_before_instruction_and_the_key_in_its_header(gemini: GeminiServer) -> None:
    text(engine(gemini, "secret-key").stream(REQUEST, CancelToken()))
    (asked,) = gemini.requests
    assert asked.key == "secret-key"
    assert asked.system == REQUEST.system
    assert asked.parts == (REQUEST.paper, REQUEST.instruction)
    assert "secret-key" not in asked.path


def test_required_fields_and_bounds_reach_the_server(gemini: GeminiServer) -> None:
    text(engine(gemini).stream(REQUEST, CancelToken()))
    schema = gemini.requests[0].schema
    assert schema is not None
    assert schema["required"] == ["takeaways"]
    assert int(schema["properties"]["takeaways"]["maxItems"]) == 7


def test_without_a_key_it_is_not_built(gemini: GeminiServer) -> None:
    with pytest.raises(NoKey):
        Gemini(keys=(), model="m", endpoint=gemini.url)


@pytest.mark.parametrize(
    ("fault", "error"),
    [
        (faults.bad_key(), WrongKey),
        (faults.forbidden(), WrongKey),
        (faults.bad_request(), ModelBusy),
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
    gemini.reply = lambda request: fault
    with pytest.raises(error) as caught:
        text(engine(gemini, "secret-key").stream(REQUEST, CancelToken()))
    assert "secret-key" not in f"{caught.value} {caught.value.sentence}"
    assert len(gemini.requests) <= 5


@pytest.mark.parametrize(
    "fault",
    [faults.internal(), faults.busy(), faults.late(), faults.quota(0.5), faults.cut('{"ta'), faults.error_inside('{"ta')],
)
def test_a_passing_fault_is_asked_again(gemini: GeminiServer, fault: faults.Fault) -> None:
    gemini.script(fault)
    reply = replies.parse(text(engine(gemini).stream(REQUEST, CancelToken())), replies.TakeawaysReply, ("zh", "en"))
    assert len(gemini.requests) == 2
    assert reply


def test_a_refused_key_leaves_the_others_at_work(gemini: GeminiServer) -> None:
    gemini.keys = {"good"}
    assert text(engine(gemini, "bad-1", "bad-2", "good").stream(REQUEST, CancelToken()))
    assert gemini.requests[-1].key == "good"


def test_a_daily_quota_is_not_waited_for(gemini: GeminiServer) -> None:
    gemini.reply = lambda request: faults.quota(daily=True)
    with pytest.raises(QuotaUsedUp):
        text(engine(gemini, "a", "b").stream(REQUEST, CancelToken()))
    assert sorted(r.key for r in gemini.requests) == ["a", "b"]


def test_an_unknown_model_is_named(gemini: GeminiServer) -> None:
    with pytest.raises(NoSuchModel, match="gemini-0"):
        text(engine(gemini, model="gemini-0").stream(REQUEST, CancelToken()))
    assert len(gemini.requests) == 1


def test_nobody_at_the_other_end() -> None:
    with GeminiServer() as server:
        gone = server.url
    nobody = Gemini(keys=("k",), model="gemini-2.5-flash", endpoint=gone)
    with pytest.raises(ModelUnreachable):
        text(nobody.stream(REQUEST, CancelToken()))


@pytest.mark.parametrize("fault", [faults.stall('{"takeaways": [', 20.0), faults.slow(20.0, "{}")], ids=["mid", "first"])
def test_stop_cuts_a_silent_connection_within_a_second(gemini: GeminiServer, fault: faults.Fault) -> None:
    gemini.reply = lambda request: fault
    cancel = CancelToken()
    threading.Timer(0.5, cancel.cancel).start()
    begun = time.monotonic()
    with pytest.raises(Cancelled):
        text(engine(gemini).stream(REQUEST, cancel))
    assert time.monotonic() - begun < 1.5


def test_a_reader_who_leaves_hangs_up(gemini: GeminiServer) -> None:
    gemini.tokens_per_second = 50
    pieces = engine(gemini).stream(REQUEST, CancelToken())
    next(pieces)
    pieces.close()  # type: ignore[attr-defined]
    deadline = time.monotonic() + 3
    while not gemini.disconnects and time.monotonic() < deadline:
        time.sleep(0.05)
    assert gemini.disconnects
