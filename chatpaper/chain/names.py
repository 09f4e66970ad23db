"""Names of methods, data and models in a claim that the paper does not use."""

import re
import unicodedata
from collections.abc import Iterator

from ..digest import Claim
from ..likeness import norm, terms
from ..paper import Paper

_TOKEN = re.compile(r"[A-Za-z][A-Za-z0-9]*(?:[-+.'’][A-Za-z0-9]+)*\+*")
_WORD = re.compile(r"[A-Za-z]+")
_COMPOUND = re.compile(r"(?<![\w-])[a-z]+(?:-[a-z]+)+(?![\w-])")
_CONTRASTS = [
    group.split()
    for group in (
        "self semi weakly fully un",
        "zero few one many",
        "low high",
        "intra inter",
        "multi cross",
        "pre post",
        "in out",
        "white black grey gray",
        "coarse fine",
        "offline online",
        "text image video speech audio music code table graph",
    )
]
"""Parts of terms that stand against each other: "zero-shot" is no way to write "few-shot"."""


class Names:
    """What one paper calls things; its acronyms may also be those that its words spell."""

    def __init__(self, paper: Paper) -> None:
        texts = [paper.title, *paper.authors, *paper.affiliations, *(p.text for p in paper.passages)]
        self._known = {form for text in texts for token in _TOKEN.findall(_folded(text)) for form in _forms(token)}
        self._joined = norm(" ".join(texts))
        words = [w.lower() for text in texts for w in _WORD.findall(_folded(text))]
        initials = "".join(w[0] for w in words)
        self._initials = {initials[i : i + n] for n in range(2, 6) for i in range(len(initials) - n + 1)}

    def unknown(self, claim: Claim) -> Iterator[str]:
        """Names, as the claim writes them, that the paper does not; once each, whichever language has them."""
        seen: set[str] = set()
        for text in filter(None, (claim.en, claim.zh)):
            text = _folded(text)
            strange = [token for token in _named(text) if not self._knows(token)]
            for token in strange + [term for term in _COMPOUND.findall(text) if self._has_another(term)]:
                if token.casefold() not in seen:
                    seen.add(token.casefold())
                    yield token

    def _knows(self, token: str) -> bool:
        if any(form in self._known for form in _forms(token)) or norm(token) in self._joined:
            return True
        bare = token.rstrip("s")
        return bare.isupper() and bare.casefold() in self._initials

    def _has_another(self, term: str) -> bool:
        """Whether the paper has a term that stands against this one, such as "text-to-video", and never this one."""
        return not self._holds(term) and any(map(self._holds, _contrasts(term)))

    def _holds(self, term: str) -> bool:
        return "".join(terms(norm(term))) in self._joined


def _named(text: str) -> Iterator[str]:
    """Tokens that are names by their shape: acronyms, capitals inside, letters with digits."""
    for match in _TOKEN.finditer(text):
        token = match[0]
        inner = token[1:]
        if len(token) > 1 and (any(c.isupper() for c in inner) or any(c.isdigit() for c in inner)):
            yield token


def _contrasts(term: str) -> Iterator[str]:
    """The term with one of its parts exchanged for what stands against it."""
    parts = term.split("-")
    for n, part in enumerate(parts):
        for group in _CONTRASTS:
            if part in group:
                yield from ("-".join([*parts[:n], other, *parts[n + 1 :]]) for other in group if other != part)


def _forms(token: str) -> Iterator[str]:
    """A token and its parts, without case and plural."""
    for form in (token, *re.split(r"[-+.'’]", token)):
        if form:
            yield form.casefold()
            yield form.casefold().removesuffix("s")


def _folded(text: str) -> str:
    return unicodedata.normalize("NFKC", text)
