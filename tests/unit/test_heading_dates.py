from __future__ import annotations

import pytest

from ragkit.generate.extractive.heading_dates import dated_heading
from ragkit.types import Chunk, Hit

LOG = {
    "[4.1.2] - 2025-12-11": "[4.1.2] - 2025-12-11\n\nThe tidemark command no longer loops. The server did not stop.",
    "Version 4.2 (March 2026)": "It is faster. It is a fix of a crash.",
    "4.3 (2027)": "4.3 (2027)\n\nPlanned.",
    "v5 of 1 May 2027": "v5 of 1 May 2027\n\nPlanned.",
    "Price list, 3 June 2025": "Price list, 3 June 2025\n\nTea is dearer.",
    "Unreleased": "Unreleased\n\n4.4 comes then.",
}


def told(question: str, log: dict[str, str] = LOG) -> str:
    """What the heading that answers is told as."""
    chunks = [Chunk("log.md", "Changes of Brine", 0, len(text), text, (name,)) for name, text in log.items()]
    found = dated_heading(question, [Hit(chunk, 1.0) for chunk in chunks])
    return " / ".join(f"{each.heading}>{chunks[each.passage].text[each.start : each.end]}" for each in found)


@pytest.mark.parametrize(
    ("question", "heading"),
    [
        ("When was 4.1.2 released?", ">[4.1.2] - 2025-12-11"),
        ("When did version 4.1.2 of tidemark come out?", ">[4.1.2] - 2025-12-11"),
        ("When was the release of tidemark 4.1.2 published?", ">[4.1.2] - 2025-12-11"),
        ("What is the release date of Brine 4.1.2?", ">[4.1.2] - 2025-12-11"),
        ("On which day was 4.1.2 published?", ">[4.1.2] - 2025-12-11"),
        ("When was release 4.2 issued?", "Version 4.2 (March 2026)>It is faster."),
        ("When is 4.3 out?", ">4.3 (2027)"),
        ("When will v5 be available?", ">v5 of 1 May 2027"),
        ("When was the price list published?", ">Price list, 3 June 2025"),
        ("Which version came out in March 2026?", "Version 4.2 (March 2026)>It is faster."),
        ("Which version was released on 11 December 2025?", ">[4.1.2] - 2025-12-11"),
        ("Which version of Brine did you release on 11 December 2025?", ">[4.1.2] - 2025-12-11"),
    ],
)
def test_the_date_of_what_a_heading_names_is_told(question: str, heading: str) -> None:
    assert told(question) == heading


@pytest.mark.parametrize(
    "question",
    [
        "When was 4.1.2 withdrawn?",
        "When is 4.1.2 no longer available?",
        "Since when is 4.1.2 no longer available?",
        "When is 4.1.2 not available?",
        "When did 4.1.2 stop being available?",
        "When was the fix of 4.2 released?",
        "When was 4.1.7 released?",
        "When was 4.4 released?",
        "When was Ledger 4.1.2 released?",
        "When did the fix of the crash of 4.2 come out?",
        "When was the price published?",
        "What was released in 4.1.2?",
        "Which version came out in March 2025?",
        "Which version was no longer available in March 2026?",
        "Which version stopped being available in March 2026?",
        "Which version was released on 12 December 2025?",
        "Which version came out on 3 June 2025?",
    ],
)
def test_what_no_heading_dates_is_not_told(question: str) -> None:
    assert told(question) == ""


def test_two_of_the_same_name_are_not_told_apart() -> None:
    assert told("When was 4.1 released?", {"4.1 (May 2025)": "4.1", "4.1, revised (June 2025)": "4.1"}) == ""
