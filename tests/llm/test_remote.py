"""What holds for the engine of every provider, through its real SDK against a server that speaks its protocol."""

import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, replace
from typing import Any

import pytest

from chatpaper.cancel import CancelToken
from chatpaper.chain import prompts, replies
from chatpaper.chain.events import Finished
from chatpaper.chain.run import run
from chatpaper.errors import Cancelled, ModelError, ModelUnreachable, NoKey, NoSuchModel, WrongKey
from chatpaper.llm.base import Usage
from chatpaper.llm.gemini import Gemini
from chatpaper.llm.openai import OpenAICompatible
from chatpaper.llm.remote import RemoteEngine
from tests.llm.asking import REQUEST, asked, text
from tests.loopback import faults, openai_faults
from tests.loopback.models import ModelServer
from tests.made import SENTENCES, paper

pytestmark = pytest.mark.usefixtures("quick_waits")


def gemini_engine(url: str, keys: tuple[str, ...], model: str) -> RemoteEngine:
    return Gemini(keys=keys, model=model, endpoint=url)


def openai_engine(url: str, keys: tuple[str, ...], model: str) -> RemoteEngine:
    return OpenAICompatible(keys=keys, model=model, base_url=f"{url}/v1", window=128_000)


@dataclass(frozen=True)
class Provider:
    server: ModelServer[Any]
    build: Callable[[str, tuple[str, ...], str], RemoteEngine]
    model: str
    url: str = ""
    """Where it is looked for, if not at the server."""

    def engine(self, *keys: str, model: str = "") -> RemoteEngine:
        return self.build(self.url or self.server.url, keys or ("key-1",), model or self.model)


@pytest.fixture(params=["gemini", "openai"])
def provider(request: pytest.FixtureRequest) -> Provider:
    if request.param == "gemini":
        return Provider(request.getfixturevalue("gemini"), gemini_engine, "gemini-2.5-flash")
    return Provider(request.getfixturevalue("openai_server"), openai_engine, "gpt-4.1-mini")


def test_streams_a_reply_of_the_schema_and_counts_tokens(provider: Provider) -> None:
    pieces = list(provider.engine().stream(REQUEST, CancelToken()))
    reply = replies.parse(text(iter(pieces)), replies.TakeawaysReply, ("zh", "en"))
    assert isinstance(reply, replies.TakeawaysReply)
    assert len(reply.takeaways) >= 1
    (usage,) = [p for p in pieces if isinstance(p, Usage)]
    assert usage.input_tokens > 100
    assert usage.output_tokens > 20
    assert len([p for p in pieces if isinstance(p, str)]) > 2, "it came in pieces"


def test_a_run_over_this_engine_is_whole(provider: Provider) -> None:
    *_, last = run(paper(*SENTENCES * 6), provider.engine(), prompts.load(), ("zh", "en"), CancelToken())
    assert isinstance(last, Finished)
    digest = last.digest
    assert digest.skipped == {}
    assert digest.audit.traced == digest.audit.claims == len(digest.claims()) > 10
    made = digest.made
    assert (made.engine, made.calls) == (provider.engine().name, len(provider.server.requests))
    assert made.input_tokens > made.cached_tokens > 0.5 * made.input_tokens, "stages share their prefix"
    assert made.output_tokens > 100


def test_without_a_key_it_is_not_built(provider: Provider) -> None:
    with pytest.raises(NoKey):
        provider.build(provider.server.url, (), "m")


@pytest.mark.parametrize(
    "fault",
    [
        faults.cut('{"takeaways": ['),
        faults.bad_gateway(),
        faults.safety(),
        faults.recitation('{"takeaways": ['),
        faults.max_tokens('{"takeaways": ['),
        faults.empty(),
        faults.no_parts(),
        faults.no_candidates(),
    ],
)
def test_a_lasting_fault_is_an_error_after_few_tries(provider: Provider, fault: faults.Fault) -> None:
    provider.server.reply = lambda _: fault
    with pytest.raises(ModelError) as caught:
        text(provider.engine("secret-key").stream(REQUEST, CancelToken()))
    assert "secret-key" not in f"{caught.value} {caught.value.sentence} {caught.value.values}"
    assert len(provider.server.requests) <= 5


@pytest.mark.parametrize("fault", [faults.bad_gateway(), faults.cut('{"ta'), faults.cut(), faults.empty()])
def test_a_passing_fault_is_asked_again(provider: Provider, fault: faults.Fault) -> None:
    provider.server.script(fault)
    assert asked(provider.engine())
    assert len(provider.server.requests) == 2


def test_text_that_is_no_json_is_asked_again_by_the_chain(provider: Provider) -> None:
    provider.server.script('{"title": {"zh": "x')
    *_, last = run(paper(), provider.engine(), prompts.load(), ("zh", "en"), CancelToken())
    assert isinstance(last, Finished)
    assert last.digest.skipped == {}
    assert "not in the asked form" in "".join(r.parts[-1] for r in provider.server.requests)


def test_a_refused_key_leaves_the_others_at_work(provider: Provider) -> None:
    provider.server.keys = {"good"}
    assert text(provider.engine("bad-1", "bad-2", "good").stream(REQUEST, CancelToken()))
    assert provider.server.requests[-1].key == "good"


