"""What stands before the first section is told apart from the text: title, names, abstract, keywords, small print."""

import re

from . import authors, forms, front, outline, titlepage
from .abstract import find_abstract, is_statement, without_links
from .desk import Desk
from .headings import KNOWN, Heading, levels
from .heads import more_headings, without_figure_titles
from .marks import Block, Line, across, middle, norm


def find_front(desk: Desk) -> None:
    desk.outlined = outline.numbers(desk.document)
    titlepage.find(desk)
    start = desk.front.page
    _split_ends(desk)
    title = {id(line) for line in desk.front.title}
    for block in desk.flow:
        opens = block.page < start or any(id(line) in title for line in block.lines)
        if opens and block.page <= start and block.role in ("", "noise"):
            block.role = "front"
    desk.headings = [h for h in desk.headings if h.page >= start and not any(id(line) in title for line in h.lines)]
    desk.headings = [h for i, h in enumerate(desk.headings) if not _names_authors(h, start, i == 0)]
    desk.headings = [h for h in desk.headings if not _says_title(h, desk.front.title)]
    desk.headings = outline.completed(desk.headings, desk.flow, desk.document, desk.front.title)
    desk.headings = more_headings(desk)
    below = desk.front.title[-1].box[3] if desk.front.title else 0.0
    desk.headings = [h for h in desk.headings if h.page > start or h.lines[0].box[1] > below - 2 or h.number]
    abstract = find_abstract(desk.flow, desk.headings, desk.front.title, desk.body)
    desk.front.abstract = without_links([line for b in abstract for line in b.lines])
    _no_headings_before(desk, abstract)
    _names(desk, abstract, below)
    near_start = [b for b in desk.flow if b.page <= start + 2 and b.lines and b.role not in ("caption", "noise")]
    desk.front.keywords = front.keywords(near_start, desk.text)
    _close_front(desk, abstract)
    desk.headings = without_figure_titles(desk)
    for heading in desk.headings:
        heading.centred = _centred(desk, heading)
    desk.headings = outline.levelled(levels(desk.headings), desk.document)
    desk.heading_at = {id(h.lines[0]): h for h in desk.headings}


def _centred(desk: Desk, heading: Heading) -> bool:
    """Over the next text of its column."""
    foot = heading.lines[-1].box[3]
    column = [
        b.box
        for b in desk.blocks[heading.page]
        if b.label in ("text", "list-item")
        and len(b.text) > 100
        and b.box[1] > foot - 2
        and across(b.box, heading.lines[0].box) > 0.9
    ]
    if not column:
        return False
    over = min(column, key=lambda box: box[1])
    inset = min(line.box[0] for line in heading.lines) > over[0] + 2 * heading.style.size
    return inset and all(abs(middle(line.box) - middle(over)) < 4 for line in heading.lines)


def _split_ends(desk: Desk) -> None:
    """Keywords and statements often follow the abstract without a gap; they become blocks of their own."""
    early = [b for b in desk.flow if b.page <= desk.front.page + 1 and not b.role]
    for block in [b for b in early if b.label not in ("picture", "table")]:
        rest: Block | None = block
        while rest is not None:
            at = next((i for i, line in enumerate(rest.lines) if i and _ends(line)), None)
            rest = desk.split_block(rest, at, 0) if at is not None else None


def _ends(line: Line) -> bool:
    return bool(front.KEYWORDS.match(line.text)) or is_statement(line)


def _no_headings_before(desk: Desk, abstract: list[Block]) -> None:
    """Nothing in front of the abstract or in it is a section: names, boxes of the journal, parts of the abstract."""
    inside = {id(line) for line in desk.front.abstract}
    place = {id(line): i for i, line in enumerate(line for b in desk.flow for line in b.lines)}
    first = min((place[id(b.lines[0])] for b in abstract if id(b.lines[0]) in place), default=-1)
    top = min((b.box[1] for b in abstract if b.page == desk.front.page), default=0.0)
    known = [h for h in desk.headings if norm(h.title) in KNOWN]
    sure = {h.style for h in known}
    begun = min((place.get(id(h.lines[0]), 0) for h in known), default=0)
    desk.headings = [
        h
        for h in desk.headings
        if id(h.lines[0]) not in inside
        and not (
            h.page == desk.front.page and not h.number and norm(h.title) not in KNOWN and h.lines[0].box[1] < top - 4
        )
        and not (
            h.page == desk.front.page
            and not h.number
            and (h.style not in sure or place.get(id(h.lines[0]), 0) < begun)
            and authors.is_name(h.title)
        )
        and (
            place.get(id(h.lines[0]), 0) > first
            or h.page > desk.front.page + 1
            or (h.number and not h.marks & {"bare", "letter"})
        )
    ]
    if sum(bool(h.number) for h in desk.headings) > 1:
        first = next(i for i, h in enumerate(desk.headings) if h.number or norm(h.title) in KNOWN)
        desk.headings = [h for i, h in enumerate(desk.headings) if i >= first or h.page > desk.front.page + 1]


