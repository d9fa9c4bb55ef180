"""A question in the words of the passage that it is put to."""

from __future__ import annotations

import pytest

from ragkit.generate.extractive.question_rewriting import Asked
from ragkit.types import Chunk, Hit


@pytest.mark.parametrize(
    ("question", "text", "expected"),
    [
        ("How many jobs run out of the box?", "The default is 4.", "How many jobs run by default?"),
        ("Which port is used if nothing is set?", "It defaults to 80.", "Which port is used by default?"),
        ("Where does it log if I don't configure it?", "Default: syslog", "Where does it log by default?"),
        ("How many jobs run out of the box?", "4 jobs run.", "How many jobs run out of the box?"),
        ("What happens if nothing is sent?", "The default is 4.", "What happens if nothing is sent?"),
    ],
)
def test_a_default_is_asked_for_as_one_where_it_is_told(question: str, text: str, expected: str) -> None:
    hit = Hit(Chunk("a.md", "A", 0, len(text), text), 1.0)
    assert Asked(question, [hit]).of(0, text) == expected


MINUTES = "Present: Ann, Bo. Apologies: Cy."


@pytest.mark.parametrize(
    ("question", "text", "expected"),
    [
        ("Who was missing at the meeting?", MINUTES, "Who sent apologies to the meeting?"),
        ("Who was not present?", MINUTES, "Who sent apologies?"),
        ("Who didn't attend the meeting?", MINUTES, "Who sent apologies to the meeting?"),
        ("Who was present?", MINUTES, "Who was present?"),
        ("Who was missing at the meeting?", "Present: Ann, Bo. Absent: Cy.", "Who was missing at the meeting?"),
    ],
)
def test_who_was_absent_is_who_sent_apologies_where_minutes_tell_that(question: str, text: str, expected: str) -> None:
    hit = Hit(Chunk("a.md", "A", 0, len(text), text), 1.0)
    assert Asked(question, [hit]).of(0, text) == expected
