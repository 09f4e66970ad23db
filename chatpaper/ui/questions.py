"""What was asked of one paper, and what it said. It never holds a key."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from ..cancel import CancelToken
from ..chain.events import AnswerGrew
from ..digest import Evidence, QuestionAnswer
from ..value import Bilingual

MOST = 30
"""Answers that are kept; the oldest go."""


@dataclass
class Questions:
    """Mutable: every handler of the visitor sees the same ones."""

    answers: list[QuestionAnswer] = field(default_factory=list)
    asked: str = ""
    """The question that is being answered, or has failed."""
    growing: QuestionAnswer | None = None
    error: Bilingual | None = None
    cancel: CancelToken | None = None
    """None: nothing is being answered."""

    recalled: bool = False
    """What the browser has of earlier visits is here, or comes too late."""

    @property
    def running(self) -> bool:
        return self.cancel is not None

    def begin(self, question: str) -> CancelToken:
        self.asked, self.growing, self.error, self.cancel = question, None, None, CancelToken()
        return self.cancel

    def take(self, grown: AnswerGrew) -> None:
        self.growing = grown.answer
        if grown.done:
            self.answers = [*self.answers, grown.answer][-MOST:]
            self.asked, self.growing, self.recalled = "", None, True

    def recall(self, answers: Sequence[QuestionAnswer]) -> None:
        """Those of earlier visits come first."""
        self.answers = [*answers, *self.answers][-MOST:]

    def end(self, error: Bilingual | None = None) -> None:
        """What came of an unfinished answer was not audited, and goes."""
        self.growing, self.error, self.cancel = None, error, None
        if error is None:
            self.asked = ""

    def cited(self, passage: object) -> Evidence | None:
        """The evidence of an answer with this passage."""
        shown = [*self.answers, *([self.growing] if self.growing else [])]
        return next((e for a in shown for c in a.claims for e in c.evidence if e.passage == passage), None)
