"""One statement in a post's Markdown: its texts, the pages it rests on, and what is wrong with it."""

import re
from dataclasses import dataclass

from ..digest import Claim, DigestFigure, Evidence
from . import lines
from .flavours import Flavour
from .labels import LABELS
from .markdown import plain_words
from .post_labels import POST
from .text import one_line, web_address
from .view import View

_LONGEST_QUOTE = 300


@dataclass(frozen=True)
class ClaimWriter:
    """Writes claims so that pages of the PDF are a click away, and the paper's own words a hover."""

    view: View
    flavour: Flavour
    pdf: str | None
    """Address of the PDF."""
    extractive: bool = False
    """The post says on top that all sentences are the paper's own."""

    def rows(self, claim: Claim | None) -> list[str]:
        """A row for each text; the last one with pages and flags. Never empty."""
        say, text = self.view.say, self.flavour.text
        texts = self.view.texts(claim) if claim else ()
        if claim is None or not texts:
            silent = lines.silence(self.view, claim.flags) if claim else ""
            return [f"*{text(silent or say(LABELS.not_written))}*"]
        own = f" *({say(LABELS.original)})*" if not self.extractive else ""
        rows = [text(s.text) + (own if s.original else "") for s in texts]
        rows[-1] += self._pages(claim.evidence, {s.text for s in texts}) + self.flags(claim)
        return rows

    def _pages(self, evidence: tuple[Evidence, ...], said: set[str]) -> str:
        quotes: dict[int, list[str]] = {}
        for e in sorted(evidence, key=lambda e: e.page):
            found = quotes.setdefault(e.page, [])
            if e.quote not in said:  # a sentence of the paper is not quoted in its own support
                found.append(e.quote)
        joint = "、" if self.view.labels == "zh" else ", "
        named = joint.join(self._page(page, " … ".join(found)) for page, found in quotes.items())
        return self.view.say(POST.pages, pages=named) if named else ""

    def _page(self, page: int, quote: str) -> str:
        words = self.view.say(POST.page, page=page)
        if not web_address(self.pdf):
            return words
        title = f' "{_title(quote)}"' if quote else ""
        return f"[{words}](<{self.pdf}#page={page}>{title})"

    def flags(self, said: Claim | DigestFigure) -> str:
        """What is wrong with it, to stand behind it."""
        shown = lines.flags(self.view, said)
        return "".join(f" ⚠ **{self.flavour.text(chip)}** {self.flavour.text(why)}" for chip, why in shown)


def _title(quote: str) -> str:
    """A quote as a link's title; a long one ends at a word, and says so."""
    flat = one_line(quote)
    if len(flat) > _LONGEST_QUOTE:
        flat = re.sub(r"\s?\S*$", " …", flat[:_LONGEST_QUOTE])
    return plain_words(flat).replace('"', "&quot;")
