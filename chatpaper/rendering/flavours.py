"""Site generators: what each wants in front matter, and how text survives its Markdown.

- hexo: marked renders, MathJax typesets afterwards, Nunjucks looks for `{{` and `{%`; pictures lie in the folder
  named like the post (`post_asset_folder: true` in `_config.yml`), and are addressed from inside it.
- hugo: goldmark renders, raw HTML is off by default; a post is a folder with `index.md` and its pictures.
- plain: any viewer that knows `$…$`, such as GitHub, GitLab, Obsidian or pandoc.
"""

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from html import escape
from typing import Any, Literal
from urllib.parse import quote

import yaml

from .markdown import opened, plain_words, tex
from .text import one_line, pieces, web_address

FlavourName = Literal["hexo", "hugo", "plain"]
_ADDRESS = re.compile(r"https?://[^\s<>\"'`{}|\\^“”‘’，。；（）]+", re.IGNORECASE)
FLAVOURS: tuple[FlavourName, ...] = ("hexo", "hugo", "plain")


@dataclass(frozen=True)
class Flavour:
    """One generator; `plain` is the one that changes nothing."""

    name: FlavourName = "plain"
    typesets_later: bool = False
    """Formulas pass through Markdown before something else typesets them."""
    inside: bool = False
    """The page is served from the folder that holds its pictures."""
    more: bool = False
    """`<!-- more -->` ends what is shown on the front page."""

    def text(self, given: str) -> str:
        """The text so that the generator's page shows exactly it: formulas typeset, web addresses as links."""
        shown = (self._formula(words) if math else self._linked(words) for math, words in pieces(one_line(given)))
        return opened("".join(shown))

    def cell(self, given: str) -> str:
        """The text for a table."""
        return _barred(self.text(given))

    def label(self, given: str) -> str:
        """The text for the words of a link, in a table too: no link inside a link."""
        shown = (self._formula(words) if math else self._words(words) for math, words in pieces(one_line(given)))
        return _barred("".join(shown))

    def _linked(self, text: str) -> str:
        """Addresses in angle brackets: what guesses at links would take the backslashes in, or lose underscores."""
        shown, end = [], 0
        for match in _ADDRESS.finditer(text):
            address = match[0].rstrip(".,;:!?)]*")
            if web_address(address):
                shown += [self._words(text[end : match.start()]), f"<{address}>"]
                end = match.start() + len(address)
        return "".join([*shown, self._words(text[end:])])

    def _words(self, text: str) -> str:
        if not self.typesets_later:
            return plain_words(text)
        # a dollar sign in a box of its own is no formula's beginning to MathJax
        return plain_words(text).replace(r"\$", "<span>&#36;</span>")

    def _formula(self, given: str) -> str:
        if not self.typesets_later:
            return f"${tex(given)}$"
        apart = re.sub(r"(?<=[{}])(?=[{}%#])", " ", tex(given))  # no Nunjucks tag
        return f"${plain_words(apart)}$"

    def picture(self, stem: str, name: str) -> str:
        """Where the post finds a picture of its folder."""
        return quote(name if self.inside else f"{stem}/{name}")

    def image(self, path: str, words: str) -> str:
        """The picture at a path that `picture` gave; `words` say what it is."""
        if self.name != "hexo":
            return f"![{self.label(words)}](<{path}>)"
        # as HTML: Hexo's renderer would take the address of a Markdown picture for one from the site's root
        said = re.sub(r"[{}]", lambda m: f"&#{ord(m[0])};", escape(one_line(words)))
        return f'<img src="{path}" alt="{said}">'

    def file(self, stem: str) -> str:
        """The post's file, from the folder of all posts."""
        return f"{stem}/index.md" if self.name == "hugo" else f"{stem}.md"

    def front_matter(self, fields: dict[str, Any]) -> str:
        """YAML between dashes; every text in quotes, so that no title is taken for anything else."""
        given = {name: _quoted(value) for name, value in fields.items() if value}
        if self.name == "hexo":
            given |= {"mathjax": True, "disableNunjucks": True}
        elif self.name == "hugo":
            given |= {"math": True, "mathjax": True}
        else:
            given |= {"mathjax": True}
        text = yaml.dump(given, Dumper=_Dumper, allow_unicode=True, sort_keys=False, width=1 << 20)
        return f"---\n{text}---"


_FLAVOURS = {
    "hexo": Flavour("hexo", typesets_later=True, inside=True, more=True),
    "hugo": Flavour("hugo", typesets_later=True, inside=True, more=True),
    "plain": Flavour(),
}


def flavour(name: FlavourName) -> Flavour:
    return _FLAVOURS[name]


def _barred(shown: str) -> str:
    """No bar of a formula ends a table's cell."""
    return re.sub(r"(?<!\\)\|", r"\\vert ", shown)


class _Quoted(str):
    __slots__ = ()


class _Dumper(yaml.SafeDumper):
    """Indents lists, as people do, and quotes texts."""

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:  # noqa: ARG002
        super().increase_indent(flow, False)


_Dumper.add_representer(
    _Quoted, lambda dumper, text: dumper.represent_scalar("tag:yaml.org,2002:str", str(text), style='"')
)


def _quoted(value: Any) -> Any:
    if isinstance(value, str):
        return _Quoted(one_line(value))
    if isinstance(value, datetime):
        return value.astimezone(UTC).replace(tzinfo=None, microsecond=0)
    return [_quoted(v) for v in value] if isinstance(value, (list, tuple)) else value
