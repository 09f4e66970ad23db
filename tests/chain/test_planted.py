"""Faults planted in sound claims on a real PDF: how many the audit catches, and how often it cries wolf."""

from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from chatpaper import source
from chatpaper.chain.audit import Auditor
from chatpaper.chain.cleaning import dirt
from chatpaper.chain.evidence import Citer
from chatpaper.chain.replies import ClaimReply
from chatpaper.digest import Claim
from chatpaper.paper import Paper
from chatpaper.reading import Reader
from tests.chain import sentences
from tests.chain.planted import SOUND, faults


@pytest.fixture(scope="module")
def paper(paper_pdf: Callable[[str], Path]) -> Iterator[Paper]:
    with Reader() as reader:
        yield reader.read(source.from_path(paper_pdf("two-columns"), max_mb=50))


@pytest.fixture(scope="module")
def audited(paper: Paper) -> Callable[[ClaimReply], Claim]:
    citer, auditor = Citer(paper), Auditor(paper, ("zh", "en"))
    return lambda reply: auditor.audited(citer.claim(reply, whole=True))


def passage(paper: Paper, words: str) -> str:
    return next(p.id for p in paper.passages if words in p.text)


def test_planted_faults_are_caught(paper: Paper, audited: Callable[[ClaimReply], Claim]) -> None:
    planted = [fault for claim in SOUND for fault in faults(claim, passage(paper, claim.words))]
    assert len(planted) >= 200
    missed = Counter(fault.name for fault in planted if not audited(fault.reply).flags)
    assert missed.total() <= 0.02 * len(planted), missed


def test_sound_claims_are_left_alone(paper: Paper, audited: Callable[[ClaimReply], Claim]) -> None:
    claims = [audited(ClaimReply(passages=(passage(paper, s.words),), zh=s.zh, en=s.en)) for s in SOUND]
    alarms = [(c.en, c.flags) for c in claims if c.flags]
    assert len(alarms) <= 0.03 * len(claims), alarms


@pytest.mark.parametrize("name", ["one-column", "no-sections", "chinese"])
def test_faults_in_any_papers_own_sentences_are_caught(name: str, paper_pdf: Callable[[str], Path]) -> None:
    """What a program can tell in part only has its figures in `tests.bench.audit`."""
    with Reader() as reader:
        planted, found, sound, alarms = sentences.counted(reader.read(source.from_path(paper_pdf(name), max_mb=50)))
    sure = planted.total() - sum(planted[name] for name in sentences.HARD)
    missed = (planted - found) - Counter({name: planted[name] for name in sentences.HARD})
    assert sure >= 200
    assert missed.total() <= 0.02 * sure, missed
    assert alarms <= 0.03 * sound


def test_the_papers_own_sentences_raise_no_alarm(paper: Paper) -> None:
    citer, auditor = Citer(paper), Auditor(paper, ("en",))
    whole = [
        p
        for p in paper.passages
        if p.kind == "text" and p.text[0].isupper() and p.text.endswith(".") and len(p.text) > 50
    ]
    claims = [auditor.audited(citer.claim(ClaimReply(passages=(p.id,), en=p.text), whole=True)) for p in whole]
    alarms = [(c.en, c.flags) for c in claims if c.flags]
    assert len(alarms) <= 0.03 * len(claims), alarms
    assert all(c.evidence[0].passage == p.id for c, p in zip(claims, whole, strict=True) if c.evidence)


def test_the_right_sentence_is_found_though_the_title_was_cited(
    paper: Paper, audited: Callable[[ClaimReply], Claim]
) -> None:
    found = 0
    for sound in SOUND:
        claim = audited(ClaimReply(passages=(paper.passages[0].id,), zh=sound.zh, en=sound.en))
        found += passage(paper, sound.words) in {e.passage for e in claim.evidence}
    assert found >= 0.9 * len(SOUND)


def test_citation_marks_never_reach_a_claim(paper: Paper, audited: Callable[[ClaimReply], Claim]) -> None:
    for sound in SOUND:
        cited = ClaimReply(passages=(passage(paper, sound.words),), zh=sound.zh, en=sound.en.rstrip(".") + " [3, 12].")
        claim = audited(cited)
        assert claim.en == sound.en
        assert dirt(claim.en) is None
