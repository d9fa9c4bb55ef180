from __future__ import annotations

import re

import pytest

from ragkit.generate.extractive.lists_and_steps import LAST_STEP, step_number
from ragkit.generate.extractive.step_by_number import StepAsked, step_asked
from ragkit.types import Evidence
from tests.conftest import passage

UPDATE = "You need a cable.\n\n1. Download the file.\n\n  It is large.\n\n2. Open the page.\n3. Press Install."
GUESTS = "To switch it on:\n\n- Open Wireless.\n- Tick Enable."


@pytest.mark.parametrize(
    ("question", "procedure", "number"),
    [
        ("What is the second step of the update?", "of the update", 2),
        ("Which is the first step in claiming expenses", "in claiming expenses", 1),
        ("what's the 3rd step to reset the router?", "to reset the router", 3),
        ("What is the last step for guests?", "for guests", LAST_STEP),
        ("What is step 12 of the update?", "of the update", 12),
    ],
)
def test_a_step_by_its_number_is_asked_for_in_many_ways(question: str, procedure: str, number: int) -> None:
    assert step_asked(question) == StepAsked(f"What are the steps {procedure}?", number)


@pytest.mark.parametrize(
    "question",
    ["What is the second floor of the house?", "How many steps has it?", "What is the next step?", "What is step 4?"],
)
def test_other_questions_are_none(question: str) -> None:
    assert step_asked(question) is None


@pytest.mark.parametrize(
    ("text", "number", "expected"),
    [
        (UPDATE, 1, ["Download the file.", "It is large."]),
        (UPDATE, 2, ["Open the page."]),
        (UPDATE, LAST_STEP, ["Press Install."]),
        (UPDATE, 4, []),
        (GUESTS, 2, ["Tick Enable."]),
        ("It is on.", 1, []),
    ],
)
def test_the_step_is_told_with_what_belongs_to_it(text: str, number: int, expected: list[str]) -> None:
    told = [Evidence(0, line.start(), line.end(), 0.5) for line in re.finditer(r"\S[^\n]*", text)]
    found = StepAsked("", number).of([passage(text)], told)
    assert [text[each.start : each.end].lstrip("-123. ") for each in found] == expected


def test_letters_number_steps() -> None:
    text = "a) Blow the whistle.\nb) Clear the pool.\nc) Call the office."
    numbers = [step_number(text, Evidence(0, match.start(), match.end(), 0.5)) for match in re.finditer(".+", text)]
    assert numbers == [1, 2, 3]
