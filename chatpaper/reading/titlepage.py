"""The page that opens the paper, and the title on it.

Archives, journals and authors put cover sheets before it: a sheet whose title comes again on a later page is one, one
that says so, and so are pages without paragraphs before a title in larger type, or above an abstract, or behind a
picture.
"""

import re

from . import forms, front, outline
from .abstract import names_abstract
from .desk import Desk
from .marks import CJK, Block, Line, norm
from .pages import PageMarks

_COVERS = 3
"""Pages: so many sheets may stand before the paper."""
_PARAGRAPH = 250
"""Letters."""
_SHEET = re.compile(
    r"(?i)^this article was downloaded by|please scroll down for article|^as featured in:?$"
    r"|you might find this additional information useful|jstor is a not-for-profit|^for peer review only$"
    r"|this is a pdf file of an unedited manuscript|^we are providing an unedited version of this manuscript"
    r"|hal is a multi-?disciplinary open access archive"
    r"|^provided for non-commercial research|the attached copy is (?:furnished|provided)"
    r"|see discussions, stats, and author profiles"
)
"""What libraries and publishers print on their sheets, at the beginning of a line or within it."""


def find(desk: Desk) -> None:
    """Puts the title and the number of its page on the desk."""
    known = outline.title(desk.document)
    pages = desk.pages[: _COVERS + 1]
    desk.front.page = pages[0].number
    desk.front.title = forms.title([line for b in desk.blocks[pages[0].number] for line in b.lines]) or _title(
        desk, pages[0], known
    )
    if any(names_abstract(line.text) for line in pages[0].lines):
        return
    sheet = any(_SHEET.search(line.text.strip()) for line in pages[0].lines)
    for page in pages[1:]:
        again = _title(desk, page, known)
        large = bool(again) and again[0].size > desk.body_size + 1
        if again and ((sheet and large) or _repeats(again, desk.front.title) or _covered(desk, pages[0], again)):
            desk.front.page, desk.front.title = page.number, again
            return


def _title(desk: Desk, page: PageMarks, known: str) -> list[Line]:
    blocks = [b for b in desk.flow if b.page == page.number and b.role in ("", "noise")]
    blocks = [b for b in blocks if not b.role or _headline(b, desk.body_size)]
    printed = [b for b in blocks if b.label not in ("picture", "table")]
    title = front.find_title(printed, page.height, known)
    if title and _in_paragraph(title, printed):
        title = []
    if title and title[0].size > desk.body_size + 1:
        return title
    # a badge beside the title makes a picture of it for the layout model
    within = front.find_title(blocks, page.height, known)
    return within if within and within[0].size > _LARGE * desk.body_size else title


def _in_paragraph(title: list[Line], blocks: list[Block]) -> bool:
    """Whether the lines are from the midst of a paragraph: then nothing on the page is a title."""
    home = next(b for b in blocks if any(line is title[0] for line in b.lines))
    return len(home.lines) > 6 and home.lines[0] is not title[0] and home.label == "text"


def _repeats(again: list[Line], title: list[Line]) -> bool:
    return norm(" ".join(line.text for line in again)) == norm(" ".join(line.text for line in title))


def _covered(desk: Desk, cover: PageMarks, again: list[Line]) -> bool:
    """Whether there are no paragraphs before the title's page, and that page has larger type than the cover, or has
    what covers lack: the abstract; or the cover is a picture."""
    page = next(p for p in desk.pages if p.number == again[0].page)
    pictured = cover.image_share > 0.5
    longest = 2 * _PARAGRAPH if pictured else _PARAGRAPH
    paragraphs = any(len(b.text) > longest for b in desk.flow if b.page < page.number)
    if paragraphs or again[0].size < desk.body_size + 1:
        return False
    abstract = any(names_abstract(line.text) and line.box[1] > again[-1].box[3] for line in page.lines)
    return abstract or pictured or max((line.size for line in cover.lines), default=0.0) < again[0].size - 1


def _headline(block: Block, body_size: float) -> bool:
    """A title that the model takes for a running head: bold, in capitals or much larger than the text, of several
    words, without numbers."""
    if not block.lines:
        return False
    style = block.lines[0].style
    apart = style.bold or style.caps or style.size > _LARGE * body_size
    long = len(block.text.split()) > 3 or len(CJK.findall(block.text)) > 5
    return apart and long and (style.size > _LARGE * body_size or not re.search(r"\d{2}|©", block.text))


_LARGE = 1.3
