"""Sound claims on `two-columns.pdf`, written by hand in both languages, and faults planted in them."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from chatpaper.chain.replies import ClaimReply


@dataclass(frozen=True)
class Sound:
    """A claim that the paper states, and words of the passage that states it."""

    words: str
    zh: str
    en: str


@dataclass(frozen=True)
class Fault:
    name: str
    reply: ClaimReply


_LINES = Path(__file__).with_name("sound_claims.txt").read_text("utf-8").splitlines()
SOUND = tuple(Sound(*(part.strip() for part in line.split("|"))) for line in _LINES[1:])
_NUMBER = re.compile(r"\d+(?:[.,]\d+)*")


def faults(claim: Sound, passage: str) -> Iterator[Fault]:
    """The claim of this passage with one fault each."""

    def reply(zh: str = claim.zh, en: str = claim.en, *ids: str) -> ClaimReply:
        return ClaimReply(passages=ids or (passage,), zh=zh, en=en)

    if number := _NUMBER.search(claim.en):
        wrong = f"{number[0]}7" if "." in number[0] else f"9{number[0]}"
        yield Fault("wrong number", reply(_other(claim.zh, wrong), _other(claim.en, wrong)))
        yield Fault("number in one language", reply(en=_other(claim.en, wrong)))
    yield Fault("wrong id", reply(claim.zh, claim.en, "77.1"))
    yield Fault(
        "no evidence at all",
        ClaimReply(passages=(), zh="该方法能治愈疾病。", en="The drug heals sick patients overnight."),
    )
    yield Fault("English for Chinese", reply(zh=claim.en))
    yield Fault("Chinese for English", reply(en=claim.zh))
    yield Fault("placeholder", reply(zh=claim.zh.rstrip("。") + "，数据集为 xxx。"))
    yield Fault("unknown name", reply(en=claim.en.rstrip(".") + ", unlike HyperMatch-9."))
    yield Fault("markup", reply(en=f"**{claim.en}**"))
    yield Fault("cut sentence", reply(en=claim.en[: claim.en.rindex(" ", 0, -3)] + " of the"))


def _other(text: str, number: str) -> str:
    """The first number replaced."""
    return _NUMBER.sub(number, text, count=1)
