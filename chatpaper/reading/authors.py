"""Names of authors and their affiliations, from the lines between title and abstract.

All names of a paper are set in one style, and in one size unless they stand side by side; affiliations carry words of
institutions, raised marks in front, or another style; marks, degrees and addresses are no part of a name.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from statistics import median

from .marks import CJK, Line, Style, Word, joined, norm
from .text import common

_INSTITUTION = re.compile(
    r"(?i)\b(?:universit\w*|univ|institut\w*|inst|college|school|dep(?:artmen)?t\w*|départ\w*|facult\w*|lab(?:s|orator\w*)?|"
    r"cent(?:er|re|ro)\w*|academy|academia|[ée]cole|escola|escuela|research|hospital|clinic|ministry|council|foundation|corporation|corp|inc|ltd|llc|gmbh|"
    r"company|group|division|technolog\w*|polytechni\w*|politecnico|sciences?|engineering|physics|mathemati\w*|"
    r"google|microsoft|deepmind|facebook|meta ai|openai|ibm|amazon|nvidia|intel|adobe|huawei|tencent|baidu|alibaba|"
    r"bytedance|deepseek\S*|apple|mit|csail|eth|epfl|cnrs|inria|cern|nasa|csiro|society|association|agency|hochschule|"
    r"eecs|dfki|fraunhofer|max[- ]planck|observatory|museum|bureau|station|ai2|"
    r"programme?|intelligence|computing|systems)\b"
    r"|大学|学院|研究|实验室|公司|中心|医院|系[，,]"
)
_PLACE = re.compile(
    r"(?i)^(?:new (?:york|jersey|delhi|zealand|haven|south wales)|san (?:francisco|diego|jose)|los angeles|hong kong|"
    r"united "
    r"(?:states|kingdom)|great britain|mountain view|menlo park|palo alto|ann arbor|santa (?:cruz|barbara|clara)|south "
    r"(?:korea|africa)|saudi arabia|the netherlands|republic of \w+|czech republic|"
    r"p\.? ?r\.? china|tel aviv|salt lake city|"
    r"abu dhabi|sri lanka|costa rica|puerto rico|north carolina|(?:east|west) lansing|college park|cape town|são paulo|"
    r"buenos aires|rio de janeiro|ho chi minh|st\.? (?:louis|petersburg)|"
    r"\w+ (?:city|county|district|province|prefecture)|(?:cambridge|boston) (?-i:MA|UK))$"
)
_STOP = re.compile(
    r"(?i)\b(?:of|the|for|with|from|is|are|this|these|author|authors|corresponding|equal|contribution\w*|"
    r"email|e-mail|address|abstract|keywords|received|accepted|published|available|online|article|journal|volume|vol|"
    r"preprint|draft|version|submitted|manuscript|conference|proceedings|workshop|report|paper|review|editor|copyright|license|open|"
    r"access|dated|collaborations?|"
    r"technical|edited|doi|members?|fellow|senior|student|ieee|acm|street|road|avenue|boulevard|box|under|work|done|while|project|lead|"
    r"china|usa|u\.s\.a|germany|france|canada|australia|italy|japan|india|spain|switzerland|israel|singapore|abu|"
    r"model|learning|data|analysis|using|based|via|towards?|and)\b"
)
_DEGREE = re.compile(
    r"(?i)^(?:ph\.?\s?d\.?|m\.?\s?d\.?|m\.?\s?sc\.?|b\.?\s?sc\.?|dr\.?|prof\.?|jr\.?|sr\.?|i{2,3}|mph|ms|ma|rn|bs|dphil)$"
)
_PARTICLE = (
    r"(?:van|von|de|las|los|der|den|del|della|di|da|dos|das|du|la|le|ter|ten|bin|ibn|al|el|y|e|zu|zur|af|do|st\.|"
    r"van\sder|van\sde)"
)
_LISTS = re.compile(r"(?:[,;，]|\band|&|\sÆ)\W*$")
_UNENDED = re.compile(rf"(?i)^[^\W\d_].*\s{_PARTICLE}$")
"""A name broken behind its particle."""
_NAME_WORD = r"(?:[^\W\d_a-z][^\W\d_]*(?:[-‐'’`´.·][^\W\d_]+)*\.?|[^\W\d_]\.(?:-?[^\W\d_]\.)*|[dDO]['’][^\W\d_]+)"
_NAME = re.compile(rf"^(?:{_NAME_WORD}|{_PARTICLE})(?:\s+(?:{_NAME_WORD}|{_PARTICLE})){{1,5}}$")
_SPLIT = re.compile(r"\s*(?:,|;|，|；|、|·|•|\||&|Æ(?=\s|$)|\band\b|\bAND\b|\bwith\b|\bund\b|\bet\b(?!\sal))\s*")
_COMPANY = re.compile(r"(?i)^(?:ltd|inc|llc|corp|co|gmbh|s\.?a|b\.?v|plc)\b\.?$")
"""It makes what stands before it a company."""
_POSTCODE = re.compile(r"[^\W\d_]\s?\d[\d\s]*[^\W\d_]")
"""Figures between letters; marks stand behind a name."""
_TWO = re.compile(rf"^({_NAME_WORD}\s[A-Z]\.\s{_NAME_WORD})\s({_NAME_WORD}\s[A-Z]\.\s{_NAME_WORD})$")
"""Names side by side with nothing but a blank between them: each has its middle initial."""
_ON_DATE = re.compile(r"\s+on\s+[A-Z][a-z]+\s+\d{1,2},\s+(?:19|20)\d\d\s*$")
_MARKS = re.compile(r"[*∗†‡§¶‖#∥✉♯♮⋆★☆◊◦✝⁎⇤⇥\d¹²³⁰-⁹ᵃ-ᶻ()\[\]{}✶⊕⊗♣♠♦♥@]+")


@dataclass(frozen=True, slots=True)
class _Cell:
    """A stretch of a line without a wide gap (authors side by side stand in cells)."""

    line: Line
    words: tuple[Word, ...]
    style: Style
    dashed: bool = False
    """Whether it follows a dash, as institutions follow names."""

    @property
    def text(self) -> str:
        return joined(self.words)


def find(lines: Sequence[Line]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Names and affiliations."""
    cells = _run_on([cell for line in lines for cell in _cells(line)])
    group = _collaboration(cells)
    names: list[str] = []
    style: Style | None = None
    row = 0.0
    places: list[str] = []
    for cell in map(_without_address, cells):
        if re.search(r"@|https?://|www\.|(?i:e-?mail|correspond|equal contribution|these authors)", cell.text):
            continue
        found = [] if style and (cell.dashed or _marked_in_front(cell)) else _names(cell)
        beside = abs(cell.line.base - row) < 1
        fits = style is None or (
            (beside or abs(cell.style.size - style.size) < 0.6)
            and cell.style.bold == style.bold
            and cell.style.italic == style.italic
        )
        if found and fits:
            style, row = (style, row) if style else (cell.style, cell.line.base)
            names += [n for n in found if norm(n) not in {norm(o) for o in names}]
        elif style is not None or _INSTITUTION.search(cell.text):
            places.append(joined([w for w in cell.words if not w.raised]))
    if group and (not names or (len(names) == 1 and not group.endswith("AI"))):
        names = [group]
    return tuple(names), _affiliations(places)


