"""The networks of the layout model, in a process of their own, which sees some of the pages itself: see `layout`."""

# PyMuPDF has no types of its own.
# mypy: disallow-untyped-calls=False

import os
import re
from collections.abc import Callable, Sequence
from importlib import import_module
from multiprocessing.connection import Connection
from threading import Thread
from typing import Any

import numpy
import pymupdf
from numpy.typing import NDArray

from ..replaced import replaced
from . import limits
from .document import tidy
from .fonts import name_signs
from .graphs import session
from .maps import Enlarged, Maps, margin, parts, pooled
from .marks import LayoutBox
from .pages import PageMarks, seen
from .question import Beginning, Question, Wanted, question

_code: Any = import_module("pymupdf.layout.onnx.BoxRFDGNN")
_pooling: Any = import_module("pymupdf.layout.roi_pooling")


def serve(asks: Sequence[Connection], room: int) -> None:
    """Answers on each connection until nobody asks any more: on the first one a paper's beginning with what the
    networks want to know of a page, and its pages with what is on them; on the others such knowledge with the boxes.

    `room`: bytes of memory over what it needs to begin. A page that needs more than that or than its time ends this
    process.
    """
    limits.one_heap()
    limits.end_with_parent()
    network = Network()
    memory = limits.memory(room)
    limits.confine()
    answers = (_Papers(network, memory), *(network.boxes for _ in asks[1:]))
    threads = [Thread(target=_answer, args=pair) for pair in zip(asks, answers, strict=True)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def _answer(asks: Connection, answer: Callable[[Any], object]) -> None:
    try:
        while True:
            asks.send(answer(asks.recv()))
    except (EOFError, BrokenPipeError):
        return
    except BaseException:  # whatever it was, whoever asks sees that nobody answers
        os._exit(1)


class _Papers:
    """One paper after another, of which some pages are seen here."""

    def __init__(self, network: "Network", memory: limits.Memory) -> None:
        self._network, self._memory = network, memory
        self._paper: Beginning | None = None
        self._document: pymupdf.Document | None = None

    def __call__(self, asked: Beginning | int | None) -> Wanted | PageMarks | bool | None:
        """To a paper's beginning what the networks want to know; to a page's index the page as it is marked and judged,
        or None; to the end (None) whether this process should be replaced."""
        if isinstance(asked, int):
            return self._page(asked)
        self._paper = asked
        if asked is not None:
            limits.allow(asked.seconds)
            return self._network.wanted
        if self._document is not None:
            self._document.close()
            self._document = None
            tidy()
        return self._memory.worn

    def _page(self, index: int) -> PageMarks | None:
        if self._paper is None:
            return None
        try:
            if self._document is None:
                self._document = pymupdf.open(self._paper.file, filetype="pdf")
                name_signs(self._document, self._paper.pages)
            if self._document.needs_pass:
                return None
            sheet, page = seen(self._document, index)
            asked = question(sheet, self._network.wanted, self._paper.tables) if page.worded else None
        except Exception:  # it will be seen where the paper is read, which can say what is wrong
            return None
        if asked is not None:
            page.layout = self._network.boxes(asked)
        return page


class Network:
    """Warm; without its part for the cells of tables, which takes longest to load and is not asked. Several threads may
    ask."""

    def __init__(self) -> None:
        with replaced(_code, make_session=session, TableGridExtractorV2=lambda *_, **__: None):
            self._model = _code.BoxRFDGNN(use_sort=False)
        # what the model's own code would ask for here has been done when it is asked
        _code.create_input_data_from_page = lambda page, **_: page
        _code.extract_bbox_features_by_roi_pooling = lambda pooled, *_, **__: pooled
        _code.get_rf_features = lambda row, *_, **__: row
        pattern = _code.get_text_pattern
        _code.get_text_pattern = lambda text, **how: pattern(_beginning(text), **how)

    @property
    def wanted(self) -> Wanted:
        return Wanted(tuple(self._model.input_type), tuple(self._model.cfg["data"]["rf_names"]))

    def boxes(self, page: Question) -> list[LayoutBox]:
        if not page["bboxes"]:
            return []
        maps, logits = self._maps(page["image"])
        where = parts(page, logits)
        page["feature_map"] = pooled(Enlarged(maps, *logits.shape[1:]), where, numpy.mean, numpy.max)
        classes = _pooling._softmax_channels(logits)
        sure = numpy.array([_pooling._pixel_entropy(classes), margin(classes)])
        page["class_logits"] = numpy.hstack(
            [pooled(classes, where, numpy.mean, numpy.min, numpy.max), pooled(sure, where, numpy.mean)]
        )
        found = self._model.predict(page)
        return [LayoutBox((float(x0), float(y0), float(x1), float(y1)), str(label)) for x0, y0, x1, y1, label in found]

    def _maps(self, image: NDArray[numpy.uint8]) -> tuple[list[Maps], Maps]:
        """The decoder's, and how much speaks for each class at each place."""
        ours = self._model.feature_extractor
        extractor = type(ours)(ours._session)  # it keeps its last answer
        extractor.predict(image)
        return extractor.get_feature_map(), extractor.get_class_logits()[0]


_FIVE_WORDS = re.compile(r"\s*(?:\S+\s+){5}")


def _beginning(text: str) -> str:
    """As much of a text as its pattern tells of: twenty signs, of which a word or a gap takes two at least."""
    words = _FIVE_WORDS.match(text)
    return words[0] if words else text
