"""The abstract: below its name, or the first full paragraph after the authors, up to what follows it."""

import re

from ..paper import Box
from . import authors
from .headings import KNOWN, REFERENCES, Heading
from .marks import Block, Line, Style, across, norm
from .words import behind

_ABSTRACT = re.compile(
    r"^\s*[\[【(]?\s*(?:abstract|a\s?b\s?s\s?t\s?r\s?a\s?c\s?t|summary|摘\s*要|内容提要|内容简介)\s*[\]】)]?\s*"
    r"(?:\([^()]{1,20} words\)\s*)?(?:[.:：—–\-−|]+|$|(?=(?-i:[A-Z\u4e00-\u9fff“])))",
    re.IGNORECASE,
)
_AFTER = re.compile(
    r"(?i)^\s*[\[【]?(?:(?:author )?key\s?-?words?|index terms|关\s*键\s*[词字]|ccs concepts|categories and subject|"
    r"general terms|acm reference|中图分类号|pacs|msc|jel|mathematics subject|2010 math|introduction$|author summary|"
    r"article info|citation\s*:|copyright|©|\(c\)|contents$|subjects\b|corresponding|doi\b|received|open access|"
    r"1\.?\s+introduction|i\.\s+introduction|引言|\d+\s*引言|dated|submitted|published in|how to cite|"
    r"(?:code|webpage|project page|website|demo|data)\s*:?\s*https?|"
    r"this work|links?\s*:|\*?correspond)"
)
_STATEMENT = re.compile(
    r"(?i)^\W*(?:significance|importance|novelty|impact|relevance|highlights|in brief|teaser|"
    r"(?:author|lay|one-sentence|plain[- ]language|non-?technical|editor['’]?s) summary)(?: statement)?\b"
)
"""What journals set below the abstract, or beside it, for other readers."""
_CLOSING = re.compile(
    r"(?:[qr©Ⓒ]|\(c\)|Copyright)\s*(?:19|20)\d\d\b[^.]{0,60}\.?.*$|(?:Published by|All rights reserved).*$|"
    r"(?<=[.!?])\s*Elsevier (?:B\.V|Ltd|Inc).*$|"
    r"(?<=[.!?])\s*(?:19|20)\d\d (?:The )?[A-Z][\w .,&]{3,60}$|"
    r"(?<=[.!?])\s[A-Z][\w .&]{2,40}\s\d{1,4}\s?(?:\(\d+\))?:\s?[\d–-]+,\s(?:19|20)\d\d\.?$|"
    r"(?<=[.!?])\s[A-Z][\w .&]{2,40}\s(?:19|20)\d\d;\s?\d+(?:\(\d+\))?:\s?[\w–-]+\.?$|"
    r"(?<=[.!?])\s*[\[(]?(?:(?i:doi)\s?:?\s?10\.\d{4,9}/\S+|PACS(?: numbers?| number\(s\))?\s?:).{0,120}$"
)
_OPENING = re.compile(r"^(?:\W{0,2}(?:19|20)\d\d [A-Z][^.]{3,90} all rights reserved\W*|\W?[–—]\s+)")
"""A notice of the publisher's, or the dash behind the abstract's name."""
_LINKS = re.compile(
    r"(?i)^(?:(?:source )?code|(?:project )?(?:web)?\s?(?:page|site)|demo|data|project|links?)\s*:\s*(?:https?://\S+|.{0,20}$)"
)
_PARTS = {
    "background", "objective", "objectives", "aim", "aims", "purpose", "method", "methods", "methodology", "results",
    "findings", "principalfindings", "methodologyprincipalfindings", "methodprincipalfindings", "conclusion",
    "conclusions", "conclusionssignificance", "significance", "design", "setting", "interpretation",
    "trialregistration", "materialsandmethods", "discussion", "context", "motivation", "availability",
    "methodsandfindings", "patientsandmethods", "studydesign", "participants", "authorsummary",
}  # fmt: skip


def find_abstract(blocks: list[Block], headings: list[Heading], title: list[Line], body: Style) -> list[Block]:
    """Blocks of the abstract, in order; their role becomes "abstract". A heading of its own becomes "front"."""
    heads = {id(h.lines[0]): h for h in headings}
    main = {h.style for h in headings if norm(h.title) in REFERENCES or h.number}
    first = title[-1].page if title else 1
    for i, block in enumerate(blocks):
        if block.role in ("noise", "caption") or (block.page > first + 2 and not _headed(block)):
            continue
        at = next(
            (n for n, line in enumerate(block.lines[:6]) if _ABSTRACT.match(line.text) and _starts(line, n)),
            None,
        )
        if at is None or (block.label in ("page-header", "page-footer") and 1 < len(block.lines) < 5):
            continue
        m = _ABSTRACT.match(block.lines[at].text)
        if m is None:
            continue
        head_box = block.lines[at].box
        if norm(block.lines[at].text[m.end() :]) or len(block.lines) > at + 1:
            _without_label(block, at, len(m[0]))
            block.role = "abstract"
            found = [block] if block.lines else []
        else:
            block.role = "front"
            found = []
        found = _continued(found, blocks[i + 1 :], heads, main, head_box)
        return found + _beside(found, blocks, heads, body)
    return _unnamed(blocks, heads, title, body.size)


