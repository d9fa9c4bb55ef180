from __future__ import annotations

import math
import random
import statistics as reference

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ragkit.evaluate.statistics import paired_percentile, paired_ratio, percentile, proportion, ratio


def ones(values: list[float]) -> list[tuple[float, float]]:
    return [(value, 1.0) for value in values]


def test_wilson_by_hand() -> None:
    # Newcombe (1998), table I: 81 of 263 gives 0.2553 to 0.3662; 15 of 148 gives 0.0624 to 0.1605
    some = proportion(ones([1.0] * 81 + [0.0] * 182))
    assert (some.value, some.low, some.high) == pytest.approx((81 / 263, 0.2553, 0.3662), abs=5e-5)
    few = proportion(ones([1.0] * 15 + [0.0] * 133))
    assert (few.low, few.high) == pytest.approx((0.0624, 0.1605), abs=5e-5)
    none = proportion(ones([0.0] * 20))
    assert (none.value, none.low, none.high) == pytest.approx((0.0, 0.0, 0.1611), abs=5e-5)
    assert none.method == "wilson"


def test_a_ratio_pools_its_cases() -> None:
    estimate = ratio([(1, 1), (0, 4), (3, 5)])
    assert estimate.value == pytest.approx(4 / 10)
    assert estimate.method == "bootstrap"


def test_the_bootstrap_agrees_with_the_normal_interval() -> None:
    drawn = random.Random(7)
    values = [drawn.gauss(0.5, 0.1) for _ in range(400)]
    estimate = ratio(ones(values))
    reach = 1.96 * reference.stdev(values) / math.sqrt(len(values))
    assert estimate.value == pytest.approx(reference.fmean(values))
    assert estimate.low == pytest.approx(estimate.value - reach, abs=0.2 * reach)
    assert estimate.high == pytest.approx(estimate.value + reach, abs=0.2 * reach)


@pytest.mark.parametrize("extreme", [0.0, 1.0])
def test_cases_that_all_agree_still_have_a_width(extreme: float) -> None:
    estimate = ratio([(extreme * 3, 3.0)] * 20)
    assert estimate == proportion(ones([extreme] * 20))
    assert estimate.high - estimate.low > 0.1


@pytest.mark.parametrize("count", [1, 20])
def test_so_do_cases_that_agree_on_a_part(count: int) -> None:
    estimate = ratio([(0.25, 1.0)] * count)
    assert (estimate.value, estimate.method) == (0.25, "wilson")
    assert (estimate.low < 0.15, estimate.high > 0.4) == (True, True)


def test_percentiles_by_hand() -> None:
    values = ones([40.0, 10.0, 30.0, 20.0])
    assert percentile(values, 50).value == 25.0
    assert percentile(values, 95).value == pytest.approx(38.5)
    assert percentile(ones([7.0]), 95).low == 7.0


def test_many_cases_are_resampled_in_blocks() -> None:
    estimate = ratio(ones([0.0, 1.0] * 2000))
    assert estimate.low == pytest.approx(0.5 - 1.96 * 0.5 / math.sqrt(4000), abs=0.003)


def test_pairing_takes_out_what_both_share() -> None:
    drawn = random.Random(3)
    theirs = [drawn.random() for _ in range(100)]
    ours = [value + 0.05 + drawn.uniform(-0.01, 0.01) for value in theirs]
    estimate = paired_ratio(ones(ours), ones(theirs))
    assert estimate.value == pytest.approx(0.05, abs=0.002)
    assert 0.045 < estimate.low < estimate.value < estimate.high < 0.055
    unpaired = ratio(ones(ours))
    assert estimate.high - estimate.low < (unpaired.high - unpaired.low) / 10


def test_a_paired_percentile_is_a_difference_of_percentiles() -> None:
    estimate = paired_percentile(ones([30.0, 10.0, 20.0]), ones([3.0, 1.0, 2.0]), 50)
    assert estimate.value == pytest.approx(18.0)


pairs = st.lists(
    st.integers(1, 9).flatmap(lambda whole: st.tuples(st.integers(0, whole), st.just(whole))), min_size=1, max_size=12
)


@given(pairs)
def test_intervals_are_bounded_and_repeat(cases: list[tuple[float, float]]) -> None:
    estimate = ratio(cases)
    assert estimate == ratio(cases)
    assert 0.0 <= estimate.low <= estimate.high <= 1.0
    same = paired_ratio(cases, cases)
    assert (same.value, same.low, same.high) == (0.0, 0.0, 0.0)


@given(st.integers(1, 500).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_wilson_holds_the_share_and_mirrors(counts: tuple[int, int]) -> None:
    right, n = counts
    estimate = proportion(ones([1.0] * right + [0.0] * (n - right)))
    mirrored = proportion(ones([0.0] * right + [1.0] * (n - right)))
    assert 0.0 <= estimate.low <= estimate.value <= estimate.high <= 1.0
    assert mirrored.low == pytest.approx(1 - estimate.high, abs=1e-9)
