"""Captions become blocks of their own, before anything else claims their lines."""

import re

from .captions import Caption, captions_on, chosen
from .desk import Desk, block_of
from .marks import Block, Line
from .sideways import sideways


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
    blocks[where : where + 1] = [
        block_of(block.page, "caption", caption.lines, "caption"),
        *(block_of(block.page, label, part, "") for part in rest),
    ]
    caption.block = blocks[where]
    _absorb(desk, caption, blocks)


def _absorb(desk: Desk, caption: Caption, blocks: list[Block]) -> None:
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
        if (ended or _body_again(desk, last, following)) and following.label != "caption":
            return
        if (
            following.label == "text"
            and len(following.lines) > 4
            and following.size > desk.body_size - 0.3
            and caption.after
        ):
            return
        blocks.remove(following)
        caption.lines = caption.lines + following.lines
        caption.block.lines = caption.lines
        caption.block.box = block_of(last.page, "", caption.lines, "").box


def _body_again(desk: Desk, last: Line, following: Block) -> bool:
    """Text set as the body is, below a caption that is set in another face or weight: the caption has ended."""
    return last.style != desk.body and following.lines[0].style == desk.body
