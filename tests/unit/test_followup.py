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
        ("and for MV Tystie?", "What is the wind limit of MV Solan?", "What is the wind limit of MV Tystie?"),
        ("And for the MV Tystie?", "How fast is MV Solan?", "How fast is the MV Tystie?"),
        ("and on Monday?", "When does MV Solan sail?", "and on Monday? (MV Solan sail)"),
        ("and the wave height?", "What is the wind limit of MV Solan?", "What is the wave height of MV Solan?"),
        ("And adoption?", "How long is paternity leave?", "How long is adoption leave?"),
        ("And parental?", "How many weeks of sick leave do I get?", "How many weeks of parental leave do I get?"),
        ("And repair?", "How fast is MV Solan?", "And repair? (fast MV Solan)"),
        ("And interns?", "How long is paternity leave?", "And interns? (long paternity leave)"),
        ("And for cars?", "What is the fee for the ferry?", "What is the fee for cars?"),
        ("And Paris?", "What can I do?", "And Paris?"),
        ("What's its weight?", "Which battery has the Heron 2?", "What's its weight? (battery Heron 2)"),
    ],
)
def test_follow_ups_by_hand(question: str, previous: str, whole: str) -> None:
    assert standalone(question, previous) == whole


@pytest.mark.parametrize(
    "turns",
    [
        [
            ("How long is paternity leave?", "How long is paternity leave?"),
            ("And adoption?", "How long is adoption leave?"),
            ("How much notice must I give for it?", "How much notice must I give for it? (long adoption leave)"),
            ("Who approves it?", "Who approves it? (long adoption leave)"),
            ("What about bereavement?", "What about bereavement? (approves)"),
        ],
        [
            ("When is the office open?", "When is the office open?"),
            ("And weekends?", "And weekends? (office open)"),
            ("And holidays?", "And holidays? (office open)"),
            ("Is it busy then?", "Is it busy then? (holidays, office open)"),
            ("Is it heated?", "Is it heated? (holidays, office open)"),
            ("And the parking fee?", "And the parking fee? (office open)"),
            ("Who pays it?", "Who pays it? (parking fee, office open)"),
        ],
        [
            ("How long does the battery of the Heron 2 last?", "How long does the battery of the Heron 2 last?"),
            ("How heavy is it?", "How heavy is it? (long battery Heron 2 last)"),
            ("And the Heron 4?", "How heavy is it? (long battery the Heron 4 last)"),
            ("And repair?", "And repair? (heavy Heron 4)"),
        ],
    ],
)
def test_a_conversation_carries_its_last_subject_and_no_more(turns: list[tuple[str, str]]) -> None:
    previous = ""
    for question, whole in turns:
        previous = standalone(question, previous)
        assert previous == whole


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
