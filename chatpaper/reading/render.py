"""Pages and regions as pictures."""

# PyMuPDF has no types of its own.
# mypy: disallow-untyped-calls=False

import io
from collections.abc import Sequence

import pymupdf
from PIL import Image

from ..paper import Box

_YELLOW = (1.0, 0.9, 0.1)
_MOST = 4000
"""Pixels: no side of a picture is longer."""
_COLOURS = 4096
"""A page of text and drawings has fewer, and looks the same with the 256 of a palette; photographs have more."""


def page_png(document: pymupdf.Document, number: int, highlight: Sequence[Box], width: int) -> bytes:
    """The page as PNG, `width` pixels wide, with a palette where nobody sees that; marked boxes show through like a
    marker pen."""
    page = _page(document, number)
    for box in highlight:
        rect = pymupdf.Rect(box) * page.derotation_matrix
        page.draw_rect(rect, color=None, fill=_YELLOW, fill_opacity=0.38, overlay=True)
    pixels = page.get_pixmap(matrix=_scale(page.rect, width), alpha=False)
    image = Image.frombytes("RGB", (pixels.width, pixels.height), pixels.samples)
    if image.getcolors(_COLOURS) is None:
        return bytes(pixels.tobytes("png"))
    packed = io.BytesIO()
    image.quantize(256, Image.Quantize.FASTOCTREE).save(packed, "PNG")
    return packed.getvalue()


def region_image(document: pymupdf.Document, number: int, box: Box, width: int) -> bytes:
    """A region as PNG or JPEG, whichever is smaller: drawings suit the one, photographs the other."""
    page = _page(document, number)
    clip = pymupdf.Rect(box[0] - 3, box[1] - 3, box[2] + 3, box[3] + 3) & page.rect
    if clip.is_empty:
        clip = page.rect
    pixels = page.get_pixmap(matrix=_scale(clip, width), clip=clip, alpha=False)
    return min(bytes(pixels.tobytes("png")), bytes(pixels.tobytes("jpeg", jpg_quality=85)), key=len)


def _page(document: pymupdf.Document, number: int) -> pymupdf.Page:
    if not 1 <= number <= document.page_count:
        raise ValueError(f"the document has no page {number}")
    return document[number - 1]


def _scale(rect: pymupdf.Rect, width: int) -> pymupdf.Matrix:
    scale = min(width / max(1.0, rect.width), _MOST / max(1.0, rect.height), 6.0)
    return pymupdf.Matrix(scale, scale)
