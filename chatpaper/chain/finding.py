"""Finding the sentences of a paper that speak to a question, by the words they share (Okapi BM25), without a model."""

import re

from ..likeness import Corpus
from ..paper import Paper, Passage
from ..value import Bilingual, Language
from .audit import in_language
from .proving import proving

MOST = 5
_NEAR = 0.4
"""Sentences that score less than this share of the best one are not shown."""
_ALIKE = 0.7
"""Cosine from which a sentence says the same as one above it."""
_ASKING = re.compile(
    r"为什么|什么|多少|怎样|怎么样?|如何|哪[些个里种]|是不是|是否|有没有|请问|论文|本文|作者|[吗呢的了]"
    r"|\b(?:paper|authors?|study|work|use[ds]?|does|happens?|many|much)\b",
    re.IGNORECASE,
)
"""Words of asking, which say nothing of what is asked."""
_NAMES: dict[Language, Bilingual] = {"zh": Bilingual(zh="中文", en="Chinese"), "en": Bilingual(zh="英文", en="English")}
_OTHER_LANGUAGE = Bilingual(
    zh="这里只比较字词，而问题和论文不是同一种语言；用论文的语言（{language}）提问，会找得更准",
    en="words are compared here, and the question is not in the paper's language; ask in {language} to find more",
)


def sentences(paper: Paper, question: str) -> tuple[Passage, ...]:
    """Up to MOST sentences, the likest first; () where none shares a telling word with the question."""
    passages = [p for p in proving(paper) if p.kind in ("text", "caption") and len(p.text) >= 20]
    corpus = Corpus([p.text for p in passages])
    scores = corpus.bm25(_ASKING.sub(" ", question))
    best = max(scores, default=0.0)
    ranked = sorted((n for n, s in enumerate(scores) if s > 0 and s >= _NEAR * best), key=lambda n: -scores[n])
    chosen: list[int] = []
    for n in ranked:
        if len(chosen) < MOST and all(corpus.cosine(n, c) < _ALIKE for c in chosen):
            chosen.append(n)
    return tuple(passages[n] for n in chosen)


def notice(paper: Paper, question: str) -> Bilingual | None:
    """What must be said of a question in another language than the paper's."""
    return None if in_language(question, paper.language) else _OTHER_LANGUAGE.filled(language=_NAMES[paper.language])
