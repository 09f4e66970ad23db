"""A digest's pictures as files beside its Markdown."""

from pathlib import Path

from ..digest import Digest, DigestFigure


def saved(digest: Digest, beside: Path) -> dict[DigestFigure, str | None]:
    """Write the pictures into `NAME_files/` beside the file NAME.md; each figure's path as Markdown needs it."""
    folder = beside.with_name(f"{beside.stem}_files")
    return {figure: f"{folder.name}/{name}" for figure, name in written(digest, folder).items()}


def written(digest: Digest, folder: Path, prefix: str = "") -> dict[DigestFigure, str]:
    """Write the pictures into the folder; the file name of each that there is."""
    names: dict[DigestFigure, str] = {}
    for number, figure in enumerate(digest.figures, 1):
        if not figure.image:
            continue
        folder.mkdir(parents=True, exist_ok=True)
        ending = "png" if figure.image.startswith(b"\x89PNG") else "jpg"
        names[figure] = f"{prefix}{figure.kind}-{number}.{ending}"
        (folder / names[figure]).write_bytes(figure.image)
    return names
