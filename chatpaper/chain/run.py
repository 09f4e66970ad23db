"""The chain: stages run as parallel as their needs allow, each loses only itself, and tell what happens as events."""

import json
import queue
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

from ..cancel import CancelToken
from ..digest import Digest, StageReply
from ..errors import Cancelled, ChatPaperError
from ..llm.base import Engine, Reading, Usage
from ..paper import Paper
from ..value import Language
from . import costs, draft, replies
from .events import DigestGrew, Event, Finished, StageReading, StageSkipped, StageStarted
from .prompts import Prompts, StagePrompt, in_languages
from .question import Answer, Progress, Questioner, Writing

Keep = Callable[[str, StageReply], None]


def run(
    paper: Paper,
    engine: Engine,
    prompts: Prompts,
    languages: tuple[Language, ...],
    cancel: CancelToken,
    *,
    kept: Mapping[str, StageReply] | None = None,
    keep: Keep | None = None,
) -> Iterator[Event]:
    """Digest one paper. Raises Cancelled when stopped, and the ModelError of the first stage if no stage got through.

    Stages in `kept` are not asked again; each newly finished one is given to `keep`, from its own thread. The events
    end with Finished, whose digest has no figures yet. Closing the iterator stops the run.
    """
    return _Run(paper, engine, prompts, languages, cancel, kept or {}, keep or (lambda *_: None)).events()


@dataclass
class _Stage:
    prompt: StagePrompt
    reply: replies.Reply | None = None
    error: ChatPaperError | None = None
    finished: threading.Event = field(default_factory=threading.Event)
    cost: StageReply = field(default_factory=lambda: StageReply(text=""))
    """Calls and tokens so far; the text when it is done."""


class _Run:
    """The state of one run. Stage threads only put events and their own result; the digest grows in one thread."""

    def __init__(
        self,
        paper: Paper,
        engine: Engine,
        prompts: Prompts,
        languages: tuple[Language, ...],
        cancel: CancelToken,
        kept: Mapping[str, StageReply],
        keep: Keep,
    ) -> None:
        self.kept, self.keep = kept, keep
        self.paper, self.engine, self.prompts, self.cancel = paper, engine, prompts, cancel
        self.languages = languages
        self.questioner = Questioner(paper, engine, languages)
        self.draft = draft.Draft(paper)
        self.stages = {p.name: _Stage(p) for p in prompts.stages}
        self.queue: queue.SimpleQueue[StageStarted | StageReading | StageSkipped | _Arrived | _Ended] = (
            queue.SimpleQueue()
        )
        self.prefix_read = threading.Event()

    def events(self) -> Iterator[Event]:
        begun = time.monotonic()
        digest = self._empty()
        yield DigestGrew(digest=digest, stage="", done=False)
        with ThreadPoolExecutor(len(self.stages), thread_name_prefix="stage") as pool:
            try:
                work = [pool.submit(self._work, s, first=n == 0) for n, s in enumerate(self.stages.values())]
                left = len(self.stages)
                while left:
                    happened = self.queue.get()
                    if isinstance(happened, _Ended):
                        left -= 1
                    elif isinstance(happened, _Arrived):
                        stage, answer = happened.stage, happened.answer
                        digest = self.draft.grown(digest, self.stages[stage].prompt, answer.reply, answer.claims)
                        yield DigestGrew(digest=digest, stage=stage, done=answer.done)
                    else:
                        yield happened
            except GeneratorExit:
                self.cancel.cancel()
                raise
        for ended in work:
            ended.result()  # an error outside the tree is a fault of the program, and shall be seen
        self.cancel.check()
        yield Finished(digest=self._finished(digest, begun))

    def _empty(self) -> Digest:
        made = costs.begun(self.engine, self.prompts.version)
        digest = draft.empty(self.paper, made, self.languages, extractive=self.engine.extractive)
        notice = self.questioner.selection.notice
        return digest.model_copy(update={"notices": (*digest.notices, notice)}) if notice else digest

    def _finished(self, digest: Digest, begun: float) -> Digest:
        errors = {name: stage.error for name, stage in self.stages.items() if stage.error}
        if len(errors) == len(self.stages):
            raise next(iter(errors.values()))
        spent = costs.summed(digest.made, [stage.cost for stage in self.stages.values()])
        made = costs.timed(spent, self.engine, begun)
        skipped = {name: error.sentence for name, error in errors.items()}
        audit = self.questioner.totals(digest.claims())
        return digest.model_copy(update={"made": made, "skipped": skipped, "audit": audit})

    def _work(self, stage: _Stage, *, first: bool) -> None:
        """One stage, in its own thread: wait for what it needs, ask, tell."""
        name = stage.prompt.name
        try:
            if not first:
                # the first stage's call makes the provider read and cache the paper; the others then share it (rule 9)
                self._wait(self.prefix_read)
            for need in stage.prompt.needs:
                self._wait(self.stages[need].finished)
            self.queue.put(StageStarted(stage=name))
            if not self._kept(stage):
                self._ask(stage)
        except ChatPaperError as error:
            stage.error = error
            if not isinstance(error, Cancelled):
                self.queue.put(StageSkipped(stage=name, reason=error.sentence))
        finally:
            stage.finished.set()
            if first:
                self.prefix_read.set()
            self.queue.put(_Ended())

    def _wait(self, event: threading.Event) -> None:
        while not event.wait(0.2):
            self.cancel.check()
        self.cancel.check()

    def _kept(self, stage: _Stage) -> bool:
        """Take the stage from an earlier run that did not come to its end."""
        kept = self.kept.get(stage.prompt.name)
        answer = self.questioner.again(kept.text, replies.REPLIES[stage.prompt.reply]) if kept else None
        if kept is None or answer is None:
            return False
        stage.cost = kept
        self._take(stage, answer)
        return True

    def _ask(self, stage: _Stage) -> None:
        kind = replies.REPLIES[stage.prompt.reply]
        instruction = stage.prompt.instruction(
            {"languages": in_languages(self.questioner.languages), **{n: self._account(n) for n in stage.prompt.needs}}
        )
        request = self.questioner.request(stage.prompt.name, self.prompts.system, instruction, kind)
        for progress in self.questioner.ask(request, kind, self.cancel):
            if isinstance(progress, Answer) and progress.done:
                self.keep(stage.prompt.name, stage.cost.model_copy(update={"text": progress.reply.model_dump_json()}))
            self._take(stage, progress)

    def _take(self, stage: _Stage, progress: Progress) -> None:
        """Note what came of a stage, and tell it."""
        name = stage.prompt.name
        match progress:
            case Reading(tokens=tokens, total=total):
                self.queue.put(StageReading(stage=name, tokens=tokens, total=total))
            case Writing():
                self.prefix_read.set()
            case Usage():
                self.prefix_read.set()
                stage.cost = costs.with_call(stage.cost, progress)
            case Answer(reply=reply, audited=audited):
                if audited:
                    stage.reply = reply
                    stage.finished.set()  # what needs this stage need not wait for the corrections
                self.queue.put(_Arrived(name, progress))

    def _account(self, need: str) -> str:
        """An earlier stage's claims as text for a later one."""
        reply = self.stages[need].reply
        if reply is None:
            return "(not available)"
        told = {path: claim.en or claim.zh for path, claim in replies.claims_of(reply)}
        return json.dumps(told, ensure_ascii=False, indent=0)


@dataclass(frozen=True)
class _Arrived:
    """A stage's reply as far as it is."""

    stage: str
    answer: Answer


@dataclass(frozen=True)
class _Ended:
    """A stage's thread has told all."""
