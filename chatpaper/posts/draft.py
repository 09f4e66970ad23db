"""A post that a visitor makes in the page: papers are chosen, done, and put into whatever form, as often as one likes.

Its files are in a folder of its own, which goes with it; finished digests are in the library, as always.
"""

import shutil
import tempfile
import weakref
from collections.abc import Collection, Iterator, Sequence
from concurrent.futures import Executor
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile

from ..cancel import CancelToken
from ..pipeline import Choice, Pipeline, Query
from ..rendering.flavours import FlavourName
from ..rendering.post import Head, PostFormatName
from ..rendering.post_html import HtmlPost
from . import assemble
from .desk import Desk, Told
from .ledger import Ledger, Outcome, Start
from .order import Order
from .plan import Plan, Planned, planned
from .run import outcomes


class Draft:
    """Of one search. One run at a time; what was done is not done again, as long as the choice is the same."""

    def __init__(self, topic: str, query: Query, plan: Plan) -> None:
        self.plan = plan
        self.outcomes: dict[str, Outcome] = {}
        """By arXiv id: what became of the papers under the last choice."""
        self._folder = Path(tempfile.mkdtemp(prefix="chatpaper-post-"))
        weakref.finalize(self, shutil.rmtree, self._folder, ignore_errors=True)
        self._order = Order(topic=topic, query=query, folder=str(self._folder / "posts"), choice=Choice())
        now = datetime.now(UTC).replace(microsecond=0)
        self._start = Start(stem=self._order.stem(now.date()), at=now, plan=plan)

    @classmethod
    def searched(cls, topic: str, query: Query, pipeline: Pipeline) -> "Draft":
        """What arXiv has. Raises BadQuery, OutsideError."""
        return cls(topic, query, planned(pipeline.search(query), query, {}))

    def run(
        self, chosen: Collection[str], choice: Choice, pipeline: Pipeline, executor: Executor, cancel: CancelToken,
        told: Told,
    ) -> Iterator[Outcome]:  # fmt: skip
        """Work on the chosen papers; each one's outcome as it comes. Raises the errors in desk.FATAL."""
        bare = replace(choice, keys=())  # a visitor's key lives as long as the run
        if bare != self._order.choice:
            self.outcomes.clear()
            self._order = replace(self._order, choice=bare)
        desk = Desk(choice, pipeline, self._ledger, cancel, told=told)
        for outcome in outcomes(desk, self.papers(chosen), executor, cancel):
            self.outcomes[outcome.arxiv_id] = outcome
            yield outcome

    def papers(self, ids: Collection[str]) -> Sequence[Planned]:
        """Those of the plan, in its order; what else is asked for is not there."""
        return [p for p in self.plan.papers if p.record.arxiv_id in ids]

    def ready(self, chosen: Collection[str]) -> bool:
        """Whether a post of the chosen papers would hold one."""
        return bool(self._head(self._order, chosen).papers)

    def preview(self, chosen: Collection[str]) -> str:
        """The post as HTML, for a page that has the style sheet of the reading view; without pictures."""
        form = HtmlPost(self._order.labels)
        head = self._head(self._order, chosen)
        digests = filter(None, map(self._ledger.digest, head.papers))
        return form.body(head, [form.part(d.model_copy(update={"figures": ()}), "", {}, ()) for d in digests])

    def packed(self, chosen: Collection[str], format: PostFormatName, flavour: FlavourName) -> Path:
        """The post as a file to take away: a zip of it and what lies beside it, where anything does."""
        order = replace(self._order, format=format, flavour=flavour)
        head, folder = self._head(order, chosen), self._folder / "packed"
        name = assemble.drafted(order, head, self.papers(chosen), self._ledger, folder)
        files = sorted(p for p in folder.rglob("*") if p.is_file())
        if len(files) == 1:
            return folder / name
        path = self._folder / f"{head.stem}-{flavour}.zip"
        with ZipFile(path, "w", ZIP_DEFLATED) as archive:
            for file in files:
                archive.write(file, file.relative_to(folder))
        return path

    def _head(self, order: Order, chosen: Collection[str]) -> Head:
        found = [self.outcomes.get(p.record.arxiv_id) for p in self.papers(chosen)]
        return assemble.head(order, self._start, [o for o in found if o])

    @property
    def _ledger(self) -> Ledger:
        return Ledger(self._folder, self._order.name)
