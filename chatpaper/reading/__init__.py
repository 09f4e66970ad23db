"""Reading: a PDF becomes a Paper. PyMuPDF is imported here and nowhere else, and only in the worker process."""

from .reader import Reader

__all__ = ["Reader"]
