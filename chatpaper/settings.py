"""What the environment (and a `.env` file) says, read once, frozen; unknown CHATPAPER_ keys are refused."""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Literal, Self

from dotenv import dotenv_values
from pydantic import BeforeValidator, Field, ValidationError

from .errors import BadSetting, UnknownSetting
from .value import Value

EngineName = Literal["gemini", "openai", "local", "extractive"]
ENGINES: tuple[EngineName, ...] = ("gemini", "openai", "local", "extractive")

Journal = Literal["wal", "delete"]
"""How SQLite writes: `wal` is the faster one, for processes of one machine; `delete` goes over a network, too."""


def _keys(given: object) -> object:
    """Several keys, comma-separated."""
    return tuple(k for part in given.split(",") if (k := part.strip())) if isinstance(given, str) else given


def _address(given: object) -> object:
    return given.rstrip("/") if isinstance(given, str) else given


Keys = Annotated[tuple[str, ...], BeforeValidator(_keys)]
Address = Annotated[str, BeforeValidator(_address)]


class Settings(Value):
    """Each field is read from the variable of its alias."""

    gemini_keys: Keys = Field(default=(), alias="GEMINI_API_KEY", repr=False)
    google_keys: Keys = Field(default=(), alias="GOOGLE_API_KEY", repr=False)
    gemini_model: str = Field(default="gemini-flash-latest", alias="CHATPAPER_GEMINI_MODEL")
    gemini_endpoint: Address = Field(
        default="https://generativelanguage.googleapis.com", alias="CHATPAPER_GEMINI_ENDPOINT"
    )
    openai_keys: Keys = Field(default=(), alias="OPENAI_API_KEY", repr=False)
    openai_base_url: Address | None = Field(default=None, alias="OPENAI_BASE_URL")
    """With its path, such as https://api.deepseek.com/v1; None: OpenAI's own."""
    openai_model: str = Field(default="gpt-5-mini", alias="CHATPAPER_OPENAI_MODEL")
    openai_window: int = Field(default=128_000, ge=8_000, alias="CHATPAPER_OPENAI_WINDOW")
    """Tokens that this model takes; a longer paper is thinned by rule, and says so."""
    allow_private_endpoints: bool = Field(default=False, alias="CHATPAPER_ALLOW_PRIVATE_ENDPOINTS")
    """Whether the base URL that a visitor gives may lead to this machine or its network."""
    local_model: str | None = Field(default=None, alias="CHATPAPER_LOCAL_MODEL")
    """A GGUF file, or `owner/repo/file.gguf` on the hub."""
    local_context: int = Field(default=24_576, ge=8_000, alias="CHATPAPER_LOCAL_CONTEXT")
    """Tokens that this model takes; each costs memory."""
    engine: Literal["auto"] | EngineName = Field(default="auto", alias="CHATPAPER_ENGINE")
    arxiv_endpoint: Address = Field(default="https://export.arxiv.org", alias="CHATPAPER_ARXIV_ENDPOINT")
    data_dir: Path = Field(default=Path.home() / ".cache" / "chatpaper", alias="CHATPAPER_DATA_DIR")
    library_journal: Journal = Field(default="wal", alias="CHATPAPER_LIBRARY_JOURNAL")
    max_upload_mb: int = Field(default=50, ge=1, alias="CHATPAPER_MAX_UPLOAD_MB")
    """Megabytes (10^6 bytes)."""
    max_pages: int = Field(default=200, ge=1, alias="CHATPAPER_MAX_PAGES")
    visitor_digests_per_day: int | None = Field(default=None, ge=0, alias="CHATPAPER_VISITOR_DIGESTS_PER_DAY")
    """On a public page, how many digests a visitor gets on the owner's keys; None: no limit."""
    digests_per_day: int | None = Field(default=None, ge=0, alias="CHATPAPER_DIGESTS_PER_DAY")
    """The same for all visitors together."""
    disk_mb: int = Field(default=10_000, ge=100, alias="CHATPAPER_DISK_MB")
    """Megabytes (10^6 bytes) of digests, papers and uploads that the page keeps; the oldest go first."""
    stop_seconds: float = Field(default=25.0, ge=0, alias="CHATPAPER_STOP_SECONDS")
    """How long digests that are being made may go on when the server is told to stop."""
    requests_per_minute: int | None = Field(default=None, ge=1, alias="CHATPAPER_REQUESTS_PER_MINUTE")
    """Of each key; None: as many as go through, until a refusal tells the limit."""

    @classmethod
    def read(cls, environment: Mapping[str, str] | None = None, *, dotenv: Path = Path(".env")) -> Self:
        """Settings of this process; the environment beats the `.env` file.

        Raises UnknownSetting or BadSetting, naming the variable.
        """
        given = {k: v for k, v in dotenv_values(dotenv).items() if v is not None}
        given |= os.environ if environment is None else environment
        known = {field.alias for field in cls.model_fields.values()}
        for name in given:
            if name.startswith("CHATPAPER_") and name not in known:
                raise UnknownSetting(name=name)
        try:
            return cls.model_validate({k: v for k, v in given.items() if k in known and v.strip()})
        except ValidationError as error:
            raise BadSetting(name=error.errors(include_input=False)[0]["loc"][0]) from None
