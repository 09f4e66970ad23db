"""From lines and the layout model's boxes to blocks in reading order."""

import itertools
import re
from collections.abc import Iterable
from dataclasses import replace

from ..paper import Box
from .headings import REFERENCES
from .marks import Block, LayoutBox, Line, across, area, beside, line_of, middle, norm, overlap, union
from .pages import PageMarks


def blocks_of(page: PageMarks) -> list[Block]:
    """Every visible line in one block; pictures without text are blocks too."""
    members: dict[int, list[Line]] = {}
    loose: list[Line] = []
    for line in page.lines:
        home = _home(line, page.layout)
        if home is None:
            loose.append(line)
        else:
            members.setdefault(home, []).append(line)
    found = []
    for i, box in enumerate(page.layout):
        if i in members and box.label == "table" and (heads := _lists(members[i])):
            members[i] = [line for line in members[i] if line not in heads]
            found += [Block(page.number, line.box, "section-header", [line]) for line in heads]
            found += [Block(page.number, union(x.box for x in g), "list-item", rows(g)) for g in _groups(members[i])]
        elif i in members and (x := _beside_box(page, box, members[i]) or _between(page, box, members[i])) is not None:
            left = [line for line in members[i] if line.box[0] < x]
            right = [line for line in members[i] if line.box[0] >= x]
            found += [
                Block(page.number, union(o.box for o in g), "text", rows(g)) for g in _groups(left) + _groups(right)
            ]
        elif i in members:
            lines = rows(members[i], box.label in ("table", "picture"))
            found.append(Block(page.number, _around(box, lines), box.label, lines))
        elif box.label in ("picture", "table"):
            found.append(Block(page.number, box.box, box.label, []))
    found += [Block(page.number, union(line.box for line in group), "", rows(group)) for group in _groups(loose)]
    return _with_numbers(found)


def _lists(lines: list[Line]) -> list[Line]:
    """The names of reference lists among them; what is set plainly and has company on its row is the head of a table's
    column, what has a page's number there is in a table of contents."""
    return [
        line
        for line in lines
        if norm(line.text) in REFERENCES
        and not any(o.text.strip(". ").isdigit() for o in _beside(line, lines))
        and (_marked(line) or not _beside(line, lines))
    ]


def _marked(line: Line) -> bool:
    return line.style.bold or line.style.caps


def _beside(line: Line, lines: list[Line]) -> list[Line]:
    """What else stands on its row."""
    return [o for o in lines if o is not line and abs(o.base - line.base) < 2]


def _beside_box(page: PageMarks, box: LayoutBox, lines: list[Line]) -> float | None:
    """Where the abstract begins that stands beside the journal's box of dates: journals set both between rules on the
    first page, so the model sees a table, or one text. Tables have cells; here many full lines begin at one x, with
    short ones to their left."""
    if page.number > _FIRST or box.label not in ("table", "text"):
        return None
    full = [line for line in lines if line.box[2] - line.box[0] > 0.35 * page.width and len(line.text) > 45]
    if len(full) < 5:
        return None
    x = min(line.box[0] for line in full) - 3
    aside = [line for line in lines if line.box[0] < x]
    even = sum(line.box[0] < x + 15 for line in full) > 0.8 * len(full)
    return x if even and aside and all(line.box[2] < x + 3 for line in aside) else None


def _between(page: PageMarks, box: LayoutBox, lines: list[Line]) -> float | None:
    """Where the gutter of a page in columns runs through a box that the model drew across it: the box has lines on
    both sides and none over it, and so has the page, with few over it."""
    if box.label in ("table", "picture", "page-header", "page-footer") or box.box[2] - box.box[0] < 0.5 * page.width:
        return None
    others = [line for line in page.lines if len(line.text) > 15]
    for x in sorted({line.box[0] for line in others}):
        left = [line for line in lines if line.box[2] < x - _GUTTER]
        right = [line for line in lines if line.box[0] > x - 1]
        if not left or not right or len(left) + len(right) < len(lines):
            continue
        before, behind = (sum(line.box[2] < x for line in others), sum(line.box[0] > x - 1 for line in others))
        if min(before, behind) > max(9, 0.25 * len(others)) and before + behind > 0.8 * len(others):
            return x - 1
    return None


