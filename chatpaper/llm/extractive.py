"""The engine that needs no model, no key and no network: it picks the paper's own sentences for every field.

A sentence is chosen for a field by where it stands (abstract, introduction, method, results, limits), by the phrases
with which authors announce such content (Teufel & Moens 2002, "Summarizing scientific articles: rhetorical status"),
and by how central it is to the paper (likeness to title and abstract). A field without a sentence stays empty.
"""

import json
import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar

import yaml

from ..cancel import CancelToken
from ..injections import addresses_models
from ..likeness import Corpus
from ..paper import Passage
from ..value import Language
from .base import Engine, Piece, Request, Usage

_METHOD_STEPS = 6
_TAKEAWAYS = 6
_CUES = yaml.safe_load(Path(__file__).with_name("cues.yaml").read_text("utf-8"))


def _any(*lists: list[str]) -> re.Pattern[str]:
    return re.compile("|".join(pattern for patterns in lists for pattern in patterns), re.IGNORECASE)


def _sections(*names: str) -> re.Pattern[str]:
    return _any(*(_CUES["sections"][name] for name in names))


@dataclass(frozen=True, kw_only=True)
class Field:
    """What makes a sentence right for a field of the digest; see `cues.yaml`."""

    cue: re.Pattern[str]
    places: re.Pattern[str]
    against: re.Pattern[str] | None
    needs_cue: bool
    early: bool
    own: bool

    def weight(self, passage: Passage, own: bool) -> float:
        """How much the passage's words and place speak for the field; 0 rules it out.

        `own`: whether the passage speaks of this paper's work. What speaks of others' is no field of this one.
        """
        cue, place = bool(self.cue.search(passage.text)), bool(self.places.search(passage.section))
        if (self.needs_cue and not cue) or (self.against and self.against.search(passage.text)):
            return 0.0
        return cue + 0.4 * place + cue * place if own or not self.own else 0.0


_OTHERS = re.compile("|".join(_CUES["others"]))
_OWN = _any(_CUES["own"])
_NAME = re.compile(r"\b(?=[\w-]*[A-Z])(?=[\w-]*(?:[a-z0-9-][A-Z]|[A-Z]{2}|\d))\w[\w-]+")
"""A short name such as PaSa, BERT or S2ORC."""
_FILLER = re.compile("|".join(_CUES["filler"]))
_FIELDS = {
    name: Field(
        cue=_any(entry["cue"]),
        places=_sections(*entry["places"]),
        against=_any(entry["against"]) if "against" in entry else None,
        needs_cue=entry["needs_cue"],
        early=entry["early"],
        own=entry["own"],
    )
    for name, entry in _CUES["fields"].items()
}
_TELLING = _any(*(_CUES["fields"][name]["cue"] for name in ("results", "one_line", "innovation")))
_SPOKEN = _sections("front", "results", "back", "limits")
_LAST = _sections("back", "limits")
_APART = _sections("apart")
_NOT_METHOD = _sections("front", "back", "results", "limits", "related", "apart")


class Extractive(Engine):
    """Answers each stage's request in the form that its schema asks, from the passages alone."""

    name: ClassVar[str] = "extractive"
    extractive: ClassVar[bool] = True

    def __init__(self) -> None:
        super().__init__(model="", window=10**9)

    def stream(self, request: Request, cancel: CancelToken) -> Iterator[Piece]:
        cancel.check()
        yield json.dumps(_Picker(request).reply(request.schema), ensure_ascii=False)
        yield Usage()


