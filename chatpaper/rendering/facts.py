"""What is known of the paper itself, as it is shown: links and the translated title."""

from ..digest import Digest
from .labels import LABELS
from .text import short_address, web_address
from .view import View


def translations(digest: Digest, view: View) -> list[str]:
    """The title in the shown languages other than the paper's."""
    titles = {"zh": digest.title.zh, "en": digest.title.en}
    found = (titles[lang] for lang in view.shown if lang != digest.paper.language)
    return [t for t in found if t and t != digest.paper.title]


def links(digest: Digest, view: View) -> list[tuple[str, str]]:
    """(words, address) of every link of the paper that is a plain web address."""
    paper = digest.paper
    code = view.say(LABELS.code)
    given = [
        (f"arXiv:{paper.arxiv_id}", paper.links.abs),
        ("PDF", paper.links.pdf),
        (f"DOI {paper.doi}", f"https://doi.org/{paper.doi}" if paper.doi else None),
        *((code, c) for c in paper.links.code),
    ]
    checked = [(words, address) for words, to in given if (address := web_address(to))]
    return [(f"{w} {short_address(a)}" if w == code else w, a) for w, a in checked]
