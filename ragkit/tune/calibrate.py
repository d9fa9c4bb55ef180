"""Fits what stands behind the verifier's model to labelled claims that the model was not trained on.

The probability is a logistic regression over the model's two logits and the log-odds of the verifier without a model;
the bar above which a token is flagged is the one with the best F1 over characters.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from ragkit.models.verifier import Calibration
from ragkit.tune.claims import LabelledClaim, sentences
from ragkit.tune.data import characters
from ragkit.tune.score import Floats, logistic
from ragkit.verify.lexical import log_odds
from ragkit.verify.trained import Finding, TrainedVerifier

UNFITTED = Calibration(support=1.0, token=0.0, wording=0.0, bias=0.0, bar=0.0)
RIDGE = 1.0
BARS = np.arange(-6, 6.01, 0.25)


@dataclass(frozen=True, slots=True)
class Found:
    """A labelled sentence with what model and wording say of it."""

    claim: LabelledClaim
    finding: Finding


def find(verifier: TrainedVerifier, claims: Iterable[LabelledClaim]) -> list[Found]:
    """What the verifier finds of each sentence whose label is known, verbatim ones left out."""
    found = list[Found]()
    for whole in claims:
        parts = sentences(whole)
        findings = verifier.find([part.claim for part in parts], whole.passages, whole.question) if parts else []
        found += map(Found, parts, findings)
    return found


def fit(found: Sequence[Found]) -> Calibration:
    """The calibration that fits these sentences; the unfitted one where they are all of one class."""
    labels = np.array([float(each.claim.supported) for each in found])
    if not 0 < labels.sum() < len(labels):
        return UNFITTED
    support, token, wording, bias = (float(value) for value in logistic(_features(found), labels, RIDGE))
    bars = {float(bar): _span_f1(found, float(bar)) for bar in BARS}
    return Calibration(support, token, wording, bias, max(bars, key=bars.__getitem__))


def _features(found: Sequence[Found]) -> Floats:
    return np.array([(f.support, f.worst, log_odds(f.overlap)) for f in (each.finding for each in found)])


def _span_f1(found: Sequence[Found], bar: float) -> float:
    """F1 over the characters of all sentences together."""
    both = either = 0
    for each in found:
        if each.claim.spans is not None:
            marked = characters(each.claim.spans)
            flagged = characters(each.finding.spans(each.claim.claim, bar))
            both, either = both + len(marked & flagged), either + len(marked) + len(flagged)
    return 2 * both / either if either else 0.0
