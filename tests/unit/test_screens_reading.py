"""What a checked answer looks like on a terminal."""

from __future__ import annotations

import pytest
from rich.console import Console, Group

from ragkit.cli.screens.reading import LIKELY_SO, UNLIKELY, verdict_page
from ragkit.types import CheckedAnswer, CheckedClaim


@pytest.mark.parametrize(
    ("score", "spans", "meaning"),
    [
        (0.31, (), UNLIKELY),
        (0.94, (), LIKELY_SO),
        (0.94, ((12, 15),), "The texts speak of this, but nothing in them vouches for “red”."),
    ],
)
def test_an_unchecked_sentence_says_what_that_means(
    score: float, spans: tuple[tuple[int, int], ...], meaning: str
) -> None:
    claim = CheckedClaim("The lamp is red.", 0, 16, "unchecked", score, unsupported_spans=spans)
    console = Console(width=100, record=True, file=None, force_terminal=False)
    with console.capture() as seen:
        console.print(Group(*verdict_page(CheckedAnswer(supported=False, score=score, claims=(claim,)), [], 1.0)))
    told = " ".join(seen.get().split())
    assert f"unchecked {score:.2f} {meaning}" in told
    assert "0 of 1 sentence supported" in told
