"""What a digest costs and how fast it comes, against a simulated model: python -m tests.bench.digest [PDF ...]

The model answers through Gemini's real protocol on loopback: first token after 0.5 s, then 100 tokens a second. Each
row is measured in this run; ratios are of two times taken side by side.
"""

import sys
import time
from collections.abc import Iterator
from pathlib import Path

from chatpaper import source
from chatpaper.cancel import CancelToken
from chatpaper.chain import prompts
from chatpaper.chain.events import DigestGrew, Event, Finished
from chatpaper.chain.run import run
from chatpaper.digest import Digest
from chatpaper.llm.gemini import Gemini
from chatpaper.paper import Paper
from chatpaper.reading import Reader
from tests.loopback.gemini import GeminiRequest, GeminiServer

FIRST_TOKEN, TOKENS_PER_SECOND = 0.5, 100.0
DEFAULT = Path(__file__).parents[1] / "data" / "two-columns.pdf"


def timed(events: Iterator[Event]) -> tuple[Digest, float, float]:
    """The digest, seconds to the first word of a claim, seconds in all."""
    begun, first = time.monotonic(), 0.0
    for event in events:
        if isinstance(event, DigestGrew) and not first and any(c.stated for c in event.digest.claims()):
            first = time.monotonic() - begun
        if isinstance(event, Finished):
            return event.digest, first, time.monotonic() - begun
    raise AssertionError("a run ends with Finished")


def shared_prefix(requests: list[GeminiRequest]) -> float:
    """Share of all input characters that are the prefix common to all stages."""
    texts = [r.prefix for r in requests]
    same = next((n for n, chars in enumerate(zip(*texts, strict=False)) if len(set(chars)) > 1), min(map(len, texts)))
    return same * len(texts) / sum(map(len, texts))


def longest_needs(spent: dict[str, float]) -> float:
    """Seconds of the longest chain of needs, from the stages' own times."""
    total: dict[str, float] = {}
    for stage in prompts.load().stages:
        total[stage.name] = spent[stage.name] + max((total[n] for n in stage.needs), default=0.0)
    return max(total.values())


def alone(paper: Paper, server: GeminiServer) -> dict[str, float]:
    """Seconds of each stage, asked on its own with no other at work."""
    spent = {}
    for stage in prompts.load().stages:
        body = stage.body.replace("$summary", "").replace("$methods", "")
        lone = stage.model_copy(update={"needs": (), "body": body})
        only = prompts.load().model_copy(update={"stages": (lone,)})
        spent[stage.name] = timed(run(paper, engine(server), only, ("zh", "en"), CancelToken()))[2]
    return spent


def engine(server: GeminiServer) -> Gemini:
    return Gemini(keys=("bench",), model="gemini-2.5-flash", endpoint=server.url)


def measure(paper: Paper) -> dict[str, str]:
    with GeminiServer() as server:
        server.first_token, server.tokens_per_second = FIRST_TOKEN, TOKENS_PER_SECOND
        spent = alone(paper, server)
        before = len(server.requests)
        digest, first, whole = timed(run(paper, engine(server), prompts.load(), ("zh", "en"), CancelToken()))
        asked = server.requests[before:]
        chain = longest_needs(spent)
    claims = digest.claims()
    passages = {p.id: p for p in paper.passages}
    quotes = [e for c in claims for e in c.evidence]
    verbatim, made = sum(passages[e.passage].text == e.quote for e in quotes), digest.made
    return {
        "claims with evidence or a flag": f"{sum(bool(c.evidence or c.flags) for c in claims)} of {len(claims)}",
        "quotes that are the passage's own text": f"{verbatim} of {len(quotes)}",
        "wall time over the longest chain of needs": f"{whole / chain:.2f} ({whole:.2f} s / {chain:.2f} s)",
        "wall time over the stages one by one": f"{whole / sum(spent.values()):.2f}",
        "first words after the first token": f"{first - FIRST_TOKEN:.2f} s",
        "input that is the same prefix in all stages": f"{100 * shared_prefix(asked):.1f} %",
        "calls": str(made.calls),
        "tokens in (cached), out": f"{made.input_tokens} ({made.cached_tokens}), {made.output_tokens}",
    }


def main(paths: list[Path]) -> None:
    with Reader() as reader:
        for path in paths:
            print(path.name)
            for row, value in measure(reader.read(source.from_path(path, name=path.name, max_mb=50))).items():
                print(f"  {row:45} {value}")


if __name__ == "__main__":
    main([Path(a) for a in sys.argv[1:]] or [DEFAULT])
