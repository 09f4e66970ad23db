"""The answer: a Paper with its report, or the refusal of what is none."""

import time

from ..errors import NotAPaper
from ..injections import order
from ..paper import Figure, Paper, ReadingReport
from . import facts, floats, report
from .abstract import cleaned_abstract
from .captions import words_after_label
from .desk import Desk
from .front import cleaned_title
from .headings import REFERENCES
from .marks import norm
from .passages import Draft, numbered


def refuse_nonpaper(desk: Desk, anyway: bool) -> None:
    """A paper has an abstract, sections or references; slides are wide and cite nothing."""
    sections = desk.sections
    names = {norm(s.title) for s in sections}
    cited = any(n in REFERENCES for n in names) or any(d.kind == "reference" for d in desk.drafts)
    signs = bool(desk.front.abstract) + (len([s for s in sections if s.text]) >= 3) + cited
    words = sum(len(d.text) for d in desk.drafts)
    slides = all(p.width > 1.2 * p.height for p in desk.pages) and not cited
    if (signs == 0 or (signs == 1 and words < 3000 and not cited) or slides) and not anyway:
        raise NotAPaper()
    if signs == 0 or slides:
        desk.say(
            "这份 PDF 不像论文，结果可能没有意义",
            "this PDF does not look like a paper; the result may mean little",
        )


def result(desk: Desk) -> Paper:
    """All that was found; a record's facts win over the page's (rule 1)."""
    sections = desk.sections
    passages = numbered(_ordered(desk))
    record = desk.pdf.record
    abstract = cleaned_abstract(desk.text(desk.front.abstract))
    texts = [d.text for d in desk.drafts if d.kind in ("text", "footnote", "caption")]
    first = desk.pages[0]
    front_texts = [b.text for b in desk.flow if b.page == first.number and b.role in ("front", "noise")]
    links = [link for page in desk.pages for link in page.links]
    stamp = facts.arxiv_id(
        [line.text for line in first.turned] + [line.text for line in first.lines if line.box[1] < 60]
    )
    characters = sum(p.characters for p in desk.pages)
    _report(desk, characters)
    title = cleaned_title(desk.text(desk.front.title))
    return Paper(
        title=record.title if record else title,
        authors=record.authors if record else desk.front.names,
        affiliations=desk.front.affiliations,
        abstract=record.abstract if record else abstract,
        keywords=desk.front.keywords,
        arxiv_id=record.arxiv_id if record else stamp,
        doi=(record.doi if record else None) or facts.doi(front_texts + texts[:30], links),
        code_urls=facts.code_urls(
            [*front_texts, abstract, *[t for t in texts if "http" in t or "www" in t or "git" in t]],
            links,
            title=title,
            authors=desk.front.names,
        ),
        language=facts.language(abstract + " ".join(texts)),
        pages=desk.total,
        sections=tuple(sections),
        figures=tuple(_figure(desk, f) for f in desk.floats),
        passages=passages,
        report=ReadingReport(
            sha256=desk.pdf.sha256,
            characters=characters,
            columns=_columns(desk),
            seconds=round(time.monotonic() - desk.started, 3),
            warnings=tuple(desk.warnings),
        ),
        record=record,
    )


def _ordered(desk: Desk) -> list[Draft]:
    """The abstract was drafted first; ids follow the pages."""
    return sorted(desk.drafts, key=lambda d: d.page)


def _figure(desk: Desk, found: floats.Float) -> Figure:
    caption = found.caption
    content = "\n".join(floats.cells(found.rows)) if caption.kind == "table" and found.rows else None
    kind = "table" if caption.kind == "table" else "figure"
    return Figure(
        kind=kind,  # type: ignore[arg-type]
        label=caption.label,
        caption=desk.text(words_after_label(caption)).strip(" .:|：。").strip(),
        page=caption.lines[0].page,
        bbox=desk.as_printed(caption.lines[0].page, found.region),
        content=content,
    )


def _report(desk: Desk, characters: int) -> None:
    sections = desk.sections
    desk.warnings += report.hidden_text(desk.pages)
    for d in desk.drafts:
        if said := order(d.text):
            desk.say(
                f"第 {d.page} 页有写给语言模型的话，只当作论文内容：“{said[:80]}”",
                f"page {d.page} has text that addresses language models; it is taken as part of the paper only: "
                f"'{said[:80]}'",
            )
    for name_zh, name_en, there in (
        ("标题", "title", desk.front.title),
        ("作者", "authors", desk.front.names),
        ("摘要", "abstract", desk.front.abstract),
        ("章节", "sections", sections),
    ):
        if not there:
            desk.say(f"没有找到{name_zh}", f"no {name_en} found on the page")
    inside = sum(len(s.text) for s in sections)
    if sections and inside < 0.5 * characters:
        share = round(100 * inside / max(1, characters))
        desk.say(f"只有 {share}% 的文字归入了章节", f"only {share}% of the text could be put into sections")


def _columns(desk: Desk) -> int:
    """The body's columns: paragraphs narrower than half of the page, beside each other, mean two."""
    narrow = wide = 0
    for block in desk.flow:
        if block.role == "text" and len(block.lines) > 2:
            page = next(p for p in desk.pages if p.number == block.page)
            if block.box[2] - block.box[0] < 0.5 * page.width:
                narrow += len(block.text)
            else:
                wide += len(block.text)
    return 2 if narrow > wide else 1
