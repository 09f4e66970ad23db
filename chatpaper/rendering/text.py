"""Text from papers and models, as material: formulas told apart from words, links checked."""

import re
from collections.abc import Iterator
from urllib.parse import urlsplit

# as pandoc has it: no space inside the dollars, no digit behind them; nothing that could be markup
_MATH = re.compile(r"(?<![\\$])\$(?=[^\s$])([^$`\n]{1,300}?)(?<=[^\s\\])\$(?![\d$])|\\\(([^$`\n]{1,300}?)\\\)")
_NOT_MATH = re.compile(r"]\s*[(\[]|!\[|://|<[a-zA-Z/!?]|\\(?:href|url|html|include)")
_ADDRESS = re.compile(r"https?://[^\s<>\"'`{}|\\^\x00-\x20\x7f-\x9f]+", re.IGNORECASE)

_CODE = re.compile(
    r"https?://(?:[\w-]+\.)*(?:(?:github|gitlab|bitbucket|codeberg|gitee|sourceforge|bioconductor)\.(?!io\b)"
    r"|cran\.r-project\.org|pypi\.org)",
    re.IGNORECASE,
)
"""Hosts where programs are kept; `name.github.io` is a page."""

_LAST = re.compile(r"(?:[^\s\u2e80-\uffff]{1,24}|[\u2e80-\uffff]{1,3})$")
"""In Chinese, which breaks anywhere, a character or two and the stop."""


def one_line(text: str) -> str:
    """The text without line breaks or control characters."""
    return " ".join(re.sub(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]+", " ", text).split())


def pieces(text: str) -> Iterator[tuple[bool, str]]:
    """The text in order as (is a formula, its words); formulas, in `$…$` or `\\(…\\)`, without their signs."""
    end = 0
    for match in _MATH.finditer(text):
        formula = (match[1] or match[2]).strip()
        if not formula or _NOT_MATH.search(formula):
            continue
        if match.start() > end:
            yield False, text[end : match.start()]
        yield True, formula
        end = match.end()
    if end < len(text):
        yield False, text[end:]


def last_word(line: str) -> tuple[str, str]:
    """The line before its last word, and that word; "" where the line ends in a formula."""
    *_, (math, words) = [(False, ""), *pieces(line)]
    last = None if math else _LAST.search(words)
    return (line[: -len(last[0])], last[0]) if last else (line, "")


def web_address(given: str | None) -> str | None:
    """The address, when it is a plain http(s) one; else None: nothing else becomes a link."""
    given = (given or "").strip()
    if not _ADDRESS.fullmatch(given):
        return None
    try:
        parts = urlsplit(given)
    except ValueError:
        return None
    return given if parts.hostname and "@" not in parts.netloc else None


def is_code(address: str) -> bool:
    """It lies where programs are kept; anywhere else, the authors' address may be of data, weights or a mere page."""
    return bool(_CODE.match(address))


def short_address(address: str) -> str:
    """What a link to it says: owner and name on the well-known hosts, else host and path."""
    parts = urlsplit(address)
    path = parts.path.strip("/")
    if parts.hostname in ("github.com", "www.github.com", "gitlab.com", "huggingface.co") and path:
        return path
    return f"{parts.netloc}/{path}".rstrip("/")
