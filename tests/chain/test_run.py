"""The chain, with the real SDK against Gemini's protocol on loopback, and with the extractive engine."""

import itertools
import json
import shutil
import time
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

import pytest

from chatpaper.cancel import CancelToken
from chatpaper.chain import prompts
from chatpaper.chain.events import DigestGrew, Event, Finished, StageSkipped, StageStarted
from chatpaper.chain.run import run
from chatpaper.digest import Digest
from chatpaper.errors import BadReply, Cancelled, WrongKey
from chatpaper.llm.base import Engine, Piece, Request
from chatpaper.llm.extractive import Extractive
from chatpaper.llm.gemini import Gemini
from chatpaper.value import Language
from tests.loopback import digest_replies, faults
from tests.loopback.gemini import GeminiRequest, GeminiServer
from tests.made import paper

PROMPTS = prompts.load()
STAGES = [s.name for s in PROMPTS.stages]


def gemini_engine(server: GeminiServer) -> Gemini:
    return Gemini(keys=("key",), model="gemini-2.5-flash", endpoint=server.url)


def events(server: GeminiServer, *languages: Language) -> list[Event]:
    return list(run(paper(), gemini_engine(server), PROMPTS, languages or ("zh", "en"), CancelToken()))


def digest_of(happened: list[Event]) -> Digest:
    finished = happened[-1]
    assert isinstance(finished, Finished)
    return finished.digest


def of_stage(name: str) -> str:
    """Words that only this stage's instruction holds."""
    return next(s for s in PROMPTS.stages if s.name == name).body.splitlines()[0].split("$")[0]


def test_every_claim_is_proved_in_both_languages(gemini: GeminiServer) -> None:
    digest = digest_of(events(gemini))
    known = {p.id: p.text for p in paper().passages}
    claims = digest.claims()
    assert len(claims) == 1 + 3 + len(digest.takeaways) + 4 + len(digest.methods) + 5
    for claim in claims:
        assert claim.zh
        assert claim.en
        assert claim.flags == ()
        assert all(known[e.passage] == e.quote for e in claim.evidence)
    assert digest.audit.traced == digest.audit.claims == len(claims)
    assert digest.skipped == {}


def test_facts_are_the_papers_own(gemini: GeminiServer) -> None:
    digest = digest_of(events(gemini))
    assert digest.paper.title == paper().title == digest.title.en
    assert digest.title.zh
    assert digest.paper.links.code == paper().code_urls
    assert [a.en for a in digest.affiliations] == list(paper().affiliations)


def answering(field: str, terms: list[dict[str, str]]) -> Callable[[GeminiRequest], str]:
    """The usual replies, but for this field of the one that has it."""

    def reply(request: GeminiRequest) -> str:
        answer = json.loads(digest_replies.reply(request))
        return json.dumps(answer | ({field: terms} if field in answer else {}))

    return reply


def test_a_keyword_that_is_not_in_the_paper_is_not_shown(gemini: GeminiServer) -> None:
    foreign, known = {"zh": "文生视频", "en": "text-to-video"}, {"zh": "动态规划", "en": "dynamic programming"}
    gemini.reply = answering("keywords", [foreign, known])
    assert [k.en for k in digest_of(events(gemini)).keywords] == ["dynamic programming"]


def test_a_translated_affiliation_is_without_the_prompts_word(gemini: GeminiServer) -> None:
    named = {"zh": "Affiliation: 虚构大学湖泊实验室", "en": paper().affiliations[0]}
    gemini.reply = answering("affiliations", [named])
    assert [a.zh for a in digest_of(events(gemini)).affiliations] == ["虚构大学湖泊实验室"]


def test_one_language_is_asked_and_shown_alone(gemini: GeminiServer) -> None:
    digest = digest_of(events(gemini, "zh"))
    assert all(c.zh and c.en is None for c in digest.claims())
    assert all("(`en`)" not in r.parts[-1] for r in gemini.requests)


