"""`read` and `digest`: one paper."""

import argparse
import signal
from pathlib import Path

from ..cancel import CancelToken
from ..chain.events import DigestGrew, Event, Finished, PaperRead, StageSkipped, StageStarted
from ..digest import Digest
from ..errors import CannotWrite
from ..paper import PdfFile
from ..pipeline import Pipeline
from ..rendering import digest_json, html_document, markdown, outline, paper_json, pictures
from ..rendering.bibtex import bibtex
from ..rendering.flavours import flavour
from ..rendering.labels import stage_name
from ..rendering.post_markdown import digest_post
from ..settings import Settings
from ..value import Bilingual, Language
from .speech import choice, tell, warn

FORMATS = ("md", "html", "json", "hexo", "bibtex")
_READ = Bilingual(zh="已读 {pages} 页，{seconds} 秒", en="read {pages} pages in {seconds} s")


def read(pipeline: Pipeline, _settings: Settings, options: argparse.Namespace, language: Language) -> int:
    pdf, anyway = _source(pipeline, options.source), options.anyway
    paper = pipeline.read(pdf, password=options.password, anyway=anyway, ocr=anyway)
    warn(paper, language)
    print(paper_json(paper) if options.json else outline.outline(paper, language))
    return 0


def digest(pipeline: Pipeline, _settings: Settings, options: argparse.Namespace, language: Language) -> int:
    cancel = CancelToken()
    signal.signal(signal.SIGTERM, lambda *_: cancel.cancel())
    events = pipeline.digest(
        _source(pipeline, options.source),
        choice(options),
        cancel,
        password=options.password,
        anyway=options.anyway,
    )
    digest = None
    for event in events:
        _report(event, language)
        if isinstance(event, Finished):
            digest = event.digest
    assert digest is not None, "a run ends with Finished or an error"
    labels: Language = "zh" if options.lang == "zh" else "en" if options.lang == "en" else language
    _put(digest, options, labels)
    return 0


def _put(digest: Digest, options: argparse.Namespace, language: Language) -> None:
    """The digest on stdout, or at the path with the pictures of a Markdown digest in a folder beside it."""
    path: Path | None = options.output
    try:
        text = _written(digest, options.format, path, language)
        if path:
            path.write_text(text + "\n", "utf-8")
        else:
            print(text)
    except BrokenPipeError:
        raise
    except OSError:
        raise CannotWrite(path=path) from None


def _written(digest: Digest, form: str, path: Path | None, language: Language) -> str:
    match form:
        case "md":
            return markdown(digest, language, images=pictures.saved(digest, path) if path else None)
        case "hexo":
            stem = path.stem if path else ""
            images = pictures.written(digest, path.with_suffix("")) if path else {}
            return digest_post(digest, language, flavour("hexo"), stem, images)
        case "json":
            return digest_json(digest)
        case "bibtex":
            return bibtex(digest)
    return html_document(digest, language)


def _source(pipeline: Pipeline, given: str) -> PdfFile:
    """A path, or an arXiv id or URL."""
    path = Path(given).expanduser()
    if path.exists() or ("://" not in given and given.casefold().endswith(".pdf")):
        return pipeline.upload(path, path.name)
    return pipeline.fetch(given)


def _report(event: Event, language: Language) -> None:
    match event:
        case PaperRead(paper=paper):
            tell(_READ.filled(pages=paper.pages, seconds=f"{paper.report.seconds:.1f}").within(language))
            warn(paper, language)
        case StageStarted(stage=stage):
            tell(f"{stage_name(stage, language)} ...")
        case DigestGrew(stage=stage, done=True):
            tell(f"{stage_name(stage, language)} ✓")
        case StageSkipped(stage=stage, reason=reason):
            tell(f"warning: {stage_name(stage, language)}: {reason.within(language)}")
