"""Intervals. Every figure is the estimate from n cases with a 95 % interval; the case is the unit that is resampled.

Percentile bootstrap (Efron & Tibshirani 1993) with a fixed seed, so that the same scores give the same interval;
Wilson's score interval (Wilson 1927) for proportions. A bootstrap of cases that all agree, or of a single one, has no
width; such a ratio, which is of 0 to 1, gets Wilson's interval too.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Picks = NDArray[np.int64]

RESAMPLES = 2000
SEED = 20090401
_Z = 1.959963984540054
_NO_WIDTH = 1e-9
_BLOCK = 2_000_000

Method = Literal["bootstrap", "wilson"]
Pairs = Sequence[tuple[float, float]]
"""``(part, whole)`` of each case, wholes above 0."""


@dataclass(frozen=True, slots=True)
class Estimate:
    """A figure with its 95 % interval."""

    value: float
    low: float
    high: float
    method: Method


def proportion(pairs: Pairs) -> Estimate:
    """The share of cases that are 1 rather than 0, with Wilson's interval."""
    return _wilson(sum(part for part, _ in pairs) / len(pairs), len(pairs))


def ratio(pairs: Pairs) -> Estimate:
    """The sum of the parts over the sum of the wholes."""
    value = sum(part for part, _ in pairs) / sum(whole for _, whole in pairs)
    low, high = _bootstrap(len(pairs), _ratio_of(pairs))
    if high - low < _NO_WIDTH:
        return _wilson(value, len(pairs))
    return Estimate(value, low, high, "bootstrap")


def percentile(pairs: Pairs, q: float) -> Estimate:
    """The ``q``-th percentile of the parts, 0 to 100, interpolated linearly."""
    statistic = _percentile_of(pairs, q)
    return Estimate(_whole(len(pairs), statistic), *_bootstrap(len(pairs), statistic), "bootstrap")


def paired_ratio(ours: Pairs, theirs: Pairs) -> Estimate:
    """Our ratio less theirs over the same cases in the same order."""
    return _paired(len(ours), _ratio_of(ours), _ratio_of(theirs))


def paired_percentile(ours: Pairs, theirs: Pairs, q: float) -> Estimate:
    """Our percentile less theirs over the same cases in the same order."""
    return _paired(len(ours), _percentile_of(ours, q), _percentile_of(theirs, q))


def _paired(n: int, ours: Callable[[Picks], Floats], theirs: Callable[[Picks], Floats]) -> Estimate:
    def difference(picks: Picks) -> Floats:
        return ours(picks) - theirs(picks)

    return Estimate(_whole(n, difference), *_bootstrap(n, difference), "bootstrap")


def _wilson(share: float, n: int) -> Estimate:
    centre = share + _Z * _Z / (2 * n)
    reach = _Z * math.sqrt(share * (1 - share) / n + _Z * _Z / (4 * n * n))
    scale = 1 + _Z * _Z / n
    # rounding may carry the bounds past a share of exactly 0 or 1
    low, high = min(share, (centre - reach) / scale), max(share, (centre + reach) / scale)
    return Estimate(share, max(0.0, low), min(1.0, high), "wilson")


def _ratio_of(pairs: Pairs) -> Callable[[Picks], Floats]:
    import numpy as np

    parts, wholes = np.array(pairs, dtype=np.float64).T

    def statistic(picks: Picks) -> Floats:
        sums: Floats = parts[picks].sum(axis=1) / wholes[picks].sum(axis=1)
        return sums

    return statistic


def _percentile_of(pairs: Pairs, q: float) -> Callable[[Picks], Floats]:
    import numpy as np

    parts = np.array([part for part, _ in pairs], dtype=np.float64)

    def statistic(picks: Picks) -> Floats:
        return np.percentile(parts[picks], q, axis=1)

    return statistic


def _whole(n: int, statistic: Callable[[Picks], Floats]) -> float:
    """The statistic of the cases themselves."""
    import numpy as np

    return float(statistic(np.arange(n)[np.newaxis])[0])


def _bootstrap(n: int, statistic: Callable[[Picks], Floats]) -> tuple[float, float]:
    """2.5th and 97.5th percentile of ``statistic`` over resamples; it maps picks ``(rows, n)`` to ``(rows,)``."""
    import numpy as np

    random = np.random.default_rng(SEED)
    rows = max(1, min(RESAMPLES, _BLOCK // n))
    blocks = [min(rows, RESAMPLES - start) for start in range(0, RESAMPLES, rows)]
    values = np.concatenate([statistic(random.integers(0, n, size=(block, n))) for block in blocks])
    low, high = np.percentile(values, [2.5, 97.5])
    return float(low), float(high)
