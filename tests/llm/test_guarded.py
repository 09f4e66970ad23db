"""Endpoints that users give: with their own keys only, and at public addresses only."""

import gzip
import os
import socket
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from chatpaper.cancel import CancelToken
from chatpaper.chain.events import Finished
from chatpaper.errors import BadEndpoint, ModelError, ModelUnreachable, NoKey, PrivateEndpoint
from chatpaper.llm import endpoints, guarded
from chatpaper.llm.engines import chosen
from chatpaper.llm.openai import OpenAICompatible
from chatpaper.pipeline import Choice, Pipeline
from chatpaper.settings import Settings
from tests.llm.asking import REQUEST, asked, text
from tests.loopback.openai import OpenAIServer
from tests.loopback.serving import Exchange, Loopback

pytestmark = pytest.mark.usefixtures("quick_waits")
OWNER = {"OPENAI_API_KEY": "the owner's", "GEMINI_API_KEY": "the owner's, too"}
ANYWHERE = {"CHATPAPER_ALLOW_PRIVATE_ENDPOINTS": "true"}


def settings(**given: str) -> Settings:
    return Settings.read(OWNER | given, dotenv=Path(os.devnull))


def elsewhere(base_url: str, *keys: str, model: str | None = "gpt-4.1-mini", **given: str) -> OpenAICompatible:
    engine = chosen(settings(**given), None, model=model, keys=keys, base_url=base_url)
    assert isinstance(engine, OpenAICompatible)
    return engine


class Hostile(Loopback):
    """Answers as it likes."""

    def __init__(self, answer: Callable[[Exchange], None]) -> None:
        self._answers = answer
        self.asked: list[str] = []
        super().__init__()

    def answer(self, exchange: Exchange) -> None:
        self.asked.append(exchange.path)
        self._answers(exchange)


@pytest.fixture
def hostile() -> Iterator[Callable[[Callable[[Exchange], None]], Hostile]]:
    servers: list[Hostile] = []

    def serve(answer: Callable[[Exchange], None]) -> Hostile:
        servers.append(Hostile(answer))
        return servers[-1]

    yield serve
    for server in servers:
        server.close()


@pytest.fixture
def loopback_is_public(monkeypatch: pytest.MonkeyPatch) -> None:
    """127.0.0.1 stands for the internet, 127.0.0.2 for this machine's network."""
    monkeypatch.setattr(guarded, "public", lambda address: address == "127.0.0.1")


def test_the_owners_key_stays_with_the_owners_endpoint(openai_server: OpenAIServer) -> None:
    url = f"{openai_server.url}/v1"
    assert asked(elsewhere(url, **ANYWHERE))
    assert asked(elsewhere(f"{url}/ ", "the visitor's", **ANYWHERE))
    elsewhere(url, **ANYWHERE).models(CancelToken())
    assert [r.key for r in openai_server.requests] == ["none", "the visitor's"]
    assert asked(elsewhere(url, OPENAI_BASE_URL=url))
    assert openai_server.requests[-1].key == "the owner's", "at the owner's own address it is the owner's engine"


def test_a_known_service_wants_a_key_and_has_a_model() -> None:
    with pytest.raises(NoKey, match="no key for DeepSeek"):
        elsewhere("https://api.deepseek.com/v1")
    engine = elsewhere("https://api.deepseek.com/v1/", "k", model=None)
    assert (engine.model, engine.label) == ("deepseek-chat", "api.deepseek.com")
    for preset in endpoints.PRESETS:
        assert endpoints.checked(preset.base_url) == preset.base_url


@pytest.mark.parametrize(
    "given",
    [
        "api.deepseek.com/v1",
        "ftp://a.example/v1",
        "file:///etc/passwd",
        "https://",
        "https://user:word@a.example/v1",
        "https://a.example/v1?key=1",
        "https://a.example/v1#x",
        "https://a.example:port/v1",
        "https://[::1/v1",
        "https://a.example\\@127.0.0.1/v1",
        "https://a.example/v1 x",
        "https://ａ.example/v1",
        f"https://a.example/{'v' * 300}",
    ],
)
def test_what_is_no_address_is_said(given: str) -> None:
    with pytest.raises(BadEndpoint, match=r"write it like https://api\.deepseek\.com/v1"):
        elsewhere(given)


