"""What the visitor's browser keeps of a digest: how to open it again, and its title; no text, no key.

The list lives in the browser's localStorage (page.js) and nowhere else; an entry comes to the server only when it is
clicked, as hostile as anything from outside.
"""

from typing import Annotated

from pydantic import Field, ValidationError

from ..digest import Digest
from ..pipeline import Pipeline
from ..value import Value
from .opened import Opened

_Hash = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]


class Kept(Value):
    """One entry."""

    name: _Hash
    """The library's, of the whole digest."""
    sha256: _Hash
    """Of the PDF."""
    arxiv_id: str = Field(default="", max_length=40)
    """"" for an upload."""
    file: str = Field(default="", max_length=200)
    """What the visitor called the upload."""
    extractive: bool
    title: str = Field(max_length=500)
    at: str = Field(max_length=40)

    @property
    def source(self) -> str:
        """As it stands in the box."""
        return self.arxiv_id or self.file


def kept(pipeline: Pipeline, opened: Opened, digest: Digest) -> str:
    """The entry of a digest, whole or begun, as JSON for the browser."""
    name = opened.pdf.name if opened.pdf else ""
    return Kept(
        name=pipeline.kept_as(digest, opened.password),
        sha256=digest.paper.sha256,
        arxiv_id="" if opened.uploaded else (digest.paper.arxiv_id or name)[:40],
        file=name[:200] if opened.uploaded else "",
        extractive=digest.extractive,
        title=digest.paper.title[:500],
        at=digest.made.at.isoformat(),
    ).model_dump_json()


def given(data: object) -> Kept | None:
    """What the browser sent, if it is an entry."""
    try:
        return Kept.model_validate(data)
    except ValidationError:
        return None
