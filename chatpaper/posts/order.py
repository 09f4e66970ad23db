"""What is to be posted, and in which form."""

import re
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from ..library import key
from ..pipeline import Choice, Query
from ..rendering.flavours import FlavourName, flavour
from ..rendering.post import PostFormat, PostFormatName
from ..rendering.post_html import HtmlPost
from ..rendering.post_json import JsonPost
from ..rendering.post_markdown import MarkdownPost
from ..value import Language


@dataclass(frozen=True, kw_only=True)
class Order:
    """One post. The same order is the same run: it goes on where it stopped."""

    topic: str
    query: Query
    folder: Path
    """Of all posts."""
    choice: Choice
    format: PostFormatName = "md"
    flavour: FlavourName = "hexo"

    @property
    def labels(self) -> Language:
        """One language for all labels: Chinese where both were asked for."""
        return "zh" if "zh" in self.choice.languages else "en"

    @property
    def form(self) -> PostFormat:
        if self.format == "html":
            return HtmlPost(self.labels)
        return JsonPost(self.labels) if self.format == "json" else MarkdownPost(self.labels, flavour(self.flavour))

    @property
    def name(self) -> str:
        """The run's, in the data folder."""
        choice = self.choice
        chosen = (str(choice.engine), str(choice.model), *choice.languages, self.format, self.flavour)
        query = (str(self.query), str(self.query.most))
        return key("post", self.topic, *query, str(self.folder.resolve()), *chosen)[:16]

    def stem(self, day: date) -> str:
        """A name for the post that no other post of the folder has."""
        words = re.sub(r"\W+", "-", self.topic.casefold()).strip("-")[:60].strip("-")
        first = f"{day.isoformat()}-{words or 'post'}"
        number = 1
        while self._taken(stem := first if number == 1 else f"{first}-{number}"):
            number += 1
        return stem

    def _taken(self, stem: str) -> bool:
        files = (self.folder / stem, *(self.folder / f"{stem}.{ending}" for ending in ("md", "html", "json")))
        return any(f.exists() for f in files)