@pytest.mark.parametrize(
    ("address", "public"),
    [
        ("93.184.216.34", True),
        ("2606:2800:220:1::1", True),
        ("64:ff9b::93.184.216.34", True),
        ("127.0.0.1", False),
        ("0.0.0.0", False),
        ("10.1.2.3", False),
        ("172.16.0.1", False),
        ("192.168.1.1", False),
        ("100.64.0.1", False),
        ("169.254.169.254", False),
        ("224.0.0.1", False),
        ("255.255.255.255", False),
        ("::", False),
        ("::1", False),
        ("fe80::1%eth0", False),
        ("fd00::1", False),
        ("ff02::1", False),
        ("::ffff:10.0.0.1", False),
        ("64:ff9b::169.254.169.254", False),
        ("2002:7f00:1::1", False),
        ("2001:0:7f00:1::1", False),
    ],
)
def test_which_addresses_are_public(address: str, public: bool) -> None:
    assert guarded.public(address) is public


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "[::1]"])
def test_this_machine_is_not_reached(openai_server: OpenAIServer, host: str) -> None:
    engine = elsewhere(f"{openai_server.url}/v1".replace("127.0.0.1", host), "k")
    with pytest.raises(PrivateEndpoint, match="CHATPAPER_ALLOW_PRIVATE_ENDPOINTS"):
        text(engine.stream(REQUEST, CancelToken()))
    with pytest.raises(PrivateEndpoint):
        engine.models(CancelToken())
    assert openai_server.requests == []


@pytest.mark.usefixtures("loopback_is_public")
def test_a_name_is_looked_up_once_and_each_of_its_addresses_checked(
    openai_server: OpenAIServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    answers = [["127.0.0.1"], ["127.0.0.1", "127.0.0.2"]]
    looked_up: list[str] = []

    def rebinding(host: str, port: int, *_: Any, **__: Any) -> list[Any]:
        looked_up.append(host)
        found = answers.pop(0) if host == "rebinding.example" else [host]
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port)) for address in found]

    monkeypatch.setattr(socket, "getaddrinfo", rebinding)
    engine = elsewhere(f"{openai_server.url}/v1".replace("127.0.0.1", "rebinding.example"), "k")
    assert engine.models(CancelToken())
    assert looked_up == ["rebinding.example", "127.0.0.1"], "connected to the address that was checked"
    with pytest.raises(PrivateEndpoint):
        engine.models(CancelToken())


@pytest.mark.usefixtures("loopback_is_public")
def test_a_redirect_leads_nowhere_private(hostile: Callable[..., Hostile], openai_server: OpenAIServer) -> None:
    inside = f"{openai_server.url}/v1/models".replace("127.0.0.1", "127.0.0.2")
    server = hostile(lambda e: e.send(302, b"", "text/plain", {"Location": inside}))
    with pytest.raises(PrivateEndpoint, match=r"127\.0\.0\.2"):
        elsewhere(f"{server.url}/v1", "k").models(CancelToken())
    assert server.asked == ["/v1/models"]


def _endless(exchange: Exchange) -> None:
    exchange.begin(200, "application/json")
    for _ in range(50):
        exchange.piece(b" " * 1_000_000)
    exchange.end()


def _packed(exchange: Exchange) -> None:
    exchange.send(200, gzip.compress(b'{"data": []}'), "application/json", {"Content-Encoding": "gzip"})


@pytest.mark.usefixtures("loopback_is_public")
@pytest.mark.parametrize("answer", [_endless, _packed])
def test_an_answer_without_end_is_not_taken(
    hostile: Callable[..., Hostile], answer: Callable[[Exchange], None]
) -> None:
    server = hostile(answer)
    with pytest.raises(ModelUnreachable):
        elsewhere(f"{server.url}/v1", "k").models(CancelToken())


def test_a_name_that_leads_nowhere_is_a_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    def none(*_: Any, **__: Any) -> list[Any]:
        raise socket.gaierror(-2, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", none)
    with pytest.raises(ModelError, match=r"nowhere\.example does not answer"):
        elsewhere("https://nowhere.example/v1", "k").models(CancelToken())


def test_what_one_endpoint_wrote_is_not_told_to_those_who_ask_another(
    openai_server: OpenAIServer, data_dir: Path, paper_pdf: Callable[[str], Path]
) -> None:
    honest = f"{openai_server.url}/v1"
    with OpenAIServer() as liar, Pipeline(settings(CHATPAPER_DATA_DIR=str(data_dir), **ANYWHERE)) as pipeline:
        pdf = pipeline.upload(paper_pdf("no-sections"), "x.pdf")
        names = set()
        for base_url in (f"{liar.url}/v1", honest, honest):
            choice = Choice(engine="openai", model="gpt-4.1-mini", base_url=base_url, languages=("en",))
            *_, finished = pipeline.digest(pdf, choice, CancelToken())
            assert isinstance(finished, Finished)
            names.add(pipeline.kept_as(finished.digest, None))
            assert (finished.digest.made.endpoint or "").startswith("127.0.0.1 ")
        assert len(liar.requests) == len(openai_server.requests) == pipeline.stages
        assert len(names) == 2
