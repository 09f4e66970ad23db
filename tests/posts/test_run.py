"""Runs on a pipeline without papers or models: what is done, left out, tried again, kept."""

import json
import re
import tracemalloc
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import yaml
from bibtexparser.entrypoint import parse_string

from chatpaper.cancel import CancelToken
from chatpaper.chain.events import Event
from chatpaper.errors import (
    ArxivRefused,
    BadOption,
    Cancelled,
    ModelBusy,
    NoPdfAtArxiv,
    NotAPaper,
    QuotaUsedUp,
    TooSlowPdf,
)
from chatpaper.llm.base import Engine
from chatpaper.paper import PdfFile
from chatpaper.pipeline import Choice
from chatpaper.posts import PaperDone, PostPlanned, ledger, post
from chatpaper.posts.published import Post
from chatpaper.posts.published import posts as posts_of
from chatpaper.posts.shelf import Shelf
from chatpaper.value import Bilingual, Language
from tests.posts.fake import FakePipeline, at, order, records, run, written
from tests.rendering.samples import DIGEST, SCRIPTS, hostile, png


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "posts"


@pytest.fixture
def data(tmp_path: Path) -> Path:
    return tmp_path / "data"


def posts(folder: Path) -> list[Post]:
    return posts_of(Shelf(str(folder)))


def front(path: Path) -> dict[str, object]:
    fields: dict[str, object] = yaml.safe_load(path.read_text("utf-8").split("\n---\n")[0])
    return fields


def test_a_post_with_its_pictures_bibtex_and_feed(folder: Path, data: Path) -> None:
    fake = FakePipeline(records(4))
    end = written(run(fake, order(folder), data))
    path = at(end)
    assert re.fullmatch(r"\d{4}-\d\d-\d\d-diffusion-models\.md", path.name)
    text = path.read_text("utf-8")
    assert front(path)["papers"] == ["2404.00001v1", "2404.00003v1", "2404.00002v1", "2404.00004v1"]
    beside = path.with_suffix("")
    pictures = re.findall(r'<img src="(.*?)"', text)
    assert len(pictures) == 4
    assert all((beside / name).read_bytes() == DIGEST.figures[0].image for name in pictures)
    library = parse_string((beside / "papers.bib").read_text("utf-8"))
    assert len(library.entries) == len({e.key for e in library.entries}) == 4
    assert not library.failed_blocks
    feed = (folder / "atom.xml").read_text("utf-8")
    assert path.name in feed
    assert "<title>ChatPaper · Diffusion Models</title>" in feed
    assert not list(folder.rglob("*.part"))
    assert [p.name for p in (data / "posts").iterdir() if p.is_dir()] == ["records"], "nothing to resume is left"


@pytest.mark.parametrize("languages", [("zh",), ("en",), ("zh", "en")])
def test_bibtex_of_hostile_papers(languages: tuple[Language, ...], folder: Path, data: Path) -> None:
    words = " ".join(("@misc{x, a = {", r"} \{ % _", *SCRIPTS))
    changes = {"title": words, "authors": (words, "Ada, Countess {of} Lovelace"), "comment": words, "journal": words}
    fake = FakePipeline([r.model_copy(update=changes) for r in records(3)])
    fake.digest_of = hostile()
    path = at(written(run(fake, order(folder, choice=Choice(languages=languages)), data)))
    library = parse_string((path.with_suffix("") / "papers.bib").read_text("utf-8"))
    assert not library.failed_blocks
    assert len(library.entries) == len({e.key for e in library.entries}) == 3
    assert front(path)["papers"] == [f"2404.0000{n}v1" for n in (1, 3, 2)]


