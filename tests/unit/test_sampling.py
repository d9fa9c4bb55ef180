from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ragkit.errors import UsageError
from ragkit.generate.sampling import check, choose
from ragkit.types import Sampling

LOGITS = np.log(np.array([0.5, 0.25, 0.15, 0.1], dtype=np.float32))
WARM = Sampling(temperature=1.0)


def drawn(sampling, logits=LOGITS, written=(), n=2000):
    random = np.random.default_rng(7)
    return np.bincount([choose(logits, written, sampling, random) for _ in range(n)], minlength=len(logits)) / n


def test_temperature_zero_is_the_largest_logit_and_draws_nothing():
    random = np.random.default_rng(1)
    assert choose(np.float32([0, 3, 2]), [1], Sampling(top_k=1, repetition_penalty=9), random) == 1
    assert random.random() == np.random.default_rng(1).random()


def test_temperature_one_draws_by_probability():
    assert drawn(WARM) == pytest.approx([0.5, 0.25, 0.15, 0.1], abs=0.04)


def test_temperature_flattens_and_sharpens():
    assert drawn(Sampling(temperature=0.25))[0] == pytest.approx(
        0.5**4 / (0.5**4 + 0.25**4 + 0.15**4 + 0.1**4), abs=0.03
    )
    assert drawn(Sampling(temperature=100.0)) == pytest.approx([0.25] * 4, abs=0.04)


@pytest.mark.parametrize(
    ("sampling", "kept"),
    [
        (replace(WARM, top_k=2), {0, 1}),
        (replace(WARM, top_k=9), {0, 1, 2, 3}),
        (replace(WARM, top_p=0.5), {0}),
        (replace(WARM, top_p=0.6), {0, 1}),
        (replace(WARM, top_p=1e-9), {0}),
        (replace(WARM, min_p=0.29), {0, 1, 2}),
        (replace(WARM, min_p=1.0), {0}),
        (replace(WARM, top_k=3, top_p=0.8, min_p=0.1), {0, 1}),
    ],
)
def test_what_each_limit_keeps(sampling, kept):
    assert set(np.flatnonzero(drawn(sampling))) == kept


def test_the_repetition_penalty_lowers_what_was_written_on_either_side_of_zero():
    logits = np.float32([2.0, -2.0, 2.0, -2.0])
    shares = drawn(replace(WARM, repetition_penalty=2.0), logits, written=[0, 1, 1])
    expected = np.exp([1.0, -4.0, 2.0, -2.0])
    assert shares == pytest.approx(expected / expected.sum(), abs=0.04)


def test_the_same_seed_draws_the_same():
    def series(seed):
        random = np.random.default_rng(seed)
        return [choose(LOGITS, [], WARM, random) for _ in range(50)]

    assert series(3) == series(3)
    assert series(3) != series(4)


@given(st.lists(st.floats(-80, 80, width=32), min_size=1, max_size=50), st.integers(0, 2**32 - 1), st.data())
def test_a_token_is_always_chosen_and_logits_are_left_alone(values, seed, data):
    logits = np.array(values, dtype=np.float32)
    sampling = Sampling(
        temperature=data.draw(st.sampled_from([0.0, 0.01, 0.7, 2.0])),
        top_p=data.draw(st.sampled_from([0.01, 0.9, 1.0])),
        top_k=data.draw(st.integers(0, 60)),
        min_p=data.draw(st.sampled_from([0.0, 0.1, 1.0])),
        repetition_penalty=data.draw(st.sampled_from([0.5, 1.0, 1.3])),
    )
    assert 0 <= choose(logits, [0], sampling, np.random.default_rng(seed)) < len(logits)
    assert logits.tolist() == values


@pytest.mark.parametrize(
    "wrong",
    [
        {"temperature": -0.1},
        {"temperature": float("nan")},
        {"top_p": 0.0},
        {"top_p": 1.1},
        {"top_k": -1},
        {"min_p": 2.0},
        {"repetition_penalty": 0.0},
        {"max_tokens": 0},
        {"seed": -1},
    ],
)
def test_values_without_meaning_are_refused_by_name(wrong):
    with pytest.raises(UsageError, match=next(iter(wrong))):
        check(Sampling(**wrong))
