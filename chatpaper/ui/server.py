"""The page as a server: it starts, keeps its disk in order, and stops in good order."""

import gc
import logging
import signal
import sys
import tempfile
import threading
import time
from importlib.util import find_spec
from os import environ
from pathlib import Path

import gradio as gr

from .. import journal
from ..pipeline import Pipeline
from ..settings import Settings
from .page import build, launch_options

KEYS = ("GEMINI_API_KEY", "GOOGLE_API_KEY", "OPENAI_API_KEY")
TIDIED = 60.0
"""Seconds between two looks at the disk."""
LAST_WORDS = 5.0
SWITCHED = 0.0005
"""Seconds after which a thread that computes lets another one go on, instead of Python's own 0.005: the page is served
by one thread among those of all running digests."""
_log = logging.getLogger(__name__)


def serve(pipeline: Pipeline, settings: Settings) -> None:
    """Until SIGTERM or Ctrl-C; then nothing new begins, and digests that are being made have a while to finish."""
    journal.write_to_stderr()
    for name in KEYS:  # the settings have them; processes that read strangers' files need none
        environ.pop(name, None)
    stopped = _told_to_stop()
    sys.setswitchinterval(SWITCHED)
    if find_spec("matplotlib") is None:  # Gradio would look through the disk for it at each step of each event
        sys.modules["matplotlib"] = None  # type: ignore[assignment]
    demo = build(pipeline, settings)
    demo.launch(**launch_options(pipeline, settings), prevent_thread_lock=True)
    gc.collect()
    gc.freeze()  # what the page is made of stays; looking through it again and again would hold everybody up
    while not stopped.wait(TIDIED):
        _tidy(pipeline)
    pipeline.stop(settings.stop_seconds)
    _last_words(demo)
    demo.close(verbose=False)


def _last_words(demo: gr.Blocks) -> None:
    """Pages are shown what became of their runs before their connections end."""
    until = time.monotonic() + LAST_WORDS
    while demo._queue.get_active_worker_count() and time.monotonic() < until:
        time.sleep(0.1)
    time.sleep(0.5)  # the last message is on its way


def _told_to_stop() -> threading.Event:
    """Set by the first SIGTERM or Ctrl-C; the second one ends the process at once."""
    stopped = threading.Event()

    def told(number: int, _frame: object) -> None:
        stopped.set()
        signal.signal(number, signal.SIG_DFL)

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, told)
    return stopped


def _tidy(pipeline: Pipeline) -> None:
    try:
        pipeline.tidy(Path(environ.get("GRADIO_TEMP_DIR") or Path(tempfile.gettempdir()) / "gradio"))
    except OSError as error:
        _log.warning("the disk was not tidied: %s", type(error).__name__)
