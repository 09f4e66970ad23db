"""Faults planted in a paper's own sentences: any paper will do, and nobody writes claims for it."""

import re
from collections import Counter
from collections.abc import Iterator

from chatpaper.chain.audit import Auditor
from chatpaper.chain.cleaning import tidy
from chatpaper.chain.evidence import Citer
from chatpaper.chain.replies import ClaimReply
from chatpaper.digest import Claim
from chatpaper.paper import Paper, Passage

from .planted import Fault

_NUMBER = re.compile(r"(?<![\w.,-])\d+(?:\.\d+)?(?![\w.,]*\d)")
_UNITS = {"ms": "s", "s": "ms", "GB": "MB", "MB": "GB", "hours": "minutes", "days": "weeks", "nm": "mm", "km": "cm"}
_UNITS |= {"cm": "km", "m": "km", "小时": "分钟", "厘米": "公里", "毫秒": "小时", "米": "公里", "pixels": "mm"}
_WITH_UNIT = re.compile(rf"(?<=\d)(\s?)({'|'.join(_UNITS)})(?![A-Za-z/²])")
_NOT = re.compile(r" (?:not(?! only)|never)\b|[不没](?=[能会])")
_HEDGE = re.compile(r"\b(?:may|might|could) |可能")
_SOME = re.compile(r"\b(?:some|many|several|most of)(?= [a-z])|大多数|部分|一些")
_OTHER = {"en": "该方法在所有数据上都取得了很好的结果。", "zh": "The method does well on all of the data."}
HARD = frozenset({"number of another sentence", "numbers exchanged", "lost negation", "all for some"})
"""What a program can tell in part only; the figure is printed, and no goal."""


def whole(paper: Paper) -> list[Passage]:
    """Sentences of prose that could be claims as they are."""
    stop = "。" if paper.language == "zh" else "."
    return [p for p in paper.passages if p.kind == "text" and p.text.endswith(stop) and 50 < 3 * len(p.text) < 1200]


def faults(paper: Paper, passage: Passage) -> Iterator[Fault]:
    """The sentence as a claim, with one fault each."""

    def said(name: str, text: str, *ids: str) -> Fault:
        return Fault(name, ClaimReply(passages=ids or (passage.id,), **{paper.language: text}))

    text, zh = tidy(passage.text), paper.language == "zh"
    if number := _NUMBER.search(text):
        yield said("wrong number", _NUMBER.sub(f"{number[0]}7{'' if '.' in number[0] else '3'}", text, count=1))
        others = [n for p in whole(paper) for n in _NUMBER.findall(p.text) if n not in text]
        if others:
            yield said("number of another sentence", _NUMBER.sub(others[-1], text, count=1))
    if (pair := _NUMBER.findall(text))[1:] and pair[0] != pair[1]:
        exchanged = iter(pair[1::-1])
        yield said("numbers exchanged", _NUMBER.sub(lambda _: next(exchanged), text, count=2))
    if _WITH_UNIT.search(text):
        yield said("wrong unit", _WITH_UNIT.sub(lambda m: m[1] + _UNITS[m[2]], text))
    yield said("wrong id", text, "77.1")
    yield said("other language", _OTHER[paper.language])
    yield said("placeholder", text[:-1] + ("，数据集为 xxx。" if zh else " on the xxx dataset."))
    yield said("citation mark", text[:-1] + (" [3, 12]。" if zh else " [3, 12]."))
    yield said("cut sentence", text[: len(text) // 2] + ("的" if zh else " of the"))
    yield said("foreign name", text[:-1] + ("，优于 HyperMatch-9。" if zh else ", unlike HyperMatch-9."))
    if _NOT.search(text):
        yield said("lost negation", _NOT.sub("", text))
    if _HEDGE.search(text):
        yield said("lost hedge", _HEDGE.sub("", text))
    if _SOME.search(text):
        yield said("all for some", _SOME.sub("所有" if zh else "all", text))


def caught(claim: Claim, fault: Fault) -> bool:
    """Flagged, or taken out of the text before anybody sees it."""
    return bool(claim.flags) or (fault.name == "citation mark" and "[3, 12]" not in f"{claim.zh} {claim.en}")


def counted(paper: Paper) -> tuple[Counter[str], Counter[str], int, int]:
    """Faults planted and caught, by name; sound sentences, and those that raised an alarm."""
    citer, auditor = Citer(paper), Auditor(paper, (paper.language,))
    planted, found = Counter[str](), Counter[str]()
    alarms = 0
    for passage in whole(paper):
        sound = ClaimReply(passages=(passage.id,), **{paper.language: passage.text})
        alarms += bool(auditor.audited(citer.claim(sound, whole=True)).flags)
        for fault in faults(paper, passage):
            planted[fault.name] += 1
            found[fault.name] += caught(auditor.audited(citer.claim(fault.reply, whole=True)), fault)
    return planted, found, len(whole(paper)), alarms
