"""What is to be posted, and in which form."""

import re
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from ..library import key
from ..pipeline import Choice, Query
from ..rendering.flavours import FlavourName, flavour
from ..rendering.post import PostFormat, PostFormatName
from ..rendering.post_html import HtmlPost
from ..rendering.post_json import JsonPost
from ..rendering.post_markdown import MarkdownPost
from ..value import Language
from .shelf import Shelf


@dataclass(frozen=True, kw_only=True)
class Order:
    """One post. The same order is the same run, in whatever form: it goes on where it stopped."""

    topic: str
    query: Query
    folder: str
    """Of all posts; see Shelf."""
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
        chosen = (str(choice.engine), str(choice.model), str(choice.base_url), *choice.languages)
        query = (str(self.query), str(self.query.most))
        return key("post", self.topic, *query, str(self.shelf), *chosen)[:16]

    @cached_property
    def shelf(self) -> Shelf:
        """Raises BadOption."""
        return Shelf(self.folder)

    def stem(self, day: date) -> str:
        """A name for the post that no other post of the folder has. Raises BadOption."""
        words = re.sub(r"\W+", "-", self.topic.casefold()).strip("-")[:60].strip("-")
        first = f"{day.isoformat()}-{words or 'post'}"
        number = 1
        while self.shelf.taken(stem := first if number == 1 else f"{first}-{number}"):
            number += 1
        return stem
