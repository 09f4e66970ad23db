"""From blocks to sections and passages, in reading order."""

import re

from ..paper import Section
from .desk import Desk
from .headings import REFERENCES, Heading
from .marks import Block, Line, norm

_ENTRY = re.compile(r"^\s*(?:\[\s?\w[\w+.-]{0,12}\s?\]|\(\d{1,3}\)|\d{1,3}\s*[.)．]\s|［\d+］|\[\d+\s*[\]］])")

_NUMBERED = re.compile(r"^\s*[\[(]?\s?(\d{1,3})(?:\s*[.)\]]|\s(?=[A-Z]))")
_YEAR = re.compile(r"\b(?:19|20)\d\d\b")


def find_sections(desk: Desk) -> None:
    """Sections with their text, and the drafts of all passages."""
    if desk.front.abstract:
        desk.draft(desk.front.abstract, "Abstract", "text")
    composer = _Composer(desk)
    for block in desk.flow:
        composer.take(block)
    composer.end_paragraph()
    desk.sections = [
        Section(number=h.number, title=h.title, level=h.level, page=h.page, text="\n\n".join(t for t in parts if t))
        for h, parts in composer.found
    ]


class _Composer:
    """Takes blocks in reading order; a paragraph may run on over columns and pages."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self.found: list[tuple[Heading, list[str]]] = []
        self.section = ""
        self.text: list[str] = []
        self.paragraph: list[Line] = []
        self.references = False
        self.listed = counted(desk.flow, desk.body_size)

    def take(self, block: Block) -> None:
        if block.role == "heading":
            self.begin(self.desk.heading_at[id(block.lines[0])])
        elif block.role in ("text", "footnote") and (
            self.references or id(block) in self.listed or _is_reference(self.desk, block)
        ):
            self.end_paragraph()
            self.entries(block.lines)
        elif block.role == "text":
            if self.paragraph and not _runs_on(self.paragraph[-1], block):
                self.end_paragraph()
            self.paragraph += block.lines
        elif block.role == "formula":
            self.end_paragraph()
            self.text.append(self.desk.text(block.lines))
            self.desk.draft(block.lines, self.section, "formula")
        elif block.role == "table":
            for line in block.lines:
                self.desk.draft([line], self.section, "table")
        elif block.role == "caption":
            self.desk.draft(block.lines, self.section, "caption")
        elif block.role == "footnote":
            self.desk.draft(block.lines, self.section, "footnote")

    def begin(self, heading: Heading) -> None:
        self.end_paragraph()
        self.section = heading.title
        self.references = norm(heading.title) in REFERENCES
        self.text = []
        self.found.append((heading, self.text))

    def end_paragraph(self) -> None:
        if self.paragraph:
            self.text.append(self.desk.text(self.paragraph))
            self.desk.draft(self.paragraph, self.section, "text")
            self.paragraph = []

    def entries(self, lines: list[Line]) -> None:
        """A reference list, cut into its entries: a mark in front, or a line that starts further left."""
        left = min(line.box[0] for line in lines)
        marked = any(_ENTRY.match(line.text) for line in lines)
        hanging = any(line.box[0] > left + 4 for line in lines)
        entry: list[Line] = []
        for line in lines:
            starts = bool(_ENTRY.match(line.text)) if marked else (line.box[0] < left + 3 and hanging)
            if entry and starts:
                self.entry(entry)
                entry = []
            entry.append(line)
        self.entry(entry)

    def entry(self, lines: list[Line]) -> None:
        self.desk.draft(lines, self.section, "reference")
        if self.references:
            self.text.append(self.desk.text(lines))


def counted(flow: list[Block], body_size: float) -> set[int]:
    """The ids of blocks that are a reference list without a heading, wherever it stands (Nature has its methods behind
    it): in small type, their marks count up from 1 (the first ones and one between may be lost), eight at least, and
    most of them name a year."""
    run: list[Block] = []
    found: list[Block] = []
    last = 0
    for block in (b for b in flow if b.role in ("text", "footnote") and b.lines and b.size < body_size - 0.4):
        first = _number(block.lines[0])
        begins = first == 1 or (first > 1 and not run and block.page * 2 > flow[-1].page)
        if not begins and not (first and first in (last + 1, last + 2)):
            continue
        run = [block] if begins else [*run, block]
        last = first
        for number in map(_number, block.lines):
            last += number == last + 1
        found = run if last - _number(run[0].lines[0]) >= 7 else found
    dated = sum(bool(_YEAR.search(b.text)) for b in found)
    return {id(b) for b in found} if dated > 0.7 * len(found) else set()


def _number(line: Line) -> int:
    """The number that a line begins with, which some journals (AIP) raise; 0 for none."""
    first = line.words[0]
    if first.raised == 1:
        return int(first.text) if first.text.isdecimal() and first.text.isascii() and len(first.text) < 4 else 0
    m = _NUMBERED.match(line.text)
    return int(m[1]) if m else 0


def _is_reference(desk: Desk, block: Block) -> bool:
    """An entry of a reference list that has no heading (REVTeX, Nature): small type in the second half, a mark in
    front, a year in it."""
    if block.role not in ("text", "footnote") or block.page * 2 < len(desk.pages) or not block.lines:
        return False
    small = block.size < desk.body_size - 0.4
    marked = sum(bool(_ENTRY.match(line.text)) for line in block.lines) / len(block.lines)
    return small and marked > 0.1 and bool(_YEAR.search(block.text)) and bool(_ENTRY.match(block.text))


def _runs_on(last: Line, block: Block) -> bool:
    """Whether a paragraph goes on in the next block: it was not ended, and no new one begins."""
    start = block.lines[0].text
    return not re.search(r"[.!?:。！？：]\W*$", last.text) and (
        start[:1].islower() or last.text.endswith("-") or not start[:1].isupper()
    )
