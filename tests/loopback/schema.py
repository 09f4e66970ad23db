"""Response schemas as they arrive: the OpenAPI subset of https://ai.google.dev/api/caching#Schema."""

from collections.abc import Mapping
from typing import Any

Schema = Mapping[str, Any]
_KINDS = {1: "STRING", 2: "NUMBER", 3: "INTEGER", 4: "BOOLEAN", 5: "ARRAY", 6: "OBJECT"}


def kind(node: Schema) -> str:
    """STRING, OBJECT ...; on the wire a name or, with enum-encoding=int, a number."""
    given = node.get("type", 1)
    return _KINDS[given] if isinstance(given, int) else str(given).upper()


def bounds(node: Schema) -> tuple[int, int | None]:
    """Fewest and most items of an array; int64 arrives as a string."""
    most = node.get("maxItems")
    return int(node.get("minItems", 0)), None if most is None else int(most)


def flaw(node: Schema) -> str | None:
    """Where and why the real server refuses the schema, as it words it; None if it accepts it."""
    if kind(node) == "OBJECT":
        if not node.get("properties"):
            return ".properties: should be non-empty for OBJECT type"
        for name, child in node["properties"].items():
            if found := flaw(child):
                return f".properties[{name}]{found}"
        unknown = set(node.get("required", [])) - set(node["properties"])
        return f".required: property is not defined: {min(unknown)}" if unknown else None
    if kind(node) == "ARRAY":
        if "items" not in node:
            return ".items: missing field."
        found = flaw(node["items"])
        return f".items{found}" if found else None
    return None
