"""The chain: stages run as parallel as their needs allow, each loses only itself, and tell what happens as events."""

import json
import queue
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

from ..cancel import CancelToken
from ..digest import Claim, Digest, Made, StageReply
from ..errors import BadReply, Cancelled, ChatPaperError, ModelError
from ..llm.base import Engine, Reading, Request, Restart, Usage
from ..paper import Paper
from ..value import Language
from . import budget, correction, draft, replies
from .audit import Auditor
from .events import DigestGrew, Event, Finished, StageReading, StageSkipped, StageStarted
from .evidence import Citer
from .prompts import Prompts, StagePrompt

_LANGUAGES = {
    ("zh",): "Write every statement in Chinese (`zh`).",
    ("en",): "Write every statement in English (`en`).",
    ("zh", "en"): "Write every statement twice, in Chinese (`zh`) and in English (`en`), saying the same.",
}


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
        # an extractive engine has the paper's own sentences only, in the paper's language
        self.written: tuple[Language, ...] = (paper.language,) if engine.extractive else languages
        self.selection = budget.select(paper, engine.window)
        self.citer = Citer(paper, unstated="not_found" if engine.extractive else "not_stated")
        self.auditor = Auditor(paper, self.written)
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
                        prompt = self.stages[happened.stage].prompt
                        digest = draft.grown(digest, self.paper, prompt, happened.reply, happened.claims)
                        yield DigestGrew(digest=digest, stage=happened.stage, done=happened.done)
                    else:
                        yield happened
            except GeneratorExit:
                self.cancel.cancel()
                raise
        for stage in work:
            stage.result()  # an error outside the tree is a fault of the program, and shall be seen
        self.cancel.check()
        yield Finished(digest=self._finished(digest, time.monotonic() - begun))

    def _empty(self) -> Digest:
        made = Made(
            engine=self.engine.name,
            model=self.engine.model,
            endpoint=self.engine.endpoint,
            prompts=self.prompts.version,
            at=datetime.now(UTC).replace(microsecond=0),
        )
        digest = draft.empty(self.paper, made, self.languages, extractive=self.engine.extractive)
        notice = self.selection.notice
        return digest.model_copy(update={"notices": (*digest.notices, notice)}) if notice else digest

    def _finished(self, digest: Digest, seconds: float) -> Digest:
        errors = {name: stage.error for name, stage in self.stages.items() if stage.error}
        if len(errors) == len(self.stages):
            raise next(iter(errors.values()))
        costs = [stage.cost for stage in self.stages.values()]
        made = digest.made.model_copy(
            update={
                "seconds": round(seconds, 2),
                **{name: sum(getattr(c, name) for c in costs) for name in _COUNTED},
            }
        )
        made = made.model_copy(update={"cost_usd": self.engine.cost_usd(made)})
        skipped = {name: error.sentence for name, error in errors.items()}
        audit = self.auditor.totals(digest.claims())
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

    def _kept(self, stage: _Stage) -> bool:
        """Take the stage from an earlier run that did not come to its end."""
        kept = self.kept.get(stage.prompt.name)
        if kept is None:
            return False
        try:
            reply = replies.parse(kept.text, replies.REPLIES[stage.prompt.reply], self.written)
        except replies.Misfit:
            return False
        stage.reply, stage.cost = reply, kept
        self._tell(stage, self._claims(reply, self.auditor), done=True)
        return True

    def _wait(self, event: threading.Event) -> None:
        while not event.wait(0.2):
            self.cancel.check()
        self.cancel.check()

    def _ask(self, stage: _Stage) -> None:
        """The stage's reply, then one more try at the claims in it that the audit does not pass."""
        request = self._request(stage.prompt)
        stage.reply = reply = self._fitting(stage, request)
        stage.finished.set()  # what needs this stage need not wait for the corrections
        claims = self._claims(reply, self.auditor)
        failing = correction.failing(claims)
        if failing and not self.engine.extractive:
            self._tell(stage, claims, done=False)
            mended = {
                path: claim
                for path, claim in self._corrected(stage, request, failing).items()
                if correction.better(claims[path], self.auditor.audited(self.citer.claim(claim, whole=True)))
            }
            stage.reply = reply = correction.merged(reply, mended)
            claims = self._claims(reply, self.auditor)
        self.keep(stage.prompt.name, stage.cost.model_copy(update={"text": reply.model_dump_json()}))
        self._tell(stage, claims, done=True)

    def _fitting(self, stage: _Stage, request: Request) -> replies.Reply:
        """The reply; one that is not in the asked form is asked for once more, with the problem named."""
        kind = replies.REPLIES[stage.prompt.reply]
        text = self._streamed(stage, request, kind)
        try:
            return replies.parse(text, kind, self.written)
        except replies.Misfit as misfit:
            again = f"\n\nYour last answer was not in the asked form: {misfit.problem.en}. Answer again."
        text = self._streamed(stage, replace(request, instruction=request.instruction + again), kind)
        try:
            return replies.parse(text, kind, self.written)
        except replies.Misfit as misfit:
            raise BadReply(engine=self.engine.name, problem=misfit.problem) from None

    def _corrected(self, stage: _Stage, request: Request, failing: dict[str, Claim]) -> dict[str, replies.ClaimReply]:
        """The failing claims, asked for again together; a second try that fails leaves the first one standing."""
        again = replace(
            request,
            instruction=request.instruction + correction.instruction(failing),
            schema=correction.schema(request.schema, failing),
        )
        try:
            return correction.parse(self._streamed(stage, again, None), failing)
        except ModelError:
            return {}

    def _request(self, prompt: StagePrompt) -> Request:
        variables = {"languages": _LANGUAGES[self.written], **{n: self._account(n) for n in prompt.needs}}
        return Request(
            stage=prompt.name,
            system=self.prompts.system,
            paper=self.selection.text,
            instruction=prompt.instruction(variables),
            schema=replies.schema(replies.REPLIES[prompt.reply], self.written),
            passages=self.selection.passages,
            languages=self.written,
        )

    def _account(self, need: str) -> str:
        """An earlier stage's claims as text for a later one."""
        reply = self.stages[need].reply
        if reply is None:
            return "(not available)"
        told = {path: claim.en or claim.zh for path, claim in replies.claims_of(reply)}
        return json.dumps(told, ensure_ascii=False, indent=0)

    def _streamed(self, stage: _Stage, request: Request, kind: type[replies.Reply] | None) -> str:
        """The reply's text; of a reply of this kind, what has arrived is told on the way, ten times a second."""
        text, told = "", 0.0
        for piece in self.engine.stream(request, self.cancel):
            self.cancel.check()
            if isinstance(piece, Reading):
                self.queue.put(StageReading(stage=stage.prompt.name, tokens=piece.tokens, total=piece.total))
                continue
            self.prefix_read.set()
            if isinstance(piece, Usage):
                stage.cost = _added(stage.cost, piece)
                continue
            text = "" if isinstance(piece, Restart) else text + piece
            if kind and time.monotonic() - told > 0.1 and (reply := replies.partial(text, kind)):
                self.queue.put(_Arrived(stage.prompt.name, reply, self._claims(reply, None), done=False))
                told = time.monotonic()
        return text

    def _claims(self, reply: replies.Reply, auditor: Auditor | None) -> dict[str, Claim]:
        claims = {path: self.citer.claim(c, whole=auditor is not None) for path, c in replies.claims_of(reply)}
        return {path: auditor.audited(claim) for path, claim in claims.items()} if auditor else claims

    def _tell(self, stage: _Stage, claims: dict[str, Claim], *, done: bool) -> None:
        assert stage.reply is not None, "only what has a reply is told"
        self.queue.put(_Arrived(stage.prompt.name, stage.reply, claims, done=done))


_COUNTED = ("calls", "input_tokens", "cached_tokens", "output_tokens")


def _added(cost: StageReply, usage: Usage) -> StageReply:
    return StageReply(
        text="",
        calls=cost.calls + 1,
        input_tokens=cost.input_tokens + usage.input_tokens,
        cached_tokens=cost.cached_tokens + usage.cached_tokens,
        output_tokens=cost.output_tokens + usage.output_tokens,
    )


@dataclass(frozen=True)
class _Arrived:
    """A stage's reply as far as it is."""

    stage: str
    reply: replies.Reply
    claims: dict[str, Claim]
    done: bool = field(kw_only=True)


@dataclass(frozen=True)
class _Ended:
    """A stage's thread has told all."""
