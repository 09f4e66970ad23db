"""What reading found of a paper, for people: its outline as Markdown."""

from collections.abc import Iterator

from ..paper import Paper
from ..value import Language
from .facts import kind
from .labels import LABELS
from .markdown import escaped


def outline(paper: Paper, language: Language) -> str:
    """Title, facts, abstract, sections and figures with their pages; labels in `language`."""
    return "\n\n".join(_blocks(paper, language))


def _blocks(paper: Paper, language: Language) -> Iterator[str]:
    yield f"# {escaped(paper.title)}"
    facts = [
        (LABELS.authors.within(language), ", ".join(paper.authors)),
        (LABELS.affiliations.within(language), "; ".join(paper.affiliations)),
        (LABELS.keywords.within(language), ", ".join(paper.keywords)),
        ("arXiv", paper.arxiv_id),
        ("DOI", paper.doi),
        *((kind(url).within(language), url) for url in paper.code_urls),
    ]
    if known := [f"- {name}: {escaped(value)}" for name, value in facts if value]:
        yield "\n".join(known)
    if paper.abstract:
        yield f"## {LABELS.abstract.within(language)}\n\n{escaped(paper.abstract)}"
    if paper.sections:
        lines = [
            f"{'  ' * (s.level - 1)}- {escaped(' '.join(filter(None, (s.number, s.title))))} (p. {s.page})"
            for s in paper.sections
        ]
        yield f"## {LABELS.sections.within(language)}\n\n" + "\n".join(lines)
    if paper.figures:
        lines = [f"- {escaped(f'{f.label}: {f.caption}')} (p. {f.page})" for f in paper.figures]
        yield f"## {LABELS.figures.within(language)}\n\n" + "\n".join(lines)
