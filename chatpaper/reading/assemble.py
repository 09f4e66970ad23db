"""The recipe of reading: an open document becomes a Paper."""

import re
import time
from collections import Counter
from dataclasses import replace

import pymupdf

from ..errors import GarbledPdf, NotAPaper, ScannedPdf
from ..paper import Box, Figure, Paper, PassageKind, PdfFile, ReadingReport, Section
from ..value import Bilingual
from . import authors, facts, floats, front, noise, outline, report, runin
from .blocks import blocks_of, in_order
from .captions import Caption, captions_on, chosen, words_after_label
from .headings import BACK, KNOWN, REFERENCES, Heading, candidate, levels, split_headings
from .layout import LayoutModel
from .marks import Block, Line, Style, across, area, norm, overlap
from .pages import PageMarks, marks
from .passages import Draft, drafts, numbered
from .text import Vocabulary, common, spelled, tokens, unmarked


class Assembly:
    """One paper while it is read; each step fills in what the next ones need."""

    def __init__(self, document: pymupdf.Document, pdf: PdfFile, model: LayoutModel, max_pages: int) -> None:
        self.started = time.monotonic()
        self.document = document
        self.pdf = pdf
        self.model = model
        self.total = document.page_count
        self.warnings: list[Bilingual] = []
        self.pages: list[PageMarks] = []
        self.blocks: dict[int, list[Block]] = {}
        self.flow: list[Block] = []
        self.headings: list[Heading] = []
        self.heading_at: dict[int, Heading] = {}
        self.captions: list[Caption] = []
        self.floats: list[floats.Float] = []
        self.front = front.Front()
        self.count = min(self.total, max_pages)
        if self.total > max_pages:
            self.warnings.append(
                report.said(
                    f"文件有 {self.total} 页，超过上限；只读了前 {max_pages} 页",
                    f"the file has {self.total} pages, more than allowed; only the first {max_pages} were read",
                )
            )

    def paper(self, anyway: bool) -> Paper:
        self.see()
        self.refuse_unreadable()
        self.lay_out()
        self.find_captions()
        self.find_headings()
        self.find_front()
        self.find_floats()
        self._mark_small_notes()
        sections = self.sections()
        self.refuse_nonpaper(sections, anyway)
        return self.result(sections)

    # --- pages

    def see(self) -> None:
        loaded: list[pymupdf.Page] = []
        for i in range(self.count):
            try:
                page = self.document[i]
                self.pages.append(marks(page))
                loaded.append(page)
            except (RuntimeError, ValueError) as error:
                self.warnings.append(
                    report.said(
                        f"第 {i + 1} 页损坏，未能读取",
                        f"page {i + 1} is damaged and was left out ({type(error).__name__})",
                    )
                )
        self.loaded = loaded
        self.loaded_by_number = {page.number + 1: page for page in loaded}
        self._raws: dict[int, str] = {}
        if sum(noise.without_line_numbers(page) for page in self.pages):
            self.warnings.append(report.said("行号已略去", "line numbers were left out"))

    def refuse_unreadable(self) -> None:
        texts = "".join(line.text for page in self.pages for line in page.lines + page.turned)
        letters = sum(c.isalnum() for c in texts)
        scanned = sum(p.characters < 40 and p.image_share > 0.5 for p in self.pages)
        if not self.pages or letters < 100:
            images = any(p.image_share > 0.3 for p in self.pages)
            raise ScannedPdf(pages=self.total) if images or letters < 20 else NotAPaper()
        if scanned > 0.5 * len(self.pages):
            raise ScannedPdf(pages=self.total)
        if scanned:
            self.warnings.append(
                report.said(f"有 {scanned} 页只有图像，没有文字", f"{scanned} pages hold only images and no text")
            )
        if any(p.ocr for p in self.pages):
            self.warnings.append(
                report.said(
                    "文字来自扫描件的识别层，可能有错", "the text comes from a scan's OCR layer and may be wrong"
                )
            )
        if garbled(texts):
            raise GarbledPdf()

    def lay_out(self) -> None:
        for page, boxes in zip(self.pages, self.model.all_boxes(self.loaded), strict=True):
            page.layout = boxes
            self.blocks[page.number] = blocks_of(page)
        self.vocabulary = Vocabulary(line for page in self.pages for line in page.lines)
        sizes: Counter[float] = Counter()
        styles: Counter[Style] = Counter()
        for blocks in self.blocks.values():
            for block in blocks:
                if block.label in ("text", "list-item") and not block.role:
                    for line in block.lines:
                        sizes[round(line.size * 2) / 2] += len(line.text)
                        styles[line.style] += len(line.text)
        self.body_size = sizes.most_common(1)[0][0] if sizes else 10.0
        self.body = styles.most_common(1)[0][0] if styles else Style("", 10.0, False, False, False)
        noise.mark(self.pages, self.blocks, self.body_size)

    # --- captions, headings, front

    def find_captions(self) -> None:
        found: list[Caption] = []
        for page in self.pages:
            found += captions_on(page, self.blocks[page.number], self.body_size)
        self.captions = chosen(found)
        for caption in self.captions:
            self._set_apart(caption)

    def _set_apart(self, caption: Caption) -> None:
        """The caption becomes a block of its own; what stood before and after it in its block stays text."""
        block = next((b for b in self.blocks[caption.lines[0].page] if caption.lines[0] in b.lines), None)
        if block is None:
            return
        at = block.lines.index(caption.lines[0])
        end = at + len(caption.lines)
        blocks = self.blocks[block.page]
        rest = [part for part in (block.lines[:at], block.lines[end:]) if part]
        where = blocks.index(block)
        label = block.label if block.label not in ("caption",) else "text"
        blocks[where : where + 1] = [
            _block(block.page, "caption", caption.lines, "caption"),
            *(_block(block.page, label, part, "") for part in rest),
        ]
        caption.block = blocks[where]
        self._absorb(caption, blocks)

    def _absorb(self, caption: Caption, blocks: list[Block]) -> None:
        """Lines of the caption that the model put into a block of their own."""
        for _ in range(3):
            last = caption.lines[-1]
            ended = (
                bool(re.search(r"[.!?。]\W*$", last.text))
                and len(caption.lines) > 0
                and bool(caption.after or len(caption.lines) > 1)
            )
            following = None
            for b in blocks:
                if b.role or not b.lines or b.label in ("picture", "table", "section-header", "formula"):
                    continue
                gap = b.lines[0].box[1] - last.box[3]
                overlaps = min(b.box[2], caption.block.box[2]) - max(b.box[0], caption.block.box[0])
                close = -2 < gap < (0.75 if caption.after or len(caption.lines) > 1 else 1.6) * last.size
                if close and overlaps > 0.5 * min(b.box[2] - b.box[0], caption.block.box[2] - caption.block.box[0]):
                    following = b
                    break
            if following is None or abs(following.lines[0].size - last.size) > 0.4 + 2 * (len(caption.lines) == 1):
                return
            if ended and following.label != "caption":
                return
            if (
                following.label == "text"
                and len(following.lines) > 4
                and following.size > self.body_size - 0.3
                and caption.after
            ):
                return
            blocks.remove(following)
            caption.lines = caption.lines + following.lines
            caption.block.lines = caption.lines
            caption.block.box = _block(last.page, "", caption.lines, "").box

    def find_headings(self) -> None:
        found: list[Heading] = []
        for page in self.pages:
            blocks = in_order(self.blocks[page.number], page.width)
            noise.mark_contents(blocks)
            out: list[Block] = []
            for block in blocks:
                out += self._with_headings(block, found)
            self.blocks[page.number] = out
        self.flow = [b for page in self.pages for b in self.blocks[page.number]]
        self.headings = found

    def _with_headings(self, block: Block, found: list[Heading]) -> list[Block]:
        if block.role or not block.lines or block.label not in ("section-header", "title"):
            return [block]
        out = []
        for lines in split_headings(block):
            part = _block(block.page, block.label, lines, "")
            heading = candidate(lines, True)
            if heading is not None and len(lines) < 6:
                found.append(heading)
                part.note = "heading"
            out.append(part)
        return out

    def find_front(self) -> None:
        known = outline.title(self.document)
        self.outlined = outline.numbers(self.document)
        first = [b for b in self.flow if b.page == self.pages[0].number and b.role in ("", "noise")]
        self.front.title = front.find_title(
            [b for b in first if not b.role or _headline(b)], self.pages[0].height, known
        )
        self._split_keywords()
        title = {id(line) for line in self.front.title}
        for block in first:
            if any(id(line) in title for line in block.lines):
                block.role = "front"
        self.headings = [h for h in self.headings if not any(id(line) in title for line in h.lines)]
        self.headings = outline.completed(self.headings, self.flow, self.document, self.front.title)
        self.headings = self._more_headings()
        below = self.front.title[-1].box[3] if self.front.title else 0.0
        self.headings = [h for h in self.headings if h.page > 1 or h.lines[0].box[1] > below - 2 or h.number]
        abstract = front.find_abstract(self.flow, self.headings, self.front.title, self.body_size)
        self.front.abstract = [line for b in abstract for line in b.lines]
        self._no_headings_before(abstract)
        self._names(abstract, below)
        near_start = [b for b in self.flow if b.page <= 3 and b.lines and b.role not in ("caption", "noise")]
        self.front.keywords = front.keywords(near_start, self._text)
        self._close_front(abstract)
        self.headings = outline.levelled(levels(self.headings, self.body), self.document)
        self.heading_at = {id(h.lines[0]): h for h in self.headings}

    def _split_keywords(self) -> None:
        """Keywords often follow the abstract without a gap; they become a block of their own."""
        for block in [b for b in self.flow if b.page <= 2 and not b.role and b.label not in ("picture", "table")]:
            at = next((i for i, line in enumerate(block.lines) if i and front.KEYWORDS.match(line.text)), None)
            if at is not None:
                self._split_block(block, at, len(block.lines) - at)

    def _no_headings_before(self, abstract: list[Block]) -> None:
        """Nothing in front of the abstract or in it is a section: names, boxes of the journal, parts of the abstract."""
        inside = {id(line) for line in self.front.abstract}
        place = {id(line): i for i, line in enumerate(line for b in self.flow for line in b.lines)}
        first = min((place[id(b.lines[0])] for b in abstract if id(b.lines[0]) in place), default=-1)
        top = min((b.box[1] for b in abstract if b.page == 1), default=0.0)
        self.headings = [
            h
            for h in self.headings
            if id(h.lines[0]) not in inside
            and not (h.page == 1 and not h.number and norm(h.title) not in KNOWN and h.lines[0].box[1] < top - 4)
            and not (h.page == 1 and not h.number and norm(h.title) not in KNOWN and authors.is_name(h.title))
            and (place.get(id(h.lines[0]), 0) > first or h.page > 2 or (h.number and "bare" not in h.marks))
        ]

    def _names(self, abstract: list[Block], below: float) -> None:
        heads = {id(line) for h in self.headings for line in h.lines}
        foot = self.pages[0].height
        tops = [b.box[1] for b in abstract if b.page == 1 and b.box[1] > below]
        tops += [b.box[1] for b in self.flow if b.page == 1 and b.role == "front" and b.box[1] > below + 2 and b.lines]
        tops += [h.lines[0].box[1] for h in self.headings if h.page == 1 and h.number and h.lines[0].box[1] > below]
        foot = min(tops, default=foot)
        lines = [
            line
            for b in self.blocks[self.pages[0].number]
            if b.role in ("", "front") and b.label != "footnote"
            for line in b.lines
            if (below - 3 < line.box[1] < foot - 1 or (line.box[1] > below and _byline(b, abstract)))
            and id(line) not in heads
            and line not in self.front.title
        ]
        lines.sort(key=lambda one: (round(one.base / 3), one.box[0]))
        self.front.names, self.front.affiliations = authors.find(lines)

    def _close_front(self, abstract: list[Block]) -> None:
        """On the pages before the first section only full paragraphs in the body's type are body text."""
        first = next((h for h in self.headings), None)
        ends = id(first.lines[0]) if first else None
        heads = {id(h.lines[0]) for h in self.headings}
        begun = False
        last = self.flow.index(abstract[-1]) if abstract else -1
        top = min((b.box[1] for b in abstract if b.page == 1), default=0.0)
        for block in self.flow:
            small = block.size < self.body_size - 0.9 and block.label != "footnote"
            if block.page == 1 and not block.role and block.lines and (block.box[1] < top - 5 or small):
                block.role = "front" if id(block.lines[0]) not in heads else ""
        for i, block in enumerate(self.flow):
            if block.lines and id(block.lines[0]) == ends:
                break
            if block.page > 3 or block.role:
                continue
            prose = len(block.lines) > 2 and abs(block.size - self.body_size) < 0.6 and len(block.text) > 200
            prose = prose or (begun and abs(block.size - self.body_size) < 0.6)
            begun = begun or (i > last and prose)
            if i < last or not prose or not block.label.startswith(("text", "list")):
                block.role = "front"

    def _more_headings(self) -> list[Heading]:
        """Headings that the model missed: lines set like those it found, above text that is not."""
        known = {id(line) for h in self.headings for line in h.lines}
        numbered_styles = {h.style for h in self.headings if h.number}
        styles = numbered_styles | {s for s, n in Counter(h.style for h in self.headings).items() if n > 1}
        plain = self.body
        styles = {
            s for s in styles if s.bold != plain.bold or s.size > plain.size + 0.4 or s.caps or s.font != plain.font
        }
        order: list[Heading] = []
        by_line = {id(h.lines[0]): h for h in self.headings}
        for b in list(self.flow):
            if b.lines and id(b.lines[0]) in by_line:
                order.append(by_line[id(b.lines[0])])
                continue
            if (b.role and b.role != "noise") or not b.lines or b.label in ("picture", "table", "footnote"):
                continue
            alone = self._standing_alone(b, known) or self._run_in(b, [h.number for h in order if h.number])
            if alone is not None:
                order.append(alone)
                continue
            order += self._hidden_headings(b, styles, numbered_styles, known)
        return order

    def _run_in(self, block: Block, numbers: list[str]) -> Heading | None:
        if block.role or block.label not in ("text", "list-item") or len(block.lines) < 2:
            return None
        parts = runin.split(block, numbers, self.outlined)
        if parts is None:
            return None
        heading, rest = parts
        block.lines = [*heading.lines, rest, *block.lines[1:]]
        self._split_block(block, 0, 1)
        return heading

    def _standing_alone(self, block: Block, known: set[int]) -> Heading | None:
        """Names that only headings have (References, Appendix A), alone in their block, whatever their style."""
        if len(block.lines) > 2 or id(block.lines[0]) in known or block.role == "noise":
            return None
        heading = candidate(block.lines, False)
        if heading is None or len(block.text) > 120:
            return None
        name = norm(heading.title)
        appendix = re.match(r"(?:Appendix|APPENDIX)\b", block.text) and not block.text.rstrip().endswith((".", ","))
        return heading if name in BACK or name in REFERENCES or appendix else None

    def _hidden_headings(
        self, block: Block, styles: set[Style], numbered_styles: set[Style], known: set[int]
    ) -> list[Heading]:
        for i, line in enumerate(block.lines):
            if id(line) in known or line.style not in styles or (line.letters() and not _uniform(line)):
                continue
            if i and block.lines[i - 1].style == line.style:
                continue
            group = [line]
            for after in block.lines[i + 1 : i + 3]:
                if after.style == line.style and _uniform(after):
                    group.append(after)
            heading = candidate(group, False)
            if heading is None or not heading.number or len(heading.title) < 3 or len(group) == 3:
                continue
            if line.style not in numbered_styles or (block.role == "noise" and not line.style.bold):
                continue
            scheme = heading.marks & {"arabic", "roman", "letter", "appendix", "chinese"}
            if scheme and self._counts_on(heading):
                rest = self._split_block(block, i, len(group))
                more = self._hidden_headings(rest, styles, numbered_styles, known) if rest else []
                return [heading, *more]
        return []

    def _counts_on(self, heading: Heading) -> bool:
        """A number that another heading does not have already."""
        return all(h.number != heading.number for h in self.headings)

    def _split_block(self, block: Block, at: int, count: int) -> Block | None:
        """The block in two or three: before, the lines themselves, after (which is returned)."""
        if block.role == "noise":
            block.role = ""
        parts = [block.lines[:at], block.lines[at : at + count], block.lines[at + count :]]
        fresh = [_block(block.page, block.label, part, block.role) for part in parts if part]
        for sequence in (self.flow, self.blocks[block.page]):
            where = sequence.index(block)
            sequence[where : where + 1] = fresh
        return fresh[-1] if parts[2] else None

    # --- floats and sections

    def find_floats(self) -> None:
        for block in self.flow:
            if block.lines and id(block.lines[0]) in self.heading_at:
                block.role = "heading"
        below = floats.habit(self.pages, self.captions)
        for page in self.pages:
            captions = [c for c in self.captions if c.lines[0].page == page.number]
            blocks = self.blocks[page.number]
            floats.mark_subcaptions(blocks)
            self.floats += floats.place(page, captions, blocks, self.body_size, below)
            for block in blocks:
                if not block.role:
                    block.role = _role(block, blocks)

    def _mark_small_notes(self) -> None:
        """Smaller type at the foot of a column, below text in the body's type: a note, whatever the model calls it.
        Reference lists are set so, too, and end this."""
        fresh = False
        for block in self.flow:
            if block.role == "heading":
                fresh = True
                if norm(self.heading_at[id(block.lines[0])].title) in REFERENCES:
                    return
            fresh = fresh and not (block.role == "text" and block.size > self.body_size - 0.5)
            blocks = self.blocks[block.page]
            if fresh or block.role != "text" or block.size > self.body_size - 0.8 or not block.lines:
                continue
            column = [b for b in blocks if b is not block and b.role == "text" and across(b.box, block.box) > 0.5]
            above = any(b.box[3] <= block.box[1] + 2 and b.size > self.body_size - 0.5 for b in column)
            below = any(b.box[1] >= block.box[3] - 2 and b.size > self.body_size - 0.5 for b in column)
            if above and not below:
                block.role = "footnote"

    def sections(self) -> list[Section]:
        self.drafts: list[Draft] = []
        rows = {id(line) for f in self.floats if f.caption.kind == "table" for line in f.rows}
        found: list[tuple[Heading, list[Line], list[str]]] = []
        if self.front.abstract:
            self._draft(self.front.abstract, "Abstract", "text")
        paragraph: list[Line] = []
        section = ""
        text: list[str] = []
        references = False

        def close() -> None:
            if paragraph:
                text.append(self._text(paragraph))
                self._draft(paragraph, section, "reference" if references else "text")
                paragraph.clear()

        for block in self.flow:
            if block.role == "heading":
                close()
                heading = self.heading_at[id(block.lines[0])]
                section = heading.title
                references = norm(section) in REFERENCES
                text = []
                found.append((heading, block.lines, text))
            elif not references and self._is_reference(block):
                close()
                self._entries(list(block.lines), section, [])
            elif block.role == "text":
                if paragraph and (references or not _runs_on(paragraph[-1], block)):
                    close()
                paragraph += block.lines
                if references:
                    self._entries(paragraph, section, text)
            elif block.role == "formula":
                close()
                text.append(self._text(block.lines))
                self._draft(block.lines, section, "formula")
            elif block.role == "table" and block.lines:
                for line in block.lines:
                    self._draft([line], section, "table")
            elif block.role == "caption":
                self._draft(block.lines, section, "caption")
            elif block.role == "footnote":
                self._draft(block.lines, section, "footnote")
        close()
        self.rows = rows
        return [
            Section(number=h.number, title=h.title, level=h.level, page=h.page, text="\n\n".join(t for t in parts if t))
            for h, _, parts in found
        ]

    def _is_reference(self, block: Block) -> bool:
        """An entry of a reference list that has no heading (REVTeX, Nature): small type in the second half, a mark in
        front, a year in it."""
        if block.role not in ("text", "footnote") or block.page * 2 < len(self.pages) or not block.lines:
            return False
        small = block.size < self.body_size - 0.4
        marked = sum(bool(_ENTRY.match(line.text)) for line in block.lines) / len(block.lines)
        return (
            small
            and marked > 0.1
            and bool(re.search(r"\b(?:19|20)\d\d\b", block.text))
            and bool(_ENTRY.match(block.text))
        )

    def _entries(self, paragraph: list[Line], section: str, text: list[str]) -> None:
        """A reference list, cut into its entries: a mark in front, or a line that starts further left."""
        entry: list[Line] = []
        left = min(line.box[0] for line in paragraph)
        marked = sum(bool(_ENTRY.match(line.text)) for line in paragraph) > 0
        hanging = any(line.box[0] > left + 4 for line in paragraph)
        for line in paragraph:
            starts = bool(_ENTRY.match(line.text)) if marked else (line.box[0] < left + 3 and hanging)
            if entry and starts:
                self._draft(entry, section, "reference")
                text.append(self._text(entry))
                entry = []
            entry.append(line)
        if entry:
            self._draft(entry, section, "reference")
            text.append(self._text(entry))
        paragraph.clear()

    def _text(self, lines: list[Line]) -> str:
        """Text for readers: without footnote marks, with the common letters."""
        return common(spelled(unmarked(tokens(lines, self.vocabulary))))

    def _draft(self, lines: list[Line], section: str, kind: PassageKind) -> None:
        for draft in drafts(lines, section, kind, self.vocabulary, self._busy):
            broken = kind in ("text", "caption", "footnote") and norm(draft.text) not in self._raw(draft.page)
            self.drafts.append(replace(draft, kind="formula") if broken else draft)

    def _raw(self, page: int) -> str:
        """The page's letters and digits as any reader of the file finds them. A sentence that is not among them holds
        a formula whose pieces the file stores in another order: it is marked as one and nobody quotes it."""
        if page not in self._raws:
            self._raws[page] = norm(self.loaded_by_number[page].get_text())
        return self._raws[page]

    def _busy(self, page: int, after: int, before: int) -> bool:
        """Whether letters stand between two places of the page's text stream."""
        if before <= after:
            return before < after - 1
        return any(after < i < before for i in self._lettered(page))

    def _lettered(self, page: int) -> list[int]:
        cache: dict[int, list[int]] = self.__dict__.setdefault("_letters", {})
        if page not in cache:
            marks_ = next(p for p in self.pages if p.number == page)
            own = [line for line in marks_.lines + marks_.turned if norm(line.text)]
            cache[page] = [line.first for line in own] + [line.first for _, line in marks_.hidden]
        return cache[page]

    # --- the answer

    def refuse_nonpaper(self, sections: list[Section], anyway: bool) -> None:
        names = {norm(s.title) for s in sections}
        cited = any(n in REFERENCES for n in names) or any(d.kind == "reference" for d in self.drafts)
        signs = bool(self.front.abstract) + (len([s for s in sections if s.text]) >= 3) + cited
        words = sum(len(d.text) for d in self.drafts)
        slides = all(p.width > 1.2 * p.height for p in self.pages) and not cited
        if (signs == 0 or (signs == 1 and words < 3000 and not cited) or slides) and not anyway:
            raise NotAPaper()
        if signs == 0 or slides:
            self.warnings.append(
                report.said(
                    "这份 PDF 不像论文，结果可能没有意义",
                    "this PDF does not look like a paper; the result may mean little",
                )
            )

    def result(self, sections: list[Section]) -> Paper:
        passages = numbered(self._ordered())
        record = self.pdf.record
        abstract = front.cleaned_abstract(self._text(self.front.abstract))
        texts = [d.text for d in self.drafts if d.kind in ("text", "footnote", "caption")]
        first = self.pages[0]
        front_texts = [b.text for b in self.flow if b.page == first.number and b.role in ("front", "noise")]
        links = [link["uri"] for page in self.loaded for link in page.get_links() if link.get("uri")]
        stamp = facts.arxiv_id(
            [line.text for line in first.turned] + [line.text for line in first.lines if line.box[1] < 60]
        )
        characters = sum(p.characters for p in self.pages)
        self._report(sections, characters)
        title = self._text(self.front.title).rstrip("*∗†‡§¶ ")
        return Paper(
            title=record.title if record else title,
            authors=record.authors if record else self.front.names,
            affiliations=self.front.affiliations,
            abstract=record.abstract if record else abstract,
            keywords=self.front.keywords,
            arxiv_id=record.arxiv_id if record else stamp,
            doi=(record.doi if record else None) or facts.doi(front_texts + texts[:30], links),
            code_urls=facts.code_urls(
                [*front_texts, abstract, *[t for t in texts if "http" in t or "www" in t or "git" in t]], links
            ),
            language=facts.language(abstract + " ".join(texts)),
            pages=self.total,
            sections=tuple(sections),
            figures=tuple(self._figure(f) for f in self.floats),
            passages=passages,
            report=ReadingReport(
                sha256=self.pdf.sha256,
                characters=characters,
                columns=self._columns(),
                seconds=round(time.monotonic() - self.started, 3),
                warnings=tuple(self.warnings),
            ),
            record=record,
        )

    def _ordered(self) -> list[Draft]:
        """The abstract was drafted first; ids follow the pages."""
        return sorted(self.drafts, key=lambda d: d.page)

    def _figure(self, found: floats.Float) -> Figure:
        caption = found.caption
        content = "\n".join(floats.cells(found.rows)) if caption.kind == "table" and found.rows else None
        kind = "table" if caption.kind == "table" else "figure"
        box: Box = tuple(round(v, 1) for v in found.region)  # type: ignore[assignment]
        return Figure(
            kind=kind,  # type: ignore[arg-type]
            label=caption.label,
            caption=self._text(words_after_label(caption)).strip(" .:|：。").strip(),
            page=caption.lines[0].page,
            bbox=box,
            content=content,
        )

    def _report(self, sections: list[Section], characters: int) -> None:
        self.warnings += report.hidden_text(self.pages)
        for d in self.drafts:
            if report.addresses_models(d.text):
                self.warnings.append(
                    report.said(
                        f"第 {d.page} 页有写给语言模型的话，只当作论文内容：“{d.text[:80]}”",
                        f"page {d.page} has text that addresses language models; it is taken as part of the paper only: "
                        f"'{d.text[:80]}'",
                    )
                )
        for name_zh, name_en, there in (
            ("标题", "title", self.front.title),
            ("作者", "authors", self.front.names),
            ("摘要", "abstract", self.front.abstract),
            ("章节", "sections", sections),
        ):
            if not there:
                self.warnings.append(report.said(f"没有找到{name_zh}", f"no {name_en} found on the page"))
        inside = sum(len(s.text) for s in sections)
        if sections and inside < 0.5 * characters:
            share = round(100 * inside / max(1, characters))
            self.warnings.append(
                report.said(f"只有 {share}% 的文字归入了章节", f"only {share}% of the text could be put into sections")
            )

    def _columns(self) -> int:
        """The body's columns: paragraphs narrower than half of the page, beside each other, mean two."""
        narrow = wide = 0
        for block in self.flow:
            if block.role == "text" and len(block.lines) > 2:
                page = next(p for p in self.pages if p.number == block.page)
                if block.box[2] - block.box[0] < 0.5 * page.width:
                    narrow += len(block.text)
                else:
                    wide += len(block.text)
        return 2 if narrow > wide else 1


