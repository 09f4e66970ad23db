"""What is printed on every page and belongs to none: running heads, page numbers, line numbers, watermarks."""

import itertools
import re
from collections import Counter, defaultdict
from collections.abc import Iterable

from .captions import LABEL
from .headings import KNOWN, numbered
from .marks import Block, Line, Word, line_of, norm
from .pages import PageMarks


def without_line_numbers(pages: list[PageMarks]) -> int:
    """Takes the numbers that manuscripts print beside each line, or each fifth one, off the pages; answers how many.

    They are bare numbers that count up at one x, outside the text; the text stream may have them in its lines. A first
    page may have room for a few: these stand where those of other pages do.
    """
    parts = [[_parted(line) for line in page.lines] for page in pages]
    flat = [[part for line in lines for part in line] for lines in parts]
    found = [_counting_up(lines, page.width) for lines, page in zip(flat, pages, strict=True)]
    edges = {round(number.box[2]) + d for numbers in found for number in numbers for d in (-1, 0, 1)}
    if not edges:
        return 0
    for page, lines, parted, numbers in zip(pages, flat, parts, found, strict=True):
        gone = {id(number) for number in numbers or _at(edges, lines)}
        if gone:  # they stand between the lines of every sentence in the text stream, too
            left = [[part for part in own if id(part) not in gone] for own in parted]
            page.lines = [
                line if len(kept) == len(own) else _joined(kept)
                for line, own, kept in zip(page.lines, parted, left, strict=True)
                if kept
            ]
            rest = [*page.lines, *page.turned, *(line for _, line in page.hidden)]
            page.stream = norm(" ".join(line.text for line in sorted(rest, key=lambda one: one.first)))
    return sum(map(len, found))


_NUMBER = re.compile(r"\d{1,4}")


def _parted(line: Line) -> list[Line]:
    """The line, and numbers at its ends, which a gap or their size keeps apart, as lines of their own."""
    words = line.words
    if len(words) < 3:
        return [line]
    first, last = _apart(words[0], words[1]), _apart(words[-1], words[-2])
    if not first and not last:
        return [line]
    cuts = [words[:first], words[first : len(words) - last], words[len(words) - last :]]
    return [line_of(line.page, line.first, line.last, cut) for cut in cuts if cut]


def _apart(number: Word, beside: Word) -> bool:
    gap = max(number.box[0] - beside.box[2], beside.box[0] - number.box[2])
    smaller = number.size < 0.9 * beside.size and number.raised == 0
    return bool(_NUMBER.fullmatch(number.text)) and (gap > 0.6 * beside.size or smaller)


def _joined(parts: list[Line]) -> Line:
    if len(parts) == 1:
        return parts[0]
    return line_of(parts[0].page, parts[0].first, parts[0].last, tuple(word for part in parts for word in part.words))


def _counting_up(page: list[Line], width: float) -> list[Line]:
    by_x: dict[int, list[Line]] = defaultdict(list)
    for line in page:
        if _NUMBER.fullmatch(line.text):
            by_x[round(line.box[2] / 6)].append(line)
    found: list[Line] = []
    for key in by_x:
        lines = sorted(by_x[key] + by_x.get(key + 1, []), key=lambda one: one.box[1])
        values = [int(line.text) for line in lines]
        steps = [b - a for a, b in itertools.pairwise(values)]
        long = sum(len(line.text) > 30 for line in page)
        each = len(lines) >= max(12, 0.4 * long) and sum(s in (1, 5) for s in steps) > 0.8 * len(steps)
        fifth = len(lines) > 2 and set(steps) == {5} and values[0] % 5 == 0
        if (each or fifth) and _at_edge(lines, page, width) and _beside_text(lines, page):
            found += lines
    return found


