"""Fifty visitors at once: python -m tests.bench.load [--visitors 50] [--each 3] [--rounds 1] [--per-minute 60]

The real app runs as a process of its own, against a model on loopback that takes 0.5 s to its first token and writes
100 tokens a second. Each visitor speaks as the page's script does (queue/join, queue/data, heartbeat), uploads a paper
with a mark of its own, waits for the digest, and goes on with the next paper; half of them bring a key, the others use
the owner's, which may ask so many times a minute. Printed: throughput against what the key's limit allows, the first
answer to a click, memory, and what is left behind. At the end: nobody was shown another's mark or key, and no key met
another's paper. First of all the same clicks on a Gradio app that answers each upload with one word: no page on Gradio
can be faster here.
"""

import argparse
import asyncio
import json
import os
import re
import subprocess
import sys
import tempfile
import time
import uuid
from collections.abc import AsyncIterator
from concurrent.futures import Executor, ProcessPoolExecutor
from dataclasses import dataclass, field
from importlib import import_module
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import httpx

from tests.loopback.gemini import GeminiServer
from tests.loopback.serving import free_port

ROOT = Path(__file__).parents[2]
FIRST_TOKEN, TOKENS_PER_SECOND = 0.5, 100.0
OWNER = "owners-key"
BARE = """
import gradio as gr
async def answer(files, key):
    yield "there"
with gr.Blocks() as demo:
    given = [gr.UploadButton(elem_id="cp-upload", file_count="multiple"), gr.Textbox(elem_id="cp-key")]
    given[0].upload(answer, given, gr.Markdown(), concurrency_limit=None)
demo.queue(max_size=400).launch(max_threads=400)
"""


@dataclass
class Seen:
    """What one visitor saw of one digest."""

    first: float = 0.0
    seconds: float = 0.0
    waited: bool = False
    """A place in the line was shown."""
    whole: bool = False
    text: str = field(default="", repr=False)


def mark(number: int) -> str:
    return f"visitormark{number:04d}x"


TEXT = """<h1>A matcher of lake images for {mark}</h1><p>Mira Hallworth, Jun Albrecht</p><p>Version {turn}</p>
<h2>Abstract</h2><p>We match winter images of lakes with summer images, and call the matcher {mark}. {more[0]}</p>
<h2>1 Introduction</h2><p>Existing methods fail when snow hides corners, but {mark} does not. {more[1]}</p>
<h2>2 Method</h2><p>The encoder is trained on 12,000 images for 30 epochs. {more[2]}</p>
<h2>3 Results</h2><p>Our matcher {mark} registers 71.3% of all pairs, against 52.8% for the baseline. {more[3]}</p>
<h2>4 Conclusion</h2><p>Our results may help to monitor ice cover on lakes without new cameras. {more[4]}</p>
<h2>References</h2><p>[1] J. Albrecht. Lakes. 2020.</p>"""
_LAKES = ("Upper Lake", "Lower Lake", "Mill Pond", "the reservoir", "the quarry", "the old harbour")
_SEEN = ("the shore", "the dam", "the reeds", "the jetty", "the spillway", "the boathouse")
_DONE = (
    "is matched by its corners",
    "votes for one curve",
    "hides under snow",
    "keeps its outline",
    "moves with the ice",
)


def paragraphs(count: int, each: int) -> list[str]:
    """So many, of sentences that say different things: a model that repeats itself would be asked again."""
    said = [f"At {lake}, {seen} {done}." for done in _DONE for seen in _SEEN for lake in _LAKES]
    return [" ".join(said[n::count][:each]) for n in range(count)]


def paper(number: int, folder: Path, turn: int = 1) -> Path:
    """A small paper whose method bears the visitor's mark."""
    text = TEXT.format(mark=mark(number), turn=turn, more=paragraphs(5, 24))
    return typeset(text, folder / f"{mark(number)}-{turn}.pdf")