def names_abstract(text: str) -> bool:
    """Whether a line is the abstract's heading, or begins with it."""
    return bool(_ABSTRACT.match(text))


def is_name_of_abstract(text: str) -> bool:
    """Whether it is that name alone."""
    return norm(text) in ("abstract", "摘要")


def _headed(block: Block) -> bool:
    """A thesis brings its abstract behind title page and declarations, on a page of its own."""
    return block.page < 16 and block.label == "section-header" and is_name_of_abstract(block.text)


def _starts(line: Line, position: int) -> bool:
    """The word itself must look like a heading: alone, in capitals or another style, or first of its block."""
    spaced = all(len(w.text) == 1 for w in line.words)
    return position == 0 or len(line.words) <= 2 or spaced or line.words[0].bold or line.words[0].text.isupper()


def _without_label(block: Block, at: int, length: int) -> None:
    """Takes the word "Abstract" and its mark off the first line."""
    first = behind(block.lines[at], length)
    block.lines = block.lines[at + 1 :] if first is None else [first, *block.lines[at + 1 :]]


_INDENT = 150
"""Points: text may be set in from a heading that stands at the margin."""


def _continued(
    found: list[Block], rest: list[Block], heads: dict[int, Heading], main: set[Style], head_box: Box
) -> list[Block]:
    """What follows the heading, up to the keywords, a box of the journal, or the first section. While a sentence has
    not ended, what is set in another size is passed over: licences and notes at the page's foot."""
    letters = sum(len(b.text) for b in found)
    column = head_box if found else (head_box[0], head_box[1], head_box[2] + _INDENT, head_box[3])
    for block in rest:
        if block.role in ("noise", "caption", "figure", "table", "front") or not block.lines:
            continue
        text = block.text
        if not found and is_name_of_abstract(text):  # said twice
            block.role = "front"
            continue
        head = heads.get(id(block.lines[0]))
        part = head is not None and not head.number and norm(head.title) in _PARTS and head.style not in main
        aside = across(block.box, column) < 0.3 and not part
        if aside and (not found or _ended(found[-1]) or abs(block.size - found[-1].size) > 0.5):
            if head is not None and (head.number or norm(head.title) in KNOWN):
                break
            continue
        if found and not _ended(found[-1]) and abs(block.size - found[-1].size) > 0.9 and head is None:
            continue
        if _AFTER.match(text) or is_statement(block.lines[0]) or (head is not None and not part):
            break
        if found and (_far_below(block, found[-1]) or _again(block)):
            break
        if block.label == "footnote" or (block.label == "page-footer"):
            continue
        if found and not part and abs(block.size - found[-1].size) > 0.9 and letters > 200:
            break
        if found and letters > 200 and block.page != found[0].page and _ended(found[-1]):
            break
        block.role = "abstract"
        found.append(block)
        column = block.box
        letters += len(text)
        if letters > 6000:
            break
    return found


def _beside(found: list[Block], blocks: list[Block], heads: dict[int, Heading], body: Style) -> list[Block]:
    """The rest of an abstract that is set in columns above the text's: at its height, and set like it but unlike the
    text."""
    first = found[0] if found else None
    if first is None or first.lines[0].style == body:
        return []
    foot = max(b.box[3] for b in found if b.page == first.page)
    rest = [
        b
        for b in blocks
        if b.page == first.page
        and b.label == "text"
        and not b.role
        and b.lines
        and b.lines[0].style == first.lines[0].style
        and id(b.lines[0]) not in heads
        and b.box[0] > first.box[2]
        and first.box[1] - 3 < b.box[1] < foot
    ]
    for block in rest:
        block.role = "abstract"
    return rest


def is_statement(line: Line) -> bool:
    """Whether a statement for other readers begins here: its name stands alone, or in capitals or bold before text
    that is not. (Structured abstracts have a "significance", too, set like their other parts.)"""
    m = _STATEMENT.match(line.text)
    if m is None:
        return False
    first, last = line.words[0], line.words[-1]
    apart = first.text.isupper() or (first.bold and not last.bold) or not line.text[m.end() :].strip(" .:")
    return apart and not line.text[m.end() :].startswith(":")


