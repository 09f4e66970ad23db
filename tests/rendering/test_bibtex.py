"""BibTeX and Atom, read by real parsers."""

from datetime import UTC, datetime
from typing import Any
from xml.etree import ElementTree

import pytest
from bibtexparser.entrypoint import parse_string

from chatpaper.digest import Digest, Links, PaperFacts
from chatpaper.rendering.atom import FeedEntry, atom
from chatpaper.rendering.bibtex import bibtex
from tests.rendering.samples import DIGEST, RECORD, SCRIPTS, hostile

NS = "{http://www.w3.org/2005/Atom}"


def with_facts(**facts: object) -> Digest:
    return DIGEST.model_copy(update={"paper": DIGEST.paper.model_copy(update=facts)})


def entry(digest: Digest) -> Any:
    library: Any = parse_string(bibtex(digest))
    assert not library.failed_blocks
    assert len(library.entries) == 1
    return library.entries[0]


def balanced(text: str) -> bool:
    depth = 0
    for c in text:
        depth += {"{": 1, "}": -1}.get(c, 0)
        assert depth >= 0, text
    return depth == 0


def test_a_paper_of_arxiv() -> None:
    e = entry(DIGEST)
    assert (e.entry_type, e.key) == ("misc", "byron2024slow")
    assert e["title"] == r"{Slow Clocks \& Warm Basins}"
    assert e["author"] == "Ada Byron and Carl Gauß"
    assert (e["year"], e["month"]) == ("2024", "4")
    assert (e["eprint"], e["archiveprefix"], e["primaryclass"]) == ("2404.12920v1", "arXiv", "physics.ins-det")
    assert e["doi"] == "10.1000/clocks"


def test_a_paper_of_a_journal() -> None:
    e = entry(with_facts(record=RECORD.model_copy(update={"journal": "Clocks & Tides 3 (2024) 11-13"})))
    assert e.entry_type == "article"
    assert e["journal"] == r"Clocks \& Tides 3 (2024) 11-13"


def test_a_paper_with_a_doi_only_and_one_with_nothing() -> None:
    e = entry(with_facts(arxiv_id=None, links=Links(), doi="10.1000/a_b(c)<1>"))
    assert e["url"] == "https://doi.org/10.1000/a_b(c)<1>"
    assert "eprint" not in e
    bare = PaperFacts(
        title="", authors=(), language="en", arxiv_id=None, doi=None, published=None, categories=(), comment=None,
        abstract="", links=Links(), pages=1, sha256="ab" * 32,
    )  # fmt: skip
    assert entry(DIGEST.model_copy(update={"paper": bare})).key == "paperabababab"


@pytest.mark.parametrize(
    "title",
    ["100% of {braces} & $5", "a } b", "a { b", r"C:\path_x^2~#1", '"quoted" @misc{x,', "$x_{i}$ and $\\{a$", *SCRIPTS],
)
def test_any_title_is_one_field(title: str) -> None:
    e = entry(with_facts(title=title))
    assert balanced(e["title"])
    assert e["year"] == "2024"


def test_names_that_look_like_several() -> None:
    e = entry(with_facts(authors=("Anders And", "Group A and Group B", "Smith, Inc.")))
    assert e["author"] == "{Anders And} and {Group A and Group B} and {Smith, Inc.}"


def test_hostile_text_and_chinese() -> None:
    assert balanced(bibtex(hostile()))
    entry(hostile())
    assert entry(with_facts(authors=("李 明",), title="水钟")).key == "2024"


def test_feed() -> None:
    at = datetime(2024, 4, 22, 17, tzinfo=UTC)
    title = "A & <b>\x0b\ud800".encode("utf-8", "replace").decode()
    entries = [
        FeedEntry(name="a", title=title, link="a.md", date=at, summary="x < y"),
        FeedEntry(name="b", title="B", link="b.md", date=at.replace(day=23), summary=""),
    ]
    root = ElementTree.fromstring(atom("mine", "Posts", entries))
    assert root.findtext(f"{NS}updated") == "2024-04-23T17:00:00+00:00"
    assert len({e.text for e in root.iter(f"{NS}id")}) == 3
    assert [e.find(f"{NS}link").attrib["href"] for e in root.iter(f"{NS}entry")] == ["a.md", "b.md"]  # type: ignore[union-attr]
    assert atom("mine", "Posts", entries) == atom("mine", "Posts", entries)
    assert atom("yours", "Posts", []) != atom("mine", "Posts", []), "feeds with the same title are not the same"
