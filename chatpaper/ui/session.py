"""What one visitor has open. It lives in that visitor's gr.State and nowhere else, and never holds a key."""

from dataclasses import dataclass, field
from typing import Literal

from ..digest import Digest
from ..paper import Paper, PdfFile
from ..rendering import View
from ..value import LANGUAGES, Language
from .batch import Batch
from .newest import Newest
from .opened import Opened, Run

Wanted = Literal["zh", "en", "both"]


@dataclass
class Session:
    """Mutable: every handler of the visitor sees the same one, also while a run streams."""

    visitor: str = "?"
    """The visitor's address; all whose address was never told count as one."""
    interface: Language = "zh"
    wanted: Wanted = "zh"
    open: Opened = field(default_factory=Opened)
    """What is shown."""
    batch: Batch | None = None
    """Several papers; the shown one may be one of them."""
    touched: Newest = field(default_factory=Newest)
    """The chip whose sentence is to be shown."""
    tried: int = 0
    """How often a key was tested."""

    @property
    def pdf(self) -> PdfFile | None:
        return self.open.pdf

    @property
    def paper(self) -> Paper | None:
        return self.open.paper

    @property
    def run(self) -> Run | None:
        return self.open.run

    @property
    def digest(self) -> Digest | None:
        return self.open.digest

    @property
    def running(self) -> bool:
        """Something is being made; Stop would end it."""
        batch = self.batch
        return self.open.running or bool(batch and (batch.going or any(p.running for p in batch.papers)))

    @property
    def languages(self) -> tuple[Language, ...]:
        return LANGUAGES if self.wanted == "both" else (self.wanted,)

    def lay(self, opened: Opened) -> Opened:
        """Show another paper; the run of the one before ends, if it was alone."""
        alone = self.batch is None or self.open not in self.batch.papers
        if alone and opened is not self.open and self.open.cancel:
            self.open.cancel.cancel()
        self.open = opened
        return opened

    def view(self, digest: Digest) -> View:
        """Labels follow the text: of two languages, the interface's; of one, that one."""
        view = View.of(digest, self.interface, self.languages)
        return view if len(view.shown) == 2 else view.model_copy(update={"labels": view.shown[0]})
