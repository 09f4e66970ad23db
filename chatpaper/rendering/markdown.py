"""A digest as Markdown that reads well as plain text; no text of paper or model becomes markup."""

import re
from collections.abc import Iterator, Mapping, Sequence
from types import MappingProxyType

from ..digest import Claim, Conclusion, Digest, DigestFigure, QuestionAnswer, Summary
from ..value import Bilingual, Language
from . import extra, lines
from .facts import links, translations
from .labels import LABELS
from .text import one_line, pieces
from .view import View

Images = Mapping[DigestFigure, str | None]
"""Where a figure's picture is saved, relative to the Markdown file."""

_SPECIAL = re.compile(r"([\\`*_{}\[\]#|~!$])")
_MARKS = re.compile(r"[\[［(（][^\[\]［］()（）]*\d[^\[\]［］()（）]*[\]］)）]|[⁰¹²³⁴-⁹]")
"""Brackets with a number inside, and raised digits: citation marks, for one."""
_OPENS_BLOCK = re.compile(r"^(?:([-+=])|(\d{1,9})([.)])(?!\S))")


def markdown(
    digest: Digest, language: Language, *, images: Images | None = None, answers: Sequence[QuestionAnswer] = ()
) -> str:
    """The digest with labels in `language`, and its texts in the languages it was asked for."""
    return _Writer(digest, View.of(digest, language), images or {}, answers).text()


def escaped(text: str) -> str:
    """The text so that Markdown shows exactly it; formulas in `$…$` are kept for KaTeX."""
    return opened("".join(f"${tex(words)}$" if math else plain_words(words) for math, words in pieces(one_line(text))))


def opened(shown: str) -> str:
    """Escaped text whose first characters open no list and no heading."""
    return _OPENS_BLOCK.sub(lambda m: f"\\{m[1]}" if m[1] else f"{m[2]}\\{m[3]}", shown)


def plain_words(text: str) -> str:
    """Words without formulas, escaped."""
    return _SPECIAL.sub(r"\\\1", text.replace("&", "&amp;")).replace("<", "&lt;").replace(">", "&gt;")


def tex(formula: str) -> str:
    """`<` and `>` by their names: the same in KaTeX, and no tag anywhere else."""
    return formula.replace("<", r"\lt ").replace(">", r"\gt ")


