"""The page that opens the paper, and the title on it.

Archives, journals and authors put cover sheets before it: a sheet that names the title again is one, and so is a page
without paragraphs whose type is nowhere larger than the text's, while the next page begins with larger type.
"""

import re

from . import front, outline
from .abstract import names_abstract
from .desk import Desk
from .marks import Block, Line, norm
from .pages import PageMarks

_COVERS = 3
"""Pages: so many sheets may stand before the paper."""
_PARAGRAPH = 250
"""Letters."""


def find(desk: Desk) -> None:
    """Puts the title and the number of its page on the desk."""
    known = outline.title(desk.document)
    pages = desk.pages[: _COVERS + 1]
    desk.front.page = pages[0].number
    desk.front.title = _title(desk, pages[0], known)
    if any(names_abstract(line.text) for line in pages[0].lines):
        return
    for page in pages[1:]:
        again = _title(desk, page, known)
        if again and (_repeats(again, desk.front.title) or _covered(desk, pages[0], again)):
            desk.front.page, desk.front.title = page.number, again
            return


def _title(desk: Desk, page: PageMarks, known: str) -> list[Line]:
    blocks = [b for b in desk.flow if b.page == page.number and b.role in ("", "noise")]
    return front.find_title([b for b in blocks if not b.role or _headline(b)], page.height, known)


def _repeats(again: list[Line], title: list[Line]) -> bool:
    return norm(" ".join(line.text for line in again)) == norm(" ".join(line.text for line in title))


def _covered(desk: Desk, cover: PageMarks, again: list[Line]) -> bool:
    plain = max((line.size for line in cover.lines), default=0.0) < again[0].size - 1
    paragraphs = any(len(b.text) > _PARAGRAPH for b in desk.flow if b.page == cover.number)
    return plain and not paragraphs and again[0].size > desk.body_size + 1 and again[0].page == cover.number + 1


def _headline(block: Block) -> bool:
    """A title that the model takes for a running head: bold or in capitals, of several words, without numbers."""
    bold = bool(block.lines) and (block.lines[0].style.bold or block.lines[0].style.caps)
    return bold and len(block.text.split()) > 3 and not re.search(r"\d{2}|©", block.text)
