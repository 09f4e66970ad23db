"""Other names in a library's module, for a while."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any


@contextmanager
def replaced(module: Any, **names: object) -> Iterator[None]:
    """These names of the module, for the time in which it makes something. Seen by all threads."""
    before = {name: getattr(module, name) for name in names}
    vars(module).update(names)
    try:
        yield
    finally:
        vars(module).update(before)
