"""Facts printed on the page: arXiv stamp, DOI, code addresses, language."""

import re
from collections.abc import Iterable, Sequence

from ..likeness import norm
from ..value import Language

_STAMP = re.compile(
    r"ar[xX]iv\s*:\s*((?:[a-z-]+(?:\.[A-Z]{2})?/\d{7}|\d{4}\.\d{4,5})(?:v\d+)?)\s*(?:\[[\w.-]+\])?\s*\d{1,2}\s+[A-Z][a-z]{2}\s+\d{4}"
)
_OLD_STAMP = re.compile(r"ar[xX]iv\s*:\s*((?:[a-z-]+(?:\.[A-Z]{2})?/\d{7}|\d{4}\.\d{4,5})v\d+)")
_DOI = re.compile(r"(?i)\b(?:doi[\s:.]*(?:org/)?|https?://(?:dx\.)?doi\.org/)\s*(10\.\d{4,9}/[^\s,;\"<>]+)")
_URL = re.compile(r"(?:https?://|www\.|(?<![\w./])(?=(?:github|gitlab|huggingface)\.(?:com|co)/))[^\s<>\"'，。；）]+")
_HOSTS = re.compile(
    r"(?i)(?:github|gitlab|bitbucket|codeberg|gitee|sourceforge|zenodo|osf\.io|figshare|huggingface|codalab|dataverse|"
    r"kaggle|modelscope|\.github\.io|code\.google|cran\.r-project|pypi\.org|bioconductor)"
)
_ARCHIVE = re.compile(r"(?i)doi\.org/10\.(?:5281/zenodo|6084/m9\.figshare|17605/osf\.io|5061/dryad|7910/dvn)")
"""DOIs that the archives of code and data give (registered prefixes with their suffixes' beginnings)."""
_PAPERS = re.compile(r"(?i)arxiv\.org|creativecommons|/articles?/")
"""Papers, journals' pages of them and licences."""
_OFFERS = re.compile(
    r"(?i)\b(?:code|source|implementation|software|package|data(?:set)?s?|models?|weights|"
    r"demo|project|website|web ?page|"
    r"homepage|videos?|repository|toolkit|supplementary)\b.{0,160}?\b(?:available|released?|found|at|publicly|online|see|"
    r"page|open|access|download|https?)|代码|开源|项目主页|数据集|(?:网|地)址"
)
_NOT_OFFERED = re.compile(
    r"(?i)\bjournal\s+(?:home\s?page|of\b)|\bpublished by\b|\bcontact\s+(?:information|details)\b"
)
"""Said of a journal's own page, its publisher's or a person's."""

_COMMON = frozenset(
    {"with", "from", "using", "based", "learning", "deep", "model", "models", "data", "dataset", "datasets"}
    | {"research", "open", "language", "large", "network", "networks"}
)
"""Words of titles that many repositories have in their names."""


def arxiv_id(stamps: Iterable[str]) -> str | None:
    """From the stamp that arXiv prints along the first page's edge; an id cited in running text is no stamp."""
    for text in stamps:
        m = _STAMP.search(text) or _OLD_STAMP.search(text)
        if m:
            return m[1]
    return None


def doi(texts: Iterable[str], links: Sequence[str] = ()) -> str | None:
    """The first DOI in print; one broken over a line is completed from the link the PDF carries."""
    for text in texts:
        m = _DOI.search(text)
        if m:
            found = m[1].rstrip(".,;)]}").removesuffix("/")
            if rest := _broken(found, text[m.end(1) - 1 :]):
                return f"{found}.{rest}"
            whole = (link.split("doi.org/", 1)[1] for link in links if "doi.org/" in link)
            return next((w for w in whole if w.startswith(found) and len(w) < len(found) + 40), found)
    return None


def _broken(found: str, after: str) -> str:
    """What follows a point and a blank in a DOI that is broken over a line: a suffix without a digit is not whole."""
    rest = re.match(r"\.\s+(\d[\w.-]*\w)", after)
    return rest[1] if rest and not re.search(r"\d", found.split("/", 1)[1]) else ""


def trimmed(url: str) -> str:
    url = url.rstrip(".,;:!?*†‡'\"”’")
    while url.endswith((")", "]", "}")) and url.count(url[-1]) > url.count({")": "(", "]": "[", "}": "{"}[url[-1]]):
        url = url[:-1].rstrip(".,;:")
    return url if url.startswith("http") else "https://" + url


def code_urls(
    texts: Sequence[str], links: Sequence[str], *, title: str = "", authors: Sequence[str] = ()
) -> tuple[str, ...]:
    """Addresses the authors give for this paper's code, data or project, in text, abstract and footnotes.

    A paper also links the tools it used. Its own address is offered in its sentence ("our code is available at"), or
    shares a word with the paper's title or an author's name. One printed over a line break is completed from the link
    that the PDF itself carries.
    """
    own = _own_words(title, authors)
    found: dict[str, str] = {}
    for text in texts:
        for m in _URL.finditer(text):
            url = trimmed(m[0])
            archived = bool(_ARCHIVE.search(url))
            if ("doi.org" in url and not archived) or _PAPERS.search(url):
                continue
            before = re.split(r"[.!?]\s+(?=[A-Z])", text[max(0, m.start() - 160) : m.start()])[-1]
            if _offered(before, text[m.end() : m.end() + 60]) or (_HOSTS.search(url) and _shares_word(url, own)):
                whole = next((link for link in links if link.startswith(url) and len(link) > len(url)), url)
                url = trimmed(whole if url[-1] in "/-_" or text[m.end() : m.end() + 1] in ("", " ") else url)
                found.setdefault(url.rstrip("/").casefold(), url)
    return tuple(sorted(found.values(), key=lambda u: not _HOSTS.search(u))[:8])


def _offered(before: str, after: str) -> bool:
    """Its sentence offers it; a bare address in a footnote has no sentence."""
    return bool(before.strip() and not _NOT_OFFERED.search(before) and _OFFERS.search(f"{before} https {after}"))


def _own_words(title: str, authors: Sequence[str]) -> set[str]:
    words = re.findall(r"[\w-]+", title) + [name.split()[-1] for name in authors if name.split()]
    return {norm(word) for word in words if len(norm(word)) >= 4} - _COMMON


def _shares_word(url: str, own: set[str]) -> bool:
    path = norm(url.split("://", 1)[-1].partition("/")[2]) + " " + norm(url.split("://", 1)[-1].partition(".")[0])
    return any(word in path for word in own)


def language(text: str) -> Language:
    """Chinese when a fifth of its letters are."""
    cjk = len(re.findall(r"[\u4e00-\u9fff]", text))
    letters = sum(c.isalpha() for c in text) or 1
    return "zh" if cjk > 0.2 * letters else "en"
