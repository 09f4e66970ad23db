"""A post as one page that needs nothing else: the reading view of each paper under a table of all."""

from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path

from jinja2 import Environment
from markupsafe import Markup, escape

from ..digest import Digest, DigestFigure
from ..value import Bilingual
from .facts import code
from .html import environment, html_section, reading_css
from .post import Head, Part, PostFormat, brief, sound
from .post_labels import POST


class HtmlPost(PostFormat):
    """Pictures are inside the page."""

    def file(self, stem: str) -> str:
        return f"{stem}.html"

    def part(
        self, digest: Digest, _stem: str, _images: Mapping[DigestFigure, str], news: tuple[Bilingual, ...]
    ) -> Part:
        view = self.view(digest)
        anchor = f"p-{digest.paper.arxiv_id}"
        row = _environment().get_template("post_row.html")
        return Part(
            row=row.render(d=digest, view=view, anchor=anchor, code=code(digest), brief=brief(digest), sound=sound),
            block=Markup('<div id="{}">{}{}</div>\n').format(
                anchor,
                Markup("").join(Markup("<p>{}</p>").format(n.within(self.labels)) for n in news),
                Markup(html_section(digest, view)),
            ),
        )

    def opening(self, head: Head, rows: tuple[str, ...]) -> str:
        return self._rendered("post_head.html", head, rows, language=self.labels, css=Markup(reading_css()))

    def closing(self, head: Head) -> str:
        return f"{self._end(head)}\n</main>\n</body>\n</html>\n"

    def body(self, head: Head, parts: Sequence[Part]) -> str:
        """What stands in the page, for a page that has the style sheet of the reading view."""
        top = self._rendered("post_top.html", head, [p.row for p in parts])
        return "".join([top, *(p.block for p in parts), self._end(head)])

    def _rendered(self, template: str, head: Head, rows: Sequence[str], **more: object) -> str:
        values = {"head": head, "rows": [Markup(row) for row in rows], "say": self._say, "P": POST}
        return _environment().get_template(template).render(**values, **more)

    def _end(self, head: Head) -> str:
        return f"<footer><p>{escape(self._say(head.totals()))}</p></footer>"

    def _say(self, words: Bilingual, **values: object) -> str:
        return words.filled(**values).within(self.labels) if values else words.within(self.labels)


@cache
def _environment() -> Environment:
    return environment(Path(__file__).parent / "templates")
