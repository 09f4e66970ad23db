"""The recipe of reading: an open document becomes a Paper."""

import pymupdf

from ..paper import Paper, PdfFile
from . import answer, captioned, compose, heads, opening, roles, scan
from .desk import Desk
from .layout import LayoutModel, Sight

STEPS = (
    scan.see,
    scan.refuse_unreadable,
    scan.lay_out,
    captioned.find_captions,
    heads.find_headings,
    opening.find_front,
    roles.find_floats,
    roles.mark_small_notes,
    compose.find_sections,
)


def paper(
    model: LayoutModel, document: pymupdf.Document, pdf: PdfFile, max_pages: int, anyway: bool, tables: bool = True
) -> Paper:
    """Reads the document; each step finds on the desk what the ones before it left there. `tables`: as in
    `question`."""
    pages = min(document.page_count, max_pages)
    with Sight(model, document, pages, tables) as sight:
        desk = Desk(document, pdf, sight, pages)
        for step in STEPS:
            step(desk)
        answer.refuse_nonpaper(desk, anyway)
        return answer.result(desk)
