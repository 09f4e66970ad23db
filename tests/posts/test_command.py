"""The `post` command as a stranger uses it: real PDFs, arXiv and Gemini on loopback, a process that can be killed."""

import os
import re
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

import pytest
import yaml
from bibtexparser.entrypoint import parse_string

from chatpaper.cli import main
from tests.loopback import digest_replies
from tests.loopback.arxiv import ArxivServer
from tests.loopback.gemini import GeminiServer
from tests.loopback.gemini_request import GeminiRequest
from tests.loopback.models import Reply
from tests.loopback.records import SEASON_LINK

ROOT = Path(__file__).parents[2]
PaperPdf = Callable[[str], Path]
Add = Callable[..., None]


@pytest.fixture
def server() -> Iterator[ArxivServer]:
    with ArxivServer() as arxiv:
        yield arxiv


@pytest.fixture
def add(server: ArxivServer, paper_pdf: PaperPdf) -> Add:
    """A paper of the day; one fixture's PDF serves for several papers, each with other bytes behind its end."""

    def build(number: int, name: str | None = "one-column", *, version: int = 1, day: int = 19) -> None:
        arxiv_id = f"2404.{number:05}v{version}"
        changes = {
            "arxiv_id": arxiv_id,
            "title": f"Paper {number}: a_b & <c>",
            "published": date(2024, 4, day),
            "updated": date(2024, 4, day),
        }
        pdf = paper_pdf(name).read_bytes() + f"\n% {arxiv_id}\n%%EOF\n".encode() if name else None
        server.add(SEASON_LINK.model_copy(update=changes), pdf)

    return build


@pytest.fixture
def environment(server: ArxivServer, gemini: GeminiServer) -> dict[str, str]:
    return {
        **os.environ,
        "LANG": "C.UTF-8",
        "CHATPAPER_ARXIV_ENDPOINT": server.url,
        "CHATPAPER_GEMINI_ENDPOINT": gemini.url,
        "CHATPAPER_GEMINI_MODEL": "gemini-2.5-flash",
        "GEMINI_API_KEY": "AIza-not-to-be-seen",
    }


def command(folder: Path, *more: object) -> list[str]:
    query = ["--query", 'cat:cs.CV AND ti:"paper"', "--since", "2024-04-19", "--until", "2024-04-22"]
    given = ["post", "Diffusion Models", *query, "--lang", "zh", "-o", folder, *more]
    return [sys.executable, "-m", "tests.posts.hurried", *map(str, given)]


def ran(folder: Path, environment: dict[str, str], *more: object) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command(folder, *more), env=environment, cwd=ROOT, capture_output=True, text=True, timeout=120
    )


def test_a_day_s_papers(add: Add, environment: dict[str, str], tmp_path: Path, gemini: GeminiServer) -> None:
    folder = tmp_path / "posts"
    add(1, "two-columns")
    add(2, "scanned", day=20)
    add(3, None, day=21)
    add(4, "one-column", day=25)
    dry = ran(folder, environment, "--dry-run", "--engine", "gemini")
    assert dry.returncode == 0, dry.stderr
    assert [line.split("\t")[0] for line in dry.stdout.splitlines()[:-1]] == [
        "2404.00003v1", "2404.00002v1", "2404.00001v1",
    ]  # fmt: skip
    assert re.search(r"estimate: [\d,]+ tokens in, [\d,]+ out, about \$0\.0\d", dry.stdout)
    assert not gemini.requests
    assert not folder.exists()

    first = ran(folder, environment)
    assert first.returncode == 0, first.stderr
    path = Path(first.stdout.strip())
    text = path.read_text("utf-8")
    fields = yaml.safe_load(text.split("\n---\n")[0])
    assert fields["papers"] == ["2404.00001v1", "2404.00003v1", "2404.00002v1"]
    assert r"## Paper 1: a\_b &amp; &lt;c&gt;" in text
    assert "<https://github.com/tarn_lab/season_link>" in text
    assert re.search(r"Paper 2.*只有扫描图像，没有可用的文字（共 \d 页）$", text, re.MULTILINE)
    assert re.search(r"Paper 3.*没有提供 2404\.00003v1 的 PDF（可能已撤稿）$", text, re.MULTILINE)
    assert "2404.00004" not in text
    pictures = re.findall(r'<img src="(.*?)"', text)
    assert len(pictures) == 4
    assert all((path.with_suffix("") / p).stat().st_size > 1000 for p in pictures)
    assert len(parse_string((path.with_suffix("") / "papers.bib").read_text("utf-8")).entries) == 1
    assert "1 done, 0 already published, 2 not done" in first.stderr
    assert "AIza" not in first.stderr + text

    paid = len(gemini.requests)
    add(1, "two-columns", version=2)
    second = ran(folder, environment, "--format", "html")
    assert second.returncode == 0, second.stderr
    page = Path(second.stdout.strip()).read_text("utf-8")
    assert "新版本 v2" in page
    assert not re.search("Paper [234]", page), "what failed for good is not tried, nor told, again"
    assert len(gemini.requests) > paid
    feed = (folder / "atom.xml").read_text("utf-8")
    assert feed.count("<entry>") == 2


