"""What the page shows of a session, as HTML from autoescaping templates."""

import time
from functools import cache
from pathlib import Path

from jinja2 import Environment
from markupsafe import Markup

from ..digest import Evidence
from ..posts import Estimate
from ..posts.plan import Planned
from ..rendering import View, html_article, lines
from ..rendering.html import environment, reading_css
from ..rendering.json import data_uri
from ..rendering.labels import stage_name
from ..value import Bilingual
from .opened import Run
from .posting import Posting
from .session import Session
from .words import WORDS

_HERE = Path(__file__).parent
EXAMPLES = (("2310.06825", "Mistral 7B"), ("1706.03762", "Attention Is All You Need"))


def main(session: Session) -> str:
    """Where the digest is: the start, an error, the digest, or an error above what there is of it."""
    parts = []
    error = session.open.error
    if error:
        parts.append(rendered("error.html", session, error=error))
    run, digest = session.run, session.digest
    if run and digest:
        parts.append(html_article(digest, session.view(digest), waiting=run.waiting, trouble=session.open.trouble))
    elif run and run.outcome == "running":
        parts.append(rendered("blank.html", session))
    elif not error and not session.batch:
        parts.append(rendered("home.html", session, examples=EXAMPLES))
    return "".join(parts)


def answers(session: Session) -> str:
    """What was asked of the paper that is open, and what it said."""
    q = session.open.questions
    view = View(labels=session.interface, shown=session.languages)
    sha256 = session.paper.report.sha256 if session.paper else ""
    return rendered("answers.html", session, q=q, view=view, sha256=sha256, lines=lines, page=True)


def status(session: Session) -> str:
    """The stages and what each is doing."""
    run = session.run
    if run is None:
        return ""
    unasked = bool(run.digest and not run.digest.extractive and set(session.languages) - set(run.digest.languages))
    return rendered(
        "status.html",
        session,
        run=run,
        names=_names(session, run),
        fetching=session.pdf is None,
        unasked=unasked,
        short=lines.short,
    )


def _names(session: Session, run: Run) -> dict[str, str]:
    """The stages of a run, as people call them."""
    headings = {part.stage: part.heading.within(session.interface) for part in run.digest.more} if run.digest else {}
    return {stage: headings.get(stage) or stage_name(stage, session.interface) for stage in run.stages}


def page(
    session: Session,
    number: int,
    image: bytes,
    cited: Evidence | None = None,
    place: tuple[int, int] | None = None,
    mark: tuple[float, float] | None = None,
) -> str:
    """A page of the paper with what is cited on it: which one of how many, and about where the mark is."""
    values = {"number": number, "image": data_uri(image), "cited": cited, "place": place, "mark": mark}
    return rendered("pane.html", session, **values)


def hint(session: Session, *, lost: bool = False, cited: Evidence | None = None) -> str:
    """The pane before anything is open in it, or when a page cannot be shown: then what is cited, without it."""
    words = WORDS.no_pdf if session.open.gone else WORDS.no_page if lost else WORDS.pane_hint
    return rendered("hint.html", session, words=words, cited=cited)


def head() -> str:
    """Our style sheets, in the page's head: there before anything is painted."""
    own = "".join(map(script, ("page.css", "panel.css", "ask.css", "posts.css")))
    return f"<style>{reading_css()}{own}</style>"


def script(name: str) -> str:
    """One of the page's own scripts or style sheets."""
    return (_HERE / name).read_text(encoding="utf-8")


def found(session: Session, posting: Posting) -> str:
    """The papers of a post to choose from, and how far each is; before a search, what this is for."""
    groups: dict[str, list[Planned]] = {}
    for paper in posting.draft.plan.papers if posting.draft else ():
        groups.setdefault(next(iter(paper.record.categories), ""), []).append(paper)
    return rendered("papers.html", session, posting=posting, groups=groups, outcomes=posting.outcomes)


def progress(session: Session, posting: Posting, guess: Estimate | None) -> str:
    """Under the list: what the chosen papers would take, how far the work is, how it ended."""
    seconds = round(time.monotonic() - posting.begun) if posting.doing else 0
    states = [o.state for o in posting.outcomes.values()]
    values = {"done": len(states) - states.count("failed"), "failed": states.count("failed"), "seconds": seconds}
    return rendered("progress.html", session, posting=posting, guess=guess, **values)


def preview(session: Session, post: str) -> str:
    """The post as it is, under a heading."""
    return rendered("preview.html", session, post=Markup(post))


@cache
def _environment() -> Environment:
    env = environment(_HERE / "templates")
    env.globals["W"] = WORDS
    return env


def rendered(template: str, session: Session, **values: object) -> str:
    """One of the page's templates, in the language of the interface."""

    def say(words: Bilingual, **filled: object) -> str:
        return (words.filled(**filled) if filled else words).within(session.interface)

    lang = "zh-CN" if session.interface == "zh" else "en"
    return _environment().get_template(template).render(say=say, session=session, lang=lang, **values)
