"""The JSON contracts that other programs call: a digest (schema 1) and what reading found of a paper."""

import base64
import json
from collections.abc import Sequence
from typing import Any

from ..digest import Claim, Digest, DigestFigure, Flag, QuestionAnswer
from ..paper import Paper
from ..value import Bilingual, Language, Value
from . import extra

Json = dict[str, Any]
SCHEMA = 1


def digest_json(digest: Digest, answers: Sequence[QuestionAnswer] = ()) -> str:
    """The digest as JSON text; additive to the contract: `questions`, what its reader asked, if anything."""
    asked = {"questions": [_answer(a) for a in answers]} if answers else {}
    return _text(digest_object(digest) | asked)


def paper_json(paper: Paper) -> str:
    """What reading found, as JSON text."""
    return _text(paper_object(paper))


def digest_object(digest: Digest) -> Json:
    """`digest --format json`; additive to the contract: `glance`, `more`, `notices`; `translated`, how
    captions were, if they were."""
    language: Language = "zh" if digest.languages == ("zh",) else "en"
    paper = digest.paper
    return {
        "schema": SCHEMA,
        "paper": {
            "title": paper.title,
            "authors": list(paper.authors),
            "arxiv_id": paper.arxiv_id,
            "doi": paper.doi,
            "published": paper.published,
            "categories": list(paper.categories),
            "comment": paper.comment,
            "abstract": paper.abstract,
            "links": {"abs": paper.links.abs, "pdf": paper.links.pdf, "code": list(paper.links.code)},
            "pages": paper.pages,
            "sha256": paper.sha256,
        },
        "made": digest.made.model_dump(mode="json"),
        "languages": list(digest.languages),
        "title": _bilingual(digest.title),
        "affiliations": [_bilingual(a) for a in digest.affiliations],
        "keywords": [_bilingual(k) for k in digest.keywords],
        "one_line": digest.one_line and _claim(digest.one_line),
        "glance": _claims(digest.glance),
        "takeaways": [_claim(c) for c in digest.takeaways],
        "summary": _claims(digest.summary),
        "methods": [_claim(c) for c in digest.methods],
        "conclusion": _claims(digest.conclusion),
        "more": {part.stage: [_claim(c) for c in part.claims] for part in extra.parts(digest)},
        "figures": [_figure(f) for f in digest.figures],
        "skipped": {stage: reason.within(language) for stage, reason in digest.skipped.items()},
        "notices": [n.within(language) for n in digest.notices],
        "audit": digest.audit.model_dump(),
        **({"translated": digest.translated.model_dump(mode="json")} if digest.translated else {}),
    }


def answer_object(answer: QuestionAnswer, paper: Paper) -> Json:
    """What `/ask` answers; `statements` are CLAIMs as in a digest, none if the paper does not say."""
    told = _answer(answer)
    about = {"title": paper.title, "arxiv_id": paper.arxiv_id, "sha256": paper.report.sha256}
    return {"schema": SCHEMA, "question": told.pop("question"), "paper": about, **told}


def _answer(answer: QuestionAnswer) -> Json:
    language: Language = "zh" if answer.languages == ("zh",) else "en"
    return {
        "question": answer.question,
        "made": answer.made.model_dump(mode="json"),
        "languages": list(answer.languages),
        "extractive": answer.extractive,
        "statements": [_claim(c) for c in answer.claims],
        "notices": [n.within(language) for n in answer.notices],
    }


def paper_object(paper: Paper) -> Json:
    """`read --json`."""
    dumped = paper.model_dump(mode="json")
    alike = ("title", "authors", "abstract", "arxiv_id", "doi", "code_urls", "language", "pages")
    return {
        **{name: dumped[name] for name in alike},
        "sections": dumped["sections"],
        "figures": _only(dumped["figures"], "kind", "label", "caption", "page", "bbox"),
        "passages": _only(dumped["passages"], "id", "page", "section", "text"),
        "report": {
            **{name: dumped["report"][name] for name in ("sha256", "characters", "seconds")},
            "warnings": [w.within("en") for w in paper.report.warnings],
        },
    }


def data_uri(image: bytes) -> str | None:
    """The picture as a data URI; None where there is none."""
    if not image:
        return None
    kind = "png" if image.startswith(b"\x89PNG") else "jpeg"
    return f"data:image/{kind};base64,{base64.b64encode(image).decode('ascii')}"


def _claim(claim: Claim) -> Json:
    return {
        "zh": claim.zh,
        "en": claim.en,
        "evidence": [e.model_dump() for e in claim.evidence],
        "flags": [_flag(f) for f in claim.flags],
    }


def _flag(flag: Flag) -> str:
    return f"{flag.kind}: {flag.detail}" if flag.detail else flag.kind


def _claims(part: Value | None) -> Json | None:
    """The claims of a part by name; null when it was not written."""
    return None if part is None else {name: _claim(getattr(part, name)) for name in type(part).model_fields}


def _figure(figure: DigestFigure) -> Json:
    """Additive to the contract, where captions were translated: `translation`, `flags`."""
    said = {"translation": figure.translation, "flags": [_flag(f) for f in figure.flags]} if figure.translation else {}
    return {
        "label": figure.label,
        "caption": figure.caption,
        "page": figure.page,
        "image": data_uri(figure.image),
        **said,
    }


def _bilingual(text: Bilingual) -> Json:
    return {"zh": text.zh, "en": text.en}


def _only(items: list[Json], *names: str) -> list[Json]:
    return [{name: item[name] for name in names} for item in items]


def _text(value: Json) -> str:
    return json.dumps(value, ensure_ascii=False, indent=2)
