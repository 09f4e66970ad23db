"""What is new of a paper that an earlier post holds in another version."""

from ..rendering.post_labels import POST
from ..value import Bilingual
from .ledger import Ledger
from .plan import Planned
from .published import split

_COMPARED = ("title", "authors", "abstract", "comment")
"""Fields of arXiv's record."""


def news(paper: Planned, ledger: Ledger) -> tuple[Bilingual, ...]:
    """Its sentences; none for a paper that is new itself."""
    if paper.known is None:
        return ()
    new, old = paper.record, ledger.record(paper.known)
    number = f"v{split(new.arxiv_id)[1]}"
    said = POST.new_version.filled(new=number, updated=new.updated.isoformat(), old=f"v{split(paper.known)[1]}")
    differ = [name for name in _COMPARED if old and getattr(old, name) != getattr(new, name)]
    if not differ:
        return (said,)
    words = [getattr(POST, f"changed_{name}") for name in differ]
    listed = Bilingual(zh="、".join(w.within("zh") for w in words), en=", ".join(w.within("en") for w in words))
    return (said, POST.changed.filled(what=listed))
