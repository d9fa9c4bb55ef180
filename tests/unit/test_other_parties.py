"""Who does what a case is about."""

from __future__ import annotations

import pytest

from ragkit.generate.extractive.other_parties import is_of_other_party

OURS = "If we cancel a sailing, you get all your money back."


@pytest.mark.parametrize(
    ("question", "text", "expected"),
    [
        ("How much do I get back if I cancel?", OURS, True),
        ("What is paid back when I have delayed the trip?", "Should we delay it, the fare is paid back.", True),
        ("How much do I get back if you cancel?", OURS, False),
        ("What happens if I miss the ferry?", OURS, False),
        ("What if I have a dog?", "If we have a lift for wheels, it is free.", False),
        ("What if I am late?", "If we are late, you get a drink.", False),
        ("How much do I get back if I cancel?", "If you cancel, you get half.", False),
        ("How much do I get back if I cancel?", "If we or you cancel it, the fare is paid back.", False),
    ],
)
def test_whose_case_a_text_is_for(question: str, text: str, expected: bool) -> None:
    assert is_of_other_party(question, text) is expected
