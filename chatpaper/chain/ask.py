"""A reader's question about a paper, answered from its sentences with the evidence and the audit of a digest.

The question comes from anybody, and is data like the paper: it is bounded, put between brackets that it cannot close,
and an answer to something else has no sentence of the paper to rest on.
"""

import time
from collections.abc import Iterator, Mapping, Sequence

from pydantic import Field

from ..cancel import CancelToken
from ..digest import Claim, Evidence, QuestionAnswer
from ..errors import BadQuestion
from ..llm.base import Engine, Usage
from ..paper import Paper, Passage
from ..value import LANGUAGES, Bilingual, Language
from . import costs, finding
from .audit import Auditor
from .events import AnswerGrew
from .prompts import Prompts, in_languages
from .question import Answer, Questioner
from .replies import ClaimReply, Reply

LONGEST = 500
"""Characters of a question."""
MOST = 5
"""Statements of an answer, and sentences that are found."""
_EMPTY = Bilingual(zh="问题是空的", en="the question is empty")
_LONG = Bilingual(zh="问题超过 {most} 个字符", en="the question has more than {most} characters")


class AnswerReply(Reply):
    statements: tuple[ClaimReply, ...] = Field(
        max_length=MOST, description="one to four statements that answer the question; empty if the paper does not"
    )


def checked(question: str) -> str:
    """The question on one line. Raises BadQuestion."""
    plain = " ".join(question.split())
    if not plain:
        raise BadQuestion(problem=_EMPTY)
    if len(plain) > LONGEST:
        raise BadQuestion(problem=_LONG.filled(most=LONGEST))
    return plain


def ask(
    paper: Paper, engine: Engine, prompts: Prompts, question: str, languages: tuple[Language, ...], cancel: CancelToken
) -> Iterator[AnswerGrew]:
    """The answer as it grows; the last one is done. Raises BadQuestion, ModelError; Cancelled once stopped."""
    begun, question = time.monotonic(), checked(question)
    made = costs.begun(engine, prompts.asking_version)
    answer = QuestionAnswer(question=question, languages=languages, extractive=engine.extractive, made=made)
    if engine.extractive:
        yield AnswerGrew(answer=_found(paper, answer, begun), done=True)
        return
    questioner = Questioner(paper, engine, languages)
    variables = {"languages": in_languages(questioner.languages), "question": _bracketed(question)}
    request = questioner.request("ask", prompts.system, prompts.asking.instruction(variables), AnswerReply)
    for progress in questioner.ask(request, AnswerReply, cancel):
        if isinstance(progress, Usage):
            made = costs.with_call(made, progress)
        elif isinstance(progress, Answer):
            claims = tuple(c for c in progress.claims.values() if c.stated)
            answer = answer.model_copy(update={"claims": claims, "made": costs.timed(made, engine, begun)})
            yield AnswerGrew(answer=answer, done=progress.done)


def again(paper: Paper, answers: Sequence[QuestionAnswer]) -> tuple[QuestionAnswer, ...]:
    """Answers that somebody else kept, hostile ones among them: their evidence is the paper's own words, else none, and
    every statement is audited anew, beside the flags that it has.
    """
    own = {p.id: p for p in paper.passages}
    auditor = Auditor(paper, LANGUAGES)
    return tuple(a.model_copy(update={"claims": tuple(_again(own, auditor, a))}) for a in answers)


def _again(own: Mapping[str, Passage], auditor: Auditor, answer: QuestionAnswer) -> Iterator[Claim]:
    for claim in answer.claims:
        cited = [p for e in claim.evidence if (p := own.get(e.passage)) and p.text == e.quote]
        evidence = tuple(Evidence(passage=p.id, page=p.page, quote=p.text) for p in cited)
        claim = claim.model_copy(update={"evidence": evidence})
        if not answer.extractive:
            yield auditor.audited(claim)
        elif evidence and {claim.zh, claim.en} <= {None, evidence[0].quote}:
            yield claim


def _found(paper: Paper, answer: QuestionAnswer, begun: float) -> QuestionAnswer:
    """The paper's own sentences, in its own language."""
    said = finding.notice(paper, answer.question)
    return answer.model_copy(
        update={
            "claims": tuple(_own(paper.language, p) for p in finding.sentences(paper, answer.question)),
            "notices": (said,) if said else (),
            "made": answer.made.model_copy(update={"seconds": round(time.monotonic() - begun, 2)}),
        }
    )


def _own(language: Language, passage: Passage) -> Claim:
    evidence = (Evidence(passage=passage.id, page=passage.page, quote=passage.text),)
    return Claim(zh=passage.text, evidence=evidence) if language == "zh" else Claim(en=passage.text, evidence=evidence)


def _bracketed(question: str) -> str:
    """Without the brackets that it could close."""
    return question.replace("<", "‹").replace(">", "›")