def _at(edges: set[int], page: list[Line]) -> list[Line]:
    """Numbers that end at such an x, left of all text: fives and tens, or what counts line by line."""
    left = min((line.box[0] for line in page if len(line.text) > 30), default=0.0)
    numbers = [
        line for line in page if _NUMBER.fullmatch(line.text) and round(line.box[2]) in edges and line.box[2] < left + 2
    ]
    numbers.sort(key=lambda one: one.box[1])
    steps = [int(b.text) - int(a.text) for a, b in itertools.pairwise(numbers)]
    if len(numbers) > 2 and steps.count(1) > 0.8 * len(steps):
        return numbers
    return [line for line in numbers if line.text[-1] in "05"]


def _beside_text(lines: list[Line], page: list[Line]) -> bool:
    text = {round(line.base / 2) for line in page if len(line.text) > 20}
    return sum(bool(_rows([line]) & text) for line in lines) > 0.7 * len(lines)


def _rows(lines: Iterable[Line]) -> set[int]:
    """Heights of their baselines, in two points, with those next to them."""
    return {round(line.base / 2) + d for line in lines for d in (-1, 0, 1)}


def _at_edge(lines: list[Line], page: list[Line], width: float) -> bool:
    """Of the text that they count; a first page has more in its margin."""
    rows = _rows(lines)
    others = [line for line in page if len(line.text) > 30 and round(line.base / 2) in rows]
    left = min((line.box[0] for line in others), default=0.0)
    right = max((line.box[2] for line in others), default=width)
    return all(line.box[2] <= left + 2 or line.box[0] >= right - 2 for line in lines)


def mark(pages: list[PageMarks], blocks: dict[int, list[Block]], body_size: float) -> None:
    """Marks running heads and feet: what the layout model calls so, and what comes back at one height page by page."""
    repeated = _repeated(pages, blocks)
    tops = _tops(pages, blocks)
    for page in pages:
        for block in blocks[page.number]:
            inside = 0.09 * page.height < (block.box[1] + block.box[3]) / 2 < 0.91 * page.height
            edge = block.label in ("page-header", "page-footer")
            float_ = block.label in ("picture", "table") and len(block.lines) > _HEAD  # begins with the running head
            again = bool(block.lines) and not LABEL.match(block.text) and _key(block, page) in repeated and not float_
            bare = bool(re.fullmatch(r"[\s\d|–—-]*\d+[\s|–—-]*|[ivxl]+|Page \d+.*", block.text.strip())) and not inside
            if block.label == "page-footer" and _note(block, repeated, page, body_size):
                block.label = "footnote"
                continue
            if edge and _bare_label(block.text):
                block.label = "caption"
                continue
            folio = not inside and _folio(block, body_size)
            if (
                folio
                or (edge and not _rescued(block, inside, repeated, page, body_size, tops[page.number]))
                or (again and (not inside or _outermost(block, page, blocks[page.number], repeated)))
                or bare
            ):
                block.role = "noise"


_HEAD = 3
"""Lines that running heads have at most."""


def _bare_label(text: str) -> bool:
    """A caption's label on a line of its own above a table at the top of the page."""
    label = LABEL.match(text)
    return label is not None and not text[label.end() :].strip()


def _outermost(block: Block, page: PageMarks, blocks: list[Block], repeated: set[tuple[str, int, int]]) -> bool:
    """Nothing stands above it, or nothing below, but what comes back, too: running heads of journals with wide margins
    stand further in, and may have several lines."""
    others = [b for b in blocks if abs(b.box[1] - block.box[1]) > 3 and not (b.lines and _key(b, page) in repeated)]
    return all(b.box[1] > block.box[3] for b in others) or all(b.box[3] < block.box[1] for b in others)


def _note(block: Block, repeated: set[tuple[str, int, int]], page: PageMarks, body_size: float) -> bool:
    """A footnote taken for a page's foot: a raised mark in front, words after it, on this page only."""
    if not block.lines or _comes_back(block, repeated, page) or block.size > body_size + 0.2:
        return False
    first = block.lines[0].words
    marked = len(first) > 1 and (first[0].raised == 1 or bool(re.fullmatch(r"[*∗†‡§¶]+|[¹²³⁴-⁹]", first[0].text)))
    return marked and sum(c.isalpha() for c in block.text) > 12


