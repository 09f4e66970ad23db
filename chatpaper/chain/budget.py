"""What of the paper goes to the model: all of it, unless the engine's window is too small (rule 4)."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from ..paper import Paper, Passage
from ..value import Bilingual

_HAN = re.compile(r"[\u3000-\u9fff\uff00-\uffef]")
_REPLY_TOKENS = 6_000
"""Kept free for instruction and reply."""
_APPENDIX = re.compile(r"(?i)^(?:appendi|supplement|附录)")


@dataclass(frozen=True, kw_only=True)
class Selection:
    """The passages sent, the text they make, and a sentence on what was left out."""

    passages: tuple[Passage, ...]
    text: str
    notice: Bilingual | None


def tokens(text: str) -> int:
    """An estimate on the safe side: a Chinese character is one token, three other characters are one."""
    han = len(_HAN.findall(text))
    return han + (len(text) - han + 2) // 3


def select(paper: Paper, window: int) -> Selection:
    """What fits into `window` tokens. Left out first: references, then appendices, then from the middle of the
    longest sections, so that abstract, openings, results and conclusion stay."""
    room = window - _REPLY_TOKENS
    kept = paper.passages
    for dropped in (_references(kept), _appendices(paper)):
        if _size(paper, kept) <= room:
            break
        kept = tuple(p for p in kept if p.id not in dropped)
    kept = _thinned(paper, kept, room)
    return Selection(passages=kept, text=as_text(paper, kept), notice=_notice(paper, kept))


def as_text(paper: Paper, passages: Iterable[Passage]) -> str:
    """The paper as the model sees it: headings, then a passage a line behind its id."""
    lines = [f"# {flat(paper.title)}"]
    lines += [f"# Affiliation: {flat(a)}" for a in paper.affiliations]
    section = ""
    for passage in passages:
        if passage.section != section:
            section = passage.section
            lines.append(f"## {flat(section)}")
        lines.append(f"[{passage.id}] {flat(passage.text)}")
    return "<paper>\n" + "\n".join(lines) + "\n</paper>"


def flat(text: str) -> str:
    """One line that cannot close the paper's bracket."""
    return " ".join(text.split()).replace("<paper>", "(paper)").replace("</paper>", "(/paper)")


def _size(paper: Paper, passages: Sequence[Passage]) -> int:
    return tokens(as_text(paper, passages))


def _references(passages: Iterable[Passage]) -> set[str]:
    return {p.id for p in passages if p.kind == "reference"}


def _appendices(paper: Paper) -> set[str]:
    """Passages of sections behind the references, lettered sections and sections that call themselves appendix."""
    titles = {
        s.title for s in paper.sections if _APPENDIX.match(s.title) or re.fullmatch(r"[A-Z](\.\d+)*", s.number or "")
    }
    return {p.id for p in paper.passages if p.section in titles}


def _thinned(paper: Paper, passages: tuple[Passage, ...], room: int) -> tuple[Passage, ...]:
    """Drop passages from the middle of what is by then the longest section until the rest fits."""
    size = _size(paper, passages)
    by_section: dict[str, list[Passage]] = {}
    for passage in passages:
        by_section.setdefault(passage.section, []).append(passage)
    lengths = {title: sum(map(_line_tokens, ps)) for title, ps in by_section.items()}
    while size > room:
        title = max((t for t, ps in by_section.items() if len(ps) > 2), key=lengths.__getitem__, default=None)
        if title is None:
            break
        freed = _line_tokens(by_section[title].pop(len(by_section[title]) // 2))
        lengths[title] -= freed
        size -= freed
    left = {p.id for ps in by_section.values() for p in ps}
    return tuple(p for p in passages if p.id in left)


def _line_tokens(passage: Passage) -> int:
    """What a passage's line takes, rounded down."""
    return tokens(f"[{passage.id}] {passage.text}\n") - 1


def _notice(paper: Paper, kept: Sequence[Passage]) -> Bilingual | None:
    if len(kept) == len(paper.passages):
        return None
    whole, part = (sum(len(p.text) for p in ps) for ps in (paper.passages, kept))
    share = max(1, round(100 * (whole - part) / max(1, whole)))
    return Bilingual(
        zh=f"论文超出模型的窗口：约 {share}% 的文字未送入模型（先略去参考文献，再略去附录，再略去最长章节的中段）",
        en=f"the paper is larger than the model's window: about {share}% of its text was not sent "
        "(references first, then appendices, then the middle of the longest sections)",
    )
