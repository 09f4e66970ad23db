"""Against a server that answers as arXiv does, through the real `arxiv` package."""

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from chatpaper.errors import (
    ArxivGarbled,
    ArxivRefused,
    ArxivSentAway,
    ArxivUnreachable,
    BadArxivId,
    ChatPaperError,
    NoPdfAtArxiv,
    TooLargePdf,
    UnknownPaper,
)
from chatpaper.paper import Record
from chatpaper.source import Arxiv, parse
from chatpaper.source.transport import same_service
from tests.loopback import arxiv_feed
from tests.loopback.arxiv import ArxivFault, ArxivServer, broken, captcha, cut, hang, redirect, refused, short, slow
from tests.loopback.records import SEASON_LINK

Make = Callable[..., Arxiv]


@pytest.fixture
def make(arxiv: ArxivServer, tmp_path: Path) -> Make:
    def build(**options: float) -> Arxiv:
        settings = {"timeout": 1.0, "patience": 2.0, "delay": 0.0, **options}
        return Arxiv(endpoint=arxiv.url, cache=tmp_path / "cache", max_mb=int(settings.pop("max_mb", 50)), **settings)

    return build


def asked(server: ArxivServer) -> list[str]:
    return [f"{r.service} {r.asked}" for r in server.requests]


def test_a_paper_comes_with_its_record(make: Make, paper_pdf: Callable[[str], Path]) -> None:
    pdf = make().fetch("https://arxiv.org/abs/2404.12920")
    assert pdf.path.read_bytes() == paper_pdf("two-columns").read_bytes()
    assert pdf.path.name == pdf.name == "2404.12920v1.pdf"
    assert pdf.record == SEASON_LINK


def test_an_old_style_id(make: Make, arxiv: ArxivServer, tmp_path: Path) -> None:
    old = SEASON_LINK.model_copy(update={"arxiv_id": "math/0309136v2", "comment": None, "doi": None, "journal": None})
    arxiv.add(old, b"%PDF-1.4 ... %%EOF")
    pdf = make().fetch("math.GT/0309136")
    assert pdf.record == old
    assert pdf.path == tmp_path / "cache" / "math_0309136v2.pdf"


def test_a_version_is_fetched_once(make: Make, arxiv: ArxivServer) -> None:
    source = make()
    first, second = source.fetch("2404.12920v1"), source.fetch("2404.12920")
    assert first == second
    assert asked(arxiv) == ["query 2404.12920v1", "pdf 2404.12920v1", "query 2404.12920"]


def test_the_asked_version_is_fetched(make: Make, arxiv: ArxivServer) -> None:
    arxiv.add(SEASON_LINK.model_copy(update={"arxiv_id": "2404.12920v2"}), b"%PDF-2 %%EOF")
    assert make().fetch("2404.12920").path.read_bytes() == b"%PDF-2 %%EOF"
    assert make().fetch("2404.12920v1").path.name == "2404.12920v1.pdf"


@pytest.mark.parametrize("text", ["2404.99999", "2404.12920v7"])
def test_an_unknown_paper_is_the_users_mistake(make: Make, arxiv: ArxivServer, text: str) -> None:
    with pytest.raises(UnknownPaper):
        make().fetch(text)
    assert asked(arxiv) == [f"query {text}"]


def test_a_malformed_id_is_never_asked_for(make: Make, arxiv: ArxivServer) -> None:
    with pytest.raises(BadArxivId):
        make().fetch("24041.2920")
    assert not arxiv.requests


