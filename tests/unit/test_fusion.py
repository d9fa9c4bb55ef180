from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ragkit.retrieve.fusion import fused, ordered, reciprocal_rank, relative_scores

EQUAL = {"dense": 1.0, "keyword": 1.0}
RANKING = st.lists(st.integers(0, 30), unique=True, max_size=12).map(
    lambda keys: [(key, float(-place)) for place, key in enumerate(keys)]
)
SCORES = st.dictionaries(st.integers(0, 30), st.floats(-1, 50), max_size=12)


def test_reciprocal_rank_by_hand() -> None:
    found = dict(ordered(reciprocal_rank({"dense": [(1, 0.9), (2, 0.8)], "keyword": [(2, 7.0)]}, EQUAL)))
    assert found == {1: 1 / 61, 2: 1 / 62 + 1 / 61}


def test_relative_scores_by_hand() -> None:
    weights = {"dense": 3.0, "keyword": 1.0}
    shares = relative_scores({"dense": {1: 0.8, 2: 0.4}, "keyword": {1: 0.0, 2: 6.0}}, weights)
    assert shares[1] == pytest.approx({"dense": 0.75, "keyword": 0.0})
    assert shares[2] == pytest.approx({"dense": 0.375, "keyword": 0.25})
    assert [key for key, _ in ordered(shares)] == [1, 2]


def test_candidates_that_are_nearly_equal_stay_so() -> None:
    found = dict(ordered(relative_scores({"dense": {1: 0.612, 2: 0.605}, "keyword": {1: 9.1, 2: 9.0}}, EQUAL)))
    assert found[1] == 1.0
    assert found[2] > 0.98


@pytest.mark.parametrize("nothing", [{}, {5: 0.0}])
def test_a_search_that_found_nothing_takes_nothing_away(nothing: dict[int, float]) -> None:
    assert ordered(relative_scores({"dense": {5: 0.2}, "keyword": nothing}, EQUAL)) == [(5, 1.0)]


def test_below_zero_the_better_is_still_first() -> None:
    assert [key for key, _ in ordered(relative_scores({"dense": {1: -0.4, 2: -0.1}}, EQUAL))] == [2, 1]


@given(SCORES, SCORES)
def test_every_candidate_is_there_once_and_the_best_in_all_is_first(
    dense: dict[int, float], keyword: dict[int, float]
) -> None:
    found = ordered(relative_scores({"dense": dense, "keyword": keyword}, EQUAL))
    assert sorted(key for key, _ in found) == sorted({*dense, *keyword})
    assert [score for _, score in found] == sorted((score for _, score in found), reverse=True)
    assert all(score <= 1 + 1e-9 for _, score in found)


@given(RANKING, RANKING)
def test_ranks_keep_every_candidate_once(dense: list[tuple[int, float]], keyword: list[tuple[int, float]]) -> None:
    found = ordered(reciprocal_rank({"dense": dense, "keyword": keyword}, EQUAL))
    assert sorted(key for key, _ in found) == sorted({key for key, _ in dense} | {key for key, _ in keyword})


@given(RANKING)
def test_a_single_ranking_keeps_its_order(ranking: list[tuple[int, float]]) -> None:
    assert [key for key, _ in ordered(reciprocal_rank({"dense": ranking}, EQUAL))] == [key for key, _ in ranking]


@pytest.mark.parametrize(
    ("fusion", "order"), [("dense", [1, 2]), ("keyword", [2, 3]), ("scores", [2, 1, 3]), ("rrf", [2, 1, 3])]
)
def test_the_way_is_what_the_setting_names(fusion: str, order: list[int]) -> None:
    rankings = {"dense": [(1, 0.9), (2, 0.8)], "keyword": [(2, 7.0), (3, 6.0)]}
    scores = {"dense": {1: 0.9, 2: 0.8, 3: 0.1}, "keyword": {1: 0.0, 2: 7.0, 3: 6.0}}
    found = ordered(fused(fusion, rankings, scores, dense_weight=0.6, keyword_weight=0.4))
    assert [key for key, _ in found] == order
