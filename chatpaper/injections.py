"""Text in a paper that speaks to a language model instead of a reader: marked, never obeyed, and proof of nothing."""

import re

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
    r"(?:忽略|无视)(?:之前|以上|上述|前面|先前|所有|此前).{0,12}(?:指令|指示|提示|要求)|"
    r"(?:只|仅)给(?:出)?(?:正面|积极)(?:的)?(?:评价|评审)|"
    r"(?:如果|假如|若|倘若)(?:你|您|本文的读者)是(?:一个|一名|一位)?(?:ai|人工智能|大?语言模型|大模型)|"
    r"(?:致|告)(?:所有|各位)?(?:ai|人工智能|大?语言模型|大模型)(?:助手|审稿人|模型)?[：:，,]"
)


def addresses_models(text: str) -> bool:
    """Whether the text has one of the usual forms of such orders, in English or Chinese (rule 5)."""
    return bool(order(text))


def order(text: str) -> str:
    """The text from where it speaks to a model; "" where it does not."""
    found = _TO_MODELS.search(text)
    return text[found.start() :] if found else ""
