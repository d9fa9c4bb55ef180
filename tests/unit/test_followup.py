from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ragkit.retrieve.followup import standalone

LEAVE = "How many days of annual leave do employees in Germany have?"
BATTERY = "How long does the battery of the Heron 2 last?"


@pytest.mark.parametrize(
    ("question", "previous", "whole"),
    [
        ("And in Canada?", LEAVE, "How many days of annual leave do employees in Canada have?"),
        ("and what about Canada?", LEAVE, "How many days of annual leave do employees in Canada have?"),
        ("What about the Heron 4?", BATTERY, "How long does the battery of the Heron 4 last?"),
        ("And the Pro plan?", "What does the Basic plan cost?", "What does the Pro plan cost?"),
        ("And in winter?", "When is the office open in summer?", "When is the office open in winter?"),
        ("How long does it last?", "Which battery has the Heron 2?", "How long does it last? (battery Heron 2)"),
        ("And weekends?", "When is the office open?", "And weekends? (office open)"),
        ("How long does that last?", "Which battery has the Heron 2?", "How long does that last? (battery Heron 2)"),
        ("Is that the same for interns?", "When is the office open?", "Is that the same for interns? (office open)"),
        ("Is that allowed on weekends?", "When is the office open?", "Is that allowed on weekends? (office open)"),
        ("What is that policy?", "When is the office open?", "What is that policy? (office open)"),
        ("Who has to approve these?", "When are trips paid?", "Who has to approve these? (trips paid)"),
        ("What's its weight?", "Which battery has the Heron 2?", "What's its weight? (battery Heron 2)"),
    ],
)
def test_follow_ups_by_hand(question: str, previous: str, whole: str) -> None:
    assert standalone(question, previous) == whole


@pytest.mark.parametrize(
    "question",
    [
        "Who signs the works agreement?",
        "And how do I apply for parental leave?",
        "Is there a gym?",
        "Are there lockers for interns?",
        "Who approves expenses that exceed 500 euros?",
        "Who signs contracts that are over a year?",
        "How do I know that my claim is paid?",
        "Which rules apply to those who work nights?",
        "Does that travel policy cover taxis?",
        "Must this form be signed in ink?",
        "Is it allowed to bring pets?",
        "Does it matter whether Employees of Ely work from home on the day before a bank holiday?",
    ],
)
def test_whole_questions_stay(question: str) -> None:
    assert standalone(question, LEAVE) == question


@given(st.text(max_size=60), st.text(max_size=60))
def test_no_text_breaks_it_and_nothing_is_lost_without_a_question_before(question: str, previous: str) -> None:
    assert standalone(question, "") == question
    assert isinstance(standalone(question, previous), str)
