"""A reply's text as it arrives, whoever asked for it."""

from collections.abc import Iterator

from ..cancel import CancelToken
from ..llm.base import Engine, Reading, Request, Restart, Usage

_LONGEST = 40_000
"""Characters; the fullest answer has half of them. A model that repeats itself would go on, and be paid for it."""
_PIECE = 80
_TIMES = 12
"""As often as this, no answer says the same 80 characters; a small model may, and then goes on for an hour."""


def arriving(engine: Engine, request: Request, cancel: CancelToken) -> Iterator[str | Usage | Reading]:
    """The whole text so far, again with each piece of it, between what else the engine tells.

    One that goes round in circles, or grows longer than any answer, is cut: it is listened to no more. Raises
    ModelError; Cancelled once `cancel` is set.
    """
    text = ""
    for piece in engine.stream(request, cancel):
        cancel.check()
        if isinstance(piece, Reading | Usage):
            yield piece
            continue
        text = "" if isinstance(piece, Restart) else text + piece
        yield text
        if len(text) > _LONGEST or _circles(text):
            yield Usage()  # a call whose tokens nobody reports any more
            return  # which closes the stream


def _circles(text: str) -> bool:
    end = text[-_PIECE:]
    return len(end) == _PIECE and text.count(end) >= _TIMES
