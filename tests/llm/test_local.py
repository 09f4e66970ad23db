"""A model in this process: a real llama.cpp, a tiny model."""

import importlib.util
import json
import re
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest

from chatpaper.cancel import CancelToken
from chatpaper.chain import prompts
from chatpaper.chain.events import StageReading
from chatpaper.chain.run import run
from chatpaper.errors import (
    BadModelFile,
    Cancelled,
    EngineNotInstalled,
    ModelRefused,
    ModelUnreachable,
    NoSuchModel,
)
from chatpaper.llm.base import Reading, Request, Usage
from chatpaper.llm.engines import chosen
from chatpaper.llm.local import Local
from chatpaper.settings import Settings
from tests.llm.asking import REQUEST, text
from tests.made import SENTENCES, paper

pytest.importorskip("xllamacpp", reason="pip install -r requirements-local.txt: the engine `local` is not tested")
tiny_model = pytest.importorskip("tests.llm.tiny_model", reason="gguf is not installed: no model to test with")


@pytest.fixture(autouse=True)
def one_thread(monkeypatch: pytest.MonkeyPatch) -> None:
    """Threads of llama.cpp wait for each other without sleeping, which is slow where tests run side by side."""
    monkeypatch.setattr("chatpaper.llm.local._cores", lambda: 1)


@pytest.fixture(scope="session")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path: Path = tiny_model.build(tmp_path_factory.mktemp("models") / "tiny.gguf")
    return path


