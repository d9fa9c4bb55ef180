from __future__ import annotations

import pytest

from ragkit.subquestions import parts


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        (
            "How long does the cap last, and what does a new cap cost?",
            ["How long does the cap last", "what does a new cap cost?"],
        ),
        ("Who signs the lease? Where is the key kept?", ["Who signs the lease?", "Where is the key kept?"]),
        ("Is the pump old and in which year was it built?", ["Is the pump old", "in which year was it built?"]),
        (
            "What is the usual speed of the lathe and below which speed does it stall?",
            ["What is the usual speed of the lathe", "below which speed does it stall?"],
        ),
        ("What is the salt and pepper budget?", ["What is the salt and pepper budget?"]),
        ("Are we shut out, and for how long?", ["Are we shut out, and for how long?"]),
        ("I lost my badge. Whom do I call?", ["I lost my badge. Whom do I call?"]),
        (
            "The press was running and is hot, how soon may I open it?",
            ["The press was running and is hot, how soon may I open it?"],
        ),
        ("", [""]),
        (
            "How many seats does the course have and what does it cost?",
            ["How many seats does the course have", "what does the course cost?"],
        ),
        ("Who opened the new hall and what did it cost?", ["Who opened the new hall", "what did the new hall cost?"]),
        ("Which firm mends the bridge and how much is it?", ["Which firm mends the bridge", "how much is the bridge?"]),
        ("When was the weir built and who paid for it?", ["When was the weir built", "who paid for the weir?"]),
        (
            "How long does the warranty of the pump last, and what does it cost?",
            ["How long does the warranty of the pump last", "what does the warranty of the pump cost?"],
        ),
        ("What is that noise at night and who makes it?", ["What is that noise at night and who makes it?"]),
        ("Is the hall open and what does it cost?", ["Is the hall open and what does it cost?"]),
        ("Where do they sell the stamp and why?", ["Where do they sell the stamp and why?"]),
    ],
)  # fmt: skip
def test_two_questions_are_told_apart_and_one_is_left_whole(question: str, expected: list[str]) -> None:
    assert parts(question) == expected
