"""SQuAD's measures against values worked out by hand."""

from __future__ import annotations

import pytest

from ragkit.squad import exact_match, normalise, token_f1, tokens


def test_what_is_compared() -> None:
    assert tokens("The  Heron-4's, an IP68 logger!") == ["heron4s", "ip68", "logger"]
    assert normalise("  The Nile, an Old river!") == "nile old river"


def test_exact_match() -> None:
    assert exact_match("The 27 days.", ["30 days", "27 Days"])
    assert not exact_match("27 days of leave", ["27 days"])


@pytest.mark.parametrize(
    ("answer", "accepted", "f1"),
    [
        ("27 days", ["27 days"], 1.0),
        ("27 days of leave", ["27 days"], 2 * (2 / 4) * 1 / (2 / 4 + 1)),
        ("days days", ["days"], 2 / 3),
        ("a month", ["27 days", "one month"], 2 / 3),
        ("a month", ["27 days"], 0.0),
        ("the long Nile river", ["Nile river", "x"], 0.8),
        ("", ["27 days"], 0.0),
        ("x", [], 0.0),
    ],
)
def test_token_f1_is_the_best_over_the_accepted(answer: str, accepted: list[str], f1: float) -> None:
    assert token_f1(answer, accepted) == pytest.approx(f1)