def test_calls_and_tokens_are_the_providers(gemini: GeminiServer) -> None:
    made = digest_of(events(gemini)).made
    assert made.calls == len(gemini.requests) == len(STAGES)
    assert made.input_tokens > 4 * 300
    assert made.output_tokens > 100


def test_system_and_paper_are_the_same_bytes_in_all_stages(gemini: GeminiServer) -> None:
    events(gemini)
    assert len({(r.system, r.parts[0]) for r in gemini.requests}) == 1


def test_stages_start_when_what_they_need_is_done(gemini: GeminiServer) -> None:
    happened = [
        (type(e), e.stage)
        for e in events(gemini)
        if isinstance(e, StageStarted) or (isinstance(e, DigestGrew) and e.done)
    ]
    for stage in PROMPTS.stages:
        for need in stage.needs:
            assert happened.index((DigestGrew, need)) < happened.index((StageStarted, stage.name))


def test_independent_stages_run_side_by_side(gemini: GeminiServer) -> None:
    """The first stage's first token says that the paper is read, and the others start; none waits for another's end."""
    gemini.tokens_per_second = 400
    happened = events(gemini)
    ended = next(n for n, e in enumerate(happened) if isinstance(e, DigestGrew) and e.done)
    begun = [e.stage for e in happened[:ended] if isinstance(e, StageStarted)]
    assert sorted(begun) == sorted(s.name for s in PROMPTS.stages if not s.needs)


def test_text_grows_in_its_place(gemini: GeminiServer) -> None:
    gemini.tokens_per_second = 400
    seen = [e.digest for e in events(gemini) if isinstance(e, DigestGrew) and not e.done]
    halves = [d.one_line.en for d in seen if d.one_line and d.one_line.en]
    assert len(set(halves)) > 1
    assert all(not c.flags for d in seen for c in d.claims() if not c.stated), (
        "nothing is called missing while it is written"
    )


def test_one_bad_stage_loses_only_itself(gemini: GeminiServer) -> None:
    gemini.script(faults.safety(), faults.safety(), when=of_stage("takeaways"))
    happened = events(gemini)
    digest = digest_of(happened)
    assert list(digest.skipped) == ["takeaways"]
    assert "SAFETY" in digest.skipped["takeaways"].within("en")
    assert digest.takeaways == ()
    assert digest.methods
    assert digest.conclusion
    assert [e.stage for e in happened if isinstance(e, StageSkipped)] == ["takeaways"]


def test_a_stage_whose_need_failed_still_runs(gemini: GeminiServer) -> None:
    gemini.script(faults.safety(), faults.safety(), when=of_stage("methods"))
    digest = digest_of(events(gemini))
    assert list(digest.skipped) == ["methods"]
    assert digest.conclusion


def test_a_misfit_is_asked_for_again_with_the_problem_named(gemini: GeminiServer) -> None:
    gemini.script('{"steps": []}', when=of_stage("methods"))
    assert digest_of(events(gemini)).methods
    asked = [r.parts[-1] for r in gemini.requests if of_stage("methods") in r.parts[-1]]
    assert len(asked) == 2
    assert "steps" in asked[1].removeprefix(asked[0])


def test_two_misfits_skip_the_stage(gemini: GeminiServer) -> None:
    gemini.script("nonsense", "more nonsense", when=of_stage("methods"))
    assert list(digest_of(events(gemini)).skipped) == ["methods"]


