"""What a checked answer looks like on a terminal."""

from __future__ import annotations

import pytest
from rich.console import Console, Group

from ragkit.cli.screens.reading import verdict_page
from ragkit.types import CheckedAnswer, CheckedClaim, Verdict


@pytest.mark.parametrize("verdict", ["unchecked", "unsupported", "contradicted"])
@pytest.mark.parametrize("reason", ["No passage has the word “red”.", ""])
def test_a_sentence_that_is_not_supported_is_shown_with_its_reason(verdict: Verdict, reason: str) -> None:
    claim = CheckedClaim("The lamp is red.", 0, 16, verdict, 0.31, reason=reason)
    console = Console(width=100, record=True, file=None, force_terminal=False)
    with console.capture() as seen:
        console.print(Group(*verdict_page(CheckedAnswer(supported=False, score=0.31, claims=(claim,)), [], 1.0)))
    told = " ".join(seen.get().split())
    assert f"{verdict} 0.31 {reason}" in told
    assert "0 of 1 sentence supported" in told
