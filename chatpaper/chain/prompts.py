"""Prompt files: `prompts/*.md`, one stage each, `system.md`, and what readers ask for: `ask.md` for answers to
questions, `captions.md` for translated captions; checked when loaded.

A stage's file begins with YAML front matter (`name`, `needs`, `reply`, and `heading` in both languages for a stage that
adds a part of its own); its body is the instruction, with `$variables` as in string.Template. `$languages` is always
there; the name of each needed stage stands for its reply.
"""

import hashlib
import re
from collections.abc import Collection, Mapping
from pathlib import Path
from string import Template

import yaml
from pydantic import ValidationError

from ..errors import BadPrompt
from ..value import Bilingual, Language, Value
from .replies import REPLIES

FOLDER = Path(__file__).resolve().parents[2] / "prompts"
_LANGUAGES: Mapping[tuple[Language, ...], str] = {
    ("zh",): "Write every statement in Chinese (`zh`).",
    ("en",): "Write every statement in English (`en`).",
    ("zh", "en"): "Write every statement twice, in Chinese (`zh`) and in English (`en`), saying the same.",
}
_FRONT = re.compile(r"\A---\n(.*?\n)---\n", re.DOTALL)


class StagePrompt(Value):
    """One stage: what it is called, what it needs, what it replies, what it is told."""

    name: str
    reply: str
    """A key of `replies.REPLIES`."""
    needs: tuple[str, ...] = ()
    heading: Bilingual | None = None
    """Of the part that a stage with `reply: statements` adds to the digest."""
    body: str

    def instruction(self, variables: Mapping[str, str]) -> str:
        """The body with its variables filled; all are there, since loading checked them."""
        return Template(self.body).substitute(variables)


class Prompts(Value):
    system: str
    stages: tuple[StagePrompt, ...]
    """In an order in which every stage comes after what it needs."""
    version: str
    """The first 12 hex digits of the SHA-256 over the files of a digest."""
    asking: StagePrompt
    """No stage: what is said with a reader's question, `$question`."""
    asking_version: str
    captions: StagePrompt
    """No stage: what is said to have captions translated into `$language`."""
    captions_version: str


def in_languages(languages: tuple[Language, ...]) -> str:
    """The sentence that `$languages` stands for."""
    return _LANGUAGES[languages]


def load(folder: Path = FOLDER) -> Prompts:
    """Read and check all prompt files. Raises BadPrompt with file and line."""
    others = system, ask, captions = tuple(folder / name for name in ("system.md", "ask.md", "captions.md"))
    for path in others:
        if not path.is_file():
            raise _bad(path, 1, "找不到文件", "there is no such file")
    files = sorted(p for p in folder.glob("*.md") if p not in others)
    stages = {stage.name: stage for stage in map(_stage, files)}
    for path in files:
        _check_needs(path, stages)
        _check_place(path, stages)
    return Prompts(
        system=_text(system).strip(),
        stages=_ordered(stages, folder),
        version=_version(system, *files),
        asking=_apart(ask, {"languages", "question"}),
        asking_version=_version(system, ask),
        captions=_apart(captions, {"language"}),
        captions_version=_version(system, captions),
    )


def _version(*files: Path) -> str:
    return hashlib.sha256(b"\0".join(path.read_bytes() for path in files)).hexdigest()[:12]


def _text(path: Path) -> str:
    try:
        return path.read_text("utf-8")
    except UnicodeDecodeError:
        raise _bad(path, 1, "文件不是 UTF-8 编码", "the file is not UTF-8") from None


def _apart(path: Path, variables: Collection[str]) -> StagePrompt:
    text = _text(path)
    _check_variables(path, text, variables)
    return StagePrompt(name=path.stem, reply="statements", body=text.strip())


def _stage(path: Path) -> StagePrompt:
    text = _text(path)
    if not (front := _FRONT.match(text)):
        raise _bad(path, 1, "缺少 --- 包围的文件头", "the front matter between two lines of --- is missing")
    try:
        fields = yaml.safe_load(front[1])
        stage = StagePrompt.model_validate({**fields, "body": text[front.end() :].strip()})
    except (ValidationError, TypeError) as error:
        name = error.errors()[0]["loc"][0] if isinstance(error, ValidationError) else "name"
        raise _bad(path, _line(text, f"{name}:"), f"字段 {name} 有误", f"the field {name} is wrong") from None
    except (yaml.YAMLError, ValueError, RecursionError) as error:  # ValueError: a date that is none
        mark = error.problem_mark if isinstance(error, yaml.MarkedYAMLError) else None
        line = mark.line + 2 if mark else 1
        raise _bad(path, line, "文件头不是合法的 YAML", "the front matter is not YAML") from None
    if stage.name != path.stem:
        raise _bad(path, _line(text, "name:"), "name 与文件名不同", "name differs from the file's name")
    if stage.reply not in REPLIES:
        known = ", ".join(REPLIES)
        raise _bad(path, _line(text, "reply:"), f"reply 只能是 {known}", f"reply must be one of {known}")
    if (stage.reply == "statements") != (stage.heading is not None and bool(stage.heading.zh and stage.heading.en)):
        zh, en = (
            "reply: statements 需要 heading（zh 和 en），其他 reply 没有",
            "heading (zh and en) goes with reply: statements",
        )
        raise _bad(path, _line(text, "reply:"), zh, en)
    _check_variables(path, text, {"languages", *stage.needs})
    return stage


def _check_variables(path: Path, text: str, known: Collection[str]) -> None:
    for match in Template.pattern.finditer(text):
        name = match["named"] or match["braced"]
        if match["escaped"] or name in known:
            continue
        line = text.count("\n", 0, match.start()) + 1
        raise _bad(path, line, f"没有变量 ${name or ''}", f"there is no variable ${name or ''}")


def _check_needs(path: Path, stages: Mapping[str, StagePrompt]) -> None:
    for need in stages[path.stem].needs:
        if need not in stages:
            line = _line(path.read_text("utf-8"), "needs:")
            raise _bad(path, line, f"没有阶段 {need}", f"there is no stage {need}")


def _check_place(path: Path, stages: Mapping[str, StagePrompt]) -> None:
    stage = stages[path.stem]
    rivals = [s.name for s in stages.values() if s.reply == stage.reply != "statements" and s.name < stage.name]
    if rivals:
        line = _line(path.read_text("utf-8"), "reply:")
        raise _bad(path, line, f"{rivals[0]} 已有同样的 reply", f"{rivals[0]} has the same reply")


def _ordered(stages: Mapping[str, StagePrompt], folder: Path) -> tuple[StagePrompt, ...]:
    """Needs first; among equals the order in which a digest is read."""
    left = sorted(stages.values(), key=lambda s: (list(REPLIES).index(s.reply), s.name))
    ordered: list[StagePrompt] = []
    while left:
        ready = next((s for s in left if all(n in {o.name for o in ordered} for n in s.needs)), None)
        if ready is None:
            raise _bad(folder / f"{left[0].name}.md", 1, "阶段互相需要", "stages need each other in a circle")
        ordered.append(ready)
        left.remove(ready)
    return tuple(ordered)


def _line(text: str, start: str) -> int:
    return next((n for n, line in enumerate(text.splitlines(), 1) if line.startswith(start)), 1)


def _bad(path: Path, line: int, zh: str, en: str) -> BadPrompt:
    return BadPrompt(file=path.name, line=line, problem=Bilingual(zh=zh, en=en))
