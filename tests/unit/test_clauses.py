from __future__ import annotations

import pytest

from ragkit.clauses import uncounted, words_from


@pytest.mark.parametrize(
    ("text", "sentence", "words"),
    [
        ("3.1 Ask Ann.\n3.2 Wait for her.", "3.2", "Wait"),
        ("5.2 Notice is given in writing.", "5.2", "5.2"),
        ("1 Report it.\n2 Call us.\n  3 Keep the box.", "3 K", "Keep"),
        ("2 Adults pay 18.\n3 Adults pay 26.", "2 A", "2 A"),
        ("1 Adult pays 10.\n2 Adults pay 18.", "2 A", "2 A"),
        ("Not insured are:\n\na flood;\nb war.", "a f", "flood"),
        ("Not insured is\n\na flood.", "a f", "a f"),
        ("2.4 GHz is slow.\n5 GHz is fast.", "2.4", "2.4"),
        ("Wait 3.1 Days.\n3.2 Days are too long.", "3.1", "3.1"),
    ],
)
def test_a_number_with_its_like_on_other_lines_counts(text: str, sentence: str, words: str) -> None:
    assert text[words_from(text, text.index(sentence)) :].startswith(words)


def test_a_clause_goes_on_the_number_of_its_heading() -> None:
    assert words_from("5.2 Notice is given in writing.", 0, "Terms > 5 Term and notice") == 4
    assert words_from("Terms > 5. Notice\n\n5.2 Notice is given in writing.", 19) == 23
    assert words_from("5.2 Notice is given in writing.", 0, "Terms > 15 Term and notice") == 0


@pytest.mark.parametrize(
    ("heading", "told"),
    [
        ("B. What is not insured", "What is not insured"),
        ("2. Outage", "Outage"),
        ("5.11.2. Uploads by others", "Uploads by others"),
        ("3.4) Pumps", "Pumps"),
        ("2.4.1 (12 March)", "2.4.1 (12 March)"),
        ("2.4.1. 5 bar", "2.4.1. 5 bar"),
        ("3) Ask", "Ask"),
        ("I am here", "I am here"),
        ("4. 5 bar", "4. 5 bar"),
    ],
)
def test_a_heading_is_told_without_its_number_but_a_version_is_whole(heading: str, told: str) -> None:
    assert uncounted(heading) == told
