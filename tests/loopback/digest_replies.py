"""A plausible model: answers any response schema from the passages of the prompt, the same way each time.

Passages are lines `[3.12] sentence`. An object with an array of ids cites one passage, and its texts say what that
passage says, with its numbers; the language that the passage is not in gets a template sentence with the same numbers.
"""

import json
import re
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from .schema import Schema, bounds, kind

_PASSAGE = re.compile(r"\[(\d+\.\d+)\] (.+)")
_REFERENCES = re.compile(r"## (?:references|bibliography|参考文献)", re.IGNORECASE)
_TITLE = re.compile(r"^# (?!Affiliation: )(.+)$", re.MULTILINE)
_AFFILIATION = re.compile(r"^# Affiliation: (.+)$", re.MULTILINE)
_CITATION = re.compile(r"\s*\[\d+(?:\s*[,–-]\s*\d+)*\]|\s*\([^()]*(?:19|20)\d\d[a-z]?\)")
_NUMBER = re.compile(
    r"(?<![A-Za-z0-9_.])\d[\d,]*(?:\.\d+)?(?:\s*(?:%|percent|thousand|million|billion|times|[x×](?![\w\d]|\s*\d)|[kKMBT](?!\w)|[千万亿倍]+))?"
)
_HAN = re.compile(r"[\u3400-\u9fff]")
_IDS = {"passages", "ids", "evidence", "sources", "passage_ids"}
_WHOLE = re.compile(r"[A-Z][^\[\]<>{}|\\=∑∫]{40,260}\.|[\u3400-\u9fff“][^\[\]<>{}|\\=∑∫]{12,130}。")


class Prompt(Protocol):
    """What this model looks at; a GeminiRequest is one."""

    @property
    def text(self) -> str: ...

    @property
    def parts(self) -> tuple[str, ...]: ...

    @property
    def schema(self) -> Schema | None: ...


@dataclass(frozen=True)
class Sentence:
    """A passage of the prompt."""

    id: str
    """As in the prompt, "3.12"; "" if it held no passage."""
    text: str

    @property
    def chinese(self) -> bool:
        return bool(_HAN.search(self.text))

    @property
    def numbers(self) -> list[str]:
        return [n.rstrip(",") for n in dict.fromkeys(_NUMBER.findall(self.said))]

    @property
    def said(self) -> str:
        """The text without citation marks."""
        return _CITATION.sub("", self.text).strip()

    def within(self, language: str) -> str:
        """A sentence in `language` ("zh" or "en") that states no number which the passage does not hold."""
        if self.chinese == (language == "zh"):
            return self.said
        if language == "zh":
            listed = f"，数字为 {'、'.join(self.numbers)}" if self.numbers else ""
            return f"本文认为所引的句子说明了{''.join(self._tagged('甲乙丙丁戊己庚辛壬癸'))}这一点{listed}。"
        listed = f" with the numbers {', '.join(self.numbers)}" if self.numbers else ""
        greek = ["alpha", "beta", "gamma", "delta", "epsilon", "zeta", "eta", "theta", "iota", "kappa"]
        return f"The cited sentence of the paper suggests {' '.join(self._tagged(greek))}{listed}."

    def _tagged(self, signs: Sequence[str]) -> list[str]:
        """Three of ten signs: no two sentences are translated alike."""
        return [signs[int(digit)] for digit in f"{zlib.crc32(self.text.encode()) % 1000:03}"]


def reply(prompt: Prompt) -> str:
    """A JSON reply in the asked schema; without one, a sentence of the paper."""
    speaker = _Speaker(prompt)
    if prompt.schema is None:
        return speaker.next().said
    return json.dumps(speaker.value(prompt.schema, "reply"), ensure_ascii=False)


