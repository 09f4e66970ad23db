"""`post`: what arXiv has on a topic."""

import argparse
import signal
import sys
from concurrent.futures import ThreadPoolExecutor

from tqdm import tqdm  # type: ignore[import-untyped]

from ..cancel import CancelToken
from ..errors import BadOption, ChatPaperError
from ..pipeline import Pipeline, Query
from ..posts import Cluster, Order, PaperDone, PostPlanned, PostWritten, RunEvent, estimate, plan
from ..posts import post as run
from ..posts.plan import Plan
from ..settings import Settings
from ..value import Bilingual, Language
from .speech import choice, tell

_FOUND = Bilingual(
    zh="arXiv 有 {total} 篇；要做 {papers} 篇，已发表过 {left_out} 篇",
    en="papers that arXiv counts: {total}; to do: {papers}; already published: {left_out}",
)
_GOES_ON = Bilingual(
    zh="接着上次：{done} 篇已完成，不再付费", en="going on: {done} are done already, and not paid for again"
)
_ESTIMATE = Bilingual(
    zh="估计：输入 {input}、输出 {output} 个 token，{price}",
    en="estimate: {input} tokens in, {output} out, {price}",
)
_PRICE = Bilingual(zh="约 {dollars} 美元", en="about ${dollars}")
_NO_PRICE = Bilingual(zh="价格未知", en="price not known")
_MISSING = Bilingual(
    zh="arXiv 有 {missing} 篇没有给出；以后再运行一次", en="arXiv did not send {missing} of them; run this again later"
)
_NONE = Bilingual(zh="arXiv 没有符合的论文", en="arXiv has no such papers")
_NOTHING_NEW = Bilingual(zh="没有新论文，不写文章", en="nothing is new, and no post is written")
_KEPT = Bilingual(
    zh="{done}/{papers} 篇已完成并保留；再运行同一命令就会接着做",
    en="{done} of {papers} papers are done and kept; the same command goes on from here",
)
_ALL_FAILED = Bilingual(zh="没有一篇论文完成，不写文章", en="not one paper could be done, and no post is written")


def post(pipeline: Pipeline, settings: Settings, options: argparse.Namespace, language: Language) -> int:
    if options.since and options.until and options.since > options.until:
        raise BadOption(problem=Bilingual(zh="--since 晚于 --until", en="--since is later than --until"))
    order = Order(
        topic=" ".join(options.topic.split()),
        query=Query(terms=options.query, since=options.since, until=options.until, most=options.max),
        folder=options.output,
        choice=choice(options),
        format=options.format,
        flavour=options.flavour,
    )
    if options.dry_run:
        return _shown(order, pipeline, language)
    cancel = CancelToken()
    signal.signal(signal.SIGTERM, lambda *_: cancel.cancel())
    remote = options.scheduler is not None
    threads = ThreadPoolExecutor(options.workers, thread_name_prefix="paper")
    with Cluster(options.scheduler) if remote else threads as pool, _Reporter(language) as reporter:
        for event in run(order, pipeline, pool, settings.data_dir, cancel, remote=remote):
            reporter.tell(event)
    return reporter.exit_code


def _shown(order: Order, pipeline: Pipeline, language: Language) -> int:
    """Papers on stdout, as they would be; then what they would take."""
    found = plan(order, pipeline)
    _tell_plan(found, language)
    for paper in found.papers:
        mark = f" ({paper.known} → )" if paper.known else ""
        print(f"{paper.record.arxiv_id}{mark}\t{paper.record.published}\t{paper.record.title}")
    guess = estimate([p.record for p in found.papers], order.choice, pipeline)
    price = _NO_PRICE if guess.cost_usd is None else _PRICE.filled(dollars=f"{guess.cost_usd:.2f}")
    counts = {"input": f"{guess.input_tokens:,}", "output": f"{guess.output_tokens:,}"}
    print(_ESTIMATE.filled(**counts, price=price).within(language))
    return 0


def _tell_plan(found: Plan, language: Language) -> None:
    if not found.total:
        tell(_NONE.within(language))
        return
    counts = {"total": found.total, "papers": len(found.papers), "left_out": found.left_out}
    tell(_FOUND.filled(**counts).within(language))
    if found.missing:
        tell(f"warning: {_MISSING.filled(missing=found.missing).within(language)}")


class _Reporter:
    """Tells a run's events; on a terminal with a bar below."""

    def __init__(self, language: Language) -> None:
        self._language: Language = language
        self._bar: tqdm | None = None
        self._papers, self._done = 0, set[str]()
        self.exit_code = 0

    def tell(self, event: RunEvent) -> None:
        match event:
            case PostPlanned(plan=found, done=done):
                self._papers = len(found.papers)
                _tell_plan(found, self._language)
                if done:
                    tell(_GOES_ON.filled(done=done).within(self._language))
                self._bar = tqdm(total=self._papers, file=sys.stderr, disable=None, unit="paper", leave=False)
            case PaperDone():
                self._paper(event)
            case PostWritten():
                self._end(event)

    def _paper(self, event: PaperDone) -> None:
        outcome, bar = event.outcome, self._bar
        assert bar is not None, "a plan comes first"
        if outcome.arxiv_id not in self._done:
            bar.update()
            self._done.add(outcome.arxiv_id)
        bar.clear()
        mark = {"done": "✓", "incomplete": "…", "failed": "✗"}[outcome.state]
        tell(f"{len(self._done)}/{self._papers} {mark} {outcome.arxiv_id} {outcome.title}")
        if outcome.reason:
            tell(f"warning: {outcome.arxiv_id}: {outcome.reason.within(self._language)}")

    def _end(self, event: PostWritten) -> None:
        self._close()
        if event.where:
            tell(event.head.totals().within(self._language))
            print(event.where)
        elif event.outcomes:
            # a withdrawn paper is no failure of the run; one that may go well another time is
            self.exit_code = max((o.exit_code or 1 for o in event.outcomes if o.passing), default=0)
            tell(f"{'error' if self.exit_code else 'warning'}: {_ALL_FAILED.within(self._language)}")
        else:
            tell(_NOTHING_NEW.within(self._language))
        self._papers = 0

    def _close(self) -> None:
        if self._bar is not None:
            self._bar.close()

    def __enter__(self) -> "_Reporter":
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, _trace: object) -> None:
        """A run that was stopped says what it has."""
        self._close()
        if isinstance(error, ChatPaperError | KeyboardInterrupt) and self._papers:
            tell(_KEPT.filled(done=len(self._done), papers=self._papers).within(self._language))
