"""Tables set sideways on an upright page: found the right way up, and put back to where they stand."""

from collections.abc import Callable
from dataclasses import replace

from ..paper import Box
from .blocks import rows
from .captions import Caption, captions_on
from .marks import Block, Line, Word, line_of, union
from .pages import PageMarks

_Turn = Callable[[Box], Box]
_LEAST = 100
"""Letters: labels of axes and stamps at the margin have fewer, or no caption among them."""


def sideways(page: PageMarks, body_size: float) -> tuple[list[Caption], list[Block]]:
    """Captions among the page's turned lines, and blocks with the rows of their tables."""
    captions: list[Caption] = []
    blocks: list[Block] = []
    for down in (False, True):
        lines = [line for line in page.turned if (line.first in page.downward) == down]
        if sum(len(line.text) for line in lines) < _LEAST:
            continue
        turn, back = _turns(page, down)
        upright = rows([_upright(line, turn) for line in lines], cells=True)
        whole = Block(page.number, union(line.box for line in upright), "table", upright)
        found = captions_on([whole], body_size)
        starts = [upright.index(caption.lines[0]) for caption in found]
        for caption, start, end in zip(found, starts, [*starts, len(upright)][1:], strict=True):
            body = [_moved(line, back) for line in upright[start + len(caption.lines) : end]]
            caption.lines = [_moved(line, back) for line in caption.lines]
            caption.block = _block(page, "caption", caption.lines, "caption")
            captions.append(caption)
            blocks += [caption.block, *([_block(page, "table", body, "")] if body else [])]
    return captions, blocks


def _turns(page: PageMarks, down: bool) -> tuple[_Turn, _Turn]:
    """Boxes as they are with the page turned to be read, and back again."""
    width, height = page.width, page.height
    if down:
        return (lambda b: (b[1], width - b[2], b[3], width - b[0])), (
            lambda b: (width - b[3], b[0], width - b[1], b[2])
        )
    return (lambda b: (height - b[3], b[0], height - b[1], b[2])), (
        lambda b: (b[1], height - b[2], b[3], height - b[0])
    )


def _upright(line: Line, turn: _Turn) -> Line:
    """The line in words; its letters are taken to be of one width."""
    x0, y0, x1, y1 = turn(line.box)
    text = line.text
    words: list[Word] = []
    at = 0
    for part in text.split():
        at = text.index(part, at)
        left, right = (x0 + (x1 - x0) * place / len(text) for place in (at, at + len(part)))
        words.append(replace(line.words[0], text=part, box=(left, y0, right, y1), base=y1 - 0.23 * line.size))
        at += len(part)
    return line_of(line.page, line.first, line.last, tuple(words))


def _moved(line: Line, turn: _Turn) -> Line:
    words = tuple(replace(word, box=turn(word.box)) for word in line.words)
    box = union(word.box for word in words)
    return Line(line.page, line.first, line.last, words, box, line.size, box[3])


def _block(page: PageMarks, label: str, lines: list[Line], role: str) -> Block:
    return Block(page.number, union(line.box for line in lines), label, lines, role)
