"""Prompt files are checked whole when they are loaded; a broken one is named with its line."""

import shutil
from pathlib import Path

import pytest

from chatpaper.chain import prompts
from chatpaper.errors import BadPrompt


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return Path(shutil.copytree(prompts.FOLDER, tmp_path / "prompts"))


def test_the_shipped_prompts_load_in_the_order_of_their_needs() -> None:
    loaded = prompts.load()
    names = [s.name for s in loaded.stages]
    assert names[:4] == ["summary", "takeaways", "methods", "conclusion"]
    assert all(names.index(n) < names.index(s.name) for s in loaded.stages for n in s.needs)


def test_the_version_follows_the_text(folder: Path) -> None:
    before = prompts.load(folder).version
    (folder / "methods.md").write_text((folder / "methods.md").read_text() + "\nOne more rule.\n")
    assert prompts.load(folder).version != before


@pytest.mark.parametrize(
    ("file", "old", "new", "line"),
    [
        ("methods.md", "---\nname", "name", 1),
        ("methods.md", "needs: []", "needs: [", 5),
        ("methods.md", "name: methods", "name: method", 2),
        ("methods.md", "reply: methods", "reply: poem", 3),
        ("methods.md", "needs: []", "needs: [nothing]", 4),
        ("methods.md", "needs: []", "wants: []", 4),
        ("methods.md", "$languages", "$langauges", 6),
        ("methods.md", "$languages", "$5", 6),
        ("summary.md", "needs: []", "needs: [conclusion]", 1),
        ("methods.md", "reply: methods", "reply: statements", 3),
        ("methods.md", "needs: []", "heading: {zh: 方法, en: Methods}", 3),
        ("takeaways.md", "reply: takeaways", "reply: methods", 3),
    ],
)
def test_a_broken_file_is_named_with_its_line(folder: Path, file: str, old: str, new: str, line: int) -> None:
    path = folder / file
    path.write_text(path.read_text("utf-8").replace(old, new, 1), "utf-8")
    with pytest.raises(BadPrompt) as caught:
        prompts.load(folder)
    assert caught.value.values["line"] == line, caught.value
    assert caught.value.values["file"] in (file, "conclusion.md")
    assert "{" not in f"{caught.value.sentence.zh}{caught.value.sentence.en}"


def test_system_text_is_required(folder: Path) -> None:
    (folder / "system.md").unlink()
    with pytest.raises(BadPrompt, match=r"system\.md"):
        prompts.load(folder)


def test_the_captions_prompt_is_checked_and_is_no_stage(folder: Path) -> None:
    before = prompts.load(folder)
    (folder / "captions.md").write_text("Translate into $language, please.\n")
    after = prompts.load(folder)
    assert (after.version, after.asking_version) == (before.version, before.asking_version)
    assert after.captions_version != before.captions_version
    (folder / "captions.md").write_text("Translate into $languages.\n")
    with pytest.raises(BadPrompt, match=r"captions\.md is wrong at line 1: there is no variable \$languages"):
        prompts.load(folder)


def test_the_questions_prompt_is_checked_too_and_is_no_stage(folder: Path) -> None:
    before = prompts.load(folder)
    assert "ask" not in [s.name for s in before.stages]
    (folder / "ask.md").write_text("Answer $question in $langauges.\n")
    with pytest.raises(BadPrompt, match=r"ask\.md is wrong at line 1: there is no variable \$langauges"):
        prompts.load(folder)
    (folder / "ask.md").write_text("Answer $question. $languages\n")
    after = prompts.load(folder)
    assert after.version == before.version, "digests are what they were"
    assert after.asking_version != before.asking_version
    (folder / "ask.md").unlink()
    with pytest.raises(BadPrompt, match=r"ask\.md is wrong at line 1: there is no such file"):
        prompts.load(folder)