@pytest.fixture(scope="session")
def slow(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """It reads some hundred characters a second."""
    path: Path = tiny_model.build(tmp_path_factory.mktemp("models") / "slow.gguf", width=512, layers=4, context=65_536)
    return path


def local(path: Path, context: int = 16_384) -> Local:
    return Local(model=str(path), context=context)


LONG = replace(REQUEST, paper=REQUEST.paper * 30)


def test_an_answer_streams_in_the_asked_form_whatever_the_model_would_say(model: Path) -> None:
    pieces = list(local(model).stream(REQUEST, CancelToken()))
    answer = json.loads(text(p for p in pieces if isinstance(p, str)))
    assert answer.keys() == {"takeaways"}
    assert 1 <= len(answer["takeaways"]) <= 7
    for claim in answer["takeaways"]:
        assert list(claim) == ["passages", "zh", "en"], "in the order of the schema"
        assert isinstance(claim["zh"], str)
        assert len(claim["passages"]) <= 3
        assert all(re.fullmatch(r"\d+\.\d+", i) for i in claim["passages"]), "ids, even where it knows no better"
    assert len([p for p in pieces if isinstance(p, str)]) > 5


def usage(engine: Local, request: Request) -> Usage:
    """Of an answer that was whole at the first try or the second."""
    return [p for p in engine.stream(request, CancelToken()) if isinstance(p, Usage)][-1]


def test_tokens_are_counted_and_the_paper_is_read_once(model: Path) -> None:
    engine = local(model)
    first = usage(engine, replace(REQUEST, system="You read papers with care."))
    second = usage(engine, replace(REQUEST, system="You read papers with care.", instruction="Write the methods."))
    assert first.input_tokens >= len(REQUEST.paper), "a character is a token of this model"
    assert first.output_tokens > 20
    assert second.cached_tokens >= len(REQUEST.paper)
    assert second.input_tokens > second.cached_tokens


def test_what_is_read_is_told(model: Path) -> None:
    told = [p for p in local(model).stream(replace(REQUEST, system="Anew."), CancelToken()) if isinstance(p, Reading)]
    assert [t.tokens for t in told] == sorted(t.tokens for t in told)
    assert told[-1].tokens == told[-1].total > len(REQUEST.paper)
    assert len(told) > 3


def test_stages_are_served_one_after_another(model: Path) -> None:
    engine = local(model)
    requests = [replace(REQUEST, instruction=f"Instruction {n}.") for n in range(4)]
    with ThreadPoolExecutor(4) as pool:
        counted = list(pool.map(lambda request: usage(engine, request), requests))
    assert sum(u.cached_tokens >= len(REQUEST.paper) for u in counted) >= 3


def test_stop_is_heard_at_once_while_the_paper_is_read(slow: Path) -> None:
    cancel = CancelToken()
    stopped: list[float] = []

    def stop() -> None:
        stopped.append(time.monotonic())
        cancel.cancel()

    read = 0
    with pytest.raises(Cancelled):  # noqa: PT012
        for piece in local(slow, 65_536).stream(LONG, cancel):
            assert isinstance(piece, Reading), "it is still reading"
            if piece.tokens and not read:
                threading.Timer(0.5, stop).start()
            read = piece.tokens
    assert time.monotonic() - stopped[0] < 1.0
    assert 0 < read < len(LONG.paper) / 2
    begun = time.monotonic()
    short = replace(REQUEST, paper="<paper>\n# A\n</paper>", instruction="Say it.")
    next(iter(local(slow, 65_536).stream(short, CancelToken())))
    assert time.monotonic() - begun < 4.0, "the model is free again after a batch"


def test_stop_is_heard_by_those_who_wait_for_their_turn(slow: Path) -> None:
    engine = local(slow, 65_536)
    busy = engine.stream(LONG, CancelToken())
    next(busy)
    cancel = CancelToken()
    threading.Timer(0.3, cancel.cancel).start()
    begun = time.monotonic()
    with pytest.raises(Cancelled):
        list(engine.stream(REQUEST, cancel))
    assert time.monotonic() - begun < 1.3
    busy.close()  # type: ignore[attr-defined]


def test_a_paper_beyond_the_window_is_said(model: Path) -> None:
    with pytest.raises(ModelRefused, match="context size"):
        list(local(model, 8_192).stream(LONG, CancelToken()))


def test_a_run_tells_how_far_it_has_read(model: Path) -> None:
    happened = run(paper(*SENTENCES), local(model), prompts.load(), ("en",), CancelToken())
    told = next(e for e in happened if isinstance(e, StageReading) and e.tokens == e.total)
    assert told.stage == prompts.load().stages[0].name
    assert told.total > sum(len(sentence) for _, sentence in SENTENCES)
    happened.close()  # type: ignore[attr-defined]


def test_not_installed_says_what_to_install(model: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda _: None)
    with pytest.raises(EngineNotInstalled, match=r"pip install -r requirements-local\.txt"):
        local(model)


@pytest.mark.parametrize("name", ["", "gone.gguf", "/gone/gone.gguf", "owner/model.gguf"])
def test_a_file_that_is_not_there_is_said_at_once(name: str) -> None:
    with pytest.raises(BadModelFile):
        Local(model=name, context=8_000)


def test_a_file_that_is_no_model_is_said(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "broken.gguf"
    path.write_bytes(b"GGUF and no more")
    with pytest.raises(BadModelFile, match=r"broken\.gguf") as caught:
        list(local(path).stream(REQUEST, CancelToken()))
    assert str(tmp_path) not in str(caught.value), "a visitor need not know where it lies"
    assert capfd.readouterr().err == ""


def test_a_model_on_the_hub_that_cannot_be_fetched_is_said() -> None:
    with pytest.raises(ModelUnreachable, match="Hugging Face"):  # the tests are offline
        list(Local(model="owner/repo/model.gguf", context=8_000).stream(REQUEST, CancelToken()))


def test_it_is_the_choice_before_extracts_once_a_model_is_set(model: Path) -> None:
    settings = Settings.read({"CHATPAPER_LOCAL_MODEL": str(model), "CHATPAPER_LOCAL_CONTEXT": "9000"})
    engine = chosen(settings, None, model=None, keys=())
    assert (engine.name, engine.model, engine.window) == ("local", "tiny.gguf", 9000)
    assert engine.models(CancelToken()) == ("tiny.gguf",)
    with_key = Settings.read({"CHATPAPER_LOCAL_MODEL": str(model), "GEMINI_API_KEY": "k"})
    assert chosen(with_key, None, model=None, keys=()).name == "gemini"


def test_nobody_can_name_another_file_of_this_machine(model: Path, tmp_path: Path) -> None:
    settings = Settings.read({"CHATPAPER_LOCAL_MODEL": str(model)})
    for name in (str(tmp_path / "other.gguf"), "owner/repo/file.gguf"):
        with pytest.raises(NoSuchModel, match=r"tiny\.gguf"):
            chosen(settings, "local", model=name, keys=())
    assert chosen(settings, "local", model="tiny.gguf", keys=()).model == "tiny.gguf"
