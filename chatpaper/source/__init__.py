"""A paper's PDF, from arXiv or from this machine's disk, checked from outside before it is opened."""

from .arxiv import Arxiv
from .ids import ArxivId, parse
from .search import Found, Query
from .upload import from_path

__all__ = ["Arxiv", "ArxivId", "Found", "Query", "from_path", "parse"]
