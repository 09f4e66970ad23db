"""One question on a paper, from its first token to audited claims: streamed, parsed, asked again if it does not fit,
audited, and its failing claims corrected once (rule 3).

The stages of a digest and a reader's own questions are asked alike, with the same bytes first (rule 9).
"""

import time
from collections.abc import Generator, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import TypeVar

from ..cancel import CancelToken
from ..digest import Audit, Claim
from ..errors import BadReply, ModelError
from ..llm.base import Engine, Reading, Request, Usage
from ..paper import Paper
from ..value import Language
from . import budget, correction, replies
from .arrival import arriving
from .audit import Auditor, with_repeats_flagged
from .evidence import Citer
from .replies import ClaimReply, Reply

_TOLD_EVERY = 0.1
"""Seconds between two states of a reply that is arriving, on a machine that has time for it."""
_PAUSE = 9.0
"""Times as long as telling one state took, the next one is waited for: so it costs a tenth of the time at most."""


@dataclass(frozen=True)
class Writing:
    """The model has read the question, and begins to answer."""


@dataclass(frozen=True, kw_only=True)
class Answer:
    """A reply as far as it is; the last one of a question is `done`."""

    reply: Reply
    claims: Mapping[str, Claim]
    """By path, as `replies.claims_of` names them."""
    audited: bool
    """The reply is whole, and its claims have the evidence and the flags that they earn."""
    done: bool
    """What a second try could mend is mended."""


Progress = Reading | Writing | Usage | Answer
_T = TypeVar("_T")
_Told = Generator[Progress, None, _T]
"""Tells what happens on the way to a value."""


class Questioner:
    """Asks one engine about one paper. Thread-safe: questions may be asked side by side."""

    def __init__(self, paper: Paper, engine: Engine, languages: tuple[Language, ...]) -> None:
        self._engine, self._language = engine, paper.language
        # an extractive engine has the paper's own sentences only, in the paper's language
        self.languages: tuple[Language, ...] = (paper.language,) if engine.extractive else languages
        """In which claims are written."""
        self.selection = budget.select(paper, engine.window)
        """What the engine is given of the paper."""
        self._citer = Citer(paper, unstated="not_found" if engine.extractive else "not_stated")
        self._auditor = Auditor(paper, self.languages)

    def request(self, name: str, system: str, instruction: str, kind: type[Reply]) -> Request:
        """What the engine is sent for a question whose reply is of this kind."""
        return Request(
            stage=name,
            system=system,
            paper=self.selection.text,
            instruction=instruction,
            schema=replies.schema(kind, self.languages),
            passages=self.selection.passages,
            languages=self.languages,
        )

    def ask(self, request: Request, kind: type[Reply], cancel: CancelToken) -> Iterator[Progress]:
        """What happens on the way, then the Answer that is done.

        Raises ModelError, BadReply if two replies do not have the asked form; Cancelled once `cancel` is set.
        """
        reply = yield from self._fitting(request, kind, cancel)
        answer = self._answer(reply)
        failing = {} if self._engine.extractive else correction.failing(answer.claims)
        if failing:
            yield replace(answer, done=False)
            tried = yield from self._corrected(request, failing, cancel)
            answer = self._answer(correction.merged(reply, self._mended(answer.claims, tried)))
        yield answer

    def again(self, text: str, kind: type[Reply]) -> Answer | None:
        """The answer of a reply that was accepted in an earlier run; None if it does not fit any more."""
        try:
            return self._answer(replies.parse(text, kind, self.languages))
        except replies.Misfit:
            return None

    def totals(self, claims: Iterable[Claim]) -> Audit:
        """The audit's totals over claims of this paper."""
        return self._auditor.totals(claims)

    def _answer(self, reply: Reply) -> Answer:
        claims = {path: self._audited(claim) for path, claim in replies.claims_of(reply)}
        if not self._engine.extractive:  # one of the paper's own sentences may well say two things
            claims = with_repeats_flagged(claims, self._language)
        return Answer(reply=reply, claims=claims, audited=True, done=True)

    def _audited(self, claim: ClaimReply) -> Claim:
        return self._auditor.audited(self._citer.claim(claim, whole=True))

    def _arriving(self, reply: Reply) -> Answer:
        claims = {path: self._citer.claim(claim, whole=False) for path, claim in replies.claims_of(reply)}
        return Answer(reply=reply, claims=claims, audited=False, done=False)

    def _fitting(self, request: Request, kind: type[Reply], cancel: CancelToken) -> _Told[Reply]:
        """The reply; one that is not in the asked form is asked for once more, with the problem named."""
        text = yield from self._streamed(request, kind, cancel)
        try:
            return replies.parse(text, kind, self.languages)
        except replies.Misfit as misfit:
            again = f"\n\nYour last answer was not in the asked form: {misfit.problem.en}. Answer again."
        text = yield from self._streamed(replace(request, instruction=request.instruction + again), kind, cancel)
        try:
            return replies.parse(text, kind, self.languages)
        except replies.Misfit as misfit:
            raise BadReply(engine=self._engine.name, problem=misfit.problem) from None

    def _corrected(
        self, request: Request, failing: Mapping[str, Claim], cancel: CancelToken
    ) -> _Told[dict[str, ClaimReply]]:
        """The failing claims, asked for again together; a second try that fails leaves the first one standing."""
        again = replace(
            request,
            instruction=request.instruction + correction.instruction(failing),
            schema=correction.schema(request.schema, failing),
        )
        try:
            text = yield from self._streamed(again, None, cancel)
        except ModelError:
            return {}
        return correction.parse(text, failing)

    def _mended(self, claims: Mapping[str, Claim], tried: Mapping[str, ClaimReply]) -> dict[str, ClaimReply]:
        """Of the second tries, those that stand better than the first."""
        return {path: c for path, c in tried.items() if correction.better(claims[path], self._audited(c))}

    def _streamed(self, request: Request, kind: type[Reply] | None, cancel: CancelToken) -> _Told[str]:
        """The reply's text; of one of this kind, what has arrived is told on the way, ten times a second if cheap."""
        text, told, pause = "", None, _TOLD_EVERY
        for state in arriving(self._engine, request, cancel):
            if not isinstance(state, str):
                yield state
                continue
            if told is None:
                told = 0.0
                yield Writing()
            text = state
            begun = time.monotonic()
            if kind and begun - told > pause and (reply := replies.partial(text, kind)):
                yield self._arriving(reply)
                told = time.monotonic()
                pause = max(_TOLD_EVERY, _PAUSE * (told - begun))
        return text
