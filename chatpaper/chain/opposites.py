"""What turns a sentence into its opposite: a lost "not", and sides of a comparison that have changed places.

Only what can be told for certain, on the sentence that states the claim and in the paper's own language: the negated
word itself must come back without its negation, and a comparison must have the same frame with its sides swapped.
"""

import re
from collections import Counter
from collections.abc import Iterator, Sequence

from ..likeness import norm, terms
from .cleaning import without_citations

_NOT = re.compile(
    r"(?i)\b(?:cannot|can ?not|not(?! only)|never|(?:do|does|did|is|are|was|were|ca|could|wo|would)n['’]t)\b"
)
_NEGATES = re.compile(
    r"(?i)\b(?:no|not|non|nor|never|neither|none|cannot|without|fail\w*|unable|lack\w*|only|except|instead|rather|unlike"
    r"|miss\w*|absent|hardly|rarely|little|few|limit\w*|exclu\w*|avoid\w*|prevent\w*|refus\w*|reject\w*|in?sufficient\w*"
    r"|impossible|untested|unknown|left|remain\w*|open)\b|n['’]t\b|\b(?:un|in|im)[a-z]{4,}"
)
_NOT_ZH = re.compile(r"(?:不能|不会|不需|没有|未能|并不|并未|无法|尚未)(?:够|要)?")
_NEGATES_ZH = re.compile(r"不|没|未|无|非|否|仅|只|难|缺|除|失|免|限")
_CLAUSE = re.compile(r"[,;:.!?，；：。！？]|\b(?:but|and|while|because|although)\b")
_SETTING = re.compile(r"\b(?:on|in|by|with|for|at|across|under|over|from|of|when)\b")
_BEATS = re.compile(
    r"(?i)\b(?:(?:outperform(?:s|ed|ing)?|surpass(?:es|ed|ing)?|exceed(?:s|ed|ing)?|beats?)(?! +by\b)"
    r"|(?:is|are|was|were) (?:\w+ )?(?:better|worse|faster|slower|larger|smaller|higher|lower) than)\b"
    r"|优于|超过|超越|胜过|高于|低于|快于|慢于"
)


def lost_negation(text: str, sentence: str) -> str | None:
    """What the sentence denies and the text asserts, such as "not transfer"; None where nothing is certain.

    A text may deny in words of its own ("fails to"), so one with a negation that the sentence has not is let pass.
    """
    han = re.search(r"[\u3400-\u9fff]", sentence) is not None
    denies, negates = (_NOT_ZH, _NEGATES_ZH) if han else (_NOT, _NEGATES)
    said, denied_there = terms(text), {first for _, first, _ in _denials(denies, text)}
    there = Counter(negates.findall(text.lower()))
    for match, first, denied in _denials(denies, sentence):
        others = Counter(negates.findall(f"{sentence[: match.start()]} {sentence[match.end() :]}".lower()))
        if there - others or first in denied_there:
            continue
        if first in said and _alike(denied, said):
            return f"{match[0]} {' '.join(denied.split()[:3])}" if not han else match[0] + denied[:6]
    return None if han else _lost_at_end(text, sentence)


def _lost_at_end(text: str, sentence: str) -> str | None:
    """The clause that ends on its negation ("water is not") and comes back without it."""
    clauses = {norm(clause) for clause in _CLAUSE.split(text)}
    for clause in _CLAUSE.split(without_citations(sentence)):
        for match in _NOT.finditer(clause):
            if not norm(clause[match.end() :]) and norm(clause[: match.start()]) in clauses - {norm(clause)}:
                return clause.strip()
    return None


def _denials(denies: re.Pattern[str], text: str) -> Iterator[tuple[re.Match[str], str, str]]:
    """Each negation, the first word that it denies, and the rest of its clause."""
    for match in denies.finditer(text):
        denied = _CLAUSE.split(text[match.end() :], maxsplit=1)[0]
        if first := terms(denied)[:1]:
            yield match, first[0], denied


def _alike(denied: str, said: Sequence[str]) -> bool:
    """Most of what is denied is what the text says."""
    asked = set(terms(denied))
    return len(asked & set(said)) >= 0.6 * len(asked)


def swapped(text: str, sentence: str) -> str | None:
    """The comparison of the sentence whose sides the text has exchanged, such as "A outperforms B"; else None."""
    for match in _BEATS.finditer(sentence):
        said = next((m for m in _BEATS.finditer(text) if terms(m[0]) == terms(match[0]) != []), None)
        if said is None:
            continue
        left, right = _sides(sentence, match)
        mine, yours = _sides(text, said)
        only_left, only_right = left - right, right - left
        exchanged = only_right <= mine and only_left <= yours and not mine & only_left and not yours & only_right
        if only_left and only_right and exchanged:
            return " ".join(sentence[max(0, match.start() - 30) : match.end() + 30].split())
    return None


def _sides(text: str, verb: re.Match[str]) -> tuple[set[str], set[str]]:
    """The words nearest to the verb on either side, within its clause."""
    before = _CLAUSE.split(text[: verb.start()])[-1]
    after = _SETTING.split(_CLAUSE.split(text[verb.end() :], maxsplit=1)[0], maxsplit=1)[0]
    return set(terms(before)[-2:]), set(terms(after)[:2])
