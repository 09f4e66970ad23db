"""The reading report: what was doubtful or left out, said in both languages."""

from collections.abc import Iterable

from ..injections import addresses_models
from ..value import Bilingual
from .pages import PageMarks

_WHY = {
    "white": ("与背景同色", "in the colour of its background"),
    "covered": ("被遮住或裁去", "covered or cut off"),
    "tiny": ("极小字号", "in tiny type"),
    "off-page": ("位于页面之外", "off the page"),
    "invisible": ("不可见", "invisible"),
}

_LEFTOVER = 60
"""Letters: pictures cut to size leave a label or two outside their window, which is no one's secret."""


def hidden_text(pages: Iterable[PageMarks]) -> list[Bilingual]:
    out = []
    for page in pages:
        by_reason: dict[str, list[str]] = {}
        for why, line in page.hidden:
            by_reason.setdefault(why, []).append(line.text)
        for why, texts in by_reason.items():
            text = " ".join(texts)
            models = addresses_models(text)
            if sum(c.isalnum() for c in text) < (_LEFTOVER if why == "covered" and not models else 12):
                continue
            zh, en = _WHY[why]
            out.append(
                Bilingual(
                    zh=f"第 {page.number} 页有{zh}的隐藏文字（{len(text)} 个字符），未采用"
                    + ("；其中有写给语言模型的话" if models else ""),
                    en=f"page {page.number} hides text {en} ({len(text)} characters); it was left out"
                    + ("; it addresses language models" if models else ""),
                )
            )
    return out
