"""Probabilities of log-odds."""

from __future__ import annotations

import pytest

from ragkit.odds import logistic


def test_even_odds_are_a_half_and_both_sides_add_up_to_one() -> None:
    assert logistic(0) == 0.5
    assert logistic(3) + logistic(-3) == pytest.approx(1)


def test_odds_far_from_even_are_near_none_or_one() -> None:
    assert 0 <= logistic(-1e6) < 1e-300
    assert logistic(1e6) == 1
