"""The program looks, too: which passages state a claim plainly, whatever the model cited.

A trial with a small model: all cited ids existed, but 6 of 10 claims cited the title beside or instead of the sentence
that states them. So a passage that says more of the claim than the cited ones is added, one that shares nothing with
it is dropped, a number's own sentence is found, and a claim that nothing in the paper resembles is flagged.
"""

import re
from collections.abc import Iterator, Sequence

from ..digest import Claim, Evidence, Flag
from ..likeness import Corpus, terms
from ..paper import Paper, Passage
from . import frames, hedges, numbers, opposites
from .names import Names
from .proving import proving

_PLAIN = 0.5
"""A passage that holds this share of a claim's words (by weight) states it."""
_BETTER = 1.5
"""How much more of the claim it must hold than the best cited one, to be added."""
_UNLIKE = 0.22
"""Below this share in every passage, nothing in the paper resembles the claim."""
_APART = 0.25
"""Below this share, a sentence that has the claim's number speaks of something else."""
_BETWEEN = re.compile(r"(?<=[a-z\d)][.!?])\s+(?=[A-Z])|(?<=[。！？])")
"""Where a sentence of a claim ends, and the next one begins."""
_ENOUGH = 4
"""Content words that a sentence must have to be like or unlike the paper."""
_MOST = 5
"""Passages shown for one claim; a claim that needs more is no claim but a summary of a page."""


class Grounder:
    """Holds claims against all passages of one paper that can prove something."""

    def __init__(self, paper: Paper) -> None:
        self._language = paper.language
        self._passages = proving(paper)
        self._index = {p.id: n for n, p in enumerate(self._passages)}
        self._corpus = Corpus([p.text for p in self._passages])
        self._numbers = [numbers.readings(p.text) for p in self._passages]
        self._names = Names(paper)

    def grounded(self, claim: Claim) -> Claim:
        """The claim with the evidence it deserves, and flags for what nothing in the paper supports."""
        if not claim.stated or not self._passages:
            return claim
        own = claim.text(self._language)
        held = self._corpus.covered(own or claim.zh or claim.en or "")
        cited = [self._index[e.passage] for e in claim.evidence if e.passage in self._index]
        chosen = self._fitting(cited, held) if own else list(cited)
        if own and (plain := self._plain(chosen, held)) is not None:
            chosen.append(plain)
        chosen += self._for_numbers(claim, chosen, held)
        flags = [Flag(kind="name_not_found", detail=name) for name in self._names.unknown(claim)]
        if own and (max(held) < _UNLIKE or any(map(self._unlike, _sentences(own)))):
            flags.append(Flag(kind="unlike_paper"))
        states = max(chosen, key=held.__getitem__, default=None)
        if states is not None and held[states] >= _PLAIN:
            flags += _turned(claim, own, self._passages[states].text)
            flags += self._elsewhere(own, states, held) if own else ()
        evidence = tuple(_evidence(self._passages[n]) for n in list(dict.fromkeys(chosen))[:_MOST])
        return claim.model_copy(update={"evidence": evidence, "flags": (*claim.flags, *flags)})

    def _unlike(self, sentence: str) -> bool:
        """Whether nothing in the paper resembles this one of a claim's sentences; a true one does not carry it."""
        return max(self._corpus.covered(sentence)) < _UNLIKE

    def _fitting(self, cited: Sequence[int], held: Sequence[float]) -> list[int]:
        """The cited passages without those that share nothing with the claim."""
        return [n for n in cited if held[n] > 0.02]

    def _plain(self, cited: Sequence[int], held: Sequence[float]) -> int | None:
        """The passage that states the claim plainly better than the cited ones do."""
        best = max(range(len(held)), key=held.__getitem__)
        most = max((held[n] for n in cited), default=0.0)
        return best if best not in cited and held[best] >= max(_PLAIN, _BETTER * most) else None

    def _for_numbers(self, claim: Claim, chosen: Sequence[int], held: Sequence[float]) -> Iterator[int]:
        """For each number that the chosen passages lack, the likeliest passage that has it."""
        have = frozenset(r for n in chosen for r in self._numbers[n])
        for text in filter(None, (claim.en, claim.zh)):
            for mention in numbers.mentions(text):
                if numbers.found(mention, have):
                    continue
                # where the sentence has the value in another unit, a bare one elsewhere is no proof of this one
                strict = numbers.in_another_unit(mention, have, frozenset())
                holders = [
                    n
                    for n, r in enumerate(self._numbers)
                    if held[n] > 0.1 and (mention.readings & r if strict else numbers.found(mention, r))
                ]
                if holders:
                    best = max(holders, key=held.__getitem__)
                    have |= self._numbers[best]
                    yield best

    def _elsewhere(self, own: str, states: int, held: Sequence[float]) -> Iterator[Flag]:
        """Numbers that are in sentences of other things alone, or in the place of another in the one that states it."""
        given = numbers.values(self._numbers[states])
        displaced = set(frames.displaced(own, self._passages[states].text))
        for mention in numbers.mentions(own):
            misplaced = mention.written in displaced
            if not misplaced and given & numbers.values(mention.readings):
                continue
            holders = [n for n, r in enumerate(self._numbers) if numbers.found(mention, r)]
            others = max((held[n] for n in holders if n != states), default=0.0)
            if holders and others < (_PLAIN if misplaced else _APART):
                yield Flag(kind="number_elsewhere", detail=mention.written)


def _turned(claim: Claim, own: str | None, sentence: str) -> Iterator[Flag]:
    """What became of the sentence that states the claim: a hedge or "most" lost, or its opposite."""
    if hedge := hedges.lost(claim, sentence):
        yield Flag(kind="hedge_lost", detail=hedge)
    if own and (some := hedges.generalised(own, sentence)):
        yield Flag(kind="hedge_lost", detail=some)
    if own and (said := opposites.lost_negation(own, sentence) or opposites.swapped(own, sentence)):
        yield Flag(kind="opposite", detail=said)


def _sentences(text: str) -> list[str]:
    """Of a claim that has several; those that say enough to be told apart."""
    parts = _BETWEEN.split(text)
    return [part for part in parts if len(terms(part)) >= _ENOUGH] if len(parts) > 1 else []


def _evidence(passage: Passage) -> Evidence:
    return Evidence(passage=passage.id, page=passage.page, quote=passage.text)
