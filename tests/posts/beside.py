"""A post of real papers, laid beside one of the ancestor's: python -m tests.posts.beside -o FOLDER [option of post ...]

The papers come from ../shared/papers, by way of an arXiv on loopback whose records agree with them, the digests from a
model on loopback that answers by schema. Printed: the post's path, what it lacks, and which of the ancestor's faults it
has.
"""

import argparse
import json
import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path

from markdown_it import MarkdownIt
from markdown_it.token import Token

from chatpaper.paper import Record
from chatpaper.pipeline import Pipeline
from chatpaper.settings import Settings
from tests.loopback.arxiv import ArxivServer
from tests.loopback.gemini import GeminiServer

ROOT = Path(__file__).parents[2]
SHARED = ROOT.parent / "shared"
TEN = (
    "mistral7b", "pasa-2501", "acm-chi-2302", "stereo-ieee", "futoma-mlhc", "prl-2503", "numbertheory-1905",
    "janus-pro", "zh-multilstm", "structural-rnn-cvpr",
)  # fmt: skip
HEAD = {
    "front matter": (r"\A\s*---\ntitle: Diffusion Models\ndate: ", r"\A---\ntitle: .+\ndate: "),
    "categories": (r"^categories: Paper$", r"^categories:\n  - \"Paper\"$"),
    "tags": (r"^tags:\n", r"^tags:\n"),
    "description": (r"^description: ", r"^description: "),
    "keywords": (r"^keywords: ", r"^keywords: "),
    "mathjax": (r"^mathjax: true$", r"^mathjax: true$"),
    "notice": (r"^>⚠️ .*\n>🔴 .*\n>💗 ", r"^> ⚠️ .*\n>\n> 🔴 .*\n>\n> 💗 "),
    "heading with the date": (r"^# \d{4}-\d\d-\d\d 更新$", r"^# (?:\d{4}-\d\d-\d\d 更新|Update of \d{4}-\d\d-\d\d)$"),
}
"""Parts above the papers: how each is known in the ancestor's post, and in ours."""
BLOCK = {
    "authors": (r"^\*\*Authors:", r"^\*\*(?:作者：|Authors:)\*\* \S"),
    "abstract": (r"^\w.{300,}$", r"^\S.{200,}$"),
    "PDF and comment": (r"^\[PDF\]\(http\S+\) .*$", r"^\[PDF\]\(<http\S+>\) \S+"),
    "summary in a line": (r"^\*\*Summary\*\*\n+\S", r"^### (?:一句话总结|Summary)\n\n\S"),
    "takeaways": (r"^\*\*Key Takeaways\*\*\n+[-*] ", r"^### (?:要点|Key Takeaways)\n\n- \S"),
    "digest": (r"^\*\*\[ChatPaperFree\]", r"^### (?:精读|Digest)$"),
    "title": (r"Title: ", r"^1\. \*\*(?:标题：|Title:)\*\* \S"),
    "authors again": (r"Authors: ", r"^2\. \*\*(?:作者：|Authors:)\*\* \S"),
    "affiliation": (r"Affiliation: ", r"^3\. \*\*(?:单位：|Affiliations?:)\*\* \S"),
    "keywords": (r"Keywords: ", r"^4\. \*\*(?:关键词：|Keywords:)\*\* \S"),
    "links": (r"Urls: ", r"^5\. \*\*(?:链接：|Links:)\*\* \S"),
    "summary 1-4": (
        r"Summary:(?s:.*)\(1\)(?s:.*)\(2\)(?s:.*)\(3\)(?s:.*)\(4\)",
        r"^6\. \*\*\S+\*\*\n   1\. \S(?s:.*)^   2\. \S(?s:.*)^   3\. \S(?s:.*)^   4\. \S",
    ),
    "methods": (r"方法：", r"^7\. \*\*(?:方法：|Methods:)\*\*\n   1\. \S"),
    "conclusion": (r"结论：", r"^8\. \*\*(?:结论：|Conclusion:)\*\*\n   1\. \S"),
    "innovation": (r"创新点：", r"\*\*(?:创新：|Innovation:)\*\* \S"),
    "performance": (r"性能：", r"\*\*(?:性能：|Performance:)\*\* \S"),
    "workload": (r"工作量：", r"\*\*(?:工作量：|Workload:)\*\* \S"),
    "figures": (r"^<details>\n *<summary>", r"^<details>\n<summary>"),
    "pictures": (r"^<img src=\"", r"^<img src=\""),
}
"""Parts of a paper, in the same way, in their order."""
_HAN = re.compile(r"[\u4e00-\u9fff]")
_ENDS = re.compile(r"[.。!！?？…:：;；][\"”’')）\]]*$")
_CITED = re.compile(r"\[\d+(?:\s*[,，–-]\s*\d+)*\]")