@pytest.mark.parametrize(("form", "ending"), [("html", ".html"), ("json", ".json"), ("md", ".md")])
def test_each_format_is_whole_and_known_to_the_next_run(form: str, ending: str, folder: Path, data: Path) -> None:
    fake = FakePipeline(records(3))
    end = written(run(fake, order(folder, format=form), data))
    path = at(end)
    assert path.suffix == ending
    [found] = posts(folder)
    assert found.papers == end.head.papers
    assert found.title == "Diffusion Models"
    assert found.description.startswith("Diffusion Models 方向的论文：Paper 1")
    if form == "json":
        digests = json.loads(path.read_text("utf-8"))["digests"]
        assert [d["paper"]["arxiv_id"] for d in digests] == list(end.head.papers)
    again = written(run(fake, order(folder, format=form), data))
    assert (again.where, again.head.left_out) == (None, 3)


def test_hugo_posts_are_folders(folder: Path, data: Path) -> None:
    end = written(run(FakePipeline(records(2)), order(folder, flavour="hugo"), data))
    path = at(end)
    assert path.name == "index.md"
    assert (path.parent / "2404.00001v1-figure-1.png").is_file()
    assert len(posts(folder)) == 1


def test_papers_are_grouped(folder: Path, data: Path) -> None:
    end = written(run(FakePipeline(records(6)), order(folder), data))
    path = at(end)
    rows = re.findall(r"^\| \[Paper \d\].*?\| (cs\.\w+) \|", path.read_text("utf-8"), re.MULTILINE)
    assert rows == ["cs.LG"] * 3 + ["cs.CV"] * 3


def test_published_papers_are_left_out_and_cost_nothing(folder: Path, data: Path) -> None:
    fake = FakePipeline(records(3))
    run(fake, order(folder), data)
    fake.found = [*records(2, first=4), *fake.found]
    end = written(run(fake, order(folder), data))
    path = at(end)
    assert path.stem.endswith("diffusion-models-2"), "the morning's post is not replaced"
    assert end.head.left_out == 3
    assert set(end.head.papers) == {"2404.00004v1", "2404.00005v1"}
    assert len(fake.paid) == 5
    assert "另有 3 篇" in path.read_text("utf-8")


def test_a_new_version_comes_again_and_says_what_changed(folder: Path, data: Path) -> None:
    fake = FakePipeline(records(2))
    run(fake, order(folder), data)
    new = records(1, version=2)[0].model_copy(update={"abstract": "Rewritten.", "comment": "accepted"})
    fake.found = [new, *records(1, first=2)]
    end = written(run(fake, order(folder), data))
    path = at(end)
    assert end.head.papers == ("2404.00001v2",)
    assert "新版本 v2（2024-04-19）；之前的文章收录的是 v1。 有改动：摘要、备注。" in path.read_text("utf-8")
    fake.found = records(1)
    assert written(run(fake, order(folder), data)).where is None, "an older version is no news"


def test_one_bad_paper_is_one_line(folder: Path, data: Path) -> None:
    fake = FakePipeline(records(4))
    fake.errors["2404.00002v1"] = [NotAPaper()]
    fake.errors["2404.00003v1"] = [RuntimeError("a fault of the program")] * 2
    fake.no_pdf["2404.00004v1"] = [NoPdfAtArxiv(arxiv_id="2404.00004v1")]
    end = written(run(fake, order(folder), data))
    path = at(end)
    text = path.read_text("utf-8")
    assert end.head.papers == ("2404.00001v1",)
    assert len(end.head.missed) == 3
    assert "- [Paper 2](<https://arxiv.org/abs/2404.00002v1>): 这份 PDF 不像论文：没有摘要、章节或参考文献\n" in text
    assert "1 篇完成，0 篇已发表过，3 篇没有完成" in text
    assert fake.downloads.count("2404.00004v1") == 1, "a withdrawn paper is asked for once"
    again = run(fake, order(folder), data)
    assert isinstance(again[0], PostPlanned)
    assert [p.record.arxiv_id for p in again[0].plan.papers] == ["2404.00003v1"], "what may go well another time"


