"""A passage about other people, places and numbers, with a question and an answer to match."""

from __future__ import annotations

import random
import re

from hypothesis import given
from hypothesis import strategies as st

from ragkit.tune.data import Question, find_spans
from ragkit.tune.renamed import renamed

NAMES = ["Ahmed", "Boston", "Clara", "Dover", "what", "17"]
PASSAGE = "In March 1921 the engineer Vera Holm built 42 bridges, and Holm sold them to Oslo. Call 5550001234."


def question(passage: str = PASSAGE, answer: str = "Vera Holm") -> Question:
    return Question("Which bridges did Holm build in 1921?", passage, find_spans(passage, [answer]), True, "g")


@given(st.integers(0, 1000))
def test_a_name_is_exchanged_everywhere_and_the_answer_stays_in_its_place(seed: int) -> None:
    other = renamed(question(), NAMES, random.Random(seed))
    found = re.fullmatch(
        r"In March 19\d\d the engineer (\w+) (\w+) built \d\d bridges, and (\w+) sold them to \w+\. Call 5550001234\.",
        other.passage,
    )
    assert found is not None
    assert found[2] == found[3]
    assert other.answers == (f"{found[1]} {found[2]}",)
    year = other.passage.split()[2]
    assert other.text == f"Which bridges did {found[2]} build in {year}?"
    assert other.passage.split()[1] == "March"


def test_names_come_from_the_names_alone() -> None:
    told = {renamed(question(), NAMES, random.Random(seed)).answers[0].split()[0] for seed in range(200)}
    assert told == {"Vera", "Ahmed", "Boston", "Clara", "Dover"}


def test_a_passage_without_names_and_numbers_stays_as_it_is() -> None:
    plain = question("the engineer sold all of them to a friend.", "a friend")
    assert renamed(plain, NAMES, random.Random(0)) is plain


def test_without_names_to_choose_from_the_names_stay() -> None:
    assert "Vera Holm" in renamed(question(), [], random.Random(0)).passage


def test_an_answer_at_the_start_stays_there() -> None:
    asked = question(answer="In March")
    assert renamed(asked, NAMES, random.Random(1)).answers == ("In March",)
