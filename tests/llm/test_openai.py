"""The engine for OpenAI-compatible servers: how each fault is understood, and what it does without."""

import pytest

from chatpaper.cancel import CancelToken
from chatpaper.errors import (
    ModelBusy,
    ModelError,
    ModelRefused,
    ModelUnreachable,
    NoSuchModel,
    QuotaUsedUp,
    WrongKey,
)
from chatpaper.llm.base import Usage
from chatpaper.llm.held import held
from chatpaper.llm.openai import OpenAICompatible
from tests.llm.asking import REQUEST, asked, text
from tests.loopback import faults, openai_faults
from tests.loopback.openai import OpenAIServer

pytestmark = pytest.mark.usefixtures("quick_waits")


def engine(server: OpenAIServer, *keys: str, model: str = "gpt-4.1-mini") -> OpenAICompatible:
    return OpenAICompatible(keys=keys or ("key-1",), model=model, base_url=f"{server.url}/v1", window=128_000)


def test_paper_comes_before_instruction_and_the_key_in_its_header(openai_server: OpenAIServer) -> None:
    asked(engine(openai_server, "secret-key"))
    (request,) = openai_server.requests
    assert request.key == "secret-key"
    assert request.system == REQUEST.system
    assert request.parts == (f"{REQUEST.paper}\n\n{REQUEST.instruction}",)


def test_the_schema_is_sent_with_what_can_be_held(openai_server: OpenAIServer) -> None:
    asked(engine(openai_server))
    (request,) = openai_server.requests
    assert request.format == "json_schema"
    assert request.body["response_format"]["json_schema"]["strict"] is True
    assert request.schema == held(REQUEST.schema)


@pytest.mark.parametrize(
    ("known", "form"), [({"json_object"}, "json_object"), (set(), "text"), ({"json_schema"}, "json_schema")]
)
@pytest.mark.parametrize("refusal", [400, 422])
def test_a_refused_format_is_done_without_and_remembered(
    openai_server: OpenAIServer, known: set[str], form: str, refusal: int
) -> None:
    openai_server.formats, openai_server.refusal = known, refusal
    asking = engine(openai_server)
    assert asked(asking)
    before = len(openai_server.requests)
    assert asked(asking)
    assert len(openai_server.requests) == before + 1
    assert openai_server.requests[-1].format == form
    sent = held(REQUEST.schema) if form == "json_schema" else REQUEST.schema
    assert openai_server.requests[-1].schema == sent, "told in words, where it is no parameter"


def test_a_refused_parameter_is_done_without_and_remembered(openai_server: OpenAIServer) -> None:
    openai_server.unsupported = {"temperature", "stream_options"}
    asking = engine(openai_server)
    assert asked(asking)
    assert asked(asking)
    sent = [[name for name in ("stream_options", "temperature") if name in r.body] for r in openai_server.requests]
    assert sent == [["stream_options", "temperature"], ["temperature"], [], []]
    assert openai_server.requests[-1].format == "json_schema"


@pytest.mark.parametrize(("model", "thinks"), [("gpt-5-mini", True), ("gpt-4.1-mini", False)])
def test_a_model_that_thinks_is_asked_to_think_little(openai_server: OpenAIServer, model: str, thinks: bool) -> None:
    asked(engine(openai_server, model=model))
    body = openai_server.requests[0].body
    assert body.get("reasoning_effort") == ("low" if thinks else None)
    assert ("temperature" in body) is not thinks


