"""A digest as HTML: the reading view inside the page, and a document of its own in one file.

Everything goes through autoescaping templates; text of paper or model never becomes markup, and only checked
http(s) addresses become links.
"""

from collections.abc import Collection, Sequence
from functools import cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup, escape

from ..digest import Digest, QuestionAnswer
from ..value import Bilingual, Language
from . import extra, facts, figures, lines
from .formulas import mathml
from .json import data_uri
from .labels import LABELS
from .text import last_word, one_line, pieces
from .view import View

_HERE = Path(__file__).parent


def html_article(digest: Digest, view: View, *, waiting: Collection[str] = (), trouble: Bilingual | None = None) -> str:
    """The reading view for the page: evidence chips are buttons that name their passage.

    `waiting`: stages that are not finished; their parts keep their place, empty. `trouble`: why the captions could not
    be translated.
    """
    return _rendered("article.html", digest, view, waiting=waiting, page=True, trouble=trouble)


def html_document(digest: Digest, language: Language, answers: Sequence[QuestionAnswer] = ()) -> str:
    """One file that needs nothing else, runs nothing and loads nothing; evidence opens in place."""
    view, css = View.of(digest, language), Markup(reading_css())
    return _rendered("document.html", digest, view, waiting=(), answers=answers, page=False, anchors=True, css=css)


def html_section(digest: Digest, view: View) -> str:
    """The reading view as a part of a document that holds several."""
    return _rendered("article.html", digest, view, waiting=(), page=False)


@cache
def reading_css() -> str:
    """Our own style sheet of the reading view."""
    return (_HERE / "reading.css").read_text(encoding="utf-8")


def environment(folder: Path) -> Environment:
    """Templates that escape whatever they are given, and fail on a name they were not given."""
    env = Environment(
        loader=FileSystemLoader([folder, _HERE / "templates"]),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    env.filters["typeset"] = typeset
    env.filters["ended"] = ended
    env.filters["data_uri"] = data_uri
    env.globals["L"] = LABELS
    return env


def typeset(text: str) -> Markup:
    """The text, escaped, with its formulas as MathML; those that cannot be, as they are written."""
    return _typeset(one_line(text))


def ended(text: str) -> tuple[Markup, Markup]:
    """The same in two: the last word apart, so that what follows can stay on its line."""
    begun, word = last_word(one_line(text))
    return _typeset(begun), escape(word)


def _typeset(line: str) -> Markup:
    return Markup("").join(
        mathml(words) or Markup('<span class="tex">{}</span>').format(words) if math else escape(words)
        for math, words in pieces(line)
    )


@cache
def _environment() -> Environment:
    return environment(_HERE / "templates")


def _rendered(
    template: str,
    digest: Digest,
    view: View,
    *,
    waiting: Collection[str],
    answers: Sequence[QuestionAnswer] = (),
    anchors: bool = False,
    **more: object,
) -> str:
    return (
        _environment()
        .get_template(template)
        .render(
            d=digest,
            view=view,
            say=view.say,
            foreign=digest.extractive and digest.paper.language not in view.shown,
            lines=lines,
            links=facts.links(digest, view),
            translations=facts.translations(digest, view),
            extra=extra.parts(digest, waiting),
            waiting=waiting,
            answers=answers,
            mentions=figures.mentions(digest, view),
            anchors=anchors,
            **more,
        )
    )
