"""All benchmarks one after the other, written down as they print: python -m tests.bench.scoreboard [--only NAME ...]

The set is fixed: the papers of `tests/data`, and for reading the nineteen real ones of ../shared/papers where they are.
Peers are measured in the same run. A machine with other work gives other times: leave it alone meanwhile.
"""

import argparse
import os
import platform
import subprocess
import sys
from dataclasses import dataclass
from datetime import date
from pathlib import Path

ROOT = Path(__file__).parents[2]
OUT = ROOT / "docs" / "scoreboard.md"


@dataclass(frozen=True)
class Board:
    name: str
    """The benchmark's module in tests/bench."""
    title: str
    meaning: str
    options: tuple[str, ...] = ()

    @property
    def command(self) -> str:
        return " ".join(["python -m", f"tests.bench.{self.name}", *self.options])

    def printed(self) -> str:
        """What the benchmark prints. Raises CalledProcessError where it fails."""
        command = [sys.executable, "-m", f"tests.bench.{self.name}", *self.options]
        return subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, text=True, check=True).stdout.rstrip()

    def section(self) -> str:
        return f"## {self.title}\n\n{self.meaning}\n\n```text\n$ {self.command}\n{self.printed()}\n```\n"


BOARDS = (
    Board(
        "reading",
        "Reading",
        "Nineteen real papers with truth checked by hand. `wall/p` and `cpu/p` are seconds a page, `slowest` the "
        "processor's seconds a page on the slowest paper, `peak MB` the memory of its process (ours: of its two, what "
        "they share counted twice); then the scores, of 1. "
        "`plain` is PyMuPDF's text alone, `layout` its layout model alone, `pymupdf4llm` that library's JSON with the "
        "same model, by the plain rules of `tests/bench/reading.py`; rules with more care for it have scored 0.53 for "
        "titles, 0.86 and 0.95 for sections, 0.92 placed and 0.83 for captions on the same papers.",
    ),
    Board(
        "audit",
        "Audit",
        "Faults planted in each sentence of four papers: how many of each class are caught; and how often a sentence "
        "as it is raises an alarm.",
    ),
    Board(
        "digest",
        "Digest",
        "Against a simulated model behind Gemini's protocol: first token after 0.5 s, then 100 tokens a second.",
    ),
    Board("page", "Page", "Beside a Gradio app with one text box, in the same Chromium."),
    Board(
        "load",
        "Load",
        "Fifty visitors, who all click at the same moment and then digest six papers of their own one after another; "
        "half of them on the owner's key, which may ask sixty times a minute. The simulated model is the same. First "
        "the same clicks on a Gradio app that answers each upload with one word: what is left to win.",
        ("--each", "6"),
    ),
)


def machine() -> str:
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    kind = f"{os.cpu_count()} processors ({platform.machine()})"
    return f"{kind}, {memory:.0f} GB, no GPU, Python {platform.python_version()}"


def main(boards: list[Board], out: Path) -> None:
    parts = [
        "# Scoreboard\n",
        f"Measured on {date.today().isoformat()} on {machine()}, by `python -m tests.bench.scoreboard`. Each block is "
        "what its command printed.\n",
    ]
    for board in boards:
        print(board.command, file=sys.stderr)
        parts.append(board.section())
    out.write_text("\n".join(parts), encoding="utf-8")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", nargs="+", choices=[board.name for board in BOARDS])
    parser.add_argument("-o", "--out", type=Path, default=OUT)
    options = parser.parse_args()
    main([board for board in BOARDS if not options.only or board.name in options.only], options.out)