def sentences(text: str) -> list[Sentence]:
    """The passages of a prompt, in order, without the list of references."""
    found: list[Sentence] = []
    references = False
    for line in text.splitlines():
        if line.startswith("## "):
            references = bool(_REFERENCES.match(line))
        elif (match := _PASSAGE.match(line)) and not references and not match[2].startswith("["):
            found.append(Sentence(match[1], match[2]))
    return found


class _Speaker:
    def __init__(self, prompt: Prompt) -> None:
        found = sentences(prompt.text)
        self._chinese = sum(s.chinese for s in found) * 2 > len(found)
        own = [s for s in found if s.chinese == self._chinese]  # a Chinese paper has an English abstract too
        self._sentences = [s for s in own if _WHOLE.fullmatch(s.said)] or own or [Sentence("", "The paper says this.")]
        self._turn = zlib.crc32((prompt.parts or ("",))[-1].encode())  # stages start at different sentences
        self._printed: dict[str, list[str]] = {
            "title": _TITLE.findall(prompt.text)[:1],
            "affiliations": _AFFILIATION.findall(prompt.text),
        }
        self._named: set[str] = set()

    def next(self) -> Sentence:
        self._turn += 1
        return self._sentences[self._turn % len(self._sentences)]

    def value(self, node: Schema, name: str) -> Any:
        if node.get("enum"):
            return node["enum"][self._turn % len(node["enum"])]
        match kind(node):
            case "OBJECT":
                return self._object(node, name)
            case "ARRAY":
                return [self.value(node["items"], name) for _ in range(self._length(node, name))]
            case "INTEGER" | "NUMBER":
                return 1
            case "BOOLEAN":
                return True
        return self._term(name) if name in self._printed else self.next().said

    def _object(self, node: Schema, name: str) -> dict[str, Any]:
        """Properties in the order that is asked for, else in that of their names, as the real model gives them."""
        properties: dict[str, Schema] = {
            p: node["properties"][p] for p in node.get("propertyOrdering", sorted(node["properties"]))
        }
        ids = next((p for p in properties if p in _IDS and kind(properties[p]) == "ARRAY"), None)
        if ids is None and {"zh", "en"} & set(properties):
            return self._both(self._term(name), properties)
        sentence = self.next() if ids else None
        return dict(self._fields(properties, sentence, ids))

    def _fields(
        self, properties: dict[str, Schema], sentence: Sentence | None, ids: str | None
    ) -> Iterator[tuple[str, Any]]:
        for name, node in properties.items():
            if sentence and name == ids:
                yield name, self._cited(node, sentence)
            elif sentence and name in ("zh", "en"):
                yield name, sentence.within(name)
            else:
                yield name, self.value(node, name)

    def _cited(self, node: Schema, sentence: Sentence) -> list[str]:
        least, most = bounds(node)
        if most == 0 or not sentence.id:
            return []
        return [sentence.id] + [self.next().id for _ in range(least - 1)]

    def _length(self, node: Schema, name: str) -> int:
        least, most = bounds(node)
        wished = len(self._printed[name]) if name in self._printed else 3
        return max(least, wished if most is None else min(wished, most))

    def _both(self, term: str, properties: dict[str, Schema]) -> dict[str, str]:
        """A name in the paper's language, and what stands for its translation."""
        own, other = ("zh", "en") if self._chinese else ("en", "zh")
        translated = f"The paper's term {zlib.crc32(term.encode()) % 97}" if self._chinese else f"“{term}”的译名"
        return {k: v for k, v in sorted({own: term, other: translated}.items()) if k in properties}

    def _term(self, name: str) -> str:
        """The title or an affiliation as the prompt prints it; else words that the paper uses."""
        if printed := self._printed.get(name):
            return printed.pop(0)
        pattern = re.compile(r"[A-Za-z][a-z]{5,}(?: [a-z]{4,})?|[\u3400-\u9fff]{2,4}")
        words = (w for s in self._sentences for w in pattern.findall(s.said) if w not in self._named)
        term = str(next(words, "term"))
        self._named.add(term)
        return term
