"""The page; the only importer of gradio."""

import inspect
import os
from importlib import import_module
from typing import Any

from ..replaced import replaced

# read by gradio when it is imported: without it the server calls api.gradio.app and huggingface.co
os.environ.setdefault("GRADIO_ANALYTICS_ENABLED", "False")

_file = inspect.getfile


def _no_file_of_gradios(of: Any) -> str:
    """When it is imported, Gradio writes a stub for editors beside each of its files, which takes more than half of the
    time. It has none for what comes from no file."""
    if getattr(of, "__module__", "").startswith("gradio."):
        raise OSError()
    return _file(of)


with replaced(inspect, getfile=_no_file_of_gradios):
    import_module("gradio")
