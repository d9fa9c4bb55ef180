"""A metric, and what its function takes and gives: a case with what came of it, and a score of that."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal, get_args

import msgspec

from ragkit.evaluate.gold import Place, Proof, proves
from ragkit.evaluate.suite import Case
from ragkit.protocols import Verifier
from ragkit.types import Answer
from ragkit.verify.check import findings

State = Literal["scored", "abstained", "error", "not_applicable"]
STATES: tuple[State, ...] = get_args(State)
Better = Literal["higher", "lower"]
Summary = Literal["ratio", "proportion", "p50", "p95"]


class Score(msgspec.Struct, frozen=True, omit_defaults=True):
    """One case under one metric: ``part`` of ``of`` when scored; ``note`` says why a case is in error.

    A metric's figure is the sum of the parts over the sum of the wholes: the mean, where every ``of`` is 1.
    """

    state: State
    part: float = 0.0
    of: float = 0.0
    note: str = ""


NOT_APPLICABLE = Score("not_applicable")
ABSTAINED = Score("abstained")


def scored(part: float, of: float = 1.0) -> Score:
    """A figure for one case; ``of`` is above 0."""
    return Score("scored", float(part), float(of))


@dataclass(frozen=True, slots=True)
class Trial:
    """A case and its answer; ``proofs`` has one entry a gold quote.

    ``elapsed_ms`` is the wall clock around asking, None where that was not measured. ``retrieved`` is whether the hits
    are known: where they are not, an answer without any does not say that nothing was found.
    """

    case: Case
    answer: Answer
    elapsed_ms: float | None
    proofs: tuple[Proof, ...]
    verifier: Verifier
    retrieved: bool = True

    def ranks(self) -> list[int | None]:
        """For each gold quote, the rank, from 1, of the first hit that holds it."""
        places = [Place(hit.chunk.uri, hit.chunk.start, hit.chunk.end) for hit in self.answer.hits]
        return [
            next((rank for rank, place in enumerate(places, start=1) if proves(place, proof)), None)
            for proof in self.proofs
        ]

    def cited(self) -> list[Place]:
        """Where the citations point, in their order."""
        return [Place(citation.uri, citation.start, citation.end) for citation in self.answer.citations]

    def supported(self, claims: Sequence[str], passages: Sequence[str]) -> list[bool]:
        """Which claims the passages support; without passages, none."""
        if not claims or not passages:
            return [False] * len(claims)
        found = findings(self.verifier, claims, passages, self.case.question)
        return [finding.verdict == "supported" for finding in found]


Measure = Callable[[Trial], Score]


@dataclass(frozen=True, slots=True)
class Metric:
    """What is measured of a case; ``summary`` says how cases make one figure.

    ``ratio`` is parts over wholes with a bootstrap interval; ``proportion`` the same for cases that are right or
    wrong, with Wilson's interval; ``p50`` and ``p95`` are percentiles with a bootstrap interval. What the verifier has
    ``judged`` is as good as that one, and compared only under the same.
    """

    measure: Measure
    better: Better
    summary: Summary
    description: str
    judged: bool = False
