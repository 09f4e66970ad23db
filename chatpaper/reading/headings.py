"""Section headings: found by the layout model and by how they are set, ordered by their numbers and styles.

Rules of typesetting used: headings of one level share one style; numbers count up and their depth is the level;
a heading stands on lines of its own, above its text; what follows it is set in the body's style.
"""

import itertools
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from .marks import CJK, Block, Line, Style, norm

_ARABIC = re.compile(
    r"^(?:§\s*|Section\s+|Chapter\s+|CHAPTER\s+)?(\d{1,2}(?:\s?[.．]\s?\d{1,2}(?![A-Za-z])){0,4})(\s*[.．:)、|]?)(\s*)(?=\S)"
)
_ROMAN = re.compile(r"^((?:X{0,2})(?:IX|IV|V?I{0,3})(?:\.[IVX]{1,4}){0,2})\s*([.．:)])?\s+(?=\S)")
_LETTER = re.compile(r"^([A-Z](?:\s?\.\s?\d{1,2}){0,3})\s*([.．:)])?\s+(?=\S)")
_APPENDIX = re.compile(
    r"^(?:Appendix|APPENDIX|Annex|Supplement)\s+([A-Z](?:\.\d{1,2}){0,3}|\d{1,2}|[IVX]+)(?!\w)"
    r"\s*[.．:—–-]?\s*(?=\S|$)"
)
_CHINESE = re.compile(
    r"^(第\s?[一二三四五六七八九十\d]+\s?[章节]|[一二三四五六七八九十]+(?=[、．.])|[（(][一二三四五六七八九十]+[)）])\s*[、．.]?\s*(?=\S)"
)
KNOWN = {
    "references", "bibliography", "literaturecited", "acknowledgements", "acknowledgments", "acknowledgement",
    "acknowledgment", "introduction", "conclusion", "conclusions", "discussion", "results", "methods",
    "materialsandmethods", "methodsandmaterials", "resultsanddiscussion", "relatedwork", "background", "appendix",
    "appendices", "supportinginformation", "supplementarymaterial", "supplementarymaterials", "authorcontributions",
    "authorscontributions", "funding", "dataavailability", "conflictsofinterest", "conflictofinterest",
    "competinginterests", "ethicsstatement", "limitations", "concludingremarks", "abouttheauthors", "futurework",
    "discussionandconclusion", "discussionandconclusions", "conclusionsandfuturework", "conclusionandfuturework",
    "executivesummary", "broaderimpact", "reproducibilitystatement", "ethicalconsiderations", "abbreviations",
    "declarations", "referencesandfootnotes", "associatedcontent", "authorinformation",
    "参考文献", "致谢", "引言", "结论", "结语", "绪论", "附录", "前言", "总结",
}  # fmt: skip
_TEXT = {
    "introduction", "background", "methods", "materialsandmethods", "methodsandmaterials", "results",
    "resultsanddiscussion", "discussion", "conclusion", "conclusions", "引言", "绪论", "前言", "结论", "结语", "总结",
}  # fmt: skip
"""Of those, the sections of the text itself."""
BACK = {n for n in KNOWN if n.startswith(("reference", "bibliograph", "literature", "acknowledg"))} | {
    "参考文献", "致谢", "authorcontributions", "authorscontributions", "funding", "associatedcontent",
    "authorinformation",
}  # fmt: skip
REFERENCES = {
    "references", "bibliography", "literaturecited", "referencesandnotes", "referencesandfootnotes", "参考文献",
    "workscited",
}  # fmt: skip
_NOT = re.compile(
    r"(?i)^(abstract|摘要|a b s t r a c t|key ?words|index terms|ccs concepts|general terms|categories and subject|"
    r"acm reference format|article info|a r t i c l e|contents$|table of contents|目\s*录|list of (figures|tables)|"
    r"(figure|fig\.|table|algorithm|listing|procedure|theorem|lemma|proof|definition|proposition|corollary|remark|"
    r"example|assumption|claim)\s*[\d(.:]|table [ivxlc]+$|插\s*图$|表\s*格$|[图表插]\s*目\s*录$|目\s*次$|"
    r"(?-i:[Pp]roof)\b|proof\W*$|open access|edited by|reviewed by|received|correspond|doi\b|citation|"
    r"copyright|关键词|中图分类号|highlights$|graphical abstract|significance(?: statement)?$|author summary$|"
    r"submit your next manuscript|additional file \d|[ivxl]+$|continued\W*$|affiliations?:|communicated by\b)"
)
_LED = re.compile(r"\d{1,2}-?[A-Za-z]+\b(?! *[=<>±])")
"""A word that begins with figures (2D, 3-way, 2opt)."""
_CLAUSE = re.compile(r"[\u4e00-\u9fff][,，;；.]$")
_SPACED = re.compile(r"(?:[A-Z] ){3,}")
"""A word in capitals set with blanks between them."""
_LINE = re.compile(r"^(?:R|sage|In \[\d+\]:?)?\s?>+\s|<-|^[=+<>]|^\[\d|\[\d+\].*\[\d+\]|[∩∪∧∨].*[(=]")
"""A line of a listing, with its prompt or an assignment, of running text, with its citations, or of logic."""


