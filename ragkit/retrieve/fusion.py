"""Ways to make one ranking of several: each takes named rankings of ``(id, score)``, best first, and their weights."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence

Ranking = Sequence[tuple[int, float]]

RRF_K = 60
"""The constant of the paper."""
LEAST_SPREAD = 0.25
"""Of the best score."""


def reciprocal_rank(rankings: Mapping[str, Ranking], weights: Mapping[str, float]) -> list[tuple[int, float]]:
    """Sum of ``weight / (60 + rank)``: Cormack, Clarke & Büttcher 2009, "Reciprocal Rank Fusion"."""
    fused: dict[int, float] = defaultdict(float)
    for name, ranking in rankings.items():
        for rank, (key, _) in enumerate(ranking, start=1):
            fused[key] += weights[name] / (RRF_K + rank)
    return _sorted(fused)


def scaled_scores(rankings: Mapping[str, Ranking], weights: Mapping[str, float]) -> list[tuple[int, float]]:
    """Weighted sum of scores, each ranking scaled to 0..1 over its own candidates; who is missing gets 0.

    Where the candidates lie closer together than a quarter of the best score, they are not stretched apart: two
    passages that match almost equally well stay almost equal.
    """
    fused: dict[int, float] = defaultdict(float)
    for name, ranking in rankings.items():
        if not ranking:
            continue
        best, worst = ranking[0][1], ranking[-1][1]
        spread = max(best - worst, LEAST_SPREAD * abs(best)) or 1.0
        for key, score in ranking:
            fused[key] += weights[name] * (1 - (best - score) / spread)
    return _sorted(fused)


def _sorted(fused: Mapping[int, float]) -> list[tuple[int, float]]:
    """Best first; equal scores in order of id, so that two runs agree."""
    return sorted(fused.items(), key=lambda item: (-item[1], item[0]))
