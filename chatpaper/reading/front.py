"""What stands before the first section: title, authors, abstract, keywords.

The title is the largest type of the first page's upper part; the authors follow it; the abstract is headed by its
name, or is the first full paragraph after the authors.
"""

import re
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field

from . import authors
from .abstract import is_name_of_abstract
from .headings import excluded, numbered
from .marks import CJK, Block, Line, middle, norm, union

KEYWORDS = re.compile(
    r"^\s*[\[【]?(?:(?:author )?key\s?-?words?(?: and phrases)?|"
    r"index terms|关\s*键\s*词|关键字)\s*[\]】]?\s*[.:：—–\-|]*\s*",
    re.IGNORECASE,
)


@dataclass(slots=True)
class Front:
    page: int = 1
    """Where the title stands; what comes before it are covers."""
    title: list[Line] = field(default_factory=list)
    names: tuple[str, ...] = ()
    affiliations: tuple[str, ...] = ()
    abstract: list[Line] = field(default_factory=list)
    keywords: tuple[str, ...] = ()


def find_title(blocks: list[Block], height: float, known: str) -> list[Line]:
    """The title's lines. `known` is a title from the file's outline or metadata: trusted where the page prints it."""
    sure = norm(known)
    best: tuple[float, list[Line]] = (0.0, [])
    lines = [line for b in blocks for line in b.lines]
    runs = _runs(blocks, height)
    largest = max((r[0].size for r in runs if _label(blocks, r[0]) in ("title", "section-header")), default=0.0)
    for run in runs:
        text = " ".join(line.text for line in run)
        plain = norm(text)
        if len(plain) < (4 if CJK.search(text) else 8) or _journal(text) or _no_title(text) or excluded(text):
            continue
        size = run[0].size
        score = size + 1.5 * (max(w.bold for w in run[0].words)) - 4 * run[0].box[1] / height
        label = _label(blocks, run[0])
        score += 4.0 if label == "title" else 0.0
        journals = largest > (0.5 if len(text.split()) < 3 else 0.7) * size
        score -= 8.0 if label == "page-header" and journals else 0.0
        score -= 4.0 if len(text.split()) < 3 and not CJK.search(text) else 0.0
        score -= 0.05 * max(0, len(text) - 200)
        score += 4.0 if _named_below(run, lines) else 0.0
        if len(sure) > 12 and (plain in sure or sure in plain) and len(plain) > 0.4 * len(sure):
            score += 20
        if score > best[0]:
            best = (score, run)
    return best[1]


def cleaned_title(text: str) -> str:
    """Without the word "Title:", which manuscripts write before it, and marks of footnotes behind it."""
    return re.sub(r"(?i)^\s*title\s*[:：]\s*", "", text).rstrip("*∗†‡§¶☆★✩⋆$ ")


_KIND = re.compile(
    r"(?i)^(?:a |the )?(?:doctoral|master'?s?|bachelor'?s?|ph\.?\s?d\.?|m\.?\s?sc\.?|diploma)[\w ]* "
    r"(?:thesis|dissertation)$|"
    r"^(?:th[eè]se|tesis?|dissert\w+)\b.{0,40}$|^.{0,12}(?:学位论文|硕士论文|博士论文|毕业论文|课程论文|毕业设计.{0,6})$|"
    r"^.{2,20}大学$|^(?:the )?universi\w*\b[\w ,'’-]*$|^[A-Z]\w+(?: \w+){0,3} university$"
)


def _no_title(text: str) -> bool:
    """What stands in large type on title pages, too: a university, a kind of thesis; formulas, full of signs; and
    Chinese sentences."""
    signs = text.replace(" ", "")
    kind = _KIND.match(signs if CJK.search(text) else text.strip())
    return bool(kind) or sum(c.isalnum() for c in signs) < 0.75 * len(signs) or "。" in text


def _named_below(run: list[Line], lines: list[Line]) -> bool:
    """Whether the names of authors follow, as they do below a title, or below that and its translation."""
    foot, chinese = run[-1].box[3], bool(CJK.search(run[0].text))
    below = sorted((o for o in lines if o.box[1] > foot), key=lambda o: (round(o.base), o.box[0]))
    while below and below[0].box[1] - foot < _NAMES_WITHIN and bool(CJK.search(below[0].text)) != chinese:
        foot = below.pop(0).box[3]
    return bool(authors.find([o for o in below[:2] if o.box[1] - foot < _NAMES_WITHIN])[0])


_NAMES_WITHIN = 60
"""Points."""


def _label(blocks: list[Block], line: Line) -> str:
    return next((b.label for b in blocks if any(o is line for o in b.lines)), "")


def _runs(blocks: list[Block], height: float) -> list[list[Line]]:
    """Lines of one size under each other, over the borders of blocks. Titles of working papers are spaced widely: there
    the layout model's word counts, or that they are headings on one axis, or in a typeface that little else has."""
    lines = [
        line for b in blocks for line in b.lines if line.box[1] < 0.72 * height and not is_name_of_abstract(line.text)
    ]
    fonts = Counter(line.style.font for line in lines)
    runs: list[list[Line]] = []
    for line in sorted(lines, key=lambda one: (round(one.base), one.box[0])):
        for run in runs:
            last = run[-1]
            row = union(one.box for one in run if abs(one.base - last.base) < 1)
            gap = line.box[1] - last.box[3]
            alike = abs(last.size - line.size) < 0.06 * line.size and last.style.bold == line.style.bold
            alike = alike and bool(CJK.search(last.text)) == bool(CJK.search(line.text))
            off = abs(middle(row) - middle(line.box))
            centred = off < 30 or abs(row[0] - line.box[0]) < 12 or last.text.endswith("-")
            labels = {_label(blocks, line), _label(blocks, last)}
            own = last.style.font == line.style.font and fonts[line.style.font] < 0.3 * len(lines)
            own = own and not numbered(line.text)[0]
            wide = labels == {"title"} or ((labels == {"section-header"} or own) and off < 2)
            reach = 1.8 if wide else 0.95
            under = -0.5 * line.size < gap < reach * line.size and centred
            if alike and (under or _goes_on(last, line)):
                run.append(line)
                break
        else:
            runs.append([line])
    return runs


def _goes_on(last: Line, line: Line) -> bool:
    """Whether the line is the rest of a row that wide blanks of justified type tore in two."""
    return abs(last.base - line.base) < 1 and 0 < line.box[0] - last.box[2] < 2.5 * line.size


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


def keywords(blocks: list[Block], said: Callable[[list[Line]], str]) -> tuple[str, ...]:
    """Keywords, as printed; `said` makes text of lines."""
    for i, block in enumerate(blocks):
        text = said(block.lines)
        m = KEYWORDS.match(text)
        if m is None:
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
