"""Where the parts meet: what the owner's keys serve, and for whom."""

import os
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from chatpaper.admission import network
from chatpaper.cancel import CancelToken
from chatpaper.chain.events import Finished
from chatpaper.errors import DailyLimit, OwnersModel, PapersOnly, SharedLimit
from chatpaper.paper import PdfFile
from chatpaper.pipeline import Choice, Pipeline
from chatpaper.settings import Settings
from tests.loopback.arxiv import ArxivServer
from tests.loopback.gemini import GeminiServer
from tests.loopback.openai import OpenAIServer
from tests.loopback.records import SEASON_LINK
from tests.made import paper

Make = Callable[..., Pipeline]


@pytest.fixture
def make(gemini: GeminiServer, arxiv: ArxivServer, data_dir: Path) -> Iterator[Make]:
    """A pipeline with the owner's key, and with these limits."""
    made: list[Pipeline] = []

    def build(**limits: int) -> Pipeline:
        environment = {
            "GEMINI_API_KEY": "owner",
            "CHATPAPER_GEMINI_ENDPOINT": gemini.url,
            "CHATPAPER_ARXIV_ENDPOINT": arxiv.url,
            "CHATPAPER_GEMINI_MODEL": "gemini-2.5-flash",
            "CHATPAPER_DATA_DIR": str(data_dir),
            **{name: str(limit) for name, limit in limits.items()},
        }
        made.append(Pipeline(Settings.read(environment, dotenv=Path(os.devnull))))
        return made[-1]

    yield build
    for pipeline in made:
        pipeline.close()


@pytest.fixture
def digested(paper_pdf: Callable[[str], Path]) -> Callable[..., bool]:
    def digest(pipeline: Pipeline, name: str, choice: Choice, *, anyway: bool = False) -> bool:
        pdf = pipeline.upload(paper_pdf(name), name)
        return any(isinstance(e, Finished) for e in pipeline.digest(pdf, choice, CancelToken(), anyway=anyway))

    return digest


def test_only_what_is_ours_is_shown_to_whoever_asks_for_the_paper(
    make: Make, arxiv: ArxivServer, openai_server: OpenAIServer, paper_pdf: Callable[[str], Path]
) -> None:
    arxiv.add(SEASON_LINK, paper_pdf("two-columns").read_bytes())
    pipeline, english = make(CHATPAPER_ALLOW_PRIVATE_ENDPOINTS=1), Choice(languages=("en",))
    fetched = pipeline.fetch("2404.12920")

    def shared(pdf: PdfFile, choice: Choice) -> tuple[str, str] | None:
        list(pipeline.digest(pdf, choice, CancelToken()))
        found = pipeline.shared("https://arxiv.org/abs/2404.12920", ("en",))
        return (found[1].made.engine, found[0].title) if found else None

    theirs = Choice(engine="openai", keys=("k",), base_url=openai_server.url + "/v1", languages=("en",))
    assert shared(fetched, theirs) is None, "their own endpoint"
    assert shared(fetched, replace(english, keys=("their own key",), model="gemini-2.5-pro")) is None
    assert shared(pipeline.upload(fetched.path, "2404.12920v1.pdf"), english) is None, "an upload"
    assert shared(fetched, replace(english, engine="extractive")) == ("extractive", SEASON_LINK.title)
    assert shared(fetched, english) == ("gemini", SEASON_LINK.title)
    assert make().shared("2404.12920v1", ("zh",))
    assert make().shared("2404.12920v2", ("en",)) is None
    assert make().shared("../library.sqlite3", ("en",)) is None


def by(address: str, *keys: str, model: str | None = None) -> Choice:
    return Choice(languages=("en",), visitor=address, keys=keys, model=model)


def test_the_owners_key_serves_a_visitor_so_often_a_day(make: Make, digested: Callable[..., bool]) -> None:
    pipeline = make(CHATPAPER_VISITOR_DIGESTS_PER_DAY=1)
    visitor = by("10.0.0.1")
    assert digested(pipeline, "two-columns", visitor)
    assert digested(pipeline, "two-columns", visitor), "what the library has costs nothing"
    with pytest.raises(DailyLimit, match="today's 1 digests"):
        digested(pipeline, "one-column", visitor)
    assert digested(pipeline, "one-column", by("10.0.0.1", "the visitor's"))
    assert digested(pipeline, "chinese", by("10.0.0.2"))
    assert digested(pipeline, "no-sections", Choice(languages=("en",))), "the owner is not limited"
    assert digested(pipeline, "no-sections", Choice(engine="extractive", visitor="10.0.0.1"))


