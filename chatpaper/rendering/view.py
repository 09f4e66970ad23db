"""How a digest is looked at: the language of its labels, and which texts of it are shown."""

from dataclasses import dataclass

from ..digest import Claim, Digest, QuestionAnswer
from ..value import Bilingual, Language, Value


@dataclass(frozen=True)
class Said:
    """One text of a claim, as it is shown."""

    language: Language
    text: str
    original: bool
    """Not in a language that was asked for: the paper's own words."""


class View(Value):
    """Labels in one language; texts in one or both."""

    labels: Language
    shown: tuple[Language, ...]

    @classmethod
    def of(cls, digest: Digest, labels: Language, wanted: tuple[Language, ...] | None = None) -> "View":
        """The wanted languages as far as the digest was asked for them; else those it has."""
        kept = tuple(lang for lang in wanted or digest.languages if lang in digest.languages)
        return cls(labels=labels, shown=kept or digest.languages)

    def answering(self, answer: QuestionAnswer) -> "View":
        """The same, for an answer: in the languages in which it was asked for."""
        return self.model_copy(update={"shown": answer.languages})

    def translations(self, digest: Digest) -> bool:
        """Whether captions are shown in the language that the paper is not in, where they are translated."""
        return any(language != digest.paper.language for language in self.shown)

    def say(self, words: Bilingual, **values: object) -> str:
        """A label, filled in."""
        return (words.filled(**values) if values else words).within(self.labels)

    def texts(self, claim: Claim) -> tuple[Said, ...]:
        """What to show of a claim: the shown languages, else whatever there is."""
        asked = tuple(Said(lang, text, False) for lang in self.shown if (text := claim.text(lang)))
        other: Language = "en" if self.shown[0] == "zh" else "zh"
        if asked or not (text := claim.text(other)):
            return asked
        return (Said(other, text, True),)

    def term(self, term: Bilingual) -> str:
        """A name: in the shown language, with both in brackets."""
        names = dict.fromkeys(name for lang in self.shown if (name := term.zh if lang == "zh" else term.en))
        first, *rest = names or [term.within(self.labels)]
        return f"{first} ({rest[0]})" if rest else first
