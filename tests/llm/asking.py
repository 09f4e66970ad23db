"""What the tests of engines ask, and how they read the answer."""

from collections.abc import Iterator

from chatpaper.cancel import CancelToken
from chatpaper.chain import budget, replies
from chatpaper.llm.base import Engine, Piece, Request, Restart
from tests.made import paper

REQUEST = Request(
    stage="takeaways",
    system="You read papers.",
    paper=budget.as_text(paper(), paper().passages),
    instruction="Write the takeaways.",
    schema=replies.schema(replies.TakeawaysReply, ("zh", "en")),
    passages=paper().passages,
    languages=("zh", "en"),
)


def text(pieces: Iterator[Piece]) -> str:
    """What is valid at the end of a stream."""
    said = ""
    for piece in pieces:
        said = "" if isinstance(piece, Restart) else said + (piece if isinstance(piece, str) else "")
    return said


def asked(engine: Engine) -> replies.Reply:
    """The engine's reply to REQUEST, in the asked form."""
    return replies.parse(text(engine.stream(REQUEST, CancelToken())), replies.TakeawaysReply, ("zh", "en"))
