"""What is known of the paper itself, as it is shown: links and the translated title."""

from ..digest import Digest
from ..value import Bilingual
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
    given = [
        (f"arXiv:{paper.arxiv_id}", paper.links.abs),
        ("PDF", paper.links.pdf),
        (f"DOI {paper.doi}", f"https://doi.org/{paper.doi}" if paper.doi else None),
    ]
    checked = [(words, address) for words, to in given if (address := web_address(to))]
    return checked + [(f"{view.say(kind(a))} {short_address(a)}", a) for a in _own(digest)]


def code(digest: Digest) -> list[tuple[str, str]]:
    """(words, address) of those of the paper's own links where programs are kept."""
    return [(short_address(a), a) for a in _own(digest) if is_code(a)]


def kind(address: str) -> Bilingual:
    """What an address that the authors give is called."""
    return LABELS.code if is_code(address) else LABELS.project


def _own(digest: Digest) -> list[str]:
    return [address for given in digest.paper.links.code if (address := web_address(given))]
