"""arXiv identifiers in every form people paste (https://info.arxiv.org/help/arxiv_identifier.html)."""

import re
import unicodedata
from typing import Self
from urllib.parse import unquote

from pydantic import model_validator

from ..errors import BadArxivId
from ..value import Value

# fmt: off
ARCHIVES = frozenset({
    "acc-phys", "adap-org", "alg-geom", "ao-sci", "astro-ph", "atom-ph", "bayes-an", "chao-dyn", "chem-ph", "cmp-lg",
    "comp-gas", "cond-mat", "cs", "dg-ga", "funct-an", "gr-qc", "hep-ex", "hep-lat", "hep-ph", "hep-th", "math",
    "math-ph", "mtrl-th", "nlin", "nucl-ex", "nucl-th", "patt-sol", "physics", "plasm-ph", "q-alg", "q-bio",
    "quant-ph", "solv-int", "supr-con",
})
# fmt: on
"""The archives of old-style ids, used until March 2007."""

_NEW = re.compile(r"(\d\d)(\d\d)\.(\d{4,5})", re.ASCII)
_OLD = re.compile(r"([a-z-]+)/(\d\d)(\d\d)(\d{3})", re.ASCII)

_ID = r"(?P<number>\d{4}\.\d{4,5}|[a-z-]+(?:\.[a-z-]+)?/\d{7})(?:v(?P<version>\d{1,3}))?"
_HOST = r"(?:(?:[a-z0-9-]+\.)*arxiv\.org|(?:www\.)?ar5iv\.org|(?:www\.)?alphaxiv\.org|xxx\.lanl\.gov)(?::\d+)?"
_PAGE = r"(?:abs|pdf|html|ps|src|format|e-print|overview)"
_DOI = r"(?:(?:https?://)?(?:dx\.)?doi\.org/|doi:\s*)?10\.48550/arxiv\."
_PAPERS = r"(?:https?://)?(?:www\.)?(?:huggingface\.co|hf\.co)/papers/"
_FORM = re.compile(
    rf"(?:(?:https?://)?{_HOST}/{_PAGE}/(?:arxiv:)?|{_DOI}|{_PAPERS}|arxiv\s*:?\s*)?{_ID}"
    r"(?:\.pdf|\.html)?/?(?:[?#].*|\s*\[[a-z.-]+(?:\].*)?)?",
    re.IGNORECASE | re.DOTALL | re.ASCII,
)
"""An id alone, behind `arXiv:`, in a link, as a DOI, or with the rest of the stamp from a first page."""

_AROUND = " \t\r\n\"'“”‘’「」《》〈〉<>()[]{}，,;；：:.。、"
_LONGEST = 2000
_INVISIBLE = re.compile(r"[\u200b-\u200f\u2060\ufeff\u00ad]")


class ArxivId(Value):
    """One paper, or one version of it."""

    number: str
    """Canonical: "2404.12920", or "math/0309136" without subject class."""
    version: int | None = None
    """None: the newest."""

    @model_validator(mode="after")
    def _checked(self) -> Self:
        if not _possible(self.number) or self.version == 0:
            raise ValueError(f"no paper can have this number: {self}")
        return self

    def __str__(self) -> str:
        return self.number if self.version is None else f"{self.number}v{self.version}"

    @property
    def file_name(self) -> str:
        """Without slash and suffix."""
        return str(self).replace("/", "_")


def parse(text: str) -> ArxivId:
    """The id in an id, a link or a stamp. Raises BadArxivId."""
    found = _FORM.fullmatch(_cleaned(text))
    if found is None:
        raise _bad(text)
    number = found["number"].lower()
    archive, slash, rest = number.partition("/")
    canonical = archive.partition(".")[0] + slash + rest if slash else number
    try:
        return ArxivId(number=canonical, version=int(found["version"]) if found["version"] else None)
    except ValueError:
        raise _bad(text) from None


def _cleaned(text: str) -> str:
    """ASCII for full-width characters; nothing invisible, and no quotes or punctuation around it."""
    folded = unicodedata.normalize("NFKC", _INVISIBLE.sub("", unquote(text[:_LONGEST])))
    return folded.strip(_AROUND).replace("。", ".")


def _possible(number: str) -> bool:
    """Whether arXiv can have given this number: its month, its number of digits, its archive."""
    if new := _NEW.fullmatch(number):
        month = int(new[1] + new[2])
        digits = 4 if month < 1501 else 5
        return month >= 704 and 1 <= int(new[2]) <= 12 and len(new[3]) == digits and int(new[3]) > 0
    if old := _OLD.fullmatch(number):
        year = int(old[2]) + (1900 if int(old[2]) > 90 else 2000)
        in_time = (1991, 7) <= (year, int(old[3])) <= (2007, 3)
        return old[1] in ARCHIVES and in_time and 1 <= int(old[3]) <= 12 and int(old[4]) > 0
    return False


def _bad(text: str) -> BadArxivId:
    line = " ".join(text.split())
    return BadArxivId(given=line if len(line) <= 80 else f"{line[:79]}…")
