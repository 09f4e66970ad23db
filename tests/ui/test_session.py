"""What a session knows, and what the page shows of it."""

import logging
from pathlib import Path
from zipfile import ZipFile

import pytest

from chatpaper.chain.events import DigestGrew, Finished, PaperRead, StageReading, StageSkipped, StageStarted
from chatpaper.ui import files, runner, screen
from chatpaper.ui.batch import MOST, Batch, sources
from chatpaper.ui.opened import Opened, Run
from chatpaper.ui.session import Session
from chatpaper.ui.words import WORDS, translations
from chatpaper.value import Bilingual
from tests.rendering.samples import DIGEST, EXTRACTIVE, PAPER, REPEATABLE, WITH_MORE

BUSY = Bilingual(zh="忙", en="busy")


def test_a_run_knows_how_far_it_is() -> None:
    run = Run()
    for event in (PaperRead(paper=PAPER), StageStarted(stage="summary"), StageSkipped(stage="methods", reason=BUSY)):
        run.take(event)
    run.take(DigestGrew(digest=DIGEST, stage="takeaways", done=True))
    assert run.stages == {
        "reading": "done",
        "summary": "doing",
        "takeaways": "done",
        "methods": "skipped",
        "conclusion": "todo",
    }
    assert run.waiting == ("summary", "conclusion")
    assert run.shown
    assert run.shown.skipped == {"methods": BUSY}
    run.take(Finished(digest=DIGEST))
    run.end("finished")
    assert not run.waiting


def test_a_stage_that_somebody_added_is_shown_like_the_others() -> None:
    session = Session(interface="zh", open=Opened(run=Run()))
    assert session.run
    session.run.take(PaperRead(paper=PAPER))
    for stage in (REPEATABLE.stage, "code_quality", "late"):
        session.run.take(StageStarted(stage=stage))
    session.run.take(DigestGrew(digest=DIGEST, stage="", done=False))
    empty = screen.main(session)
    assert (
        empty.index("结论") < empty.index("Code quality") < empty.index("Reproducibility") < empty.index("论文原摘要")
    )
    session.run.take(StageSkipped(stage="code_quality", reason=BUSY))
    session.run.take(DigestGrew(digest=WITH_MORE, stage=REPEATABLE.stage, done=True))
    status, main = screen.status(session), screen.main(session)
    assert "可复现性" in status
    assert "Code quality" in status
    assert main.index("没有完成：忙") < main.index("可复现性") < main.index("图纸已")
    skipped = WITH_MORE.model_copy(update={"skipped": {"code_quality": BUSY}})
    known = Run()
    known.take(Finished(digest=skipped))  # from the library
    assert known.stages[REPEATABLE.stage] == "done"
    assert known.stages["code_quality"] == "skipped"


def test_what_a_slow_model_has_read_is_told_until_it_writes() -> None:
    session = Session(interface="en", open=Opened(run=Run()))
    assert session.run
    for event in (PaperRead(paper=PAPER), StageStarted(stage="summary")):
        session.run.take(event)
    session.run.take(StageReading(stage="summary", tokens=512, total=14200))
    assert "512 of 14.2k tokens read" in screen.status(session)
    session.run.take(DigestGrew(digest=DIGEST, stage="summary", done=False))
    assert "tokens read" not in screen.status(session)


def test_labels_follow_the_text_and_the_interface_where_both_are_shown() -> None:
    session = Session(interface="en", wanted="zh")
    assert session.view(DIGEST).labels == "zh"
    session.wanted = "both"
    assert session.view(DIGEST).labels == "en"
    only_zh = DIGEST.model_copy(update={"languages": ("zh",)})
    assert session.view(only_zh).labels == "zh"


def test_an_error_stands_where_the_digest_would_be_in_the_language_of_the_interface() -> None:
    session = Session(open=Opened(error=Bilingual(zh="坏了 <b>", en="broken <b>")))
    assert "坏了 &lt;b&gt;" in screen.main(session)
    session.interface = "en"
    assert 'role="alert"' in screen.main(session)
    assert "broken &lt;b&gt;" in screen.main(session)


def test_every_word_has_both_languages() -> None:
    told = translations()
    assert set(told["en"]) == set(told["zh-CN"]) == set(told["zh-TW"])
    for name, word in WORDS:
        assert word.zh, name
        assert word.en, name


def test_an_unexpected_error_leaves_nothing_of_its_content_in_the_log(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG):
        try:
            raise ValueError("key AIza-secret in text of the paper")
        except ValueError as error:
            said = runner.unexpected(error)
    assert said == WORDS.unexpected
    assert "unexpected ValueError at test_session.py:" in caplog.text
    assert "secret" not in caplog.text


@pytest.mark.parametrize(
    ("arxiv_id", "name", "stem"),
    [
        ("2404.12920v1", "x.pdf", "2404.12920v1"),
        ("hep-th/9901001v2", "x.pdf", "hep-th-9901001v2"),
        (None, "../../我的 论文<x>.pdf", "我的-论文-x"),
        (None, "...pdf", "digest"),
    ],
)
def test_files_are_named_after_the_paper(arxiv_id: str | None, name: str, stem: str) -> None:
    paper = DIGEST.paper.model_copy(update={"arxiv_id": arxiv_id})
    assert files.stem(DIGEST.model_copy(update={"paper": paper}), name) == stem


def test_files_hold_the_digest_and_are_gone_afterwards() -> None:
    with files.written(EXTRACTIVE, "zh", "x.pdf", ()) as paths:
        names = [Path(p).name for p in paths]
        assert names == [f"2404.12920v1{e}" for e in (".md", ".html", ".json", ".bib", "-hexo.zip")]
        assert all("Warm Basins" in Path(p).read_text("utf-8") for p in paths[:-1])
        with ZipFile(paths[-1]) as hexo:
            assert hexo.namelist() == ["2404.12920v1.md", "2404.12920v1/figure-1.png"]
            assert "figure-1.png" in hexo.read("2404.12920v1.md").decode()
    assert not any(Path(p).exists() for p in paths)


@pytest.mark.parametrize(
    ("given", "found"),
    [
        ("2404.12920 2404.12921,2404.12920", ("2404.12920", "2404.12921")),
        (
            "https://arxiv.org/abs/2404.12920；hep-th/9901001、x",
            ("https://arxiv.org/abs/2404.12920", "hep-th/9901001", "x"),
        ),
        ("arXiv: 2404.12920", ("arXiv: 2404.12920",)),
        ("Attention Is All You Need", ("Attention Is All You Need",)),
    ],
)
def test_several_are_told_from_one(given: str, found: tuple[str, ...]) -> None:
    assert sources(given) == found


def test_a_queue_has_an_end_and_takes_no_id_twice() -> None:
    batch = Batch()
    batch.add([Opened(source="2404.12920"), Opened(source="x.pdf", uploaded=True)])
    batch.add([Opened(source="2404.12920"), Opened(source="x.pdf", uploaded=True)])
    assert [paper.source for paper in batch.papers] == ["2404.12920", "x.pdf", "x.pdf"]
    batch.add([Opened(source=str(n)) for n in range(MOST)])
    assert len(batch.papers) == len(batch.waiting) == MOST
    batch.stop()
    assert batch.counts == {"stopped": MOST}
    batch.again()
    assert batch.counts == {"todo": MOST}
