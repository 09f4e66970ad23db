"""The command line as a stranger uses it: a process, its output, its exit code."""

import json
import os
import re
import subprocess
import sys
import unicodedata
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pymupdf
import pytest

from tests.loopback.arxiv import ArxivServer
from tests.loopback.gemini import GeminiServer

PaperPdf = Callable[[str], Path]


def chatpaper(*arguments: object, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "chatpaper", *map(str, arguments)],
        capture_output=True,
        text=True,
        timeout=120,
        env={**os.environ, "LANG": "C.UTF-8", **environment},
        cwd=Path(__file__).parents[1],
    )


def failed(ran: subprocess.CompletedProcess[str]) -> str:
    """The one line of a failure."""
    assert ran.stdout == ""
    lines = [line for line in ran.stderr.splitlines() if line.startswith("error: ")]
    assert len(lines) == 1, ran.stderr
    assert lines[0] == ran.stderr.splitlines()[-1]
    assert "Traceback" not in ran.stderr
    return lines[0]


def norm(text: str) -> str:
    return "".join(c for c in unicodedata.normalize("NFKD", text).casefold() if c.isalnum())


def quotes(digest: object) -> list[dict[str, object]]:
    if isinstance(digest, dict):
        return [e for v in digest.values() for e in quotes(v)] if "quote" not in digest else [digest]
    return [e for v in digest for e in quotes(v)] if isinstance(digest, list) else []


@pytest.mark.parametrize("name", ["two-columns", "chinese", "no-sections"])
def test_digest_without_a_key_quotes_the_page_it_names(name: str, paper_pdf: PaperPdf) -> None:
    ran = chatpaper("digest", paper_pdf(name), "--format", "json")
    assert ran.returncode == 0, ran.stderr
    digest = json.loads(ran.stdout)
    assert digest["made"]["engine"] == "extractive"
    found = quotes(digest)
    assert len(found) >= 8
    document: Any = pymupdf.open(paper_pdf(name))  # type: ignore[no-untyped-call]
    with document:
        pages = [norm(page.get_text()) for page in document]
    for evidence in found:
        assert norm(str(evidence["quote"])) in pages[int(str(evidence["page"])) - 1], evidence


def test_digest_with_gemini_in_both_languages(gemini: GeminiServer, paper_pdf: PaperPdf) -> None:
    key = "AIza-not-to-be-seen"
    ran = chatpaper(
        "digest", paper_pdf("two-columns"), "--format", "json", "--model", "gemini-2.5-flash",
        CHATPAPER_GEMINI_ENDPOINT=gemini.url, GEMINI_API_KEY=key,
    )  # fmt: skip
    assert ran.returncode == 0, ran.stderr
    digest = json.loads(ran.stdout)
    assert digest["schema"] == 1
    assert digest["languages"] == ["zh", "en"]
    assert digest["audit"]["claims"] == digest["audit"]["traced"] > 10
    assert digest["paper"]["links"]["code"] == ["https://github.com/tarn_lab/season_link"]
    assert all(f["image"].startswith("data:image/") for f in digest["figures"])
    assert digest["made"]["calls"] == len(gemini.requests)
    assert key not in ran.stdout + ran.stderr


def test_a_second_run_calls_nothing(gemini: GeminiServer, paper_pdf: PaperPdf) -> None:
    environment = {
        "CHATPAPER_GEMINI_ENDPOINT": gemini.url,
        "GEMINI_API_KEY": "k",
        "CHATPAPER_GEMINI_MODEL": "gemini-2.5-pro",
    }
    first = chatpaper("digest", paper_pdf("two-columns"), **environment)
    calls = len(gemini.requests)
    second = chatpaper("digest", paper_pdf("two-columns"), **environment)
    assert len(gemini.requests) == calls
    assert second.stdout == first.stdout


def test_a_killed_run_goes_on_where_it_stopped(gemini: GeminiServer, paper_pdf: PaperPdf) -> None:
    gemini.tokens_per_second = 400
    environment = {
        "CHATPAPER_GEMINI_ENDPOINT": gemini.url,
        "GEMINI_API_KEY": "k",
        "CHATPAPER_GEMINI_MODEL": "gemini-2.5-pro",
    }
    process = subprocess.Popen(
        [sys.executable, "-m", "chatpaper", "digest", str(paper_pdf("two-columns"))],
        env={**os.environ, "LANG": "C.UTF-8", **environment},
        stderr=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        text=True,
        cwd=Path(__file__).parents[1],
    )
    assert process.stderr
    next(line for line in process.stderr if "✓" in line)
    process.kill()
    process.wait()
    process.stderr.close()
    before = len(gemini.requests)
    gemini.tokens_per_second = None
    ran = chatpaper("digest", paper_pdf("two-columns"), "--format", "json", **environment)
    assert ran.returncode == 0, ran.stderr
    digest = json.loads(ran.stdout)
    assert len(gemini.requests) - before < 4, "a finished stage is not asked again"
    assert digest["made"]["calls"] >= 4, "what the first process paid for is counted"
    assert digest["takeaways"]
    assert digest["conclusion"]


def test_arxiv_id(arxiv: ArxivServer) -> None:
    ran = chatpaper("digest", "arXiv:2404.12920", "--lang", "en", CHATPAPER_ARXIV_ENDPOINT=arxiv.url)
    assert ran.returncode == 0, ran.stderr
    assert "2024-04-19" in ran.stdout, "the date comes from the record"
    assert "3 pages, 2 figures, 2 tables" in ran.stdout