def test_what_fails_in_passing_gets_a_second_chance(folder: Path, data: Path) -> None:
    fake = FakePipeline(records(4))
    fake.errors["2404.00002v1"] = [ModelBusy(engine="x", status=503)]
    fake.no_pdf["2404.00003v1"] = [ArxivRefused(status=503), ArxivRefused(status=429, retry_after=0.01)]
    fake.errors["2404.00004v1"] = [TooSlowPdf(seconds=120)]  # the machine may have been busy
    events = run(fake, order(folder), data)
    assert [o.state for o in written(events).outcomes] == ["done"] * 4
    told = Counter(e.outcome.arxiv_id for e in events if isinstance(e, PaperDone))
    assert told == {"2404.00001v1": 1, "2404.00002v1": 2, "2404.00003v1": 1, "2404.00004v1": 2}


def test_an_incomplete_digest_is_posted_and_says_so(folder: Path, data: Path) -> None:
    fake = FakePipeline(records(1))
    reason = Bilingual(zh="模型太忙；请重试", en="busy; try again")
    fake.digest_of = DIGEST.model_copy(update={"skipped": {"methods": reason}, "methods": ()})
    end = written(run(fake, order(folder), data))
    path = at(end)
    assert end.outcomes[0].state == "incomplete"
    assert "没有完成：模型太忙" in path.read_text("utf-8")


def test_what_befalls_all_stops_the_run_and_keeps_what_it_has(folder: Path, data: Path) -> None:
    fake = FakePipeline(records(6))
    fake.errors["2404.00002v1"] = [QuotaUsedUp(engine="x")]
    with pytest.raises(QuotaUsedUp):
        run(fake, order(folder), data, workers=1)
    assert not folder.exists()
    events = run(fake, order(folder), data)
    assert isinstance(events[0], PostPlanned)
    assert events[0].done == 3, "the group before it"
    assert fake.searches == 1, "the same papers, without asking again"
    assert sorted(fake.paid) == sorted([*(r.arxiv_id for r in fake.found), "2404.00002v1"])
    assert len(written(events).head.papers) == 6


class Killed(BaseException):
    """As kill -9 would, at a write."""


