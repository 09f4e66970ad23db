"""Passages: sentences with their places, each on one page and one stretch of the page's own text stream."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from ..paper import Box, Passage, PassageKind
from .marks import Line, norm, union
from .text import Token, Vocabulary, sentences, spelled, tokens

_LONGEST = 1200


@dataclass(frozen=True, slots=True)
class Draft:
    """A passage before it has its number."""

    page: int
    section: str
    kind: PassageKind
    text: str
    rects: tuple[Box, ...]


def drafts(
    lines: Sequence[Line],
    section: str,
    kind: PassageKind,
    vocabulary: Vocabulary,
    busy: Callable[[int, int, int], bool],
) -> list[Draft]:
    """Sentences of consecutive lines. A sentence ends where the page does, and where something else with letters stands
    between two of its lines in the text stream (`busy`): a quote must be found on the page in one piece."""
    out: list[Draft] = []
    for stretch in _stretches(lines, busy):
        run = tokens(stretch, vocabulary)
        cut = sentences(run) if kind in ("text", "caption", "footnote") else [run]
        for sentence in cut:
            for part in _pieces(sentence):
                draft = _draft(part, section, kind)
                if draft is not None:
                    out.append(draft)
    return out


def _stretches(lines: Sequence[Line], busy: Callable[[int, int, int], bool]) -> list[list[Line]]:
    out: list[list[Line]] = []
    for line in lines:
        last = out[-1][-1] if out else None
        if last is not None and last.page == line.page and not busy(line.page, last.last, line.first):
            out[-1].append(line)
        else:
            out.append([line])
    return out


def _pieces(sentence: list[Token]) -> list[list[Token]]:
    """A "sentence" longer than any reader's breath (lost punctuation, listings) in pieces."""
    if len(spelled(sentence)) <= _LONGEST:
        return [sentence]
    out: list[list[Token]] = [[]]
    size = 0
    for token in sentence:
        if size > _LONGEST // 2 and not token.glued:
            out.append([])
            size = 0
        out[-1].append(token)
        size += len(token.text) + 1
    return out


def _draft(run: list[Token], section: str, kind: PassageKind) -> Draft | None:
    text = spelled(run).strip()
    if not norm(text):
        return None
    return Draft(run[0].line.page, section, kind, text, boxes(run))


def boxes(run: Sequence[Token]) -> tuple[Box, ...]:
    """One box a line; what stands out of its line (a drop cap, the limits of a sum) has its own, so that no box covers
    a neighbour's words."""
    by_line: dict[int, list[Box]] = {}
    for token in run:
        key = id(token.word) if _stands_out(token) else id(token.line)
        by_line.setdefault(key, []).append(token.word.box)
    return tuple(tuple(round(v, 2) for v in union(found)) for found in by_line.values())  # type: ignore[misc]


def _stands_out(token: Token) -> bool:
    line, box = token.line, token.word.box
    return box[1] < line.base - 1.1 * line.size or box[3] > line.base + 0.55 * line.size


def numbered(found: Sequence[Draft]) -> tuple[Passage, ...]:
    """Ids count from 1 on each page."""
    counts: dict[int, int] = {}
    out = []
    for d in found:
        counts[d.page] = counts.get(d.page, 0) + 1
        out.append(
            Passage(
                id=f"{d.page}.{counts[d.page]}", page=d.page, section=d.section, kind=d.kind, text=d.text, rects=d.rects
            )
        )
    return tuple(out)
