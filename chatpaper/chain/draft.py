"""A digest while it is made: each reply, whole or under way, is put where it belongs."""

import re
from collections.abc import Mapping
from functools import cached_property
from typing import Any, TypeVar

from ..digest import Claim, Conclusion, Digest, Glance, Links, Made, PaperFacts, Part, Summary
from ..likeness import norm
from ..paper import Paper
from ..value import Bilingual, Language
from .prompts import StagePrompt
from .replies import (
    ConclusionReply,
    MethodsReply,
    Reply,
    StatementsReply,
    SummaryReply,
    TakeawaysReply,
    TermReply,
)

_P = TypeVar("_P", Glance, Summary, Conclusion)
Claims = Mapping[str, Claim]
"""A reply's claims by path, as `replies.claims_of` names them."""


def empty(paper: Paper, made: Made, languages: tuple[Language, ...], *, extractive: bool) -> Digest:
    """The digest before the first reply: all that is known without a model."""
    return Digest(
        paper=facts(paper),
        made=made,
        languages=languages,
        extractive=extractive,
        title=_paired(paper, paper.title, TermReply()),
        affiliations=tuple(_paired(paper, a, TermReply()) for a in paper.affiliations),
        keywords=tuple(_paired(paper, k, TermReply()) for k in paper.keywords),
        notices=paper.report.warnings,
    )


def facts(paper: Paper) -> PaperFacts:
    """Rule 1: from the record or from the page, never from a model."""
    record, number = paper.record, paper.arxiv_id
    return PaperFacts(
        title=paper.title,
        authors=paper.authors,
        language=paper.language,
        arxiv_id=number,
        doi=paper.doi,
        published=record.published.isoformat() if record else None,
        categories=record.categories if record else (),
        comment=record.comment if record else None,
        abstract=paper.abstract,
        links=Links(
            abs=number and f"https://arxiv.org/abs/{number}",
            pdf=number and f"https://arxiv.org/pdf/{number}",
            code=paper.code_urls,
        ),
        pages=paper.pages,
        sha256=paper.report.sha256,
        record=record,
    )


class Draft:
    """Puts replies on one paper in their places, again and again while they arrive."""

    def __init__(self, paper: Paper) -> None:
        self._paper = paper

    def grown(self, digest: Digest, stage: StagePrompt, reply: Reply, claims: Claims) -> Digest:
        """The digest with this stage's part in its place, instead of an earlier state of it."""
        return digest.model_copy(update=self._part(digest, stage, reply, claims))

    def _part(self, digest: Digest, stage: StagePrompt, reply: Reply, claims: Claims) -> dict[str, Any]:
        match reply:
            case SummaryReply():
                return {
                    "title": _paired(self._paper, self._paper.title, reply.title),
                    "affiliations": _affiliations(self._paper, reply.affiliations),
                    "keywords": self._keywords(reply.keywords),
                    "one_line": claims["one_line"],
                    "glance": None if digest.extractive else _filled(Glance, claims),
                    "summary": _filled(Summary, claims),
                }
            case TakeawaysReply():
                return {"takeaways": _stated(claims)}
            case MethodsReply():
                return {"methods": _stated(claims)}
            case ConclusionReply():
                return {"conclusion": _filled(Conclusion, claims)}
            case StatementsReply():
                part = Part(stage=stage.name, heading=stage.heading or Bilingual(), claims=_stated(claims))
                return {"more": (*(p for p in digest.more if p.stage != stage.name), part)}
        raise TypeError(f"no place in a digest for {type(reply).__name__}")

    def _keywords(self, replies: tuple[TermReply, ...]) -> tuple[Bilingual, ...]:
        """The paper's own keywords; else the model's, as far as the paper uses the words."""
        paper = self._paper
        if paper.keywords:
            by_name = {norm(_own(paper, r)): r for r in replies}
            return tuple(_paired(paper, k, by_name.get(norm(k), TermReply())) for k in paper.keywords)
        kept = {name: r for r in replies if (name := norm(_own(paper, r))) and name in self._text}
        return tuple(_paired(paper, _line(_own(paper, r)) or "", r) for r in kept.values())

    @cached_property
    def _text(self) -> str:
        return norm(" ".join([self._paper.title, *(p.text for p in self._paper.passages)]))


def _filled(part: type[_P], claims: Claims) -> _P:
    """A part whose fields are claims of the same names."""
    return part(**{name: claims[name] for name in part.model_fields})


def _stated(claims: Claims) -> tuple[Claim, ...]:
    """A list's items; one that says nothing is no item, nor is one that small models say again."""
    once: dict[tuple[str | None, str | None], Claim] = {}
    for claim in claims.values():
        if claim.stated:
            once.setdefault((claim.zh, claim.en), claim)
    return tuple(once.values())


def _paired(paper: Paper, printed: str, translated: TermReply) -> Bilingual:
    """The printed words in the paper's language, the model's translation in the other."""
    if paper.language == "zh":
        return Bilingual(zh=printed, en=_line(translated.en))
    return Bilingual(zh=_line(translated.zh), en=printed)


def _affiliations(paper: Paper, replies: tuple[TermReply, ...]) -> tuple[Bilingual, ...]:
    """As printed; a translation belongs to the printed name that the reply repeats."""
    by_name = {norm(_own(paper, r)): r for r in replies}
    same_order = replies if len(replies) == len(paper.affiliations) else ()
    return tuple(
        _paired(paper, printed, by_name.get(norm(printed)) or (same_order[n] if same_order else TermReply()))
        for n, printed in enumerate(paper.affiliations)
    )


def _own(paper: Paper, term: TermReply) -> str:
    return term.zh if paper.language == "zh" else term.en


def _line(text: str) -> str | None:
    """In one line, without the word that the prompt has before it."""
    return re.sub(r"^(?:Affiliation|单位)[:：] ?", "", " ".join(text.split())) or None
