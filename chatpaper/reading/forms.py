"""Title pages that are forms: a label, and what it names behind it or beside it (Chinese theses)."""

import re
from collections.abc import Sequence

from .marks import CJK, Line, beside
from .words import behind

_TITLE = r"(?:中\s*文\s*)?(?:学\s*位\s*)?(?:论\s*文\s*)?(?:题\s*[目名]|标\s*题)"
_AUTHOR = r"(?:(?:申\s*请\s*人|研\s*究\s*生|作\s*者|学\s*生|硕\s*士\s*生|博\s*士\s*生)\s*(?:姓\s*名)?|姓\s*名)"
_LABEL = re.compile(r"^\s*(?:[\u4e00-\u9fff、]\s*){2,12}[:：]")


def title(lines: Sequence[Line]) -> list[Line]:
    """The title's lines: behind its label or beside it, and below that up to the next label."""
    ordered = sorted(lines, key=lambda one: (round(one.base), one.box[0]))
    for at, line in enumerate(ordered):
        first = _value(line, ordered, _TITLE)
        if first is None:
            continue
        found = [first]
        for below in ordered[at + 1 :]:
            if below.box[2] < first.box[0] or below is first:
                continue
            near = below.box[1] - found[-1].box[3] < 1.6 * below.size
            if not near or abs(below.size - first.size) > 0.1 * first.size or _labelled(below, first, ordered):
                break
            found.append(below)
        return found
    return []


def author(lines: Sequence[Line]) -> str:
    """The one author's name; "" where no label names one."""
    for line in lines:
        value = _value(line, lines, _AUTHOR)
        name = re.sub(r"\s", "", value.text) if value else ""
        if re.fullmatch(r"[\u4e00-\u9fff·]{2,5}", name):
            return name
    return ""


def _value(line: Line, lines: Sequence[Line], label: str) -> Line | None:
    """What the label names: behind its colon or a blank, or in the next cell of its row."""
    m = re.match(rf"\s*{label}\s*(?:[:：]\s*|\s)", line.text)
    if m and (rest := behind(line, m.end())):
        return rest
    for count in range(1, min(5, len(line.words))):
        said = "".join(word.text for word in line.words[:count])
        if re.fullmatch(label, said):  # its letters stand apart, and so does the value, without a blank between them
            return behind(line, len(said) + count - 1)
    if re.fullmatch(rf"\s*{label}\s*[:：]?\s*", line.text):
        return min(
            (o for o in lines if o.box[0] > line.box[2] and _on_row(o, line)), key=lambda o: o.box[0], default=None
        )
    return None


def _on_row(a: Line, b: Line) -> bool:
    return beside(a.box, b.box) > 0


def _labelled(line: Line, first: Line, lines: Sequence[Line]) -> bool:
    """Whether a label of its own stands before it, or in front of it on its row."""
    return bool(_LABEL.match(line.text)) or any(
        o.box[2] < first.box[0] and _on_row(o, line) and CJK.search(o.text) for o in lines
    )
