"""From a touched chip to the page of the paper with that sentence marked."""

import struct
from collections.abc import Mapping, Sequence

from ..digest import Digest, Evidence
from ..errors import ChatPaperError
from ..paper import Box
from ..pipeline import Pipeline
from . import screen
from .session import Session

WIDTH = 1300
"""Pixels of a page's picture: sharp on a wide screen at twice the pixel density."""
_PAGE_WIDTH = 604.0
"""Points, between A4 and Letter."""


def touched(pipeline: Pipeline, session: Session) -> str:
    """The pane for what the browser says was touched; anything that is not of this digest changes nothing."""
    digest, paper, pdf, data = session.digest, session.paper, session.pdf, session.touched.data
    named = data.get("passage")
    cited = _cited(digest, named) or session.open.questions.cited(named) if digest else None
    if cited is None or paper is None or pdf is None:
        return screen.hint(session, lost=True, cited=cited)
    passage = paper.passage(cited.passage)
    try:
        image = pipeline.page_image(
            pdf, cited.page, highlight=passage.rects if passage else (), width=WIDTH, password=session.open.password
        )
    except ChatPaperError:
        return screen.hint(session, lost=True, cited=cited)
    mark = _mark(image, passage.rects) if passage and passage.rects else None
    return screen.page(session, cited.page, image, cited, _place(data), mark)


def first_page(pipeline: Pipeline, session: Session) -> str:
    """The pane before a chip was touched: the paper itself."""
    if session.pdf is None:
        return screen.hint(session)
    try:
        image = pipeline.page_image(session.pdf, 1, width=WIDTH, password=session.open.password)
    except ChatPaperError:
        return screen.hint(session)
    return screen.page(session, 1, image)


def beside(pipeline: Pipeline, session: Session, turn: int) -> str:
    """The pane of a digest that was opened at this turn: its first page, unless a sentence was touched since."""
    page = first_page(pipeline, session)
    return touched(pipeline, session) if session.touched.late(turn) else page


def _cited(digest: Digest, passage: object) -> Evidence | None:
    return next((e for c in digest.claims() for e in c.evidence if e.passage == passage), None)


def _mark(image: bytes, boxes: Sequence[Box]) -> tuple[float, float]:
    """About where the boxes begin, as shares of the picture's width and height; near enough to scroll there."""
    if not image.startswith(b"\x89PNG"):
        return 0.0, 0.0
    width, height = struct.unpack(">II", image[16:24])  # of its header, IHDR
    left, top = min(box[0] for box in boxes), boxes[0][1]
    return left / _PAGE_WIDTH, top / (_PAGE_WIDTH * height / width)


def _place(data: Mapping[str, object]) -> tuple[int, int] | None:
    """Which one of how many, as the browser counts them."""
    at, of = data.get("at"), data.get("of")
    return (at, of) if isinstance(at, int) and isinstance(of, int) and 0 < at <= of < 10_000 else None
