"""What is held of a reply while it is written."""

import re

from chatpaper.llm.held import held
from tests.llm.asking import REQUEST


def test_ids_are_all_that_is_held_beyond_the_schema() -> None:
    narrow = held(REQUEST.schema)
    passages = narrow["properties"]["takeaways"]["items"]["properties"]["passages"]
    assert (passages["type"], passages["maxItems"]) == ("array", 3)
    assert all(re.fullmatch(passages["items"]["pattern"], p.id) for p in REQUEST.passages)
    asked = REQUEST.schema["properties"]["takeaways"]["items"]["properties"]["passages"]
    narrow["properties"]["takeaways"]["items"]["properties"]["passages"] = asked
    assert narrow == REQUEST.schema
