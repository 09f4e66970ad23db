"""Running text from lines: what line breaks did to words is undone, nothing else is changed."""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from .marks import CJK, Line, Word, near

_HYPHENS = "-\u2010\u2011\u00ad"
_WORD = re.compile(r"[^\W\d_]+(?:[-‐][^\W\d_]+)*")
_CHAIN = re.compile(r"[^\W\d_]+[-‐][^\W\d_]")


@dataclass(frozen=True, slots=True)
class Token:
    """A word in running text."""

    text: str
    word: Word
    line: Line
    glued: bool


class Vocabulary:
    """The document's own words: it knows best whether "data-" and "set" are one word (line ends are not counted)."""

    def __init__(self, lines: Iterable[Line]) -> None:
        self._words: Counter[str] = Counter()
        for line in lines:
            self._words.update(m.casefold() for m in _WORD.findall(line.text.rsplit(" ", 1)[0]))

    def joins(self, head: str, tail: str) -> bool:
        """Whether a word broken as head-/tail is written as one.

        A typesetter's hyphen stands between lower-case letters, or in a name that the document writes without it
        elsewhere (TensorFlow). A hyphen of the word's own stays: before other capitals and digits, in chains
        (state-of-the-art), where the document writes the word with it elsewhere, and between two words of the document
        that are long or come often (automatically-detected).
        """
        if not tail[:1].isalpha() or not head[-1:].isalpha():
            return False
        first, second = head.split("-")[-1].casefold(), _first_word(tail)
        whole, split = self._words[first + second], self._words[f"{first}-{second}"]
        if not tail[:1].islower():
            return whole > split
        if whole or split:
            return whole >= split
        if "-" in head or _CHAIN.match(tail):
            return self._words[first] == 0 or self._words[second] == 0
        shorter, rarer = min(len(first), len(second)), min(self._words[first], self._words[second])
        return not ((shorter > 3 and rarer > 1) or (shorter > 6 and rarer))


def _first_word(text: str) -> str:
    match = re.match(r"[^\W\d_]+", text)
    return match[0].casefold() if match else ""


def tokens(lines: Sequence[Line], vocabulary: Vocabulary) -> list[Token]:
    """The words of consecutive lines with line breaks resolved."""
    out: list[Token] = []
    for line in lines:
        for i, word in enumerate(line.words):
            glued = word.glued
            if i == 0 and out:
                glued = _over_line_break(out, word, vocabulary)
            elif i and not glued:
                glued = bool(
                    CJK.match(line.words[i - 1].text[-1]) and CJK.match(word.text) and near(line.words[i - 1], word)
                )
            out.append(Token(_shown(line.words, i), word, line, glued and bool(out)))
    return out


def _shown(words: Sequence[Word], at: int) -> str:
    """A mark that starts a line is raised, too, though it follows nothing (a footnote's own)."""
    word = words[at]
    starts = not at and len(words) > 1 and words[1].glued and word.raised == 1
    return replace(word, glued=True).shown if starts else word.shown


def _over_line_break(out: list[Token], word: Word, vocabulary: Vocabulary) -> bool:
    last = out[-1]
    if CJK.match(last.text[-1]) and (CJK.match(word.text) or word.text[0] in "，。、；：？！）”"):
        return True
    if last.text[-1] in "，。、；：？！（“）”" and CJK.match(word.text):
        return True
    if "://" in last.text and last.text[-1] in "/-_.=?&":
        return True
    if len(last.text) < 2 or last.text[-1] not in _HYPHENS or not word.text[0].isalnum():
        return False
    head = _spoken(out)
    if last.text[-1] == "\u00ad" or vocabulary.joins(head[:-1], word.text):
        out[-1] = Token(last.text[:-1], last.word, last.line, last.glued)
    return True


def _spoken(out: list[Token]) -> str:
    """The last word with the pieces glued before it."""
    text = ""
    for token in reversed(out):
        text = token.text + text
        if not token.glued:
            break
    return text


def spelled(run: Iterable[Token]) -> str:
    text = ""
    for token in run:
        text += token.text if not text or token.glued else " " + token.text
    return text


_MARK = re.compile(r"^(?:[\d,;–−-]{1,12}|[*∗†‡§¶‖#]+|[a-z])$")