def _names_authors(heading: Heading, page: int, first: bool) -> bool:
    """The authors, the first of whom has an initial that looks like a letter that counts: several with marks
    (A. Gopal,† V. A. Belyi‡), or one alone, before anything else that looks like a heading (no A: counting begins
    so)."""
    if heading.page != page or "letter" not in heading.marks:
        return False
    text = " ".join(line.text for line in heading.lines)
    marked = bool(re.search(r"[†‡§*∗¶]", text)) and len(authors.find(heading.lines)[0]) > 1
    return marked or (first and heading.number != "A" and authors.is_name(re.sub(r"[\W\d]+$", "", text)))


def _says_title(heading: Heading, title: list[Line]) -> bool:
    """A running head that the layout model takes for a heading."""
    said = norm(" ".join(line.text for line in title))
    return len(said) > 20 and norm(heading.title) == said


def _is_body(desk: Desk, block: Block, abstract: list[Block]) -> bool:
    """A paragraph of the text that begins beside the abstract, in the next column."""
    beside = not any(across(block.box, a.box) > 0.2 for a in abstract if a.page == block.page)
    full = len(block.lines) > 2 and len(block.text) > 200 and abs(block.size - desk.body_size) < 0.6
    return beside and full and authors.institutions(block.text) < 2 and "@" not in block.text


def _names(desk: Desk, abstract: list[Block], below: float) -> None:
    heads = {id(line) for h in desk.headings for line in h.lines}
    page = next(p for p in desk.pages if p.number == desk.front.page)
    foot = page.height
    tops = [b.box[1] for b in abstract if b.page == desk.front.page and b.box[1] > below]
    tops += [
        b.box[1]
        for b in desk.flow
        if b.page == desk.front.page and b.role == "front" and b.box[1] > below + 2 and b.lines
    ]
    tops += [
        h.lines[0].box[1] for h in desk.headings if h.page == desk.front.page and h.number and h.lines[0].box[1] > below
    ]
    foot = min(tops, default=foot)
    lines = [
        line
        for b in desk.blocks[desk.front.page]
        if b.role in ("", "front") and b.label != "footnote"
        for line in b.lines
        if (below - 3 < line.box[1] < foot - 1 or (line.box[1] > below and _byline(b, abstract)))
        and id(line) not in heads
        and line not in desk.front.title
    ]
    lines.sort(key=lambda one: (round(one.base / 3), one.box[0]))
    desk.front.names, desk.front.affiliations = authors.find(lines)
    covers = [b for b in desk.flow if b.page < desk.front.page and b.label not in ("page-header", "page-footer")]
    cover = [line for b in covers for line in b.lines]
    if not desk.front.names:
        desk.front.names, desk.front.affiliations = authors.find(cover)
    if alone := forms.author([line for b in desk.flow if b.page <= desk.front.page for line in b.lines]):
        desk.front.names = (alone,)


def _close_front(desk: Desk, abstract: list[Block]) -> None:
    """On the pages before the first section only full paragraphs in the body's type are body text."""
    first = next((h for h in desk.headings), None)
    ends = id(first.lines[0]) if first else None
    heads = {id(h.lines[0]) for h in desk.headings}
    begun = False
    last = desk.flow.index(abstract[-1]) if abstract else -1
    top = min((b.box[1] for b in abstract if b.page == desk.front.page), default=0.0)
    for block in desk.flow:
        small = block.size < desk.body_size - 0.9 and block.label != "footnote"
        if (
            block.page == desk.front.page
            and not block.role
            and block.lines
            and ((block.box[1] < top - 5 and not _is_body(desk, block, abstract)) or small)
        ):
            block.role = "front" if id(block.lines[0]) not in heads else ""
    for i, block in enumerate(desk.flow):
        if block.lines and id(block.lines[0]) == ends:
            break
        if block.page > desk.front.page + 2 or block.role:
            continue
        prose = len(block.lines) > 2 and abs(block.size - desk.body_size) < 0.6 and len(block.text) > 200
        prose = prose or (begun and abs(block.size - desk.body_size) < 0.6)
        begun = begun or (i > last and prose)
        if i < last or not prose or not block.label.startswith(("text", "list")):
            block.role = "front"


def _byline(block: Block, abstract: list[Block]) -> bool:
    """Names with their institutions beside the abstract."""
    if not abstract or any(across(block.box, a.box) > 0.2 for a in abstract) or len(block.lines) > 9:
        return False
    names, places = authors.find(block.lines)
    return bool(names) and (bool(places) or "@" in block.text)
