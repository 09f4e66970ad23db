"""A digest's pictures as files beside its Markdown."""

from pathlib import Path

from ..digest import Digest, DigestFigure


def saved(digest: Digest, beside: Path) -> dict[DigestFigure, str | None]:
    """Write the pictures into `NAME_files/` beside the file NAME.md; each figure's path as Markdown needs it."""
    folder = beside.with_name(f"{beside.stem}_files")
    paths: dict[DigestFigure, str | None] = {}
    for number, figure in enumerate(digest.figures, 1):
        if not figure.image:
            continue
        folder.mkdir(parents=True, exist_ok=True)
        ending = "png" if figure.image.startswith(b"\x89PNG") else "jpg"
        name = f"{figure.kind}-{number}.{ending}"
        (folder / name).write_bytes(figure.image)
        paths[figure] = f"{folder.name}/{name}"
    return paths
