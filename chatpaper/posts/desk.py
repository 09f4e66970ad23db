"""The work on one paper of a post: fetch, digest, render, write down. One bad paper loses only itself."""

import logging
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from ..cancel import CancelToken
from ..chain.events import Finished
from ..digest import Digest
from ..errors import (
    Cancelled,
    CannotWrite,
    ChatPaperError,
    InputError,
    NoKey,
    NoPdfAtArxiv,
    NoSuchModel,
    OutsideError,
    QuotaUsedUp,
    SetupError,
    WrongKey,
)
from ..paper import PdfFile, Record
from ..pipeline import Pipeline
from ..rendering import pictures
from ..rendering.bibtex import bibtex
from ..rendering.post import maker
from ..rendering.post_labels import POST
from ..value import Bilingual
from .ledger import Ledger, Outcome
from .order import Order
from .plan import Planned
from .published import split

FATAL = (Cancelled, CannotWrite, NoKey, WrongKey, NoSuchModel, QuotaUsedUp, SetupError)
"""What would befall every other paper, too: the run stops, and can go on later."""
WAITS = (5.0, 30.0, 120.0)
"""Seconds before a download is tried again; where arXiv names a time, that one counts."""
_LONGEST_WAIT = 600.0
_log = logging.getLogger(__name__)


class Desk:
    """Called with a paper, in any thread; what is done already is not done again."""

    def __init__(
        self,
        order: Order,
        pipeline: Pipeline,
        ledger: Ledger,
        cancel: CancelToken,
        *,
        stem: str,
        waits: tuple[float, ...] = WAITS,
    ) -> None:
        """Raises NoKey."""
        self._order, self._pipeline, self._ledger, self._cancel = order, pipeline, ledger, cancel
        self._stem, self._waits = stem, waits
        self._engine = pipeline.engine(order.choice)
        self._downloading = threading.Lock()

    def __call__(self, paper: Planned) -> Outcome:
        """Raises the errors in FATAL."""
        done = self._ledger.outcome(paper.record.arxiv_id)
        if done and done.final:
            return done
        try:
            return self._digested(paper)
        except FATAL:
            self._cancel.cancel()  # at once: nothing more is begun
            raise
        except ChatPaperError as error:
            lasting = isinstance(error, InputError | NoPdfAtArxiv)
            outcome = _failed(paper.record, error, passing=not lasting)
        except Exception:  # a fault of the program in one paper of a thousand must not lose the others
            _log.exception("failed: %s", paper.record.arxiv_id)
            outcome = _failed(paper.record, ChatPaperError(), passing=True)
        self._ledger.keep(outcome, None)
        return outcome

    def _digested(self, paper: Planned) -> Outcome:
        order, record = self._order, paper.record
        digest = None
        for event in self._pipeline.digest(self._pdf(record), order.choice, self._cancel, engine=self._engine):
            if isinstance(event, Finished):
                digest = event.digest
        assert digest is not None, "a run ends with Finished or an error"
        images = {}
        if order.format == "md":
            images = pictures.written(digest, self._ledger.pictures, f"{record.arxiv_id.replace('/', '_')}-")
        part = order.form.part(digest, self._stem, images, self._news(paper))
        outcome = _outcome(record, digest, part.row)
        self._ledger.keep(outcome, part)
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

    def _news(self, paper: Planned) -> tuple[Bilingual, ...]:
        """What is new of a paper that an earlier post holds in another version."""
        if paper.known is None:
            return ()
        new = paper.record
        number = f"v{split(new.arxiv_id)[1]}"
        said = POST.new_version.filled(new=number, updated=new.updated.isoformat(), old=f"v{split(paper.known)[1]}")
        old = self._ledger.record(paper.known)
        names = ("title", "authors", "abstract", "comment") if old else ()
        changed = [getattr(POST, f"changed_{name}") for name in names if getattr(old, name) != getattr(new, name)]
        if not changed:
            return (said,)
        listed = Bilingual(zh="、".join(c.within("zh") for c in changed), en=", ".join(c.within("en") for c in changed))
        return (said, POST.changed.filled(what=listed))


def _outcome(record: Record, digest: Digest, row: str) -> Outcome:
    made = digest.made
    return Outcome(
        arxiv_id=record.arxiv_id,
        title=record.title,
        state="incomplete" if digest.skipped else "done",
        reason=next(iter(digest.skipped.values()), None),
        passing=bool(digest.skipped),
        row=row,
        made="" if digest.extractive else maker(made),
        bibtex=bibtex(digest),
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
