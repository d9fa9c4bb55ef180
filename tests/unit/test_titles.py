"""What a document is called by, and which words of a question may call it so."""

from __future__ import annotations

import pytest

from ragkit.titles import called, names_in


@pytest.mark.parametrize(
    ("uri", "title", "words"),
    [
        ("docs/2023 Q3 AAPL.pdf", "FORM 10-Q", "2023 q3 aapl form 10"),
        ("docs/travel_policy.md", "", "travel policy"),
        ("docs/SupplyContract-Castmoor.docx", "", "supply contract castmoor"),
        ("notes.rst.txt", "", "not"),
        ("board-minutes-2025-07-04.docx", "", "board minut 2025 july 4"),
        ("minutes-20250704.txt", "", "2025 july 4"),
        ("report-202507.txt", "", "2025 july"),
        ("sub.folder/a.md", "The Heron 4S manual", "heron 4s manual"),
    ],
)
def test_a_document_is_called_by_its_file_and_its_title(uri: str, title: str, words: str) -> None:
    assert set(words.split()) <= called(uri, title)


def test_a_folder_an_extension_and_a_stop_word_call_nothing() -> None:
    assert called("contracts/the-report.final.pdf", "") & {"contract", "pdf", "final", "the"} == set()


def test_an_opening_gives_its_names_alone() -> None:
    opening = "FORM 10-Q\n\nFor the quarterly period ended June 25\n\nApple Inc.\n\nThe accounts were closed in time."
    found = called("a.pdf", "", opening)
    assert {"appl", "june"} <= found
    assert found & {"account", "quarterly", "for", "the"} == set()


@pytest.mark.parametrize(
    ("question", "words"),
    [
        ("What was Apple's margin in Q3 2023?", "appl q3 2023"),
        ("Revenue of the second quarter", ""),
        ("How long may I keep it?", ""),
        ("rotor of the PL-10", "pl 10"),
    ],
)
def test_names_and_numbers_of_a_question(question: str, words: str) -> None:
    assert names_in(question) == set(words.split())
