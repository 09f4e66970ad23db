"""What is known of the paper itself, as it is shown: links and the translated title."""

from ..digest import Digest
from .labels import LABELS
from .text import is_code, short_address, web_address
from .view import View


def translations(digest: Digest, view: View) -> list[str]:
    """The title in the shown languages other than the paper's."""
    titles = {"zh": digest.title.zh, "en": digest.title.en}
    found = (titles[lang] for lang in view.shown if lang != digest.paper.language)
    return [t for t in found if t and t != digest.paper.title]


def links(digest: Digest, view: View) -> list[tuple[str, str]]:
    """(words, address) of every link of the paper that is a plain web address."""
    paper = digest.paper
    own = [(view.say(LABELS.code if is_code(c) else LABELS.project), c) for c in paper.links.code if web_address(c)]
    given = [
        (f"arXiv:{paper.arxiv_id}", paper.links.abs),
        ("PDF", paper.links.pdf),
        (f"DOI {paper.doi}", f"https://doi.org/{paper.doi}" if paper.doi else None),
        *((f"{words} {short_address(c)}", c) for words, c in own),
    ]
    return [(words, address) for words, to in given if (address := web_address(to))]
