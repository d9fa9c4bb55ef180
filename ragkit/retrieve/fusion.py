"""Ways to make one ranking of several: what each kind of search contributes to the score of each candidate."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence

Ranking = Sequence[tuple[int, float]]
"""Ids and scores, best first."""
Scores = Mapping[int, float]
Shares = Mapping[int, Mapping[str, float]]
"""For each candidate, what each kind of search gives to its score, which is their sum."""

RRF_K = 60
"""The constant of the paper."""


def reciprocal_rank(rankings: Mapping[str, Ranking], weights: Mapping[str, float]) -> Shares:
    """``weight / (60 + rank)``: Cormack, Clarke & Büttcher 2009, "Reciprocal Rank Fusion"."""
    shares: dict[int, dict[str, float]] = defaultdict(dict)
    for name, ranking in rankings.items():
        for rank, (key, _) in enumerate(ranking, start=1):
            shares[key][name] = weights[name] / (RRF_K + rank)
    return shares


def relative_scores(scores: Mapping[str, Scores], weights: Mapping[str, float]) -> Shares:
    """Each score as a part of the best one of its kind, in a weighted mean; 1 in all is the best in every way.

    A convex combination (Bruch, Gai & Ingber 2023, "An Analysis of Fusion Functions for Hybrid Retrieval") whose scale
    does not depend on how many candidates there are. Every candidate should have a score of every kind, also where it
    was found by one alone.
    """
    kinds = {name: found for name, found in scores.items() if any(found.values())}
    whole = sum(weights[name] for name in kinds) or 1.0
    shares: dict[int, dict[str, float]] = {key: {} for found in scores.values() for key in found}
    for name, found in kinds.items():
        best = max(found.values())
        scale = abs(best) or 1.0
        for key, score in found.items():
            shares[key][name] = weights[name] / whole * (1 - (best - score) / scale)
    return shares


def fused(
    fusion: str,
    rankings: Mapping[str, Ranking],
    scores: Mapping[str, Scores],
    *,
    dense_weight: float,
    keyword_weight: float,
) -> Shares:
    """The shares as ``retrieve.fusion`` names the way: ``scores``, ``rrf``, or one kind of search alone."""
    if fusion in rankings:
        return reciprocal_rank({fusion: rankings[fusion]}, {fusion: 1.0})
    weights = {"dense": dense_weight, "keyword": keyword_weight}
    return relative_scores(scores, weights) if fusion == "scores" else reciprocal_rank(rankings, weights)


def ordered(shares: Shares) -> list[tuple[int, float]]:
    """Ids and scores, best first; equal scores in order of id, so that two runs agree."""
    sums = ((key, sum(parts.values())) for key, parts in shares.items())
    return sorted(sums, key=lambda item: (-item[1], item[0]))