@pytest.mark.parametrize(
    ("fault", "error"),
    [
        (captcha(), ArxivGarbled),
        (short(0.3), ArxivGarbled),
        (short(0.9), ArxivGarbled),
        (short(0.0), ArxivGarbled),
        (cut(), ArxivUnreachable),
        (hang(), ArxivUnreachable),
        (slow(60), ArxivUnreachable),
        (refused(429), ArxivRefused),
        (refused(503, 3600), ArxivRefused),
        (refused(403), ArxivRefused),
        (refused(400), ArxivRefused),
        (broken(), ArxivRefused),
        (ArxivFault(page=b"<feed xmlns='http://www.w3.org/2005/Atom'><entry><id>x</id></entry></feed>"), ArxivGarbled),
    ],
)
def test_a_failed_query_is_never_taken_for_an_unknown_paper(
    make: Make, arxiv: ArxivServer, fault: ArxivFault, error: type[ChatPaperError]
) -> None:
    arxiv.script("query", fault)
    started = time.monotonic()
    with pytest.raises(error):
        make().record(parse("2404.12920"))
    assert len(arxiv.requests) == 1
    assert time.monotonic() - started < 4


def test_another_papers_record_is_not_taken(make: Make, arxiv: ArxivServer) -> None:
    arxiv.script("query", ArxivFault(page=arxiv_feed.feed({}, [SEASON_LINK], start=0, size=1, total=1)))
    with pytest.raises(ArxivGarbled):
        make().record(parse("2404.11111"))


@pytest.mark.parametrize("fault", [captcha(), refused(429), hang(), broken()])
def test_a_paper_without_its_record_beats_none(make: Make, arxiv: ArxivServer, fault: ArxivFault) -> None:
    arxiv.always["query"] = fault
    pdf = make().fetch("2404.12920")
    assert pdf.record is None
    assert pdf.path.read_bytes().startswith(b"%PDF-")


def test_without_a_version_nothing_is_reused(make: Make, arxiv: ArxivServer) -> None:
    arxiv.always["query"] = broken()
    source = make()
    first = source.fetch("2404.12920")
    arxiv.add(SEASON_LINK.model_copy(update={"arxiv_id": "2404.12920v2"}), b"%PDF-2 %%EOF")
    second = source.fetch("2404.12920")
    assert first.path != second.path
    assert first.path.read_bytes() != second.path.read_bytes() == b"%PDF-2 %%EOF"


@pytest.mark.parametrize(
    ("fault", "error"),
    [
        (captcha(), ArxivGarbled),
        (short(), ArxivGarbled),
        (short(0.0), ArxivGarbled),
        (cut(), ArxivUnreachable),
        (hang(), ArxivUnreachable),
        (slow(60), ArxivUnreachable),
        (refused(429), ArxivRefused),
        (refused(429, 3600), ArxivRefused),
        (refused(503), ArxivRefused),
        (broken(), ArxivRefused),
        (ArxivFault(status=404, page=b"<html>"), NoPdfAtArxiv),
    ],
)
def test_a_failed_download_leaves_nothing_behind(
    make: Make, arxiv: ArxivServer, tmp_path: Path, fault: ArxivFault, error: type[ChatPaperError]
) -> None:
    arxiv.script("pdf", fault)
    source = make()
    started = time.monotonic()
    with pytest.raises(error):
        source.fetch("2404.12920")
    assert time.monotonic() - started < 5
    assert not list((tmp_path / "cache").iterdir())
    assert source.fetch("2404.12920").path.is_file()


def test_a_withdrawn_paper_has_a_record_but_no_pdf(make: Make, arxiv: ArxivServer) -> None:
    gone = {"arxiv_id": "2404.11111v2", "comment": "This paper has been withdrawn by the authors"}
    arxiv.add(SEASON_LINK.model_copy(update=gone), None)
    with pytest.raises(NoPdfAtArxiv, match=r"2404\.11111v2"):
        make().fetch("2404.11111")


@pytest.mark.parametrize("service", ["query", "pdf"])
def test_a_short_retry_after_is_obeyed_once(make: Make, arxiv: ArxivServer, service: str) -> None:
    arxiv.script("query" if service == "query" else "pdf", refused(503, retry_after=1))
    assert make().fetch("2404.12920").record == SEASON_LINK
    first, second = [r.time for r in arxiv.requests if r.service == service]
    assert second - first >= 1


