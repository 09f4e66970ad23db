"""Numbers written as words, in English and Chinese: twenty-five, two thirds, twice, March; 二十五."""

import re
from collections.abc import Iterator
from decimal import Decimal

_WORDS = "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen "
_WORDS += "seventeen eighteen nineteen twenty"
_ORDINALS = "first second third fourth fifth sixth seventh eighth ninth tenth"
_MONTHS = "January February March April May June July August September October November December"
_TENS = ("thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
_SCALES = {"hundred": 2, "thousand": 3, "million": 6, "billion": 9, "trillion": 12}
_VALUES = {word: Decimal(n) for n, word in enumerate(_WORDS.split())}
_VALUES |= {word: Decimal(10 * n) for n, word in enumerate(_TENS, 3)}
_PARTS = {word: Decimal(n) for n, word in enumerate(_ORDINALS.split(), 1)} | {"quarter": Decimal(4)}
_ODD = {"half": "0.5 2", "once": "1", "twice": "2", "double": "2", "triple": "3", "quadruple": "4", "dozen": "12"}
_ENGLISH = re.compile(
    rf"(?i)\b(?P<tens>{'|'.join(['twenty', *_TENS])})-(?P<one>{'|'.join(_WORDS.split()[1:10])})\b"
    rf"|\b(?P<word>{'|'.join(_VALUES)})(?:[\s-](?P<scale>{'|'.join(_SCALES)}))?\b"
    rf"|\b(?P<part>{'|'.join(_PARTS)})s?\b"
    rf"|\b(?P<odd>{'|'.join(_ODD)})(?:d|s)?\b"
)
_MONTH = re.compile(rf"\b(?:{'|'.join(_MONTHS.split())})\b")
_HAN = {c: n for n, c in enumerate("零一二三四五六七八九")} | {"两": 2, "〇": 0}
_HAN_SCALES = {"十": 10, "百": 100, "千": 1000, "万": 10**4, "亿": 10**8}
_HAN_NUMBER = re.compile(f"[{''.join(_HAN)}{''.join(_HAN_SCALES)}]+")


def values(text: str) -> Iterator[Decimal]:
    """Every value that a word of the text may stand for."""
    for match in _ENGLISH.finditer(text):
        yield from _english(match)
    for match in _MONTH.finditer(text):  # "7 月" is July
        yield Decimal(_MONTHS.split().index(match[0]) + 1)
    for match in _HAN_NUMBER.finditer(text):
        if any(c in _HAN or c == "十" for c in match[0]):
            yield Decimal(_han(match[0]))


def _english(match: re.Match[str]) -> Iterator[Decimal]:
    if match["tens"]:
        yield _VALUES[match["tens"].lower()] + _VALUES[match["one"].lower()]
    elif match["word"]:
        yield _VALUES[match["word"].lower()].scaleb(_SCALES.get((match["scale"] or "").lower(), 0)).normalize()
    elif match["part"]:
        yield _PARTS[match["part"].lower()]
    else:
        yield from map(Decimal, _ODD[match["odd"].lower()].split())


def _han(written: str) -> int:
    """二十五 is 25, 一百二十万 is 1,200,000."""
    whole = section = digit = 0
    for char in written:
        if char in _HAN:
            digit = _HAN[char]
        elif (scale := _HAN_SCALES[char]) < 10**4:
            section, digit = section + (digit or 1) * scale, 0
        else:
            whole, section, digit = (whole + section + digit or 1) * scale, 0, 0
    return whole + section + digit
