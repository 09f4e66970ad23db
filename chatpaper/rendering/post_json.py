"""A post as JSON (schema 1): the digests as `digest --format json` has them, and what was left out."""

import json
from collections.abc import Mapping

from ..digest import Digest, DigestFigure
from ..value import Bilingual
from .json import SCHEMA, digest_object
from .post import Head, Part, PostFormat


class JsonPost(PostFormat):
    """Written in pieces, whole in the end."""

    between = ",\n"

    def file(self, stem: str) -> str:
        return f"{stem}.json"

    def part(
        self, digest: Digest, _stem: str, _images: Mapping[DigestFigure, str], news: tuple[Bilingual, ...]
    ) -> Part:
        said = {"news": [n.within(self.labels) for n in news]} if news else {}
        return Part(row="", block=json.dumps(digest_object(digest) | said, ensure_ascii=False))

    def opening(self, head: Head, _rows: tuple[str, ...]) -> str:
        whole = {
            "schema": SCHEMA,
            "title": head.topic,
            "date": head.date.isoformat(),
            "query": head.query,
            "description": head.description().within(self.labels),
            "papers": list(head.settled),
            "missed": [
                {"arxiv_id": m.arxiv_id, "title": m.title, "reason": m.reason.within(self.labels)} for m in head.missed
            ],
            "left_out": head.left_out,
            "total": head.total,
            "missing": head.missing,
            "input_tokens": head.input_tokens,
            "output_tokens": head.output_tokens,
            "cost_usd": head.cost_usd,
        }
        return json.dumps(whole, ensure_ascii=False, indent=2).removesuffix("\n}") + ',\n  "digests": [\n'

    def closing(self, _head: Head) -> str:
        return "\n]}\n"