def parts(post: str) -> tuple[str, list[str]]:
    """What stands above the papers, and each paper's block, headed by its title."""
    head, *blocks = re.split(r"^## (?=(?!速览$|Briefing$|没有完成$|Not done$).)", post, flags=re.MULTILINE)
    return head, blocks


def missing(post: str, *, ours: bool = True, bare: Sequence[str] = ()) -> list[str]:
    """Parts of the ancestor's that this post lacks, or has too early; `bare`: titles of papers without figures."""
    head, blocks = parts(post)
    found = [
        f"above the papers: {name}" for name, both in HEAD.items() if not re.search(both[ours], head, re.MULTILINE)
    ]
    for block in blocks:
        at, title = 0, block.partition("\n")[0]
        for name, both in BLOCK.items():
            if name in ("figures", "pictures") and title in bare:
                continue
            match = re.compile(both[ours], re.MULTILINE).search(block, at)
            found += [] if match else [f"{title}: {name}"]
            at = match.start() if match else at
    return found


def faults(post: str, language: str, code: Sequence[str], *, extractive: bool = False) -> list[str]:
    """The ancestor's faults, as ../shared/design.md lists them, as far as they can be seen without the papers."""
    shown = post.split("---\n", 2)[2]
    tokens = MarkdownIt("commonmark").enable("table").parse(shown)
    page = MarkdownIt("commonmark").enable("table").render(shown)
    _, blocks = parts(post)
    found = [f"label in the other language: {words}" for words in _bold(tokens) if not _fits(words, language)]
    found += [f"code: {t.content[:60]}" for t in tokens if t.type in ("code_block", "fence")]
    found += [f"a list begins at {s}" for t in tokens if (s := t.attrGet("start")) is not None]
    found += [f"{len(blocks)} papers, other lists"] if _lists(tokens) != len(blocks) else []
    found += [f"left in: {m}" for m in re.findall(r"\bxxx\b|\bNone\b|\$variables?|\bnull\b", shown)]
    found += [f"address lost: {a}" for a in code if f'href="{a}"' not in page]
    for block in blocks:
        title, told = block.partition("\n")[0], list(_statements(block))
        found += [f"{title}: cites {m[0]} in {s[:60]}" for s in told if (m := _CITED.search(s))]
        found += [f"{title}: cut off: …{s[-60:]}" for s in told if not _ENDS.search(s)]
        if not extractive:
            other = [s for s in told if bool(_HAN.search(s)) != (language == "zh")]
            found += [f"{title}: in the wrong language: {s[:60]}" for s in other]
            heading = re.search(r"^1\. \*\*.*?\*\* (.*)$", block, re.MULTILINE)
            found += (
                [f"{title}: not translated"]
                if language == "zh" and not _HAN.search(heading[1] if heading else "")
                else []
            )
    return found


def _bold(tokens: Sequence[Token]) -> Iterator[str]:
    for token in tokens:
        inside = token.children or []
        yield from (b.content for a, b in pairwise(inside) if a.type == "strong_open")


def _fits(label: str, language: str) -> bool:
    """A figure is called what its paper calls it."""
    return bool(_HAN.search(label)) == (language == "zh") or bool(re.match(r"(?:fig|tab|图|表)", label, re.IGNORECASE))


def _lists(tokens: Sequence[Token]) -> int:
    return sum(t.type == "ordered_list_open" and t.level == 0 for t in tokens)


