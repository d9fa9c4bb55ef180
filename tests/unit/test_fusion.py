from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from ragkit.retrieve.fusion import reciprocal_rank, scaled_scores

EQUAL = {"dense": 1.0, "keyword": 1.0}
RANKING = st.lists(st.integers(0, 30), unique=True, max_size=12).map(
    lambda keys: [(key, float(-place)) for place, key in enumerate(keys)]
)


def test_reciprocal_rank_by_hand() -> None:
    fused = dict(reciprocal_rank({"dense": [(1, 0.9), (2, 0.8)], "keyword": [(2, 7.0)]}, EQUAL))
    assert fused[1] == 1 / 61
    assert fused[2] == 1 / 62 + 1 / 61


def test_scaled_scores_by_hand() -> None:
    fused = dict(scaled_scores({"dense": [(1, 0.9), (2, 0.7), (3, 0.5)], "keyword": [(3, 8.0), (2, 4.0)]}, EQUAL))
    assert fused[1] == 1.0
    assert abs(fused[2] - 0.5) < 1e-12
    assert fused[3] == 1.0


def test_candidates_that_are_nearly_equal_stay_so() -> None:
    fused = dict(scaled_scores({"dense": [(1, 0.612), (2, 0.605)], "keyword": [(1, 9.1), (2, 9.0)]}, EQUAL))
    assert fused[1] == 2.0
    assert fused[2] > 1.9


def test_a_ranking_of_one_counts_fully() -> None:
    assert scaled_scores({"dense": [(5, 0.2)], "keyword": []}, EQUAL) == [(5, 1.0)]


@given(RANKING, RANKING)
def test_fusion_keeps_every_candidate_once_and_in_order(
    dense: list[tuple[int, float]], keyword: list[tuple[int, float]]
) -> None:
    for fuse in (reciprocal_rank, scaled_scores):
        fused = fuse({"dense": dense, "keyword": keyword}, EQUAL)
        assert {key for key, _ in fused} == {key for key, _ in dense} | {key for key, _ in keyword}
        assert len(fused) == len({key for key, _ in fused})
        assert [score for _, score in fused] == sorted((score for _, score in fused), reverse=True)


@given(RANKING)
def test_a_single_ranking_keeps_its_order(ranking: list[tuple[int, float]]) -> None:
    assert [key for key, _ in reciprocal_rank({"dense": ranking}, EQUAL)] == [key for key, _ in ranking]
