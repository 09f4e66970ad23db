"""Headings over the whole paper: those the layout model saw, and those it missed."""

import itertools
import re
from collections import Counter

from . import runin
from .blocks import in_order
from .desk import Desk, block_of
from .headings import BACK, KNOWN, REFERENCES, Heading, candidate, names_something, split_headings
from .marks import Block, Line, Style, across, norm, union


def find_headings(desk: Desk) -> None:
    found: list[Heading] = []
    for page in desk.pages:
        blocks = in_order(desk.blocks[page.number], page.width)
        out: list[Block] = []
        for block in blocks:
            out += _with_headings(block, found)
        desk.blocks[page.number] = out
    desk.flow = [b for page in desk.pages for b in desk.blocks[page.number]]
    desk.headings = found
    _join_parts(desk)


_CHAPTER = re.compile(
    r"(?:(?:Chapter|CHAPTER|Part|PART|Appendix|APPENDIX)\s+(?:\d{1,2}|[A-Z]|[IVX]{1,5})|第.{1,3}章)\W*"
)


def _join_parts(desk: Desk) -> None:
    """One heading in two blocks: a chapter's number stands alone above its title; the second line of a numbered heading
    is set like the first, unnumbered, at the distance of a line; and so is that of any heading whose first line had no
    room for another word, or whose second begins with a small letter."""
    by_line = {id(h.lines[0]): h for h in desk.headings}
    spacing = _spacing(desk)
    at = 0
    while at + 1 < len(desk.flow):
        upper, lower = desk.flow[at : at + 2]
        first = by_line.get(id(upper.lines[0])) if upper.lines else None
        second = by_line.get(id(lower.lines[0])) if lower.lines else None
        at += 1
        if first is None or second is None or upper.page != lower.page:
            continue
        chapter = bool(_CHAPTER.fullmatch(upper.text.strip()))
        if second.number:
            if chapter and re.search(rf"\b{re.escape(second.number)}\W*$", upper.text):
                desk.headings.remove(first)  # says the number twice
                upper.role = "noise"
            continue
        gap = lower.box[1] - upper.box[3]
        alike = _alike(first.style, second.style) and across(upper.box, lower.box) > 0.3 and gap > -0.3 * upper.size
        near = (bool(first.number) or second.title[:1].islower()) and gap < 0.4 * upper.size
        full = gap < max(0.4 * upper.size, 1.1 * spacing) and _full(desk, upper.lines[-1], lower.lines[0])
        if chapter or (alike and (near or full)):
            joined = candidate(first.lines + second.lines, True)
            if joined is not None:
                _join(desk, upper, lower)
                desk.headings[desk.headings.index(first)] = joined
                desk.headings.remove(second)
                by_line[id(upper.lines[0])] = joined
                at -= 1


def _alike(a: Style, b: Style) -> bool:
    """One style; small capitals are taken to have either of their two sizes."""
    capitals = a.caps and b.caps and 0.7 < a.size / b.size < 1.4
    return a == b or (capitals and (a.font, a.bold, a.italic) == (b.font, b.bold, b.italic))


def _spacing(desk: Desk) -> float:
    """The commonest gap between the lines of a paragraph, in points: manuscripts are spaced widely."""
    texts = [b for b in desk.flow if b.label == "text"]
    gaps = [round(lower.box[1] - upper.box[3]) for b in texts for upper, lower in itertools.pairwise(b.lines)]
    return float(Counter(gaps).most_common(1)[0][0]) if gaps else 0.0


def _full(desk: Desk, line: Line, following: Line) -> bool:
    """Whether the next line's first word would have passed the right edge of the column."""
    column = [b.box[2] for b in desk.blocks[line.page] if b.label == "text" and across(b.box, line.box) > 0.5]
    word = following.words[0].box
    return line.box[2] + word[2] - word[0] + 0.25 * line.size > max(column, default=line.box[2])


def _join(desk: Desk, upper: Block, lower: Block) -> None:
    upper.lines = upper.lines + lower.lines
    upper.box = union((upper.box, lower.box))
    desk.flow.remove(lower)
    desk.blocks[lower.page].remove(lower)


def _with_headings(block: Block, found: list[Heading]) -> list[Block]:
    if block.role or not block.lines or block.label not in ("section-header", "title"):
        return [block]
    out = []
    for lines in split_headings(block):
        part = block_of(block.page, block.label, lines, "")
        heading = candidate(lines, True)
        if heading is not None and len(lines) < 6:
            found.append(heading)
            part.note = "heading"
        out.append(part)
    return out


def more_headings(desk: Desk) -> list[Heading]:
    """Headings that the model missed: lines set like those it found, above text that is not."""
    known = {id(line) for h in desk.headings for line in h.lines}
    numbered_styles = {h.style for h in desk.headings if h.number}
    styles = numbered_styles | {s for s, n in Counter(h.style for h in desk.headings).items() if n > 1}
    plain = desk.body
    styles = {s for s in styles if s.bold != plain.bold or s.size > plain.size + 0.4 or s.caps or s.font != plain.font}
    order: list[Heading] = []
    by_line = {id(h.lines[0]): h for h in desk.headings}
    for b in list(desk.flow):
        if b.lines and id(b.lines[0]) in by_line:
            order.append(by_line[id(b.lines[0])])
            continue
        if (b.role and b.role != "noise") or not b.lines or b.label in ("picture", "table", "footnote"):
            continue
        alone = _standing_alone(desk, b, known) or _run_in(desk, b, [h.number for h in order if h.number])
        if alone is not None:
            order.append(alone)
            continue
        missing = _between_two(desk, b, order)
        order += [missing] if missing else _hidden_headings(desk, b, styles, numbered_styles, known, order)
    return order


