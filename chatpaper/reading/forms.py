"""Title pages that are forms: a label, and what it names behind it (Chinese theses)."""

import re
from collections.abc import Iterable, Sequence

from .marks import Line
from .words import behind

_TITLE = re.compile(r"^\s*(?:中\s*文\s*)?(?:学\s*位\s*)?(?:论\s*文\s*)?(?:题\s*目|标\s*题)\s*(?:[:：]\s*|\s)")
_AUTHOR = re.compile(
    r"^\s*(?:(?:申\s*请\s*人|研\s*究\s*生|作\s*者|学\s*生|硕\s*士\s*生|博\s*士\s*生)\s*(?:姓\s*名)?|姓\s*名)\s*(?:[:：]\s*|\s)"
)
_LABEL = re.compile(r"^\s*(?:[\u4e00-\u9fff、]\s*){2,12}[:：]")


def title(lines: Sequence[Line]) -> list[Line]:
    """The title's lines: behind its label, and below that up to the next label."""
    ordered = sorted(lines, key=lambda one: (round(one.base), one.box[0]))
    for at, line in enumerate(ordered):
        m = _TITLE.match(line.text)
        first = behind(line, m.end()) if m else None
        if first is None:
            continue
        found = [first]
        for below in ordered[at + 1 :]:
            near = (
                below.box[1] - found[-1].box[3] < 1.2 * below.size and abs(below.size - first.size) < 0.1 * first.size
            )
            if not near or _LABEL.match(below.text) or below.box[2] < first.box[0]:
                break
            found.append(below)
        return found
    return []


def author(lines: Iterable[Line]) -> str:
    """The one author's name; "" where no label names one."""
    for line in lines:
        m = _AUTHOR.match(line.text)
        name = re.sub(r"\s", "", line.text[m.end() :]) if m else ""
        if re.fullmatch(r"[\u4e00-\u9fff·]{2,5}", name):
            return name
    return ""
