"""The JSON contracts, key by key."""

import base64
import json

from chatpaper.digest import Digest
from chatpaper.rendering import digest_json, paper_json

from .samples import DIGEST, EXTRACTIVE, PAPER, PNG, QUOTES, WITH_MORE

CONTRACT = {
    "paper": "title authors arxiv_id doi published categories comment abstract links pages sha256",
    "made": "engine model endpoint prompts at seconds calls input_tokens cached_tokens output_tokens cost_usd",
    "audit": "claims traced numbers numbers_found language_mismatches",
    "summary": "background prior_work approach results",
    "conclusion": "significance innovation performance workload limitations",
}
TOP = (
    "schema paper made languages title affiliations keywords one_line glance takeaways summary methods conclusion more "
    "figures skipped notices audit"
)
READ = "title authors abstract arxiv_id doi code_urls language pages sections figures passages report"


def test_a_digest_has_exactly_the_keys_of_the_contract() -> None:
    told = json.loads(digest_json(DIGEST))
    assert list(told) == TOP.split()
    assert told["schema"] == 1
    for part, names in CONTRACT.items():
        assert list(told[part]) == names.split(), part
    assert list(told["figures"][0]) == ["label", "caption", "page", "image"]
    assert list(told["paper"]["links"]) == ["abs", "pdf", "code"]


def test_a_claim_carries_both_languages_its_evidence_and_its_flags() -> None:
    told = json.loads(digest_json(DIGEST))["takeaways"][1]
    assert told == {
        "zh": "试验了 37 台钟。",
        "en": "37 clocks were tested.",
        "evidence": [{"passage": "2.4", "page": 2, "quote": QUOTES["2.4"]}],
        "flags": ["number_not_found: 37"],
    }
    assert json.loads(digest_json(DIGEST))["summary"]["prior_work"] == {
        "zh": None,
        "en": None,
        "evidence": [],
        "flags": ["not_stated"],
    }


def test_parts_that_users_add_are_there_by_the_name_of_their_stage() -> None:
    assert json.loads(digest_json(DIGEST))["more"] == {}
    skipped = WITH_MORE.model_copy(update={"skipped": {"code_quality": EXTRACTIVE.skipped["conclusion"]}})
    more = json.loads(digest_json(skipped))["more"]
    assert list(more) == ["code_quality", "reproducibility"]
    assert more["code_quality"] == []
    assert more["reproducibility"][0]["en"] == "The drawings are published."


def test_pictures_are_data_uris_and_dates_iso() -> None:
    told = json.loads(digest_json(DIGEST))
    kind, encoded = told["figures"][0]["image"].split(",")
    assert kind == "data:image/png;base64"
    assert base64.b64decode(encoded) == PNG
    assert told["made"]["at"] == "2026-11-23T08:00:00Z"


def test_parts_of_skipped_stages_are_null_and_the_reason_is_a_string() -> None:
    told = json.loads(digest_json(EXTRACTIVE))
    assert told["conclusion"] is None
    assert told["methods"] == []
    assert told["skipped"] == {"conclusion": "the quota is used up; try again later"}


def test_strings_are_chinese_only_when_chinese_alone_was_asked() -> None:
    chinese: Digest = EXTRACTIVE.model_copy(update={"languages": ("zh",)})
    assert json.loads(digest_json(chinese))["skipped"] == {"conclusion": "配额已用完；请稍后重试"}
    assert json.loads(digest_json(EXTRACTIVE))["notices"] == ["The appendix on page 3 was left out."]


def test_a_paper_has_exactly_the_keys_of_the_contract() -> None:
    told = json.loads(paper_json(PAPER))
    assert list(told) == READ.split()
    assert list(told["sections"][0]) == ["number", "title", "level", "page", "text"]
    assert list(told["figures"][0]) == ["kind", "label", "caption", "page", "bbox"]
    assert told["passages"][0] == {"id": "1.2", "page": 1, "section": "Introduction", "text": QUOTES["1.2"]}
    assert list(told["report"]) == ["sha256", "characters", "seconds", "warnings"]
    assert told["report"]["warnings"] == ["The appendix was left out."]
