"""Where the parts meet: what the owner's keys serve, and for whom."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from chatpaper.cancel import CancelToken
from chatpaper.chain.events import Finished
from chatpaper.errors import DailyLimit
from chatpaper.pipeline import Choice, Pipeline
from chatpaper.settings import Settings
from tests.loopback.arxiv import ArxivServer
from tests.loopback.gemini import GeminiServer


def test_the_owners_key_serves_a_visitor_so_often_a_day(
    gemini: GeminiServer, arxiv: ArxivServer, paper_pdf: Callable[[str], Path], data_dir: Path
) -> None:
    environment = {
        "GEMINI_API_KEY": "owner",
        "CHATPAPER_GEMINI_ENDPOINT": gemini.url,
        "CHATPAPER_ARXIV_ENDPOINT": arxiv.url,
        "CHATPAPER_GEMINI_MODEL": "gemini-2.5-flash",
        "CHATPAPER_DATA_DIR": str(data_dir),
        "CHATPAPER_VISITOR_DIGESTS_PER_DAY": "1",
    }
    with Pipeline(Settings.read(environment, dotenv=Path(os.devnull))) as pipeline:

        def digested(name: str, choice: Choice) -> bool:
            events = pipeline.digest(pipeline.upload(paper_pdf(name), name), choice, CancelToken())
            return any(isinstance(event, Finished) for event in events)

        visitor = Choice(languages=("en",), visitor="10.0.0.1")
        assert digested("two-columns", visitor)
        assert digested("two-columns", visitor), "what the library has costs nothing"
        with pytest.raises(DailyLimit, match="today's 1 digests"):
            digested("one-column", visitor)
        assert digested("one-column", Choice(languages=("en",), visitor="10.0.0.1", keys=("the visitor's",)))
        assert digested("chinese", Choice(languages=("en",), visitor="10.0.0.2"))
        assert digested("no-sections", Choice(languages=("en",))), "the owner is not limited"
        assert digested("no-sections", Choice(engine="extractive", visitor="10.0.0.1"))
