import hashlib
import os
from collections.abc import Callable
from pathlib import Path

import pytest

from chatpaper.errors import ChatPaperError, EmptyPdf, NoSuchFile, NotAPdf, TooLargePdf
from chatpaper.source import from_path


def test_a_pdf_is_taken_as_it_is(paper_pdf: Callable[[str], Path]) -> None:
    path = paper_pdf("two-columns")
    pdf = from_path(path, name="我的 <b>论文</b>.pdf", max_mb=50)
    assert pdf.path == path
    assert pdf.name == "我的 <b>论文</b>.pdf"
    assert pdf.sha256 == hashlib.sha256(path.read_bytes()).hexdigest()
    assert pdf.record is None


def test_the_name_is_that_of_the_file_unless_given(paper_pdf: Callable[[str], Path]) -> None:
    assert from_path(paper_pdf("chinese"), max_mb=50).name == "chinese.pdf"


@pytest.mark.parametrize(
    ("content", "error"),
    [
        (b"", EmptyPdf),
        (b"just text", NotAPdf),
        (b"\x89PNG\r\n\x1a\n" + b"\0" * 2000, NotAPdf),
        (b" " * 1100 + b"%PDF-1.7", NotAPdf),
        (b"%PDF-1.7" + b"x" * 1_000_000, TooLargePdf),
    ],
)
def test_what_is_unusable_is_refused(tmp_path: Path, content: bytes, error: type[ChatPaperError]) -> None:
    path = tmp_path / "paper.pdf"
    path.write_bytes(content)
    with pytest.raises(error):
        from_path(path, max_mb=1)


def test_a_little_rubbish_before_the_signature_is_allowed(tmp_path: Path) -> None:
    path = tmp_path / "paper.pdf"
    path.write_bytes(b"\xef\xbb\xbf\r\n" + b"%PDF-1.4 ...")
    assert from_path(path, max_mb=1).path == path


def test_exactly_the_limit_is_allowed(tmp_path: Path) -> None:
    path = tmp_path / "paper.pdf"
    path.write_bytes(b"%PDF-1.7".ljust(1_000_000))
    assert from_path(path, max_mb=1).path == path


@pytest.mark.parametrize("name", ["missing.pdf", ".", "nul\0byte.pdf", "x" * 5000])
def test_no_file_there(tmp_path: Path, name: str) -> None:
    with pytest.raises(NoSuchFile):
        from_path(tmp_path / name, max_mb=1)


def test_a_pipe_is_no_file(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.pdf")
    with pytest.raises(NoSuchFile):
        from_path(tmp_path / "pipe.pdf", max_mb=1)
