"""How much two pieces of text say the same, by the rare words they share (tf-idf; Chinese by pairs of characters)."""

import math
import re
import unicodedata
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

_TERM = re.compile(r"[a-z][a-z0-9]*(?:[-'’][a-z0-9]+)*|\d+(?:\.\d+)?|[\u3400-\u9fff]+")
_STOP = frozenset(Path(__file__).with_name("stopwords.txt").read_text("utf-8").split())


def norm(text: str) -> str:
    """Letters and digits alone, without case, accents and width: "LLaMA 2" is "Llama-2", "ﬁ" is "fi", "x²" is "x2"."""
    return "".join(filter(str.isalnum, unicodedata.normalize("NFKD", text).casefold()))


def terms(text: str) -> list[str]:
    """Content words, plurals folded; Chinese as overlapping pairs of characters."""
    found: list[str] = []
    for match in _TERM.finditer(text.casefold()):
        word = match[0]
        if "\u3400" <= word[0] <= "\u9fff":
            found += [word[i : i + 2] for i in range(len(word) - 1)] or [word]
        elif word not in _STOP:
            found.append(_stem(word))
    return found


def _stem(word: str) -> str:
    """Enough of a stem to let "models" meet "model" and "improves" meet "improved"."""
    for ending in ("ies", "ing", "ed", "es", "s", "ly"):
        if word.endswith(ending) and len(word) - len(ending) >= 4:
            return word[: -len(ending)].rstrip("e")
    return word.rstrip("e") if len(word) > 4 else word


class Corpus:
    """Texts made comparable: weights of terms by how few of the texts hold them."""

    def __init__(self, texts: Sequence[str]) -> None:
        self._counts = [Counter(terms(t)) for t in texts]
        held = Counter(term for counts in self._counts for term in counts)
        self._idf = {term: math.log((1 + len(texts)) / (0.5 + n)) for term, n in held.items()}
        self._rare = math.log(2.0 * (1 + len(texts)))
        self._vectors = [self._vector(counts) for counts in self._counts]

    def _vector(self, counts: Counter[str]) -> dict[str, float]:
        weights = {t: (1 + math.log(n)) * self._idf.get(t, self._rare) for t, n in counts.items()}
        norm = math.sqrt(sum(w * w for w in weights.values())) or 1.0
        return {t: w / norm for t, w in weights.items()}

    def cosine(self, a: int, b: int) -> float:
        """Likeness of two texts of the corpus, 0 to 1."""
        return _dot(self._vectors[a], self._vectors[b])

    def centrality(self, text: str) -> list[float]:
        """Likeness of each text of the corpus to `text`, 0 to 1."""
        vector = self._vector(Counter(terms(text)))
        return [_dot(vector, v) for v in self._vectors]

    def covered(self, text: str) -> list[float]:
        """For each text of the corpus: which share of the weight of `text`'s terms it holds, 0 to 1."""
        asked = set(terms(text))
        weights = {t: self._idf.get(t, self._rare) for t in asked}
        total = sum(weights.values()) or 1.0
        return [sum(weights[t] for t in asked if t in counts) / total for counts in self._counts]

    def bm25(self, text: str, *, k: float = 1.2, b: float = 0.75) -> list[float]:
        """For each text of the corpus: how much it speaks to the terms of `text` that the corpus holds (Okapi BM25)."""
        lengths = [sum(counts.values()) for counts in self._counts]
        usual = sum(lengths) / max(1, len(lengths)) or 1.0
        asked = {t: self._idf[t] for t in set(terms(text)) if self._idf.get(t, 0.0) > 0}
        return [
            sum(
                weight * counts[t] * (k + 1) / (counts[t] + k * (1 - b + b * length / usual))
                for t, weight in asked.items()
                if t in counts
            )
            for counts, length in zip(self._counts, lengths, strict=True)
        ]


def _dot(a: dict[str, float], b: dict[str, float]) -> float:
    small, large = (a, b) if len(a) < len(b) else (b, a)
    return sum(w * large.get(t, 0.0) for t, w in small.items())
