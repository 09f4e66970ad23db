"""What can be held of a reply's schema while the model writes, by engines whose decoder follows it."""

from collections.abc import Mapping
from typing import Any

_IDS: Mapping[str, Any] = {
    "type": "array",
    "items": {"type": "string", "pattern": "^[0-9]{1,3}[.][0-9]{1,3}$"},
    "maxItems": 3,
}
"""Ids of passages: page and ordinal."""


def held(schema: Mapping[str, Any]) -> dict[str, Any]:
    """The schema, and besides: ids look like ids, and are few.

    A small model that is free to will copy the sentences themselves, or name all ids of the paper, again and again.
    """
    narrow = dict(schema)
    if "properties" in schema:
        narrow["properties"] = {
            name: {**part, **_IDS} if name == "passages" else held(part) for name, part in schema["properties"].items()
        }
    if "items" in schema:
        narrow["items"] = held(schema["items"])
    return narrow
