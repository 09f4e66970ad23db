"""Files that were made to harm: each ends within limits as a paper or a refusal, and the next one is read."""

import pickle
import resource
import zlib
from collections.abc import Callable, Iterator
from contextlib import suppress
from multiprocessing import get_context
from pathlib import Path

import pytest

from chatpaper.errors import UnusablePdf
from chatpaper.paper import PdfFile
from chatpaper.reading import Reader, limits, worker
from chatpaper.reading import reader as module

from .conftest import DATA, pdf_at
from .test_isolation import page, stream, written

pymupdf = pytest.importorskip("pymupdf")
TEXT = b"BT /F 10 Tf 50 700 Td (" + b"A sentence of a page that says nothing at all. " * 20 + b") Tj ET"
FONT = b"/Font << /F << /Type /Font /Subtype /Type1 /BaseFont /Helvetica >> >>"


@pytest.fixture(scope="module")
def strict() -> Iterator[Reader]:
    with Reader(seconds=8, memory_mb=900) as reader:
        yield reader


def ten_thousand_pages(path: Path) -> PdfFile:
    objects = page(stream(TEXT), FONT)
    objects[1] = b"<< /Type /Pages /Kids [%s] /Count 10000 >>" % (b"3 0 R " * 10_000)
    return written(path, objects)


def pages_in_a_circle(path: Path) -> PdfFile:
    objects = page(stream(TEXT), FONT)
    objects[1] = b"<< /Type /Pages /Kids [2 0 R 3 0 R] /Count 5 /Parent 2 0 R >>"
    return written(path, objects)


def very_wide(path: Path) -> PdfFile:
    """A metre wide and as good as endless in height."""
    objects = page(stream(TEXT), FONT)
    objects[2] = objects[2].replace(b"[0 0 600 800]", b"[0 0 2835 8000000]")
    return written(path, objects)


def deeply_nested(path: Path) -> PdfFile:
    objects = page(stream(TEXT), FONT)
    objects[0] = b"<< /Type /Catalog /Pages 2 0 R /Names %s%s >>" % (b"[" * 200_000, b"]" * 200_000)
    return written(path, objects)


def huge_image(path: Path) -> PdfFile:
    """A picture of 50,000 by 50,000 pixels in a few kilobytes."""
    packer = zlib.compressobj(9)
    row = bytes(50_000 // 8)
    packed = b"".join(packer.compress(row) for _ in range(50_000)) + packer.flush()
    more = b"/Type /XObject /Subtype /Image /Width 50000 /Height 50000 /BitsPerComponent 1 /ColorSpace /DeviceGray"
    objects = page(stream(TEXT + b" q 600 0 0 800 0 0 cm /I Do Q"), FONT + b" /XObject << /I 5 0 R >>")
    return written(path, [*objects, stream(packed, more + b" /Filter /FlateDecode")])


def flood_of_text(path: Path) -> PdfFile:
    packer = zlib.compressobj(9)
    line = b"BT /F 1 Tf 50 %d Td (" + b"words and words without an end " * 40 + b") Tj ET\n"
    packed = b"".join(packer.compress(line % (n % 800)) for n in range(300)) + packer.flush()
    return written(path, page(stream(packed, b"/Filter /FlateDecode"), FONT))


def letters_without_names(path: Path) -> PdfFile:
    """A font whose codes say nothing of letters."""
    codes = b" ".join(b"/g%d" % n for n in range(32, 127))
    font = FONT.replace(b"/Helvetica", b"/Nameless /Encoding << /Differences [32 %s] >>" % codes)
    return written(path, page(stream(TEXT), font))


def cut_streams(path: Path) -> PdfFile:
    objects = page(stream(b"x" * 50, b"/Filter [/FlateDecode /ASCII85Decode /LZWDecode /RunLengthDecode]"), FONT)
    return written(path, objects)


@pytest.mark.parametrize(
    "hostile",
    [
        ten_thousand_pages,
        pages_in_a_circle,
        very_wide,
        deeply_nested,
        huge_image,
        flood_of_text,
        letters_without_names,
        cut_streams,
    ],
)
def test_no_file_harms_the_reader(strict: Reader, tmp_path: Path, hostile: Callable[[Path], PdfFile]) -> None:
    file = hostile(tmp_path / "hostile.pdf")
    for work in (lambda: strict.read(file, anyway=True).pages, lambda: strict.render_page(file, 1)):
        with suppress(UnusablePdf):
            assert work()
    assert strict.read(pdf_at(DATA / "no-sections.pdf")).title


def test_what_a_file_carries_along_is_neither_run_nor_read(strict: Reader, tmp_path: Path) -> None:
    path = tmp_path / "carrier.pdf"
    with pymupdf.open(DATA / "one-column.pdf") as document:
        document.embfile_add("../../evil.exe", b"MZ embedded payload", filename="../../evil.exe")
        script = document.get_new_xref()
        document.update_object(script, "<< /S /JavaScript /JS (app.alert\\('payload'\\);) >>")
        document.xref_set_key(document.pdf_catalog(), "OpenAction", f"{script} 0 R")
        launch = {"kind": pymupdf.LINK_LAUNCH, "from": pymupdf.Rect(0, 0, 90, 90), "file": "/bin/sh"}
        document[0].insert_link(launch)
        document.save(path)
    before = set(tmp_path.rglob("*"))
    paper = strict.read(pdf_at(path))
    assert paper.title == strict.read(pdf_at(DATA / "one-column.pdf")).title
    assert "payload" not in paper.model_dump_json()
    assert "evil" not in paper.model_dump_json()
    assert set(tmp_path.rglob("*")) == before


def test_what_is_a_web_page_and_an_archive_too_is_read_as_a_paper_only(strict: Reader, tmp_path: Path) -> None:
    path = tmp_path / "polyglot.pdf"
    body = (DATA / "one-column.pdf").read_bytes()
    path.write_bytes(b"<script>alert(1)</script>\n" + body + b"\nPK\x03\x04 payload.zip")
    assert "payload" not in strict.read(pdf_at(path)).model_dump_json()


def test_an_answer_that_is_too_large_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "LARGEST", 1000)
    monkeypatch.setattr(worker, "read", lambda *_: "x" * 2000)
    packed, _ = module._call(10, "read", ())
    assert isinstance(pickle.loads(packed), UnusablePdf)


def confined(folder: str) -> list[str]:
    """What a confined process cannot do; runs in one."""
    limits.confine()
    refused = []
    try:
        Path(folder, "written").write_text("x" * 100)
    except OSError as error:
        refused.append(error.strerror or "")
    try:
        files = [Path(folder).joinpath("readable").open() for _ in range(200)]
        refused.append(f"opened {len(files)}")
    except OSError as error:
        refused.append(error.strerror or "")
    return [*refused, str(resource.getrlimit(resource.RLIMIT_CORE)[1])]


def test_a_worker_writes_nothing_and_opens_little(tmp_path: Path) -> None:
    (tmp_path / "readable").write_text("x")
    with get_context("spawn").Pool(1) as pool:
        assert pool.apply(confined, (str(tmp_path),)) == ["File too large", "Too many open files", "0"]