def _without_address(cell: _Cell) -> _Cell:
    """A name without the address in brackets behind it: A. Duthie (a.duthie@stir.ac.uk)."""
    at = next((i for i, word in enumerate(cell.words) if word.text[0] in "([<{"), 0)
    return replace(cell, words=cell.words[:at]) if at and "@" in cell.text else cell


def _marked_in_front(cell: _Cell) -> bool:
    """Names carry their marks behind them, institutions in front, at the start of a line. (A comma after the mark: the
    name before it stands at the end of another line.)"""
    mark, *rest = cell.words
    if mark is not cell.line.words[0]:
        return False
    marks = mark.raised == 1 or bool(re.fullmatch(r"\(?\d{1,2}[.)]?", mark.text))
    return marks and bool(rest) and not mark.text.endswith((",", ";")) and rest[0].text[:1] not in ",;"


def institutions(text: str) -> int:
    """How many words of institutions a text has."""
    return len(_INSTITUTION.findall(text))


def _cells(line: Line) -> list[_Cell]:
    parts: list[list[Word]] = [[]]
    dashed: set[int] = set()
    wide = _wide(line)
    for word in line.words:
        if parts[-1] and word.text in ("–", "—"):
            dashed.add(len(parts))
            parts.append([])
            continue
        if parts[-1] and word.box[0] - parts[-1][-1].box[2] > wide and not CJK.match(word.text):
            parts.append([])
        parts[-1].append(word)
    return [
        _Cell(
            line,
            tuple(part),
            Line(line.page, line.first, line.last, tuple(part), line.box, _plain_size(part), line.base).style,
            i in dashed,
        )
        for i, part in enumerate(parts)
        if part
    ]


def _wide(line: Line) -> float:
    """The gap, in points, that parts two cells: an em, or, in a line without commas, less if it is twice a blank."""
    gaps = [b.box[0] - a.box[2] for a, b in pairwise(line.words) if not b.glued]
    if not gaps or re.search(r"[,;，；、]", line.text):
        return 1.1 * line.size
    return min(1.1 * line.size, max(0.7 * line.size, 1.8 * median(gaps)))


def _plain_size(words: Sequence[Word]) -> float:
    """The size of the first word that is no raised mark."""
    return next((w.size for w in words if not w.raised), words[0].size)


