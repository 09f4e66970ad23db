"""Numbers in Chinese and English sentences, made comparable.

A mention may be read in several ways ("7B" is 7 in a name and 7e9 as an amount; "70 亿" is 7e9 only), so each gives a
set of readings; two mentions agree when their sets meet.
"""

import re
import unicodedata
from collections.abc import Iterable
from decimal import Decimal, InvalidOperation

from . import numerals, units

Reading = tuple[Decimal, str]
"""Value and kind: "" plain, "%" percent, "x" multiple, else a unit."""
_KINDS = frozenset({"", "%", "x"})

_LETTERS = frozenset("kmbt") | {"bn", "mn"}
_SCALES = {
    "k": 3, "m": 6, "b": 9, "t": 12, "thousand": 3, "million": 6, "billion": 9, "trillion": 12,
    "mn": 6, "bn": 9, "千": 3, "万": 4, "百万": 6, "千万": 7, "亿": 8, "十亿": 9, "万亿": 12, "百": 2,
}  # fmt: skip
_NUMBER = r"\d+(?:[,，]\d{3})+(?:\.\d+)?|\d*\.\d+|\d+"
_MENTION = re.compile(
    rf"(?P<pre>百分之\s*)?(?P<number>{_NUMBER})"
    r"(?:\s*(?P<percent>%|percentage points?|points?\b|percent\b|per cent\b|个百分点)"
    r"|\s*(?P<times>[x×](?![a-zA-Z\d]|\s*\d)|-?fold\b|times\b|倍)"
    r"|\s*(?P<scale>thousand|million|billion|trillion|万亿|十亿|千万|百万|亿|万|千(?![米克瓦赫])|百|(?:[kKmMbBtT]|bn|mn)(?![a-zA-Z]))"
    r"(?P<after>\s*(?:倍|times\b|[x×](?![a-zA-Z\d])))?)?",
    re.IGNORECASE,
)
_PERCENT = re.compile(r"百分之([零一二两三四五六七八九十百]+)|\b([a-zA-Z]+(?:-[a-z]+)?) per ?cent\b")
_ITEM = re.compile(r"(?<=[(（])[1-9](?=[)）])")


class Mention:
    """A number as written, with its readings, and the text before and behind it."""

    __slots__ = ("after", "before", "readings", "written")

    def __init__(self, text: str, start: int, end: int, readings: Iterable[Reading]) -> None:
        self.written = text[start:end].strip()
        self.before, self.after = text[:start], text[end:]
        self.readings = frozenset(readings)


def values(readings: Iterable[Reading]) -> frozenset[Decimal]:
    """The readings' values, of whichever kind."""
    return frozenset(value for value, _ in readings)


def found(mention: Mention, readings: frozenset[Reading]) -> bool:
    """Whether a text with these readings holds the number.

    A percentage needs a percentage, or a bare number as tables print them; one with a unit needs that unit, or a bare
    number; a bare number is found in any kind.
    """
    held = values(readings)
    return any(
        (value, kind) in readings
        or (kind == "%" and value != value.to_integral_value() and (value, "") in readings)
        or (kind == "" and value in held)
        or (kind not in _KINDS and (value, "") in readings)
        for value, kind in mention.readings
    )


def in_another_unit(mention: Mention, cited: frozenset[Reading], everywhere: frozenset[Reading]) -> bool:
    """Whether the cited passages have the value in other units only, and the paper nowhere in this one."""
    given = {(value, kind) for value, kind in mention.readings if kind not in _KINDS}
    kinds = {kind for value, kind in cited if any(value == v for v, _ in given)}
    return bool(given) and not given & everywhere and bool(kinds) and "" not in kinds


def mentions(text: str) -> list[Mention]:
    """The numbers written in digits, in order; these are what a claim must find in the paper."""
    text = _folded(text)
    counted = _items(text)
    return [
        Mention(text, m.start(), max(m.end(), _unit(m)[1]), _readings(m))
        for m in _MENTION.finditer(text)
        if _stands_alone(text, m) and m.start() not in counted
    ]


def readings(text: str) -> frozenset[Reading]:
    """All that the text can be read to say in numbers, words such as "three" and 三 included."""
    text = _folded(text)
    found = {r for m in _MENTION.finditer(text) for r in _readings(m)}
    found |= {(value, kind) for value in numerals.values(text) for kind in ("", "x")}
    found |= {(value, "%") for m in _PERCENT.finditer(text) for value in numerals.values(m[1] or m[2])}
    return frozenset(found)


def _folded(text: str) -> str:
    """Full-width digits and superscripts as ASCII, apart from what stands before them; thin blanks as blanks."""
    spaced = re.sub(r"(?<=\d)(?=[⁰¹²³⁴-⁹])", "^", text)
    return unicodedata.normalize("NFKC", spaced).replace("\u2212", "-")


def _stands_alone(text: str, match: re.Match[str]) -> bool:
    """Not a digit inside a name such as `x2y` or `arXiv2404`; "GPT-4" and "Llama 2" count."""
    before = text[match.start() - 1] if match.start() else " "
    return not (before.isascii() and (before.isalpha() or before == "_"))


def _items(text: str) -> frozenset[int]:
    """Where the numbers of a sentence's own list stand, which say nothing: "(1) a better strategy, (2) more data"."""
    items = list(_ITEM.finditer(text))
    in_order = len(items) > 1 and [int(m[0]) for m in items] == list(range(1, len(items) + 1))
    return frozenset(m.start() for m in items) if in_order else frozenset()


def _unit(match: re.Match[str]) -> tuple[str, int]:
    """The number's unit and where it ends; a power has none of its own."""
    end = match.end("number")
    power = match.string[: match.start()].endswith(("^", "^-"))
    return ("", end) if power else units.behind(match.string, end)


def _readings(match: re.Match[str]) -> Iterable[Reading]:
    try:
        value = Decimal(re.sub(r"[,，]", "", match["number"])).normalize()
    except InvalidOperation:
        return
    if match["pre"] or match["percent"]:
        yield value, "%"
        if (match["percent"] or "").startswith("point"):  # "4 points" are percent, or points
            yield value, ""
        return
    if match["times"]:
        yield value, "x"
        yield value, ""
        return
    scale = (match["scale"] or "").lower()
    if not scale:
        unit, _ = _unit(match)
        yield value, unit
        if unit == "s" and match.string[match.end("number")] == "s":  # "the 1980s"
            yield value, ""
    elif scale in _LETTERS:
        yield value, ""
    if scale:
        scaled = value.scaleb(_SCALES[scale]).normalize()
        yield scaled, ""
        if match["after"]:
            yield scaled, "x"