@dataclass(slots=True)
class Heading:
    lines: list[Line]
    page: int
    number: str | None
    title: str
    style: Style
    labelled: bool
    """The layout model calls it a heading."""
    level: int = 0
    centred: bool = False
    """Whether it stands in the middle of its column and not at its left edge."""
    marks: set[str] = field(default_factory=set)


def numbered(text: str) -> tuple[str | None, str, str]:
    """Number, title and scheme (arabic, roman, letter, appendix, chinese; "" without a number). A letter before a small
    one is no number but a name cut short (A. baumannii)."""
    for scheme, pattern in (("appendix", _APPENDIX), ("chinese", _CHINESE), ("arabic", _ARABIC)):
        m = pattern.match(text)
        if m and scheme == "arabic":
            title = text[m.end() :].strip()
            starts = title[:1]
            separated = bool(m[2] or m[3]) or bool(CJK.match(starts))
            named = starts.isalpha() or starts in "[(“\"'`$‘#" or ("." in m[1] and _LED.match(title))
            if not separated or not named or int(m[1].split(".")[0].strip()) > 40:
                continue
            if m[2].strip() == ")":
                return re.sub(r"\s", "", m[1]).replace("．", ".") + ")", title, "item"
            return re.sub(r"\s", "", m[1]).replace("．", "."), title, scheme
        if m:
            return re.sub(r"\s", "", m[1]), text[m.end() :].strip(), scheme
    if _SPACED.match(text):
        return None, text.strip(), ""
    m = _ROMAN.match(text)
    if m and m[1] and (m[2] or len(m[1]) > 1 or text[m.end() :][:1].isupper()) and m[2] != ")":
        return m[1], text[m.end() :].strip(), "roman"
    m = _LETTER.match(text)
    if m and m[2] != ")" and text[m.end() : m.end() + 1].isalnum() and not text[m.end() :][:1].islower():
        return re.sub(r"\s", "", m[1]), text[m.end() :].strip(), "letter" if m[2] or "." in m[1] else "bare"
    return None, text.strip(), ""


def excluded(text: str) -> bool:
    """Words that look like headings and are none: boxes of journals, captions, theorem heads."""
    return bool(_NOT.match(text.strip())) or not any(c.isalpha() for c in text)


_ORNAMENT = re.compile(r"^\s*[■□▪▫▶►▸◆◇◼◾❖✦●]+\s*")


def title_text(lines: Sequence[Line]) -> str:
    """The heading's lines as one, without the square or bullet that some journals set before it."""
    text = ""
    for line in lines:
        part = line.text
        if text.endswith("-") and (part[:1].islower() or (text[-2:-1].isupper() and part[:2].isupper())):
            text = text[:-1] + part
        elif text and not (CJK.match(text[-1]) and CJK.match(part)):
            text += " " + part
        else:
            text += part
    return _ORNAMENT.sub("", text).strip()


def candidate(lines: list[Line], labelled: bool) -> Heading | None:
    """A heading from these lines, if they can be one."""
    text = title_text(lines)
    if not text or len(text) > 220 or excluded(text) or _LINE.search(text):
        return None
    number, title, scheme = numbered(text)
    if scheme == "appendix" and not title:  # its title stands below, or it has none
        number, title, scheme = None, text, ""
    if scheme == "item" or norm(title) in ("abstract", "摘要", "contents", "目录", "keywords") or norm(title) == "":
        return None
    if not number and ((title[:1].islower() and not lines[0].style.bold) or len(norm(title)) < 2 or _goes_on(lines)):
        return None
    if "。" in title or _CLAUSE.search(title):  # sentences
        return None
    heading = Heading(lines, lines[0].page, number, title, lines[0].style, labelled)
    heading.marks.add(scheme)
    return heading