def _statements(block: str) -> Iterator[str]:
    """Each statement's text as it is shown, without label, pages and doubts."""
    for line in block.partition("<details>")[0].splitlines():
        item = re.match(r"^(?:   \d\.|-) (?:\*\*[^*]+\*\* )?([^*].*)", line)
        if item:
            text = re.split(r"（\[第 \d| \(\[p\. \d| ⚠ \*\*| \*\(", item[1])[0]
            yield re.sub(r"\\([\\`*_{}\[\]#|~!$])", r"\1", text)


def record(name: str, number: int, pipeline: Pipeline) -> Record:
    """As arXiv would have it: title and authors as they are known, the abstract as it is printed."""
    truth = json.loads((SHARED / "papers" / f"{name}.json").read_text("utf-8"))
    path = SHARED / "papers" / f"{name}.pdf"
    paper = pipeline.read(pipeline.upload(path, path.name))
    day = date(2024, 4, 19) + timedelta(number % 4)
    return Record(
        arxiv_id=truth["arxiv_id"] or f"2404.{number:05}v1",
        title=truth["title"],
        authors=tuple(truth["authors"]),
        abstract=paper.abstract,
        published=day,
        updated=day,
        categories=(("cs.CL", "cs.CV", "cs.LG")[number % 3],),
        comment=f"{truth['pages']} pages, {len(truth['figures'])} figures",
    )


def posted(names: Sequence[str], folder: Path, data: Path, *options: str) -> tuple[Path, str]:
    """The post's file, and what was told on the way; a paper is read once, for its record and for its digest."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("CHATPAPER_", "GEMINI_"))}
    with GeminiServer() as gemini, ArxivServer() as arxiv:
        environment |= {
            "LANG": "C.UTF-8",
            "CHATPAPER_DATA_DIR": str(data),
            "CHATPAPER_ARXIV_ENDPOINT": arxiv.url,
            "CHATPAPER_GEMINI_ENDPOINT": gemini.url,
            "CHATPAPER_GEMINI_MODEL": "gemini-2.5-flash",
            "GEMINI_API_KEY": "key",
        }
        with Pipeline(Settings.read(environment, dotenv=Path(os.devnull))) as pipeline:
            for number, name in enumerate(names, 1):
                pdf = (SHARED / "papers" / f"{name}.pdf").read_bytes()
                arxiv.add(record(name, number, pipeline), pdf)
        given = ["post", "Diffusion Models", "--query", "cat:cs.CL OR cat:cs.CV OR cat:cs.LG", *options]
        ran = subprocess.run(
            [sys.executable, "-m", "tests.posts.hurried", *given, "-o", str(folder)],
            env=environment,
            cwd=ROOT,
            capture_output=True,
            text=True,
        )
    assert ran.returncode == 0, ran.stderr
    return Path(ran.stdout.strip()), ran.stderr


def compared(path: Path, names: Sequence[str], language: str, *, extractive: bool) -> list[str]:
    """What the post lacks, and its faults."""
    truths = [json.loads((SHARED / "papers" / f"{name}.json").read_text("utf-8")) for name in names]
    bare = [t["title"] for t in truths if not t["figures"] and not t["tables"]]
    code = [t["code_url"] for t in truths if t["code_url"]]
    post = path.read_text("utf-8")
    return [*missing(post, bare=bare), *faults(post, language, code, extractive=extractive)]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("-o", "--output", type=Path, required=True, metavar="FOLDER")
    parser.add_argument("--papers", nargs="+", default=TEN, metavar="NAME")
    parser.add_argument("--lang", choices=("zh", "en"), default="zh")
    parser.add_argument("--data", type=Path, metavar="FOLDER", help="where papers that were read are kept")
    given, options = parser.parse_known_args()
    os.environ["no_proxy"] = os.environ["NO_PROXY"] = "127.0.0.1,localhost"
    with tempfile.TemporaryDirectory() as temp:
        path, told = posted(given.papers, given.output, given.data or Path(temp), "--lang", given.lang, *options)
    print(told, path, sep="")
    if path.suffix == ".md":
        found = compared(path, given.papers, given.lang, extractive="extractive" in options)
        print(*found or ["every part is there, and no fault"], sep="\n")


if __name__ == "__main__":
    main()