def _again(block: Block) -> bool:
    """A second abstract, in another language, begins: its name stands alone or in bold."""
    first = block.lines[0]
    return names_abstract(first.text) and _starts(first, 1)


def _far_below(block: Block, last: Block) -> bool:
    """The paragraphs of an abstract follow each other in one column; what comes far below its end, or in a column of
    half the width, or juts out on both sides of an abstract that is set in, is the text of a paper whose first section
    has no heading."""
    gap = block.box[1] - last.box[3]
    narrow = block.box[2] - block.box[0] < 0.6 * (last.box[2] - last.box[0])
    juts = block.box[0] < last.box[0] - 4 and block.box[2] > last.box[2] + 4
    near = 1 if (narrow or juts) and len(block.lines) > 3 else 3
    return block.page == last.page and _ended(last) and gap > near * last.size


def _ended(block: Block) -> bool:
    return bool(re.search(r"[.!?。]\W*$", block.text))


_MIDST = re.compile(r"[a-z]{2,}[ ,]")
"""A word without capitals: the midst of a sentence."""
_ITSELF = re.compile(r"doi:\s?10\.\d{4,9}/\S+?\.?—(?=\S)")


def _behind_citation(block: Block) -> bool:
    """Physiologists' journals open the abstract with how the paper is cited: that is taken off."""
    at = next((i for i, line in enumerate(block.lines[:_CITED]) if _ITSELF.search(line.text)), None)
    m = _ITSELF.search(block.lines[at].text) if at is not None else None
    if at is None or m is None:
        return False
    _without_label(block, at, m.end())
    return bool(block.lines)


_CITED = 15
"""Lines of the citation at most."""


def _unnamed(blocks: list[Block], heads: dict[int, Heading], title: list[Line], body_size: float) -> list[Block]:
    """An abstract without a heading (REVTeX, Nature): the first full paragraph below the title."""
    below = title[-1].box[3] if title else 0.0
    first = title[-1].page if title else 1
    for i, block in enumerate(blocks):
        head = heads.get(id(block.lines[0])) if block.lines else None
        if block.page > first + 1:
            break
        if head is not None and (head.number or norm(head.title) in KNOWN):
            return _left_of(block, blocks, body_size)
        if title and block.page == title[-1].page and block.box[1] < below:
            continue
        if (
            block.role
            or block.label not in ("text", "", "list-item")
            or len(block.text) < 250
            or _MIDST.match(block.text)
            or _AFTER.match(block.text)
        ):
            continue
        if _behind_citation(block):
            block.role = "abstract"
            return [block]
        if len(authors.find(block.lines)[0]) > 3 or block.text.count("@") > 1 or _addresses(block.text):
            continue
        block.role = "abstract"
        found = [block]
        style = block.lines[0].style
        for after in blocks[i + 1 :]:
            same = after.lines and after.lines[0].style == style and after.label == "text" and after.page == block.page
            distinct = style.bold or block.size < body_size - 0.4
            if not same or not distinct or id(after.lines[0]) in heads or after.role:
                break
            after.role = "abstract"
            found.append(after)
        return found
    return []


_DATES = re.compile(r"(?i)\((?:received|dated|submitted|published)\b.{0,80}$")


def _left_of(head: Block, blocks: list[Block], body_size: float) -> list[Block]:
    """The abstract that begins at the height of the first heading, in a column to its left, set unlike the text
    (Wiley)."""
    for block in blocks:
        beside = (
            block.page == head.page and block.box[2] < head.box[0] + 2 and abs(block.box[1] - head.box[1]) < _BESIDE
        )
        if beside and block.label == "text" and not block.role and len(block.text) > 250:
            style = block.lines[0].style
            if style.bold or abs(style.size - body_size) > 0.4:
                block.role = "abstract"
                return [block]
    return []


_BESIDE = 40
"""Points."""


def _addresses(text: str) -> bool:
    """Affiliations name an institution every few words, prose on hospitals or programmes one a sentence; and the date
    of the manuscript may close them (REVTeX)."""
    count = authors.institutions(text)
    return (count > 2 and count * 60 > len(text)) or (count > 0 and bool(_DATES.search(text)))


def without_links(lines: list[Line]) -> list[Line]:
    """Lines below the abstract that only name an address ("Code: https://...") are no part of it."""
    while len(lines) > 1 and _LINKS.match(lines[-1].text) and _final(lines[-2]):
        lines = lines[:-1]
    return lines


def _final(line: Line) -> bool:
    return bool(re.search(r"[.!?]\W*$", line.text)) or bool(_LINKS.match(line.text))


def cleaned_abstract(text: str) -> str:
    """Without the publisher's lines at its beginning and its end."""
    text = _OPENING.sub("", text)
    while (rest := _CLOSING.sub("", text).strip()) != text:
        text = rest
    return text
