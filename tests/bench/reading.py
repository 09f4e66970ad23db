"""Seconds a page, peak memory and scores, side by side: plain text, pymupdf4llm with its layout model, and our reader.

    python -m tests.bench.reading [FOLDER]      FOLDER holds NAME.pdf, NAME.json and score.py (../shared/papers)

Each contestant runs in a process of its own, so that its memory is its own.
"""

import importlib
import importlib.util
import json
import re
import resource
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
FOLDER = ROOT.parent / "shared" / "papers"
Answer = dict[str, Any]


def plain(path: Path) -> Answer:
    """`page.get_text("dict")` alone: the floor."""
    with importlib.import_module("pymupdf").open(path) as document:
        for page in document:
            page.get_text("dict")
        return {"pages": document.page_count}


def pymupdf4llm(path: Path) -> Answer:
    """pymupdf4llm's boxes, with no rule of ours: titles, headings and captions as its layout model names them."""
    data = json.loads(importlib.import_module("pymupdf4llm").to_json(str(path)))
    answer: Answer = {"pages": len(data["pages"]), "title": "", "sections": [], "figures": []}
    for page in data["pages"]:
        for box in page["boxes"]:
            text = " ".join(s["text"] for line in box.get("textlines") or [] for s in line["spans"]).strip()
            kind = box["boxclass"]
            if kind == "title" and not answer["title"]:
                answer["title"] = text
            elif kind in ("title", "section-header"):
                number = re.match(r"((?:\d+\.?)+|[IVX]+\.|[A-Z]\.)\s+", text)
                answer["sections"].append(
                    {
                        "title": text[number.end() :] if number else text,
                        "level": 1,
                        "page": page["page_number"],
                        "text": "",
                    }
                )
            elif kind == "caption":
                answer["figures"].append({"label": text, "caption": text, "page": page["page_number"]})
            elif answer["sections"] and kind in ("text", "list-item"):
                answer["sections"][-1]["text"] += " " + text
    return answer


def ours(path: Path) -> Answer:
    """Our reader's work as its worker process does it."""
    from chatpaper.paper import PdfFile
    from chatpaper.reading import worker

    if worker._model is None:
        worker.start(4000)
    paper = worker.read(PdfFile(path=path, name=path.name, sha256=""), None, False, 50, 200)
    return paper.model_dump(mode="json")


CONTESTANTS: dict[str, Callable[[Path], Answer]] = {"plain": plain, "pymupdf4llm": pymupdf4llm, "ours": ours}


def run(name: str, folder: Path) -> None:
    """Reads all papers and prints what came of it as JSON."""
    read = CONTESTANTS[name]
    papers = sorted(p for p in folder.glob("*.pdf"))
    read(papers[0])
    rows = {}
    for path in papers:
        start = time.perf_counter()
        answer = read(path)
        rows[path.stem] = {"seconds": time.perf_counter() - start, "pages": answer["pages"], "answer": answer}
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    json.dump({"peak_mb": peak, "rows": rows}, sys.stdout)


def scorer(folder: Path) -> Any:
    spec = importlib.util.spec_from_file_location("score", folder / "score.py")
    if spec is None or spec.loader is None:
        sys.exit(f"error: there is no {folder / 'score.py'}; give the folder that holds the papers and score.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def main(folder: Path) -> None:
    judge = scorer(folder)
    print(f"{'':14}{'s/page':>8}{'slowest':>9}{'peak MB':>9}" + "".join(f"{k:>10}" for k in judge.KINDS))
    for name in CONTESTANTS:
        command = [sys.executable, "-m", "tests.bench.reading", "--run", name, str(folder)]
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
        result = json.loads(done.stdout[done.stdout.index('{"peak_mb"') :])
        rows = result["rows"].values()
        each = sum(r["seconds"] for r in rows) / sum(r["pages"] for r in rows)
        slowest = max(r["seconds"] / r["pages"] for r in rows)
        line = f"{name:14}{each:8.3f}{slowest:9.3f}{result['peak_mb']:9.0f}"
        if name != "plain":
            scores = [
                judge.score(json.loads((folder / f"{paper}.json").read_text(encoding="utf-8")), row["answer"])
                for paper, row in result["rows"].items()
            ]
            for kind in judge.KINDS:
                values = [s[kind] for s in scores if kind in s]
                line += f"{sum(values) / len(values):10.3f}"
        print(line, flush=True)


if __name__ == "__main__":
    if sys.argv[1:2] == ["--run"]:
        run(sys.argv[2], Path(sys.argv[3]))
    else:
        main(Path(sys.argv[1]) if len(sys.argv) > 1 else FOLDER)
