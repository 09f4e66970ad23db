"""The only place where source, reading and chain meet. Thread-safe; one per process."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from .cancel import CancelToken
from .chain.events import Event
from .paper import Box, Paper, PdfFile
from .settings import EngineName, Settings
from .value import LANGUAGES, Language


@dataclass(frozen=True, kw_only=True)
class Choice:
    """What the user chose for one run. Keys are the visitor's, and live as long as this value."""

    engine: EngineName | None = None
    """None: the first that is set up."""
    model: str | None = None
    keys: tuple[str, ...] = field(default=(), repr=False)
    languages: tuple[Language, ...] = LANGUAGES


class Pipeline:
    """source -> reading -> chain."""

    def __init__(self, settings: Settings) -> None:
        raise NotImplementedError

    def fetch(self, source: str) -> PdfFile:
        """The PDF of a path, an arXiv id or an arXiv URL. Raises InputError, OutsideError."""
        raise NotImplementedError

    def upload(self, path: Path, name: str) -> PdfFile:
        """A PDF that a visitor uploaded, copied to the program's own folder. Raises UnusablePdf."""
        raise NotImplementedError

    def read(self, pdf: PdfFile, *, password: str | None = None, anyway: bool = False) -> Paper:
        raise NotImplementedError

    def digest(
        self, pdf: PdfFile, choice: Choice, cancel: CancelToken, *, password: str | None = None, anyway: bool = False
    ) -> Iterator[Event]:
        """Read and digest: PaperRead, then the chain's events, then Finished. Raises any ChatPaperError."""
        raise NotImplementedError

    def page_image(
        self, pdf: PdfFile, page: int, *, highlight: Sequence[Box] = (), width: int = 1000, password: str | None = None
    ) -> bytes:
        """A page as PNG with the boxes marked."""
        raise NotImplementedError

    def close(self) -> None:
        raise NotImplementedError
