"""Claims as plain sentences: what models leave in them that is not theirs to show."""

import re

_ID = re.compile(r"\s*[\[(（【]\s*\d{1,3}\.\d{1,3}(?:\s*[,;，；、]\s*\d{1,3}\.\d{1,3})*\s*[\])）】]")
_MARK = r"[\[［]\s*[1-9]\d{0,2}(?:\s*[-–—,;，、]\s*[1-9]\d{0,2})*\s*[\]］]"
"""[16, 20-22]; [0, 1] is an interval."""
_NUMERIC = re.compile(
    r"(?<![“\"'‘])(?<!\bthe)(?<!\bthe )(?<!\ba)(?<!\ba )"  # “[3]” is an example, "the [6] state" is physics
    r"(?:,?\s*\b(?:as |see )?(?:in|see|by|from)\b)?(?:\s*\bRefs?\.?)?"  # "as in [3]" goes whole
    rf"\s*{_MARK}"
)
_OPENING = re.compile(rf"^(?:As )?(?:[Ii]n|[Bb]y|[Ss]ee)(?:(?:,|\s*and)?(?:\s*Refs?\.?)?\s*{_MARK})+\s*[,，]\s*(\w)")
"""A sentence that begins "In [3] and [4], it is argued" says the same without it."""
_YEAR = r"(?:19|20)\d\d[a-z]?"
_AUTHOR = r"[A-Z][\w'’\-]+(?:\s+(?:and|&|et\s+al\.?,?|,)\s*(?:[A-Z][\w'’\-]+)?)*"
_AUTHOR_YEAR = re.compile(
    rf"\s*[(（](?:(?:see|e\.g\.|cf\.|also)[\s,]*)*{_AUTHOR},?\s*{_YEAR}(?:\s*[;,]\s*(?:{_AUTHOR},?\s*)?{_YEAR})*[)）]"
)
_NOTE_MARK = re.compile(r"(?:(?<=[A-Za-z]{3})|(?<=[,.;:!?\"”’)，。；：」）]))[⁰¹²³⁴-⁹]+(?:[,，⁻][⁰¹²³⁴-⁹]+)*")
"""Raised digits behind a word or a stop are notes or citations; behind one or two letters they are powers."""
_ITEM = re.compile(r"^\s*(?:[•▪◦●■‣·–]\s*|[(（]?(?:\d{1,2}|[a-h]|i{1,3}|iv|v|vi)[)）]\s*)+(?=\S)")
"""The bullet or number of the paper's list that a sentence begins."""
_LABEL = (
    r"(?:one[ -]line|summary|tasks?|data(?:sets?)?|(?:main )?results?|takeaways?|background|prior work|approach"
    r"|methods?|steps?|conclusions?|significance|innovation|performance|workload|limitations?"
    r"|一句话|总结|摘要|任务|数据集?|(?:主要)?结果|要点|(?:研究)?背景|前人(?:的)?工作|(?:本文)?方法|步骤|结论|意义|创新点?"
    r"|性能|工作量|局限性?)"
)
"""What the fields of an answer are called."""
_LABELLED = re.compile(rf"^{_LABEL}\s*[:：]\s*(?=\S)", re.IGNORECASE)
_BLANKS = re.compile(r"\s+")
_DANGLING = re.compile(r"\s*[,;，；]\s*([)）])")
_BEFORE_STOP = re.compile(r"\s+([,.;:!?，。；：！？、])")


def without_citations(text: str) -> str:
    """The sentence without citation and footnote marks, in the common styles: [16, 20], (Smith et al., 2020), ³."""
    text = _OPENING.sub(lambda opening: opening[1].upper(), text)
    for mark in (_NUMERIC, _AUTHOR_YEAR, _NOTE_MARK):
        text = mark.sub("", text)
    return _BEFORE_STOP.sub(r"\1", _DANGLING.sub(r"\1", text)).strip()


def tidy(text: str) -> str:
    """A sentence without passage ids, citation marks, its list's bullet or number, its field's name ("Task: ..."), line
    breaks and control characters."""
    printable = "".join(c if c.isprintable() else " " for c in text)
    return _LABELLED.sub("", _BLANKS.sub(" ", _ITEM.sub("", without_citations(_ID.sub("", printable)))).strip())


_CITATION = re.compile(f"{_NUMERIC.pattern}|{_AUTHOR_YEAR.pattern}|{_ID.pattern}")
_PLACEHOLDER = re.compile(
    r"(?i)\bx{3,}\b|\bTODO\b|\blorem ipsum\b|(?<![\w.])\.\.\.$"
    r"|<[^<>]*(?:(?<![a-z])(?:insert|here)(?![a-z])|名称)[^<>]*>"
)
_MARKUP = re.compile(
    r"(?<![\d*])\*\*|__|```|^#{1,6}\s|^\s*[-*]\s|</?[a-zA-Z][\w-]*(?:\s[^<>]*=[^<>]*)?\s*/?>|\]\("
    r"|\\(?:cite|ref|textbf|begin)\b|!\["
)
"""Markdown, HTML and LaTeX; stars behind a number are its significance, and <user query, paper> is a pair."""
_CUT = re.compile(
    r"(?i)(?:[,，、：:（(\-–—]|(?<![\w-])(?:the|a|an|of|and|or|to|in|on|with|for|by|from|that|which|is|are|as|than|at)"
    r"|(?:的|和|与|及|或|在|(?<![像本词句配])对|把|被|将|从|向|以|并|而|但|因|由|于|为))$"
)


_HOLE = re.compile(
    r"^(?:and|or|but)\s|^(?:As )?(?:In|By|From), "
    r"|\b(?:described|proposed|shown|introduced|reported|presented) (?:in|by)[.,;]"
    r"|(?:^|[，。；])(?:和|与|及)?的(?=方法|工作|研究|模型|文献)"
)
"""Where a citation mark was a word of the sentence, and is missing: "and smooth", "in, it", "described in."."""
_WORD = re.compile(r"[\u3400-\u9fff]|[^\W\d_]{3}")
_BARE = 20
"""Characters that may be without any word, such as "71.3% (3 px)"; more of them are a formula."""


def dirt(text: str) -> str | None:
    """What in a claim's text no reader should see (citation mark, placeholder, markup, a cut end, a bare formula)."""
    if len(text) > _BARE and not _WORD.search(text):
        return text[:_BARE]
    for pattern in (_CITATION, _PLACEHOLDER, _MARKUP, _HOLE):
        if found := pattern.search(text):
            return found[0].strip()
    if text and (cut := _CUT.search(text.rstrip(".…").rstrip() if text.endswith("…") else text)):
        return cut[0]
    return None


def label(text: str) -> str | None:
    """What a field is asked for ("main result"), where it was given back instead of an answer."""
    return text if re.fullmatch(_LABEL, text.replace("_", " ").rstrip(".。:： "), re.IGNORECASE) else None
