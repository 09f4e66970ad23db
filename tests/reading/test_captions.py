"""Which lines are captions."""

from chatpaper.reading.captions import captions_on, chosen
from chatpaper.reading.desk import block_of

from .made import line


def test_a_caption_that_names_the_page_of_its_legend_is_none() -> None:
    here = block_of(1, "caption", [line("Fig. 1 Characterization of the editor")], "")
    there = block_of(2, "caption", [line("Fig. 1 (See legend on previous page.)")], "")
    found = chosen(captions_on([here], 10.0) + captions_on([there], 10.0))
    assert [c.after for c in found] == ["Characterization of the editor"]
