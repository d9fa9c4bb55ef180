"""How a question is put while training."""

from __future__ import annotations

import random
from collections import Counter

import pytest

from ragkit.tune.forms import form, terse

QUESTION = "How many days may a hotel be booked for?"


@pytest.mark.parametrize(
    ("question", "words"),
    [
        (QUESTION, "days hotel booked"),
        ("What is the notice period?", "notice period"),
        ("Who is it?", "Who is it?"),
        ("Why?", "Why?"),
    ],
)
def test_a_terse_question_keeps_the_words_that_carry_it(question: str, words: str) -> None:
    assert terse(question) == words


def test_most_questions_are_put_as_they_are_and_none_loses_its_words() -> None:
    rng = random.Random(3)
    put = Counter(form(rng)(QUESTION) for _ in range(2000))
    assert 0.75 < put[QUESTION] / 2000 < 0.85
    assert 0.09 < put[terse(QUESTION)] / 2000 < 0.15
    assert all(QUESTION in each for each in put if each != terse(QUESTION))
