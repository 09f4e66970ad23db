"""PyMuPDF in a worker process, at the price of what the worker does with it."""

import sys
from importlib import import_module
from typing import Any

_BROUGHT = ("pymupdf.layout", "pymupdf4llm")


def load() -> None:
    """Imports PyMuPDF without what 2.0 loads along with it: a layout model and the library that uses that one.

    Whoever draws pages needs neither, and whoever reads them makes a model with other settings: see `layout`.
    """
    if "pymupdf" in sys.modules:
        return
    sys.modules.update(dict.fromkeys(_BROUGHT))  # type: ignore[arg-type]  # None is Python's word for "none here"
    pymupdf: Any = import_module("pymupdf")
    for name in _BROUGHT:
        del sys.modules[name]
    pymupdf._get_layout = _no_layout  # where one is, the package makes none when it is imported after all


def serve(module: str, *args: object) -> None:
    """What a fresh process does: loads PyMuPDF so, and only then the module that it serves."""
    load()
    import_module(module).serve(*args)


def _no_layout(*_: object, **__: object) -> None:
    """What PyMuPDF knows of a page's layout."""