def typeset(html: str, path: Path) -> Path:
    """A PDF of simple HTML on A4, at `path`."""
    pymupdf = import_module("pymupdf")
    sheet = pymupdf.paper_rect("a4")
    story, writer, more = pymupdf.Story(html), pymupdf.DocumentWriter(path), 1
    while more:
        device = writer.begin_page(sheet)
        more, _ = story.place(pymupdf.Rect(72, 72, sheet.x1 - 72, sheet.y1 - 72))
        story.draw(device)
        writer.end_page()
    writer.close()
    return path


class Visitor:
    """One session of the page."""

    def __init__(self, client: httpx.AsyncClient, config: dict[str, Any]) -> None:
        self._client, self._session = client, uuid.uuid4().hex
        self._kinds = {c["id"]: c["type"] for c in config["components"]}
        self._values = {c["id"]: c["props"].get("value") for c in config["components"]}
        self._ids = {c["props"].get("elem_id"): c["id"] for c in config["components"]}
        self._dependencies = {d["targets"][0][1]: d for d in config["dependencies"] if d["targets"]}

    async def digest(self, path: Path, key: str, seen: Seen) -> None:
        """Open the page, upload, and wait for the end."""
        heartbeat = asyncio.create_task(self._heartbeat())
        try:
            files = {"files": (path.name, path.read_bytes(), "application/pdf")}
            (there,) = (await self._client.post("/gradio_api/upload", files=files)).json()
            given = {"path": there, "orig_name": path.name, "meta": {"_type": "gradio.FileData"}}
            begun = time.monotonic()
            async for message in self._told("upload", {"cp-upload": [given], "cp-key": key}):
                if message["msg"] in ("process_generating", "process_completed"):
                    seen.first = seen.first or time.monotonic() - begun
                    text = json.dumps(message, ensure_ascii=False)
                    seen.waited = seen.waited or "排队中" in text
                    seen.text += text
            seen.seconds = time.monotonic() - begun
            seen.whole = "cp-downloads" in seen.text or "完成" in seen.text
        finally:
            heartbeat.cancel()

    async def _heartbeat(self) -> None:
        async with self._client.stream("GET", f"/gradio_api/heartbeat/{self._session}", timeout=None) as answer:
            async for _ in answer.aiter_lines():
                pass

    async def _told(self, event: str, values: dict[str, object]) -> AsyncIterator[dict[str, Any]]:
        found = self._dependencies[event]
        given = {self._ids[name]: value for name, value in values.items()}
        data = [None if self._kinds[i] == "state" else given.get(i, self._values[i]) for i in found["inputs"]]
        body = {"data": data, "fn_index": found["id"], "session_hash": self._session}
        (await self._client.post("/gradio_api/queue/join", json=body)).raise_for_status()
        params = {"session_hash": self._session}
        async with self._client.stream("GET", "/gradio_api/queue/data", params=params, timeout=None) as answer:
            async for line in answer.aiter_lines():
                if line.startswith("data: "):
                    message = json.loads(line[6:])
                    yield message
                    if message["msg"] in ("process_completed", "close_stream"):
                        return


@dataclass(frozen=True)
class Use:
    """What the app's processes hold."""

    memory_mb: float
    threads: int
    files: int
    sockets: int
    processes: int

    def __str__(self) -> str:
        return (
            f"{self.memory_mb:.0f} MB, {self.threads} threads, {self.files} files, {self.sockets} sockets, "
            f"{self.processes} processes"
        )

    @classmethod
    def of(cls, pid: int, *, below: bool = True) -> "Use":
        """Of a process and, with `below`, of all that it started."""
        pids = [pid, *(children(pid) if below else ())]
        status = {p: Path(f"/proc/{p}/status").read_text() for p in pids if Path(f"/proc/{p}").exists()}
        links = [link for p in status for link in _links(p)]
        sockets = sum(link.startswith("socket:") for link in links)
        return cls(
            memory_mb=sum(_number(text, "VmRSS") for text in status.values()) / 1024,
            threads=sum(_number(text, "Threads") for text in status.values()),
            files=len(links) - sockets,
            sockets=sockets,
            processes=len(status),
        )


def _links(pid: int) -> list[str]:
    found = []
    for path in Path(f"/proc/{pid}/fd").iterdir():
        try:
            found.append(os.readlink(path))
        except OSError:  # closed meanwhile
            continue
    return found


