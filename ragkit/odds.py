"""Probabilities of log-odds, which is how classifiers say what is likelier."""

from __future__ import annotations

import math

_MOST = 700.0
"""Beyond it the exponential is no float."""


def logistic(log_odds: float) -> float:
    """The probability whose odds have this logarithm, however far from even they are."""
    return 1 / (1 + math.exp(min(-log_odds, _MOST)))
