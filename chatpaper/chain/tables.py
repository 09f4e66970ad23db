"""Sweeping comparisons, held against the paper's own tables.

"Surpasses B across all metrics" is what authors write; their table may have one metric in which B is ahead. Where a
table can be read as rows of a name and numbers, a claim that A beats B (or everybody) in all columns is checked
column by column. Which direction is better is not known, so the direction of most columns counts.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from ..digest import Claim
from ..likeness import norm
from ..paper import Figure, Paper

_ALL = re.compile(
    r"(?i)\b(?:all|every|each|across the board|consistently|throughout)\b|全部|所有|各项|每(?:个|项|一)|均|全面|都"
)
_BEATS = re.compile(
    r"(?i)\b(?:surpass\w*|outperform\w*|exceed\w*|beats?|superior|better|higher|ahead|best|highest|wins?)\b"
    r"|超过|超越|优于|胜过|高于|领先|好于|最优|最好|最高|最佳"
)
_NUMBER = re.compile(r"[-−–+]?\d+(?:,\d{3})*(?:\.\d+)?")
_CELL = re.compile(rf"^(?P<number>{_NUMBER.pattern})\s*%?(?:\s*(?:±|\+/-)\s*[\d.]+)?\*?$")


@dataclass(frozen=True)
class _Row:
    name: str
    values: tuple[Decimal, ...]
    printed: tuple[str, ...]


@dataclass(frozen=True)
class _Table:
    label: str
    columns: tuple[str, ...]
    """Names of the columns that hold numbers; empty where the head could not be told apart."""
    rows: tuple[_Row, ...]


class Tables:
    """The tables of one paper that can be read as rows of a name and numbers."""

    def __init__(self, paper: Paper) -> None:
        read = (_table(f) for f in paper.figures if f.kind == "table" and f.content)
        self._tables = [t for t in read if len(t.rows) >= 2]

    def contradictions(self, claim: Claim) -> Iterator[str]:
        """Cells that contradict a sweeping comparison, such as "Table 2, NQ: 28.8% / 29.0%"."""
        for text in filter(None, (claim.en, claim.zh)):
            if _ALL.search(text) and _BEATS.search(text):
                found = [c for table in self._tables for c in _against(table, text)]
                yield from found
                if found:
                    return


def _against(table: _Table, text: str) -> Iterator[str]:
    """What in this table speaks against the first one named in the text being ahead of the others named."""
    said = norm(text)
    named = [(at, row) for row in table.rows if (at := _position(row.name, said)) >= 0]
    named.sort(key=lambda item: item[0])
    if len(named) < 2:
        return
    (_, first), *others = named
    for _, other in others:
        if len(other.values) != len(first.values) or len(first.values) < 3:
            continue
        signs = [(a > b) - (a < b) for a, b in zip(first.values, other.values, strict=True)]
        direction = 1 if sum(signs) >= 0 else -1
        behind = [n for n, sign in enumerate(signs) if sign == -direction]
        if behind and len(behind) * 2 < len(signs):
            for n in behind:
                column = f", {table.columns[n]}" if table.columns else ""
                yield f"{table.label}{column}: {first.printed[n]} / {other.printed[n]}"


def _position(name: str, said: str) -> int:
    """Where the row's name stands in the text; -1 where it does not, or only inside a longer number."""
    joined = norm(name)
    at = said.find(joined) if len(joined) > 2 else -1
    end = at + len(joined)
    return -1 if at < 0 or (joined[-1].isdigit() and said[end : end + 1].isdigit()) else at


def _table(figure: Figure) -> _Table:
    lines = (figure.content or "").splitlines()
    rows = [row for line in lines if (row := _row(line))]
    width = max((len(r.values) for r in rows), default=0)
    heads = [line.split() for line in lines if not _row(line)]
    columns = next((tuple(h[-width:]) for h in heads if 0 < width < len(h) <= width + 2), ())
    return _Table(figure.label, columns, tuple(r for r in rows if len(r.values) == width))


def _row(line: str) -> _Row | None:
    """A name and the numbers behind it; cells may have run together, so blanks part them, too."""
    name, *cells = line.split("\t")
    found = [match for cell in cells for word in cell.split() if (match := _CELL.match(word))]
    if not found or not name.strip() or _CELL.match(name.strip()):
        return None
    return _Row(name.strip(), tuple(_value(m["number"]) for m in found), tuple(m[0] for m in found))


def _value(number: str) -> Decimal:
    return Decimal(re.sub(r"[,+]", "", re.sub(r"[−–]", "-", number)))
