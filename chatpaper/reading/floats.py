"""Figures and tables: which region of the page belongs to which caption.

The layout model's pictures and tables, else the page's own drawings, are given to the nearest caption. A figure's
caption stands below it and a table's above it more often than not; the paper's own habit decides where both fit.
"""

import re
from dataclasses import dataclass

import numpy

from ..paper import Box
from .captions import Caption
from .marks import Block, Line, across, area, overlap, share_within, union
from .pages import PageMarks


@dataclass(slots=True)
class Float:
    caption: Caption
    region: Box
    rows: list[Line]


Habit = dict[str, bool]
"""For figures and tables: whether captions stand below what they name."""


def habit(pages: list[PageMarks], captions: list[Caption]) -> Habit:
    """The paper's own habit, from the captions that have exactly one neighbour; else figures above, tables below."""
    votes = {"figure": 0.5, "table": -0.5}
    for page in pages:
        for c in (c for c in captions if c.lines[0].page == page.number):
            box = union(line.box for line in c.lines)
            want = "picture" if c.kind == "figure" else "table"
            near = [x.box for x in page.layout if x.label == want and across(x.box, box) > 0.5]
            above = any(0 <= box[1] - b[3] + 3 < 30 for b in near)
            below = any(0 <= b[1] - box[3] + 3 < 30 for b in near)
            votes[c.kind] += above - below
    return {kind: vote > 0 for kind, vote in votes.items()}


def place(page: PageMarks, captions: list[Caption], blocks: list[Block], body_size: float, below: Habit) -> list[Float]:
    """A float for every caption on the page; blocks within its region are marked as its parts."""
    walls = [b for b in blocks if b.role in ("", "text", "heading") and _prose(b, body_size)]
    clear = _clear(page.graphics, walls)
    pictures = _regions(page, blocks, clear)
    taken: dict[int, list[Box]] = {i: [] for i in range(len(captions))}
    for kind, box in pictures:
        costs = [(_cost(box, kind, c, walls, below), i) for i, c in enumerate(captions)]
        cost, best = min(costs, default=(1e9, -1))
        if cost < 400:
            taken[best].append(box)
    out = []
    for i, caption in enumerate(captions):
        boxes = taken[i]
        region = union(boxes) if boxes else _fallback(page, caption, captions, walls, below)
        region = _grown(region, page, captions, blocks, walls, clear, body_size)
        out.append(Float(caption, region, []))
    for float_ in out:
        float_.rows = _claimed(float_, [b for b in blocks if b not in walls])
    return out


def mark_subcaptions(blocks: list[Block]) -> None:
    """ "(a) Accuracy" under one of a figure's pictures is part of the figure."""
    pictures = [b.box for b in blocks if b.label == "picture"]
    captions = [b.box for b in blocks if b.role == "caption"]
    for b in blocks:
        if b.role or not b.lines or len(b.lines) > 4 or not re.match(r"^\(?[a-hA-H]\s?[).:]", b.lines[0].text):
            continue
        under = any(-5 < b.box[1] - p[3] < 22 and across(b.box, p) > 0.3 for p in pictures)
        over = any(-2 < c[1] - b.box[3] < 40 and across(b.box, c) > 0.3 for c in captions)
        if under or (over and b.size < 9.6):
            b.role = "figure"


def _prose(block: Block, body_size: float) -> bool:
    return (
        block.label in ("text", "section-header", "title", "list-item", "footnote", "page-header", "page-footer")
        and len(block.lines) > 0
        and (block.label != "text" or (len(block.lines) > 1 and block.size > body_size - 0.6))
    )


def _regions(page: PageMarks, blocks: list[Block], clear: list[Box]) -> list[tuple[str, Box]]:
    found = [(b.label, b.box) for b in blocks if b.label in ("picture", "table") and b.role != "caption"]
    for label, box in ((x.label, x.box) for x in page.layout if x.label in ("picture", "table")):
        if not any(overlap(box, b) > 0.5 * area(box) for _, b in found):
            found.append((label, box))
    graphics = [g for g in clear if g[2] - g[0] > 40 and g[3] - g[1] > 30]
    for g in sorted(graphics, key=area, reverse=True):
        if not any(overlap(g, b) > 0.3 * area(g) for _, b in found):
            found.append(("picture", g))
    return found


def _cost(box: Box, kind: str, caption: Caption, walls: list[Block], below: Habit) -> float:
    """Distance from caption to region; other kinds and the unusual side cost more, text between costs most."""
    c = union(line.box for line in caption.lines)
    above = box[3] <= (c[1] + c[3]) / 2
    gap = max(0.0, c[1] - box[3]) if above else max(0.0, box[1] - c[3])
    sideways = max(0.0, c[0] - box[2], box[0] - c[2])
    cost = gap + 2 * sideways
    if across(box, c) < 0.2 and sideways == 0:
        cost += 20
    cost += 60 * (kind == "picture" and caption.kind == "table") + 120 * (kind == "table" and caption.kind == "figure")
    usual = above == below[caption.kind]
    cost += 0 if usual else 25
    between = (min(box[0], c[0]), box[3], max(box[2], c[2]), c[1]) if above else (
        min(box[0], c[0]), c[3], max(box[2], c[2]), box[1],
    )  # fmt: skip
    if between[3] > between[1]:
        cost += sum(300 for w in walls if overlap(w.box, between) > 0.4 * area(w.box) and across(w.box, c) > 0.3)
    return cost


