"""Where all posts are: a folder, or any place that fsspec has an address for, such as s3://bucket/posts."""

from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

from fsspec.core import url_to_fs  # type: ignore[import-untyped]

from ..errors import BadOption, CannotWrite
from ..value import Bilingual

_AT_ONCE = 20
"""Files that are looked into side by side, where the place can do that."""
_ENDINGS = (".md", ".html", ".json")


class Shelf:
    """Every file appears whole or not at all; the files of stores appear whole by themselves."""

    def __init__(self, address: str) -> None:
        """Raises BadOption for a place that nothing installed here knows."""
        try:
            self._files, root = url_to_fs(address)
        except (ValueError, ImportError, OSError) as error:
            raise BadOption(problem=_unknown(address, error)) from None
        self._root = str(root).rstrip("/")

    def __str__(self) -> str:
        """The same for the same place, however it was written."""
        return str(self._files.unstrip_protocol(self._root)).removeprefix("file://")

    def where(self, name: str) -> str:
        """The whole address of a file."""
        return f"{self}/{name}"

    def taken(self, stem: str) -> bool:
        """Whether a post has this name. Raises BadOption."""
        names = (stem, *(f"{stem}{ending}" for ending in _ENDINGS))
        return any(self._asked(partial(self._files.exists, self._path(name))) for name in names)

    def heads(self, most: int) -> Iterator[tuple[str, bytes]]:
        """Name and first bytes of each file that may be a post. Raises BadOption."""
        names = self._asked(self._names)
        for at in range(0, len(names), _AT_ONCE):
            some = names[at : at + _AT_ONCE]
            heads = self._asked(partial(self._files.cat_ranges, [*map(self._path, some)], 0, most, on_error="return"))
            yield from ((name, head) for name, head in zip(some, heads, strict=True) if isinstance(head, bytes))

    def put(self, draft: Path, name: str) -> None:
        """A post and all that lies beside it in the draft's folder; its own file comes last. Raises CannotWrite."""
        files = sorted(p.relative_to(draft).as_posix() for p in draft.rglob("*") if p.is_file())
        for file in sorted(files, key=lambda f: f == name):
            self._put(draft / file, file)

    def write(self, name: str, content: Path) -> None:
        """One file. Raises CannotWrite."""
        self._put(content, name)

    def _put(self, source: Path, name: str) -> None:
        path = self._path(name)
        try:
            self._files.makedirs(path.rpartition("/")[0], exist_ok=True)
            self._files.put_file(str(source), f"{path}.part")
            self._files.mv(f"{path}.part", path)
        except Exception:  # each kind of place has errors of its own
            raise CannotWrite(path=self.where(name)) from None

    def _names(self) -> list[str]:
        """What may be posts: files of this folder, and `index.md` of folders that are not a post's pictures."""
        try:
            entries = self._files.ls(self._root, detail=True)
        except FileNotFoundError:
            return []
        found = {e["name"].rstrip("/").rpartition("/")[2]: e["type"] for e in entries}
        files = [name for name, kind in found.items() if kind == "file" and name.endswith(_ENDINGS)]
        folders = [name for name, kind in found.items() if kind == "directory" and f"{name}.md" not in found]
        return [*files, *(f"{name}/index.md" for name in folders)]

    def _path(self, name: str) -> str:
        return f"{self._root}/{name}"

    def _asked(self, question: Callable[[], Any]) -> Any:
        try:
            return question()
        except Exception:  # as above
            raise BadOption(problem=Bilingual(zh=f"读不了 {self}", en=f"{self} cannot be read")) from None


def _unknown(address: str, error: Exception) -> Bilingual:
    if isinstance(error, ImportError):
        return Bilingual(
            zh=f"访问 {address} 还缺软件包，请运行 pip install -r requirements-cluster.txt",
            en=f"{address} needs a package that is not installed, run pip install -r requirements-cluster.txt",
        )
    return Bilingual(zh=f"不认识这个位置：{address}", en=f"there is no such kind of place: {address}")
