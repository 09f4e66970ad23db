"""The library keeps papers, digests and finished stages, also between processes."""

import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

from chatpaper.chain import draft
from chatpaper.digest import Digest, DigestFigure, Made, StageReply
from chatpaper.errors import BadSetting
from chatpaper.library import Library, Shared, key
from chatpaper.settings import Journal
from tests.made import paper


def digest() -> Digest:
    made = Made(engine="gemini", model="m", prompts="0" * 12, at=datetime(2026, 1, 2, tzinfo=UTC))
    figure = DigestFigure(kind="figure", label="Figure 1", caption="A lake", page=1, image=b"\x89PNG\xff\x00")
    return draft.empty(paper(), made, ("zh", "en"), extractive=False).model_copy(update={"figures": (figure,)})


def test_what_was_kept_is_found_again_in_another_library(tmp_path: Path) -> None:
    Library(tmp_path).keep_paper("p", paper())
    Library(tmp_path).keep_digest("d", paper(), digest())
    again = Library(tmp_path)
    assert again.paper("p") == paper()
    assert again.digest("d") == (paper(), digest())
    assert again.paper("d") is None
    assert again.digest("p") is None


def test_what_is_shared_comes_newest_first_and_models_before_extracts(tmp_path: Path) -> None:
    rows = [Shared(1, ("zh", "en"), "a", "x"), Shared(10, ("en",), "", "y"), Shared(10, ("en",), "b", "y")]
    for row in [*rows, rows[1]]:
        Library(tmp_path).share("2404.12920", row)
    assert Library(tmp_path).shared("2404.12920") == rows[::-1][:1] + rows[1::-1]
    assert Library(tmp_path).shared("2404.1292") == []


def test_replies_of_a_run_are_found_until_they_are_forgotten(tmp_path: Path) -> None:
    library = Library(tmp_path)
    library.keep_reply("run", "summary", StageReply(text="{}", calls=1, input_tokens=5))
    library.keep_reply("run", "methods", StageReply(text="[]"))
    library.keep_reply("other", "summary", StageReply(text="1"))
    assert library.replies("run") == {
        "summary": StageReply(text="{}", calls=1, input_tokens=5),
        "methods": StageReply(text="[]"),
    }
    library.forget_replies("run")
    assert library.replies("run") == {}
    assert list(library.replies("other")) == ["summary"]


def test_keys_tell_their_parts_apart() -> None:
    assert key("a", "b") != key("ab") != key("a", "", "b") != key("b", "a")


def test_a_foreign_row_is_not_found(tmp_path: Path) -> None:
    library = Library(tmp_path)
    library.keep_reply("x", "summary", StageReply(text=""))
    with library._connection() as connection, connection:
        connection.execute("insert into papers (key, body) select 'p', body from replies")
        connection.execute("insert into papers (key, body) values ('q', x'6a756e6b')")
    assert library.paper("p") is None
    assert library.paper("q") is None


def test_a_folder_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.touch()
    with pytest.raises(BadSetting, match="CHATPAPER_DATA_DIR"):
        Library(file / "below")


def test_a_full_disk_costs_the_memory_not_the_run(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    library = Library(tmp_path)
    (tmp_path / "library.sqlite3").write_bytes(b"no database" * 1000)
    library.keep_reply("run", "summary", StageReply(text="secret words"))
    assert "library not written" in caplog.text
    assert "secret words" not in caplog.text


def test_what_is_spent_is_counted_by_day_and_name_and_survives_a_restart(tmp_path: Path) -> None:
    both = {"10.0.0.1": 8, "all": 12}
    assert [Library(tmp_path).spend("2026-01-01", 4, both) for _ in range(3)] == [None, None, "10.0.0.1"]
    other = {"10.0.0.2": 8, "all": 12}
    assert [Library(tmp_path).spend("2026-01-01", cost, other) for cost in (3, 2, 1, 1)] == [None, "all", None, "all"]
    assert Library(tmp_path).spend("2026-01-02", 4, both) is None
    assert b"10.0.0.1" not in (tmp_path / "library.sqlite3").read_bytes()


@pytest.mark.parametrize("journal", ["wal", "delete"])
def test_two_processes_write_at_once(journal: Journal, tmp_path: Path) -> None:
    Library(tmp_path)  # of the default mode before
    script = (
        "import sys\nfrom pathlib import Path\n"
        "from chatpaper.library import Library\nfrom chatpaper.digest import StageReply\n"
        "library = Library(Path(sys.argv[1]), journal=sys.argv[3])\n"
        "for n in range(100): library.keep_reply(sys.argv[2], str(n), StageReply(text='x' * 1000))\n"
    )
    running = [subprocess.Popen([sys.executable, "-c", script, str(tmp_path), name, journal]) for name in ("a", "b")]
    assert [p.wait(60) for p in running] == [0, 0]
    library = Library(tmp_path, journal=journal)
    assert (tmp_path / "library.sqlite3").read_bytes()[18] == (2 if journal == "wal" else 1), "as SQLite's format says"
    assert len(library.replies("a")) == len(library.replies("b")) == 100
