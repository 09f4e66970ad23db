"""Searches against a server that answers as arXiv does on good days and on bad ones."""

import time
from collections.abc import Callable
from datetime import date, timedelta
from itertools import pairwise

import pytest

from chatpaper.errors import ArxivGarbled, ArxivRefused, ArxivUnreachable, BadQuery, OutsideError
from chatpaper.paper import Record
from chatpaper.source.pace import Pace
from chatpaper.source.search import Query, Searches
from chatpaper.source.transport import Transport
from tests.loopback import arxiv_feed
from tests.loopback.arxiv import ArxivFault, ArxivServer, broken, captcha, cut, refused, short
from tests.loopback.records import SEASON_LINK

Make = Callable[..., Searches]
DAY = date(2024, 4, 19)


@pytest.fixture
def make(arxiv: ArxivServer) -> Make:
    def build(*waits: float, delay: float = 0.0) -> Searches:
        return Searches(Transport(arxiv.url, timeout=1, patience=5, pace=Pace(delay)), waits=waits)

    return build


def fill(server: ArxivServer, count: int) -> None:
    """`count` papers of math.CO, ten a day."""
    for n in range(count):
        day = DAY + timedelta(days=n // 10)
        server.add(
            SEASON_LINK.model_copy(
                update={
                    "arxiv_id": f"2405.{n + 1:05}v1",
                    "title": f"Paper {n}",
                    "published": day,
                    "updated": day,
                    "categories": ("math.CO",),
                }
            ),
            None,
        )


def empty(total: int) -> ArxivFault:
    return ArxivFault(page=arxiv_feed.feed({}, [], start=0, size=100, total=total))


def asked(server: ArxivServer) -> int:
    return len(server.requests)


def test_all_pages_newest_first(make: Make, arxiv: ArxivServer) -> None:
    fill(arxiv, 230)
    found = make().search(Query(terms="cat:math.CO", most=1000))
    assert found.total == len(found.records) == len({r.arxiv_id for r in found.records}) == 230
    dates = [r.published for r in found.records]
    assert dates == sorted(dates, reverse=True)
    assert asked(arxiv) == 3


def test_no_more_than_wanted(make: Make, arxiv: ArxivServer) -> None:
    fill(arxiv, 120)
    query = Query(terms="cat:math.CO", most=7)
    found = make().search(query)
    assert (len(found.records), found.total, found.missing(query)) == (7, 120, 0)


def test_days_are_both_included(make: Make, arxiv: ArxivServer) -> None:
    fill(arxiv, 40)
    query = Query(terms="cat:math.CO OR ti:nothing", since=DAY, until=DAY + timedelta(days=1))
    found = make().search(query)
    assert {r.published for r in found.records} == {DAY, DAY + timedelta(days=1)}
    assert arxiv.requests[0].asked == ("(cat:math.CO OR ti:nothing) AND submittedDate:[202404190000 TO 202404202359]")


def test_one_open_end(make: Make, arxiv: ArxivServer) -> None:
    fill(arxiv, 40)
    assert len(make().search(Query(terms="cat:math.CO", since=DAY + timedelta(days=3))).records) == 10
    assert len(make().search(Query(terms="cat:math.CO", until=DAY)).records) == 10


def test_records_are_whole(make: Make) -> None:
    found: tuple[Record, ...] = make().search(Query(terms="ti:SeasonLink")).records
    assert found == (SEASON_LINK,)


def test_none_is_believed_only_when_arxiv_keeps_saying_so(make: Make, arxiv: ArxivServer) -> None:
    found = make().search(Query(terms="au:nobody"))
    assert (found.records, found.total) == ((), 0)
    assert asked(arxiv) >= 3
    arxiv.script("query", empty(0), empty(0))
    assert make().search(Query(terms="ti:SeasonLink")).records == (SEASON_LINK,)


def test_an_empty_page_in_the_middle_is_no_end(make: Make, arxiv: ArxivServer) -> None:
    fill(arxiv, 250)
    arxiv.script("query", ArxivFault(), empty(250), empty(250))
    assert len(make().search(Query(terms="cat:math.CO", most=1000)).records) == 250


def test_a_page_that_stays_empty_loses_only_itself_and_is_missed(make: Make, arxiv: ArxivServer) -> None:
    fill(arxiv, 250)
    arxiv.script("query", ArxivFault(), *[empty(250)] * 3)
    query = Query(terms="cat:math.CO", most=1000)
    found = make().search(query)
    assert len(found.records) == 150
    assert found.missing(query) == 100


def test_a_total_that_is_never_reached_ends(make: Make, arxiv: ArxivServer) -> None:
    page = arxiv_feed.feed({}, [SEASON_LINK], start=0, size=100, total=40)
    arxiv.script("query", ArxivFault(page=page))
    arxiv.always["query"] = empty(40)
    query = Query(terms="ti:SeasonLink")
    found = make().search(query)
    assert found.records == (SEASON_LINK,)
    assert found.missing(query) == 19
    assert asked(arxiv) < 10


@pytest.mark.parametrize("fault", [captcha(), broken(), short(), cut(), refused(429), refused(503), empty(9)])
def test_what_passes_is_waited_for(make: Make, arxiv: ArxivServer, fault: ArxivFault) -> None:
    arxiv.script("query", fault, fault)
    assert make(0.01, 0.01).search(Query(terms="ti:SeasonLink")).records == (SEASON_LINK,)


@pytest.mark.parametrize(
    ("fault", "error"),
    [
        (captcha(), ArxivGarbled),
        (short(), ArxivGarbled),
        (ArxivFault(page=b"<feed xmlns='http://www.w3.org/2005/Atom'/>"), ArxivGarbled),
        (cut(), ArxivUnreachable),
        (refused(503), ArxivRefused),
    ],
)
def test_what_lasts_is_an_error_and_never_no_papers(
    make: Make, arxiv: ArxivServer, fault: ArxivFault, error: type[OutsideError]
) -> None:
    arxiv.always["query"] = fault
    with pytest.raises(error):
        make(0.01).search(Query(terms="ti:SeasonLink"))


def test_a_retry_after_is_obeyed(make: Make, arxiv: ArxivServer) -> None:
    # the transport obeys the first one, the search the second
    arxiv.script("query", refused(503, retry_after=0), refused(503, retry_after=1))
    started = time.monotonic()
    assert make(0.01).search(Query(terms="ti:SeasonLink")).records
    assert time.monotonic() - started >= 1


def test_pages_keep_their_distance(make: Make, arxiv: ArxivServer) -> None:
    fill(arxiv, 250)
    make(delay=0.8).search(Query(terms="cat:math.CO", most=1000))
    apart = [b.time - a.time for a, b in pairwise(arxiv.requests)]
    assert apart
    assert min(apart) > 0.5  # they are counted where they arrive, some later than others


def test_a_query_that_arxiv_does_not_understand(make: Make, arxiv: ArxivServer) -> None:
    arxiv.script("query", ArxivFault(status=400, page=b"<html>"))
    with pytest.raises(BadQuery, match=r"cat:\("):
        make().search(Query(terms="cat:("))
    assert asked(arxiv) == 1
