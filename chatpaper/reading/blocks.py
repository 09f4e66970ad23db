"""From lines and the layout model's boxes to blocks in reading order."""

from dataclasses import replace

from ..paper import Box
from .layout import LayoutBox
from .marks import Block, Line, across, area, beside, line_of, overlap, union
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
        if i in members:
            lines = rows(members[i])
            found.append(Block(page.number, _around(box, lines), box.label, lines))
        elif box.label in ("picture", "table"):
            found.append(Block(page.number, box.box, box.label, []))
    found += [Block(page.number, union(line.box for line in group), "", rows(group)) for group in _groups(loose)]
    return found


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


def rows(lines: list[Line]) -> list[Line]:
    """Pieces on one baseline (a number, a gap, its title; a raised mark) become one line."""
    out: list[Line] = []
    for line in sorted(lines, key=lambda one: one.first):
        if out and _same_row(out[-1], line):
            out[-1] = _merged(out[-1], line)
        else:
            out.append(line)
    return _top_down(out)


def _top_down(lines: list[Line]) -> list[Line]:
    """Stream order, but for streams that jump about: then by place."""
    drops = sum(b.base < a.base - 2 for a, b in zip(lines, lines[1:], strict=False))
    if drops == 0:
        return lines
    out: list[Line] = []
    for line in sorted(lines, key=lambda one: (one.base, one.box[0])):
        if out and _same_row(out[-1], line):
            out[-1] = _merged(out[-1], line)
        else:
            out.append(line)
    return out


def _same_row(a: Line, b: Line) -> bool:
    if beside(a.box, b.box) < 0.5:
        return False
    small, large = sorted((a, b), key=lambda one: one.size)
    if small.size > 0.88 * large.size and abs(a.base - b.base) > 0.3 * large.size:
        return False
    return b.box[0] >= a.box[2] - 0.3 * large.size or a.box[0] >= b.box[2] - 0.3 * large.size


def _merged(a: Line, b: Line) -> Line:
    left, right = (a, b) if a.box[0] <= b.box[0] else (b, a)
    gap = right.box[0] - left.box[2]
    head = replace(right.words[0], glued=gap < 0.15 * min(a.size, b.size))
    words = left.words + (head, *right.words[1:])
    return line_of(a.page, min(a.first, b.first), max(a.last, b.last), words)


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
    """Reading order by recursive cuts.

    A page of columns is read band by band: what spans the columns (a title, a wide figure) ends a band, and within a
    band each column is read to its foot before the next one.
    """
    return _cut(blocks, width)


def _cut(blocks: list[Block], width: float) -> list[Block]:
    if len(blocks) < 2:
        return blocks
    gutter = _gutter(blocks)
    if gutter is not None:
        left = [b for b in blocks if (b.box[0] + b.box[2]) / 2 < gutter]
        right = [b for b in blocks if (b.box[0] + b.box[2]) / 2 >= gutter]
        return _cut(left, width) + _cut(right, width)
    bands = _bands(blocks)
    if len(bands) == 1:
        return sorted(blocks, key=lambda b: (round(b.box[1] / 4), b.box[0]))
    return [b for band in _joined_bands(bands) for b in _cut(band, width)]


def _gutter(blocks: list[Block]) -> float | None:
    """An x that no block crosses, with blocks on both sides that stand beside each other."""
    spans = sorted((b.box[0] + 1, b.box[2] - 1) for b in blocks)
    reach = spans[0][1]
    best, where = 0.0, None
    for x0, x1 in spans[1:]:
        if x0 > reach:
            left = [b for b in blocks if b.box[2] - 1 <= reach]
            right = [b for b in blocks if b.box[0] + 1 >= x0]
            facing = sum(_facing(a, b) for a in left for b in right)
            if facing > best:
                best, where = facing, (reach + x0) / 2
        reach = max(reach, x1)
    return where


def _facing(a: Block, b: Block) -> float:
    return max(0.0, min(a.box[3], b.box[3]) - max(a.box[1], b.box[1]))


def _bands(blocks: list[Block]) -> list[list[Block]]:
    """Groups separated by a horizontal line that no block crosses."""
    bands: list[list[Block]] = []
    reach = float("-inf")
    for b in sorted(blocks, key=lambda b: b.box[1]):
        if b.box[1] >= reach - 2 or not bands:
            bands.append([b])
        else:
            bands[-1].append(b)
        reach = max(reach, b.box[3])
    return bands


def _joined_bands(bands: list[list[Block]]) -> list[list[Block]]:
    """Neighbouring bands that share a gutter are one: gaps that happen to face each other do not end a column."""
    out = [bands[0]]
    for band in bands[1:]:
        together = out[-1] + band
        if _gutter(together) is not None and (_gutter(out[-1]) is not None or _gutter(band) is not None):
            out[-1] = together
        else:
            out.append(band)
    return out