def without_figure_titles(desk: Desk) -> list[Heading]:
    """Headings stand above text. What is set unlike all sure ones, right above a picture, is the picture's title."""
    sure = {h.style.font for h in desk.headings if h.number or norm(h.title) in KNOWN}
    out = []
    for h in desk.headings:
        block = next((b for b in desk.blocks[h.page] if b.lines and b.lines[0] is h.lines[0]), None)
        if block is not None and not h.number and h.style.font not in sure and sure and _atop_picture(desk, block):
            block.role = "figure"
        else:
            out.append(h)
    return out


def _atop_picture(desk: Desk, block: Block) -> bool:
    pictures = [b.box for b in desk.blocks[block.page] if b.label == "picture"]
    return any(-2 < p[1] - block.box[3] < 1.5 * block.size and across(p, block.box) > 0.5 for p in pictures)


def _run_in(desk: Desk, block: Block, numbers: list[str]) -> Heading | None:
    if block.role or block.label not in ("text", "list-item"):
        return None
    parts = runin.split(block, numbers, desk.outlined)
    if parts is None:
        return None
    heading, rest = parts
    block.lines = [*heading.lines, rest, *block.lines[1:]]
    desk.split_block(block, 0, 1)
    return heading


def _between_two(desk: Desk, block: Block, before: list[Heading]) -> Heading | None:
    """A line of its own, set like the text, whose number (2.1) is missing between 2 and 2.2."""
    if len(block.lines) > 1 or block.role or len(block.text) > 100 or block.text.rstrip()[-1:] in ".,;:。，；：":
        return None
    heading = candidate(block.lines, False)
    if heading is None or not re.fullmatch(r"[\d.]+\.\d+", heading.number or "") or not names_something(heading.title):
        return None
    upper, _, last = str(heading.number).rpartition(".")
    previous = next((h.number for h in reversed(before) if h.number), None)
    if previous != (upper if last == "1" else f"{upper}.{int(last) - 1}"):
        return None
    followed = any(h.number == f"{upper}.{int(last) + 1}" for h in desk.headings)
    return heading if followed and _new(desk, heading) else None


def _standing_alone(desk: Desk, block: Block, known: set[int]) -> Heading | None:
    """Names that only headings have (References, Appendix A), alone in their block, whatever their style, and those of
    other sections where they are set apart; Chinese chapters in large type."""
    if len(block.lines) > 2 or id(block.lines[0]) in known or block.role == "noise":
        return None
    heading = candidate(block.lines, False)
    if heading is None or len(block.text) > 120:
        return None
    name = norm(heading.title)
    appendix = re.match(r"(?:Appendix|APPENDIX)\b", block.text) and not block.text.rstrip().endswith((".", ","))
    apart = name in KNOWN and block.lines[0].style.bold and block.lines[0].style.caps
    chapter = (heading.number or "").endswith("章") and heading.style.size > desk.body_size + 1
    return heading if name in BACK or name in REFERENCES or appendix or apart or chapter else None


def _hidden_headings(
    desk: Desk,
    block: Block,
    styles: set[Style],
    numbered_styles: set[Style],
    known: set[int],
    before: list[Heading],
) -> list[Heading]:
    for i, line in enumerate(block.lines):
        if id(line) in known or line.style not in styles or (line.letters() and not _uniform(line)):
            continue
        if i and block.lines[i - 1].style == line.style:
            continue
        following = block.lines[i + 1 : i + 3]
        group = [line, *(after for after in following if after.style == line.style and _uniform(after))]
        heading = candidate(group, False)
        if heading is None or not heading.number or not names_something(heading.title) or len(group) == 3:
            continue
        if line.style not in numbered_styles or (block.role == "noise" and not line.style.bold):
            continue
        scheme = heading.marks & {"arabic", "roman", "letter", "appendix", "chinese"}
        if scheme and (_new(desk, heading) or _next_letter(heading, before)):
            rest = desk.split_block(block, i, len(group))
            found = [*before, heading]
            more = _hidden_headings(desk, rest, styles, numbered_styles, known, found) if rest else []
            return [heading, *more]
    return []


def _new(desk: Desk, heading: Heading) -> bool:
    """A number that another heading does not have already."""
    return all(h.number != heading.number for h in desk.headings)


def _next_letter(heading: Heading, before: list[Heading]) -> bool:
    """A letter that counts on in its section: below Roman figures they begin with A in each (IEEE)."""
    section = list(itertools.takewhile(lambda h: "roman" not in h.marks, reversed(before)))
    if len(section) == len(before) or "letter" not in heading.marks:
        return False
    letters = [h.number for h in section if "letter" in h.marks and h.number]
    return heading.number == (chr(ord(letters[0][0]) + 1) if letters else "A")


def _uniform(line: Line) -> bool:
    style = line.style
    return line.letters(bold=style.bold) >= 0.9 * line.letters() and len(line.text) < 160
