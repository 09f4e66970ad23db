"""Which of a paper's passages can prove anything."""

import re

from ..injections import addresses_models
from ..paper import Paper, Passage

_NUMBERED = re.compile(r"^(?:Fig(?:ure|\.)?|Table|Algorithm|Scheme)\s+\S{1,4}[.:|]?\s+", re.IGNORECASE)
_WORD = re.compile(r"[^\W\d_][\w'’-]*")
_SMALL = re.compile(r"an?|and|as|at|by|for|from|into?|of|on|or|over|the|to|under|via|vs|with(?:out)?")
_MOST = 10
"""Words of a heading that runs into its paragraph."""


def proving(paper: Paper) -> list[Passage]:
    """All but references, formulas, headings, and what speaks to a language model.

    Titles and headings state nothing. Most are no passages at all; but one that runs into its paragraph ("Sliding
    Window Attention. SWA exploits ...") stands there like a sentence.
    """
    return [
        p
        for p in paper.passages
        if p.kind not in ("reference", "formula") and not addresses_models(p.text) and not names_only(p.text)
    ]


def names_only(text: str) -> bool:
    """Whether these are a few words in capitals, as headings are set in English, and no number but a figure's own."""
    text = _NUMBERED.sub("", text)
    words = _WORD.findall(text)
    return (
        0 < len(words) <= _MOST
        and not re.search(r"[\d\u3400-\u9fff]", text)
        and all(word[0].isupper() or _SMALL.fullmatch(word) for word in words)
    )
