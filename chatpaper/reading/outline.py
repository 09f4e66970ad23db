"""The file's own outline: exact where an author's tools made it, so it completes and levels what the page shows."""

import re
from collections.abc import Sequence

import pymupdf

from .headings import Heading, candidate, numbered
from .marks import Block, Line, norm


def _entries(document: pymupdf.Document) -> list[tuple[int, str, int]]:
    try:
        found = [(int(e[0]), re.sub(r"\s+", " ", str(e[1])).strip(), int(e[2])) for e in document.get_toc(simple=True)]
    except (RuntimeError, ValueError):
        return []
    found = [e for e in found if e[1] and e[2] > 0]
    roots = [e for e in found if e[0] == 1]
    if len(roots) == 1 and len(found) > 3 and found[0][0] == 1:
        return [(level - 1, text, page) for level, text, page in found[1:]]
    return found


def numbers(document: pymupdf.Document) -> set[str]:
    """The section numbers in the outline."""
    return {n for n in (numbered(text)[0] for _, text, _ in _entries(document)) if n}


def title(document: pymupdf.Document) -> str:
    """A title the file carries: its metadata's, unless that is a file name."""
    try:
        text = str((document.metadata or {}).get("title") or "")
    except (RuntimeError, ValueError):
        return ""
    plain = text.strip()
    if len(plain) < 12 or re.search(r"(?i)\.(?:docx?|tex|pdf|dvi|indd)\b|^(?:doi|untitled|microsoft|arxiv)", plain):
        return ""
    return plain


def _bare(text: str) -> str:
    _, rest, _ = numbered(text)
    return norm(rest)


def completed(
    headings: list[Heading], flow: Sequence[Block], document: pymupdf.Document, title_lines: Sequence[Line]
) -> list[Heading]:
    """With the headings that only the outline knows: a line of its own on the named page that says just that."""
    entries = [e for e in _entries(document) if e[0] <= 3]
    if len(entries) < 3:
        return headings
    have = {(norm(h.title), h.page + d) for h in headings for d in (-1, 0, 1)}
    counted = {h.number for h in headings if h.number}
    missing = [
        (level, text, page)
        for level, text, page in entries
        if (_bare(text), page) not in have and len(_bare(text)) > 2 and numbered(text)[0] not in counted
    ]
    if len(missing) > 0.6 * len(entries):
        return headings
    taken = {id(line) for h in headings for line in h.lines} | {id(line) for line in title_lines}
    added: list[Heading] = []
    for _, text, page in missing:
        want = _bare(text)
        for block in flow:
            if (
                block.page not in (page, page + 1)
                or block.role not in ("", "noise")
                or len(block.lines) > 3
                or not block.lines
            ):
                continue
            if id(block.lines[0]) in taken or _bare(block.text) != want:
                continue
            heading = candidate(block.lines, False)
            if heading is not None and not heading.title[:1].islower():
                heading.marks.add("outline")
                block.role = ""
                added.append(heading)
                taken |= {id(line) for line in block.lines}
                break
    if not added:
        return headings
    order = {id(line): i for i, line in enumerate(line for b in flow for line in b.lines)}
    return sorted([*headings, *added], key=lambda h: order.get(id(h.lines[0]), 0))


def levelled(headings: list[Heading], document: pymupdf.Document) -> list[Heading]:
    """Unnumbered headings that a sound outline names take its level, counted from the first one that a section has:
    converters put all sections below the title, or below the abstract."""
    entries = _entries(document)
    if len(entries) < 3:
        return headings
    by_name = {(_bare(text), page): level for level, text, page in entries}
    hits = [h for h in headings if any((norm(h.title), h.page + d) in by_name for d in (-1, 0, 1))]
    if len(hits) < 0.6 * min(len(entries), len([h for h in headings if h.level <= 2]) or 1):
        return headings
    named = [next(by_name[at] for d in (0, -1, 1) if (at := (norm(h.title), h.page + d)) in by_name) for h in hits]
    top = min(named, default=1)
    for h, level in zip(hits, named, strict=True):
        if not h.number:
            h.level = level - top + 1
    return headings
