"""One paper on the desk, and how far the run of its digest is. It never holds a key."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Literal

from ..cancel import CancelToken
from ..chain.events import DigestGrew, Event, Finished, PaperRead, StageReading, StageSkipped, StageStarted
from ..digest import Digest
from ..paper import Paper, PdfFile
from ..rendering.labels import STAGES
from ..value import Bilingual
from .questions import Questions

State = Literal["todo", "doing", "done", "skipped"]
Outcome = Literal["running", "finished", "stopped", "failed"]


@dataclass
class Run:
    """One digest being made, or the last one made: how far it is."""

    stages: dict[str, State] = field(default_factory=lambda: dict.fromkeys(STAGES, "todo"))
    outcome: Outcome = "running"
    begun: float = field(default_factory=time.monotonic)
    seconds: float = 0.0
    reasons: dict[str, Bilingual] = field(default_factory=dict)
    digest: Digest | None = None
    before: int | None = None
    """How many are served first, while this one waits."""
    read: dict[str, tuple[int, int]] = field(default_factory=dict)
    """Tokens that the model has read for a stage, and of how many; only slow engines tell."""

    def take(self, event: Event) -> None:
        """Note what happened."""
        match event:
            case PaperRead():
                self.stages["reading"] = "done"
            case StageStarted(stage=stage):
                self.stages[stage] = "doing"
            case StageReading(stage=stage, tokens=tokens, total=total):
                self.read[stage] = (tokens, total)
            case DigestGrew(digest=digest, stage=stage, done=done):
                self.digest = digest
                self.read.pop(stage, None)
                if stage:
                    self.stages[stage] = "done" if done else "doing"
            case StageSkipped(stage=stage, reason=reason):
                self.stages[stage] = "skipped"
                self.reasons[stage] = reason
            case Finished(digest=digest):
                self.digest = digest
                own = (*(part.stage for part in digest.more), *digest.skipped)
                names = dict.fromkeys((*self.stages, *own))
                self.stages = {name: "skipped" if name in digest.skipped else "done" for name in names}

    def end(self, outcome: Outcome) -> None:
        self.seconds, self.outcome = self.elapsed, outcome

    @property
    def elapsed(self) -> float:
        return time.monotonic() - self.begun if self.outcome == "running" else self.seconds

    @property
    def waiting(self) -> tuple[str, ...]:
        """Stages whose part is still to come; none once the run is over."""
        if self.outcome != "running":
            return ()
        return tuple(name for name, state in self.stages.items() if state in ("todo", "doing"))

    @property
    def shown(self) -> Digest | None:
        """The digest so far, with what was skipped so far."""
        if self.digest is None or not self.reasons:
            return self.digest
        return self.digest.model_copy(update={"skipped": {**self.digest.skipped, **self.reasons}})


@dataclass(eq=False)
class Opened:
    """One paper on the desk: where it comes from, its file, what was read of it, and the run of its digest."""

    source: str = ""
    """As it stands in the box: an arXiv id or link, or the name of an upload."""
    get: Callable[[], PdfFile] | None = None
    """Gives the PDF, where it is not here yet. Raises InputError, OutsideError."""
    uploaded: bool = False
    pdf: PdfFile | None = None
    password: str | None = None
    """Of the PDF; needed again to draw its pages."""
    paper: Paper | None = None
    run: Run | None = None
    error: Bilingual | None = None
    settings_help: bool = False
    """The error can be mended in the settings: they open."""
    cancel: CancelToken | None = None
    kept: str = ""
    """What the browser shall keep of this digest (see `recent`)."""
    questions: Questions = field(default_factory=Questions)
    translating: bool = False
    """Its captions, now."""
    trouble: Bilingual | None = None
    """Why its captions could not be translated."""
    gone: bool = False
    """The digest of an upload whose file is not here any more."""

    @property
    def digest(self) -> Digest | None:
        return self.run.shown if self.run else None

    @property
    def arxiv_id(self) -> str:
        """Of a paper that came from arXiv: who has it finds the same paper; "" for an upload."""
        return "" if self.uploaded or not self.digest else self.digest.paper.arxiv_id or ""

    @property
    def running(self) -> bool:
        return bool(self.run and self.run.outcome == "running")

    def begin(self, cancel: CancelToken) -> Run:
        """A new run in place of the last one."""
        self.paper, self.error, self.settings_help, self.cancel = None, None, False, cancel
        self.kept, self.trouble = "", None
        self.run = Run()
        return self.run

    def show(self, paper: Paper, digest: Digest) -> None:
        """A digest that was made before, whole or as far as it was."""
        run = self.begin(CancelToken())
        self.paper = paper
        run.take(Finished(digest=digest))
        missing = [stage for stage in STAGES if not getattr(digest, stage, True) and stage not in digest.skipped]
        run.stages |= dict.fromkeys(missing, "todo")
        run.end("stopped" if missing else "finished")
