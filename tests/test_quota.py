"""The disk keeps to its quota, and a stop waits for what runs."""

import os
import threading
from pathlib import Path

import pytest

from chatpaper.cancel import CancelToken
from chatpaper.digest import StageReply
from chatpaper.errors import Restarting
from chatpaper.library import Library
from chatpaper.quota import Quota
from chatpaper.runs import Runs


def test_the_oldest_goes_first_whatever_it_is(tmp_path: Path) -> None:
    library, folder = Library(tmp_path), tmp_path / "arxiv"
    folder.mkdir()
    library.keep_reply("run", "summary", StageReply(text=os.urandom(400_000).hex()))
    for age, name in enumerate(("new.pdf", "old.pdf", "oldest.pdf")):
        (folder / name).write_bytes(bytes(400_000))
        os.utime(folder / name, (2e9 - age, 2e9 - age) if age < 1 else (1e9 - age, 1e9 - age))
    (folder / "downloads.pace").write_bytes(b".")
    before = (tmp_path / "library.sqlite3").stat().st_size
    Quota(library, [folder, tmp_path / "missing"], 1).tidy()
    assert {p.name for p in folder.iterdir()} == {"new.pdf", "downloads.pace"}
    assert library.replies("run")
    Quota(library, [folder], 0).tidy()
    assert not library.replies("run")
    assert {p.name for p in folder.iterdir()} == {"downloads.pace"}
    assert (tmp_path / "library.sqlite3").stat().st_size < before, "the room is given back"


def test_what_fits_stays(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    library = Library(tmp_path)
    library.keep_reply("run", "summary", StageReply(text="x"))
    Quota(library, [tmp_path / "arxiv"], 100).tidy()
    assert library.replies("run")
    assert not caplog.text


def test_a_stop_waits_then_cuts_off() -> None:
    runs, token, begun = Runs(), CancelToken(), threading.Event()

    def work() -> None:
        with runs.one(token):
            begun.set()
            token._event.wait(60)

    thread = threading.Thread(target=work)
    thread.start()
    begun.wait(10)
    assert len(runs) == 1
    runs.stop(0.1)
    assert token.cancelled
    thread.join(10)
    assert len(runs) == 0
    with pytest.raises(Restarting), runs.one(CancelToken()):
        pass
