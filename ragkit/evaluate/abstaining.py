"""How sure an answer must be, so that of those given no more than a stated share is wrong.

Selective classification with a guaranteed risk (Geifman & El-Yaniv 2017), on a user's own labelled questions. Some
thresholds are tried, each by the exact binomial test at its part of the level (Bonferroni), and of those that hold the
one is taken that answers most. So the risk holds for more questions of the kind, not for these alone.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from ragkit.errors import UsageError
from ragkit.evaluate.gold import Place, Proof, proves
from ragkit.evaluate.metrics import contains
from ragkit.evaluate.run import counted
from ragkit.evaluate.statistics import Estimate, proportion
from ragkit.evaluate.suite import Case
from ragkit.protocols import Progress
from ragkit.types import Answer
from ragkit.verify.claims import without_markers

TRIED = 12
"""Thresholds that are tried, which divide the answers into as many equal parts."""
LEVEL = 0.05
"""The chance that the risk is greater than stated all the same."""
FLOOR = 0.01
"""What is less sure is not answered with any threshold."""


@dataclass(frozen=True, slots=True)
class Given:
    """An answer, how sure it was, and whether it is right; to what is not told no answer is."""

    confidence: float
    is_right: bool


@dataclass(frozen=True, slots=True)
class Threshold:
    """What was chosen: of ``asked`` questions ``answered`` at ``abstain_below``, with the share of ``wrong`` ones."""

    abstain_below: float
    risk: float
    asked: int
    answered: int
    wrong: Estimate


def holds(answered: int, wrong: int, risk: float, level: float) -> bool:
    """Whether so few wrong answers are unlikely, at ``level``, were more than ``risk`` of all such answers wrong."""
    chances = (
        math.exp(
            math.lgamma(answered + 1)
            - math.lgamma(k + 1)
            - math.lgamma(answered - k + 1)
            + k * math.log(risk)
            + (answered - k) * math.log1p(-risk)
        )
        for k in range(wrong + 1)
    )
    return answered > 0 and math.fsum(chances) <= level


def fewest(risk: float) -> int:
    """Answers, all of them right, with fewer of which no threshold can be told to hold."""
    return math.ceil(math.log(LEVEL / TRIED) / math.log1p(-risk))


def thresholds(given: Sequence[Given], risk: float) -> list[float]:
    """The thresholds of those tried at which the ``risk`` holds, the one that answers most first."""
    sure = sorted((each.confidence for each in given), reverse=True)
    tried = {sure[math.ceil(len(sure) * part / TRIED) - 1] for part in range(1, TRIED + 1)} if sure else set()
    return [each for each in sorted(tried) if _holds_at(given, each, risk)]


def choose(
    ask: Callable[[float], Callable[[Case], Given | None]],
    cases: Sequence[Case],
    risk: float,
    progress: Progress | None = None,
) -> Threshold:
    """The threshold at which at most ``risk`` of the answers to such ``cases`` are wrong.

    Args:
        ask: What answers a case with a threshold, None for an abstention. Cases are asked with almost none first. What
            was chosen is asked again, since less of an answer is told with a stricter one; if the risk does not hold
            then, the next stricter is tried.
        cases: Labelled questions, with answers or gold quotes, and some that the documents do not tell.
        risk: The share of wrong answers, above 0 and below 1.
        progress: Is told of every question.

    Raises:
        UsageError: There are too few questions to tell, or no threshold holds.
    """
    if not 0 < risk < 1:
        raise UsageError(f"The risk {risk:g} is no share.", "Give one above 0 and below 1, such as 0.1.")
    if len(cases) < fewest(risk):
        raise UsageError(
            f"There are {len(cases)} questions; a risk of {risk:g} needs {fewest(risk)} answers at least to be told.",
            "Label more questions, or allow more risk.",
        )
    loosest = _asked(ask(FLOOR), cases, progress)
    for least in thresholds(loosest, risk):
        given = _asked(ask(least), cases, progress)
        if _holds_at(given, 0.0, risk):
            wrong = proportion([(float(not each.is_right), 1.0) for each in given])
            return Threshold(least, risk, len(cases), len(given), wrong)
    raise UsageError(
        f"At no threshold are so few of the answers wrong ({sum(not each.is_right for each in loosest)} of "
        f"{len(loosest)} with none).",
        "Allow more risk, or label more questions.",
    )


def given(answer: Answer, case: Case, proofs: Sequence[Proof]) -> Given | None:
    """How an answer to a case counts: an accepted one stands in it or, where none is known, it cites a gold quote."""
    if answer.abstained:
        return None
    if not case.answerable:
        return Given(answer.confidence, is_right=False)
    if case.answers:
        return Given(answer.confidence, contains(without_markers(answer.text), case.answers))
    cited = [Place(citation.uri, citation.start, citation.end) for citation in answer.citations]
    return Given(answer.confidence, any(proves(place, proof) for place in cited for proof in proofs))


def _asked(ask: Callable[[Case], Given | None], cases: Sequence[Case], progress: Progress | None) -> list[Given]:
    found = [ask(case) for case in counted("asked", cases, progress)]
    return [each for each in found if each is not None]


def _holds_at(given: Sequence[Given], least: float, risk: float) -> bool:
    some = [each for each in given if each.confidence >= least]
    return holds(len(some), sum(not each.is_right for each in some), risk, LEVEL / TRIED)