def _fallback(page: PageMarks, caption: Caption, captions: list[Caption], walls: list[Block], below: Habit) -> Box:
    """Nothing but text was found: the space up to the next running text, on the usual side first."""
    c = union(line.box for line in caption.lines)
    mine = {line.first for line in caption.lines}
    stops = [w.box for w in walls if across(w.box, c) > 0.3 and not mine & {line.first for line in w.lines}]
    stops += [union(line.box for line in o.lines) for o in captions if o is not caption]
    tops = [s[3] for s in stops if s[3] <= c[1] + 2 and across(s, c) > 0.1]
    feet = [s[1] for s in stops if s[1] >= c[3] - 2 and across(s, c) > 0.1]
    upper: Box = (c[0], max(tops, default=0.05 * page.height), c[2], c[1] - 1)
    lower: Box = (c[0], c[3] + 1, c[2], min(feet, default=0.95 * page.height))
    first, second = (upper, lower) if below[caption.kind] else (lower, upper)
    best = first if first[3] - first[1] > 24 else second
    inside = [line.box for line in page.lines if share_within(line.box, best) > 0.5]
    inside += [g for g in page.graphics if share_within(g, best) > 0.5]
    return union(inside) if inside else best


def _grown(
    region: Box,
    page: PageMarks,
    captions: list[Caption],
    blocks: list[Block],
    walls: list[Block],
    clear: list[Box],
    body_size: float,
) -> Box:
    """With the drawings that overlap it and the small labels that touch it, but never over a caption or a heading."""
    for _ in range(2):
        parts = [g for g in clear if _belongs(g, region)]
        parts += [b.box for b in blocks if _label_of(b, region, body_size)]
        region = union([region, *(p for p in parts if area(p) < 0.6 * page.width * page.height)])
    for box in (union(line.box for line in c.lines) for c in captions):
        region = _cut_back(region, box, 0.5)
    for wall in walls:
        region = _cut_back(region, wall.box, 0.15)
    return (max(0.0, region[0]), max(0.0, region[1]), min(page.width, region[2]), min(page.height, region[3]))


def _label_of(block: Block, region: Box, body_size: float) -> bool:
    """Small text at the region's edge: tick labels, subcaptions."""
    if not block.lines or block.label in ("caption", "formula"):
        return False
    if block.role != "figure" and (block.role or _prose(block, body_size)):
        return False
    side = 16 if len(block.text) < 50 else 4
    return share_within(block.box, (region[0] - side, region[1] - 10, region[2] + side, region[3] + 24)) > 0.6


def _cut_back(region: Box, box: Box, most: float) -> Box:
    """The region without a strip at its top or foot that other text overlaps, if that is at most such a share of it."""
    height = region[3] - region[1]
    if across(box, region) <= 0.2:
        return region
    if region[1] < box[1] < region[3] and region[3] - box[1] <= most * height:
        return (region[0], region[1], region[2], max(region[1] + 1, box[1] - 1))
    if region[1] < box[3] < region[3] and box[3] - region[1] <= most * height:
        return (region[0], min(region[3] - 1, box[3] + 1), region[2], region[3])
    return region


def _belongs(g: Box, region: Box) -> bool:
    """Drawings that reach into the region (axes, frames), and the rules that close a table."""
    thick = (g[0] - 0.5, g[1] - 0.5, g[2] + 0.5, g[3] + 0.5)
    if share_within(thick, region) > 0.3:
        return True
    rule = g[3] - g[1] < 3 and g[2] - g[0] > 0.6 * (region[2] - region[0])
    fits = across(g, region) > 0.9 and g[2] - g[0] < 1.2 * (region[2] - region[0])
    return rule and fits and (-9 < g[1] - region[3] < 9 or -9 < region[1] - g[3] < 9)


def _clear(boxes: list[Box], walls: list[Block]) -> list[Box]:
    """Those that hold no paragraph: frames and shades behind text are no figures. A plot has thousands of boxes."""
    if not boxes or not walls:
        return boxes
    x0, y0, x1, y1 = numpy.array(boxes).T[..., None]
    left, top, right, foot = numpy.array([wall.box for wall in walls]).T
    width = numpy.minimum(x1, right) - numpy.maximum(x0, left)
    height = numpy.minimum(y1, foot) - numpy.maximum(y0, top)
    held = numpy.maximum(width, 0) * numpy.maximum(height, 0) > 0.5 * (right - left) * (foot - top)
    return [box for box, holds in zip(boxes, held.any(axis=1), strict=True) if not holds]


def _inside(g: Box, region: Box) -> bool:
    return g[0] >= region[0] - 2 and g[1] >= region[1] - 2 and g[2] <= region[2] + 2 and g[3] <= region[3] + 2


def _claimed(float_: Float, blocks: list[Block]) -> list[Line]:
    rows: list[Line] = []
    for b in blocks:
        if b.role in ("", "table", "figure") and b.lines and share_within(b.box, float_.region) > 0.6:
            b.role = float_.caption.kind
            rows += b.lines
    return rows


def cells(lines: list[Line]) -> list[str]:
    """A table's rows; a gap wider than a blank parts two cells, on sideways rows a gap up or down the page."""
    out = []
    for line in lines:
        text = ""
        for i, word in enumerate(line.words):
            if i:
                last = line.words[i - 1].box
                gap = max(word.box[0] - last[2], last[1] - word.box[3], word.box[1] - last[3])
                text += "" if word.glued else "\t" if gap > 0.75 * line.size else " "
            text += word.shown
        out.append(text)
    return out
