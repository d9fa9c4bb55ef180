"""Steps below the heading that names the task which is asked for."""

from __future__ import annotations

import pytest

from ragkit.generate.extractive.candidates import candidates
from ragkit.generate.extractive.section_tasks import is_first_step, names_task
from ragkit.types import Chunk, Hit

STEPS = "Have the old pack at hand.\n\n1. Open the lid.\n2. Unplug the pack of the LX-2.\n3. Close the lid."


def a_hit(heading: str, text: str = STEPS) -> Hit:
    return Hit(Chunk("m.md", "LX-2 manual", 0, len(text), text, ("LX-2 manual", heading), (1, 5)), 1.0)


@pytest.mark.parametrize(
    ("question", "heading"),
    [
        ("How do I replace the battery pack of an LX-2?", "6.2 Replacing the battery pack"),
        ("how can we replace the battery pack without tools", "Replace the battery pack"),
        ("What are the steps to replace the battery pack?", "Replacing the battery pack"),
        ("How do I unplug the LX-2?", "Unplugging"),
    ],
)
def test_a_heading_names_the_task_that_is_asked_for(question: str, heading: str) -> None:
    assert names_task(question, a_hit(heading))


@pytest.mark.parametrize(
    ("question", "heading"),
    [
        ("How do I replace the battery pack of an LX-4?", "Replacing the battery pack"),
        ("How do I charge the battery pack?", "Replacing the battery pack"),
        ("How do I replace the battery pack?", "Battery pack"),
        ("How do I cancel replacing the battery pack?", "Replacing the battery pack"),
        ("How do I replace the battery pack with two spare cells from Hull?", "Replacing the battery pack"),
        ("How do I unplug the probe of the LX-2?", "Unplugging"),
        ("When do I replace the battery pack?", "Replacing the battery pack"),
        ("How do I replace the battery pack?", ""),
    ],
)
def test_another_task_is_not_named(question: str, heading: str) -> None:
    assert not names_task(question, a_hit(heading))


def test_the_first_step_answers_and_no_other_sentence() -> None:
    hit = a_hit("Replacing the battery pack")
    question = "How do I replace the battery pack?"
    assert [each.text for each in candidates([hit]) if is_first_step(question, each, hit)] == ["1. Open the lid."]
    prose = a_hit("Replacing the battery pack", "Open the lid. Unplug the pack.")
    assert not any(is_first_step(question, each, prose) for each in candidates([prose]))
