from __future__ import annotations

import time

import pytest

from ragkit.generate.extractive.edition_lines import is_edition_unasked

LINES = [
    "Leaflet SK-02, version 2, January 2026.",
    "Version 4.1, valid from 1 September 2025",
    "*HR-11, issue 6, approved by the partners on 3 June 2026.*",
    "Policy SEC-02, version 5, in force since 1 February 2026.",
    "Version 5 – valid from 1 October 2025 – approved by the Customer Services Committee",
    "Edition 7 (January 2026)",
    "Document FIN-014, version 6.2.",
]


@pytest.mark.parametrize("line", LINES)
def test_an_edition_answers_only_what_is_asked_of_the_document(line: str) -> None:
    assert is_edition_unasked("When can I have a bath again?", line)
    assert not is_edition_unasked("Which version of it is this?", line)
    assert not is_edition_unasked("How old is this leaflet?", line)
    assert not is_edition_unasked("Since when has it been so?", line)


@pytest.mark.parametrize(
    "line",
    [
        "Version 4, valid for children born on or after 1 April 2025.",
        "Version 3 gave four weeks in one block.",
        "Version 2 stays reachable until 30 September 2025.",
        "Revision 11 replaces revision 10 of April 2024.",
        "The bath is closed in January 2026.",
        "Leaflet SK-02 tells more.",
        "(Version 3 asked for six hours without food.)",
    ],
)
def test_what_says_more_is_none(line: str) -> None:
    assert not is_edition_unasked("When can I have a bath again?", line)


@pytest.mark.parametrize("text", ["Version 1" + ", 2026" * 30, "Version 1" + " - " * 60 + "x", "A" * 190, " " * 190])
def test_a_line_costs_no_more_than_its_length(text: str) -> None:
    begin = time.perf_counter()
    is_edition_unasked("When?", text)
    assert time.perf_counter() - begin < 0.5
