"""The verifier without a model: verbatim spans, and what a claim's wording shares with the passages.

It says `unsupported` only of claims that bring much which stands nowhere. A claim is supported when the probability
says so, one window holds most of its words and all of its numbers and names, and neither negates what the other says;
it is contradicted when nothing but a sign, a unit or a direction is the opposite there.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from ragkit.odds import logistic
from ragkit.types import Evidence, Support, Verdict
from ragkit.verify.namesakes import Namesakes
from ragkit.verify.overlap import Overlap, Span, compare
from ragkit.verify.reasons import contradiction, doubt
from ragkit.verify.verbatim import UNREAD, verbatim

if TYPE_CHECKING:
    from ragkit.registry import Context

WEIGHTS = (-0.516, -0.521, -0.860, -0.654, 2.381, 0.580)
"""Of `ragkit.verify.overlap.FEATURES`, fitted by `ragkit.tune.wording` (see DECISIONS.md for data and figures)."""
BIAS = 1.829
COVERED = 0.7
"""The least share of a claim's words that the evidence must hold: the probability alone trusts fluent answers."""
UNSUPPORTED_BELOW = 0.3
"""Below this probability a claim is unsupported; between the bars it is unchecked."""


class LexicalVerifier:
    """Supports a claim by the wording of one window of a passage.

    Args:
        supported_above: The least score that counts as support.
    """

    name = "lexical"

    def __init__(self, supported_above: float) -> None:
        self._bar = supported_above

    def verify(self, claims: Sequence[str], passages: Sequence[str], question: str = "") -> list[Support]:
        """One finding for each claim: verbatim spans score 1; the rest by what they share and what they add."""
        found: list[Support | None] = [verbatim(claim, passages) for claim in claims]
        if None not in found or not any(passage.strip() for passage in passages):
            return [support or UNREAD for support in found]
        namesakes = Namesakes(passages)
        return [
            support or self._judge(claim, compare(claim, namesakes.grounds(claim), question))
            for claim, support in zip(claims, found, strict=True)
        ]

    def _judge(self, claim: str, overlap: Overlap) -> Support:
        score = probability(overlap)
        agrees = overlap.covered >= COVERED and not overlap.missing and not overlap.denied
        return conclusion(claim, score, overlap, overlap.spans(claim), supports=score >= self._bar and agrees)


def from_context(argument: str, context: Context) -> LexicalVerifier:
    """The verifier that the settings describe."""
    return LexicalVerifier(context.settings.verify.supported_above)


def conclusion(claim: str, score: float, overlap: Overlap, spans: tuple[Span, ...], *, supports: bool) -> Support:
    """The finding on a ``claim`` that the window ``supports``, unless it is the opposite of what stands there.

    The surer it is that both speak of the same, the surer they contradict each other. A number that is misquoted is
    contradicted whatever else is told.
    """
    window = overlap.window
    against = overlap.misquoted or (overlap.opposed if window and supports else ())
    if against:
        return Support("contradicted", min(score, 1 - score), None, against, contradiction(claim, overlap, against))
    if window is None or not supports:
        verdict: Verdict = "unsupported" if score < UNSUPPORTED_BELOW else "unchecked"
        return Support(verdict, score, None, spans, doubt(claim, overlap, spans, score))
    return Support("supported", score, Evidence(window.passage, window.start, window.end, score))


def probability(overlap: Overlap) -> float:
    """The calibrated probability that the passages support the claim."""
    return logistic(log_odds(overlap))


def log_odds(overlap: Overlap) -> float:
    """The logarithm of the odds that the passages support the claim."""
    return BIAS + sum(weight * value for weight, value in zip(WEIGHTS, overlap.features, strict=True))
