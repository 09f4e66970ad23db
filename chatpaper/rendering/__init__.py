"""A digest as Markdown, HTML and JSON."""

from .html import html_article, html_document
from .json import digest_json, paper_json
from .markdown import markdown
from .view import View

__all__ = ["View", "digest_json", "html_article", "html_document", "markdown", "paper_json"]
