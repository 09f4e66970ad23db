"""The work on one paper of a post: fetch, digest, write down. One bad paper loses only itself."""

import logging
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from ..cancel import CancelToken
from ..chain.events import Event, Finished
from ..digest import Digest
from ..errors import (
    Cancelled,
    CannotWrite,
    ChatPaperError,
    CrashedReading,
    DailyLimit,
    InputError,
    NoKey,
    NoPdfAtArxiv,
    NoSuchModel,
    OutsideError,
    QuotaUsedUp,
    Restarting,
    SetupError,
    SharedLimit,
    TooSlowPdf,
    WrongKey,
)
from ..paper import PdfFile, Record
from ..pipeline import Choice, Pipeline
from ..rendering.post import maker
from .ledger import Ledger, Outcome
from .plan import Planned

Told = Callable[[str, Event | None], None]
"""Hears what happens to a paper, in the thread that works on it; None: it has begun."""
FATAL = (
    Cancelled, CannotWrite, NoKey, WrongKey, NoSuchModel, QuotaUsedUp, SetupError, DailyLimit, SharedLimit, Restarting,
)  # fmt: skip
"""What would befall every other paper, too: the run stops, and can go on later."""
LASTING = (InputError, NoPdfAtArxiv)
"""What will be the same another time."""
MAY_PASS = (TooSlowPdf, CrashedReading)
"""Of these, what a busy machine may be to blame for."""
WAITS = (5.0, 30.0, 120.0)
"""Seconds before a download is tried again; where arXiv names a time, that one counts."""
_LONGEST_WAIT = 600.0
_log = logging.getLogger(__name__)


class Desk:
    """Called with a paper, in any thread; what is done already is not done again."""

    def __init__(
        self,
        choice: Choice,
        pipeline: Pipeline,
        ledger: Ledger,
        cancel: CancelToken,
        *,
        told: Told | None = None,
        waits: tuple[float, ...] = WAITS,
    ) -> None:
        """Raises NoKey."""
        self._choice, self._pipeline, self._ledger, self._cancel = choice, pipeline, ledger, cancel
        self._told, self._waits = told, waits
        self._engine = pipeline.engine(choice)
        self._downloading = threading.Lock()

    def __call__(self, paper: Planned) -> Outcome:
        """Raises the errors in FATAL."""
        done = self._ledger.outcome(paper.record.arxiv_id)
        if done and done.final and self._ledger.has(done):
            return done
        try:
            return self._digested(paper)
        except FATAL:
            self._cancel.cancel()  # at once: nothing more is begun
            raise
        except ChatPaperError as error:
            outcome = _failed(
                paper.record, error, passing=not isinstance(error, LASTING) or isinstance(error, MAY_PASS)
            )
        except Exception:  # a fault of the program in one paper of a thousand must not lose the others
            _log.exception("failed: %s", paper.record.arxiv_id)
            outcome = _failed(paper.record, ChatPaperError(), passing=True)
        self._ledger.keep(outcome, None)
        return outcome

    def _digested(self, paper: Planned) -> Outcome:
        record, digest = paper.record, None
        if self._told:
            self._told(record.arxiv_id, None)
        for event in self._pipeline.digest(self._pdf(record), self._choice, self._cancel, engine=self._engine):
            if self._told:
                self._told(record.arxiv_id, event)
            if isinstance(event, Finished):
                digest = event.digest
        assert digest is not None, "a run ends with Finished or an error"
        outcome = _outcome(record, digest)
        self._ledger.keep(outcome, digest)
        return outcome

    def _pdf(self, record: Record) -> PdfFile:
        """One download at a time, as arXiv asks for; tried again while there is hope."""
        for wait in (*self._waits, None):
            try:
                with self._turn():
                    return self._pipeline.download(record)
            except NoPdfAtArxiv:
                raise
            except OutsideError as error:
                if wait is None:
                    raise
                asked = error.values.get("retry_after")
                self._cancel.wait(min(max(asked, wait), _LONGEST_WAIT) if isinstance(asked, float) else wait)
        raise AssertionError("the last try returns or raises")

    @contextmanager
    def _turn(self) -> Iterator[None]:
        while not self._downloading.acquire(timeout=0.2):
            self._cancel.check()
        try:
            yield
        finally:
            self._downloading.release()


def _outcome(record: Record, digest: Digest) -> Outcome:
    made = digest.made
    return Outcome(
        arxiv_id=record.arxiv_id,
        title=record.title,
        state="incomplete" if digest.skipped else "done",
        reason=next(iter(digest.skipped.values()), None),
        passing=bool(digest.skipped),
        made="" if digest.extractive else maker(made),
        calls=made.calls,
        input_tokens=made.input_tokens,
        output_tokens=made.output_tokens,
        cost_usd=made.cost_usd,
    )


def _failed(record: Record, error: ChatPaperError, *, passing: bool) -> Outcome:
    return Outcome(
        arxiv_id=record.arxiv_id,
        title=record.title,
        state="failed",
        reason=error.sentence,
        passing=passing,
        exit_code=error.exit_code,
    )