def test_a_stamped_upload_gets_its_record(arxiv: ArxivServer, paper_pdf: PaperPdf) -> None:
    ran = chatpaper("digest", paper_pdf("two-columns"), "--format", "json", CHATPAPER_ARXIV_ENDPOINT=arxiv.url)
    assert json.loads(ran.stdout)["paper"]["published"] == "2024-04-19"


def test_formats(paper_pdf: PaperPdf, tmp_path: Path) -> None:
    for form, start in (("md", "# "), ("html", "<!doctype html>"), ("json", "{")):
        path = tmp_path / f"digest.{form}"
        ran = chatpaper("digest", paper_pdf("two-columns"), "--format", form, "-o", path)
        assert (ran.returncode, ran.stdout) == (0, ""), ran.stderr
        assert path.read_text("utf-8").casefold().startswith(start)
    pictures = re.findall(r"!\[[^]]*\]\(<?([^)>]+)", (tmp_path / "digest.md").read_text("utf-8"))
    assert pictures
    assert all((tmp_path / p).stat().st_size > 1000 for p in pictures)


def test_read(paper_pdf: PaperPdf) -> None:
    ran = chatpaper("read", paper_pdf("two-columns"), "--json")
    paper = json.loads(ran.stdout)
    assert set(paper) == {
        "title", "authors", "abstract", "arxiv_id", "doi", "code_urls", "language", "pages",
        "sections", "figures", "passages", "report",
    }  # fmt: skip
    assert set(paper["passages"][0]) == {"id", "page", "section", "text"}
    outline = chatpaper("read", paper_pdf("two-columns")).stdout
    assert paper["title"] in outline
    assert all(s["title"] in outline for s in paper["sections"])


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("encrypted", "password"),
        ("scanned", "OCR"),
        ("invoice", "paper"),
    ],
)
def test_unusable_papers(name: str, words: str, paper_pdf: PaperPdf) -> None:
    ran = chatpaper("digest", paper_pdf(name))
    assert ran.returncode == 2
    assert words in failed(ran)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "empty"),
        (b"\x89PNG\r\n\x1a\n" + b"0" * 500, "not a PDF"),
        (b"plain text\n" * 99, "not a PDF"),
        (b"%PDF-1.7\n%%EOF", "damaged"),
    ],
)
def test_no_pdf_at_all(content: bytes, words: str, tmp_path: Path) -> None:
    path = tmp_path / "paper.pdf"
    path.write_bytes(content)
    ran = chatpaper("digest", path)
    assert ran.returncode == 2
    assert words in failed(ran)


def test_what_is_given_against_advice_is_digested(paper_pdf: PaperPdf) -> None:
    assert chatpaper("read", paper_pdf("invoice"), "--anyway").returncode == 0
    assert chatpaper("digest", paper_pdf("encrypted"), "--password", "secret").returncode == 0
    wrong = chatpaper("digest", paper_pdf("encrypted"), "--password", "sesame")
    assert wrong.returncode == 2
    assert "sesame" not in failed(wrong)


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (["digest", "nonsense"], 2, "not an arXiv id"),
        (["digest", "missing.pdf"], 2, "no file"),
        (["digest", "2404.99999"], 2, "no paper"),
        (["digest", "x", "--lang", "fr"], 2, "--lang"),
        (["digest"], 2, "SOURCE"),
        ([], 2, "command"),
    ],
)
def test_wrong_input(arguments: list[str], code: int, words: str, arxiv: ArxivServer) -> None:
    ran = chatpaper(*arguments, CHATPAPER_ARXIV_ENDPOINT=arxiv.url)
    assert ran.returncode == code
    assert words in failed(ran)


def test_no_answer_from_arxiv() -> None:
    with ArxivServer() as server:
        gone = server.url
    ran = chatpaper("digest", "2404.12920", CHATPAPER_ARXIV_ENDPOINT=gone)
    assert ran.returncode == 3
    assert "arXiv does not answer" in failed(ran)


def test_no_key_and_a_wrong_key(gemini: GeminiServer, paper_pdf: PaperPdf) -> None:
    without = chatpaper("digest", paper_pdf("two-columns"), "--engine", "gemini")
    assert without.returncode == 4
    assert "GEMINI_API_KEY" in failed(without)
    gemini.keys = {"another"}
    wrong = chatpaper(
        "digest", paper_pdf("two-columns"), "--model", "gemini-2.5-pro",
        GEMINI_API_KEY="AIza-wrong", CHATPAPER_GEMINI_ENDPOINT=gemini.url,
    )  # fmt: skip
    assert wrong.returncode == 4
    assert "does not accept the key" in failed(wrong)
    assert "AIza-wrong" not in wrong.stderr


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("CHATPAPER_MAX_PAGES", "many", "CHATPAPER_MAX_PAGES"),
        ("CHATPAPER_MAXPAGES", "3", "CHATPAPER_MAXPAGES"),
        ("CHATPAPER_ENGINE", "oracle", "CHATPAPER_ENGINE"),
    ],
)
def test_wrong_settings_are_named(name: str, value: str, words: str) -> None:
    ran = chatpaper("read", "x.pdf", **{name: value})
    assert ran.returncode == 2
    assert words in failed(ran)


def test_errors_in_chinese_hold_no_english_words() -> None:
    line = failed(chatpaper("digest", "missing.pdf", LANG="zh_CN.UTF-8"))
    assert "没有这个文件" in line
    assert not re.search(r"[a-z]{3,} [a-z]{3,}", line.removeprefix("error: "))


def test_output_that_cannot_be_written(paper_pdf: PaperPdf, tmp_path: Path) -> None:
    ran = chatpaper(
        "digest", paper_pdf("two-columns"), "-o", tmp_path / "no" / "such" / "folder.html", "--format", "html"
    )
    assert ran.returncode == 2
    assert "cannot write" in failed(ran)