def test_failing_claims_are_asked_again_once_together(gemini: GeminiServer) -> None:
    wrong = {"passages": ["1.7"], "zh": "配准了 99.9% 的图像对。", "en": "It registers 99.9% of all pairs."}
    right = {"passages": ["1.7"], "zh": "配准了 71.3% 的图像对。", "en": "It registers 71.3% of all pairs."}
    gemini.script(json.dumps({"steps": [right, wrong, wrong]}), when=of_stage("methods"))
    mended = right | {"en": "Of all pairs, 71.3% are registered."}
    gemini.script(json.dumps({"steps_2": mended}), when="failed the check")
    digest = digest_of(events(gemini))
    assert [(c.en, [f.kind for f in c.flags]) for c in digest.methods] == [
        (right["en"], []),
        (mended["en"], []),
        (wrong["en"], ["number_not_found"]),
    ]
    (again,) = [r for r in gemini.requests if "failed the check" in r.parts[-1]]
    assert "99.9%" in again.parts[-1]
    assert "steps_1" not in again.parts[-1]
    assert again.schema is not None
    assert list(again.schema["properties"]) == ["steps_2", "steps_3"]
    assert digest.made.calls == len(gemini.requests) == len(STAGES) + 1


def test_a_correction_that_fails_leaves_the_flag(gemini: GeminiServer) -> None:
    wrong = {"passages": ["1.7"], "zh": "配准了 99.9% 的图像对。", "en": "It registers 99.9% of all pairs."}
    gemini.script(json.dumps({"steps": [wrong]}), when=of_stage("methods"))
    gemini.script(faults.safety(), faults.safety(), when="failed the check")
    digest = digest_of(events(gemini))
    assert [f.detail for f in digest.methods[0].flags] == ["99.9%"]
    assert digest.skipped == {}


def test_a_withdrawn_statement_is_gone_from_a_list_and_not_stated_in_a_field(gemini: GeminiServer) -> None:
    wrong = {"passages": [], "zh": "能治百病。", "en": "It cures all diseases of mankind."}
    silent = {"passages": [], "zh": "", "en": ""}
    gemini.script(json.dumps({"steps": [wrong]}), when=of_stage("methods"))
    gemini.script(json.dumps({"steps_1": silent}), when="failed the check")
    digest = digest_of(events(gemini))
    assert digest.methods == ()


def test_a_statement_made_twice_is_shown_once(gemini: GeminiServer) -> None:
    """A small model gave the same takeaway twice."""
    said = {"passages": ["1.2"], "zh": "SeasonLink 不需要对齐的图像。", "en": "SeasonLink needs no aligned pairs."}
    other = {"passages": ["1.6"], "zh": "每个关键点投票给一条曲线。", "en": "Each keypoint votes for a curve."}
    gemini.script(json.dumps({"steps": [said, other, said]}), when=of_stage("methods"))
    gemini.script(json.dumps({"steps_3": said}), when="failed the check")
    digest = digest_of(events(gemini))
    assert [claim.en for claim in digest.methods] == [said["en"], other["en"]]
    assert not any(claim.flags for claim in digest.methods)


def test_a_stage_of_ones_own_needs_a_file_only(gemini: GeminiServer, tmp_path: Path) -> None:
    folder = Path(shutil.copytree(prompts.FOLDER, tmp_path / "prompts"))
    (folder / "reproducibility.md").write_text(
        "---\nname: reproducibility\nreply: statements\nneeds: [methods]\n"
        "heading: {zh: 可复现性, en: Reproducibility}\n---\n"
        "Is there code, data and enough detail to repeat it? $languages\nThe methods were: $methods\n",
        "utf-8",
    )
    happened = run(paper(), gemini_engine(gemini), prompts.load(folder), ("zh", "en"), CancelToken())
    (part,) = digest_of(list(happened)).more
    assert part.heading.zh == "可复现性"
    assert len(part.claims) >= 1
    assert all(c.evidence and not c.flags for c in part.claims)


def test_no_stage_at_all_is_the_error_itself(gemini: GeminiServer) -> None:
    gemini.keys = {"another"}
    with pytest.raises(WrongKey):
        events(gemini)


def test_stop_ends_the_run_and_its_threads(gemini: GeminiServer) -> None:
    gemini.tokens_per_second = 20
    cancel = CancelToken()
    happened = run(paper(), gemini_engine(gemini), PROMPTS, ("zh", "en"), cancel)
    next(e for e in happened if isinstance(e, DigestGrew) and e.stage)
    begun = time.monotonic()
    cancel.cancel()
    with pytest.raises(Cancelled):
        list(happened)
    assert time.monotonic() - begun < 1.0


