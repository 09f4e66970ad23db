"""Rebuilds the fixture papers: `python tests/data/build.py [NAME ...]`, with typst (PyPI) and Noto CJK fonts installed.

The same sources and fonts give the same bytes: nothing takes the time or a random number from outside.
"""

import math
import sys
from pathlib import Path

import pymupdf
import typst

HERE = Path(__file__).parent
EPOCH = 1713484800  # 2024-04-19, in seconds; the date that a PDF says it was made


def typeset(source: Path) -> bytes:
    """The PDF of one typst source; untagged, as LaTeX makes them."""
    return bytes(typst.compile(source, root=HERE, timestamp=EPOCH, pdf_tags=False))


def ripples() -> bytes:
    """A grey picture of ripples on a street, PNG, for chinese.typ."""
    width, height = 380, 210
    page = pymupdf.Pixmap(pymupdf.csGRAY, pymupdf.IRect(0, 0, width, height), False)
    for y in range(height):
        for x in range(width):
            near = math.hypot((x - 250) / 1.4, (y - 90) * 1.5)
            far = math.hypot((x - 70) / 1.4, (y - 160) * 1.5)
            wave = 34 * math.sin(near / 5.5) * math.exp(-near / 120) + 18 * math.sin(far / 3.2) * math.exp(-far / 70)
            page.set_pixel(x, y, (int(118 + 50 * y / height + wave) // 6 * 6,))
    return bytes(page.tobytes("png"))


def main(names: list[str]) -> None:
    (HERE / "ripples.png").write_bytes(ripples())
    for source in sorted(HERE.glob("*.typ")):
        if not names or source.stem in names:
            source.with_suffix(".pdf").write_bytes(typeset(source))


if __name__ == "__main__":
    main(sys.argv[1:])
