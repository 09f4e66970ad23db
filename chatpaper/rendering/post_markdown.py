"""A post as Markdown: the parts of the ancestor's posts, and none of their faults."""

from collections.abc import Iterator, Mapping
from datetime import datetime

from ..digest import Claim, Conclusion, Digest, DigestFigure, Summary
from ..value import Bilingual, Language
from . import extra, facts, lines
from .claims import ClaimWriter
from .flavours import Flavour
from .labels import LABELS
from .post import Head, Part, PostFormat, brief, maker, sound
from .post_labels import POST
from .text import web_address
from .view import View

_Images = Mapping[DigestFigure, str]


class MarkdownPost(PostFormat):
    """For one generator."""

    between = "\n"

    def __init__(self, labels: Language, flavour: Flavour) -> None:
        super().__init__(labels)
        self._flavour = flavour

    def file(self, stem: str) -> str:
        return self._flavour.file(stem)

    def part(self, digest: Digest, stem: str, images: _Images, news: tuple[Bilingual, ...]) -> Part:
        paths = {figure: self._flavour.picture(stem, name) for figure, name in images.items()}
        writer = _Writer(digest, self.view(digest), self._flavour, paths)
        return Part(row=writer.row(), block="\n\n".join(writer.blocks(news)) + "\n")

    def opening(self, head: Head, rows: tuple[str, ...]) -> str:
        text, say = self._flavour.text, self._say
        blocks = [
            front_matter(self._flavour, head.topic, head.date, say(head.description()), head.settled),
            "\n>\n".join(f"> {text(say(n))}" for n in head.notices()),
            f"# {say(POST.dated, date=head.date.date().isoformat())}",
        ]
        if rows:
            names = (POST.paper, POST.category, POST.one_line, POST.task, POST.data, POST.result, POST.code)
            table = [f"| {' | '.join(map(say, names))} |", "| --- " * len(names) + "|", *rows]
            blocks += [f"## {say(POST.briefing)}", "\n".join(table)]
        elif not head.missed:
            blocks += [say(POST.none)]
        blocks += [text(say(remark)) for remark in head.remarks()]
        if head.missed:
            missed = [f"- {_linked(self._flavour, m.arxiv_id, m.title)}: {text(say(m.reason))}" for m in head.missed]
            blocks += [f"## {say(POST.missed)}", "\n".join(missed)]
        if self._flavour.more:
            blocks += ["<!-- more -->"]
        return "\n\n".join(blocks) + "\n\n"

    def closing(self, head: Head) -> str:
        blocks = ["---", self._flavour.text(self._say(head.totals()))]
        if head.bibtex:
            blocks += [f"[{self._say(POST.all_bibtex)}](<{self._flavour.picture(head.stem, 'papers.bib')}>)"]
        return "\n" + "\n\n".join(blocks) + "\n"

    def _say(self, words: Bilingual, **values: object) -> str:
        return words.filled(**values).within(self.labels) if values else words.within(self.labels)


def digest_post(digest: Digest, labels: Language, flavour: Flavour, stem: str, images: _Images) -> str:
    """One digest as a post of its own."""
    form = MarkdownPost(labels, flavour)
    view = form.view(digest)
    made = "" if digest.extractive else maker(digest.made)
    head = Head(topic=digest.paper.title, stem=stem, date=digest.made.at, made=made)
    one_line = view.texts(digest.one_line) if digest.one_line else ()
    description = one_line[0].text if one_line else digest.paper.title
    papers = (digest.paper.arxiv_id,) if digest.paper.arxiv_id else ()
    keywords = tuple(k.within(labels) for k in digest.keywords)
    opening = front_matter(flavour, digest.paper.title, digest.made.at, description, papers, keywords)
    notice = "\n>\n".join(f"> {flavour.text(n.within(labels))}" for n in head.notices())
    return f"{opening}\n\n{notice}\n\n{form.part(digest, stem, images, ()).block}"


def front_matter(
    flavour: Flavour,
    title: str,
    date: datetime,
    description: str,
    papers: tuple[str, ...],
    keywords: tuple[str, ...] = (),
) -> str:
    """What the generator must know of the post; `papers` is for later runs."""
    return flavour.front_matter(
        {
            "title": title,
            "date": date,
            "categories": ["Paper"],
            "tags": keywords or (title,),
            "description": description,
            "keywords": ", ".join(keywords or (title,)),
            "papers": papers,
        }
    )


def _linked(flavour: Flavour, arxiv_id: str | None, title: str) -> str:
    words = flavour.label(title)
    address = web_address(f"https://arxiv.org/abs/{arxiv_id}") if arxiv_id else None
    return f"[{words}](<{address}>)" if address else words


