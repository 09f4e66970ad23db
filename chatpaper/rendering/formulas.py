"""Formulas from LaTeX to MathML, which browsers typeset by themselves: no script, no font, no request.

latex2mathml builds the tree; it is written out here, since the library's own text is not escaped and it knows
commands that link and style. What is not plain mathematics is not typeset.
"""

import re
from functools import lru_cache
from html import unescape
from xml.etree.ElementTree import Element

from latex2mathml.converter import convert_to_element
from markupsafe import Markup, escape

# fmt: off
_ELEMENTS = frozenset({
    "math", "mfrac", "mi", "mn", "mo", "mover", "mpadded", "mphantom", "mroot", "mrow", "mspace", "msqrt", "mstyle",
    "msub", "msubsup", "msup", "mtable", "mtd", "mtext", "mtr", "munder", "munderover",
})
_ATTRIBUTES = frozenset({
    "accent", "accentunder", "columnalign", "displaystyle", "fence", "form", "largeop", "linethickness", "lspace",
    "mathvariant", "maxsize", "minsize", "movablelimits", "rspace", "scriptlevel", "separator", "stretchy", "symmetric",
    "width",
})
# fmt: on
_VALUE = re.compile(r"[\w .%+-]{1,40}", re.ASCII)
_UNFIT = re.compile(r"[\\$\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
"""In a text: what was not understood, and what XML cannot hold."""


@lru_cache(4096)
def mathml(latex: str) -> Markup | None:
    """The formula; None where it is broken, or holds anything but mathematics."""
    try:
        return _written(convert_to_element(latex), root=True)
    except Exception:  # the parser fails on broken LaTeX in as many ways as there are to break it
        return None


def _written(element: Element, *, root: bool = False) -> Markup:
    """Raises ValueError for what is not plain mathematics."""
    text = unescape(element.text or "")
    if element.tag not in _ELEMENTS or element.tail or _UNFIT.search(text):
        raise ValueError(element.tag)
    attributes = {} if root else element.attrib
    if any(name not in _ATTRIBUTES or not _VALUE.fullmatch(value) for name, value in attributes.items()):
        raise ValueError(element.tag)
    told = Markup("").join(Markup(' {}="{}"').format(name, value) for name, value in attributes.items())
    inside = escape(text) + Markup("").join(_written(child) for child in element)
    return Markup("<{0}{1}>{2}</{0}>").format(Markup(element.tag), told, inside)
