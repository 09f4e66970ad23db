"""Pages as pictures: small where nothing is lost."""

# PyMuPDF has no types of its own.
# mypy: disallow-untyped-calls=False

import numpy
import pymupdf

from chatpaper.reading.render import page_png
from tests.conftest import DATA

PALETTE, TRUE_COLOUR = 3, 2
"""The colour types of PNG, in the byte behind size and depth."""


def picture(png: bytes) -> numpy.ndarray[tuple[int, ...], numpy.dtype[numpy.uint8]]:
    pixels = pymupdf.Pixmap(pymupdf.csRGB, pymupdf.Pixmap(png))
    return numpy.frombuffer(pixels.samples, numpy.uint8).reshape(pixels.height, pixels.width, 3)


def test_text_with_a_mark_looks_the_same_at_a_fraction_of_the_size() -> None:
    with pymupdf.open(DATA / "two-columns.pdf") as document:
        packed = page_png(document, 1, [(72, 90, 300, 120)], 1300)
    with pymupdf.open(DATA / "two-columns.pdf") as document:
        document[0].draw_rect((72, 90, 300, 120), color=None, fill=(1.0, 0.9, 0.1), fill_opacity=0.38)
        scale = 1300 / document[0].rect.width
        whole = document[0].get_pixmap(matrix=pymupdf.Matrix(scale, scale), alpha=False).tobytes("png")
    assert packed[25] == PALETTE
    assert len(packed) < 0.6 * len(whole)
    there, here = (picture(png).astype(int) for png in (whole, packed))
    assert here.shape == there.shape
    assert abs(here - there).mean() < 2
    assert abs(here - there).max() < 48


def test_a_photograph_keeps_its_colours() -> None:
    noise = numpy.random.default_rng(7).integers(0, 256, (300, 300, 3), dtype=numpy.uint8)
    with pymupdf.open() as document:
        image = pymupdf.Pixmap(pymupdf.csRGB, 300, 300, noise.tobytes(), False)
        document.new_page().insert_image((50, 50, 500, 500), pixmap=image)
        assert page_png(document, 1, (), 1300)[25] == TRUE_COLOUR
