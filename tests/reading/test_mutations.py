"""Damaged files end in a paper or in a refusal, never in anything else. `MUTATIONS=200 python -m pytest` tries more."""

import os
import random
from pathlib import Path

from chatpaper.errors import UnusablePdf
from chatpaper.reading import Reader

from .conftest import DATA, pdf_at

COUNT = int(os.environ.get("MUTATIONS", "18"))


def mutated(data: bytes, chance: random.Random) -> bytes:
    """Bytes flipped, a piece cut out, the end cut off, or an object made to vanish."""
    body = bytearray(data)
    kind = chance.randrange(4)
    if kind == 0:
        for _ in range(chance.randrange(1, 60)):
            body[chance.randrange(len(body))] = chance.randrange(256)
    elif kind == 1:
        start = chance.randrange(len(body))
        del body[start : start + chance.randrange(1, 2000)]
    elif kind == 2:
        del body[chance.randrange(len(body) // 4, len(body)) :]
    else:
        places = [i for i in range(len(body) - 5) if body[i : i + 5] == b" obj\n"] or [len(body) // 2]
        at = chance.choice(places)
        body[at : at + 5] = b" xbj\n"
    return bytes(body)


def test_mutations(tmp_path: Path) -> None:
    chance = random.Random(7)
    sources = [(DATA / name).read_bytes() for name in ("no-sections.pdf", "injection.pdf", "two-columns.pdf")]
    outcomes = []
    with Reader(seconds=30, memory_mb=1200) as reader:
        for number in range(COUNT):
            path = tmp_path / f"{number}.pdf"
            path.write_bytes(mutated(sources[number % len(sources)], chance))
            try:
                outcomes.append(type(reader.read(pdf_at(path))).__name__)
            except UnusablePdf as refusal:
                outcomes.append(type(refusal).__name__)
    assert len(outcomes) == COUNT
    assert "Paper" in outcomes