class _Picker:
    """Scores the passages of one request."""

    def __init__(self, request: Request) -> None:
        (self.language,) = request.languages
        self.passages = _body([p for p in request.passages if _sayable(p, self.language)])
        self.corpus = Corpus([p.text for p in self.passages])
        title = request.paper.split("\n", 2)[1]
        abstract = " ".join(p.text for p in self.passages if re.match(r"(?i)abstract$|摘要$", p.section))
        opening = abstract or " ".join(p.text for p in self.passages[:12])
        likeness = self.corpus.centrality(f"{title} {title} {opening}")
        self.central = [
            c * (0.3 if _FILLER.search(p.text) else 1.0) for c, p in zip(likeness, self.passages, strict=True)
        ]
        names = set(_NAME.findall(title)) if title != title.upper() else set()
        self.own = [_of_its_own(p, names) for p in self.passages]
        """Which passages speak of this paper's work."""
        met: Counter[str] = Counter()
        self.ordinals = [met.update((p.section,)) or met[p.section] - 1 for p in self.passages]
        """Sentences before each one in its section."""
        self.used: set[int] = set()

    def reply(self, schema: Any) -> dict[str, Any]:
        """Every field of the schema that has sentences; names the reader can know come from the paper itself."""
        return {name: self._field(name, part) for name, part in schema["properties"].items()}

    def _field(self, name: str, part: Any) -> Any:
        if name in _FIELDS:
            return self._claim(self._best(_FIELDS[name]))
        if name == "takeaways":
            return [self._claim(n) for n in self._takeaways()]
        if name == "steps":
            return [self._claim(n) for n in self._steps()]
        return {} if part["type"] == "object" else []

    def _claim(self, index: int | None) -> dict[str, Any]:
        if index is None:
            return {"passages": []}
        passage = self.passages[index]
        return {"passages": [passage.id], self.language: passage.text}

    def _ranked(self, score: Callable[[int], float]) -> list[int]:
        return sorted(range(len(self.passages)), key=score, reverse=True)

    def _best(self, field: Field) -> int | None:
        """The best sentence that no other field of this reply has taken."""

        def score(n: int) -> float:
            position = 1 / (1 + 0.1 * self.ordinals[n]) if field.early else 1.0
            return field.weight(self.passages[n], self.own[n]) * (0.2 + self.central[n]) * position

        top = next((n for n in self._ranked(score) if n not in self.used), None)
        if top is None or score(top) <= 0:
            return None
        self.used.add(top)
        return top

    def _takeaways(self) -> list[int]:
        """Central sentences of all parts that say something of the work itself, no two alike; in reading order."""

        def score(n: int) -> float:
            passage = self.passages[n]
            weight = 1.0 + bool(_TELLING.search(passage.text)) + 0.5 * bool(re.search(r"\d", passage.text))
            weight *= 1.0 if self.own[n] else 0.4
            return weight * self.central[n] if _SPOKEN.search(passage.section) else 0.3 * self.central[n]

        self._best(_FIELDS["one_line"])  # stands above the takeaways already
        return self._distinct([n for n in self._ranked(score) if n not in self.used], _TAKEAWAYS)

    def _steps(self) -> list[int]:
        """The most central sentence of each section on the method, in order."""
        sections: dict[str, list[int]] = {}
        for n, passage in enumerate(self.passages):
            if not _NOT_METHOD.search(passage.section):
                sections.setdefault(passage.section, []).append(n)
        firsts = [max(ns, key=self.central.__getitem__) for ns in sections.values()]
        if not firsts:  # no section of its own: what the authors say they do
            firsts = [n for n, p in enumerate(self.passages) if _FIELDS["approach"].cue.search(p.text)]
        firsts.sort(key=self.central.__getitem__, reverse=True)
        return self._distinct(firsts or self._ranked(self.central.__getitem__), _METHOD_STEPS)

    def _distinct(self, ranked: Sequence[int], most: int) -> list[int]:
        chosen: list[int] = []
        for n in ranked:
            if len(chosen) == most:
                break
            if all(self.corpus.cosine(n, c) < 0.5 for c in chosen):
                chosen.append(n)
        return sorted(chosen)


def _of_its_own(passage: Passage, names: set[str]) -> bool:
    """Whether the sentence speaks of this paper's work: of its authors, by its names, or among its last words."""
    text = passage.text
    if _OTHERS.search(text):
        return False
    return bool(_OWN.search(text) or _LAST.search(passage.section)) or any(name in text for name in names)


def _body(passages: list[Passage]) -> list[Passage]:
    """Without what comes behind the acknowledgements or references, which is no part of the argument."""
    ends = (n for n, p in enumerate(passages) if n > len(passages) / 3 and _APART.search(p.section))
    return passages[: next(ends, len(passages))]


def _sayable(passage: Passage, language: Language) -> bool:
    """A whole sentence of prose in the paper's language: no caption, formula, scrap, second abstract or order."""
    text = passage.text
    if passage.kind != "text" or not text or text[-1] not in ".!?。！？；" or addresses_models(text):
        return False
    letters = sum(c.isalpha() or c.isspace() for c in text) / len(text)
    han = sum("\u3400" <= c <= "\u9fff" for c in text)
    if language == "zh":
        return letters > 0.75 and han >= 12
    return letters > 0.75 and han == 0 and len(text.split()) >= 7 and len(text) <= 600 and not text[0].islower()
