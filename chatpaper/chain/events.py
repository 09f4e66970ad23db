"""What the chain tells while it runs. Every event is frozen; the last one of a run is `Finished`."""

from dataclasses import dataclass

from ..digest import Digest, QuestionAnswer
from ..paper import Paper
from ..value import Bilingual


@dataclass(frozen=True, kw_only=True)
class PaperRead:
    """Reading is done; the facts of the paper can be shown."""

    paper: Paper


@dataclass(frozen=True, kw_only=True)
class StageStarted:
    stage: str


@dataclass(frozen=True, kw_only=True)
class StageReading:
    """The model has read so many tokens of what the stage asks; only slow engines tell."""

    stage: str
    tokens: int
    total: int


@dataclass(frozen=True, kw_only=True)
class DigestGrew:
    """The digest as far as it is: text of a stage under way (`stage`), unaudited until that stage is done."""

    digest: Digest
    stage: str
    done: bool
    """The stage is finished and audited."""


@dataclass(frozen=True, kw_only=True)
class StageSkipped:
    """A stage failed for good; the others go on (rule 7)."""

    stage: str
    reason: Bilingual


@dataclass(frozen=True, kw_only=True)
class Finished:
    """The whole digest, figures included."""

    digest: Digest


Event = PaperRead | StageStarted | StageReading | DigestGrew | StageSkipped | Finished


@dataclass(frozen=True, kw_only=True)
class AnswerGrew:
    """The answer to a question as far as it is, unaudited until it is done; no event of a digest."""

    answer: QuestionAnswer
    done: bool
