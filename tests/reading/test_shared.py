"""Scores on real papers with hand-checked truth, where they are at hand; they are no part of the project."""

import importlib.util
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from chatpaper.paper import Paper
from chatpaper.reading import Reader

from .conftest import pdf_at

PAPERS = Path(__file__).parents[3] / "shared" / "papers"
GOALS = {
    "title": 0.98,
    "authors": 0.96,
    "abstract": 0.96,
    "sections": 0.95,
    "level1": 0.98,
    "placed": 0.96,
    "captions": 0.96,
}

LONG = {
    "alphago-nature",
    "atlas-2502",
    "bayesopt-survey",
    "countbased-nips",
    "hepth-9108004",
    "moonlight",
    "multilexsum-2206",
    "numbertheory-1905",
}

pytestmark = pytest.mark.skipif(not (PAPERS / "score.py").exists(), reason="the shared papers are not here")


def as_json(paper: Paper) -> dict[str, Any]:
    return {
        "title": paper.title,
        "authors": list(paper.authors),
        "abstract": paper.abstract,
        "sections": [s.model_dump() for s in paper.sections],
        "figures": [f.model_dump() for f in paper.figures],
    }


def score(truth: Mapping[str, Any], answer: Mapping[str, Any]) -> dict[str, float]:
    spec = importlib.util.spec_from_file_location("score", PAPERS / "score.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    rows: dict[str, float] = module.score(truth, answer)
    return rows


def test_scores(reader: Reader) -> None:
    """All but the longest, which are two thirds of the pages; tests/bench/reading.py reads them, too."""
    rows = []
    for path in sorted(PAPERS.glob("*.pdf")):
        truth = json.loads(path.with_suffix(".json").read_text(encoding="utf-8"))
        if path.stem not in LONG:
            rows.append(score(truth, as_json(reader.read(pdf_at(path)))))
    means = {key: sum(r[key] for r in rows if key in r) / sum(key in r for r in rows) for key in GOALS}
    assert {k: round(v, 3) for k, v in means.items() if v < GOALS[k]} == {}


EXPECTED = {
    "encrypted-user-password": "EncryptedPdf",
    "truncated": "BrokenPdf",
    "zero-bytes": "EmptyPdf",
    "png-renamed": "NotAPdf",
    "image-only-paper": "ScannedPdf",
    "invoice-nonpaper": "NotAPaper",
}


@pytest.mark.parametrize("name", EXPECTED)
def test_hard_files(reader: Reader, name: str) -> None:
    from chatpaper.errors import UnusablePdf

    with pytest.raises(UnusablePdf) as caught:
        reader.read(pdf_at(PAPERS / "hard" / f"{name}.pdf"))
    assert EXPECTED[name] in [kind.__name__ for kind in type(caught.value).__mro__]
