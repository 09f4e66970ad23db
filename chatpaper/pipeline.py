"""The only place where source, reading and chain meet. Thread-safe; one per process."""

import hashlib
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import Self

from . import source
from .admission import DIGEST, QUESTION, Admission
from .cancel import CancelToken
from .chain import ask, captions, draft, prompts, run
from .chain.events import AnswerGrew, DigestGrew, Event, Finished, PaperRead
from .choice import Choice, Chooser
from .digest import Digest, DigestFigure
from .errors import BadArxivId, ChatPaperError, NeedsModel, NotAPaper, PapersOnly, UnusablePdf
from .journal import Entry
from .library import Library, Shared, key
from .likeness import terms
from .llm.base import Engine
from .llm.endpoints import PRESETS
from .llm.remote import RemoteEngine
from .paper import Box, Paper, PdfFile, Record
from .quota import Quota
from .reading import Reader
from .runs import Runs
from .settings import Settings
from .source import Found, Query
from .value import Language

__all__ = ["PRESETS", "Choice", "Engine", "Found", "Pipeline", "Query"]

_RECORD_SECONDS = 6.0
_UPLOADS = 1000
"""Whose places on the disk are remembered."""


class Pipeline:
    """source -> reading -> chain."""

    def __init__(self, settings: Settings) -> None:
        """Raises BadPrompt, BadSetting: what is set up wrongly is found at start."""
        self._settings = settings
        self._prompts = prompts.load()
        self._library = Library(settings.data_dir, journal=settings.library_journal)
        admission = Admission(self._library, each=settings.visitor_digests_per_day, everybody=settings.digests_per_day)
        self._chooser = Chooser(settings, admission)
        self._runs = Runs()
        self._reading = _version_of("reading")
        self._reader = Reader(max_pages=settings.max_pages, max_mb=settings.max_upload_mb)
        self._arxiv = source.Arxiv(
            endpoint=settings.arxiv_endpoint, cache=settings.data_dir / "arxiv", max_mb=settings.max_upload_mb
        )
        self._uploads: dict[str, PdfFile] = {}
        self._records = ThreadPoolExecutor(4, thread_name_prefix="record")

    def fetch(self, given: str) -> PdfFile:
        """The PDF of an arXiv id or URL; never of a path, since visitors call this. Raises InputError, OutsideError."""
        return self._arxiv.fetch(given)

    def search(self, query: Query) -> Found:
        """The papers of arXiv that fit, newest first; it may take minutes. Raises BadQuery, OutsideError."""
        return self._arxiv.search(query)

    def download(self, record: Record) -> PdfFile:
        """The PDF of exactly this version. Raises TooLargePdf, OutsideError."""
        return self._arxiv.download(record)

    def upload(self, path: Path, name: str) -> PdfFile:
        """A PDF on this machine's disk, under the name that its owner gave it. Raises InputError."""
        pdf = source.from_path(path, name=name, max_mb=self._settings.max_upload_mb)
        self._uploads[pdf.sha256] = pdf
        while len(self._uploads) > _UPLOADS:
            self._uploads.pop(next(iter(self._uploads)), None)
        return pdf

    def uploaded(self, sha256: str) -> PdfFile | None:
        """An upload of this process, as long as its file is there; who knows the hash had the file."""
        pdf = self._uploads.get(sha256)
        return pdf if pdf and pdf.path.is_file() else None

    def read(self, pdf: PdfFile, *, password: str | None = None, anyway: bool = False, ocr: bool = False) -> Paper:
        """The paper, from the library if it was read before; a stamped one with arXiv's record, if arXiv answers soon.

        `anyway` reads what is no paper, `ocr` recognises the text of scans. Raises UnusablePdf.
        """
        paper = self._read(pdf, password, anyway, ocr)
        if pdf.record:
            return paper.with_record(pdf.record)
        if paper.record or not paper.arxiv_id:
            return paper
        record = self._record_of(paper.arxiv_id)
        # a stamp can be forged or copied: the record must be of the paper that the page shows
        return paper.with_record(record) if record and _same_title(record.title, paper) else paper

    def _read(self, pdf: PdfFile, password: str | None, anyway: bool, ocr: bool) -> Paper:
        name = self._paper_key(pdf.sha256, password)
        if paper := self._library.paper(name):
            return paper
        try:
            paper = self._reader.read(pdf, password=password, ocr=ocr)
        except NotAPaper:
            if not anyway:
                raise
            # what is taken against the program's advice is not kept: it is asked about each time
            return self._reader.read(pdf, password=password, anyway=True, ocr=ocr)
        self._library.keep_paper(name, paper)
        return paper

    def _paper_key(self, sha256: str, password: str | None) -> str:
        return key("paper", sha256, self._reading, str(self._settings.max_pages), password or "")

    def _record_of(self, arxiv_id: str) -> Record | None:
        """What arXiv says of a stamped upload; it is welcome, not needed, and not waited for long."""
        asked = self._records.submit(lambda: self._arxiv.record(source.parse(arxiv_id)))
        try:
            return asked.result(_RECORD_SECONDS)
        except (ChatPaperError, TimeoutError):
            return None

    def engine(self, choice: Choice) -> Engine:
        """The engine of a choice. Raises NoKey, BadEndpoint, OwnersModel."""
        return self._chooser.engine(choice)

    def models(self, choice: Choice, cancel: CancelToken) -> tuple[str, ...]:
        """The models that the choice's provider lists; () where there is no choice. Raises ModelError, Cancelled."""
        return self._chooser.models(choice, cancel)

    @property
    def stages(self) -> int:
        """Calls that a digest takes at least."""
        return len(self._prompts.stages)

    def digest(
        self,
        pdf: PdfFile,
        choice: Choice,
        cancel: CancelToken,
        *,
        engine: Engine | None = None,
        password: str | None = None,
        anyway: bool = False,
    ) -> Iterator[Event]:
        """Read and digest: PaperRead, then the chain's events, then Finished. Raises any ChatPaperError.

        A digest that the library has comes at once; one that was stopped goes on where it stopped.
        """
        # the engine first: a missing key is said before anybody waits for the reading
        engine = engine or self.engine(choice)
        entry = Entry(
            sha256=pdf.sha256, engine=engine.name, key="visitor" if choice.keys or engine.endpoint else "owner"
        )
        asked = False
        with self._runs.one(cancel), entry:
            for event in self._digest(pdf, choice, cancel, engine, password, anyway):
                asked = asked or isinstance(event, DigestGrew)
                if isinstance(event, Finished):
                    entry.finished(event.digest, kept=not asked)
                yield event

    def _digest(
        self,
        pdf: PdfFile,
        choice: Choice,
        cancel: CancelToken,
        engine: Engine,
        password: str | None,
        anyway: bool,
    ) -> Iterator[Event]:
        whole = _digest_key(
            password,
            pdf.sha256,
            (engine.name, engine.endpoint or "", engine.model),
            self._prompts.version,
            choice.languages,
        )
        if not engine.extractive and (found := self._library.digest(whole)):
            paper, digest = found
            if pdf.record:  # the same content may have come without its record before, or with another one
                paper = paper.with_record(pdf.record)
                digest = digest.model_copy(update={"paper": draft.facts(paper)})
            self._share(pdf, password, choice, engine, whole)
            yield PaperRead(paper=paper)
            yield Finished(digest=digest)
            return
        owner_pays = self._chooser.owner_pays(choice, engine)
        try:
            paper = self.read(pdf, password=password, anyway=anyway and not owner_pays, ocr=anyway)
        except NotAPaper as error:
            raise PapersOnly if anyway and owner_pays else error from None
        cancel.check()
        yield PaperRead(paper=paper)
        unfinished = key(whole, *(f"{p.id} {p.text}" for p in paper.passages))  # replies cite this reading's passages
        # what costs nothing is made anew: it would outlive the rules that made it
        kept = {} if engine.extractive else self._library.replies(unfinished)
        if not kept:
            self._chooser.admit(choice, engine, DIGEST)
        keep = None if engine.extractive else partial(self._library.keep_reply, unfinished)
        with ThreadPoolExecutor(1, thread_name_prefix="figures") as pool:
            figures = pool.submit(self._figures, pdf, paper, password)
            for event in run.run(paper, engine, self._prompts, choice.languages, cancel, kept=kept, keep=keep):
                if isinstance(event, Finished):
                    event = Finished(digest=event.digest.model_copy(update={"figures": figures.result()}))
                if not engine.extractive:
                    self._keep(event, whole, paper, unfinished)
                if isinstance(event, Finished) and not event.digest.skipped:
                    self._share(pdf, password, choice, engine, whole)
                yield event

    def ask(self, paper: Paper, question: str, choice: Choice, cancel: CancelToken) -> Iterator[AnswerGrew]:
        """What a paper that was read says to a question; the last answer is done. Raises BadQuestion, ModelError."""
        question, engine = ask.checked(question), self.engine(choice)
        self._chooser.admit(choice, engine, QUESTION)
        with self._runs.one(cancel):
            yield from ask.ask(paper, engine, self._prompts, question, choice.languages, cancel)

    def translate(
        self, paper: Paper, digest: Digest, choice: Choice, cancel: CancelToken, *, password: str | None = None
    ) -> Digest:
        """The digest with its captions translated, in one call; kept, if the digest's own model did it.

        Raises NeedsModel, ModelError.
        """
        engine = self.engine(choice)
        if engine.extractive:
            raise NeedsModel
        self._chooser.admit(choice, engine, QUESTION)
        with self._runs.one(cancel):
            digest = captions.translated(digest, engine, self._prompts, cancel)
        made = digest.made
        if (engine.name, engine.endpoint, engine.model) == (made.engine, made.endpoint, made.model):
            name = self.kept_as(digest, password)
            self._library.keep_digest(key("part", name) if digest.skipped else name, paper, digest)
        return digest

    def _keep(self, event: Event, whole: str, paper: Paper, unfinished: str) -> None:
        """A whole digest, to be found by the next run; else what there is of it, for who opens it again."""
        match event:
            case Finished(digest=digest) if not digest.skipped:
                self._library.keep_digest(whole, paper, digest)
                self._library.forget_replies(unfinished)
                self._library.forget_digest(key("part", whole))
            case Finished(digest=digest) | DigestGrew(digest=digest, done=True):
                self._library.keep_digest(key("part", whole), paper, digest)

    def _share(self, pdf: PdfFile, password: str | None, choice: Choice, engine: Engine, whole: str) -> None:
        """A digest of what arXiv gave, by an engine that is nobody's own, may be seen by whoever asks for the paper.

        Never an upload, or what an endpoint or a key of a visitor's answered: others would take it for ours.
        """
        ours = not isinstance(engine, RemoteEngine) or self._chooser.owners_own(choice, engine)
        if not (pdf.record and ours and password is None):
            return
        paper, made = source.parse(pdf.record.arxiv_id), "" if engine.extractive else whole
        self._library.share(paper.number, Shared(paper.version or 1, choice.languages, made, pdf.sha256))

    def shared(self, given: str, languages: tuple[Language, ...]) -> tuple[Paper, Digest] | None:
        """What the library has of an arXiv id or URL for everybody, of its newest version if it names none; it asks
        nothing of any key. Those in the wanted languages come first.
        """
        try:
            asked = source.parse(given)
        except BadArxivId:
            return None
        rows = [row for row in self._library.shared(asked.number) if asked.version in (None, row.version)]
        for row in sorted(rows, key=lambda row: (-row.version, bool(row.digest and set(languages) - {*row.languages}))):
            if found := self.reopened(row.digest, row.sha256, languages, extractive=not row.digest):
                return found
        return None

    def kept_as(self, digest: Digest, password: str | None) -> str:
        """The library's name of a digest, kept or not; without the PDF (and its password) nobody can know it."""
        made = digest.made
        by = (made.engine, made.endpoint or "", made.model)
        return _digest_key(password, digest.paper.sha256, by, made.prompts, digest.languages)

    def reopened(
        self, name: str, sha256: str, languages: tuple[Language, ...], *, extractive: bool
    ) -> tuple[Paper, Digest] | None:
        """A digest without its PDF: by the library's name, whole or what was finished of it; or the extract of a paper
        that the library has.
        """
        if not extractive:
            return self._library.digest(name) or self._library.digest(key("part", name))
        paper = self._library.paper(self._paper_key(sha256, None))
        if paper is None:
            return None
        engine = self.engine(Choice(engine="extractive"))
        for event in run.run(paper, engine, self._prompts, languages, CancelToken()):
            if isinstance(event, Finished):
                return paper, event.digest
        return None

    def _figures(self, pdf: PdfFile, paper: Paper, password: str | None) -> tuple[DigestFigure, ...]:
        """Pictures of all figures and tables; without pictures where the page cannot be rendered."""
        regions = [(f.page, f.bbox) for f in paper.figures]
        try:
            images: Sequence[bytes] = self._reader.render_regions(pdf, regions, password=password)
        except UnusablePdf:
            images = [b""] * len(regions)
        return tuple(
            DigestFigure(kind=f.kind, label=f.label, caption=f.caption, page=f.page, image=image)
            for f, image in zip(paper.figures, images, strict=True)
        )

    def page_image(
        self, pdf: PdfFile, page: int, *, highlight: Sequence[Box] = (), width: int = 1000, password: str | None = None
    ) -> bytes:
        """A page as PNG with the boxes marked. Raises UnusablePdf."""
        return self._reader.render_page(pdf, page, highlight=highlight, width=width, password=password)

    @property
    def running(self) -> int:
        """Digests that are being made now."""
        return len(self._runs)

    def well(self) -> bool:
        """Whether new digests are taken and can be kept."""
        return not self._runs.stopping and self._library.well()

    def tidy(self, *folders: Path) -> None:
        """Keep to the disk quota: the oldest of the library, of the papers from arXiv and of these folders goes."""
        Quota(self._library, [self._settings.data_dir / "arxiv", *folders], self._settings.disk_mb).tidy()

    def stop(self, seconds: float) -> None:
        """Take no new digests, and give those that are being made so long to finish; the rest is cut off and kept."""
        self._runs.stop(seconds)

    def close(self) -> None:
        """End the reading workers."""
        self._records.shutdown(wait=False, cancel_futures=True)
        self._reader.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def _digest_key(
    password: str | None, sha256: str, made_by: tuple[str, ...], prompts: str, languages: tuple[Language, ...]
) -> str:
    """What one endpoint answered is not told to those who ask another: anybody may give an endpoint."""
    return key("digest", password or "", sha256, *made_by, prompts, *languages)


def _same_title(title: str, paper: Paper) -> bool:
    """Most of the title's words stand in the printed title or at the top of the paper."""
    top = terms(" ".join([paper.title, *(p.text for p in paper.passages[:5])]))
    words = set(terms(title))
    return len(words & set(top)) >= 0.6 * len(words)


def _version_of(package: str) -> str:
    """A hash over the source of one of our packages: what another version of it made is made anew."""
    files = sorted((Path(__file__).parent / package).glob("*.py"))
    return hashlib.sha256(b"\0".join(f.read_bytes() for f in files)).hexdigest()[:12]
