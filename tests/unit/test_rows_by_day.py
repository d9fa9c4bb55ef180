"""Rows that are for the day of a question."""

from __future__ import annotations

import pytest

from ragkit.generate.extractive.candidates import candidates
from ragkit.generate.extractive.rows_by_day import rows_of_day
from ragkit.generate.extractive.table_rows import reworded
from ragkit.generate.extractive.word_signals import word_signals
from ragkit.types import Chunk, Hit
from tests.conftest import passage

WEEKS = ["2027-03-01 | Porter: Ann", "2027-03-08 | Porter: Bea", "2027-03-08 | Porter: Cy", "2027-03-15 | Porter: Dan"]
SPANS = [
    "From: 1 December 2026 | To: 6 January 2027 | Ferry: small",
    "From: 7 January 2027 | To: 1 Feb 2027 | Ferry: big",
]
LAST_WEEKS = ["9999-12-24 | Porter: Ann", "9999-12-31 | Porter: Bea"]
COURSES = ["1 | Course: knots | Day: 31 May 2026", "2 | Course: sails | Day: 1 July 2026"]


@pytest.mark.parametrize(
    ("question", "rows", "fitting"),
    [
        ("Who is porter in the week of 8 March?", WEEKS, [1, 2]),
        ("Who is porter on 12.03.2027?", WEEKS, [1, 2]),
        ("Who is porter from 15 to 21 March?", WEEKS, [3]),
        ("Who is porter on 1 May?", WEEKS, []),
        ("Who is porter on 9999-12-30?", LAST_WEEKS, [0]),
        ("Who is porter on 9999-12-31?", LAST_WEEKS, [1]),
        ("Which ferry runs on 28 December?", SPANS, [0]),
        ("Which ferry runs on 3 January?", SPANS, [0]),
        ("Which ferry runs on 20 January 2027?", SPANS, [1]),
        ("Which course is on July 1?", COURSES, [1]),
        ("What is on 12 June?", ["8–14 June | Fair: yes", "15 June to 20 June | Fair: no"], [0]),
        ("What is on 8 June?", ["1 June 2026 | Fair: yes", "4 June 2026 | Fair: no"], []),
    ],
)
def test_the_rows_that_are_for_the_day(question: str, rows: list[str], fitting: list[int]) -> None:
    fit = rows_of_day(question, rows)
    assert fit is not None
    assert [number for number, fits in fit.rows.items() if fits] == fitting


@pytest.mark.parametrize(
    ("question", "rows"),
    [
        ("Who is porter before 8 March?", WEEKS),
        ("Who is porter in March 2027?", WEEKS),
        ("Which course is on 2 July?", COURSES),
        ("Who is porter on 8 March?", WEEKS[:1]),
    ],
)
def test_no_row_is_for_the_day(question: str, rows: list[str]) -> None:
    assert rows_of_day(question, rows) is None


def test_the_other_rows_are_rivals_and_the_reader_is_asked_for_the_day_as_the_row_has_it() -> None:
    hit = passage("Week starting | Porter\n" + "\n".join(WEEKS))
    question = "Who is porter in the week of 15 March?"
    found = [each for each in candidates([hit]) if not each.names_columns]
    signals = word_signals(question, found, [hit])
    assert [each["rival"] for each in signals] == [1, 1, 1, 0]
    assert signals[3]["coverage"] == 1
    assert reworded(question, hit) == "Who is porter in the week of 2027-03-15?"


def test_weeks_are_told_by_the_whole_table_in_whichever_passages() -> None:
    texts, place = ["\n".join(WEEKS[:1]), "\n".join(WEEKS[1:3]), WEEKS[3]], 0
    hits = []
    for text in texts:
        hits.append(Hit(Chunk("rota.csv", "", place, place + len(text), text), 1.0))
        place += len(text) + 1
    found = list(candidates(hits))
    signals = word_signals("Who is porter on 10 March?", found, hits)
    assert [each["rival"] for each in signals] == [1, 0, 0, 1]