def test_an_unknown_model_is_named_beside_those_that_exist(provider: Provider) -> None:
    provider.server.models = ("some-embedding", *(f"model-{n}" for n in range(9)), "model-new")
    with pytest.raises(NoSuchModel) as caught:
        text(provider.engine(model="model-now").stream(REQUEST, CancelToken()))
    assert "model-now" in str(caught.value)
    for said in (caught.value.sentence.zh or "", caught.value.sentence.en or ""):
        assert "model-new" in said, "the likest first"
        assert said.count("model-") == 1 + 5, "not all of them"
    assert len(provider.server.requests) == 1


def test_models_are_listed_and_tell_whether_a_key_is_good(provider: Provider) -> None:
    provider.server.keys = {"good"}
    assert provider.model in provider.engine("good").models(CancelToken())
    with pytest.raises(WrongKey) as caught:
        provider.engine("secret-key").models(CancelToken())
    assert "secret-key" not in str(caught.value)


def test_nobody_at_the_other_end(provider: Provider) -> None:
    nobody = provider.engine()
    provider.server.close()
    with pytest.raises(ModelUnreachable):
        text(nobody.stream(REQUEST, CancelToken()))


@pytest.mark.parametrize(
    "fault", [faults.stall('{"takeaways": [', 20.0), faults.slow(20.0, "{}")], ids=["mid", "first"]
)
def test_stop_cuts_a_silent_connection_within_a_second(provider: Provider, fault: faults.Fault) -> None:
    provider.server.reply = lambda _: fault
    cancel = CancelToken()
    stopped = threading.Timer(0.5, cancel.cancel)
    stopped.start()
    begun = time.monotonic()
    with pytest.raises(Cancelled):
        text(provider.engine().stream(REQUEST, cancel))
    assert 0.4 < time.monotonic() - begun < 1.5
    saw_the_close(provider)


@pytest.fixture
def silent() -> Iterator[str]:
    """The address of a machine that does not even answer a call: its queue of callers is full."""
    with ExitStack() as open_sockets:
        listener = open_sockets.enter_context(socket.socket())
        listener.bind(("127.0.0.1", 0))
        listener.listen(0)
        for _ in range(8):
            caller = open_sockets.enter_context(socket.socket())
            caller.setblocking(False)
            caller.connect_ex(listener.getsockname())
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"


def test_stop_does_not_wait_for_a_connection(provider: Provider, silent: str) -> None:
    engine = replace(provider, url=silent).engine()
    cancel = CancelToken()
    threading.Timer(0.5, cancel.cancel).start()
    begun = time.monotonic()
    with pytest.raises(Cancelled):
        text(engine.stream(REQUEST, cancel))
    assert 0.4 < time.monotonic() - begun < 1.5


def test_a_connection_that_is_not_made_is_given_up_soon(
    provider: Provider, silent: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("chatpaper.llm.sockets.CONNECT", 0.2)
    begun = time.monotonic()
    with pytest.raises(ModelUnreachable):
        text(replace(provider, url=silent).engine().stream(REQUEST, CancelToken()))
    assert time.monotonic() - begun < 5.0


@pytest.fixture
def proxy(provider: Provider, monkeypatch: pytest.MonkeyPatch) -> Provider:
    """The provider as it is reached through a proxy only."""
    for name in ("http_proxy", "HTTP_PROXY"):
        monkeypatch.setenv(name, provider.server.url)
    return replace(provider, url="http://provider.invalid")


def test_the_proxy_of_the_environment_is_used_and_hung_up_on(proxy: Provider) -> None:
    assert asked(proxy.engine())
    proxy.server.tokens_per_second = 50
    pieces = proxy.engine().stream(REQUEST, CancelToken())
    assert next(pieces)
    pieces.close()  # type: ignore[attr-defined]
    saw_the_close(proxy)


def test_a_proxy_of_an_unknown_kind_is_an_unreachable_model(
    provider: Provider, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("http_proxy", "HTTP_PROXY"):
        monkeypatch.setenv(name, "socks5://127.0.0.1:9")
    with pytest.raises(ModelUnreachable):
        text(replace(provider, url="http://provider.invalid").engine().stream(REQUEST, CancelToken()))


def test_a_reader_who_leaves_hangs_up(provider: Provider) -> None:
    provider.server.tokens_per_second = 50
    pieces = provider.engine().stream(REQUEST, CancelToken())
    next(pieces)
    pieces.close()  # type: ignore[attr-defined]
    saw_the_close(provider)


def saw_the_close(provider: Provider) -> None:
    deadline = time.monotonic() + 10
    while not provider.server.disconnects and time.monotonic() < deadline:
        time.sleep(0.05)
    assert provider.server.disconnects


def test_keys_share_the_work_when_one_must_rest(provider: Provider) -> None:
    fault = faults.quota(60.0) if provider.model.startswith("gemini") else openai_faults.rate_limit(60.0)
    provider.server.script(fault)
    engine = provider.engine("a", "b")
    assert asked(engine)
    assert asked(engine)
    first, second, third = (r.key for r in provider.server.requests)
    assert {first, second} == {"a", "b"}
    assert third == second, "the first key still rests"
