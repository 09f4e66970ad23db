"""What each block is: part of a figure or table, note, formula, heading, or text."""

from . import floats
from .captions import names_figure
from .desk import Desk
from .headings import REFERENCES
from .marks import Block, across, area, norm, overlap


def find_floats(desk: Desk) -> None:
    for block in desk.flow:
        if block.lines and id(block.lines[0]) in desk.heading_at:
            block.role = "heading"
    below = floats.habit(desk.pages, desk.captions)
    for page in desk.pages:
        captions = [c for c in desk.captions if c.lines[0].page == page.number]
        blocks = desk.blocks[page.number]
        floats.mark_subcaptions(blocks)
        desk.floats += floats.place(page, captions, blocks, desk.body_size, below)
        for block in blocks:
            if not block.role:
                block.role = _role(block, blocks)


def mark_small_notes(desk: Desk) -> None:
    """Smaller type at the foot of a column, below text in the body's type: a note, whatever the model calls it.
    Reference lists are set so, too, and end this."""
    fresh = False
    for block in desk.flow:
        if block.role == "heading":
            fresh = True
            if norm(desk.heading_at[id(block.lines[0])].title) in REFERENCES:
                return
        fresh = fresh and not (block.role == "text" and block.size > desk.body_size - 0.5)
        blocks = desk.blocks[block.page]
        if fresh or block.role != "text" or block.size > desk.body_size - 0.8 or not block.lines:
            continue
        column = [b for b in blocks if b is not block and b.role == "text" and across(b.box, block.box) > 0.5]
        above = any(b.box[3] <= block.box[1] + 2 and b.size > desk.body_size - 0.5 for b in column)
        below = any(b.box[1] >= block.box[3] - 2 and b.size > desk.body_size - 0.5 for b in column)
        if above and not below:
            block.role = "footnote"


def _role(block: Block, blocks: list[Block]) -> str:
    if not block.lines:
        return "figure"
    pictures = [b.box for b in blocks if b.label == "picture" and b is not block]
    if block.label == "picture" or any(overlap(block.box, p) > 0.6 * area(block.box) for p in pictures):
        return "figure"
    if block.label == "caption" and names_figure(block.text):
        return "text"
    roles = {"formula": "formula", "footnote": "footnote", "table": "table", "caption": "caption"}
    if block.label == "" and sum(len(line.text) for line in block.lines) < 4:
        return "noise"
    return roles.get(block.label, "text")
