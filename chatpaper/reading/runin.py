"""Headings that begin a paragraph on its own line.

Most of them (bold words of a list, theorem heads) are no sections. Two kinds are: numbered subsections of mathematical
journals ("2.1. The case ... ."), whose numbers count on, and the acknowledgements.
"""

import re
from collections.abc import Container, Sequence

from .headings import Heading, numbered
from .marks import Block, Line, Word, joined, norm

_BACK = re.compile(r"^(?:Acknowledge?ments?|ACKNOWLEDGE?MENTS?|Author [Cc]ontributions?|AUTHOR CONTRIBUTIONS?)\b[.:]?$")


def split(block: Block, numbers: Sequence[str], outlined: Container[str]) -> tuple[Heading, Line] | None:
    """The heading and what is left of its first line."""
    first = block.lines[0]
    words = list(first.words)
    lead = _lead(words)
    if 0 < lead < len(words):
        text = joined(words[:lead])
        if _BACK.match(text.strip()):
            return _parts(first, lead, None, text.strip(" .:"))
    end = _sentence(words)
    number, title, scheme = numbered(first.text)
    if scheme == "arabic" and number and "." in number and 1 < end < len(words) and _follows(number, numbers):
        title = numbered(joined(words[:end]))[1].rstrip(".")
        set_apart = (
            number in outlined
            or words[1].bold
            or words[1].italic
            or words[1].font != words[-1].font
            or _capitals(title)
        )
        if norm(title) and len(title) < 90 and set_apart:
            return _parts(first, end, number, title)
    return None


def _lead(words: list[Word]) -> int:
    """How many words at the start are set unlike the last one."""
    last = words[-1]
    n = 0
    while n < len(words) and (words[n].bold, words[n].italic, words[n].font) != (last.bold, last.italic, last.font):
        n += 1
    return n


def _sentence(words: list[Word]) -> int:
    """Where the first sentence after the number ends."""
    for i, word in enumerate(words[1:], 1):
        if (
            word.text.endswith(".")
            and i + 1 < len(words)
            and words[i + 1].text[:1].isupper()
            and (len(word.text) > 1 or word.glued)
        ):
            return i + 1
    return 0


def _capitals(title: str) -> bool:
    return sum(w[:1].isupper() for w in title.split()) > 0.6 * len(title.split())


def _follows(number: str, numbers: Sequence[str]) -> bool:
    """2.1 follows 2 and 2.3 follows 2.2: theorem counters seldom start where sections do."""
    parts = number.split(".")
    if not parts[-1].isdigit():
        return False
    last = int(parts[-1])
    before = ".".join(parts[:-1]) if last == 1 else ".".join([*parts[:-1], str(last - 1)])
    return before in numbers and number not in numbers


def _parts(first: Line, lead: int, number: str | None, title: str) -> tuple[Heading, Line]:
    head = Line(first.page, first.first, first.last, first.words[:lead], first.box, first.size, first.base)
    rest = Line(first.page, first.first, first.last, first.words[lead:], first.box, first.size, first.base)
    heading = Heading([head], first.page, number, title, head.style, False)
    heading.marks = {"arabic" if number else "", "runin"}
    return heading, rest
