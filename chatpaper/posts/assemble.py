"""The post itself, put together from the digests on disk; memory holds one of them, and a table row of each paper."""

import shutil
from collections.abc import Sequence
from pathlib import Path

from ..errors import CannotWrite
from ..rendering import pictures
from ..rendering.bibtex import bibtex
from ..rendering.post import Head, Missed
from ..value import Bilingual
from .ledger import Ledger, Outcome, Start
from .news import news
from .order import Order
from .plan import Planned


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


def drafted(order: Order, head: Head, papers: Sequence[Planned], ledger: Ledger, folder: Path) -> str:
    """The post and what lies beside it, in a folder made anew; the name of the post's file. Raises CannotWrite."""
    try:
        shutil.rmtree(folder, ignore_errors=True)
        (folder / head.stem).mkdir(parents=True)
        _write(order, head, [p for p in papers if p.record.arxiv_id in head.papers], ledger, folder)
        return order.form.file(head.stem)
    except OSError:
        raise CannotWrite(path=folder) from None


def _write(order: Order, head: Head, papers: Sequence[Planned], ledger: Ledger, folder: Path) -> None:
    form, beside = order.form, folder / head.stem
    rows, entries, blocks = [], [], folder / "blocks"
    with blocks.open("w", encoding="utf-8") as file:
        for number, paper in enumerate(papers):
            digest = ledger.digest(paper.record.arxiv_id)
            assert digest, "an outcome that is no failure has its digest"
            prefix = f"{paper.record.arxiv_id.replace('/', '_')}-"
            images = pictures.written(digest, beside, prefix) if order.format == "md" else {}
            part = form.part(digest, head.stem, images, news(paper, ledger))
            file.write((form.between if number else "") + part.block)
            rows.append(part.row)
            entries.append(bibtex(digest))
    if head.bibtex:
        (beside / "papers.bib").write_text("\n".join(_unlike(entries)), "utf-8")
    with (folder / form.file(head.stem)).open("w", encoding="utf-8") as file, blocks.open(encoding="utf-8") as written:
        file.write(form.opening(head, tuple(rows)))
        shutil.copyfileobj(written, file)
        file.write(form.closing(head))
    blocks.unlink()


def _unlike(entries: Sequence[str]) -> list[str]:
    """BibTeX, each key once: the second of a kind gets a number."""
    seen: dict[str, int] = {}
    unlike = []
    for entry in filter(None, entries):
        start, _, rest = entry.partition(",")
        seen[start] = seen.get(start, 0) + 1
        mark = "" if seen[start] == 1 else f"-{seen[start]}"
        unlike.append(f"{start}{mark},{rest}")
    return unlike