_ENTRY = re.compile(r"^\s*(?:\[\w[\w+.-]{0,12}\]|\(\d{1,3}\)|\d{1,3}\s*[.)．]\s|［\d+］|\[\d+\s*[\]］])")


def _block(page: int, label: str, lines: list[Line], role: str) -> Block:
    from .marks import union

    return Block(page, union(line.box for line in lines), label, list(lines), role)


def _byline(block: Block, abstract: list[Block]) -> bool:
    """Names with their institutions beside the abstract."""
    if not abstract or any(across(block.box, a.box) > 0.2 for a in abstract) or len(block.lines) > 9:
        return False
    names, places = authors.find(block.lines)
    return bool(names) and (bool(places) or "@" in block.text)


def _headline(block: Block) -> bool:
    """A title that the model takes for a running head: bold or in capitals, of several words, without numbers."""
    bold = bool(block.lines) and (block.lines[0].style.bold or block.lines[0].style.caps)
    return bold and len(block.text.split()) > 3 and not re.search(r"\d{2}|©", block.text)


def _uniform(line: Line) -> bool:
    style = line.style
    return line.letters(bold=style.bold) >= 0.9 * line.letters() and len(line.text) < 160


def _role(block: Block, blocks: list[Block]) -> str:
    if not block.lines:
        return "figure"
    pictures = [b.box for b in blocks if b.label == "picture" and b is not block]
    if block.label == "picture" or any(overlap(block.box, p) > 0.6 * area(block.box) for p in pictures):
        return "figure"
    roles = {"formula": "formula", "footnote": "footnote", "table": "table", "caption": "caption"}
    if block.label == "" and sum(len(line.text) for line in block.lines) < 4:
        return "noise"
    return roles.get(block.label, "text")


def _runs_on(last: Line, block: Block) -> bool:
    """Whether a paragraph goes on in the next block: it was not ended, and no new one begins."""
    start = block.lines[0].text
    return not re.search(r"[.!?:。！？：]\W*$", last.text) and (
        start[:1].islower() or last.text.endswith("-") or not start[:1].isupper()
    )


def garbled(text: str) -> bool:
    """Fonts without encoding give private or replacement characters, or letters that make no words."""
    sample = text[:60000]
    bad = sum(c == "\ufffd" or "\ue000" <= c <= "\uf8ff" or ord(c) < 32 for c in sample)
    if bad > 0.2 * len(sample):
        return True
    words = re.findall(r"[A-Za-z]{2,}", sample)
    if len(words) < 300 or len("".join(words)) < 0.5 * len(sample.replace(" ", "")):
        return bad > 0.1 * len(sample)
    vowels = sum(bool(re.search(r"[aeiouyAEIOUY]", w)) for w in words)
    return vowels < 0.6 * len(words)
