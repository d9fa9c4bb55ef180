from __future__ import annotations

import pytest

from ragkit.generate.parts import parts


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        (
            "How long does the cap last, and what does a new cap cost?",
            ["How long does the cap last", "what does a new cap cost?"],
        ),
        ("Who signs the lease? Where is the key kept?", ["Who signs the lease?", "Where is the key kept?"]),
        ("Is the pump old and in which year was it built?", ["Is the pump old", "in which year was it built?"]),
        ("What is the salt and pepper budget?", ["What is the salt and pepper budget?"]),
        ("Are we shut out, and for how long?", ["Are we shut out, and for how long?"]),
        ("I lost my badge. Whom do I call?", ["I lost my badge. Whom do I call?"]),
        (
            "The press was running and is hot, how soon may I open it?",
            ["The press was running and is hot, how soon may I open it?"],
        ),
        ("", [""]),
    ],
)  # fmt: skip
def test_two_questions_are_told_apart_and_one_is_left_whole(question: str, expected: list[str]) -> None:
    assert parts(question) == expected
