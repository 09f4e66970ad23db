"""A page of many widgets and many visitors, at little work for each.

What Gradio (6.31) does in the one thread that serves everybody, as `tests/bench/load.py` and a profile showed it:
- A new visitor's copy of the page is described widget by widget, each with the JSON Schema of its API, for deep links
  that make this page again: 80 ms.
- What a handler's dict leaves out is filled up with `gr.skip()`, and each skipped widget is built anew: 1 ms each.
Here neither is done. The page has no deep links of Gradio's, and no `gr.render`.
"""

from copy import copy
from typing import Any

import gradio as gr
from gradio.block_function import BlockFunction
from gradio.blocks import BlocksConfig
from gradio.state_holder import SessionState


class SparingBlocks(gr.Blocks):
    def __init__(self, **options: Any) -> None:
        """As gr.Blocks."""
        super().__init__(**options)
        self.default_config = _Config(self)

    async def postprocess_data(
        self, block_fn: BlockFunction, predictions: list[Any] | dict[Any, Any], state: SessionState | None
    ) -> list[Any]:
        """What is sent of a handler's answer: a value or an update for each output, in their order."""
        outputs = list(block_fn.outputs)
        if not isinstance(predictions, dict) or not predictions or not predictions.keys() <= set(outputs):
            return await super().postprocess_data(block_fn, predictions, state)
        told = {output: predictions[output] for output in outputs if predictions.get(output, _SKIP) != _SKIP}
        given = copy(block_fn)
        given.outputs = list(told)
        values = await super().postprocess_data(given, told, state) if told else ()
        sent = dict(zip(told, values, strict=True))  # an output that is there twice gets it once
        return [sent.pop(o) if o in sent else None if o.stateful else gr.skip() for o in outputs]


_SKIP = gr.skip()


class _Config(BlocksConfig):
    """The page's; a copy of it is a visitor's."""

    def __copy__(self) -> BlocksConfig:
        own: BlocksConfig = super().__copy__()  # type: ignore[no-untyped-call]
        setattr(own, "config_for_block", lambda *_: {})  # noqa: B010
        return own