def test_a_retry_after_is_not_obeyed_twice(make: Make, arxiv: ArxivServer) -> None:
    arxiv.always["pdf"] = refused(429, retry_after=0)
    with pytest.raises(ArxivRefused, match="429"):
        make().fetch("2404.12920")
    assert asked(arxiv).count("pdf 2404.12920v1") == 2


def test_redirects_are_followed(make: Make, arxiv: ArxivServer) -> None:
    arxiv.script("query", redirect())
    arxiv.script("pdf", redirect())
    assert make().fetch("2404.12920").record == SEASON_LINK


@pytest.mark.parametrize(
    "to", ["http://169.254.169.254/latest/meta-data", "https://example.org/x.pdf", "file:///etc/passwd"]
)
def test_a_redirect_that_leads_away_is_not_followed(make: Make, arxiv: ArxivServer, to: str) -> None:
    arxiv.script("pdf", redirect(to))
    with pytest.raises(ArxivSentAway):
        make().fetch("2404.12920")


def test_endless_redirects_end(make: Make, arxiv: ArxivServer) -> None:
    arxiv.always["pdf"] = redirect(f"{arxiv.url}/pdf/2404.12920")
    with pytest.raises(ArxivGarbled):
        make().fetch("2404.12920")


@pytest.mark.parametrize(
    ("url", "same"),
    [
        ("https://arxiv.org/pdf/2404.12920", True),
        ("https://static.arxiv.org/x", True),
        ("http://arxiv.org/pdf/2404.12920", False),
        ("https://arxiv.org:8443/", False),
        ("https://arxiv.org@evil.example/", False),
        ("https://user@arxiv.org/", False),
        ("https://notarxiv.org/", False),
        ("https://arxiv.org.evil.example/", False),
        ("ftp://arxiv.org/", False),
        ("https://arxiv.org:99999/", False),
    ],
)
def test_where_arxiv_may_send_us(url: str, same: bool) -> None:
    assert same_service(url, "https://export.arxiv.org") is same


@pytest.mark.parametrize("promised", [True, False])
def test_the_size_is_capped_while_reading(make: Make, arxiv: ArxivServer, tmp_path: Path, promised: bool) -> None:
    arxiv.add(SEASON_LINK.model_copy(update={"arxiv_id": "2404.11111v1"}), b"%PDF-1.7".ljust(3_000_000))
    if not promised:
        arxiv.script("pdf", ArxivFault(chunked=True))
    with pytest.raises(TooLargePdf):
        make(max_mb=2).fetch("2404.11111")
    assert not list((tmp_path / "cache").iterdir())


def test_nobody_there(tmp_path: Path) -> None:
    source = Arxiv(endpoint="http://127.0.0.1:1", cache=tmp_path, max_mb=1, delay=0)
    with pytest.raises(ArxivUnreachable, match=r"127\.0\.0\.1:1"):
        source.fetch("2404.12920")


def test_queries_keep_their_distance_over_all_threads(make: Make, arxiv: ArxivServer) -> None:
    source = make(delay=0.2)
    begun = time.monotonic()
    with ThreadPoolExecutor(4) as pool:
        found: list[Record] = list(pool.map(source.record, [parse("2404.12920")] * 4))
    assert len(found) == 4
    arrived = sorted(r.time - begun for r in arxiv.requests)
    assert all(after >= number * 0.2 for number, after in enumerate(arrived)), "a busy machine may only make them later"


def test_many_threads_may_fetch_the_same_paper(make: Make) -> None:
    source = make()
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(source.fetch, ["2404.12920"] * 8))
    assert len(set(found)) == 1
    assert [p.name for p in found[0].path.parent.iterdir()] == ["2404.12920v1.pdf"]


def test_the_endpoint_may_end_in_a_slash(arxiv: ArxivServer, tmp_path: Path) -> None:
    source = Arxiv(endpoint=f"{arxiv.url}/", cache=tmp_path, max_mb=1, delay=0)
    assert source.fetch("2404.12920v1").record == SEASON_LINK
