"""The part of arXiv's search language that the tests use: prefixes, phrases, dates, AND, OR, ANDNOT, brackets."""

import re
from collections.abc import Iterator

from chatpaper.paper import Record

_TERM = re.compile(r'(?:(\w+):)?(\[[^\]]*\]|"[^"]*"|[()]|[^\s()]+)')


def matches(record: Record, search: str) -> bool:
    """Whether the record fits `ti:lake AND submittedDate:[202404010000 TO 202404302359]` and the like."""
    return _verdict(record, iter(_TERM.findall(search)))


def _verdict(record: Record, terms: Iterator[tuple[str, str]]) -> bool:
    """Of the terms up to their end, or to the bracket that closes them."""
    verdict, joint = True, "AND"
    for prefix, value in terms:
        if not prefix and value == ")":
            break
        if not prefix and value in ("AND", "OR", "ANDNOT"):
            joint = value
            continue
        inner = not prefix and value == "("
        fits = _verdict(record, terms) if inner else _fits(record, prefix or "all", value.strip('"[]'))
        verdict = {"AND": verdict and fits, "OR": verdict or fits, "ANDNOT": verdict and not fits}[joint]
        joint = "AND"
    return verdict


def _fits(record: Record, prefix: str, value: str) -> bool:
    if prefix == "submittedDate":
        since, _, until = value.partition(" TO ")
        return since[:8] <= record.published.strftime("%Y%m%d") <= until[:8]
    if prefix == "cat":
        return value in record.categories
    fields = {"ti": record.title, "abs": record.abstract, "au": " ".join(record.authors), "co": record.comment or ""}
    text = fields.get(prefix, " ".join(fields.values()))
    return value.lower() in text.lower()
