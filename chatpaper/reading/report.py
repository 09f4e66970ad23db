"""The reading report: what was doubtful or left out, said in both languages."""

import re
from collections.abc import Iterable

from ..value import Bilingual
from .pages import PageMarks

_TO_MODELS = re.compile(
    r"(?i)\b(?:ignore|disregard|forget|override)\b.{0,30}\b(?:previous|prior|above|earlier|all|your|other)\b.{0,30}"
    r"\b(?:instruct\w*|prompts?|rules|guidelines)|"
    r"\b(?:if you are|as) (?:an? |any )?(?:ai|llm|large language model|language model|ai assistant|ai reviewer|"
    r"chatgpt)\b.{0,60}"
    r"\b(?:please|you (?:must|should)|recommend|write|give|rate|accept|praise|highlight|do not)\b|"
    r"\b(?:note|attention|instructions?|message|important)[,:]? (?:to|for|:) (?:all |any |the )?"
    r"(?:ais?|llms?|large language models?|language models?|ai (?:assistants?|reviewers?|agents?))\b|"
    r"\b(?:ai|llm|language model) reviewers?\s*[,:]|"
    r"\b(?:give|write|provide) (?:a |only )?(?:positive|favou?rable) reviews?(?: only)?\b|"
    r"do not (?:mention|highlight) any negatives?|"
    r"忽略(?:之前|以上|上述|前面|先前|所有).{0,12}(?:指令|指示|提示|要求)|(?:只|仅)给(?:出)?(?:正面|积极)(?:的)?(?:评价|评审)"
)
_WHY = {
    "white": ("与背景同色", "in the colour of its background"),
    "tiny": ("极小字号", "in tiny type"),
    "off-page": ("位于页面之外", "off the page"),
    "invisible": ("不可见", "invisible"),
}


def addresses_models(text: str) -> bool:
    """Whether the text speaks to a language model instead of a reader (rule 5: marked, never obeyed)."""
    return bool(_TO_MODELS.search(text))


def hidden_text(pages: Iterable[PageMarks]) -> list[Bilingual]:
    out = []
    for page in pages:
        by_reason: dict[str, list[str]] = {}
        for why, line in page.hidden:
            by_reason.setdefault(why, []).append(line.text)
        for why, texts in by_reason.items():
            text = " ".join(texts)
            if sum(c.isalnum() for c in text) < 12:
                continue
            zh, en = _WHY[why]
            models = addresses_models(text)
            out.append(
                Bilingual(
                    zh=f"第 {page.number} 页有{zh}的隐藏文字（{len(text)} 个字符），未采用"
                    + ("；其中有写给语言模型的话" if models else ""),
                    en=f"page {page.number} hides text {en} ({len(text)} characters); it was left out"
                    + ("; it addresses language models" if models else ""),
                )
            )
    return out
