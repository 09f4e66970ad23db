"""Captions of figures and tables: found by their label and by how and where the label is set."""

import re
from dataclasses import dataclass
from itertools import pairwise

from .marks import Block, Line, across, joined

LABEL = re.compile(
    r"^((?:Extended Data |Supplementary |Supplemental |Supporting |Online |Appendix )?"
    r"(?:Figure|Fig\b\.?|FIGURE|FIG\b\.?|Table|TABLE|Tab\b\.|TAB\b\.|Scheme|SCHEME|Chart|Plate|图表|图|表|插图|附图|附表))"
    r"\s*([A-Z]{0,2}[.\-]?\d+(?:[.\-–]\d+)*[a-z]?(?![\w]|[.\-–]\d)|[IVXLC]+(?!\w)|(?<=[图表])\s*\d+(?:[.\-–]\d+)*)"
    r"\s*(\(cont(?:inued|\.)?\))?\s*([.:|：。．—–]*)"
)
_TABLE = re.compile(r"(?i)table|tab|表")
_SHORT = 3
"""Lines: a block that opens like a caption and ends so soon is hardly a paragraph, though no stop follows its label."""
_VERB = re.compile(r"^\s*(?:[a-z]|和|中|所示|显示|给出|可以|是|为|列出|展示)")


@dataclass(slots=True)
class Caption:
    kind: str
    label: str
    number: str
    lines: list[Line]
    block: Block
    score: float
    after: str
    """The words after the label on its own line."""

    @property
    def key(self) -> tuple[str, str]:
        return (
            re.sub(r"(?i)^((?:extended|suppl|supp|online|appendix)?).*", r"\1", self.label).lower() + self.kind,
            self.number,
        )


def captions_on(blocks: list[Block], body_size: float) -> list[Caption]:
    """Every line of the page that starts like a caption, with how much speaks for it."""
    found = []
    floats = [b for b in blocks if b.label in ("picture", "table")]
    for block in blocks:
        if block.role == "noise":
            continue
        for i, line in enumerate(block.lines):
            m = LABEL.match(line.text)
            if m and (i == 0 or _fresh(block.lines[i - 1], line)):
                rest = line.text[m.end() :]
                score = _score(block, line, i, m, rest, floats, body_size)
                label = f"{m[1]} {m[2].strip()}" if re.match(r"[A-Za-z]", m[1]) else m[1] + m[2].strip()
                kind = "table" if _TABLE.search(m[1]) else "figure"
                lines = block.lines[i : _extent(block.lines, i, block.label in ("table", "picture"))]
                found.append(Caption(kind, label, m[2].strip(), lines, block, score - 9 * bool(m[3]), rest.strip()))
    return found


def _fresh(before: Line, line: Line) -> bool:
    """Within a block a caption starts after a gap, or in another style."""
    gap = line.box[1] - before.box[3]
    return (
        gap < -line.size
        or gap > 0.5 * line.size
        or abs(before.size - line.size) > 0.5
        or before.style.bold != line.words[0].bold
    )


def _score(
    block: Block, line: Line, position: int, m: re.Match[str], rest: str, floats: list[Block], body_size: float
) -> float:
    """Labels of captions end in a point or colon, or are set apart in bold; sentences go on with a verb."""
    score = 3.0 if block.label == "caption" else 0.0
    score += {"": 0.0, ".": 2.5}.get(m[4], 3.0)
    label_words = [w for w in line.words if w.text.strip(".:")][:2]
    others = line.words[2:] or block.lines[-1].words[-2:]
    if all(w.bold for w in label_words) and any(not w.bold for w in others):
        score += 2.0
    elif line.words[0].font != line.words[-1].font and not m[4]:
        score += 1.0
    score += 1.0 if line.size < body_size - 0.4 else 0.0
    score += 1.0 if not rest.strip() else 0.0
    if not m[4] and not position and re.match(r"\s*(?:[A-Z(“\"]|[\u4e00-\u9fff])", rest) and not _VERB.match(rest):
        score += 2.5 + 0.5 * (len(block.lines) <= _SHORT)
    if any(_next_to(f, block) for f in floats):
        score += 2.0
    if block.label in ("picture", "table"):
        score += 1.0
    if not m[4] and _VERB.match(rest):
        score -= 4.0
    if m[4] == "." and re.match(r"\s*[a-z]+(?![A-Za-z])", rest):
        score -= 2.0
    if rest.startswith((",", ")", ";", "，", "）", "、")) or (re.match(r"\s*(?:and|,|\([a-z]+\b)", rest) and not m[4]):
        score -= 3.0
    if block.label in ("page-header", "page-footer", "footnote"):
        score -= 1.0
    return score - (1.0 if position else 0.0)


