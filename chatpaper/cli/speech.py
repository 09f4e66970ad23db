"""What the command line says while it works: one line each, on stderr."""

import argparse
import os
import sys

from ..paper import Paper
from ..pipeline import Choice
from ..value import LANGUAGES, Language


def tell(line: str) -> None:
    print(" ".join(line.split()), file=sys.stderr, flush=True)


def warn(paper: Paper, language: Language) -> None:
    for warning in paper.report.warnings:
        tell(f"warning: {warning.within(language)}")


def spoken() -> Language:
    """The language of the user's locale, as POSIX orders its variables."""
    locale = next((v for n in ("LC_ALL", "LC_MESSAGES", "LANG") if (v := os.environ.get(n))), "")
    return "zh" if locale.casefold().startswith("zh") else "en"


def choice(options: argparse.Namespace) -> Choice:
    """The engine, model and languages that a command asks for."""
    return Choice(
        engine=None if options.engine == "auto" else options.engine,
        model=options.model,
        languages=LANGUAGES if options.lang == "both" else (options.lang,),
    )