def _run_on(cells: list[_Cell]) -> list[_Cell]:
    """A list of names may break a name at a line's end: what follows the last comma there is one word, or ends in
    an initial or a particle, and goes on."""
    out: list[_Cell] = []
    for cell in cells:
        last = out[-1] if out else None
        if last is not None and last.line is not cell.line and last.style == cell.style and not last.words[-1].raised:
            *names, rest = re.split(r"[,，;]", last.text)
            rest = re.sub(r"^(?:and|&)\s", "", _MARKS.sub("", rest).strip())
            listed = len(names) > 1 or (len(out) > 1 and out[-2].line is last.line and _LISTS.search(out[-2].text))
            if (
                listed
                and (re.fullmatch(r"[^\W\d_][^\W\d_’'.-]+(?:\s[^\W\d_]\.)*", rest) or _UNENDED.search(rest))
                and is_name(f"{rest} {cell.words[0].text.strip(',;')}")
            ):
                out[-1] = _Cell(
                    cell.line, (*last.words, replace(cell.words[0], glued=False), *cell.words[1:]), last.style
                )
                continue
        out.append(cell)
    return out


def _names(cell: _Cell) -> list[str]:
    """The names in a cell; what follows an institution is its place, what follows a leading mark an affiliation."""
    plain = [w for w in cell.words if not w.raised]
    if not plain:
        return []
    if (
        cell.words[0].raised
        and len(plain) > 0
        and not _SPLIT.search(joined(plain))
        and _INSTITUTION.search(joined(plain))
    ):
        return []
    text = ""
    for w in cell.words:
        if w.raised:
            text += " , " if _separates(w) else ""
        else:
            text += w.text if w.glued and not text.endswith(" ") else " " + w.text
    text = common(text)
    found: list[str] = []
    if sum(bool(CJK.match(c)) for c in text) >= 2:
        return _chinese(text)
    text = re.sub(r"^\s*(?:(?:[Bb]y|BY)\s|(?:Authors?|AUTHORS?)\s*:)\s*", "", text)
    text = _ON_DATE.sub("", text)
    for segment in _SPLIT.split(text):
        name = re.sub(r"\s+", " ", _MARKS.sub(" ", segment)).strip(" .,:;-–—~^'`")
        name = re.sub(r"-{2,}", "-", name)
        name = re.sub(r"\b([A-Z])\s*\.\s*", r"\1. ", name).strip()
        if not name or _DEGREE.match(name):
            continue
        if _COMPANY.match(name):
            found = found[:-1]
        if _INSTITUTION.search(name) or _POSTCODE.search(segment):
            break
        if two := _TWO.match(name):
            found += [cased(one) for one in two.groups()]
        elif is_name(name):
            found.append(cased(name))
        elif len(name.split()) > 6 or re.search(r"\d", segment.strip("*∗†‡ 0123456789")):
            break
    return found


def _separates(word: Word) -> bool:
    return bool(re.search(r"[\w*∗†‡§¶✉#]", word.text))


def _chinese(text: str) -> list[str]:
    """Chinese names; a transcription behind one ("赵海 Hai Zhao") says it again."""
    text = re.sub(r"^\s*作者\s*[:：]\s*", "", text)
    text = re.sub(r"[\u4e00-\u9fff]+\s*\d{3,}班?\s", "", text)  # a student's class
    text = re.sub(r"^(\s*[\u4e00-\u9fff·]{2,5}[*∗†‡\d]*)\s*[A-Za-z][A-Za-z .'’-]+$", r"\1", text)
    if _INSTITUTION.search(text) or re.search(r"[省市区路号:：]", text):
        return []
    text = re.sub(r"(?<![\u4e00-\u9fff])([\u4e00-\u9fff])\s+([\u4e00-\u9fff])(?![\u4e00-\u9fff])", r"\1\2", text)
    parts = [_MARKS.sub("", p).strip() for p in re.split(r"[\s,，;；、]+", text)]
    parts = [p for p in parts if p]
    good = [p for p in parts if re.fullmatch(r"[\u4e00-\u9fff·]{2,5}", p)]
    return good if len(good) == len(parts) else []


def is_name(text: str) -> bool:
    words = text.split()
    if not _NAME.match(text) or _STOP.search(text) or _PLACE.match(text):
        return False
    full = [w for w in words if len(w.strip(".")) > 1]
    firm = words[-1] == "AI" and not text.isupper()
    return (
        bool(full)
        and len(text) < 48
        and not firm
        and not all(w.isupper() and len(w) <= 3 and "." not in w for w in words)
    )


def cased(name: str) -> str:
    """Names printed in capitals in normal case."""
    if name.upper() == name and any(len(w) > 2 for w in name.split()):
        return re.sub(r"[^\W\d_]+", lambda m: m[0].capitalize(), name)
    return name


def _collaboration(cells: list[_Cell]) -> str:
    for cell in cells:
        m = re.fullmatch(r"\s*((?:The\s+)?[\w –-]{2,40}\s(?:Collaborations?|Consortium|Team|Group|AI))\W*", cell.text)
        if m:
            return m[1]
    return ""


def _affiliations(places: list[str]) -> tuple[str, ...]:
    found: list[str] = []
    for text in places:
        text = re.sub(r"^[\s*∗†‡§¶\d,ᵃ-ᶻ⁰-⁹¹²³]+", "", text).strip(" ,;")
        if _INSTITUTION.search(text) and len(text) > 3 and text not in found:
            found.append(text)
    return tuple(found[:60])