def _goes_on(lines: Sequence[Line]) -> bool:
    """Whether bold words are followed by plain ones on the last line: a paragraph begins there, and its bold start is
    no heading of its own. One plain word or a few signs may be a formula in a heading."""
    words = [w for w in lines[-1].words if any(c.isalpha() for c in w.text)]
    if not words or not lines[0].words[0].bold or not words[0].bold:
        return False
    tail = list(itertools.takewhile(lambda w: not w.bold and not w.italic and not w.raised, reversed(words)))
    return len(tail) > 1 and sum(c.isalpha() for w in tail for c in w.text) > 7


def split_headings(block: Block) -> list[list[Line]]:
    """A block that holds several headings, one under the other, in its parts: each level has its style, so a change
    of size, weight or from capitals to small letters begins the next one, and so does a number such as 4.2."""
    parts: list[list[Line]] = []
    for line in block.lines:
        if parts:
            last = parts[-1][-1]
            number, _, scheme = numbered(line.text)
            changed = abs(last.size - line.size) > 0.4 or last.style.bold != line.style.bold
            changed = changed or (last.style.caps and not line.style.caps and len(norm(last.text)) > 5)
            gap = line.box[1] - last.box[3]
            fresh = bool(number) and scheme in ("arabic", "letter", "roman", "appendix") and gap > 0.25 * line.size
            fresh = fresh or (scheme == "arabic" and "." in (number or "")[:-1] and not numbered(parts[-1][0].text)[0])
            if not changed and not fresh and gap < 1.2 * line.size:
                parts[-1].append(line)
                continue
            if changed and not number and not _complete(parts[-1]):
                parts[-1].append(line)
                continue
        parts.append([line])
    return parts


def _complete(lines: list[Line]) -> bool:
    return names_something(numbered(title_text(lines))[1])


def names_something(title: str) -> bool:
    """Three letters, or two Chinese characters."""
    return len(title) > 2 or (len(title) == 2 and bool(CJK.match(title)))


def levels(headings: list[Heading]) -> list[Heading]:
    """Levels from numbers; unnumbered ones take the level of the numbered ones set like them.

    Where little is numbered the styles are ranked: the one of the well-known first-level names is the first level.
    """
    headings = _counting(headings)
    romans = sum("roman" in h.marks for h in headings) >= 2
    headings = [h for h in headings if _settled(h, headings, romans)]
    figures = 3 if romans or _counted_in_chinese(headings) else 2 if _counts_anew(headings) else 1
    by_style: dict[Style, Counter[int]] = {}
    for h in headings:
        if h.number:
            h.level = _depth(h, romans, figures, headings)
            by_style.setdefault(h.style, Counter())[h.level] += 1
    main = [h for h in headings if h.number and h.level == 1]
    if len(main) >= 2 and 4 * sum(bool(h.number) for h in headings) >= len(headings):
        _level_by_peers(headings, main, by_style)
    elif headings:
        _level_by_rank(headings)
    return headings


def _counting(headings: list[Heading]) -> list[Heading]:
    """Without the lines of numbered listings: the numbers of sections count up from the first to the last page, and
    what breaks the longest such row and starts with a small letter, or is set unlike it, is a step of an algorithm."""
    single = [h for h in headings if "arabic" in h.marks and h.number and h.number.isdigit()]
    chains: list[list[Heading]] = []
    for h in single:
        before = [c for c in chains if int(c[-1].number or 0) < int(h.number or 0)]
        chains.append([*max(before, key=_sections, default=[]), h])
    row = max(chains, key=_sections, default=[])
    sure = {id(h) for h in row if _capitalized(h.title)}
    styles = {h.style for h in row if id(h) in sure}
    steps = {id(h) for h in single if id(h) not in sure and (not _capitalized(h.title) or h.style not in styles)}
    return [h for h in headings if id(h) not in steps] if len(row) > 2 else headings


