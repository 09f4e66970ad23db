"""Rebuilds the fixture papers: `python tests/data/build.py [NAME ...]`, with typst (PyPI) and Noto CJK fonts installed.

The same sources and fonts give the same bytes: nothing takes the time or a random number from outside.
"""

import math
import struct
import sys
import zlib
from pathlib import Path

import typst

HERE = Path(__file__).parent
EPOCH = 1713484800  # 2024-04-19, in seconds; the date that a PDF says it was made


def typeset(source: Path) -> bytes:
    """The PDF of one typst source; untagged, as LaTeX makes them."""
    return bytes(typst.compile(source, root=HERE, timestamp=EPOCH, pdf_tags=False))


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


def main(names: list[str]) -> None:
    (HERE / "ripples.png").write_bytes(ripples())
    for source in sorted(HERE.glob("*.typ")):
        if not names or source.stem in names:
            source.with_suffix(".pdf").write_bytes(typeset(source))


if __name__ == "__main__":
    main(sys.argv[1:])