def _next_to(float_: Block, block: Block) -> bool:
    gap = max(block.box[1] - float_.box[3], float_.box[1] - block.box[3])
    return gap < 30 and across(float_.box, block.box) > 0.3


def _extent(lines: list[Line], start: int, within: bool) -> int:
    """A caption ends at a wide gap, at a change of size or at the next label; in a table at the first row."""
    for i in range(start + 1, len(lines)):
        last, line = lines[i - 1], lines[i]
        gap = line.box[1] - last.box[3]
        if (
            gap > 1.1 * last.size
            or gap < -1.5 * last.size
            or (abs(line.size - last.size) > 0.9 and i > start + 1 and len(line.words) > 1)
        ):
            return i
        if within and _has_cells(line):
            return i
        if LABEL.match(line.text) and gap > 0.3 * line.size:
            return i
    return len(lines)


def _has_cells(line: Line) -> bool:
    return any(b.box[0] - a.box[2] > 1.2 * line.size for a, b in pairwise(line.words))


_ELSEWHERE = re.compile(r"(?i)^\W*(?:see|for) (?:figure |full )?(?:legend|caption)\b|^\W*(?:legend|caption) on")


def chosen(candidates: list[Caption]) -> list[Caption]:
    """One caption a label: the best one. A label printed twice by mistake counts twice if both are beyond doubt; one
    that only names the page of its legend is none."""
    candidates = [c for c in candidates if not _ELSEWHERE.match(c.after)]
    sure = {_setting(c) for c in candidates if c.score >= _SURE}
    best: dict[tuple[str, str], Caption] = {}
    for c in candidates:
        c.score += _LIKE * (_setting(c) in sure and c.score < _SURE and not _VERB.match(c.after))
        if c.score >= 3 and (c.key not in best or c.score > best[c.key].score):
            best[c.key] = c
    out = []
    for c in candidates:
        top = best.get(c.key)
        if top is None:
            continue
        twice = c.score >= 5 and c.lines[0].page != top.lines[0].page and c.after[:20] != top.after[:20] and c.after
        if c is top or twice:
            out.append(c)
    return out


_SURE = 4
_LIKE = 1.5
"""What it counts to be set like a sure caption: a paper sets all its captions alike."""


def _setting(c: Caption) -> tuple[str, str, float, bool]:
    """How the label is written and the caption set."""
    first = c.lines[0].words[0]
    return re.sub(r"\s*(?:[\d.–-]+[a-z]?|[IVXLC]+)$", "", c.label), first.font, c.lines[0].style.size, first.bold


def names_figure(text: str) -> bool:
    """Whether a sentence of the text begins with a figure's or table's label ("Figure 3 shows that")."""
    m = LABEL.match(text)
    return m is not None and not m[4] and bool(_VERB.match(text[m.end() :]))


def words_after_label(caption: Caption) -> list[Line]:
    """The caption's lines with the label's words taken off the first one."""
    first = caption.lines[0]
    for n in range(1, len(first.words) + 1):
        head = joined(first.words[:n])
        m = LABEL.match(head + " ")
        if m and n < len(first.words):
            following = LABEL.match(joined(first.words[: n + 1]) + " ")
            if following and following.end() > m.end():
                continue
            keep = first.words[n:]
            rest = head[m.end() :].strip()
            if rest:
                return caption.lines
            return [
                Line(first.page, first.first, first.last, keep, first.box, first.size, first.base),
                *caption.lines[1:],
            ]
    return caption.lines[1:]