_FIRST = 3
"""Pages: a sheet or two may stand before the paper."""
_GUTTER = 6
"""Points; columns are parted by more."""
_NUMBER = re.compile(r"(?:\d{1,2}(?:\.\d{1,2}){0,3}|[IVX]{1,4}|[A-Z](?:\.\d{1,2})?)[.)]?")


def _with_numbers(blocks: list[Block]) -> list[Block]:
    """A section's number that the model put into a box of its own joins the title to its right."""
    for alone in [b for b in blocks if len(b.lines) == 1 and _NUMBER.fullmatch(b.lines[0].text)]:
        for b in blocks:
            if b is alone or not b.lines or b.label not in ("section-header", "text", "title", "list-item"):
                continue
            gap = b.lines[0].box[0] - alone.box[2]
            if abs(b.lines[0].base - alone.lines[0].base) < 1.5 and 0 < gap < 3 * b.size and len(b.lines) < 4:
                b.lines[0] = _merged(alone.lines[0], b.lines[0])
                b.box = union((b.box, alone.box))
                blocks = [o for o in blocks if o is not alone]
                break
    return blocks


def _around(box: LayoutBox, lines: list[Line]) -> Box:
    own = union(line.box for line in lines)
    return union((own, box.box)) if box.label in ("picture", "table") else own


def _home(line: Line, layout: list[LayoutBox]) -> int | None:
    """The box that holds most of the line; where two hold all of it, the smaller one."""
    best, home = 0.0, None
    whole = area(line.box) or 1.0
    for i, box in enumerate(layout):
        share = overlap(line.box, box.box) / whole
        if share < 0.4:
            continue
        value = min(share, 0.95) - 0.05 * area(box.box) / 1e6
        if value > best:
            best, home = value, i
    return home


def rows(lines: list[Line], cells: bool = False) -> list[Line]:
    """Pieces on one baseline (a number, a gap, its title; a raised mark; a table's cells) become one line."""
    ordered = sorted(lines, key=lambda one: one.first)
    out = _joined_rows(ordered, cells)
    jumps = sum(b.base < a.base - 2 for a, b in itertools.pairwise(out))
    if jumps and (cells or not _sideways(out)):
        out = _joined_rows(sorted(lines, key=lambda one: (one.base, one.box[0])), cells)
    return out


def _joined_rows(lines: list[Line], cells: bool) -> list[Line]:
    out: list[Line] = []
    for line in lines:
        if out and _same_row(out[-1], line, cells):
            out[-1] = _merged(out[-1], line)
        else:
            out.append(line)
    return out


def _sideways(lines: list[Line]) -> bool:
    """Whether long lines stand beside each other: text that flows round a figure with its caption. Then only the
    stream knows which belong together."""
    long = [line for line in lines if len(line.text) > 25]
    return any(beside(a.box, b.box) > 0.5 for i, a in enumerate(long) for b in long[i + 1 :])


def _same_row(a: Line, b: Line, cells: bool = False) -> bool:
    if beside(a.box, b.box) < 0.5:
        return False
    small, large = sorted((a, b), key=lambda one: one.size)
    if small.size > 0.88 * large.size and abs(a.base - b.base) > 0.3 * large.size:
        return False
    left, right = (a, b) if a.box[0] <= b.box[0] else (b, a)
    gap = right.box[0] - left.box[2]
    backwards = right.first < left.first
    far = gap > (0.5 if backwards else 1.5) * large.size and len(left.text) > 8 and len(right.text) > 12
    return gap >= -0.3 * large.size and (cells or not far)


def _merged(a: Line, b: Line) -> Line:
    left, right = (a, b) if a.box[0] <= b.box[0] else (b, a)
    gap = right.box[0] - left.box[2]
    glued = gap < 0.15 * min(a.size, b.size) or (_drop_cap(left, right) and gap < 0.5 * right.size)
    head = replace(right.words[0], glued=glued)
    words = (*left.words, head, *right.words[1:])
    return line_of(a.page, min(a.first, b.first), max(a.last, b.last), words)


