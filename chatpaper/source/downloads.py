"""arXiv's PDFs, kept in a folder."""

import hashlib
import tempfile
from pathlib import Path

from ..errors import ArxivGarbled, ArxivRefused, NoPdfAtArxiv, TooLargePdf
from ..paper import PdfFile, Record
from .content import HEAD, MEGABYTE, TAIL, begins_as_pdf, ends_as_pdf
from .ids import ArxivId
from .transport import Answer, Transport


class Downloads:
    """Fetches PDFs into `folder`; a version of a paper never changes, so it is fetched once."""

    def __init__(self, transport: Transport, folder: Path, *, max_mb: int) -> None:
        self._transport = transport
        self._folder = folder
        self._max_mb = max_mb

    def pdf(self, arxiv_id: ArxivId, record: Record | None) -> PdfFile:
        """Raises NoPdfAtArxiv, TooLargePdf, ArxivUnreachable, ArxivRefused, ArxivGarbled."""
        path = self._folder / f"{arxiv_id.file_name}.pdf"
        if arxiv_id.version is not None and path.is_file():
            with path.open("rb") as file:
                sha256 = hashlib.file_digest(file, "sha256").hexdigest()
        else:
            path, sha256 = self._fetched(arxiv_id)
        return PdfFile(path=path, name=f"{arxiv_id.file_name}.pdf", sha256=sha256, record=record)

    def _fetched(self, arxiv_id: ArxivId) -> tuple[Path, str]:
        self._folder.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=self._folder, suffix=".part", delete=False) as file:
            part = Path(file.name)
        try:
            with self._transport.get(f"{self._transport.endpoint}/pdf/{arxiv_id}") as answer:
                sha256 = self._save(answer, arxiv_id, part)
            # without a version the content may change: its own name for each, so that nobody's file is replaced
            mark = "" if arxiv_id.version is not None else f"-{sha256[:12]}"
            return part.replace(self._folder / f"{arxiv_id.file_name}{mark}.pdf"), sha256
        finally:
            part.unlink(missing_ok=True)

    def _save(self, answer: Answer, arxiv_id: ArxivId, path: Path) -> str:
        """Writes the body to `path` and checks it; returns its SHA-256."""
        if answer.status == 404:
            raise NoPdfAtArxiv(arxiv_id=arxiv_id)
        if answer.status != 200:
            raise ArxivRefused(status=answer.status)
        hashed, size = hashlib.sha256(), answer.length or 0
        self._check_size(size)
        head, tail, size = b"", b"", 0
        with path.open("wb") as file:
            for piece in answer.pieces():
                size += len(piece)
                self._check_size(size)
                head, tail = (head + piece)[:HEAD], (tail + piece)[-TAIL:]
                hashed.update(piece)
                file.write(piece)
        if not (begins_as_pdf(head) and ends_as_pdf(tail)):
            raise ArxivGarbled
        return hashed.hexdigest()

    def _check_size(self, size: int) -> None:
        if size > self._max_mb * MEGABYTE:
            raise TooLargePdf(limit_mb=self._max_mb)
