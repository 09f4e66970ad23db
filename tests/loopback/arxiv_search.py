"""The part of arXiv's search language that the tests use: prefixes, phrases, dates, AND, OR, ANDNOT, no brackets."""

import re

from chatpaper.paper import Record

_TERM = re.compile(r'(?:(\w+):)?(\[[^\]]*\]|"[^"]*"|\S+)')


def matches(record: Record, search: str) -> bool:
    """Whether the record fits `ti:lake AND submittedDate:[202404010000 TO 202404302359]` and the like."""
    verdict, joint = True, "AND"
    for prefix, value in _TERM.findall(search):
        if not prefix and value in ("AND", "OR", "ANDNOT"):
            joint = value
            continue
        fits = _fits(record, prefix or "all", value.strip('"[]'))
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