class _Writer:
    """Writes one digest, block by block; blocks are parted by empty lines."""

    def __init__(
        self, digest: Digest, view: View, images: Images = MappingProxyType({}), answers: Sequence[QuestionAnswer] = ()
    ) -> None:
        self.digest, self.view, self.images, self.answers = digest, view, images, answers

    def text(self) -> str:
        d, say = self.digest, self.view.say
        blocks = [*self._head()]
        blocks += self._section("summary", LABELS.one_line, self._lead())
        blocks += self._section("takeaways", LABELS.takeaways, self._listed(d.takeaways, "-"))
        blocks += self._section("summary", LABELS.questions, self._fields(d.summary))
        blocks += self._section("methods", LABELS.methods, self._listed(d.methods, "1."))
        blocks += self._section("conclusion", LABELS.conclusion, self._fields(d.conclusion))
        for part in extra.parts(d):
            blocks += self._section(part.stage, part.heading, self._listed(part.claims, "-"))
        if self.answers:
            blocks += [f"## {say(LABELS.asked)}", *map(self._answer, self.answers)]
        if d.figures:
            by = lines.translated(self.view, d)
            blocks += [
                f"## {say(LABELS.figures)}",
                *([f"*{escaped(by)}*"] if by else []),
                *map(self._figure, d.figures),
            ]
        if d.paper.abstract:
            blocks += [f"## {say(LABELS.abstract)}", escaped(d.paper.abstract)]
        audited = [lines.audit(self.view, d), lines.made(self.view, d)]
        blocks += ["---", *map(escaped, audited), f"*{escaped(say(LABELS.screening))}*"]
        return "\n\n".join(blocks) + "\n"

    def _head(self) -> Iterator[str]:
        d, say = self.digest, self.view.say
        yield f"# {escaped(d.paper.title)}"
        yield from (f"**{escaped(t)}**" for t in translations(d, self.view))
        yield "\n".join(f"- {say(LABELS.fact, name=name, value=value)}" for name, value in self._facts() if value)
        if d.extractive:
            yield f"> {escaped(say(LABELS.extractive))}"
        if d.notices:
            yield "\n".join([f"> {say(LABELS.notices)}:", *(f"> - {escaped(say(n))}" for n in d.notices)])

    def _facts(self) -> Iterator[tuple[Bilingual, str]]:
        d, paper = self.digest, self.digest.paper
        yield LABELS.authors, ", ".join(map(escaped, paper.authors))
        yield LABELS.affiliations, "; ".join(escaped(self.view.term(a)) for a in d.affiliations)
        yield LABELS.published, escaped(paper.published or "")
        yield LABELS.categories, ", ".join(map(escaped, paper.categories))
        yield LABELS.comment, escaped(paper.comment or "")
        yield LABELS.keywords, ", ".join(escaped(self.view.term(k)) for k in d.keywords)
        yield LABELS.links, " · ".join(_link(name, to) for name, to in links(d, self.view))

    def _section(self, stage: str, heading: Bilingual, blocks: list[str]) -> list[str]:
        if not blocks:
            reason = self.digest.skipped.get(stage)
            say = self.view.say
            missing = say(LABELS.skipped, reason=reason) if reason else say(LABELS.not_written)
            blocks = [f"*{escaped(missing)}*"]
        return [f"## {escaped(self.view.say(heading))}", *blocks]

    def _lead(self) -> list[str]:
        d = self.digest
        glance = [f"**{escaped(label)}** {self._claim(claim)}" for label, claim in lines.glance(self.view, d)]
        listed = ["\n".join(_indented("-", item) for item in glance)] if glance else []
        return [self._claim(d.one_line), *listed] if d.one_line else []

    def _fields(self, part: Summary | Conclusion | None) -> list[str]:
        if part is None:
            return []
        named = [(getattr(LABELS, name), getattr(part, name)) for name in type(part).model_fields]
        return [f"### {self.view.say(label)}\n\n{self._claim(claim)}" for label, claim in named]

    def _listed(self, claims: tuple[Claim, ...], mark: str) -> list[str]:
        """One list; numbered from 1 to the end, whatever stands inside an item."""
        marks = [f"{n}." if mark == "1." else mark for n in range(1, len(claims) + 1)]
        items = [_indented(m, self._claim(c)) for m, c in zip(marks, claims, strict=True)]
        return ["\n".join(items)] if items else []

    def _answer(self, answer: QuestionAnswer) -> str:
        """A question as a heading, and what the paper says to it."""
        say, labels = self.view.say, LABELS
        writer = _Writer(self.digest.model_copy(update={"extractive": answer.extractive}), self.view.answering(answer))
        told = writer._listed(answer.claims, "-")
        silent = f"*{escaped(say(labels.none_close if answer.extractive else labels.not_stated))}*"
        closest = [escaped(say(labels.closest))] if answer.extractive and told else []
        notices = [f"*{escaped(say(n))}*" for n in answer.notices]
        return "\n\n".join([f"### {escaped(answer.question)}", *closest, *(told or [silent]), *notices])

    def _claim(self, claim: Claim) -> str:
        """The texts, one below the other; under them what they rest on, and what is wrong with them."""
        said = [s.text for s in self.view.texts(claim)]
        texts = [self._said(s.text, s.original) for s in self.view.texts(claim)]
        if not texts:
            return f"*{escaped(lines.silence(self.view, claim.flags) or self.view.say(LABELS.not_written))}*"
        own = [e for e in claim.evidence if self.digest.extractive and any(_same(e.quote, s) for s in said)]
        if own:  # a sentence of the paper is not proved by itself: where it stands is enough
            texts[-1] += f" ({', '.join(f'p. {page}' for page in dict.fromkeys(e.page for e in own))})"
        quotes = [f"> p. {e.page}: “{escaped(e.quote)}”" for e in claim.evidence if e not in own]
        flags = [f"> ⚠ **{escaped(chip)}**: {escaped(why)}" for chip, why in lines.flags(self.view, claim)]
        below = "  \n".join([*quotes, *flags])
        return "\n\n".join(filter(None, ["  \n".join(texts), below]))

    def _said(self, text: str, original: bool) -> str:
        return f"{escaped(text)} *({self.view.say(LABELS.original)})*" if original else escaped(text)

    def _figure(self, figure: DigestFigure) -> str:
        caption = f"**{escaped(figure.label)}** {escaped(figure.caption)} (p. {figure.page})"
        if figure.translation and self.view.translations(self.digest):
            doubts = [f"> ⚠ **{escaped(chip)}**: {escaped(why)}" for chip, why in lines.flags(self.view, figure)]
            caption = "\n\n".join([caption, escaped(figure.translation), *doubts])
        path = self.images.get(figure)
        return f"![{escaped(figure.label)}]({_address(path)})\n\n{caption}" if path else caption


def _same(quote: str, claim: str) -> bool:
    """The same sentence, but for its citation marks and its number in a list."""
    bare, other = (
        re.sub(r"\W", "", re.sub(r"^\w{1,2}[)）]", "", _MARKS.sub("", text).strip(" •▪◦●■‣·–")))
        for text in (quote, claim)
    )
    return bare == other


def _link(words: str, address: str) -> str:
    return f"[{escaped(words)}]({_address(address)})"


def _address(address: str) -> str:
    """In angle brackets, so that brackets and spaces stay inside."""
    return f"<{address.translate({ord('<'): '%3C', ord('>'): '%3E', ord(chr(10)): None})}>"


def _indented(mark: str, block: str) -> str:
    pad = " " * (len(mark) + 1)
    first, *rest = block.split("\n")
    return "\n".join([f"{mark} {first}", *(pad + line if line else "" for line in rest)])