def test_killed_twice_nothing_is_paid_twice(
    add: Add, environment: dict[str, str], tmp_path: Path, server: ArxivServer, gemini: GeminiServer
) -> None:
    """The model falls silent after so many answers; the process is killed there, and started again."""
    for number in (1, 2):
        add(number, "no-sections")
    gate = threading.Event()
    lock = threading.Lock()
    answered: list[str] = []
    allowed = 0

    def reply(request: GeminiRequest) -> Reply:
        with lock:
            if len(answered) < allowed:
                answered.append(request.prefix)
                return digest_replies.reply(request)
        gate.wait(60)
        return digest_replies.reply(request)

    gemini.reply = reply
    for allowed in (3, 6):
        with subprocess.Popen(
            command(tmp_path / "posts", "--workers", "2"), env=environment, cwd=ROOT, stderr=subprocess.DEVNULL
        ) as process:
            ends = time.monotonic() + 60
            while len(answered) < allowed:
                assert time.monotonic() < ends
                assert process.poll() is None
                time.sleep(0.05)
            time.sleep(0.5)
            process.kill()
        gate.set()
        time.sleep(0.2)
        gate.clear()
    allowed = 1000
    before = len(server.requests)
    last = ran(tmp_path / "posts", environment)
    assert last.returncode == 0, last.stderr
    assert len(answered) == len(set(answered)), "no question was answered twice"
    assert len(answered) == 8, "four stages of two papers"
    assert "2 done" in last.stderr
    queries = [r for r in server.requests if r.service == "query"]
    assert len(queries) == 1, "one search for all three"
    assert len(server.requests) - before <= 1
    assert len(list((tmp_path / "posts").glob("*.md"))) == 1


@pytest.mark.parametrize(
    ("more", "code", "words"),
    [
        (["--max", "0"], 2, "--max"),
        (["--since", "yesterday"], 2, "--since"),
        (["--since", "2025-01-01"], 2, "--since is later than --until"),
        (["--flavour", "jekyll"], 2, "--flavour"),
    ],
)
def test_wrong_options(
    more: list[str], code: int, words: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(command(tmp_path / "posts", *more)[3:]) == code
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err.startswith("error: ")
    assert words in said.err


@pytest.mark.parametrize("document", ["posts.md", "publish-every-morning.yml"])
def test_the_documented_command_is_one(
    document: str,
    server: ArxivServer,
    environment: dict[str, str],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
) -> None:
    """As it is written, by a shell; but for the last step, which would spend something."""
    text = (ROOT / "docs" / document).read_text("utf-8")
    if document.endswith(".yml"):
        job = yaml.safe_load(text)["jobs"]["post"]
        line = next(step["run"] for step in job["steps"] if "-m chatpaper" in step.get("run", ""))
        environment |= {name: job["env"][name] for name in ("TOPIC", "QUERY")}
    else:
        line = text.split("```")[1].strip().replace("\\\n", " ")
    said = f"set -eu; python() {{ printf '%s\\n' \"$@\"; }}; {line}"
    words = subprocess.run(["bash", "-c", said], env=environment, capture_output=True, text=True, check=True).stdout
    arguments = words.splitlines()[2:]
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    arguments[arguments.index("-o") + 1] = str(tmp_path / "posts")
    assert main([*arguments, "--dry-run"]) == 0, capsys.readouterr().err
    assert server.requests[0].asked.startswith('cat:cs.CV AND abs:"diffusion model" AND submittedDate:[')


def test_no_papers(environment: dict[str, str], tmp_path: Path) -> None:
    none = ran(tmp_path / "posts", environment)
    assert (none.returncode, none.stdout) == (0, "")
    assert "arXiv has no such papers" in none.stderr


def test_one_digest_as_hexo_post_and_bibtex(paper_pdf: PaperPdf, tmp_path: Path, environment: dict[str, str]) -> None:
    path = tmp_path / "clock.md"
    digest = [sys.executable, "-m", "chatpaper", "digest", str(paper_pdf("one-column")), "--lang", "en"]
    subprocess.run([*digest, "--format", "hexo", "-o", str(path)], env=environment, cwd=ROOT, check=True, timeout=60)
    text = path.read_text("utf-8")
    assert yaml.safe_load(text.split("\n---\n")[0])["mathjax"] is True
    pictures = re.findall(r'<img src="(.*?)"', text)
    assert pictures
    assert all((tmp_path / "clock" / p).is_file() for p in pictures)
    said = subprocess.run(
        [*digest, "--format", "bibtex"],
        env=environment,
        cwd=ROOT,
        check=True,
        timeout=60,
        capture_output=True,
        text=True,
    )
    assert len(parse_string(said.stdout).entries) == 1
