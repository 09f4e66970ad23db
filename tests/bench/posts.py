"""A post of a thousand papers, killed on the way: python -m tests.bench.posts [--papers 1000] [--kills 3]

The command runs as a process of its own, is killed with SIGKILL at random points and started again, unchanged. arXiv
on loopback serves papers of a page, each with a text of its own, without its pause (see tests.posts.hurried); the model
takes 0.3 s to its first token and refuses more than so many requests a minute. Printed: what was done, what was asked
twice because of the kills, time and memory over the run, and whether the post holds each paper once.
"""

import argparse
import hashlib
import os
import random
import re
import resource
import subprocess
import sys
import tempfile
import time
from collections import Counter, deque
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path

import yaml
from bibtexparser.entrypoint import parse_string

from chatpaper.paper import Record
from tests.bench.load import Use, children, paragraphs, typeset
from tests.loopback.arxiv import ArxivServer
from tests.loopback.faults import Fault, quota
from tests.loopback.gemini import GeminiServer
from tests.loopback.gemini_request import GeminiRequest
from tests.loopback.serving import Exchange

ROOT = Path(__file__).parents[2]
FIRST_TOKEN = 0.3
WORDS = ("sparse", "causal", "latent", "spectral", "robust", "tidal", "modular", "adaptive", "frozen", "layered")
TEXT = """<h1>{title}</h1><p>Mira Hallworth{number}, Jun Albrecht</p>
<h2>Abstract</h2><p>{abstract}</p>
<h2>1 Introduction</h2><p>Existing methods fail when snow hides corners, but {name} does not. {more[0]}</p>
<h2>2 Method</h2><p>The encoder of {name} is trained on {images} images for {epochs} epochs. {more[1]}</p>
<h2>3 Results</h2><p>On {cameras} cameras {name} registers {percent}% of all pairs, against 52.8% for the baseline.</p>
<h2>4 Conclusion</h2><p>Our results with {name} may help to monitor ice cover on lakes without new cameras.</p>
<h2>References</h2><p>[1] J. Albrecht. Lakes. 2020.</p>"""


def paper(number: int, folder: Path) -> tuple[Record, bytes]:
    """One of a thousand: arXiv's record, and a page that agrees with it."""
    name = f"Tarn{number:04}"
    title = f"{name}: a {WORDS[number % 10]} and {WORDS[number // 10 % 10]} matcher of lake images"
    abstract = f"We match winter images of lakes with summer images, and call the matcher {name}. It needs no pairs."
    values = {
        "number": number,
        "name": name,
        "title": title,
        "abstract": abstract,
        "more": paragraphs(2, 8),
        "images": f"{12_000 + number:,}",
        "epochs": 20 + number % 50,
        "cameras": 40 + number % 7,
        "percent": f"{60 + number % 300 / 10:.1f}",
    }
    day = date(2024, 4, 1) + timedelta(number % 28)
    record = Record(
        arxiv_id=f"2404.{number:05}v1",
        title=title,
        authors=(f"Mira Hallworth{number}", "Jun Albrecht"),
        abstract=abstract,
        published=day,
        updated=day,
        categories=(("cs.CV", "cs.LG", "eess.IV")[number % 3],),
        comment="1 page",
    )
    return record, typeset(TEXT.format(**values), folder / "paper.pdf").read_bytes()


class LimitedModel(GeminiServer):
    """Refuses what is too much for a minute, and remembers of each question only that it was answered."""

    def __init__(self, per_minute: int) -> None:
        self.per_minute = per_minute
        self.served: list[float] = []
        self.refused: list[float] = []
        self.answered: Counter[str] = Counter()
        self.under_way: Counter[str] = Counter()
        self.ended: dict[str, float] = {}
        self._begun: deque[float] = deque()
        super().__init__()
        self.first_token = FIRST_TOKEN

    def record(self, request: GeminiRequest) -> int:  # noqa: ARG002
        return 0

    def replied(self, request: GeminiRequest, refusal: Fault | None) -> Fault:
        with self.lock:
            while self._begun and self._begun[0] <= request.time - 60:
                self._begun.popleft()
            if len(self._begun) >= self.per_minute:
                self.refused.append(request.time)
                return quota(60 - (request.time - self._begun[0]))
            self._begun.append(request.time)
            self.served.append(request.time)
            self.answered[_named(request)] += 1
        return super().replied(request, refusal)

    def _generate(self, exchange: Exchange, request: GeminiRequest) -> None:
        name = _named(request)
        with self.lock:
            self.under_way[name] += 1
        try:
            super()._generate(exchange, request)
        finally:
            with self.lock:
                self.under_way -= Counter([name])
                self.ended[name] = time.monotonic()

    def used(self) -> str:
        """What was served from the first to the last request, against what is allowed; and what was refused."""
        allowed = self.per_minute * (1 + (self.served[-1] - self.served[0]) / 60)
        later = sum(t > self.refused[0] + 1 for t in self.refused)
        share = f"{100 * len(self.served) / allowed:.0f} % of {self.per_minute} a minute"
        return f"{share}; {len(self.refused)} refused, {later} later than a second after the first of them"

    def at_risk(self) -> set[str]:
        """Questions whose answer is on its way, or came within the last second and may not be kept yet."""
        now = time.monotonic()
        return set(+self.under_way) | {name for name, at in self.ended.items() if at > now - 1}


