"""The post itself, put together from its parts on disk; memory holds one table row of each paper at most."""

import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import TextIO

from ..errors import CannotWrite
from ..rendering.post import Head, Missed, PostFormat
from ..value import Bilingual
from .ledger import Ledger, Outcome, Start
from .order import Order


def head(order: Order, start: Start, outcomes: Sequence[Outcome]) -> Head:
    """What the post says around its papers."""
    posted = [o for o in outcomes if o.state != "failed"]
    costs = [o.cost_usd for o in posted if o.cost_usd is not None]
    return Head(
        topic=order.topic,
        stem=start.stem,
        date=start.at,
        query=str(order.query),
        papers=tuple(o.arxiv_id for o in posted),
        first_title=posted[0].title if posted else "",
        made=", ".join(dict.fromkeys(o.made for o in posted if o.made)),
        missed=tuple(
            Missed(arxiv_id=o.arxiv_id, title=o.title, reason=_what_happened(o.reason), lasting=not o.passing)
            for o in outcomes
            if o.state == "failed" and o.reason
        ),
        left_out=start.plan.left_out,
        total=start.plan.total,
        missing=start.plan.missing,
        input_tokens=sum(o.input_tokens for o in posted),
        output_tokens=sum(o.output_tokens for o in posted),
        cost_usd=sum(costs) if posted and len(costs) == len(posted) else None,
        bibtex=order.format == "md" and bool(posted),
    )


def _what_happened(sentence: Bilingual) -> Bilingual:
    """Without what to do next: that is for who runs this, not for who reads the post."""
    return Bilingual(zh=(sentence.zh or "").partition("；")[0], en=(sentence.en or "").partition(";")[0])


def write(order: Order, head: Head, outcomes: Sequence[Outcome], ledger: Ledger) -> Path:
    """The post and its folder; the post's file appears last, and whole. Raises CannotWrite."""
    form = order.form
    path = order.folder / form.file(head.stem)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        if head.bibtex:
            beside = order.folder / head.stem
            shutil.copytree(ledger.pictures, beside, dirs_exist_ok=True) if ledger.pictures.exists() else None
            beside.mkdir(exist_ok=True)
            (beside / "papers.bib").write_text("\n".join(_entries(outcomes)), "utf-8")
        part = path.with_name(f"{path.name}.part")
        with part.open("w", encoding="utf-8") as file:
            _write(file, form, head, outcomes, ledger)
        return part.replace(path)
    except OSError:
        raise CannotWrite(path=path) from None


def _write(file: TextIO, form: PostFormat, head: Head, outcomes: Sequence[Outcome], ledger: Ledger) -> None:
    posted = [o for o in outcomes if o.state != "failed"]
    file.write(form.opening(head, tuple(o.row for o in posted)))
    for number, outcome in enumerate(posted):
        file.write(form.between if number else "")
        with ledger.block(outcome.arxiv_id).open(encoding="utf-8") as block:
            shutil.copyfileobj(block, file)
    file.write(form.closing(head))


def _entries(outcomes: Sequence[Outcome]) -> list[str]:
    """BibTeX, each key once: the second of a kind gets an a, as people do."""
    seen: dict[str, int] = {}
    entries = []
    for outcome in outcomes:
        if not outcome.bibtex:
            continue
        start, _, rest = outcome.bibtex.partition(",")
        seen[start] = seen.get(start, 0) + 1
        mark = "" if seen[start] == 1 else f"-{seen[start]}"
        entries.append(f"{start}{mark},{rest}")
    return entries