def test_an_abandoned_run_ends(gemini: GeminiServer) -> None:
    gemini.tokens_per_second = 20
    cancel = CancelToken()
    happened = run(paper(), gemini_engine(gemini), PROMPTS, ("zh", "en"), cancel)
    next(e for e in happened if isinstance(e, DigestGrew) and e.stage)
    begun = time.monotonic()
    happened.close()  # type: ignore[attr-defined]
    assert time.monotonic() - begun < 1.0
    assert cancel.cancelled


@pytest.mark.parametrize("languages", [("zh",), ("en",), ("zh", "en")])
def test_extractive_digest_is_the_papers_own_sentences(languages: tuple[Language, ...]) -> None:
    digest = digest_of(list(run(paper(), Extractive(), PROMPTS, languages, CancelToken())))
    assert digest.extractive
    assert digest.languages == languages
    assert digest.skipped == {}
    sentences = {p.text for p in paper().passages}
    for claim in digest.claims():
        assert claim.zh is None
        if claim.stated:
            assert [e.quote in sentences for e in claim.evidence] == [True]
            assert claim.flags == ()
    assert digest.one_line
    assert digest.one_line.en == "We propose SeasonLink, a matcher that learns correspondence without aligned pairs."
    assert digest.conclusion
    assert "rivers" in (digest.conclusion.limitations.en or "")
    assert digest.summary
    assert "However" in (digest.summary.prior_work.en or "")
    assert {"12,000", "7"} & set((digest.conclusion.workload.en or "").split())


def test_extractive_engine_says_what_it_did_not_find() -> None:
    bare = paper().model_copy(update={"passages": paper().passages[6:8]})
    digest = digest_of(list(run(bare, Extractive(), PROMPTS, ("en",), CancelToken())))
    assert digest.conclusion
    assert [f.kind for f in digest.conclusion.limitations.flags] == ["not_found"]


def test_what_is_said_of_others_is_no_field_of_this_paper() -> None:
    others = (
        (
            "Related work",
            "However, they do not address rivers, and their future work remains to be done on 500 images.",
        ),
        ("Related work", "Unlike edges, their method is a novel one, the first to outperform humans by 20%."),
        ("Method", "A window of this size is useful, thereby alleviating a common limitation of such encoders."),
    )
    bare = paper()
    kept = [p for p in bare.passages if p.section in ("Abstract", "Introduction")]
    told = [p for p in paper(*others).passages if p.text in {text for _, text in others}]
    digest = digest_of(
        list(run(bare.model_copy(update={"passages": (*kept, *told)}), Extractive(), PROMPTS, ("en",), CancelToken()))
    )
    ends = digest.conclusion
    assert ends
    said = {c.en for c in (ends.significance, ends.innovation, ends.performance, ends.workload, ends.limitations)}
    assert not said & {text for _, text in others}


class Endless(Engine):
    """A small model that names sentence after sentence."""

    name = "endless"
    ids: Iterable[int] = range(1, 10**9)
    closed = told = 0

    def stream(self, _request: Request, _cancel: CancelToken) -> Iterator[Piece]:
        try:
            yield '{"steps": [{"passages": ['
            for number in self.ids:
                piece = f'"1.{number}", '
                self.told += len(piece)
                yield piece
        finally:
            self.closed += 1


@pytest.mark.parametrize(
    ("ids", "most"), [(range(1, 10**9), 41_000), (itertools.cycle((1, 2)), 1_500)], ids=["ever longer", "in circles"]
)
def test_an_answer_without_an_end_is_cut_and_asked_for_once_more(ids: Iterable[int], most: int) -> None:
    engine = Endless(model="m", window=100_000)
    engine.ids = ids
    with pytest.raises(BadReply):
        list(run(paper(), engine, PROMPTS, ("en",), CancelToken()))
    assert engine.closed == 2 * len(STAGES)
    assert engine.told < most * engine.closed