def _named(request: GeminiRequest) -> str:
    """Paper and stage, and which try of the stage: all that is sent."""
    return hashlib.sha256(request.prefix.encode()).hexdigest()


@dataclass
class Seen:
    """Of the whole run, over all its processes."""

    samples: list[tuple[int, float, float, float]] = field(default_factory=list)
    """(questions answered, seconds since the start, MB of the process, MB of its readers), each second."""
    at_risk: set[str] = field(default_factory=set)
    """Questions at the kills."""
    below: list[int] = field(default_factory=list)
    """Processes that the killed ones had started."""
    told: str = ""


@contextmanager
def services(options: argparse.Namespace, folder: Path) -> Iterator[tuple[ArxivServer, LimitedModel]]:
    with ArxivServer() as arxiv, LimitedModel(options.per_minute) as model:
        for number in range(1, options.papers + 1):
            arxiv.add(*paper(number, folder))
        yield arxiv, model


def command(options: argparse.Namespace, folder: Path) -> list[str]:
    query = ["--query", "cat:cs.CV OR cat:cs.LG OR cat:eess.IV", "--max", str(options.papers)]
    given = ["post", "Lakes", *query, "--lang", options.lang, "--workers", str(options.workers), "-o", folder / "posts"]
    return [sys.executable, "-m", "tests.posts.hurried", *map(str, given)]


def environment(arxiv: ArxivServer, model: LimitedModel, folder: Path) -> dict[str, str]:
    own = {name: value for name, value in os.environ.items() if not name.startswith(("CHATPAPER_", "GEMINI_"))}
    return own | {
        "LANG": "C.UTF-8",
        "CHATPAPER_DATA_DIR": str(folder / "data"),
        "CHATPAPER_ARXIV_ENDPOINT": arxiv.url,
        "CHATPAPER_GEMINI_ENDPOINT": model.url,
        "CHATPAPER_GEMINI_MODEL": "gemini-2.5-flash",
        "GEMINI_API_KEY": "key",
    }


