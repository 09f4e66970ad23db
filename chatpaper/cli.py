"""The command line. Results go to stdout (or -o PATH), progress and warnings to stderr, failures are one line."""

import argparse
import logging
import os
import signal
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import NoReturn, get_args

from .cancel import CancelToken
from .chain.events import DigestGrew, Event, Finished, PaperRead, StageSkipped, StageStarted
from .digest import Digest
from .errors import BadOption, Cancelled, CannotWrite, ChatPaperError
from .paper import Paper, PdfFile
from .pipeline import Choice, Pipeline
from .rendering import digest_json, html_document, markdown, outline, paper_json, pictures
from .rendering.labels import STAGES
from .settings import ENGINES, Settings
from .value import LANGUAGES, Bilingual, Language

FORMATS = ("md", "html", "json")
_READ = Bilingual(zh="已读 {pages} 页，{seconds} 秒", en="read {pages} pages in {seconds} s")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; the exit code is that of the contract."""
    logging.getLogger().addHandler(logging.NullHandler())  # libraries' warnings are no lines of ours
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="replace")
    language = _spoken()
    try:
        options = _parser().parse_args(arguments)
        with Pipeline(Settings.read()) as pipeline:
            return _COMMANDS[options.command](pipeline, options, language)
    except ChatPaperError as error:
        _tell(f"error: {error.sentence.within(language)}")
        return error.exit_code
    except KeyboardInterrupt:
        _tell(f"error: {Cancelled().sentence.within(language)}")
        return Cancelled.exit_code
    except BrokenPipeError:  # the reader of our output went away, as `head` does
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0


def _read(pipeline: Pipeline, options: argparse.Namespace, language: Language) -> int:
    paper = pipeline.read(_source(pipeline, options.source), password=options.password, anyway=options.anyway)
    _warn(paper, language)
    print(paper_json(paper) if options.json else outline.outline(paper, language))
    return 0


def _digest(pipeline: Pipeline, options: argparse.Namespace, language: Language) -> int:
    cancel = CancelToken()
    signal.signal(signal.SIGTERM, lambda *_: cancel.cancel())
    choice = Choice(
        engine=None if options.engine == "auto" else options.engine,
        model=options.model,
        languages=LANGUAGES if options.lang == "both" else (options.lang,),
    )
    events = pipeline.digest(
        _source(pipeline, options.source), choice, cancel, password=options.password, anyway=options.anyway
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
    """The digest on stdout, or at the path with a Markdown digest's pictures in a folder beside it."""
    path: Path | None = options.output
    try:
        if options.format == "md":
            text = markdown(digest, language, images=pictures.saved(digest, path) if path else None)
        else:
            text = digest_json(digest) if options.format == "json" else html_document(digest, language)
        if path:
            path.write_text(text + "\n", "utf-8")
        else:
            print(text)
    except BrokenPipeError:
        raise
    except OSError:
        raise CannotWrite(path=path) from None


def _source(pipeline: Pipeline, given: str) -> PdfFile:
    """A path, or an arXiv id or URL."""
    path = Path(given).expanduser()
    if path.exists() or ("://" not in given and given.casefold().endswith(".pdf")):
        return pipeline.upload(path, path.name)
    return pipeline.fetch(given)


def _report(event: Event, language: Language) -> None:
    match event:
        case PaperRead(paper=paper):
            _tell(_READ.filled(pages=paper.pages, seconds=f"{paper.report.seconds:.1f}").within(language))
            _warn(paper, language)
        case StageStarted(stage=stage):
            _tell(f"{STAGES[stage].within(language)} ...")
        case DigestGrew(stage=stage, done=True):
            _tell(f"{STAGES[stage].within(language)} ✓")
        case StageSkipped(stage=stage, reason=reason):
            _tell(f"warning: {STAGES[stage].within(language)}: {reason.within(language)}")


def _warn(paper: Paper, language: Language) -> None:
    for warning in paper.report.warnings:
        _tell(f"warning: {warning.within(language)}")


def _tell(line: str) -> None:
    print(" ".join(line.split()), file=sys.stderr, flush=True)


def _spoken() -> Language:
    """The language of the user's locale, as POSIX orders its variables."""
    locale = next((v for n in ("LC_ALL", "LC_MESSAGES", "LANG") if (v := os.environ.get(n))), "")
    return "zh" if locale.casefold().startswith("zh") else "en"


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        raise BadOption(problem=Bilingual(zh="命令的参数有误", en=message))


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(prog="python -m chatpaper", description="Reads papers and writes digests that prove themselves.")
    commands = parser.add_subparsers(dest="command", required=True, parser_class=_Parser)
    read = commands.add_parser("read", help="what is found in a paper, without any model")
    read.add_argument("--json", action="store_true", help="as JSON")
    digest = commands.add_parser("digest", help="a digest of a paper")
    digest.add_argument("--engine", choices=("auto", *ENGINES), default="auto")
    digest.add_argument("--model", help="the engine's model; the settings name the default")
    digest.add_argument("--lang", choices=(*get_args(Language), "both"), default="both")
    digest.add_argument("--format", choices=FORMATS, default="md")
    digest.add_argument("-o", "--output", type=Path, metavar="PATH", help="write to this file instead of stdout")
    for command in (read, digest):
        command.add_argument("source", metavar="SOURCE", help="a PDF, an arXiv id (2404.12920v1) or an arXiv URL")
        command.add_argument("--password", help="of a protected PDF")
        command.add_argument("--anyway", action="store_true", help="go on with a PDF that does not look like a paper")
    return parser


_COMMANDS = {"read": _read, "digest": _digest}
