"""What a post consists of, whatever it is written in; the formats are in `post_markdown`, `post_html`, `post_json`."""

import re
from abc import ABC, abstractmethod
from collections.abc import Mapping
from datetime import datetime
from typing import Literal

from ..digest import Claim, Digest, DigestFigure, Made
from ..value import Bilingual, Language, Value
from .labels import ENGINES, SILENT
from .post_labels import POST
from .view import View

PostFormatName = Literal["md", "html", "json"]
POST_FORMATS: tuple[PostFormatName, ...] = ("md", "html", "json")
_NUMBER = re.compile(r"\d")
_MEASURE = re.compile(r"\d\s*[%％]|\d\.\d|\d{2}|\d\s*(?:times|[x×倍])")
_POINTERS = re.compile(
    r"第\s*[\d.]+\s*[章节页]|(?:[图表式]|\b(?:fig(?:ure|s)?|tab(?:le)?|sec(?:tion)?|eq(?:uation)?|appendix)\b\.?)\s*\(?\d+(?:\.\d+)*",
    re.IGNORECASE,
)
"""Numbers that only point elsewhere."""
_LONGEST_RESULT = 320
"""Characters that a result may have in the table on top."""


class Part(Value):
    """One paper of a post, rendered: its row of the table on top, and its block."""

    row: str
    block: str


class Missed(Value):
    """A paper that is not in the post, and why."""

    arxiv_id: str
    title: str
    reason: Bilingual
    lasting: bool = False
    """Another time it would be the same; later runs leave it out."""


class Head(Value):
    """What a post says before and after its papers."""

    topic: str
    stem: str
    """Name of the post's file and folder, without ending."""
    date: datetime
    """Aware, UTC."""
    query: str = ""
    papers: tuple[str, ...] = ()
    """arXiv ids with versions, as they are in the post."""
    first_title: str = ""
    made: str = ""
    """Engine and model; "" where no model was used."""
    missed: tuple[Missed, ...] = ()
    left_out: int = 0
    total: int = 0
    missing: int = 0
    input_tokens: int = 0
    output_tokens: int = 0
    cost_usd: float | None = None
    bibtex: bool = False
    """There is `papers.bib` in the post's folder."""

    @property
    def settled(self) -> tuple[str, ...]:
        """What later runs leave out."""
        return (*self.papers, *(m.arxiv_id for m in self.missed if m.lasting))

    def description(self) -> Bilingual:
        """One sentence for feeds and search engines."""
        if not self.papers:
            return POST.description_none.filled(topic=self.topic)
        words = POST.description if len(self.papers) == 1 else POST.description_more
        count = len(self.papers)
        return words.filled(topic=self.topic, first=self.first_title, count=count, more=count - 1)

    def notices(self) -> tuple[Bilingual, ...]:
        """What a reader must know first."""
        made = POST.notice.filled(made=self.made) if self.made else POST.notice_extractive
        return (made, POST.screening, POST.maker)

    def remarks(self) -> tuple[Bilingual, ...]:
        """What was left out, and what arXiv kept back."""
        left = POST.left_out.filled(count=self.left_out)
        kept = POST.incomplete.filled(total=self.total, missing=self.missing)
        return (*([left] if self.left_out else []), *([kept] if self.missing else []))

    def totals(self) -> Bilingual:
        """What was done, and what it cost."""
        cost: Bilingual | str = ""
        if self.cost_usd is not None:
            cost = POST.totals_cost.filled(dollars=f"{self.cost_usd:.4f}")
        return POST.totals.filled(
            done=len(self.papers),
            skipped=self.left_out,
            failed=len(self.missed),
            input=f"{self.input_tokens:,}",
            output=f"{self.output_tokens:,}",
            cost=cost,
        )


class PostFormat(ABC):
    """Writes a post in pieces: parts as papers are finished, then the opening, then all blocks, then the closing."""

    between = ""
    """Stands between two blocks."""

    def __init__(self, labels: Language) -> None:
        self.labels: Language = labels

    @abstractmethod
    def file(self, stem: str) -> str:
        """The post's file, from the folder of all posts."""

    @abstractmethod
    def part(
        self, digest: Digest, stem: str, images: Mapping[DigestFigure, str], news: tuple[Bilingual, ...], /
    ) -> Part:
        """A paper; `images` are names of files in the post's folder, `news` what is new of a known paper."""

    @abstractmethod
    def opening(self, head: Head, rows: tuple[str, ...], /) -> str: ...

    @abstractmethod
    def closing(self, head: Head, /) -> str: ...

    def view(self, digest: Digest) -> View:
        return View.of(digest, self.labels)


def brief(digest: Digest) -> tuple[Claim | None, Claim | None, Claim | None, Claim | None]:
    """Of the table on top: in one line, task, data, main result."""
    glance = digest.glance
    if glance is None:
        return digest.one_line, None, None, main_result(digest)
    result = glance.main_result if sound(glance.main_result) else main_result(digest)
    return digest.one_line, glance.task, glance.data, result


def sound(claim: Claim) -> bool:
    """It says something, and the audit has no doubts."""
    return claim.stated and all(f.kind in SILENT for f in claim.flags)


def main_result(digest: Digest) -> Claim | None:
    """The shortest sound statement with a number among those on results."""
    c, s = digest.conclusion, digest.summary
    found = [*([c.performance] if c else []), *([s.results] if s else []), *digest.takeaways]
    short = [claim for claim in filter(sound, found) if len(claim.zh or claim.en or "") <= _LONGEST_RESULT]
    for telling in (_MEASURE, _NUMBER):
        numbered = [claim for claim in short if telling.search(_POINTERS.sub("", claim.zh or claim.en or ""))]
        if numbered:
            return min(numbered[:2], key=lambda claim: len(claim.zh or claim.en or ""))
    return None


def maker(made: Made) -> str:
    """Who wrote a digest, for people."""
    return f"{ENGINES.get(made.engine, made.engine)} ({made.model})" if made.model else made.engine
