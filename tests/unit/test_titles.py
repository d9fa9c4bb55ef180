"""What a document is called by, and which words of a question may call it so."""

from __future__ import annotations

import pytest

from ragkit.titles import called, dated, names_in


@pytest.mark.parametrize(
    ("uri", "title", "words"),
    [
        ("docs/2023 Q3 AAPL.pdf", "FORM 10-Q", "2023 q3 aapl form 10"),
        ("docs/travel_policy.md", "", "travel policy"),
        ("docs/SupplyContract-Castmoor.docx", "", "supply contract castmoor"),
        ("notes.rst.txt", "", "note"),
        ("board-minutes-2025-07-04.docx", "", "board minut 2025 july 4"),
        ("minutes-20250704.txt", "", "2025 july 4"),
        ("report-202507.txt", "", "2025 july"),
        ("minutes.March.pdf", "", "minut march"),
        ("https://example.org/Acme%20Contract.pdf", "", "acme contract"),
        ("sub.folder/a.md", "The Heron 4S manual", "heron 4s manual"),
    ],
)
def test_a_document_is_called_by_its_file_and_its_title(uri: str, title: str, words: str) -> None:
    assert set(words.split()) <= called(uri, title)


def test_a_folder_an_extension_and_a_stop_word_call_nothing() -> None:
    assert called("contracts/the-report.docx.pdf", "") & {"contract", "pdf", "docx", "the"} == set()


@pytest.mark.parametrize(
    ("uri", "title", "besides", "date"),
    [
        ("2023 Q3 AAPL.pdf", "FORM 10-Q of 1 May 2022", "aapl", (2023, 9, 0)),
        ("minutes-2025-05-12.md", "Minutes", "minut", (2025, 5, 12)),
        ("prices_2024.xlsx", "", "pric", (2024, 0, 0)),
        ("report-202507.txt", "", "report", (2025, 7, 0)),
        ("a.md", "Operations Report January 2025", "operation report", (2025, 1, 0)),
    ],
)
def test_a_document_is_dated_by_its_file_or_else_by_its_title(
    uri: str, title: str, besides: str, date: tuple[int, int, int]
) -> None:
    assert dated(uri, title) == (frozenset(besides.split()), date)


def test_a_document_without_a_year_is_not_dated() -> None:
    assert dated("minutes of March.md", "Minutes") is None


@pytest.mark.parametrize("opening", ["Held on 12 May 2025, then 14 July.", "Date: 2025-05-12", "May 12, 2025, Bonn"])
def test_an_opening_gives_the_first_day_that_it_tells(opening: str) -> None:
    found = called("notes.md", "Minutes", opening)
    assert {"2025", "may", "12"} <= found
    assert "14" not in found


def test_an_order_number_is_no_month() -> None:
    assert "december" not in called("PO-450012.pdf", "")


def test_an_opening_gives_its_names_alone() -> None:
    opening = "FORM 10-Q\n\nFor the quarterly period ended June 25\n\nApple Inc.\n\nThe accounts were closed in time."
    found = called("a.pdf", "", opening)
    assert {"appl", "june"} <= found
    assert {"élis", "øberg", "łukasz"} <= called("a.pdf", "", "Von Élise, Øberg und Łukasz.")
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
