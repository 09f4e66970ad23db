"""The digest as files to take away."""

import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from ..digest import Digest
from ..rendering import digest_json, html_document, markdown
from ..value import Language

FORMATS: Mapping[str, Callable[[Digest, Language], str]] = {
    "md": markdown,
    "html": html_document,
    "json": lambda digest, _: digest_json(digest),
}


@contextmanager
def written(digest: Digest, language: Language, name: str) -> Iterator[list[str]]:
    """Paths of the files, in the order of FORMATS; gone after the block, when Gradio has taken its copies."""
    with TemporaryDirectory(prefix="chatpaper-") as folder:
        paths = [Path(folder) / f"{stem(digest, name)}.{ending}" for ending in FORMATS]
        for path, render in zip(paths, FORMATS.values(), strict=True):
            path.write_text(render(digest, language), encoding="utf-8")
        yield [str(path) for path in paths]


def stem(digest: Digest, name: str) -> str:
    """The arXiv id, else the PDF's name, as far as it is harmless in any file system."""
    given = digest.paper.arxiv_id or Path(name).stem
    return re.sub(r"[^\w.-]+", "-", given).strip("-.")[:80] or "digest"