def _drop_cap(cap: Line, rest: Line) -> bool:
    """A paragraph's first letter over two lines and more, and the rest of its word beside it. (A and I are words.)"""
    letter = len(cap.text) == 1 and cap.text.isupper() and cap.text not in "AI"
    return letter and cap.size > 1.6 * rest.size and rest.text[0].isalpha()


def _groups(lines: list[Line]) -> list[list[Line]]:
    """Lines without a box: neighbours in the stream that stand under each other belong together."""
    groups: list[list[Line]] = []
    for line in lines:
        last = groups[-1][-1] if groups else None
        near = last is not None and (
            (abs(line.box[1] - last.box[3]) < 0.9 * line.size and across(line.box, last.box) > 0.3)
            or _same_row(last, line)
        )
        if near and last is not None and abs(last.size - line.size) < 0.15 * line.size:
            groups[-1].append(line)
        else:
            groups.append([line])
    return groups


def in_order(blocks: list[Block], width: float) -> list[Block]:
    """Reading order.

    A page of columns is read band by band: what spans the gutter (a title, a wide figure) ends a band, and within a
    band each column is read to its foot before the next one. A page without a gutter is read from top to bottom.
    """
    x = _gutter(blocks, width)
    if x is None:
        return _by_rows(blocks)
    foot = _other_columns(blocks, x, width)
    if foot is not None:
        above = [b for b in blocks if b.box[3] <= foot + 2]
        return in_order(above, width) + in_order([b for b in blocks if b.box[3] > foot + 2], width)
    out: list[Block] = []
    left: list[Block] = []
    right: list[Block] = []
    for b in sorted(blocks, key=lambda b: b.box[1]):
        if b.box[0] < x - 10 and b.box[2] > x + 10:
            out += in_order(left, width) + in_order(right, width) + [b]
            left, right = [], []
        else:
            (left if middle(b.box) < x else right).append(b)
    return out + in_order(left, width) + in_order(right, width)


def _other_columns(blocks: list[Block], gutter: float, width: float) -> float | None:
    """The y where a page changes its columns (two for the text, three for the references below): columns of text stand
    across the gutter, and a clear line parts them from what is above."""
    astride = [
        b
        for b in blocks
        if _column_text(b, width)
        and b.box[0] < gutter - 10
        and b.box[2] > gutter + 10
        and b.box[2] - b.box[0] < 0.5 * width
    ]
    if not astride:
        return None
    top = min(b.box[1] for b in astride)
    crossing = any(b.box[1] < top - 2 and b.box[3] > top + 2 for b in blocks)
    above = any(b.box[3] <= top + 2 for b in blocks)
    return None if crossing or not above else top


def _by_rows(blocks: list[Block]) -> list[Block]:
    """Top down; what stands side by side from left to right."""
    rows_: list[list[Block]] = []
    for b in sorted(blocks, key=lambda b: b.box[1]):
        if rows_ and all(beside(b.box, o.box) > 0.5 for o in rows_[-1]):
            rows_[-1].append(b)
        else:
            rows_.append([b])
    return [b for row in rows_ for b in sorted(row, key=lambda b: b.box[0])]


_STEP = 4


def _gutter(blocks: list[Block], width: float) -> float | None:
    """An x with running text on both sides at the same height, over a good part of the page.

    Only paragraphs count: cells of tables and of author lists stand side by side, too, and make no columns.
    """
    texts = [b for b in blocks if _column_text(b, width)]
    if len(texts) < 2:
        return None
    best, where = 0, []
    for x in range(int(0.15 * width), int(0.85 * width), _STEP):
        left = _heights(b for b in texts if b.box[2] <= x + 3)
        right = _heights(b for b in texts if b.box[0] >= x - 3)
        facing = len(left & right)
        if facing > best:
            best, where = facing, [x]
        elif facing == best:
            where.append(x)
    if best * _STEP < 40:
        return None
    return float(where[len(where) // 2])


def _column_text(block: Block, width: float) -> bool:
    wide = block.box[2] - block.box[0] > 0.2 * width
    return block.label in ("text", "list-item", "footnote", "caption", "") and wide and len(block.lines) > 1


def _heights(blocks: Iterable[Block]) -> set[int]:
    return {y for b in blocks for y in range(int(b.box[1] / _STEP), int(b.box[3] / _STEP) + 1)}