@pytest.mark.parametrize(("form", "writes"), [("md", 16), ("json", 12)])
def test_killed_at_any_write_it_goes_on(
    form: str, writes: int, folder: Path, data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each write of the run in turn is the last one: nothing of it is there, or half of it under its other name."""
    whole, put = ledger._write, Shelf._put
    left = 0

    def counted(half: Path) -> None:
        nonlocal left
        left -= 1
        if left == 0:
            half.parent.mkdir(parents=True, exist_ok=True)
            half.with_name(f"{half.name}.part").write_text("{", "utf-8")
            raise Killed

    def write(path: Path, text: str) -> None:
        counted(path)
        whole(path, text)

    def shelved(shelf: Shelf, source: Path, name: str) -> None:
        counted(Path(shelf.where(name)))
        put(shelf, source, name)

    monkeypatch.setattr(ledger, "_write", write)
    monkeypatch.setattr(Shelf, "_put", shelved)
    texts = set()
    for number in range(1, writes + 1):
        fake, here, mine = FakePipeline(records(3)), folder / str(number), data / str(number)
        left = number
        with pytest.raises(Killed):
            run(fake, order(here, format=form), mine, workers=1)
        end = written(run(fake, order(here, format=form), mine))
        assert sorted(fake.paid) == ["2404.00001v1", "2404.00002v1", "2404.00003v1"], number
        [found] = posts(here)
        assert len(found.papers) == 3
        texts.add(re.sub(r"\d\d:\d\d:\d\d", "", (here / found.name).read_text("utf-8")))
        assert end.where is None or at(end) == here / found.name
    left = writes + 1
    run(FakePipeline(records(3)), order(folder / "whole", format=form), data, workers=1)
    assert left == 1, "these were all"
    assert len(texts) == 1, "all the same post"


def test_an_old_plan_is_made_anew(folder: Path, data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fake = FakePipeline(records(2))
    fake.errors["2404.00001v1"] = [QuotaUsedUp(engine="x")]
    with pytest.raises(QuotaUsedUp):
        run(fake, order(folder), data, workers=1)
    monkeypatch.setattr(ledger, "_STALE", -1.0)
    fake.found = records(3)
    assert len(written(run(fake, order(folder), data)).head.papers) == 3
    assert fake.searches == 2


class Unhurried(FakePipeline):
    """From the third paper on it waits for whoever stops it."""

    def digest(
        self, pdf: PdfFile, choice: Choice, cancel: CancelToken, *, engine: Engine | None = None
    ) -> Iterator[Event]:
        if len(self.paid) > 1:
            cancel.wait(60)
        return super().digest(pdf, choice, cancel, engine=engine)


def test_stop(folder: Path, data: Path) -> None:
    fake, cancel = Unhurried(records(9)), CancelToken()
    with ThreadPoolExecutor(2) as pool:
        events = post(order(folder), fake.pipeline, pool, data, cancel)
        assert isinstance([next(events), next(events)][1], PaperDone)
        cancel.cancel()
        with pytest.raises(Cancelled):
            list(events)
    assert len(fake.paid) < 9
    assert not folder.exists()


def test_a_reader_of_events_who_leaves_stops_the_run(folder: Path, data: Path) -> None:
    fake, cancel = FakePipeline(records(9)), CancelToken()
    with ThreadPoolExecutor(1) as pool:
        events = post(order(folder), fake.pipeline, pool, data, cancel)
        next(events), next(events)
        events.close()  # type: ignore[attr-defined]
    assert cancel.cancelled


def test_the_same_run_is_not_run_twice_at_once(folder: Path, data: Path) -> None:
    fake = FakePipeline(records(2))
    with ThreadPoolExecutor(1) as pool:
        first = post(order(folder), fake.pipeline, pool, data, CancelToken())
        next(first)
        with pytest.raises(BadOption, match="another process"):
            run(fake, order(folder), data)
        list(first)
    assert len(fake.paid) == 2


def test_nothing_found_and_everything_failed(folder: Path, data: Path) -> None:
    assert written(run(FakePipeline([]), order(folder), data)).where is None
    fake = FakePipeline(records(1))
    fake.errors["2404.00001v1"] = [NotAPaper()]
    end = written(run(fake, order(folder), data))
    assert (end.where, end.outcomes[0].exit_code) == (None, 2)
    assert not folder.exists()


def test_what_arxiv_kept_back_is_said(folder: Path, data: Path) -> None:
    fake = FakePipeline(records(2))
    fake.total = 5
    end = written(run(fake, order(folder), data))
    path = at(end)
    assert "arXiv 说有 5 篇，但有 3 篇没有给出" in path.read_text("utf-8")


def test_memory_is_flat(folder: Path, data: Path) -> None:
    """100 papers with 300 kB of pictures each, as one page: 40 MB, of which few are held at a time."""
    fake = FakePipeline(records(100))
    picture = png(900, 600, 200) + bytes(300_000)
    figures = (DIGEST.figures[0].model_copy(update={"image": picture}),)
    fake.digest_of = DIGEST.model_copy(update={"figures": figures})
    tracemalloc.start()
    try:
        end = written(run(fake, order(folder, format="html"), data, workers=2))
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    path = at(end)
    assert path.stat().st_size > 40_000_000
    assert peak < 15_000_000


def test_posts_that_are_not_ours_are_left_alone(folder: Path) -> None:
    folder.mkdir()
    for name, text in {
        "a.md": "# no front matter",
        "b.md": "---\ntitle: [\n---\nbad yaml",
        "c.md": "---\ntitle: Mine\ndate: 2024-04-22\n---\nwithout papers",
        "d.html": "<title>x</title>",
        "e.json": "[1]",
        "f.md": "---\n- a list\n---\n",
    }.items():
        (folder / name).write_text(text)
    assert posts(folder) == []
    (folder / "g.md").write_text("---\ntitle: Ours\ndate: 2024-04-22\npapers: [2404.00001v1]\n---\n")
    at = datetime(2024, 4, 22, tzinfo=UTC)
    assert posts(folder) == [Post(name="g.md", title="Ours", date=at, papers=("2404.00001v1",))]
    assert timedelta(0) == at.utcoffset()
