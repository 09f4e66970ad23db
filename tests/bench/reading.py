"""Seconds a page, peak memory and scores, side by side: plain text, PyMuPDF's layout model alone, pymupdf4llm with it,
and our reader.

    python -m tests.bench.reading [FOLDER [NAME ..]]

FOLDER holds NAME.pdf, NAME.json and score.py (../shared/papers). Each contestant is a process of its own (ours has a
second one), so that its memory is its own. They read each paper in turn, another one first each time: whatever else the
machine does, it does to all of them. `cpu` is what its processes and their threads computed, `wall` is what one waits
for; on a machine with other work the first tells more.
"""

import importlib
import importlib.util
import json
import multiprocessing
import os
import re
import resource
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import IO, Any

ROOT = Path(__file__).parents[2]
FOLDER = ROOT.parent / "shared" / "papers"
Answer = dict[str, Any]


def plain(path: Path) -> Answer:
    """`page.get_text("dict")` alone: the floor."""
    with importlib.import_module("pymupdf").open(path) as document:
        for page in document:
            page.get_text("dict")
        return {"pages": document.page_count}


def layout(path: Path) -> Answer:
    """`page.get_layout()` alone: the boxes of the layout model, and no text."""
    importlib.import_module("pymupdf.layout")
    with importlib.import_module("pymupdf").open(path) as document:
        for page in document:
            page.get_layout()
        return {"pages": document.page_count}


_NUMBER = re.compile(r"(?:Appendix\s+)?((?:\d+\.?)+|[IVX]+\.|[A-Z](?:\.\d+)*\.?)[\s:]+", re.IGNORECASE)


def pymupdf4llm(path: Path) -> Answer:
    """pymupdf4llm's boxes, with no rule of ours: title, headings and captions as its layout model names them.

    Levels are those of its Markdown, counted from the title's. The text of a section is all up to the next heading.
    """
    data = json.loads(importlib.import_module("pymupdf4llm").to_json(str(path)))
    answer: Answer = {"pages": len(data["pages"]), "title": "", "sections": [], "figures": []}
    boxes = [(page["page_number"], box) for page in data["pages"] for box in page["boxes"]]
    top = min((b["header_level"] for _, b in boxes if b["boxclass"] == "section-header"), default=1)
    for page, box in boxes:
        text = " ".join(s["text"] for line in box.get("textlines") or [] for s in line["spans"]).strip()
        kind = box["boxclass"]
        if kind == "title" and not answer["sections"] and page == 1:
            answer["title"] = f"{answer['title']} {text}".strip()
        elif kind in ("title", "section-header"):
            number = _NUMBER.match(text)
            title = text[number.end() :] if number else text
            level = max(1, box["header_level"] - top + 1)
            answer["sections"].append({"title": title, "level": level, "page": page, "text": ""})
        elif kind == "caption":
            answer["figures"].append({"label": text, "caption": text, "page": page})
        elif answer["sections"] and kind in ("text", "list-item", "formula"):
            answer["sections"][-1]["text"] += " " + text
    return answer


def ours(path: Path) -> Answer:
    """Our reader's work as its worker process and that of the layout model's networks do it."""
    from chatpaper.paper import PdfFile
    from chatpaper.reading import mupdf

    mupdf.load()
    from chatpaper.reading import worker

    if worker._reads is None:
        worker.start(4000)
    paper = worker.read(PdfFile(path=path, name=path.name, sha256=""), None, False, 50, 200)
    return paper.model_dump(mode="json")


CONTESTANTS: dict[str, Callable[[Path], Answer]] = {
    "plain": plain,
    "layout": layout,
    "pymupdf4llm": pymupdf4llm,
    "ours": ours,
}