def _sections(row: list[Heading]) -> tuple[int, int]:
    """The more titles a row has, the better; of two with as many, the one that leaves out fewer numbers."""
    return sum(_capitalized(h.title) for h in row), -int(row[-1].number or 0) if row else 0


def _capitalized(title: str) -> bool:
    """A name may begin with a small letter (circRNA, eBPF)."""
    name = any(c.isupper() for c in title.split(" ")[0])
    return name or bool(CJK.match(title[:1])) or not title[:1].isalpha()


def _settled(h: Heading, headings: list[Heading], romans: bool) -> bool:
    """Settles what a capital before a title is: a number where its neighbours count with it, else a word."""
    if "roman" in h.marks and not romans and h.number is not None:
        parts = any((o.number or "").startswith(f"{h.number}.") for o in headings)
        if len(h.number) == 1 and (parts or any(o.number in ("B", "D", "J") and o.style == h.style for o in headings)):
            h.marks = {"letter"}
        elif any("arabic" in o.marks for o in headings):
            h.title, h.number = f"{h.number} {h.title}", None
    if h.number and len(h.number) == 1 and "roman" in h.marks and romans:
        before = [o for o in headings[: headings.index(h)] if o.number]
        if before and "letter" in before[-1].marks and ord(before[-1].number[0]) + 1 == ord(h.number):  # type: ignore[index]
            h.marks = {"letter"}
    if "bare" in h.marks and h.number is not None:
        letter = h.number[0]
        alike = [o for o in headings if o is not h and o.number and abs(o.style.size - h.style.size) < 0.6]
        peers = {o.number for o in alike if o.number and o.style.bold == h.style.bold}
        appendix = _after_references(h, headings) and any(o.style == h.style for o in alike)
        alone = letter == "A" and not peers & {"B", "A.1", "A.2"} and not appendix
        if alone or (letter != "A" and chr(ord(letter) - 1) not in {p[0] for p in peers}):
            h.title, h.number = f"{h.number} {h.title}", None
    return True


def _depth(h: Heading, romans: bool, figures: int, headings: list[Heading]) -> int:
    """`figures`: the level of what counts 1, 2."""
    number = h.number or ""
    if "chinese" in h.marks:
        return 2 if number[0] in "（(" or number.endswith("节") else 1
    if "roman" in h.marks or "appendix" in h.marks:
        return 1 + number.count(".")
    if h.marks & {"letter", "bare"}:
        if not romans and any(o.number == number and o.style.size > h.style.size + 0.4 for o in headings):
            return 3  # counts something within an appendix
        under = romans and not _appended(h, headings)
        return 1 + number.count(".") + under
    if "arabic" in h.marks and "." not in number:
        return figures
    return 1 + number.count(".")


def _counted_in_chinese(headings: list[Heading]) -> bool:
    """Whether the first level is (一、, 第二章): then what counts 1, 2 does so below the second level, 1.1."""
    chinese = [h for h in headings if "chinese" in h.marks and h.number and h.number[0] not in "（("]
    return len(chinese) >= 2 and any("arabic" in h.marks and "." in (h.number or "") for h in headings)


def _counts_anew(headings: list[Heading]) -> bool:
    """Whether the numbers begin with 1 in each section, below names that have none."""
    ones = [i for i, h in enumerate(headings) if "arabic" in h.marks and h.number == "1"]
    before = [norm(h.title) for h in headings[: ones[1]] if not h.number] if len(ones) > 1 else []
    return any(name in KNOWN - BACK for name in before) and not any(name in REFERENCES for name in before)


def _after_references(h: Heading, headings: list[Heading]) -> bool:
    before = headings[: headings.index(h)]
    return any(norm(o.title) in REFERENCES for o in before)


def _appended(h: Heading, headings: list[Heading]) -> bool:
    """Whether it stands behind the references, and no first-level section in Roman figures between them and it."""
    before = headings[: headings.index(h)]
    lists = [i for i, o in enumerate(before) if norm(o.title) in REFERENCES]
    return bool(lists) and not any("roman" in o.marks for o in before[lists[-1] :])