def unmarked(run: Sequence[Token]) -> list[Token]:
    """Without footnote and citation marks: raised figures or signs at the end of a word (never of a number, a unit or a
    variable, whose exponents they are)."""
    out: list[Token] = []
    for token in run:
        before = out[-1].text.rstrip(".,;:)”\"'’") if out else ""
        word = len(before) > 2 and before[-1].isalpha() and not before.isupper()
        sign = bool(re.fullmatch(r"[*∗†‡§¶‖#]+", token.word.text))
        acronym = len(before) > 1 and before.isupper() and token.word.text.isdigit()
        if token.word.raised == 1 and token.glued and _MARK.match(token.word.text) and (word or sign or acronym):
            continue
        out.append(token)
    return out


_DOTLESS = re.compile("ı([\u0300-\u036f])")


def common(text: str) -> str:
    """With the letters one would type: an accented dotless i is an accented i; the equals sign of a symbol font that
    names its glyphs wrongly (¼ between blanks, fonts of the 3B2 typesetter) is one; a hyphen at which no line may break
    is a hyphen, and so is one that a soft one doubles."""
    text = _DOTLESS.sub(lambda m: unicodedata.normalize("NFC", "i" + m[1]), text)
    text = re.sub(r"(?<=\s)¼(?=\s)", "=", text)
    return re.sub(r"(?<=[^\W\d_])--(?=[a-z])", "-", text.replace("\u2011", "-"))


_SCRAMBLED = re.compile(r"(?:(?<!\S)[^\W_]\W?\s){6,}")


def scrambled(text: str) -> bool:
    """Whether letters and digits stand alone, one after the other: a formula whose pieces the file stores in the order
    in which they were drawn. No sentence has six words of one letter in a row."""
    return any(any(c.isascii() and c.isalnum() for c in m[0]) for m in _SCRAMBLED.finditer(text))


_END = re.compile(r"[.!?…]+[\"'”’»)\]]*$")
_ITEM = re.compile(r"\(?(?:\d{1,2}|[a-z]|[ivx]{1,4})[.)]+")
_END_CJK = re.compile(r"[。！？；]+[”’」』）]*$")
_ABBREVIATION = re.compile(
    r"(?i)(?:^|[\s(\[])(?:e\.g|i\.e|et al|al|cf|vs|viz|ca|approx|resp|etc|fig|figs|eq|eqs|eqn|sec|sect|ref|refs|tab|thm"
    r"|prop|def|lem|cor|ch|chap|vol|no|nos|pp|p|ed|eds|dr|prof|mr|mrs|ms|st|inc|ltd|co|corp|dept|univ|jr|sr|w\.r\.t"
    r"|a\.k\.a|i\.i\.d|s\.t|incl|max|min|std|avg|app|suppl|(?-i:[A-Z]|[A-Z]\.[A-Z]|[A-Z]-[A-Z]))\.$"
)

_INITIAL = re.compile(r"[\s(][A-Z]\.$")
_OPENER = re.compile(
    r"(?i)(?:a|after|all|although|at|because|before|both|but|each|finally|for|from|furthermore|hence|here|how"
    r"|however|if|in|it|its|many|moreover|most|note|on|other|others|our|since|some|such|that|the|their"
    r"|then|there|therefore|these|they|this|those|thus|we|what|when|where|which|while|with)\b"
)
"""Words that begin sentences and are nobody's name: before them "phylogroup D." is an end, no initial."""


def sentences(run: Sequence[Token]) -> list[list[Token]]:
    """Cut after final punctuation where the next word starts a sentence; abbreviations, initials and the numbers of a
    list's items end none."""
    out: list[list[Token]] = [[]]
    for i, token in enumerate(run):
        out[-1].append(token)
        after = run[i + 1] if i + 1 < len(run) else None
        if after is not None and _ends(out[-1], after):
            out.append([])
    return [one for one in out if one]


def _ends(run: list[Token], after: Token) -> bool:
    text = run[-1].text
    if _END_CJK.search(text):
        return not (text[-1] == "；" and len(spelled(run)) < 30)
    if run[-1].word.raised and len(run) > 1 and run[-1].glued:
        text = next((t.text for t in reversed(run) if not t.word.raised), text)
    if after.glued or not _END.search(text) or (len(run) == 1 and _ITEM.fullmatch(text)):
        return False
    first = after.text.lstrip("\"'“‘([«")[:1]
    if not first or not (first.isupper() or first.isdigit() or CJK.match(first) or first in "•–—∗*"):
        return False
    tail = " " + spelled(run[-3:])
    if _ABBREVIATION.search(re.sub(r"[)\]\"'”’]+$", "", tail)):
        return text.endswith("etc.") or bool(_INITIAL.search(tail) and _OPENER.match(after.text))
    return True