def _number(text: str, name: str) -> int:
    found = re.search(rf"^{name}:\s+(\d+)", text, re.MULTILINE)
    return int(found[1]) if found else 0


def children(pid: int) -> list[int]:
    found = []
    for task in Path(f"/proc/{pid}/task").iterdir():
        try:
            below = [int(child) for child in (task / "children").read_text().split()]
        except OSError:
            continue
        found += [p for child in below for p in (child, *children(child))]
    return found


def everybody(url: str, visitors: int, each: int, folder: Path, first: int) -> list[list[Seen]]:
    """All visitors at once, from the one of this number on; for each of them, one digest after another."""
    return asyncio.run(_everybody(url, visitors, each, folder, first))


async def _everybody(url: str, visitors: int, each: int, folder: Path, first: int) -> list[list[Seen]]:
    limits = httpx.Limits(max_connections=None)
    numbers = range(first, first + visitors)
    async with httpx.AsyncClient(base_url=url, timeout=120, limits=limits) as client:
        config = (await client.get("/config")).json()
        papers = {number: [paper(number, folder, turn) for turn in range(1, each + 1)] for number in numbers}
        seen = {number: [Seen() for _ in range(each)] for number in numbers}

        async def visit(number: int) -> None:
            for path, one in zip(papers[number], seen[number], strict=True):
                await Visitor(client, config).digest(path, key_of(number), one)

        await asyncio.gather(*map(visit, numbers))
    return list(seen.values())


def key_of(number: int) -> str:
    """Half of the visitors bring their own."""
    return f"key-of-{mark(number)}" if number % 2 else ""


def strangers(seen: list[list[Seen]], first: int) -> int:
    """How many digests showed a mark or key that is not the visitor's, or the owner's key."""
    return sum(
        bool(set(re.findall(r"visitormark\d{4}x", one.text)) - {mark(number)}) or OWNER in one.text
        for number, ones in enumerate(seen, first)
        for one in ones
    )


def crossed(gemini: GeminiServer) -> int:
    """How many requests carried a paper under a key that is not its visitor's."""
    wrong = 0
    for request in gemini.requests:
        number = int((re.search(r"visitormark(\d{4})x", request.prefix) or [0, 0])[1])
        wrong += request.key != (key_of(number) or OWNER)
    return wrong


def percentile(values: list[float], share: float) -> float:
    return sorted(values)[min(len(values) - 1, int(share * len(values)))]


def launched(command: list[str], folder: Path, **environment: str) -> tuple[subprocess.Popen[bytes], str]:
    """A Gradio app in a process of its own that answers already, and its URL; what it prints is in the folder's log."""
    port = free_port()
    folder.mkdir(exist_ok=True)
    own = {
        "GRADIO_SERVER_PORT": str(port),
        "GRADIO_ANALYTICS_ENABLED": "False",
        "GRADIO_TEMP_DIR": str(folder / "temp"),
        "CHATPAPER_DATA_DIR": str(folder / "data"),
    }
    inherited = {k: v for k, v in os.environ.items() if not k.startswith(("CHATPAPER_", "GEMINI_", "OPENAI_"))}
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(command, cwd=ROOT, env=inherited | own | environment, stdout=log, stderr=log)
    url = f"http://127.0.0.1:{port}"
    for _ in range(1200):
        try:
            httpx.get(url, timeout=10)
            return process, url
        except httpx.TransportError:
            time.sleep(0.1)
    raise TimeoutError((folder / "log").read_text())


def owners_share(gemini: GeminiServer, before: int, per_minute: int) -> str:
    """The owner's requests of this round, against what the key's limit allows from the first to the last of them."""
    times = [r.time for r in gemini.requests[before:] if r.key == OWNER]
    allowed = per_minute * (1 + (times[-1] - times[0]) / 60) if times else 0
    return f"{len(times)} requests on the owner's key, {100 * len(times) / max(1, allowed):.0f} % of what is allowed"


def first_answers(name: str, firsts: list[float]) -> str:
    half, most = percentile(firsts, 0.5), percentile(firsts, 0.95)
    return f"{name:<28} first answer: median {half:.2f} s, p95 {most:.2f} s"


