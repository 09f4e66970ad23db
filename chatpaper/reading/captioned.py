"""Captions become blocks of their own, before anything else claims their lines."""

import re
from collections.abc import Iterator
from itertools import pairwise

from .captions import Caption, captions_on, chosen
from .desk import Desk, block_of
from .marks import Block, Line, across, middle
from .sideways import sideways

_STOP = re.compile(r"[.!?。]\W*$")
_LONG = 3
"""Lines of a caption's first column, where there is a second one."""


def find_captions(desk: Desk) -> None:
    found: list[Caption] = []
    for page in desk.pages:
        turned, blocks = sideways(page, desk.body_size)
        found += captions_on(desk.blocks[page.number], desk.body_size) + turned
        desk.blocks[page.number] += blocks
    desk.captions = chosen(found)
    for caption in desk.captions:
        _set_apart(desk, caption)


def _set_apart(desk: Desk, caption: Caption) -> None:
    """The caption becomes a block of its own; what stood before and after it in its block stays text."""
    block = next((b for b in desk.blocks[caption.lines[0].page] if caption.lines[0] in b.lines), None)
    if block is None:
        return
    at = block.lines.index(caption.lines[0])
    end = at + len(caption.lines)
    blocks = desk.blocks[block.page]
    rest = [part for part in (block.lines[:at], block.lines[end:]) if part]
    where = blocks.index(block)
    label = block.label if block.label not in ("caption",) else "text"
    if label == "picture" and caption.kind == "table" and not at:
        label = "table"
    blocks[where : where + 1] = [
        block_of(block.page, "caption", caption.lines, "caption"),
        *(block_of(block.page, label, part, "") for part in rest),
    ]
    caption.block = blocks[where]
    _absorb(desk, caption, blocks)


def _absorb(desk: Desk, caption: Caption, blocks: list[Block]) -> None:
    """Lines of the caption that the model put into a block of their own."""
    for _ in range(3):
        more = _below(desk, caption, blocks) or _second_column(desk, caption, blocks)
        if more is None:
            return
        blocks.remove(more)
        caption.lines = caption.lines + more.lines
        caption.block.lines = caption.lines
        caption.block.box = block_of(caption.block.page, "", caption.lines, "").box


def _free(blocks: list[Block]) -> Iterator[Block]:
    """Blocks that may be a caption's."""
    elsewhere = ("picture", "table", "section-header", "formula")
    return (b for b in blocks if not b.role and b.lines and b.label not in elsewhere)


def _below(desk: Desk, caption: Caption, blocks: list[Block]) -> Block | None:
    """What goes on close under the last line, in its size, where that line does not end the caption."""
    last = caption.lines[-1]
    told = bool(caption.after or len(caption.lines) > 1)
    reach = (0.75 if told else 1.6) * last.size
    titles = () if told else (b for b in blocks if not b.role and b.label == "table" and _titles(b, last))
    close = (b for b in (*_free(blocks), *titles) if -2 < b.lines[0].box[1] - last.box[3] < reach)
    b = next((b for b in close if across(b.box, caption.block.box) > 0.5), None)
    if b is None or abs(b.lines[0].size - last.size) > 0.4 + 2 * (len(caption.lines) == 1):
        return None
    if ((told and _STOP.search(last.text)) or _body_again(desk, last, b)) and b.label != "caption":
        return None
    paragraph = b.label == "text" and len(b.lines) > 4 and b.size > desk.body_size - 0.3
    return None if paragraph and caption.after else b


def _titles(block: Block, label: Line) -> bool:
    """A table's title that the model takes for its first row: without cells, on one axis with the label above it."""
    if not block.lines or len(block.lines) > 2:
        return False
    first = block.lines[0]
    gaps = [b.box[0] - a.box[2] for a, b in pairwise(first.words)]
    centred = abs(middle(first.box) - middle(label.box)) < 3
    return centred and len(first.text) > 10 and max(gaps, default=0.0) < first.size


def _second_column(desk: Desk, caption: Caption, blocks: list[Block]) -> Block | None:
    """Of a caption in two columns, as Nature sets long ones: it begins at the height of the first one, in the caption's
    own type, which is not the text's; and the first one breaks off in the middle of a sentence, or both end together.
    """
    first, last = caption.lines[0], caption.lines[-1]
    if last.style == desk.body or len(caption.lines) < _LONG:
        return None
    others = {id(c.lines[0]) for c in desk.captions if c is not caption}
    for b in _free(blocks):
        level = abs(b.lines[0].base - first.base) < 0.5 * first.size
        alike = b.lines[0].style == last.style and not others & {id(line) for line in b.lines}
        goes_on = not _STOP.search(last.text) or abs(b.lines[-1].base - last.base) < 0.5 * first.size
        if level and alike and goes_on and b.lines[0].box[0] > caption.block.box[2]:
            return b
    return None


def _body_again(desk: Desk, last: Line, following: Block) -> bool:
    """Text set as the body is, below a caption that is set in another face or weight: the caption has ended."""
    return last.style != desk.body and following.lines[0].style == desk.body