def contest(name: str) -> None:
    """Reads each paper whose path comes in, and answers with a line of JSON. The first one warms it up, uncounted."""
    out = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)  # what a library prints is no answer
    for line in sys.stdin:
        before, start = used()[0], time.perf_counter()
        answer = CONTESTANTS[name](Path(line.strip()))
        wall, (after, peak) = time.perf_counter() - start, used()
        json.dump({"wall": wall, "cpu": after - before, "peak_mb": peak, "answer": answer}, out)
        print(file=out, flush=True)


def used() -> tuple[float, float]:
    """The processor's seconds and the peak of memory in MB, of this process and its children together; what they share
    counts for each."""
    own = resource.getrusage(resource.RUSAGE_SELF)
    cpu, peak = own.ru_utime + own.ru_stime, own.ru_maxrss / 1024
    for child in multiprocessing.active_children():
        of = Path(f"/proc/{child.pid}")
        user, system = (of / "stat").read_text().rpartition(")")[2].split()[11:13]
        cpu += (int(user) + int(system)) / os.sysconf("SC_CLK_TCK")
        peak += int((of / "status").read_text().partition("VmHWM:")[2].split()[0]) / 1024
    return cpu, peak


class Contestant:
    """One process, and what came of it: an answer with its times for each paper."""

    def __init__(self, name: str) -> None:
        command = [sys.executable, "-m", "tests.bench.reading", "--run", name]
        self.name = name
        self.rows: dict[str, Answer] = {}
        self._process = subprocess.Popen(
            command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
        )

    def read(self, path: Path) -> Answer:
        given: IO[str] | None = self._process.stdin
        answers: IO[str] | None = self._process.stdout
        assert given is not None
        assert answers is not None
        print(path, file=given, flush=True)
        row: Answer = json.loads(answers.readline())
        self.rows[path.stem] = row
        return row

    def line(self, judge: Any, folder: Path) -> str:
        pages = {paper: row["answer"]["pages"] for paper, row in self.rows.items()}
        each = [sum(row[clock] for row in self.rows.values()) / sum(pages.values()) for clock in ("wall", "cpu")]
        slowest = max(row["cpu"] / pages[paper] for paper, row in self.rows.items())
        peak = max(row["peak_mb"] for row in self.rows.values())
        text = f"{self.name:12}{each[0]:8.3f}{each[1]:8.3f}{slowest:9.3f}{peak:9.0f}"
        if "sections" not in next(iter(self.rows.values()))["answer"]:
            return text
        scores = [
            judge.score(json.loads((folder / f"{paper}.json").read_text(encoding="utf-8")), row["answer"])
            for paper, row in self.rows.items()
        ]
        for kind in judge.KINDS:
            values = [score[kind] for score in scores if kind in score]
            text += f"{sum(values) / len(values):10.3f}"
        return text


def scorer(folder: Path) -> Any:
    spec = importlib.util.spec_from_file_location("score", folder / "score.py")
    if spec is None or spec.loader is None or not (folder / "score.py").exists():
        sys.exit(f"error: there is no {folder / 'score.py'}; give the folder that holds the papers and score.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def main(folder: Path, names: list[str]) -> None:
    judge = scorer(folder)
    papers = [p for p in sorted(folder.glob("*.pdf")) if not names or p.stem in names]
    contestants = [Contestant(name) for name in CONTESTANTS]
    for contestant in contestants:
        contestant.read(papers[0])
    for i, path in enumerate(papers):
        for k in range(len(contestants)):
            row = contestants[(i + k) % len(contestants)].read(path)
            print(f"{path.stem}: {contestants[(i + k) % len(contestants)].name} {row['cpu']:.1f} s", file=sys.stderr)
    print(f"{'':12}{'wall/p':>8}{'cpu/p':>8}{'slowest':>9}{'peak MB':>9}" + "".join(f"{k:>10}" for k in judge.KINDS))
    for contestant in contestants:
        print(contestant.line(judge, folder))


if __name__ == "__main__":
    if sys.argv[1:2] == ["--run"]:
        contest(sys.argv[2])
    else:
        main(Path(sys.argv[1]).resolve() if len(sys.argv) > 1 else FOLDER, sys.argv[2:])
