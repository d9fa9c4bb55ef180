"""Measures for readers: AUROC, calibration error, bootstrap intervals, logistic regression.

Nothing here knows about models; everything works on plain arrays. F1 and exact match are in `ragkit.squad`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Estimate:
    """A mean with its 95 % bootstrap interval over ``n`` cases."""

    value: float
    low: float
    high: float
    n: int

    def __str__(self) -> str:
        return f"{self.value:.3f} [{self.low:.3f}, {self.high:.3f}] n={self.n}"


def auroc(scores: Floats, labels: Floats) -> float:
    """Probability that a positive scores above a negative, ties counted half; nan when a class is missing."""
    positives = int(labels.sum())
    negatives = len(labels) - positives
    if not positives or not negatives:
        return float("nan")
    _, places, counts = np.unique(scores, return_inverse=True, return_counts=True)
    ranks = (np.cumsum(counts) - (counts - 1) / 2)[places]
    return float((ranks[labels > 0].sum() - positives * (positives + 1) / 2) / (positives * negatives))


def calibration_error(probabilities: Floats, labels: Floats, bins: int = 10) -> float:
    """Expected calibration error over bins of equal width."""
    places = np.minimum((probabilities * bins).astype(int), bins - 1)
    gaps = [abs(probabilities[places == b].mean() - labels[places == b].mean()) * (places == b).mean()
            for b in range(bins) if (places == b).any()]  # fmt: skip
    return float(sum(gaps))


def mean(values: Floats) -> float:
    """The mean, as `bootstrap` wants a measure."""
    return float(values.mean())


def bootstrap(measure: Callable[..., float], *columns: Floats, draws: int = 500, seed: int = 0) -> Estimate:
    """The measure of the columns, with an interval from resampling their rows."""
    size = len(columns[0])
    rng = np.random.default_rng(seed)
    samples = [measure(*(c[rows] for c in columns)) for rows in rng.integers(0, size, (draws, size))]
    low, high = np.nanpercentile(samples, [2.5, 97.5])
    return Estimate(measure(*columns), float(low), float(high), size)


def logistic(features: Floats, labels: Floats, ridge: float = 1e-3, steps: int = 50) -> Floats:
    """Weights of a logistic regression by Newton's method, the intercept last.

    ``features`` has shape (n, k); the result has shape (k + 1,).
    """
    design = np.column_stack([features, np.ones(len(features))])
    weights = np.zeros(design.shape[1])
    for _ in range(steps):
        chance = 1 / (1 + np.exp(-np.clip(design @ weights, -30, 30)))
        slope = design.T @ (chance - labels) + ridge * weights
        curve = (design * (chance * (1 - chance))[:, None]).T @ design + ridge * np.eye(len(weights))
        step = np.linalg.solve(curve, slope)
        weights -= step
        if np.abs(step).max() < 1e-9:
            break
    return weights