def _folio(block: Block, body_size: float) -> bool:
    """A line at the page's edge that starts or ends with a bare page number, in the body's type or smaller."""
    if len(block.lines) != 1 or block.size > body_size + 0.4 or block.lines[0].style.bold:
        return False
    return bool(re.fullmatch(r"\d{1,4}\s+\D.{5,}|\D.{5,}\s\d{1,4}", block.text)) and not LABEL.match(block.text)


def _comes_back(block: Block, repeated: set[tuple[str, int, int]], page: PageMarks) -> bool:
    """All of it, or most of its lines: a licence is joined by another line or folio on each page."""
    again = sum(len(line.text) for line in block.lines if _key(line, page) in repeated)
    return _key(block, page) in repeated or again > 0.6 * sum(len(line.text) for line in block.lines)


def _key(part: Block | Line, page: PageMarks) -> tuple[str, int, int]:
    text = re.sub(r"\d+", "#", norm(part.text))
    return (text[:60], page.number % 2, round(part.box[1] / 8))


def _repeated(pages: list[PageMarks], blocks: dict[int, list[Block]]) -> set[tuple[str, int, int]]:
    """Odd and even pages have heads of their own."""
    counts: Counter[tuple[str, int, int]] = Counter()
    for page in pages:
        short = [b for b in blocks[page.number] if b.lines and len(b.lines) < 4]
        edges = [b for b in blocks[page.number] if b.label in ("page-header", "page-footer")]
        counts.update({_key(b, page) for b in short} | {_key(line, page) for b in edges for line in b.lines})
    return {key for key, count in counts.items() if count >= 2 and key[0]}


def _rescued(
    block: Block, inside: bool, repeated: set[tuple[str, int, int]], page: PageMarks, body_size: float, top: float
) -> bool:
    """A title, a heading or a paragraph taken for a running head by mistake: heads are not larger than the body, not
    numbered in bold, not long, come back, and stand above the place where text begins (`top`)."""
    if _comes_back(block, repeated, page):
        return False
    number, _, scheme = numbered(block.text)
    named = bool(number) and scheme in ("arabic", "roman") and len(block.lines) < 3
    pointed = named and "." in block.text.split()[0]  # a bare number is the page's
    if (pointed or norm(block.text) in KNOWN) and block.box[1] > top - 2:
        return True
    heading = named and block.lines[0].style.bold
    return heading or block.size > 1.15 * body_size or len(block.lines) >= 4 or (inside and len(block.text) > 250)


def _tops(pages: list[PageMarks], blocks: dict[int, list[Block]]) -> dict[int, float]:
    """Where text may begin on each page: as high as on that page, or on two others."""
    own = {
        page.number: min(
            (
                line.box[1]
                for b in blocks[page.number]
                if b.label in ("text", "list-item")
                for line in b.lines
                if len(line.text) > 20
            ),
            default=page.height,
        )
        for page in pages
    }
    highest = sorted(own.values())[1:2] or [float("inf")]
    return {number: min(top, *highest) for number, top in own.items()}


def mark_contents(blocks: list[Block]) -> None:
    """A table of contents is no text: lines that end in page numbers, below its heading or with dot leaders, and what
    stands between such lines, cut off from its number."""
    named = False
    listed: list[Block] = []
    for block in blocks:
        named |= norm(block.text) in ("contents", "tableofcontents", "目录", "listoffigures", "listoftables")
        lines = block.lines
        ends = sum(bool(re.search(r"\d\s*$", line.text)) for line in lines)
        leaders = sum(bool(re.search(r"(?:\.\s?){4,}\d*\s*$|…", line.text)) for line in lines)
        if lines and not block.role and ((named and ends > 0.5 * len(lines)) or (leaders > 0.4 * len(lines))):
            block.role = "noise"
            listed.append(block)
    if named and len(listed) > 1:
        top, foot = min(b.box[1] for b in listed), max(b.box[3] for b in listed)
        for block in blocks:
            if not block.role and block.lines and top <= block.box[1] and block.box[3] <= foot + 1:
                block.role = "noise"