def test_all_visitors_together_have_a_limit_that_a_restart_does_not_lift(
    make: Make, digested: Callable[..., bool]
) -> None:
    assert digested(make(CHATPAPER_DIGESTS_PER_DAY=2), "two-columns", by("10.0.0.1"))
    pipeline = make(CHATPAPER_DIGESTS_PER_DAY=2)
    stranger = by("10.0.0.2")
    for _ in range(4):
        assert [*pipeline.ask(paper(), "How accurate is it?", stranger, CancelToken())]
    with pytest.raises(SharedLimit, match="give a key of your own"):
        next(pipeline.ask(paper(), "How accurate is it?", stranger, CancelToken()))
    with pytest.raises(SharedLimit):
        digested(pipeline, "one-column", by("10.0.0.3"))
    assert digested(pipeline, "one-column", by("10.0.0.3", "the visitor's"))


def test_a_shared_key_is_for_papers_and_for_the_owners_model(
    make: Make, digested: Callable[..., bool], gemini: GeminiServer
) -> None:
    pipeline = make(CHATPAPER_DIGESTS_PER_DAY=9)
    with pytest.raises(PapersOnly):
        digested(pipeline, "invoice", by("10.0.0.1"), anyway=True)
    with pytest.raises(OwnersModel, match=r"the model gemini-2\.5-flash only"):
        pipeline.engine(by("10.0.0.1", model="gemini-2.5-pro"))
    assert gemini.requests == []
    assert digested(pipeline, "invoice", by("10.0.0.1", "the visitor's"), anyway=True)
    assert pipeline.engine(by("10.0.0.1", "the visitor's", model="gemini-2.5-pro"))
    assert make().engine(by("127.0.0.1", model="gemini-2.5-pro")), "a page that is not shared serves its owner"


def test_an_owners_server_that_wants_no_key_is_the_owners_whatever_key_is_given(
    openai_server: OpenAIServer, data_dir: Path, digested: Callable[..., bool]
) -> None:
    environment = {
        "OPENAI_BASE_URL": f"{openai_server.url}/v1",
        "CHATPAPER_VISITOR_DIGESTS_PER_DAY": "0",
        "CHATPAPER_DATA_DIR": str(data_dir),
    }
    with Pipeline(Settings.read(environment, dotenv=Path(os.devnull))) as pipeline:
        choice = Choice(engine="openai", languages=("en",), visitor="10.0.0.1", keys=("any",))
        with pytest.raises(DailyLimit):
            digested(pipeline, "no-sections", choice)
        with pytest.raises(OwnersModel):
            pipeline.engine(replace(choice, model="gpt-4.1-mini"))
        assert pipeline.models(choice, CancelToken()) == ("gpt-5-mini",), "it is not asked for a stranger"
    assert openai_server.requests == []


def test_a_digest_is_found_by_who_has_the_file(
    make: Make, digested: Callable[..., bool], gemini: GeminiServer, paper_pdf: Callable[[str], Path], tmp_path: Path
) -> None:
    """Neither by its name, nor by what it says; and by who has it, from another process's library, too."""
    assert digested(make(), "no-sections", by("10.0.0.1"))
    asked = len(gemini.requests)
    assert digested(make(), "no-sections", by("10.0.0.2"))
    assert len(gemini.requests) == asked > 0, "the same file: nobody is asked"
    copy = tmp_path / "no-sections.pdf"
    copy.write_bytes(paper_pdf("no-sections").read_bytes() + b"% another file of the same pages\n")
    pipeline = make()
    events = list(pipeline.digest(pipeline.upload(copy, "no-sections"), by("10.0.0.1"), CancelToken()))
    assert len(gemini.requests) > asked, "another file is another paper, whatever it is called and says"
    facts = next(e.digest.paper for e in events if isinstance(e, Finished))
    for guessed in (facts.title, "no-sections", facts.sha256):
        assert pipeline.reopened(guessed, "0" * 64, ("en",), extractive=False) is None
        assert pipeline.reopened(guessed, "0" * 64, ("en",), extractive=True) is None


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("2001:db8:1:2::1", "2001:db8:1:2:ffff::9", True),
        ("2001:db8:1:2::1", "2001:db8:1:3::1", False),
        ("::ffff:192.0.2.1", "192.0.2.1", True),
        ("192.0.2.1", "192.0.2.2", False),
        ("unknown", "unknown", True),
    ],
)
def test_an_address_is_counted_as_whom_it_belongs_to(one: str, other: str, same: bool) -> None:
    assert (network(one) == network(other)) is same
