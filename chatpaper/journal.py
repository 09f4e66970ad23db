"""The log: one line of JSON for each digest, without anything that a visitor gave or a paper says.

    {"digest": "finished", "paper": "5f1c…", "engine": "gemini", "model": "gemini-2.5-flash", "key": "owner", …}

`paper` is the start of the PDF's SHA-256. What visitors type is not trusted either: a model is named only once it
has answered, for a key may have been typed into its field.
"""

import json
import logging
import sys
import time
from types import TracebackType
from typing import Any, Self

from .digest import Digest
from .errors import Cancelled

_log = logging.getLogger("chatpaper.digests")


def write_to_stderr() -> None:
    """For a server: our lines as they are, and others' warnings."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s %(message)s"))
    logging.basicConfig(level=logging.WARNING, handlers=[handler])
    lines = logging.StreamHandler(sys.stderr)
    lines.setFormatter(logging.Formatter("%(message)s"))
    _log.setLevel(logging.INFO)
    _log.propagate = False
    _log.addHandler(lines)


class Entry:
    """The line of one digest, written when its block ends, however it ends."""

    def __init__(self, *, sha256: str, engine: str, key: str) -> None:
        """`key`: whose it is."""
        self._told: dict[str, Any] = {"paper": sha256[:16], "engine": engine, "key": key}
        self._outcome = "stopped"
        self._begun = time.monotonic()

    def finished(self, digest: Digest, *, kept: bool) -> None:
        """`kept`: the library had it, and nothing was asked."""
        made = digest.made
        self._outcome = "kept" if kept else "partial" if digest.skipped else "finished"
        self._told |= {"model": made.model, "pages": digest.paper.pages}
        if not kept:
            self._told |= {
                "calls": made.calls,
                "input_tokens": made.input_tokens,
                "cached_tokens": made.cached_tokens,
                "output_tokens": made.output_tokens,
                "skipped": sorted(digest.skipped),
            }

    def __enter__(self) -> Self:
        return self

    def __exit__(self, _: type[BaseException] | None, error: BaseException | None, __: TracebackType | None) -> None:
        """Of an error its kind, never its text."""
        if isinstance(error, Exception) and not isinstance(error, Cancelled):
            self._outcome = type(error).__name__
        seconds = round(time.monotonic() - self._begun, 2)
        _log.info(json.dumps({"digest": self._outcome, **self._told, "seconds": seconds}))
