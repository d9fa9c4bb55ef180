"""Fits the weights of the verifier without a model to labelled claims.

To the sentences as they are labelled come two kinds of made negatives: supported sentences beside passages of another
source, and beside their own passages without the window that holds most of their words. Labelled data hardly has
claims that nothing speaks of; verification meets them.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from functools import lru_cache

import numpy as np

from ragkit.tune.claims import LabelledClaim, sentences
from ragkit.tune.score import Floats, logistic
from ragkit.verify.grounds import Grounds, Window
from ragkit.verify.overlap import compare

OTHER, REMOVED = 0.05, 0.03
"""Made negatives of each kind for one labelled sentence."""
RIDGE = 1.0


def fit(claims: Sequence[LabelledClaim], seed: int = 0) -> Floats:
    """Weights of `ragkit.verify.overlap.FEATURES` for the log-odds of support, the intercept last."""
    features, labels = rows(claims, seed)
    return logistic(features, labels, RIDGE)


def rows(claims: Sequence[LabelledClaim], seed: int = 0) -> tuple[Floats, Floats]:
    """Features of shape (n, 6) and labels (1 supported) of the labelled sentences and the made negatives."""
    rng = random.Random(seed)  # noqa: S311 - reproducible, not secret
    found = list(_rows(claims, rng))
    return np.array([features for features, _ in found]), np.array([label for _, label in found])


def _rows(claims: Sequence[LabelledClaim], rng: random.Random) -> Iterator[tuple[tuple[float, ...], float]]:
    grounds = lru_cache(64)(Grounds)
    for whole in claims:
        for claim in sentences(whole):
            overlap = compare(claim.claim, grounds(claim.passages), claim.question)
            yield overlap.features, float(claim.supported)
            other = rng.choice(claims)
            if claim.supported and rng.random() < OTHER and other.source != claim.source:
                yield compare(claim.claim, grounds(other.passages), claim.question).features, 0.0
            if claim.supported and rng.random() < REMOVED and overlap.window:
                left = _less(claim.passages, overlap.window)
                yield compare(claim.claim, Grounds(left), claim.question).features, 0.0


def _less(passages: Sequence[str], window: Window) -> tuple[str, ...]:
    """The passages without the text of ``window``."""
    cut = passages[window.passage]
    rest = cut[: window.start] + cut[window.end :]
    return (*passages[: window.passage], rest, *passages[window.passage + 1 :])
