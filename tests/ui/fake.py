"""A pipeline that needs no paper: it digests the invented one, as slowly or as wrongly as asked."""

# ruff: noqa: ARG002 - the signatures are those of Pipeline

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from chatpaper.cancel import CancelToken
from chatpaper.chain.events import AnswerGrew, DigestGrew, Event, Finished, PaperRead, StageSkipped, StageStarted
from chatpaper.digest import Digest, QuestionAnswer
from chatpaper.errors import BadArxivId, ChatPaperError
from chatpaper.llm.base import Engine
from chatpaper.llm.extractive import Extractive
from chatpaper.paper import Box, Paper, PdfFile
from chatpaper.pipeline import Choice, Pipeline
from chatpaper.rendering.labels import STAGES
from chatpaper.value import Bilingual, Language
from tests.rendering.samples import DIGEST, PAPER, pdf, png

PARTS = {
    "summary": ("one_line", "glance", "summary"),
    "takeaways": ("takeaways",),
    "methods": ("methods",),
    "conclusion": ("conclusion",),
    "reproducibility": ("more",),
}
BUSY = Bilingual(zh="模型忙；请稍后重试", en="the model is busy; try again later")


@dataclass
class FakePipeline(Pipeline):
    """Says what it was asked, and how it ended."""

    digest_made: Digest = DIGEST
    pause: float = 0.0
    skip: str = ""
    fails: Exception | None = None
    fails_at: str = "digest"
    asked: list[tuple[PdfFile, Choice, str | None, bool]] = field(default_factory=list)
    cancels: list[CancelToken] = field(default_factory=list)
    drawn: list[tuple[int, tuple[Box, ...]]] = field(default_factory=list)
    drawing: float = 0.05
    """Seconds that a page takes."""
    library: bool = True
    """It has every digest that was made."""
    engines: int = 0
    upload_there: PdfFile | None = None

    def fetch(self, given: str) -> PdfFile:
        if "." not in given:
            raise BadArxivId(given=given)
        return pdf().model_copy(update={"name": given})

    def upload(self, path: Path, name: str) -> PdfFile:
        return pdf(str(path)).model_copy(update={"name": name})

    def read(self, pdf: PdfFile, *, password: str | None = None, anyway: bool = False, ocr: bool = False) -> Paper:
        return PAPER

    def engine(self, choice: Choice) -> Engine:
        if isinstance(self.fails, ChatPaperError) and self.fails_at == "engine":
            raise self.fails
        self.engines += 1
        return Extractive()

    def digest(
        self,
        pdf: PdfFile,
        choice: Choice,
        cancel: CancelToken,
        *,
        engine: object = None,
        password: str | None = None,
        anyway: bool = False,
    ) -> Iterator[Event]:
        self.asked.append((pdf, choice, password, anyway))
        self.cancels.append(cancel)
        if self.fails and self.fails_at == "digest":
            raise self.fails
        whole = self.digest_made.model_copy(update={"languages": choice.languages})
        yield PaperRead(paper=PAPER)
        bare = {"one_line": None, "takeaways": (), "summary": None, "methods": (), "conclusion": None}
        bare |= {"more": (), "figures": ()}
        digest = whole.model_copy(update=bare)
        yield DigestGrew(digest=digest, stage="", done=False)
        for stage, parts in PARTS.items():
            if stage not in STAGES and not whole.more:
                continue
            yield StageStarted(stage=stage)
            cancel.wait(self.pause)
            if stage == self.skip:
                yield StageSkipped(stage=stage, reason=BUSY)
                continue
            if self.fails and self.fails_at == stage:
                raise self.fails
            digest = digest.model_copy(update={part: getattr(whole, part) for part in parts})
            yield DigestGrew(digest=digest, stage=stage, done=True)
        skipped = {self.skip: BUSY} if self.skip else {}
        yield Finished(digest=digest.model_copy(update={"figures": whole.figures, "skipped": skipped}))

    def kept_as(self, digest: Digest, password: str | None) -> str:
        return "cd" * 32

    def models(self, choice: Choice, cancel: CancelToken) -> tuple[str, ...]:
        return ()

    def ask(self, paper: Paper, question: str, choice: Choice, cancel: CancelToken) -> Iterator[AnswerGrew]:
        cancel.wait(self.pause)
        answer = QuestionAnswer(
            question=question,
            languages=choice.languages,
            claims=self.digest_made.takeaways[:2],
            made=self.digest_made.made,
        )
        yield AnswerGrew(answer=answer, done=True)

    def uploaded(self, sha256: str) -> PdfFile | None:
        return self.upload_there

    def reopened(
        self, name: str, sha256: str, languages: tuple[Language, ...], *, extractive: bool
    ) -> tuple[Paper, Digest] | None:
        return (PAPER, self.digest_made) if self.library and name == "cd" * 32 else None

    def shared(self, given: str, languages: tuple[Language, ...]) -> tuple[Paper, Digest] | None:
        return None

    def page_image(
        self, pdf: PdfFile, page: int, *, highlight: Sequence[Box] = (), width: int = 1000, password: str | None = None
    ) -> bytes:
        if isinstance(self.fails, ChatPaperError) and self.fails_at == "page":
            raise self.fails
        self.drawn.append((page, tuple(highlight)))
        time.sleep(self.drawing)
        return png(width, int(width * 1.4), 255 - 10 * page)

    def close(self) -> None:
        pass
