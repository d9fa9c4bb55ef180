"""Measures against values worked out by hand."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ragkit.tune.score import auroc, bootstrap, calibration_error, logistic


def test_auroc_counts_ties_half() -> None:
    labels = np.array([1.0, 0.0, 1.0, 0.0])
    assert auroc(np.array([0.9, 0.1, 0.5, 0.5]), labels) == pytest.approx(0.875)
    assert np.isnan(auroc(np.array([1.0, 2.0]), np.array([1.0, 1.0])))


@given(st.lists(st.tuples(st.integers(0, 5), st.booleans()), min_size=2, max_size=30))
def test_auroc_is_the_share_of_pairs(pairs: list[tuple[int, bool]]) -> None:
    yes, no = [v for v, right in pairs if right], [v for v, right in pairs if not right]
    if yes and no:
        share = sum((a > b) + 0.5 * (a == b) for a in yes for b in no) / (len(yes) * len(no))
        values, labels = (np.array(column, dtype=float) for column in zip(*pairs, strict=True))
        assert auroc(values, labels) == pytest.approx(share)


def test_calibration_error_by_hand() -> None:
    chance, labels = np.array([0.95, 0.95, 0.15, 0.15]), np.array([1.0, 0.0, 0.0, 0.0])
    assert calibration_error(chance, labels) == pytest.approx(0.5 * 0.45 + 0.5 * 0.15)


def test_logistic_recovers_its_own_weights() -> None:
    rng = np.random.default_rng(0)
    values = rng.normal(size=(8000, 2))
    labels = (rng.random(8000) < 1 / (1 + np.exp(-(2 * values[:, 0] - values[:, 1] + 0.5)))).astype(float)
    assert logistic(values, labels) == pytest.approx([2.0, -1.0, 0.5], abs=0.15)


def test_bootstrap_holds_the_mean_and_narrows_with_cases() -> None:
    few = bootstrap(lambda x: float(x.mean()), np.array([0.0, 1.0] * 10))
    many = bootstrap(lambda x: float(x.mean()), np.array([0.0, 1.0] * 1000))
    assert few.low < few.value == 0.5 < few.high
    assert many.high - many.low < few.high - few.low
    assert "n=2000" in str(many)
