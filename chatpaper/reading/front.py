"""What stands before the first section: title, authors, abstract, keywords.

The title is the largest type of the first page's upper part; the authors follow it; the abstract is headed by its
name, or is the first full paragraph after the authors.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, field, replace

from ..paper import Box
from . import authors
from .headings import KNOWN, REFERENCES, Heading, excluded
from .marks import CJK, Block, Line, Style, Word, across, norm

_ABSTRACT = re.compile(
    r"^\s*[\[【(]?\s*(?:abstract|a\s?b\s?s\s?t\s?r\s?a\s?c\s?t|summary|摘\s*要|内容提要|内容简介)\s*[\]】)]?\s*(?:[.:：—–\-−|]+|$|(?=[A-Z\u4e00-\u9fff“]))",
    re.IGNORECASE,
)
KEYWORDS = re.compile(
    r"^\s*[\[【]?(?:(?:author )?key\s?-?words(?: and phrases)?|"
    r"index terms|关\s*键\s*词|关键字)\s*[\]】]?\s*[.:：—–\-|]*\s*",
    re.IGNORECASE,
)
_AFTER = re.compile(
    r"(?i)^\s*[\[【]?(?:(?:author )?key\s?-?words|index terms|关\s*键\s*词|ccs concepts|categories and subject|"
    r"general terms|acm reference|中图分类号|pacs|msc|jel|mathematics subject|2010 math|introduction$|author summary|"
    r"article info|citation\s*:|copyright|©|\(c\)|contents$|subjects\b|corresponding|doi\b|received|open access|"
    r"1\.?\s+introduction|i\.\s+introduction|引言|\d+\s*引言|dated|submitted|published in|how to cite|"
    r"(?:code|webpage|project page|website|demo|data)\s*:?\s*https?|"
    r"this work|links?\s*:|\*?correspond)"
)
_CLOSING = re.compile(
    r"(?:[qr©Ⓒ]|\(c\)|Copyright)\s*(?:19|20)\d\d\b[^.]{0,60}\.?.*$|(?:Published by|All rights reserved).*$|"
    r"(?<=[.!?])\s*Elsevier (?:B\.V|Ltd|Inc).*$|"
    r"(?<=[.!?])\s*(?:19|20)\d\d (?:The )?[A-Z][\w .,&]{3,60}$|"
    r"(?<=[.!?])\s[A-Z][\w .&]{2,40}\s\d{1,4}\s?(?:\(\d+\))?:\s?[\d–-]+,\s(?:19|20)\d\d\.?$"
)
_LINKS = re.compile(
    r"(?i)^(?:(?:source )?code|(?:project )?(?:web)?\s?(?:page|site)|demo|data|project|links?)\s*:\s*(?:https?://\S+|.{0,20}$)"
)
_PARTS = {
    "background", "objective", "objectives", "aim", "aims", "purpose", "method", "methods", "methodology", "results",
    "findings", "principalfindings", "methodologyprincipalfindings", "methodprincipalfindings", "conclusion",
    "conclusions", "conclusionssignificance", "significance", "design", "setting", "interpretation",
    "trialregistration", "materialsandmethods", "discussion", "context", "motivation", "availability",
    "methodsandfindings", "introduction", "patientsandmethods", "studydesign", "participants", "authorsummary",
}  # fmt: skip


@dataclass(slots=True)
class Front:
    title: list[Line] = field(default_factory=list)
    names: tuple[str, ...] = ()
    affiliations: tuple[str, ...] = ()
    abstract: list[Line] = field(default_factory=list)
    keywords: tuple[str, ...] = ()


def find_title(blocks: list[Block], height: float, known: str) -> list[Line]:
    """The title's lines. `known` is a title from the file's outline or metadata: trusted where the page prints it."""
    sure = norm(known)
    best: tuple[float, list[Line]] = (0.0, [])
    for run in _runs(blocks, height):
        text = " ".join(line.text for line in run)
        plain = norm(text)
        if len(plain) < (4 if CJK.search(text) else 8) or _journal(text) or excluded(text):
            continue
        size = run[0].size
        score = size + 1.5 * (max(w.bold for w in run[0].words)) - 4 * run[0].box[1] / height
        score += 4.0 if _label(blocks, run[0]) in ("title",) else 0.0
        score -= 4.0 if len(text.split()) < 3 and not CJK.search(text) else 0.0
        score -= 0.05 * max(0, len(text) - 200)
        if len(sure) > 12 and (plain in sure or sure in plain) and len(plain) > 0.4 * len(sure):
            score += 20
        if score > best[0]:
            best = (score, run)
    return best[1]


def _label(blocks: list[Block], line: Line) -> str:
    return next((b.label for b in blocks if any(o is line for o in b.lines)), "")


def _runs(blocks: list[Block], height: float) -> list[list[Line]]:
    """Lines of one size under each other, over the borders of blocks. Titles of working papers are spaced widely: there
    the layout model's word counts."""
    lines = [
        line for b in blocks if b.label not in ("picture", "table") for line in b.lines if line.box[1] < 0.72 * height
    ]
    runs: list[list[Line]] = []
    for line in sorted(lines, key=lambda one: one.box[1]):
        for run in runs:
            last = run[-1]
            gap = line.box[1] - last.box[3]
            alike = abs(last.size - line.size) < 0.06 * line.size and last.style.bold == line.style.bold
            centred = (
                abs((last.box[0] + last.box[2]) - (line.box[0] + line.box[2])) < 60
                or abs(last.box[0] - line.box[0]) < 12
            )
            reach = 1.8 if _label(blocks, line) == _label(blocks, last) == "title" else 0.95
            if alike and -0.5 * line.size < gap < reach * line.size and centred:
                run.append(line)
                break
        else:
            runs.append([line])
    return runs


