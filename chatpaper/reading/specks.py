"""Blanks that nobody sees: some typesetters put one of a ten-thousandth of a point between any two words.

MuPDF begins a line wherever the size of type changes so much, and the layout model takes each word for the cell of a
table.
"""

# PyMuPDF has no types of its own.
# mypy: disallow-untyped-calls=False

import re

import pymupdf

_TINY = rb"-?0?\.000\d*"
_SPECK = re.compile(rb"(\s" + _TINY + rb" 0 0 " + _TINY + rb" \S+ \S+ Tm\b[^()\[\]<>]{0,80})\( +\)\s*Tj\b")
_LARGEST = 1_000_000
"""Bytes of packed content; more of it draws a plot, and may unpack to a thousand times as much."""


def without_specks(page: pymupdf.Page) -> pymupdf.Page:
    """The page without them; the document in memory is changed, the file is not."""
    contents = page.get_contents()
    if sum(len(page.parent.xref_stream_raw(xref)) for xref in contents) > _LARGEST:
        return page
    before = page.read_contents()
    after = _SPECK.sub(rb"\1", before)
    if after == before:
        return page
    page.parent.update_stream(contents[0], after)
    page.set_contents(contents[0])
    renewed: pymupdf.Page = page.parent.reload_page(page)
    return renewed