def bare(browsers: Executor, visitors: int, folder: Path) -> str:
    """The first answers of a Gradio app that has nothing to do."""
    process, url = launched([sys.executable, "-c", BARE], folder)
    try:
        browsers.submit(everybody, url, 1, 1, folder, 9000).result()
        everyone = browsers.submit(everybody, url, visitors, 1, folder, 0).result()
    finally:
        process.terminate()
        process.wait(60)
    return first_answers("bare Gradio, all at once", [one.first for (one,) in everyone])


@dataclass(frozen=True)
class Bench:
    """The app, the model behind it, and where visitors come from."""

    browsers: Executor
    folder: Path
    gemini: GeminiServer
    process: subprocess.Popen[bytes]
    url: str
    per_minute: int

    def visited(self, visitors: int, each: int, first: int) -> list[list[Seen]]:
        return self.browsers.submit(everybody, self.url, visitors, each, self.folder, first).result()

    def use(self) -> Use:
        return Use.of(self.process.pid)

    def round(self, visitors: int, each: int, first: int) -> None:
        """Prints what these visitors saw."""
        asked, begun = len(self.gemini.requests), time.monotonic()
        everyone = self.visited(visitors, each, first)
        took = time.monotonic() - begun
        seen = [one for ones in everyone for one in ones]
        print(f"{visitors} at once, {each} each         {sum(s.whole for s in seen)} whole in {took:.0f} s")
        print(f"  throughput               {60 * len(seen) / took:.1f} digests a minute")
        print(f"  limit                    {owners_share(self.gemini, asked, self.per_minute)}")
        for name, firsts in {
            "first click of all at once": [ones[0].first for ones in everyone],
            "later clicks": [one.first for ones in everyone for one in ones[1:]],
            "all clicks": [one.first for one in seen],
        }.items():
            if firsts:
                print(first_answers(f"  {name}", firsts))
        print(f"  saw a place in the line  {sum(s.waited for s in seen)} of {len(seen)} digests")
        print(f"  saw what is another's    {strangers(everyone, first)}")
        print(f"  the app                  {self.use()}", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--visitors", type=int, default=50)
    parser.add_argument("--each", type=int, default=3)
    parser.add_argument("--rounds", type=int, default=1)
    parser.add_argument("--per-minute", type=int, default=60)
    options = parser.parse_args()
    os.environ["no_proxy"] = os.environ["NO_PROXY"] = "127.0.0.1,localhost"
    apart = ProcessPoolExecutor(1, get_context("spawn"))  # the model's threads here shall not hold up the visitors
    with tempfile.TemporaryDirectory() as name, GeminiServer() as gemini, apart as browsers:
        folder = Path(name)
        print(bare(browsers, options.visitors, folder / "bare"), flush=True)
        gemini.first_token, gemini.tokens_per_second = FIRST_TOKEN, TOKENS_PER_SECOND
        process, url = launched(
            [sys.executable, "app.py"],
            folder,
            GEMINI_API_KEY=OWNER,
            CHATPAPER_GEMINI_ENDPOINT=gemini.url,
            CHATPAPER_ARXIV_ENDPOINT="http://127.0.0.1:9",
            CHATPAPER_REQUESTS_PER_MINUTE=str(options.per_minute),
        )
        bench = Bench(browsers, folder, gemini, process, url, options.per_minute)
        try:
            ((warm,),) = bench.visited(1, 1, 9000)
            print(f"alone                      {warm.seconds:.1f} s, first answer {warm.first:.2f} s")
            print(f"before                     {bench.use()}")
            for number in range(options.rounds):
                bench.round(options.visitors, options.each, number * options.visitors)
            time.sleep(10)
            print(f"after                      {bench.use()}")
            print(f"crossed keys and papers    {crossed(gemini)} of {len(gemini.requests)} requests")
        finally:
            process.terminate()
            print(f"stopped, exit code         {process.wait(60)}")
        lines = [json.loads(line) for line in (folder / "log").read_text().splitlines() if line.startswith("{")]
        print(
            f"in the log                 {len(lines)} digests, {sum(x['digest'] == 'finished' for x in lines)} finished"
        )


if __name__ == "__main__":
    main()