_MASTHEAD = re.compile(
    r"(?i)^(?:arxiv|journal of|proceedings|vol\b|volume|issn|doi|preprint|technical report$|research article$|"
    r"original (?:article|paper|research)|review$|letter$|article$|www\.|https?:|contents lists|"
    r"europ\w+ organi[sz]ation)"
)


def _journal(text: str) -> bool:
    return bool(
        _MASTHEAD.match(text.strip())
        or re.search(r"(?i)\bjournal\b.*\d{4}|©|all rights reserved|@", text)
    )  # fmt: skip


def find_abstract(blocks: list[Block], headings: list[Heading], title: list[Line], body_size: float) -> list[Block]:
    """Blocks of the abstract, in order; their role becomes "abstract". A heading of its own becomes "front"."""
    heads = {id(h.lines[0]): h for h in headings}
    main = {h.style for h in headings if norm(h.title) in REFERENCES or h.number}
    for i, block in enumerate(blocks):
        if block.role in ("noise", "caption") or (block.page > 3 and not _headed(block)):
            continue
        at = next(
            (n for n, line in enumerate(block.lines[:6]) if _ABSTRACT.match(line.text) and _starts(line, n)),
            None,
        )
        if at is None or (block.label in ("page-header", "page-footer") and len(block.lines) > 1):
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
        return _continued(found, blocks[i + 1 :], heads, main, head_box)
    return _unnamed(blocks, heads, title, body_size)


def _headed(block: Block) -> bool:
    """A thesis brings its abstract behind title page and declarations, on a page of its own."""
    return block.page < 16 and block.label == "section-header" and norm(block.text) in ("abstract", "摘要")


def _starts(line: Line, position: int) -> bool:
    """The word itself must look like a heading: alone, in capitals or another style, or first of its block."""
    spaced = all(len(w.text) == 1 for w in line.words)
    return position == 0 or len(line.words) <= 2 or spaced or line.words[0].bold or line.words[0].text.isupper()


def _without_label(block: Block, at: int, length: int) -> None:
    """Takes the word "Abstract" and its mark off the first line."""
    first = block.lines[at]
    words = list(first.words)
    eaten = 0
    while words and eaten < length:
        word = words[0]
        size = len(word.text) + (0 if word.glued or eaten == 0 else 1)
        if eaten + size > length:
            cut = length - eaten - (0 if word.glued or eaten == 0 else 1)
            words[0] = _cut(word, cut)
            break
        eaten += size
        words.pop(0)
    rest = block.lines[at + 1 :]
    if words and any(c.isalnum() for w in words for c in w.text):
        rest = [Line(first.page, first.first, first.last, tuple(words), first.box, first.size, first.base), *rest]
    block.lines = rest


