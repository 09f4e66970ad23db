"""The nouns of reading: what is known of a paper after it was read, and nothing that a model said.

Pages count from 1. Boxes are PDF points from the top left of the page, `(x0, y0, x1, y1)`.
"""

from datetime import date
from pathlib import Path
from typing import Literal, Self

from .value import Bilingual, Language, Value

Box = tuple[float, float, float, float]


class Record(Value):
    """What arXiv's record says of a paper (https://info.arxiv.org/help/api/user-manual.html)."""

    arxiv_id: str
    """With version, as in "2404.12920v1" or "hep-th/9901001v1"."""
    title: str
    authors: tuple[str, ...]
    abstract: str
    published: date
    updated: date
    categories: tuple[str, ...]
    comment: str | None = None
    doi: str | None = None
    journal: str | None = None


class PdfFile(Value):
    """A PDF on this machine's disk, not yet opened; the path is the program's own, never a visitor's."""

    path: Path
    name: str
    """As the user knows it; hostile text."""
    sha256: str
    record: Record | None = None


PassageKind = Literal["text", "caption", "table", "footnote", "formula", "reference"]


class Passage(Value):
    """The smallest citable unit: about a sentence, on one page."""

    id: str
    """Page and ordinal, "3.12"; ordinals count from 1 on each page, in reading order."""
    page: int
    section: str
    """Title of the section it stands in; "" before the first one; "Abstract" in the abstract."""
    kind: PassageKind
    text: str
    """Clean: ligatures, hyphenation and line breaks repaired; otherwise the page's own characters."""
    rects: tuple[Box, ...]
    """One box a line, around exactly its words."""


class Section(Value):
    number: str | None
    """As printed, without the final dot: "3", "3.1", "IV", "A"."""
    title: str
    level: int
    page: int
    text: str
    """Body text below this heading up to the next one, clean; captions and footnotes kept out."""


class Figure(Value):
    """A figure or table: its caption, and the region a reader would cut out (without the caption)."""

    kind: Literal["figure", "table"]
    label: str
    """As printed, without final punctuation: "Figure 3", "Table II", "图2"."""
    caption: str
    """The words after the label."""
    page: int
    bbox: Box
    content: str | None = None
    """A table's cells as text, one row a line, cells separated by tabs, where they can be had."""


class ReadingReport(Value):
    sha256: str
    characters: int
    columns: int
    seconds: float
    warnings: tuple[Bilingual, ...] = ()
    """What was doubtful or left out, a sentence each."""


class Paper(Value):
    """All that reading found. Facts that were not found are None or empty, never guessed."""

    title: str
    authors: tuple[str, ...]
    affiliations: tuple[str, ...]
    """As printed."""
    abstract: str
    keywords: tuple[str, ...] = ()
    """As printed."""
    arxiv_id: str | None
    doi: str | None
    code_urls: tuple[str, ...]
    language: Language
    pages: int
    sections: tuple[Section, ...]
    figures: tuple[Figure, ...]
    passages: tuple[Passage, ...]
    """In reading order over the whole paper."""
    report: ReadingReport
    record: Record | None = None

    def passage(self, passage_id: str) -> Passage | None:
        """The passage with this id, or None."""
        return next((p for p in self.passages if p.id == passage_id), None)

    def with_record(self, record: Record) -> Self:
        """A copy in which arXiv's record has the say (rule 1)."""
        return self.model_copy(
            update={
                "title": record.title,
                "authors": record.authors,
                "abstract": record.abstract,
                "arxiv_id": record.arxiv_id,
                "doi": record.doi or self.doi,
                "record": record,
            }
        )
