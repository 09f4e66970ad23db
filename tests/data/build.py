"""Rebuilds the fixture papers: `python tests/data/build.py`, with typst (PyPI) and the fonts Noto CJK and Liberation.

The same sources and fonts give the same bytes: nothing takes the time or a random number from outside. Encryption
does, so `encrypted.pdf` is written anew only when it no longer holds its paper.
"""

import math
import struct
import zlib
from pathlib import Path
from typing import Any

import pymupdf
import typst

HERE = Path(__file__).parent
EPOCH = 1713484800  # 2024-04-19, in seconds; the date that a PDF says it was made
PASSWORD = "secret"
PYMUPDF: Any = pymupdf


def main() -> None:
    (HERE / "ripples.png").write_bytes(ripples())
    for source in sorted(HERE.glob("*.typ")):
        source.with_suffix(".pdf").write_bytes(typeset(source))
    paper = (HERE / "one-column.pdf").read_bytes()
    (HERE / "scanned.pdf").write_bytes(scanned(paper, pages=2))
    locked = HERE / "encrypted.pdf"
    if not (locked.exists() and texts(locked.read_bytes()) == texts(paper)):
        locked.write_bytes(encrypted(paper))


def typeset(source: Path) -> bytes:
    """The PDF of one typst source; untagged, as LaTeX makes them."""
    return bytes(typst.compile(source, root=HERE, timestamp=EPOCH, pdf_tags=False))


def scanned(pdf: bytes, *, pages: int) -> bytes:
    """The first pages as grey images at 110 dpi, without any text."""
    scan = PYMUPDF.open()
    for page in list(PYMUPDF.open(stream=pdf))[:pages]:
        image = page.get_pixmap(dpi=110, colorspace=PYMUPDF.csGRAY).tobytes("jpeg", jpg_quality=40)
        scan.new_page(width=page.rect.width, height=page.rect.height).insert_image(page.rect, stream=image)
    return bytes(scan.tobytes(garbage=3, deflate=True, no_new_id=True))


def encrypted(pdf: bytes) -> bytes:
    """The same paper behind a user password."""
    options = {"encryption": PYMUPDF.PDF_ENCRYPT_AES_256, "user_pw": PASSWORD, "owner_pw": PASSWORD}
    return bytes(PYMUPDF.open(stream=pdf).tobytes(**options))


def texts(pdf: bytes) -> list[str]:
    """The text of each page."""
    paper = PYMUPDF.open(stream=pdf)
    paper.authenticate(PASSWORD)
    return [page.get_text() for page in paper]


def ripples() -> bytes:
    """A grey picture of ripples on a street, PNG, for chinese.typ."""
    width, height = 380, 210
    rows = (b"\0" + bytes(_ripple(x, y / height, y) for x in range(width)) for y in range(height))
    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    chunks = ((b"IHDR", header), (b"IDAT", zlib.compress(b"".join(rows), 9)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data)) for name, data in chunks
    )


def _ripple(x: int, light: float, y: int) -> int:
    near = math.hypot((x - 250) / 1.4, (y - 90) * 1.5)
    far = math.hypot((x - 70) / 1.4, (y - 160) * 1.5)
    wave = 34 * math.sin(near / 5.5) * math.exp(-near / 120) + 18 * math.sin(far / 3.2) * math.exp(-far / 70)
    return int(118 + 50 * light + wave) // 6 * 6


if __name__ == "__main__":
    main()
