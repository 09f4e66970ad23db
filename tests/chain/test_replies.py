"""Schemas, whole replies, and replies that have half arrived."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chatpaper.chain import replies

CLAIM = {"passages": ["1.1"], "zh": "中文。", "en": "English."}
CONCLUSION = dict.fromkeys(("significance", "innovation", "performance", "workload", "limitations"), CLAIM)


def nodes(schema: Any) -> list[dict[str, Any]]:
    """All objects of a schema that describe a value."""
    if not isinstance(schema, dict):
        return []
    below = [*schema.get("properties", {}).values(), schema.get("items")]
    return [schema, *(n for b in below for n in nodes(b))]


@pytest.mark.parametrize("kind", replies.REPLIES.values(), ids=replies.REPLIES)
def test_schemas_are_plain_and_strict(kind: type[replies.Reply]) -> None:
    for node in nodes(replies.schema(kind, ("zh", "en"))):
        assert "type" in node
        assert not {"$ref", "$defs", "title", "default", "anyOf"} & node.keys() - {"properties"} or "properties" in node
        if node["type"] == "object":
            assert node["required"] == list(node["properties"])
            assert node["additionalProperties"] is False


def test_claims_are_asked_in_the_asked_language_only() -> None:
    schema = replies.schema(replies.ConclusionReply, ("zh",))
    assert list(schema["properties"]["workload"]["properties"]) == ["passages", "zh"]


def test_a_fenced_reply_is_a_reply() -> None:
    text = f"```json\n{json.dumps(CONCLUSION)}\n```"
    assert replies.parse(text, replies.ConclusionReply, ("zh", "en"))


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("", "JSON"),
        ("I am sorry", "JSON"),
        (json.dumps(CONCLUSION)[:-20], "JSON"),
        ("[]", "$"),
        (json.dumps({**CONCLUSION, "workload": 3}), "workload"),
        (json.dumps({k: v for k, v in CONCLUSION.items() if k != "workload"}), "workload"),
        (json.dumps({**CONCLUSION, "workload": {**CLAIM, "zh": " "}}), "workload.zh"),
        (json.dumps({**CONCLUSION, "workload": {"passages": ["1.1"], "zh": "", "en": ""}}), "workload"),
    ],
)
def test_a_misfit_is_named(text: str, named: str) -> None:
    with pytest.raises(replies.Misfit, match=named.replace("$", r"\$")) as caught:
        replies.parse(text, replies.ConclusionReply, ("zh", "en"))
    assert caught.value.problem.zh


def test_an_empty_claim_is_an_answer() -> None:
    silent = {**CONCLUSION, "limitations": {"passages": [], "zh": "", "en": ""}}
    assert replies.parse(json.dumps(silent), replies.ConclusionReply, ("zh", "en"))


def test_every_prefix_of_a_reply_is_shown_as_far_as_it_is() -> None:
    whole = json.dumps({"takeaways": [CLAIM, {**CLAIM, "en": "Another one."}]})
    shown = [replies.partial(whole[:n], replies.TakeawaysReply) for n in range(len(whole) + 1)]
    lengths = [sum(len(c.en) for _, c in replies.claims_of(r)) if r else 0 for r in shown]
    assert lengths == sorted(lengths), "text only grows"
    assert lengths[-1] == len("English.") + len("Another one.")
    assert len(set(lengths)) > 10, "and it grows letter by letter"


@given(st.text() | st.from_regex(r"[\[{\":,\]}0-9a-z ]*", fullmatch=True))
def test_no_text_breaks_the_parsers(text: str) -> None:
    for kind in replies.REPLIES.values():
        replies.partial(text, kind)
        with pytest.raises(replies.Misfit):
            replies.parse(text, kind, ("en",))