class _Writer:
    """Writes one paper of a post."""

    def __init__(self, digest: Digest, view: View, flavour: Flavour, images: _Images) -> None:
        self.digest, self.view, self.flavour, self.images = digest, view, flavour, images
        self.claims = ClaimWriter(view, flavour, digest.paper.links.pdf, digest.extractive)

    def row(self) -> str:
        d, cell = self.digest, self.flavour.cell
        code = ", ".join(f"[{self.flavour.label(words)}](<{address}>)" for words, address in facts.code(d))
        cells = (
            _linked(self.flavour, d.paper.arxiv_id, d.paper.title),
            cell(next(iter(d.paper.categories), "")),
            *map(self._brief, brief(d)),
            code or "–",
        )
        return f"| {' | '.join(cells)} |"

    def _brief(self, claim: Claim | None) -> str:
        texts = self.view.texts(claim) if claim else ()
        doubt = " ⚠" if claim and not sound(claim) else ""
        return self.flavour.cell(texts[0].text) + doubt if texts else "–"

    def blocks(self, news: tuple[Bilingual, ...]) -> Iterator[str]:
        d, say, text = self.digest, self.view.say, self.flavour.text
        yield f"## {text(d.paper.title)}"
        yield f"**{self._name(LABELS.authors)}** {text(', '.join(d.paper.authors))}"
        if news:
            yield "> " + " ".join(text(say(n)) for n in news)
        if d.paper.abstract:
            yield text(d.paper.abstract)
        pdf = f"[PDF](<{d.paper.links.pdf}>)" if web_address(d.paper.links.pdf) else ""
        if said := " ".join(filter(None, (pdf, text(d.paper.comment or "")))):
            yield said
        yield f"### {say(POST.summary_line)}"
        yield self._skipped("summary") or "  \n".join(self.claims.rows(d.one_line))
        if d.glance:
            named = [(getattr(LABELS, name), claim) for name, claim in d.glance]
            yield "\n".join(self._item("-", self._named(self._name(label), claim)) for label, claim in named)
        yield f"### {say(POST.takeaways)}"
        yield self._skipped("takeaways") or "\n".join(self._item("-", self.claims.rows(c)) for c in d.takeaways)
        yield f"### {say(POST.digest)}"
        yield "\n".join(self._digest())
        yield from self._figures()
        yield self._made()

    def _digest(self) -> Iterator[str]:
        """One list, numbered from 1 to its end."""
        d, text = self.digest, self.flavour.text
        titles = [*facts.translations(d, self.view), d.paper.title]
        label = self.flavour.label
        heads = [
            (POST.title, " / ".join(map(text, titles))),
            (LABELS.authors, text(", ".join(d.paper.authors))),
            (LABELS.affiliations, "; ".join(text(self.view.term(a)) for a in d.affiliations)),
            (LABELS.keywords, ", ".join(text(self.view.term(k)) for k in d.keywords)),
            (LABELS.links, " · ".join(f"[{label(words)}](<{to}>)" for words, to in facts.links(d, self.view))),
        ]
        for number, (name, value) in enumerate(heads, 1):
            yield f"{number}. **{self._name(name)}** {value or self.view.say(POST.not_stated)}"
        number = len(heads) + 1
        yield from self._part(number, "summary", POST.summary, self._fields(d.summary))
        yield from self._part(number + 1, "methods", POST.methods, [("", c) for c in d.methods])
        yield from self._part(number + 2, "conclusion", POST.conclusion, self._fields(d.conclusion))
        for more, part in enumerate(extra.parts(d), number + 3):
            yield from self._part(more, part.stage, part.heading, [("", c) for c in part.claims])

    def _part(self, number: int, stage: str, name: Bilingual, claims: list[tuple[str, Claim]]) -> Iterator[str]:
        mark = f"{number}."
        if missing := self._skipped(stage) or ("" if claims else f"*{self.view.say(LABELS.not_written)}*"):
            yield f"{mark} **{self._name(name)}** {missing}"
            return
        yield f"{mark} **{self._name(name)}**"
        for n, (label, claim) in enumerate(claims, 1):
            yield self._item(" " * (len(mark) + 1) + f"{n}.", self._named(label, claim))

    def _named(self, label: str, claim: Claim) -> list[str]:
        first, *rest = self.claims.rows(claim)
        return [f"**{label}** {first}" if label else first, *rest]

    def _fields(self, part: Summary | Conclusion | None) -> list[tuple[str, Claim]]:
        names = type(part).model_fields if part else ()
        return [(self._name(getattr(LABELS, n)), getattr(part, n)) for n in names]

    def _figures(self) -> Iterator[str]:
        if not self.digest.figures:
            return
        yield f"<details>\n<summary>{self.view.say(POST.figures, count=len(self.digest.figures))}</summary>"
        for figure in self.digest.figures:
            label, path = self.flavour.label(figure.label), self.images.get(figure)
            if path:
                yield self.flavour.image(path, figure.label)
            where = self.view.say(POST.pages, pages=self.view.say(POST.page, page=figure.page))
            yield f"**{label}** {self.flavour.text(figure.caption)}{where}"
            if figure.translation and self.view.translations(self.digest):
                yield self.flavour.text(figure.translation) + self.claims.flags(figure)
        yield "</details>"

    def _made(self) -> str:
        d = self.digest
        said = [lines.audit(self.view, d), lines.made(self.view, d), *map(self.view.say, d.notices)]
        return "\n>\n".join(f"> {self.flavour.text(s)}" for s in said)

    def _skipped(self, stage: str) -> str:
        reason = self.digest.skipped.get(stage)
        return f"*{self.flavour.text(self.view.say(LABELS.skipped, reason=reason))}*" if reason else ""

    def _name(self, name: Bilingual) -> str:
        """With a colon. What follows it keeps its distance, or the bold would not end."""
        said = self.view.say(name)
        whole = said if said.endswith("?") else self.view.say(LABELS.fact, name=name, value="").rstrip()
        return self.flavour.text(whole)  # of an added part, it is what somebody wrote into a prompt file

    @staticmethod
    def _item(mark: str, rows: list[str]) -> str:
        return f"{mark} " + ("  \n" + " " * (len(mark) + 1)).join(rows)
