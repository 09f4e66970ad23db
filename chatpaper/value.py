"""The base of every noun, and text in two languages."""

from typing import Literal, Self

from pydantic import BaseModel, ConfigDict

Language = Literal["zh", "en"]
LANGUAGES: tuple[Language, ...] = ("zh", "en")


class Value(BaseModel):
    """A frozen value; a change is a copy. Unknown fields are refused."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Bilingual(Value):
    """The same thing said in Chinese and English; a language that was not asked for is None."""

    zh: str | None = None
    en: str | None = None

    def within(self, language: Language) -> str:
        """The text in `language`, else in the other one, else ""."""
        first, second = (self.zh, self.en) if language == "zh" else (self.en, self.zh)
        return first or second or ""

    def filled(self, **values: object) -> Self:
        """A copy with `{name}` replaced in both languages; a Bilingual value fills each with its own."""
        zh = {k: v.within("zh") if isinstance(v, Bilingual) else v for k, v in values.items()}
        en = {k: v.within("en") if isinstance(v, Bilingual) else v for k, v in values.items()}
        return type(self)(zh=self.zh and self.zh.format(**zh), en=self.en and self.en.format(**en))
