"""Which row of a table has the most or the least."""

from __future__ import annotations

import pytest

from ragkit.cells import told
from ragkit.generate.extractive.rows_by_superlative import FULL, extremes

PLANS = """We have four plans.

Plan | Monthly fee | Storage | Sold since
Nano | Monthly fee: EUR 4.50 | Storage: 10 GB | Sold since: 2019
Mezzo | Monthly fee: EUR 9.00 | Storage: 100 GB | Sold since: spring
Grande | Monthly fee: EUR 1,029.00 | Storage: 2,000 GB | Sold since: 2024
Solo | Monthly fee: EUR 4.00 | Storage: 10 GB | Sold since: 2020

All of them can be cancelled monthly."""
PUMPS = """TV 5 | Weight: 98 kg | Noise: 49 dB(A)
TV 7 | Weight: 112 kg | Noise: 51 dB(A)
TV 9 | Weight: 139 kg | Noise: 53 dB(A)"""


def said(question: str, text: str) -> list[str]:
    return [told(row, [cell]) for row, cell in extremes(question, text).items()]


@pytest.mark.parametrize(
    ("question", "text", "answers"),
    [
        ("Which plan is the cheapest?", PLANS, ["Solo – Monthly fee: EUR 4.00"]),
        ("What is the cheapest plan?", PLANS, ["Solo – Monthly fee: EUR 4.00"]),
        ("Which plan has the highest monthly fee?", PLANS, ["Grande – Monthly fee: EUR 1,029.00"]),
        ("Which plans have the least storage?", PLANS, ["Nano – Storage: 10 GB", "Solo – Storage: 10 GB"]),
        ("Which is the heaviest model?", PUMPS, ["TV 9 – Weight: 139 kg"]),
        ("Which model is the quietest?", PUMPS, ["TV 5 – Noise: 49 dB(A)"]),
        ("Which model is the quietest?", f"{PUMPS}\n{PUMPS.splitlines()[0]}", ["TV 5 – Noise: 49 dB(A)"]),
        ("Which model is the heaviest?", f"{PUMPS}\n{PUMPS.splitlines()[0]}", ["TV 9 – Weight: 139 kg"]),
    ],
)
def test_the_first_of_all_rows_is_found(question: str, text: str, answers: list[str]) -> None:
    assert said(question, text) == answers


@pytest.mark.parametrize(
    ("question", "text"),
    [
        ("Which plan is the second cheapest?", PLANS),
        ("Which plan is the cheapest with 100 GB?", PLANS),
        ("Which plan has the longest support?", PLANS),
        ("Which plan was sold the longest?", PLANS),
        ("What does the cheapest plan cost at most?", PLANS),
        ("Which model has the highest flow temperature?", PUMPS),
        ("Which model is the heaviest?", "\n".join(PUMPS.splitlines()[:2])),
        ("Which model is the heaviest?", PUMPS.replace("98 kg", "98 lb")),
        ("Which model is the heaviest?", PUMPS.replace("98 kg", "90-98 kg")),
    ],
)
def test_no_row_is_the_first_where_it_is_not_certain(question: str, text: str) -> None:
    assert not said(question, text)


SHIPS = """Merlin | Voyages: 7
Hobby | Voyages: 9
Osprey | Voyages: 5"""


@pytest.mark.parametrize(
    ("question", "answers"),
    [
        ("Which ship made the most voyages in March?", ["Hobby"]),
        ("Which ship made the most voyages according to the report of March 2025?", ["Hobby"]),
        ("In March 2025, which ship had the fewest voyages?", ["Osprey"]),
        ("Which ship made the most voyages in April?", []),
        ("Which ship made the most voyages in March 2024?", []),
    ],
)
def test_what_stands_around_a_table_is_of_all_its_rows(question: str, answers: list[str]) -> None:
    found = extremes(question, SHIPS, "Operations Report March 2025 Ships")
    assert [row.partition(" | ")[0] for row in found] == answers


RENTS = """Elm Court | Bedsit: 81.20 | 1 bedroom: 97.35 | 2 bedrooms: 115 | Parking: 5
Oak Court | Bedsit: 76.45 | 1 bedroom: 92.10 | Parking: –
Low Field | Bedsit: n/a | 1 bedroom: 101.10 | 2 bedrooms: 121 | Parking: 6
Mill Row | Bedsit: 90 | 1 bedroom: 101.00 | 2 bedrooms: 118 | Parking: 7"""


@pytest.mark.parametrize(
    ("question", "answers"),
    [
        ("Which estate has the cheapest bedsit?", ["Oak Court – Bedsit: 76.45"]),
        ("What is the cheapest bedsit?", ["Oak Court – Bedsit: 76.45"]),
        ("Which estate has the cheapest 1 bedroom rent?", ["Oak Court – 1 bedroom: 92.10"]),
        ("Which estate has the highest rent for one bedroom?", ["Low Field – 1 bedroom: 101.10"]),
        ("Which estate has the dearest 2 bedrooms?", ["Low Field – 2 bedrooms: 121"]),
        ("Which estate has the highest parking rent?", ["Mill Row – Parking: 7"]),
        ("Which estate has the lowest parking rent?", []),
        ("Which estate has the cheapest 3 bedrooms?", []),
        ("Which estate has the cheapest bedroom?", []),
        ("Which estate had the cheapest 1 bedroom rent in 2020?", []),
    ],
)
def test_a_column_may_have_a_number_in_its_name_and_empty_cells(question: str, answers: list[str]) -> None:
    found = extremes(question, f"Rents\n\n{RENTS}\n\nFrom April.", "Weekly rents")
    assert [told(row, [cell]) for row, cell in found.items()] == answers


def test_a_table_that_may_go_on_elsewhere_has_no_first_row() -> None:
    rows = [f"TV {number} | Weight: {number} kg" for number in range(FULL // 4)]
    assert not said("Which model is the heaviest?", "\n".join(rows))
    assert said("Which model is the heaviest?", "\n".join(["Models", *rows, "All are made to order."]))


def test_a_long_row_of_digits_costs_little_and_is_no_number() -> None:
    rows = "\n".join(f"TV {number} | Weight: {'1' * 5_000}-{number} kg" for number in range(3))
    assert not said("Which model is the heaviest?", rows)
