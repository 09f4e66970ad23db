"""The design, guarded: which way imports point, and who alone may import what."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "chatpaper"
MODULES = sorted(PACKAGE.rglob("*.py"))

NOUNS = {"value", "errors", "settings", "cancel", "paper", "digest", "likeness", "injections"}
ALLOWED = {
    "source": NOUNS,
    "reading": NOUNS | {"replaced"},
    "llm": NOUNS,
    "chain": NOUNS | {"llm"},
    "rendering": NOUNS,
    "library": NOUNS,
    "admission": NOUNS | {"library"},
    "quota": NOUNS | {"library"},
    "choice": NOUNS | {"llm", "admission"},
    "pipeline": NOUNS
    | {"source", "reading", "llm", "chain", "choice", "library", "admission", "quota", "journal", "runs"},
    "ui": NOUNS | {"chain", "pipeline", "rendering", "journal", "posts", "replaced"},
    "posts": NOUNS | {"chain", "library", "pipeline", "rendering"},
    "cli": NOUNS | {"chain", "pipeline", "rendering", "posts"},
    "__main__": {"cli"},
}
ALONE: dict[str, tuple[str, ...]] = {
    "gradio": ("ui/",),
    "pymupdf": ("reading/",),
    "arxiv": ("source/",),
    "google": ("llm/gemini.py",),
    "openai": ("llm/openai.py",),
    "xllamacpp": ("llm/local.py",),
    "huggingface_hub": ("llm/local.py",),
    "sqlite3": ("library.py",),
    "jinja2": ("rendering/", "ui/"),
    "distributed": ("posts/cluster.py",),
    "fsspec": ("posts/shelf.py",),
    "tqdm": ("cli/post.py",),
}


def imports(path: Path) -> Iterator[tuple[str, int]]:
    """Absolute names of all that a module imports, wherever in it, and the line."""
    folder = path.relative_to(ROOT).with_suffix("").parts[:-1]
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            yield from ((alias.name, node.lineno) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = ".".join([*folder[: len(folder) - node.level + 1], *filter(None, [node.module])])
            base = base if node.level else node.module or ""
            yield from ((f"{base}.{alias.name}", node.lineno) for alias in node.names)


@pytest.mark.parametrize("path", MODULES, ids=lambda p: str(p.relative_to(PACKAGE)))
def test_imports_point_one_way(path: Path) -> None:
    part = path.relative_to(PACKAGE).with_suffix("").parts[0]
    allowed = ALLOWED.get(part, NOUNS) | {part}
    for name, line in imports(path):
        first, _, rest = name.partition(".")
        if first == "chatpaper":
            assert rest.split(".")[0] in allowed, f"{path}:{line} imports {name}"


@pytest.mark.parametrize("path", MODULES, ids=lambda p: str(p.relative_to(PACKAGE)))
def test_vendors_have_one_door(path: Path) -> None:
    where = str(path.relative_to(PACKAGE))
    for name, line in imports(path):
        door = ALONE.get(name.partition(".")[0])
        assert door is None or where.startswith(door), f"{path}:{line} imports {name}"


def test_nothing_in_the_product_knows_of_the_tests_or_of_the_workshop() -> None:
    files = [*MODULES, ROOT / "app.py", *(ROOT / "prompts").iterdir()]
    for path in files:
        text = path.read_text("utf-8")
        assert not any(word in text for word in ("pytest", "PYTEST", "from tests", "import tests", "/shared")), path


def test_the_error_tree_is_drawn_as_it_is() -> None:
    from chatpaper import errors

    drawn = {word for word in (errors.__doc__ or "").split() if word.isidentifier() and hasattr(errors, word)}
    real = {
        name
        for name, kind in vars(errors).items()
        if isinstance(kind, type) and issubclass(kind, errors.ChatPaperError)
    }
    assert drawn == real


def test_every_error_speaks_both_languages() -> None:
    from chatpaper import errors

    for kind in vars(errors).values():
        if isinstance(kind, type) and issubclass(kind, errors.ChatPaperError):
            assert kind.said.zh, kind
            assert kind.said.en, kind
            if kind not in (errors.Cancelled, errors.ChatPaperError):
                assert "；" in kind.said.zh, f"{kind} does not say what to do next"
                assert ";" in kind.said.en, f"{kind} does not say what to do next"
