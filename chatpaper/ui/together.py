"""The papers of a queue, some side by side; each runs as one alone would, and loses only itself."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import aclosing

from ..pipeline import Choice, Engine, Pipeline
from . import runner
from .batch import Batch
from .opened import Opened

AT_ONCE = 3
"""Papers that run at the same time."""
_BETWEEN = 0.4
"""Seconds between two looks at the queue."""


async def run(pipeline: Pipeline, batch: Batch, wanted: Choice, asked: runner.Asked) -> AsyncGenerator[None]:
    """All that waits, on one engine, so that its keys' limits are shared; yields often, for the page to look.

    Raises NoKey and its like: without an engine none begins.
    """
    running: set[asyncio.Task[None]] = set()
    batch.going = True
    try:
        yield
        engine = await asyncio.to_thread(pipeline.engine, wanted)
        while True:
            while len(running) < AT_ONCE and (paper := batch.next()):
                running.add(asyncio.create_task(_one(pipeline, paper, wanted, asked, engine)))
            if not running:
                return
            _, running = await asyncio.wait(running, timeout=_BETWEEN, return_when=asyncio.FIRST_COMPLETED)
            yield
    finally:
        batch.going = False
        for task in running:
            task.cancel()
        await asyncio.gather(*running, return_exceptions=True)


async def _one(pipeline: Pipeline, paper: Opened, wanted: Choice, asked: runner.Asked, engine: Engine) -> None:
    async with aclosing(runner.run(pipeline, paper, wanted, asked, engine)) as changes:
        async for _ in changes:
            pass
