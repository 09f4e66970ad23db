"""The reply types of the stages, their JSON Schema, and how a reply is parsed, whole or half-arrived."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import pydantic_core
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from ..value import LANGUAGES, Bilingual, Language


class Reply(BaseModel):
    """What a model answers is data from outside: unknown fields are ignored, missing ones named."""

    model_config = ConfigDict(frozen=True, extra="ignore")


class TermReply(Reply):
    """A name or title, always in both languages: the one in the paper's language is checked against the paper."""

    zh: str = ""
    en: str = ""


class ClaimReply(Reply):
    """Ids first: a model that looks for the sentence before it writes states what the sentence says."""

    passages: tuple[str, ...] = Field(
        default=(), description="ids of the 1 to 3 passages that state this; empty only if the paper does not say it"
    )
    zh: str = Field(default="", description="in Chinese; empty only if the paper does not say it")
    en: str = Field(default="", description="in English; empty only if the paper does not say it")


class SummaryReply(Reply):
    """Statements first: they are what the reader waits for."""

    one_line: ClaimReply
    task: ClaimReply = ClaimReply()
    data: ClaimReply = ClaimReply()
    main_result: ClaimReply = ClaimReply()
    background: ClaimReply
    prior_work: ClaimReply
    approach: ClaimReply
    results: ClaimReply
    title: TermReply = Field(default=TermReply(), description="the paper's title")
    affiliations: tuple[TermReply, ...] = Field(default=(), description="the authors' institutions as printed")
    keywords: tuple[TermReply, ...] = Field(default=(), description="3 to 6 terms that the paper uses")


class TakeawaysReply(Reply):
    takeaways: tuple[ClaimReply, ...] = Field(min_length=1, max_length=7)


class MethodsReply(Reply):
    steps: tuple[ClaimReply, ...] = Field(min_length=1, max_length=8)


class ConclusionReply(Reply):
    significance: ClaimReply
    innovation: ClaimReply
    performance: ClaimReply
    workload: ClaimReply
    limitations: ClaimReply


class StatementsReply(Reply):
    """For stages that users add."""

    statements: tuple[ClaimReply, ...] = Field(max_length=8)


REPLIES: Mapping[str, type[Reply]] = {
    "summary": SummaryReply,
    "takeaways": TakeawaysReply,
    "methods": MethodsReply,
    "conclusion": ConclusionReply,
    "statements": StatementsReply,
}
"""Reply type by the name that a prompt file gives; the order is that of a digest. All but the last fill one place."""


def schema(reply: type[Reply], languages: Sequence[Language]) -> dict[str, Any]:
    """JSON Schema of a reply, claims in the asked languages only: no $ref, no defaults, every field required."""
    whole = reply.model_json_schema()
    unasked: frozenset[str] = frozenset(LANGUAGES) - frozenset(languages)
    inlined: dict[str, Any] = _plain({**whole, "description": None}, whole.get("$defs", {}), unasked)
    return inlined


def _plain(node: Any, defs: Mapping[str, Any], unasked: frozenset[str]) -> Any:
    if isinstance(node, list):
        return [_plain(item, defs, unasked) for item in node]
    if not isinstance(node, dict):
        return node
    if "$ref" in node:
        # a class's docstring speaks to programmers; only a field's own description is for the model
        return _plain({**defs[node["$ref"].rsplit("/", 1)[-1]], "description": node.get("description")}, defs, unasked)
    dropped = ("$defs", "title", "default", "properties")
    plain = {k: _plain(v, defs, unasked) for k, v in node.items() if k not in dropped and v is not None}
    if "properties" in node:
        skip = unasked if "passages" in node["properties"] else frozenset()
        fields = {k: v for k, v in node["properties"].items() if k not in skip}
        plain["properties"] = {k: _plain(v, defs, unasked) for k, v in fields.items()}
        plain["required"] = list(fields)
        plain["additionalProperties"] = False
    return plain


class Misfit(Exception):
    """A reply that is not in the asked form; `problem` says what is wrong, for the model and for people."""

    def __init__(self, problem: Bilingual) -> None:
        super().__init__(problem.en)
        self.problem = problem


def parse(text: str, reply: type[Reply], languages: Sequence[Language]) -> Reply:
    """A whole reply. Raises Misfit."""
    try:
        parsed = reply.model_validate(pydantic_core.from_json(unfenced(text)))
    except ValueError as error:
        if isinstance(error, ValidationError):
            where = ".".join(map(str, error.errors()[0]["loc"])) or "$"
            raise Misfit(Bilingual(zh=f"字段 {where} 缺失或有误", en=f"field {where} is missing or wrong")) from None
        raise Misfit(Bilingual(zh="不是完整的 JSON", en="it is not complete JSON")) from None
    for path, claim in claims_of(parsed):
        missing = [language for language in languages if not getattr(claim, language).strip()]
        if missing and (claim.passages or len(missing) < len(languages)):
            where = f"{path}.{missing[0]}"
            raise Misfit(Bilingual(zh=f"字段 {where} 是空的", en=f"field {where} is empty"))
    return parsed


def partial(text: str, reply: type[Reply]) -> Reply | None:
    """As much of a reply as has arrived; None before the first field."""
    try:
        arrived = pydantic_core.from_json(unfenced(text), allow_partial="trailing-strings")
    except ValueError:
        return None
    if not isinstance(arrived, dict) or not arrived:
        return None
    empty: dict[str, Any] = {name: {} for name, field in reply.model_fields.items() if field.annotation is ClaimReply}
    try:
        return reply.model_validate({**empty, **arrived})
    except ValidationError:
        return None


def claims_of(reply: Reply) -> Iterator[tuple[str, ClaimReply]]:
    """Path and claim, in order: ("one_line", ...), ("takeaways.0", ...)."""
    for name in type(reply).model_fields:
        value = getattr(reply, name)
        if isinstance(value, ClaimReply):
            yield name, value
        elif isinstance(value, tuple):
            yield from ((f"{name}.{n}", item) for n, item in enumerate(value) if isinstance(item, ClaimReply))


def unfenced(text: str) -> str:
    """The JSON itself: some models put JSON into a Markdown fence, whatever they are told."""
    text = text.strip()
    if text.startswith("```"):
        text = text.removeprefix("```json").removeprefix("```").removesuffix("```")
    return text
