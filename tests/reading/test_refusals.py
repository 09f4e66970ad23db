"""Every file that cannot be digested is refused with its own error, and the reader goes on."""

# PyMuPDF has no types of its own.
# mypy: disallow-untyped-calls=False

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import cast

import pymupdf
import pytest

from chatpaper.errors import (
    BrokenPdf,
    EmptyPdf,
    EncryptedPdf,
    NotAPaper,
    NotAPdf,
    RecognisableScan,
    ScannedPdf,
    TooLargePdf,
    UnusablePdf,
    WrongPassword,
)
from chatpaper.paper import PdfFile
from chatpaper.reading import Reader, limits, scan
from chatpaper.reading.desk import Desk
from chatpaper.reading.layout import Sight
from chatpaper.reading.pages import PageMarks, seen

from .conftest import DATA, pdf_at

PNG = b"\x89PNG\r\n\x1a\n" + bytes(64)


@pytest.mark.parametrize(
    ("content", "error"),
    [
        (b"", EmptyPdf),
        (PNG, NotAPdf),
        (b"Dear reader, this is a letter, not a PDF.\n" * 40, NotAPdf),
        (b"%PDF-1.7\n1 0 obj\n<< /Type /Catalog >>\nendobj\n", BrokenPdf),
        ((DATA / "two-columns.pdf").read_bytes()[:20000], UnusablePdf),
    ],
)
def test_what_is_no_pdf(reader: Reader, tmp_path: Path, content: bytes, error: type[UnusablePdf]) -> None:
    path = tmp_path / "file.pdf"
    path.write_bytes(content)
    with pytest.raises(error):
        reader.read(pdf_at(path))


def test_encrypted(reader: Reader, tmp_path: Path) -> None:
    pymupdf = pytest.importorskip("pymupdf")
    path = tmp_path / "locked.pdf"
    with pymupdf.open(DATA / "no-sections.pdf") as document:
        document.save(path, encryption=pymupdf.PDF_ENCRYPT_AES_256, user_pw="open sesame", owner_pw="owner")
    locked = pdf_at(path)
    with pytest.raises(EncryptedPdf):
        reader.read(locked)
    with pytest.raises(WrongPassword):
        reader.read(locked, password="sesame")
    paper = reader.read(locked, password="open sesame")
    assert paper.title
    picture = reader.render_page(locked, 1, password="open sesame")
    assert picture.startswith(b"\x89PNG")


def test_scanned(reader: Reader, pdf: Callable[[str], PdfFile]) -> None:
    with pytest.raises(ScannedPdf, match="no text"):
        reader.read(pdf("scanned.pdf"))


def test_no_paper_unless_asked_for(reader: Reader, pdf: Callable[[str], PdfFile]) -> None:
    with pytest.raises(NotAPaper):
        reader.read(pdf("invoice.pdf"))
    paper = reader.read(pdf("invoice.pdf"), anyway=True)
    assert any("does not look like a paper" in (w.en or "") and w.zh for w in paper.report.warnings)


def test_too_large(tmp_path: Path) -> None:
    path = tmp_path / "large.pdf"
    path.write_bytes(b"%PDF-1.7\n" + bytes(2 * 1024 * 1024))
    with Reader(max_mb=1) as small, pytest.raises(TooLargePdf, match="1 MB"):
        small.read(pdf_at(path))


def test_more_pages_than_allowed_are_said(pdf: Callable[[str], PdfFile]) -> None:
    with Reader(max_pages=1) as short:
        paper = short.read(pdf("two-columns.pdf"))
    assert paper.pages > 1
    assert {p.page for p in paper.passages} == {1}
    assert any("only the first 1" in (w.en or "") and "前 1 页" in (w.zh or "") for w in paper.report.warnings)


@pytest.mark.skipif(shutil.which("tesseract") is None, reason="Tesseract is not installed")
def test_a_scan_is_recognised_when_asked_for(reader: Reader, tmp_path: Path) -> None:
    pymupdf = pytest.importorskip("pymupdf")
    path = tmp_path / "scan.pdf"
    with pymupdf.open(DATA / "no-sections.pdf") as document, pymupdf.open() as scan:
        for page in document.pages(stop=1):
            half = page.rect * pymupdf.Matrix(1, 0.5)
            image = page.get_pixmap(dpi=150, clip=half).tobytes("png")
            scan.new_page(width=half.width, height=half.height).insert_image(half, stream=image)
        scan.save(path)
        printed = {word.strip(".,;:").casefold() for word in document[0].get_text().split()}
    with pytest.raises(RecognisableScan, match="--anyway"):
        reader.read(pdf_at(path))
    paper = reader.read(pdf_at(path), anyway=True, ocr=True)
    text = [p for p in paper.passages if p.page == 1]
    read = {word.strip(".,;:").casefold() for p in text for word in p.text.split()}
    assert len(read) > 50
    assert len(read & printed) > 0.8 * len(read)
    assert all(p.rects for p in text)
    assert any("OCR" in (w.en or "") and w.zh for w in paper.report.warnings)


@pytest.mark.parametrize(
    ("text", "poor"),
    [
        ("Tbe qu1ck br0wn f~x ju m ps o,er t#e l4zy d o g " * 9, True),
        ("The quick brown fox (in Fig. 3) jumps over the lazy dog’s tail, x = 2, of well-known size. " * 9, False),
    ],
)
def test_poor_recognition(text: str, poor: bool) -> None:
    pytest.importorskip("pymupdf")
    from chatpaper.reading.scan import misread

    assert misread(text) is poor


class Unjudged:
    """Pages that no layout model is asked of."""

    def __init__(self, document: pymupdf.Document) -> None:
        self._document = document
        self._found: list[PageMarks | Exception] = []

    def see(self, index: int) -> None:
        self._found.append(seen(self._document, index)[1])

    def found(self) -> list[PageMarks | Exception]:
        return self._found


def test_pages_that_take_too_long_are_left_out_and_it_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    with pymupdf.open(DATA / "two-columns.pdf") as document:
        desk = Desk(document, PdfFile(path=Path("a.pdf"), name="a.pdf", sha256=""), cast(Sight, Unjudged(document)), 3)
        clock = iter([120.0, 118.0, 70.0, 35.9, 10.0])
        monkeypatch.setattr(limits, "left", lambda: next(clock))
        assert desk.total > 2
        scan.see(desk)
    assert [page.number for page in desk.pages] == [1, 2]
    assert [warning.en for warning in desk.warnings] == [
        f"these pages need too much computing; only the first 2 of {desk.total} were read"
    ]
