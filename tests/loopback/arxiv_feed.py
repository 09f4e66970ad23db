"""Atom feeds as arXiv's API sends them (https://info.arxiv.org/help/api/user-manual.html)."""

import textwrap
from collections.abc import Sequence
from datetime import date
from urllib.parse import urlencode
from xml.sax.saxutils import escape, quoteattr

from chatpaper.paper import Record

_HEAD = """<?xml version='1.0' encoding='UTF-8'?>
<feed xmlns:opensearch="http://a9.com/-/spec/opensearch/1.1/" xmlns:arxiv="http://arxiv.org/schemas/atom" \
xmlns="http://www.w3.org/2005/Atom">
  <id>https://arxiv.org/api/cHxbiOdZaP56ODnBPIenZhzg5f8</id>
  <title>arXiv Query: {title}</title>
  <updated>2024-06-01T00:00:00Z</updated>
  <link href={link} type="application/atom+xml"/>
  <opensearch:itemsPerPage>{size}</opensearch:itemsPerPage>
  <opensearch:totalResults>{total}</opensearch:totalResults>
  <opensearch:startIndex>{start}</opensearch:startIndex>
"""


def feed(query: dict[str, str], records: Sequence[Record], *, start: int, size: int, total: int) -> bytes:
    """One page of results."""
    return (_head(query, start=start, size=size, total=total) + "".join(map(_entry, records)) + "</feed>\n").encode()


def error(query: dict[str, str], kind: str, message: str) -> bytes:
    """The feed that comes with a 400: one entry titled Error."""
    address = f"https://arxiv.org/api/errors#{kind}"
    entry = f"""  <entry>
    <id>{escape(address)}</id>
    <title>Error</title>
    <updated>2024-06-01T00:00:00Z</updated>
    <link href={quoteattr(address)} rel="alternate" type="text/html"/>
    <summary>{escape(message)}</summary>
    <author>
      <name>arXiv api core</name>
    </author>
  </entry>
"""
    return (_head(query, start=0, size=1, total=1) + entry + "</feed>\n").encode()


def _head(query: dict[str, str], *, start: int, size: int, total: int) -> str:
    asked = urlencode({"search_query": "", "id_list": "", **query})
    link = quoteattr(f"https://arxiv.org/api/query?{asked}")
    return _HEAD.format(title=escape(asked), link=link, size=size, total=total, start=start)


def _entry(record: Record) -> str:
    number = record.arxiv_id
    lines = [
        f"<id>http://arxiv.org/abs/{number}</id>",
        f"<title>{_wrapped(record.title)}</title>",
        f"<updated>{_stamp(record.updated)}</updated>",
        f'<link href="https://arxiv.org/abs/{number}" rel="alternate" type="text/html"/>',
        f'<link href="https://arxiv.org/pdf/{number}" rel="related" type="application/pdf" title="pdf"/>',
        f"<summary>{_wrapped(record.abstract)}\n</summary>",
        *(f'<category term="{c}" scheme="http://arxiv.org/schemas/atom"/>' for c in record.categories),
        f"<published>{_stamp(record.published)}</published>",
        *_optional("arxiv:comment", record.comment),
        f'<arxiv:primary_category term="{record.categories[0]}"/>',
        *_optional("arxiv:journal_ref", record.journal),
        *(f"<author>\n      <name>{escape(name)}</name>\n    </author>" for name in record.authors),
        *_optional("arxiv:doi", record.doi),
        *([f'<link rel="related" href="https://doi.org/{record.doi}" title="doi"/>'] if record.doi else []),
    ]
    return "  <entry>\n    " + "\n    ".join(lines) + "\n  </entry>\n"


def _optional(tag: str, value: str | None) -> list[str]:
    return [f"<{tag}>{escape(value)}</{tag}>"] if value else []


def _wrapped(text: str) -> str:
    """Broken as the submitter's form breaks it: the feed keeps those line breaks."""
    return escape("\n  ".join(textwrap.wrap(text, 78, break_long_words=False, break_on_hyphens=False)))


def _stamp(day: date) -> str:
    return f"{day.isoformat()}T17:59:59Z"