def _level_by_peers(headings: list[Heading], main: list[Heading], by_style: dict[Style, Counter[int]]) -> None:
    """What is set like the numbered ones has their level. The first one, too, have the well-known names, what is set
    like those that open and close a text, and chapters: larger than all numbered ones, from before the first of them.
    """
    first = {h.style for h in headings if not h.number and norm(h.title) in KNOWN - BACK}
    chapter = max(h.style.size for h in main) + 0.4
    chapters = any(h.style.size > chapter for h in headings[: headings.index(main[0])])
    for h in headings:
        if h.level:
            continue
        name = norm(h.title)
        if name in KNOWN and h.style not in by_style:
            h.level = 1
        elif h.style in by_style:
            h.level = by_style[h.style].most_common(1)[0][0]
            if name in BACK or name.startswith("appendi"):
                h.level = min(h.level, 1)
        elif (
            name in KNOWN
            or name.startswith(("acknowledg", "appendi", "supplementary"))
            or name.endswith("collaboration")
            or h.style in first
            or (chapters and h.style.size > chapter)
        ):
            h.level = 1
        else:
            h.level = 3


_Set = tuple[Style, bool]
"""How a heading is set: its style, and whether it is centred, where that tells levels apart."""


def _level_by_rank(headings: list[Heading]) -> None:
    """Two cuts of one typeface (Book and Light) are one rank, unless one stands right above the other."""

    def rank(one: _Set) -> tuple[float, bool, bool, bool, bool, bool]:
        style, centred = one
        return (style.size, style.caps, style.bold, not style.italic, style in upper, centred)

    upper = _upper(headings)
    two = _two_places(headings)
    places = {id(h): (h.style, h.centred and h.style in two) for h in headings}
    named = [places[id(h)] for h in headings if norm(h.title) in KNOWN]
    text = {places[id(h)] for h in headings if norm(h.title) in _TEXT}
    known = Counter(one for one in named if one in text or not text)
    uses = Counter(places.values())
    first = max((known[one], uses[one], rank(one)) for one in known)[2] if known else max(map(rank, uses))
    below = sorted({rank(one) for one in uses if rank(one) < first}, reverse=True)
    back = _back_matter(headings, places)
    for h in headings:
        if h.level:
            continue
        own = places[id(h)]
        shared = sum(places[id(o)] == own and not o.number and norm(o.title) not in KNOWN for o in headings) > 1
        closing = norm(h.title) in BACK or norm(h.title).startswith("附录")
        if rank(own) >= first or (closing and not shared) or id(h) in back:
            h.level = 1
        else:
            h.level = min(2 + below.index(rank(own)), 4)


def _upper(headings: list[Heading]) -> set[Style]:
    """Of styles that differ in their font's name alone, the ones whose headings stand right above those of another,
    twice at least, and never below them."""
    stacked = Counter(
        (a.style, b.style)
        for a, b in itertools.pairwise(headings)
        if a.page == b.page and 0 < b.lines[0].box[1] - a.lines[-1].box[3] < 1.5 * a.style.size
    )
    return {
        above
        for (above, below), count in stacked.items()
        if count > 1
        and replace(above, font="") == replace(below, font="")
        and not stacked[below, above]
        and above != below
    }


def _back_matter(headings: list[Heading], places: dict[int, _Set]) -> set[int]:
    """The list of references, and what stands before it if that begins in a type of its own, small as it may be, after
    the last section of the text (Cell Press, BMC)."""
    at = next((i for i, h in enumerate(headings) if norm(h.title) in REFERENCES), None)
    if at is None:
        return set()
    first = next(i for i, h in enumerate(headings) if places[id(h)] == places[id(headings[at])])
    largest = max(h.style.size for h in headings[: at + 1])
    own = headings[at].style.size < largest and not any(norm(h.title) in _TEXT for h in headings[first:at])
    return {id(h) for h in headings[first if own else at : at + 1]}


def _two_places(headings: list[Heading]) -> set[Style]:
    """The styles that serve two levels, the upper one centred and the lower one flush left (Publication Manual of the
    American Psychological Association, 7th ed., 2.27): there the well-known names of first-level sections are centred.
    """
    found = set()
    for style in {h.style for h in headings}:
        alike = [h for h in headings if h.style == style]
        known = [h for h in alike if norm(h.title) in KNOWN]
        if len(known) > 2 and all(h.centred for h in known) and sum(not h.centred for h in alike) > 2:
            found.add(style)
    return found
