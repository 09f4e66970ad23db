"""What the layout model's networks are to know of a page, as its own code works it out, from what is known here."""

# PyMuPDF has no types of its own.
# mypy: disallow-untyped-calls=False

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from operator import attrgetter
from pathlib import Path
from typing import Any

import numpy
import pymupdf
from numpy.typing import NDArray
from pymupdf import extra, mupdf

from .sheet import Sheet

Question = dict[str, Any]
"""Boxes of what is on the page, their features and texts, and the page's picture."""

_Dict = dict[str, Any]
_features: Any = import_module("pymupdf.layout.pymupdf_util_ext")
_pages: Any = import_module("pymupdf.layout.pymupdf_util")
_regions: Any = import_module("pymupdf.features")


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the networks were trained on."""

    kinds: tuple[str, ...]
    """Of elements of a page."""
    names: tuple[str, ...]
    """Of their features."""


@dataclass(frozen=True, slots=True)
class Beginning:
    """A paper whose pages come next."""

    seconds: float
    """The processor's, that the networks' process may take for it."""
    file: Path | None
    """None where that process cannot open it."""
    pages: int
    """How many are read."""
    tables: bool
    """As in `question`."""


def question(sheet: Sheet, wanted: Wanted, tables: bool) -> Question:
    """`tables`: whether MuPDF looks for tables first, as it did when the model was trained."""
    _features.extract_rf_features = _named(wanted.names)
    options = {"input_type": wanted.kinds, "feature_set_name": "rf"}
    page: Question = _pages.create_input_data_from_page(_Asked(sheet, tables), options)
    del page["stext_page"]
    page["custom_features"] = [_row(found, wanted.names) for found in page["custom_features"]]
    pymupdf.TOOLS.store_shrink(50)  # decoded images and fonts, of which MuPDF would keep 256 MB
    return page


_OF_KIND = {
    "is_text": "text",
    "is_image": "image",
    "is_vector": "vector",
    "is_hline_vector": "h-line-vector",
    "is_vline_vector": "v-line-vector",
}


def _row(found: _Dict, names: Sequence[str]) -> NDArray[numpy.float32]:
    """The features by their places, as the networks take them: a tenth of what they take by their names."""
    kind = found.get("box_type", "text")
    row = [kind == _OF_KIND[name] if name in _OF_KIND else found[name] for name in names]
    return numpy.array(row, numpy.float32)


class _Asked:
    """What the layout model asks of a page, answered from its sheet."""

    def __init__(self, sheet: Sheet, tables: bool) -> None:
        self._sheet = sheet
        self._left_out = 0 if tables else pymupdf.TEXT_TABLE_HUNT
        self.rect = sheet.page.rect

    def get_pixmap(self) -> pymupdf.Pixmap:
        return self._sheet.picture

    def get_textpage(self, flags: int) -> pymupdf.TextPage:
        """From the page itself, as the model was trained, unless it is turned: then PyMuPDF would turn it back."""
        page = self._sheet.page
        flags &= ~self._left_out
        return self._sheet.text_page(flags) if page.rotation else page.get_textpage(flags=flags)

    def get_text(self, _: str, textpage: pymupdf.TextPage) -> _Dict:
        """Lines with their spans. PyMuPDF's own answer holds each image as a file, too, which takes up to a second."""
        return {"blocks": [{"type": 0, "lines": list(_lines(textpage.this))}]}

    def widgets(self) -> Iterator[Any]:
        return iter(self._sheet.page.widgets())


def _lines(text: mupdf.FzStextPage) -> Iterator[_Dict]:
    frame = mupdf.FzRect(text.m_internal.mediabox)
    buffer = mupdf.fz_new_buffer(128)
    at = mupdf.ll_fz_stext_page_block_iterator_begin_dfs(text.m_internal)
    while not mupdf.ll_fz_stext_page_block_iterator_eod_dfs(at):
        if at.block.type == mupdf.FZ_STEXT_BLOCK_TEXT:
            for line in mupdf.FzStextBlock(at.block):
                found: _Dict = {}
                box = extra.JM_make_spanlist(found, line, False, buffer, frame)
                yield found | {"bbox": (box.x0, box.y0, box.x1, box.y1)}
        at = mupdf.ll_fz_stext_page_block_iterator_next_dfs(at)


class _Regions:
    """The features of a page's regions, as the model's own code takes them, in a third of the time: it asks each region
    for the names of its features anew."""

    def __init__(self, names: Sequence[str]) -> None:
        self._names = [name for name in names if hasattr(_regions.fz_feature_stats, name)]
        self._values = attrgetter(*self._names)

    def __call__(self, data: dict[str, Any], text: pymupdf.TextPage) -> None:
        features = data["custom_features"]
        for box, found in zip(data["bboxes"], features, strict=True):
            region = _regions.fz_features_for_region(text, pymupdf.mupdf.FzRect(*box), 0)
            found.update(zip(self._names, self._values(region), strict=True))
        if any(f["num_numerals"] + f["num_non_numerals"] > 0 and f["invisible"] == 0 for f in features):
            seen = [f["invisible"] != 1 for f in features]
            for key in ("custom_features", "bboxes", "text"):
                data[key] = [one for one, kept in zip(data[key], seen, strict=True) if kept]


_named = cache(_Regions)
"""One for all papers: what the networks were trained on does not change."""
