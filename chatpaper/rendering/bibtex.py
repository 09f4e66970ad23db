"""A paper as a BibTeX entry: @article where its journal is known, else @misc with its arXiv number or DOI."""

import re
import unicodedata
from collections.abc import Iterator

from ..digest import Digest
from .text import one_line, pieces, web_address

_ESCAPES = {
    "\\": r"\textbackslash{}",
    "{": r"\textbraceleft{}",  # BibTeX counts escaped braces, too
    "}": r"\textbraceright{}",
    "&": r"\&",
    "%": r"\%",
    "$": r"\$",
    "#": r"\#",
    "_": r"\_",
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
    '"': "''",
    "@": r"{@}",
}
_SMALL = {"a", "an", "the", "on", "of", "in", "for", "to", "and", "with", "towards", "from", "is", "are"}


def bibtex(digest: Digest) -> str:
    """The entry, UTF-8, to be read by biber or BibTeX."""
    kind = "article" if digest.paper.record and digest.paper.record.journal else "misc"
    fields = ",\n".join(f"  {name:<13} = {{{value}}}" for name, value in _fields(digest) if value)
    return f"@{kind}{{{_key(digest)},\n{fields}\n}}\n"


def _fields(digest: Digest) -> Iterator[tuple[str, str]]:
    paper, record = digest.paper, digest.paper.record
    yield "title", f"{{{_text(paper.title)}}}"  # in braces of its own: capitals stay
    yield "author", " and ".join(_author(a) for a in paper.authors)
    yield "year", _dated(digest)[1]
    yield "month", _dated(digest)[2]
    yield "journal", _text((record and record.journal) or "")
    yield "eprint", _code(paper.arxiv_id)
    if paper.arxiv_id:
        yield "archiveprefix", "arXiv"
        yield "primaryclass", _code(next(iter(paper.categories), ""))
    yield "doi", _code(paper.doi)
    yield "url", _code(web_address(paper.links.abs) or (f"https://doi.org/{paper.doi}" if paper.doi else ""))
    yield "keywords", ", ".join(_text(name) for k in digest.keywords if (name := k.within("en")))


def _dated(digest: Digest) -> tuple[str, str, str]:
    """Day, year and month of publication; "" where it is not known."""
    dated = re.match(r"(\d{4})-0?(\d{1,2})", digest.paper.published or "")
    return (dated[0], dated[1], dated[2]) if dated else ("", "", "")


def _text(text: str) -> str:
    """Words for LaTeX; formulas as they are, where their braces match."""
    return "".join(
        f"${words}$" if math and _balanced(words) else "".join(_ESCAPES.get(c, c) for c in words)
        for math, words in pieces(one_line(text))
    )


def _balanced(tex: str) -> bool:
    """BibTeX counts braces, escaped ones too."""
    depth = 0
    for c in tex:
        depth += {"{": 1, "}": -1}.get(c, 0)
        if depth < 0:
            return False
    return depth == 0 and not re.search(r"[%@]|\\[{}]", tex)


def _author(name: str) -> str:
    """A name that could be taken for several, or for a family name first, goes into braces."""
    shown = _text(name)
    return f"{{{shown}}}" if re.search(r",|\band\b", name, re.IGNORECASE) else shown


def _code(value: str | None) -> str:
    """Ids and addresses, whose characters count: without those that would end the field."""
    return re.sub(r"[{}\\\s\"@%]", lambda m: f"%{ord(m[0]):02X}" if m[0] != "%" else r"\%", value or "")


def _key(digest: Digest) -> str:
    """hallworth2024seasonlink: first family name, year, first word of the title."""
    family = digest.paper.authors[0].split()[-1] if digest.paper.authors and digest.paper.authors[0].split() else ""
    words = [w for w in map(_ascii, re.findall(r"\w+", digest.paper.title)) if w and w not in _SMALL]
    parts = (_ascii(family), _dated(digest)[1], next(iter(words), ""))
    return "".join(parts) or f"paper{digest.paper.sha256[:8]}"


def _ascii(text: str) -> str:
    plain = unicodedata.normalize("NFKD", text.casefold())
    return "".join(c for c in plain if c.isascii() and c.isalnum())[:30]
