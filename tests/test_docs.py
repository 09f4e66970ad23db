"""The commands of the documentation run as they are written; its links and names are there."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from chatpaper.settings import Settings

ROOT = Path(__file__).parents[1]
PAGES = sorted([ROOT / "README.md", ROOT / "SECURITY.md", *(ROOT / "docs").glob("*.md")])
RUN = [
    (page.name, command)
    for page in PAGES
    if page.name != "README.md"  # its commands need a network, and are those of docs/using.md
    for block in re.findall(r"^```sh\n(.*?)^```", page.read_text("utf-8"), re.MULTILINE | re.DOTALL)
    for command in block.splitlines()
]


def test_there_are_commands() -> None:
    assert len(RUN) >= 5


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One data folder for all, as a reader of the documentation has: a paper is read once."""
    return tmp_path_factory.mktemp("home")


@pytest.mark.parametrize(("page", "command"), RUN, ids=lambda given: given[:60])
def test_a_command_runs_as_it_is_written(page: str, command: str, home: Path) -> None:
    folders = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    environment = {**os.environ, "PATH": folders, "CHATPAPER_DATA_DIR": str(home)}
    environment["CHATPAPER_ARXIV_ENDPOINT"] = "http://127.0.0.1:9"
    done = subprocess.run(command, shell=True, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, f"{page}: {done.stderr}"
    assert done.stdout.strip()


@pytest.mark.parametrize("page", PAGES, ids=lambda p: p.name)
def test_what_is_named_is_there(page: Path) -> None:
    text = page.read_text("utf-8")
    for target in re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", text):
        assert (page.parent / target).exists(), f"{page.name} links {target}"
    known = {field.alias for field in Settings.model_fields.values()}
    assert set(re.findall(r"CHATPAPER_[A-Z_]+[A-Z]", text)) <= known, page.name
    for path in re.findall(r"`((?:tests|chatpaper|docs)/[\w/.-]+)`", text):
        assert (ROOT / path).exists(), f"{page.name} names {path}"


def test_every_setting_is_listed() -> None:
    listed = (ROOT / "docs" / "configuring.md").read_text("utf-8")
    assert [f.alias for f in Settings.model_fields.values() if f.alias and f.alias not in listed] == []
