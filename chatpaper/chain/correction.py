"""Asking again for claims that failed the audit: once, together, with each failure named (rule 3)."""

import json
from collections.abc import Mapping
from typing import Any

import pydantic_core
from pydantic import ValidationError

from ..digest import Claim, FlagKind
from .replies import ClaimReply, Reply, claims_of, unfenced

_PROBLEMS: Mapping[FlagKind, str] = {
    "no_evidence": "names no sentence that states it",
    "unknown_passage": "names the id {detail}, which the paper does not have",
    "number_not_found": "says {detail}, which is nowhere in the paper",
    "number_elsewhere": "says {detail}, which the paper says of something else",
    "name_not_found": "names {detail}, which the paper does not mention",
    "hedge_lost": "drops the authors' hedge '{detail}'",
    "unlike_paper": "resembles no sentence of the paper",
    "opposite": "says the opposite of its sentence, which has '{detail}'",
    "languages_disagree": "says {detail} in one language only",
    "wrong_language": "is not in the language of its field",
    "unclean": "holds '{detail}', which is no plain sentence",
    "repeated": "only repeats another statement of your answer",
}
_GROUNDLESS: frozenset[FlagKind] = frozenset({"no_evidence", "number_not_found", "name_not_found", "unlike_paper"})


def failing(claims: Mapping[str, Claim]) -> dict[str, Claim]:
    """The claims that another try may mend, by path."""
    return {path: c for path, c in claims.items() if any(f.kind in _PROBLEMS for f in c.flags)}


def better(old: Claim, new: Claim) -> bool:
    """Whether the second try stands better than the first. Silence beats only what the paper does not hold."""
    if not new.stated:
        return any(f.kind in _GROUNDLESS for f in old.flags)
    return sum(f.kind in _PROBLEMS for f in new.flags) < sum(f.kind in _PROBLEMS for f in old.flags)


def instruction(claims: Mapping[str, Claim]) -> str:
    """What the model is told: each failing statement, what is wrong with it, and that silence is an answer."""
    lines = []
    for path, claim in claims.items():
        problems = "; ".join(_PROBLEMS[f.kind].format(detail=f.detail) for f in claim.flags if f.kind in _PROBLEMS)
        said = json.dumps({"zh": claim.zh, "en": claim.en}, ensure_ascii=False)
        lines.append(f"- {key(path)}: {said}\n  It {problems}.")
    return (
        "\n\nYou have answered this before. These statements of your answer failed the check against the paper:\n"
        + "\n".join(lines)
        + "\n\nWrite each of them again from sentences that state it, under the same name. "
        "Where no sentence of the paper states it, leave its texts and `passages` empty."
    )


def schema(whole: Mapping[str, Any], claims: Mapping[str, Claim]) -> dict[str, Any]:
    """JSON Schema of the answer: the failing claims alone, each as the stage's own schema has it."""
    properties = {key(path): _part(whole, path) for path in claims}
    return {
        "type": "object",
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
    }


def parse(text: str, claims: Mapping[str, Claim]) -> dict[str, ClaimReply]:
    """What came back, by path; what did not come, or not in the asked form, is left as it was."""
    try:
        answer = pydantic_core.from_json(unfenced(text))
    except ValueError:
        return {}
    mended = {}
    for path in claims:
        try:
            mended[path] = ClaimReply.model_validate(answer[key(path)])
        except (KeyError, TypeError, ValidationError):
            continue
    return mended


def merged(reply: Reply, mended: Mapping[str, ClaimReply]) -> Reply:
    """The reply with the mended claims in their places."""
    update: dict[str, Any] = {}
    for path, _ in claims_of(reply):
        if path not in mended:
            continue
        name, _, number = path.partition(".")
        if number:
            items = list(update.get(name, getattr(reply, name)))
            items[int(number)] = mended[path]
            update[name] = tuple(items)
        else:
            update[name] = mended[path]
    return reply.model_copy(update=update)


def key(path: str) -> str:
    """A path as a JSON name: "takeaways.0" is "takeaways_1"."""
    name, _, number = path.partition(".")
    return f"{name}_{int(number) + 1}" if number else name


def _part(whole: Mapping[str, Any], path: str) -> Any:
    part = whole["properties"][path.partition(".")[0]]
    return part["items"] if part["type"] == "array" else part