def _cut(word: Word, count: int) -> Word:
    """The word without its first characters."""
    share = count / max(1, len(word.text))
    x0 = word.box[0] + share * (word.box[2] - word.box[0])
    return replace(word, text=word.text[count:].lstrip(".:：—–-−| "), box=(x0, *word.box[1:]))


_INDENT = 150
"""Points: text may be set in from a heading that stands at the margin."""


def _continued(
    found: list[Block], rest: list[Block], heads: dict[int, Heading], main: set[Style], head_box: Box
) -> list[Block]:
    """What follows the heading, up to the keywords, a box of the journal, or the first section."""
    letters = sum(len(b.text) for b in found)
    column = head_box if found else (head_box[0], head_box[1], head_box[2] + _INDENT, head_box[3])
    for block in rest:
        if block.role in ("noise", "caption", "figure", "table", "front") or not block.lines:
            continue
        text = block.text
        head = heads.get(id(block.lines[0]))
        part = head is not None and not head.number and norm(head.title) in _PARTS and head.style not in main
        aside = across(block.box, column) < 0.3
        if aside and (not found or _ended(found[-1]) or abs(block.size - found[-1].size) > 0.5):
            if head is not None and (head.number or norm(head.title) in KNOWN):
                break
            continue
        if _AFTER.match(text) or (head is not None and not part):
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


def _ended(block: Block) -> bool:
    return bool(re.search(r"[.!?。]\W*$", block.text))


def _unnamed(blocks: list[Block], heads: dict[int, Heading], title: list[Line], body_size: float) -> list[Block]:
    """An abstract without a heading (REVTeX, Nature): the first full paragraph below the title."""
    below = title[-1].box[3] if title else 0.0
    for i, block in enumerate(blocks):
        head = heads.get(id(block.lines[0])) if block.lines else None
        if block.page > 2 or (head is not None and (head.number or norm(head.title) in KNOWN)):
            break
        if block.page == 1 and block.box[1] < below:
            continue
        if (
            block.role
            or block.label not in ("text", "", "list-item")
            or len(block.text) < 250
            or _AFTER.match(block.text)
        ):
            continue
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


def _addresses(text: str) -> bool:
    """Affiliations name an institution every few words; prose on hospitals or programmes names one a sentence."""
    count = authors.institutions(text)
    return count > 2 and count * 60 > len(text)


def without_links(lines: list[Line]) -> list[Line]:
    """Lines below the abstract that only name an address ("Code: https://...") are no part of it."""
    while len(lines) > 1 and _LINKS.match(lines[-1].text) and _final(lines[-2]):
        lines = lines[:-1]
    return lines


def _final(line: Line) -> bool:
    return bool(re.search(r"[.!?]\W*$", line.text)) or bool(_LINKS.match(line.text))


def cleaned_abstract(text: str) -> str:
    """Without the publisher's line at its end."""
    return _CLOSING.sub("", text).strip()


def keywords(blocks: list[Block], said: Callable[[list[Line]], str]) -> tuple[str, ...]:
    """Keywords, as printed; `said` makes text of lines."""
    for i, block in enumerate(blocks):
        text = said(block.lines)
        m = KEYWORDS.match(text)
        if m is None or block.page > 3:
            continue
        rest = text[m.end() :]
        if not rest.strip() and i + 1 < len(blocks):
            rest = said(blocks[i + 1].lines)
        rest = re.split(r"(?i)中图分类号|ACM Reference|\b1\.?\s+Introduction", rest)[0]
        mark = next((c for c in (";", "；", "·", "•", "∙", "，", ",", "、") if c in rest), None)
        parts = rest.split(mark) if mark else re.split(r"\s{2,}|\s[–—]\s", rest)
        clean = [re.sub(r"\s+", " ", p).strip(" .。;,") for p in parts]
        return tuple(p for p in clean if 1 < len(p) < 80)[:20]
    return ()