@pytest.mark.parametrize(
    ("fault", "error", "tries"),
    [
        (openai_faults.wrong_key("secret-key"), WrongKey, 1),
        (openai_faults.forbidden(), WrongKey, 1),
        (openai_faults.no_model("m"), NoSuchModel, 1),
        (openai_faults.no_model_400("m"), NoSuchModel, 1),
        (openai_faults.bad_request(), ModelRefused, 1),
        (openai_faults.internal(), ModelBusy, 5),
        (openai_faults.busy(), ModelBusy, 5),
        (faults.bad_gateway(), ModelBusy, 5),
        (openai_faults.rate_limit(), QuotaUsedUp, 5),
        (openai_faults.rate_limit(1.0), QuotaUsedUp, 5),
        (openai_faults.spent(), QuotaUsedUp, 1),
        (openai_faults.no_money(), QuotaUsedUp, 1),
        (faults.cut('{"takeaways": ['), ModelUnreachable, 5),
        (openai_faults.error_inside('{"takeaways": ['), ModelUnreachable, 5),
        (openai_faults.no_finish('{"takeaways": ['), ModelUnreachable, 5),
        (openai_faults.no_choices(), ModelUnreachable, 5),
        (faults.max_tokens('{"takeaways": ['), ModelRefused, 2),
        (faults.safety(), ModelRefused, 2),
        (faults.empty(), ModelRefused, 2),
        (openai_faults.unknown_finish('{"takeaways": ['), ModelRefused, 2),
    ],
    ids=lambda v: v.__name__ if isinstance(v, type) else None,
)
def test_a_lasting_fault_is_an_error_of_our_tree(
    openai_server: OpenAIServer, fault: faults.Fault, error: type[ModelError], tries: int
) -> None:
    openai_server.reply = lambda _: fault
    with pytest.raises(error) as caught:
        text(engine(openai_server, "secret-key").stream(REQUEST, CancelToken()))
    assert "secr" not in f"{caught.value} {caught.value.sentence}"
    assert len(openai_server.requests) == tries


@pytest.mark.parametrize(
    "fault",
    [
        openai_faults.internal(),
        openai_faults.busy(),
        openai_faults.rate_limit(),
        openai_faults.rate_limit(0.5),
        openai_faults.error_inside('{"ta'),
        openai_faults.no_finish('{"ta'),
    ],
)
def test_a_passing_fault_is_asked_again(openai_server: OpenAIServer, fault: faults.Fault) -> None:
    openai_server.script(fault)
    assert asked(engine(openai_server))
    assert len(openai_server.requests) == 2


def test_money_that_is_spent_is_not_waited_for(openai_server: OpenAIServer) -> None:
    openai_server.reply = lambda _: openai_faults.spent()
    with pytest.raises(QuotaUsedUp):
        text(engine(openai_server, "a", "b").stream(REQUEST, CancelToken()))
    assert sorted(r.key for r in openai_server.requests) == ["a", "b"]


def test_a_refusal_that_names_nothing_we_can_do_without_is_final(openai_server: OpenAIServer) -> None:
    openai_server.input_limit = 100
    with pytest.raises(ModelRefused, match="400"):
        text(engine(openai_server).stream(REQUEST, CancelToken()))
    assert len(openai_server.requests) == 1


def test_tokens_of_an_answer_that_was_billed_but_cut_are_told(openai_server: OpenAIServer) -> None:
    openai_server.script(faults.max_tokens('{"takeaways": ['))
    counted = [p for p in engine(openai_server).stream(REQUEST, CancelToken()) if isinstance(p, Usage)]
    assert [u.input_tokens > 0 for u in counted] == [True, True]


def test_a_server_that_does_not_count_is_read_all_the_same(openai_server: OpenAIServer) -> None:
    openai_server.unsupported = {"stream_options"}
    pieces = list(engine(openai_server).stream(REQUEST, CancelToken()))
    assert [p for p in pieces if isinstance(p, Usage)] == [Usage()]


def test_a_wrong_address_is_said_without_a_list(openai_server: OpenAIServer) -> None:
    astray = OpenAICompatible(keys=("k",), model="m", base_url=f"{openai_server.url}/v2", window=128_000)
    with pytest.raises(NoSuchModel) as caught:
        text(astray.stream(REQUEST, CancelToken()))
    assert "such as" not in str(caught.value)