def run(options: argparse.Namespace, folder: Path, arxiv: ArxivServer, model: LimitedModel) -> Seen:
    """Started, killed and started again, until it ends by itself."""
    seen, begun = Seen(), time.monotonic()
    chance = random.Random(options.seed)
    stops = sorted(chance.sample(range(options.papers // 5, options.papers * 5 // 2), options.kills))
    for stop in (*stops, None):
        log = folder / "log"
        with log.open("w") as told:
            process = subprocess.Popen(
                command(options, folder),
                cwd=ROOT,
                env=environment(arxiv, model, folder),
                stdout=subprocess.DEVNULL,
                stderr=told,
            )
        while process.poll() is None:
            if stop is not None and len(model.answered) >= stop:
                kill(process, model, seen)
                print(f"killed after {len(model.answered)} questions", flush=True)
                break
            sample(process.pid, begun, model, seen)
            time.sleep(1.0 if stop is None or stop - len(model.answered) > 20 else chance.random() / 5)
        seen.told = log.read_text()
    assert process.returncode == 0, seen.told[-2000:]
    return seen


def kill(process: subprocess.Popen[bytes], model: LimitedModel, seen: Seen) -> None:
    seen.below += children(process.pid)
    with model.lock:
        process.kill()
        seen.at_risk |= model.at_risk()
    process.wait()
    time.sleep(2)


def sample(pid: int, begun: float, model: LimitedModel, seen: Seen) -> None:
    try:
        whole, own = Use.of(pid).memory_mb, Use.of(pid, below=False).memory_mb
    except OSError:  # it has just ended
        return
    seen.samples.append((len(model.answered), time.monotonic() - begun, own, whole - own))


def series(seen: Seen, papers: int) -> None:
    """Time and peak memory of each tenth of the run."""
    tenths: dict[int, list[tuple[int, float, float, float]]] = {}
    for row in seen.samples:
        tenths.setdefault(min(9, row[0] * 10 // (4 * papers)), []).append(row)
    print("papers         seconds of the tenth   MB of the process   MB of its readers (peaks)")
    before = 0.0
    for tenth, rows in sorted(tenths.items()):
        name = f"{papers * tenth // 10}–{papers * (tenth + 1) // 10}"
        own, readers = max(r[2] for r in rows), max(r[3] for r in rows)
        print(f"{name:12} {rows[-1][1] - before:22.0f} {own:19.0f} {readers:19.0f}")
        before = rows[-1][1]


def counted(folder: Path) -> str:
    """What the post holds."""
    [path] = (folder / "posts").glob("*.md")
    text = path.read_text("utf-8")
    ids = yaml.safe_load(text.split("\n---\n")[0])["papers"]
    blocks = re.findall(r"^## Tarn(\d+)", text, re.MULTILINE)
    rows = re.findall(r"^\| \[Tarn(\d+)", text, re.MULTILINE)
    library = parse_string((path.with_suffix("") / "papers.bib").read_text("utf-8"))
    numbers = {len(set(found)) for found in (ids, blocks, rows, [e.key for e in library.entries])}
    more = {len(ids), len(blocks), len(rows), len(library.entries)}
    same = "each once" if numbers == more and len(more) == 1 else f"but {numbers} of {more} are distinct"
    return f"{len(ids)} in front matter, {len(rows)} rows, {len(blocks)} blocks, {len(library.entries)} BibTeX, {same}"


def report(options: argparse.Namespace, seen: Seen, took: float, arxiv: ArxivServer, model: LimitedModel) -> None:
    """Everything but the post itself."""
    series(seen, options.papers)
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    calls, twice = model.answered.total(), {name for name, count in model.answered.items() if count > 1}
    pdfs = [r.asked for r in arxiv.requests if r.service == "pdf"]
    searches = len(arxiv.requests) - len(pdfs)
    print(f"time               {took:.0f} s, {took / options.papers:.2f} s a paper")
    print(f"processor          {(used.ru_utime + used.ru_stime) / options.papers:.2f} s a paper")
    print(f"model calls        {calls} for {len(model.answered)} questions")
    print(f"limit              {model.used()}")
    print(f"asked twice        {calls - len(model.answered)}, of which {len(twice - seen.at_risk)} for no kill")
    print(f"on their way       {len(seen.at_risk)} questions at the kills")
    print(f"arXiv              {searches} searches, {len(pdfs)} PDFs, {len(pdfs) - len(set(pdfs))} of them twice")
    print(f"left by kills      {sum(Path(f'/proc/{pid}').exists() for pid in seen.below)} processes")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--papers", type=int, default=1000)
    parser.add_argument("--kills", type=int, default=3)
    parser.add_argument("--per-minute", type=int, default=600)
    parser.add_argument("--workers", type=int, default=8)
    parser.add_argument("--lang", choices=("zh", "en", "both"), default="zh")
    parser.add_argument("--seed", type=int, default=None, help="of the points where it is killed")
    options = parser.parse_args()
    os.environ["no_proxy"] = os.environ["NO_PROXY"] = "127.0.0.1,localhost"
    with tempfile.TemporaryDirectory() as name, services(options, Path(name)) as (arxiv, model):
        folder, begun = Path(name), time.monotonic()
        seen = run(options, folder, arxiv, model)
        report(options, seen, time.monotonic() - begun, arxiv, model)
        print(f"the post           {counted(folder)}")
        print(f"it says            {seen.told.splitlines()[-1]}")
        paid = model.answered.total()
        again = subprocess.run(
            command(options, folder), cwd=ROOT, env=environment(arxiv, model, folder), capture_output=True, text=True
        )
        print(f"once more          {' '.join(again.stderr.split())}; {model.answered.total() - paid} calls")


if __name__ == "__main__":
    main()
