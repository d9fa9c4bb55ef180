from __future__ import annotations

from ragkit.generate.evidence import candidates, word_signals
from ragkit.types import Hit
from tests.conftest import passage


def texts(hit: Hit) -> list[str]:
    return [candidate.text for candidate in candidates([hit])]


def test_long_runs_of_lines_are_lines() -> None:
    settings = "\n".join(f"setting_{number}: {number}" for number in range(40))
    assert texts(passage(settings))[:2] == ["setting_0: 0", "setting_1: 1"]
    assert texts(passage("A sentence that is\nwrapped by hand.")) == ["A sentence that is\nwrapped by hand."]


def test_headings_and_their_parts_are_no_candidates() -> None:
    hit = passage(
        "How much leave? Does it carry over?\n\nIt is 27 days.", "a.md", "How much leave? Does it carry over?"
    )
    assert texts(hit) == ["It is 27 days."]


def test_spans_index_the_passage() -> None:
    hit = passage("- one thing\n- another thing. And more.")
    for candidate in candidates([hit]):
        assert hit.chunk.text[candidate.start : candidate.end] == candidate.text


def test_what_a_question_pins_down_and_the_sentence_lacks_is_missing() -> None:
    hit = passage("A recalibration of a PL-10 costs 140 euros.")
    (signal,) = word_signals("What does a recalibration of a PL-50 cost?", list(candidates([hit])), [hit])
    assert signal["missing"] == 1
    assert signal["drop"] == 0
