"""What the page sends is what Gradio's own Blocks would send; it only does less for it."""

import asyncio
from copy import deepcopy
from typing import Any

import gradio as gr
import pytest
from gradio.state_holder import SessionState

from chatpaper.ui.sparing import SparingBlocks


def sent(kind: type[gr.Blocks], told: Any) -> tuple[list[Any], SessionState]:
    """What a page of this kind sends of a handler's answer, whose keys are numbers of outputs."""
    return asyncio.run(_sent(kind, told))


async def _sent(kind: type[gr.Blocks], told: Any) -> tuple[list[Any], SessionState]:
    with kind() as demo:
        widgets: list[Any] = [gr.HTML(), gr.Textbox(), gr.Button("Go"), gr.Column(), gr.State("kept")]
        gr.on([widgets[2].click], lambda: None, None, [*widgets, widgets[2]])
    told = deepcopy(told)  # Gradio takes values out of updates
    answer = {widgets[n]: value for n, value in told.items()} if isinstance(told, dict) and told != gr.skip() else told
    state = SessionState(demo)
    (function,) = demo.fns.values()
    return await demo.postprocess_data(function, answer, state), state


@pytest.mark.parametrize(
    "told",
    [
        {0: "<p>one</p>"},
        {1: "text", 3: gr.update(visible=False)},
        {0: gr.skip(), 2: gr.update(value="Stop", visible=True)},
        {1: gr.skip()},
        ["<p>one</p>", "two", "three", gr.update(visible=True), "state", gr.skip()],
        gr.skip(),
    ],
)
def test_it_sends_the_same(told: Any) -> None:
    ours, _ = sent(SparingBlocks, told)
    plain, _ = sent(gr.Blocks, told)
    assert [*map(_without_junk, ours)] == [*map(_without_junk, plain)]


def _without_junk(update: Any) -> Any:
    """Gradio sends the type of a skipped HTML's update a second time, as one of its props."""
    return gr.skip() if update == {"props": gr.skip(), **gr.skip()} else update


def test_what_is_left_out_stays_as_it_is() -> None:
    _, state = sent(SparingBlocks, {2: gr.update(value="Stop")})
    page = state.blocks_config.root_block.blocks
    changed = [key for key, block in page.items() if state.blocks_config.blocks[key] is not block]
    assert [page[key].get_block_name() for key in changed] == ["button"]


def test_a_state_is_kept_for_the_visitor() -> None:
    _, state = sent(SparingBlocks, {4: "mine"})
    assert list(state.state_data.values()) == ["mine"]
