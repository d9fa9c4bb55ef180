"""Rows of a table whose cells lie where a question says."""

from __future__ import annotations

import pytest

from ragkit.generate.extractive.candidates import candidates
from ragkit.generate.extractive.rows_by_comparison import compared_rows
from ragkit.generate.extractive.rows_by_value import rows_with_value
from ragkit.generate.extractive.table_rows import sole_rows
from ragkit.types import Chunk, Hit

PARTS = [
    "Valve | Maker: Orr | In stock: 12 | Reorder level: 30 | Unit price (EUR): 4.20 | Weight: 900 g",
    "Gasket | Maker: Ulm | In stock: 30 | Reorder level: 30 | Unit price (EUR): 0.90 | Weight: 20 g",
    "Pump | Maker: Orr | In stock: 55 | Reorder level: 10 | Unit price (EUR): 310.00 | Weight: 8 kg",
    "Total | In stock: 97",
]
PERMITS = [
    "Harbour crane | Holder: Ida Moss | Issued: 2021-03-01 | Expires: 2025-12-31 | Yearly fee (EUR): 1,200",
    "Pilot boat | Holder: Ole Finn | Issued: March 2023 | Expires: 2026-03-31 | Yearly fee (EUR): 300",
    "Slipway | Holder: Pia Wren | Issued: 2019 | Expires: none | Yearly fee (EUR): 80",
]
JOBS = [
    "Truck 3 | Due: 2026-01-10 | Finished: 2026-01-12 | Budget (EUR): 900 | Spent (EUR): 950",
    "Van 1 | Due: 2026-02-01 | Finished: 2026-01-28 | Budget (EUR): 400 | Spent (EUR): 300",
    "Van 2 | Due: 2026-02-01 | Finished: – | Budget (EUR): 400 | Spent (EUR): 410",
]
HALLS = [
    "Alder | Floor: 1 | Seats: 24 | Area: 45 m² | Projector: yes",
    "Birch | Floor: 2 | Seats: 20 | Area: 40 m² | Projector: no",
    "Cedar | Floor: 3 | Seats: 60 | Area: 95 m² | Projector: yes",
]


@pytest.mark.parametrize(
    ("question", "rows", "expected"),
    [
        ("Which parts are below their reorder level?", PARTS, [0]),
        ("Which parts are at or below the reorder level?", PARTS, [0, 1]),
        ("Which parts have less in stock than their reorder level?", PARTS, [0]),
        ("Which parts have more than 20 in stock?", PARTS, [1, 2]),
        ("Which parts have between 10 and 40 in stock?", PARTS, [0, 1]),
        ("Which parts by Orr have more than 20 in stock?", PARTS, [2]),
        ("Which parts cost less than 5 euros?", PARTS, [0, 1]),
        ("Which parts are heavier than 0.5 kg?", PARTS, [0, 2]),
        ("Which parts weigh more than a tonne?", PARTS, []),
        ("Which permits expire in 2025?", PERMITS, [0]),
        ("Which permits expire after 1 January 2026?", PERMITS, [1]),
        ("Which of our permits expire by the end of March 2026?", PERMITS, [0, 1]),
        ("Which permits were issued between 2019 and 2021?", PERMITS, [0, 2]),
        ("Which permits have a fee above EUR 100 a year?", PERMITS, [0, 1]),
        ("Which permits have a yearly fee above EUR 100 and expire before 2026?", PERMITS, [0]),
        ("Which jobs are over budget?", JOBS, [0, 2]),
        ("Which vans are over budget?", JOBS, [2]),
        ("Which jobs were finished after they were due?", JOBS, None),
        ("Which jobs were finished after the due date?", [row.replace("Due:", "Due date:") for row in JOBS], [0]),
        ("Which halls hold more than 20 people?", HALLS, [0, 2]),
        ("Which halls with a projector have fewer than 50 seats?", HALLS, [0]),
        ("Which halls are larger than 40 m²?", HALLS, [0, 2]),
    ],
)
def test_rows_that_lie_where_the_question_says(question: str, rows: list[str], expected: list[int] | None) -> None:
    assert (compared_rows(question, tuple(rows)) is None) == (expected is None)
    fits = rows_with_value(question, tuple(rows))
    assert expected is None or [number for number, is_asked in enumerate(fits or ()) if is_asked] == expected


@pytest.mark.parametrize(
    ("question", "rows"),
    [
        ("How many parts are below their reorder level?", PARTS),
        ("Which parts are above their maximum level?", PARTS),
        ("Which parts have more than 20 in the shop?", PARTS),
        ("Which parts cost more than 5 dollars?", PARTS),
        ("Which parts cost more than 5 euros a month?", PARTS),
        ("Which permits were renewed in 2025?", PERMITS),
        ("Which permits expire in the second quarter of 2025?", PERMITS),
        ("Which permits expire within the next three months?", PERMITS),
        ("What is due after 1 January 2026?", JOBS),
        ("Which halls are longer than 40 m?", HALLS),
        ("Which halls have more than 20?", HALLS),
        ("Who signs orders above 500 euros?", ["Clerk | Orders up to (EUR): 400", "Head | Orders from (EUR): 400"]),
        ("Who signs orders above 500 euros?", ["Up to €400 | Signed by: clerk", "Above €400 | Signed by: head"]),
        ("Which tariff is for less than 5 kg?", ["Mini | Max. weight (kg): 2", "Maxi | Max. weight (kg): 20"]),
    ],
)
def test_nothing_is_compared_where_the_column_is_not_clear(question: str, rows: list[str]) -> None:
    assert compared_rows(question, tuple(rows)) is None


@pytest.mark.parametrize(
    ("question", "names"),
    [
        ("Which parts are below their reorder level?", {"Valve"}),
        ("Which bolts are below their reorder level?", set()),
        ("Which parts were sold below their reorder level?", set()),
    ],
)
def test_rows_answer_by_themselves_where_they_explain_the_question(question: str, names: set[str]) -> None:
    text = "\n".join(["Part | Maker | In stock | Reorder level | Unit price (EUR) | Weight", *PARTS])
    hits = [Hit(Chunk("a.csv", "", 0, len(text), text), 1.0)]
    assert {row.text.split()[0] for row in sole_rows(question, list(candidates(hits)), hits, {0: question})} == names


def test_a_reader_is_asked_for_what_a_row_says() -> None:
    compared = compared_rows("Which halls have more than 20 seats?", tuple(HALLS))
    assert compared
    assert compared.put(HALLS[0]) == "Which halls have 24 seats?"
