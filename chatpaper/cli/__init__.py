"""The command line. Results go to stdout (or -o PATH), progress and warnings to stderr, failures are one line."""

import argparse
import logging
import os
import sys
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import NoReturn, get_args

from ..errors import BadOption, Cancelled, ChatPaperError
from ..pipeline import Pipeline
from ..rendering.flavours import FLAVOURS
from ..rendering.post import POST_FORMATS
from ..settings import ENGINES, Settings
from ..value import Bilingual, Language
from . import paper, post
from .speech import spoken, tell


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; the exit code is that of the contract."""
    logging.getLogger().addHandler(logging.NullHandler())  # libraries' warnings are no lines of ours
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="replace")
    language = spoken()
    try:
        options = _parser().parse_args(arguments)
        settings = Settings.read()
        with Pipeline(settings) as pipeline:
            return _COMMANDS[options.command](pipeline, settings, options, language)
    except ChatPaperError as error:
        tell(f"error: {error.sentence.within(language)}")
        return error.exit_code
    except KeyboardInterrupt:
        tell(f"error: {Cancelled().sentence.within(language)}")
        return Cancelled.exit_code
    except BrokenPipeError:  # the reader of our output went away, as `head` does
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        raise BadOption(problem=Bilingual(zh="命令的参数有误", en=message))


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(prog="python -m chatpaper", description="Reads papers and writes digests that prove themselves.")
    commands = parser.add_subparsers(dest="command", required=True, parser_class=_Parser)
    read = commands.add_parser("read", help="what is found in a paper, without any model")
    read.add_argument("--json", action="store_true", help="as JSON")
    digest = commands.add_parser("digest", help="a digest of a paper")
    digest.add_argument("--format", choices=paper.FORMATS, default="md")
    digest.add_argument("-o", "--output", type=Path, metavar="PATH", help="write to this file instead of stdout")
    posts = commands.add_parser("post", help="a post of what arXiv has on a topic")
    posts.add_argument("topic", metavar="TITLE", help="of the post, such as 'Diffusion Models'")
    posts.add_argument("--query", required=True, help="as arXiv's API has it, such as 'cat:cs.CV AND abs:diffusion'")
    posts.add_argument("--since", type=date.fromisoformat, metavar="DATE", help="first day of submission, 2024-04-19")
    posts.add_argument("--until", type=date.fromisoformat, metavar="DATE", help="last day of submission")
    posts.add_argument("--max", type=_count, default=20, metavar="N", help="papers at most, the newest (20)")
    posts.add_argument("--format", choices=POST_FORMATS, default="md")
    posts.add_argument("--flavour", choices=FLAVOURS, default="hexo", help="of Markdown: whose posts these are")
    posts.add_argument("--dry-run", action="store_true", help="show papers, tokens and price, and spend nothing")
    posts.add_argument("--workers", type=_count, default=4, metavar="N", help="papers side by side (4)")
    posts.add_argument("--scheduler", metavar="ADDRESS", help="of a dask cluster that does the work, tcp://host:8786")
    posts.add_argument("-o", "--output", default=".", metavar="DIR", help="folder of all posts, or s3://bucket/posts")
    for command in (digest, posts):
        command.add_argument("--engine", choices=("auto", *ENGINES), default="auto")
        command.add_argument("--model", help="the engine's model; the settings name the default")
        command.add_argument("--lang", choices=(*get_args(Language), "both"), default="both")
    for command in (read, digest):
        command.add_argument("source", metavar="SOURCE", help="a PDF, an arXiv id (2404.12920v1) or an arXiv URL")
        command.add_argument("--password", help="of a protected PDF")
        command.add_argument(
            "--anyway", action="store_true", help="go on with a PDF that is no paper, or is a scan (OCR)"
        )
    return parser


def _count(given: str) -> int:
    if (count := int(given)) < 1:
        raise argparse.ArgumentTypeError("must be 1 or more")
    return count


_COMMANDS = {"read": paper.read, "digest": paper.digest, "post": post.post}
