"""Papers typeset for these tests are read as they were written."""

import json
from collections.abc import Callable
from functools import cache
from typing import Any

import pytest

from chatpaper.paper import Paper, PdfFile
from chatpaper.reading import Reader
from chatpaper.reading.marks import norm

from .conftest import DATA, pdf_at

pymupdf = pytest.importorskip("pymupdf")
PAPERS = ["one-column", "two-columns", "chinese", "no-sections"]


@cache
def _read(reader: Reader, name: str) -> Paper:
    return reader.read(pdf_at(DATA / f"{name}.pdf"))


@pytest.fixture(params=PAPERS)
def name(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def paper(reader: Reader, name: str) -> Paper:
    return _read(reader, name)


@pytest.fixture
def truth(name: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((DATA / f"{name}.json").read_text(encoding="utf-8"))
    return found


def test_front(paper: Paper, truth: dict[str, Any]) -> None:
    assert norm(paper.title) == norm(truth["title"])
    assert [norm(n) for n in paper.authors] == [norm(n) for n in truth["authors"]]
    assert norm(paper.abstract).startswith(norm(truth["abstract_start"]))
    assert norm(paper.abstract).endswith(norm(truth["abstract_end"]))
    assert paper.language == truth["language"]
    assert paper.pages == truth["pages"]
    assert paper.report.columns == truth["columns"]


def test_facts(paper: Paper, truth: dict[str, Any]) -> None:
    assert paper.arxiv_id == truth["arxiv_id"]
    assert truth["code_url"] is None or truth["code_url"] in paper.code_urls


def test_sections(paper: Paper, truth: dict[str, Any]) -> None:
    found = [s for s in paper.sections if s.level <= 2]
    assert [(s.number, norm(s.title), s.level, s.page) for s in found] == [
        (s["number"], norm(s["title"]), s["level"], s["page"]) for s in truth["sections"]
    ]
    for section, true in zip(found, truth["sections"], strict=True):
        assert norm(section.text).startswith(norm(true["starts_with"] or "")[:24])


def test_captions(paper: Paper, truth: dict[str, Any]) -> None:
    wanted = [*truth["figures"], *truth["tables"]]
    found = {(norm(f.label), f.page): f for f in paper.figures}
    assert len(found) == len(wanted)
    for true in wanted:
        figure = found[norm(true["label"]), true["page"]]
        assert norm(figure.caption).startswith(norm(true["caption_start"])[:20])
        x0, y0, x1, y1 = figure.bbox
        assert x1 - x0 > 40
        assert y1 - y0 > 15
        assert figure.kind == "figure" or figure.content


def test_passages_are_the_pages_own_words(paper: Paper, name: str) -> None:
    with pymupdf.open(DATA / f"{name}.pdf") as document:
        raw = [norm(page.get_text()) for page in document]
    for passage in paper.passages:
        if passage.kind in ("text", "caption", "footnote", "reference"):
            assert norm(passage.text) in raw[passage.page - 1], passage


def test_rectangles_cover_exactly_their_words(paper: Paper, name: str) -> None:
    """Letters whose middle lies in a passage's boxes are the passage's letters."""
    with pymupdf.open(DATA / f"{name}.pdf") as document:
        letters = {
            page.number + 1: [
                (c["c"], (c["bbox"][0] + c["bbox"][2]) / 2, c["origin"][1] - 0.25 * s["size"])
                for b in page.get_text("rawdict")["blocks"]
                for line in b.get("lines", ())
                for s in line["spans"]
                for c in s["chars"]
            ]
            for page in document
        }
    checked = 0
    for passage in paper.passages:
        if passage.kind != "text":
            continue
        inside = "".join(
            c
            for c, x, y in letters[passage.page]
            if any(r[0] - 0.1 <= x <= r[2] + 0.1 and r[1] <= y <= r[3] for r in passage.rects)
        )
        assert sorted(norm(inside)) == sorted(norm(passage.text)), passage
        checked += 1
    assert checked > 5


def test_ids_count_in_reading_order(paper: Paper) -> None:
    for page in range(1, paper.pages + 1):
        ids = [p.id for p in paper.passages if p.page == page]
        assert ids == [f"{page}.{n}" for n in range(1, len(ids) + 1)]
    assert all(paper.passage(p.id) is p for p in paper.passages)


def test_text_for_machines_is_marked(reader: Reader) -> None:
    paper = _read(reader, "injection")
    said = " ".join(w.en or "" for w in paper.report.warnings)
    assert "hides text" in said
    assert "addresses language models" in said
    assert all(w.zh and w.en for w in paper.report.warnings)


def test_pictures(reader: Reader, pdf: Callable[[str], PdfFile]) -> None:
    file = pdf("two-columns.pdf")
    paper = _read(reader, "two-columns")
    plain = reader.render_page(file, 1, width=600)
    marked = reader.render_page(file, 1, highlight=paper.passages[3].rects, width=600)
    assert plain.startswith(b"\x89PNG")
    assert plain != marked
    pixels = pymupdf.Pixmap(plain)
    assert pixels.width == 600
    pictures = reader.render_regions(file, [(f.page, f.bbox) for f in paper.figures], width=500)
    assert len(pictures) == len(paper.figures)
    assert all(p.startswith((b"\x89PNG", b"\xff\xd8")) for p in pictures)
