"""The desk on which one paper is read: what each step found lies on it for the next ones."""

# PyMuPDF has no types of its own.
# mypy: disallow-untyped-calls=False

import time
from dataclasses import replace

import pymupdf

from ..paper import Box, PassageKind, PdfFile, Section
from ..value import Bilingual
from . import floats, front
from .captions import Caption
from .fonts import LOST
from .headings import Heading
from .layout import Sight
from .marks import Block, Line, Style, norm, union
from .pages import PageMarks
from .passages import Draft, drafts
from .text import Vocabulary, common, scrambled, spelled, tokens, unmarked


class Desk:
    """One paper while it is read."""

    def __init__(self, document: pymupdf.Document, pdf: PdfFile, sight: Sight, pages: int) -> None:
        self.started = time.monotonic()
        self.document = document
        self.pdf = pdf
        self.sight = sight
        self.total = int(document.page_count)
        self.count = pages
        """How many pages are read."""
        self.warnings: list[Bilingual] = []

        self.pages: list[PageMarks] = []
        self.vocabulary = Vocabulary(())
        self.body = Style("", 10.0, False, False, False)
        """How most of the text is set."""
        self.body_size = 10.0

        self.blocks: dict[int, list[Block]] = {}
        self.flow: list[Block] = []
        """The blocks of all pages in reading order."""
        self.captions: list[Caption] = []
        self.headings: list[Heading] = []
        self.heading_at: dict[int, Heading] = {}
        """By the identity of the heading's first line."""
        self.outlined: set[str] = set()
        """Section numbers that the file's outline names."""
        self.front = front.Front()
        self.floats: list[floats.Float] = []

        self.sections: list[Section] = []
        self.drafts: list[Draft] = []
        self._lettered: dict[int, list[int]] = {}

    def say(self, zh: str, en: str) -> None:
        """A warning for the report."""
        self.warnings.append(Bilingual(zh=zh, en=en))

    def text(self, lines: list[Line]) -> str:
        """Text for readers: without footnote marks, with the common letters."""
        return common(spelled(unmarked(tokens(lines, self.vocabulary))))

    def split_block(self, block: Block, at: int, count: int) -> Block | None:
        """The block in two or three: before, the lines themselves, after (which is returned)."""
        if block.role == "noise":
            block.role = ""
        parts = [block.lines[:at], block.lines[at : at + count], block.lines[at + count :]]
        fresh = [block_of(block.page, block.label, part, block.role) for part in parts if part]
        for sequence in (self.flow, self.blocks[block.page]):
            where = sequence.index(block)
            sequence[where : where + 1] = fresh
        return fresh[-1] if parts[2] else None

    def as_printed(self, page: int, box: Box) -> Box:
        """The box on the page as a viewer shows it, where the page was turned to be read."""
        back = next((p.back for p in self.pages if p.number == page), None)
        rect = pymupdf.Rect(box) * pymupdf.Matrix(*back) if back else pymupdf.Rect(box)
        return (round(rect.x0, 2), round(rect.y0, 2), round(rect.x1, 2), round(rect.y1, 2))

    def draft(self, lines: list[Line], section: str, kind: PassageKind) -> None:
        for draft in drafts(lines, section, kind, self.vocabulary, self.busy):
            broken = kind in ("text", "caption", "footnote") and (
                norm(draft.text) not in self.raw(draft.page) or scrambled(draft.text) or LOST in draft.text
            )
            rects = tuple(self.as_printed(draft.page, box) for box in draft.rects)
            self.drafts.append(replace(draft, kind="formula" if broken else kind, rects=rects))

    def raw(self, page: int) -> str:
        """The page's letters and digits as any reader of the file finds them. A sentence that is not among them holds
        a formula whose pieces the file stores in another order: it is marked as one and nobody quotes it."""
        return next(p.stream for p in self.pages if p.number == page)

    def busy(self, page: int, after: int, before: int) -> bool:
        """Whether letters stand between two places of the page's text stream."""
        if before <= after:
            return before < after - 1
        return any(after < i < before for i in self.lettered(page))

    def lettered(self, page: int) -> list[int]:
        """The places in the page's text stream that hold letters."""
        if page not in self._lettered:
            marks = next(p for p in self.pages if p.number == page)
            own = [line for line in marks.lines + marks.turned if norm(line.text)]
            self._lettered[page] = [line.first for line in own] + [line.first for _, line in marks.hidden]
        return self._lettered[page]


def block_of(page: int, label: str, lines: list[Line], role: str) -> Block:
    """A block around these lines."""
    return Block(page, union(line.box for line in lines), label, list(lines), role)
