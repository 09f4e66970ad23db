"""What a visitor asked of a paper on earlier visits. It is kept in that visitor's browser (page.js) and nowhere else.

It comes back as hostile as anything from outside: it is shown as far as it can be held against the paper.
"""

import asyncio

from pydantic import ValidationError

from ..chain import ask
from ..digest import QuestionAnswer
from .questions import MOST
from .session import Session


async def recall(session: Session, given: object) -> bool:
    """Answers on the paper that is open come before those of now, once; whether there were any."""
    questions, paper = session.open.questions, session.paper
    if paper is None or questions.recalled or not isinstance(given, dict) or given.get("of") != paper.report.sha256:
        return False
    questions.recalled = True
    listed = given.get("answers")
    kept = [a for text in (listed[-MOST:] if isinstance(listed, list) else ()) if (a := _answer(text))]
    questions.recall(await asyncio.to_thread(ask.again, paper, kept))
    return bool(kept)


def _answer(text: object) -> QuestionAnswer | None:
    """What the browser sent, if it is an answer."""
    try:
        answer = QuestionAnswer.model_validate_json(text if isinstance(text, str) else "")
    except ValidationError:
        return None
    return answer if len(answer.question) <= ask.LONGEST and len(answer.claims) <= ask.MOST else None
