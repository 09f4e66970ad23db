"""Names of methods, data and models in a claim that the paper does not use."""

import re
import unicodedata
from collections.abc import Iterator

from ..digest import Claim
from ..likeness import norm
from ..paper import Paper

_TOKEN = re.compile(r"[A-Za-z][A-Za-z0-9]*(?:[-+.'’][A-Za-z0-9]+)*\+*")
_WORD = re.compile(r"[A-Za-z]+")


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
            for token in _named(_folded(text)):
                if token.casefold() not in seen and not self._knows(token):
                    seen.add(token.casefold())
                    yield token

    def _knows(self, token: str) -> bool:
        if any(form in self._known for form in _forms(token)) or norm(token) in self._joined:
            return True
        bare = token.rstrip("s")
        return bare.isupper() and bare.casefold() in self._initials


def _named(text: str) -> Iterator[str]:
    """Tokens that are names by their shape: acronyms, capitals inside, letters with digits."""
    for match in _TOKEN.finditer(text):
        token = match[0]
        inner = token[1:]
        if len(token) > 1 and (any(c.isupper() for c in inner) or any(c.isdigit() for c in inner)):
            yield token


def _forms(token: str) -> Iterator[str]:
    """A token and its parts, without case and plural."""
    for form in (token, *re.split(r"[-+.'’]", token)):
        if form:
            yield form.casefold()
            yield form.casefold().removesuffix("s")


def _folded(text: str) -> str:
    return unicodedata.normalize("NFKC", text)
