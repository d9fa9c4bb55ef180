"""Labelled claims to batches for the verifier: which claims are drawn, how often, and beside which evidence.

A training set is a few parts, each with a share of the rows at the beginning and at the end of training: other
people's inference sets and made claims first, the answers that the verifier is for later. Within a part the two
classes are drawn equally often, and the sets by the square root of their size. Twins, a right claim and the same with
a few words that make it wrong, are drawn together.
"""

from __future__ import annotations

import math
import random
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from ragkit.tune.claims import LabelledClaim, sentences
from ragkit.tune.verifier_model import ClaimBatch, ClaimRow, collate
from ragkit.verify.grounds import Grounds
from ragkit.verify.pairing import Pairing

STRIDE = 40
"""Batches that are drawn together and then sorted by length."""
TWINS = 0.6
"""How often a part that has twins gives two of them instead of one row: three rows in four are twins then."""


Unit = tuple[ClaimRow, ...]
"""A row, or a right one and its wrong twin."""


@dataclass(frozen=True, slots=True)
class Part:
    """Rows by class and set, those of them that are twins, and the part's share of what is drawn first and last."""

    classes: tuple[tuple[tuple[ClaimRow, ...], ...], ...]
    twins: tuple[Unit, ...]
    first: float
    last: float

    def draw(self, rng: random.Random) -> Unit:
        """Twins, or a row of a random class of a random set."""
        if self.twins and rng.random() < TWINS:
            return rng.choice(self.twins)
        sets = rng.choice(self.classes)
        rows = rng.choices(sets, [math.sqrt(len(rows)) for rows in sets])[0]
        return (rng.choice(rows),)

    def __len__(self) -> int:
        return sum(len(rows) for sets in self.classes for rows in sets)


def part(claims: Iterable[LabelledClaim], share: tuple[float, float], max_tokens: int, *, kept: bool = False) -> Part:
    """The sentences of ``claims`` beside their evidence, and their share of what is drawn first and last."""
    found: dict[bool, dict[str, list[ClaimRow]]] = {True: defaultdict(list), False: defaultdict(list)}
    twins: dict[tuple[str, str], list[ClaimRow]] = defaultdict(list)
    pairing = lru_cache(64)(_pairing)
    for whole in claims:
        for claim in sentences(whole):
            row = encoded(claim, pairing(whole.passages), max_tokens, kept=kept)
            found[claim.supported][claim.set].append(row)
            if whole.twin:
                twins[whole.source, whole.twin].append(row)
    classes = (tuple(tuple(rows) for rows in sets.values()) for sets in found.values())
    pairs = tuple(tuple(rows) for rows in twins.values() if [row.supported for row in rows] == [True, False])
    return Part(tuple(sets for sets in classes if sets), pairs, *share)


def _pairing(passages: tuple[str, ...]) -> Pairing:
    return Pairing(passages, Grounds(passages))


def encoded(claim: LabelledClaim, pairing: Pairing, max_tokens: int, *, kept: bool = False) -> ClaimRow:
    """The claim, or its beginning if it is long, beside its evidence."""
    pair, *_ = next(pairing.pieces(claim.claim, max_tokens))
    return ClaimRow(pair, claim.supported, claim.spans, kept)


def batches(
    parts: Sequence[Part], count: int, rows: int, rng: random.Random, progress: Callable[[], float]
) -> Iterator[ClaimBatch]:
    """About ``count`` rows in batches of similar length; ``progress`` (0 to 1) is asked for the mixture."""
    filled = [part for part in parts if len(part)]
    for _ in range(0, count, STRIDE * rows):
        done = progress()
        shares = [part.first + (part.last - part.first) * done for part in filled]
        drawn = list[Unit]()
        while sum(map(len, drawn)) < STRIDE * rows:
            drawn.append(rng.choices(filled, shares)[0].draw(rng))
        drawn.sort(key=lambda unit: max(len(row.pair.ids) for row in unit))
        packs: list[list[Unit]] = [[]]
        for unit in drawn:
            if packs[-1] and sum(map(len, packs[-1])) + len(unit) > rows:
                packs.append([])
            packs[-1].append(unit)
        rng.shuffle(packs)
        yield from map(collate, packs)
