"""A post of real papers has every part of the ancestor's post, and none of its faults. More papers: see `beside`."""

from pathlib import Path

import pytest

from tests.posts.beside import SHARED, compared, faults, missing, parts, posted

EXAMPLE = SHARED / "example-post.md"
NAMES = ("mistral7b", "zh-multilstm")
pytestmark = pytest.mark.skipif(not EXAMPLE.exists(), reason="the shared papers are not here")


def test_the_ancestors_post_has_the_parts_and_the_faults() -> None:
    example = EXAMPLE.read_text("utf-8")
    head, blocks = parts(example)
    assert missing(f"{head}## {blocks[0]}", ours=False) == []
    assert len(blocks) == 9
    found = faults(example, "zh", ["https://github.com/Purdue-M2/Robust_DM_Generated_Image_Detection"])
    known = ("label in the other language: Summary", "code: ", "9 papers, other lists", "left in: xxx", "address lost")
    for fault in known:
        assert any(f.startswith(fault) for f in found), fault


def test_ours_has_every_part_and_no_fault(tmp_path: Path) -> None:
    """With a model and without; the papers are read once for both."""
    for engine in ("gemini", "extractive"):
        path, told = posted(NAMES, tmp_path / engine, tmp_path / "data", "--lang", "zh", "--engine", engine)
        assert "2 done" in told
        assert compared(path, NAMES, "zh", extractive=engine == "extractive") == []
