"""The digest as files to take away."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from zipfile import ZIP_DEFLATED, ZipFile

from ..digest import Digest, QuestionAnswer
from ..rendering import digest_json, html_document, markdown, pictures
from ..rendering.bibtex import bibtex
from ..rendering.flavours import flavour
from ..rendering.post_markdown import digest_post
from ..value import Language

Answers = Sequence[QuestionAnswer]
FORMATS: Mapping[str, tuple[str, str]] = {
    "md": ("Markdown", ".md"),
    "html": ("HTML", ".html"),
    "json": ("JSON", ".json"),
    "bibtex": ("BibTeX", ".bib"),
    "hexo": ("Hexo", "-hexo.zip"),
}
"""What each is called, and how its file's name ends."""


@contextmanager
def written(digest: Digest, language: Language, name: str, answers: Answers) -> Iterator[list[str]]:
    """Paths of the files, in the order of FORMATS; gone after the block, when Gradio has taken its copies."""
    with TemporaryDirectory(prefix="chatpaper-") as folder:
        paths = [Path(folder) / f"{stem(digest, name)}{ending}" for _, ending in FORMATS.values()]
        for path, write in zip(paths, _WRITE, strict=True):
            write(digest, language, answers, path)
        yield [str(path) for path in paths]


def stem(digest: Digest, name: str) -> str:
    """The arXiv id, else the PDF's name, as far as it is harmless in any file system."""
    given = digest.paper.arxiv_id or Path(name).stem
    return re.sub(r"[^\w.-]+", "-", given).strip("-.")[:80] or "digest"


def _text(render: Callable[[Digest, Language, Answers], str]) -> Callable[[Digest, Language, Answers, Path], object]:
    return lambda digest, language, answers, path: path.write_text(render(digest, language, answers), encoding="utf-8")


def _hexo(digest: Digest, language: Language, _: Answers, path: Path) -> None:
    """For `source/_posts`: the post, and beside it the folder with its pictures."""
    post = path.name.removesuffix(FORMATS["hexo"][1])
    with TemporaryDirectory(prefix="chatpaper-") as folder, ZipFile(path, "w", ZIP_DEFLATED) as archive:
        images = pictures.written(digest, Path(folder))
        archive.writestr(f"{post}.md", digest_post(digest, language, flavour("hexo"), post, images))
        for image in images.values():
            archive.write(Path(folder) / image, f"{post}/{image}")


_WRITE = (
    _text(lambda digest, language, answers: markdown(digest, language, answers=answers)),
    _text(html_document),
    _text(lambda digest, _, answers: digest_json(digest, answers)),
    _text(lambda digest, *_: bibtex(digest)),
    _hexo,
)
