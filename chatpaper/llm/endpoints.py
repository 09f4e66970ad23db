"""Addresses of OpenAI-compatible services: the well-known ones, and what a user may give as one."""

import hashlib
from typing import NamedTuple
from urllib.parse import urlsplit

import httpx2

from ..errors import BadEndpoint

_LONGEST = 300


class Preset(NamedTuple):
    name: str
    base_url: str
    model: str
    """One that serves by default."""


PRESETS = (
    Preset("OpenAI", "https://api.openai.com/v1", "gpt-5-mini"),
    Preset("DeepSeek", "https://api.deepseek.com/v1", "deepseek-chat"),
    Preset("Qwen (DashScope)", "https://dashscope.aliyuncs.com/compatible-mode/v1", "qwen-plus"),
    Preset("OpenRouter", "https://openrouter.ai/api/v1", "openrouter/auto"),
    Preset("Gemini", "https://generativelanguage.googleapis.com/v1beta/openai", "gemini-flash-latest"),
)


def preset(base_url: str) -> Preset | None:
    """The service at this address."""
    return next((p for p in PRESETS if p.base_url == base_url), None)


def checked(given: str) -> str:
    """A base URL as a user gave it, in its usual form. Raises BadEndpoint."""
    plain = given.strip().rstrip("/")
    try:
        parts = urlsplit(plain)
        alike = httpx2.URL(plain).host == parts.hostname  # what is shown is what the client connects to
        fit = parts.scheme in ("http", "https") and parts.hostname and alike and parts.port != 0
    except (ValueError, httpx2.InvalidURL):  # a port, a bracket or a host that is none
        fit = False
    if not fit or len(plain) > _LONGEST or any(c in plain for c in "@?#\\") or not plain.isascii() or " " in plain:
        raise BadEndpoint(given=given.strip()[:_LONGEST])
    return parts._replace(netloc=parts.netloc.lower()).geturl()


def named(base_url: str) -> str:
    """What digests remember of an address: its host, and a hash that tells its path without showing it."""
    return f"{urlsplit(base_url).hostname} {hashlib.sha256(base_url.encode()).hexdigest()[:12]}"
