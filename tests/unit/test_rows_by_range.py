"""Rows that are for a range of amounts, and the one that is for the amount of a question."""

from __future__ import annotations

import pytest

from ragkit.generate.extractive.candidates import candidates
from ragkit.generate.extractive.row_cells import answered
from ragkit.generate.extractive.rows_by_range import column_in_range, rows_in_range
from ragkit.generate.extractive.table_rows import reworded
from ragkit.generate.extractive.word_signals import word_signals
from ragkit.types import Evidence
from tests.conftest import passage

QUOTES = [
    "up to €500 | Quotes: none",
    "€501 – €5,000 | Quotes: three",
    "€5,001 – €50,000 | Quotes: four",
    "above €50,000 | Quotes: public",
]
TIERS = [
    "Bronze | Purchases from (GBP): 25,000 | Purchases to (GBP): 74,999",
    "Silver | Purchases from (GBP): 75000 | Purchases to (GBP): 199999",
    "Gold | Purchases from (GBP): 200000 | Rebate: 6 %",
]
SERVICE = [
    "under 2 | Days a year: 26",
    "2 to under 5 | Days a year: 28",
    "5 – under 10 | Days a year: 30",
    "10 and over | Days a year: 33",
]
FLATS = ["Elm Court, flats 1 to 40 | Warden: Ann", "Elm Court, flats 41 to 96 | Warden: Bea", "Low Field | Warden: Cy"]


@pytest.mark.parametrize(
    ("question", "rows", "fitting"),
    [
        ("How many quotes for 3,000 euros?", QUOTES, 1),
        ("How many quotes for EUR 60000?", QUOTES, 3),
        ("How many quotes for €500?", QUOTES, 0),
        ("What of 15 kg?", ["up to 20 kg | 5", "up to 50 kg | 9"], 0),
        ("What does a letter of 400 grams cost?", ["up to 250 g | Price: 2", "up to 500 g | Price: 3"], 1),
        ("What of 15 kg?", ["up to 20 kg | 5", f"up to {'9' * 310} kg | 9"], 0),
        ("What of 3 miles?", ["up to 2 mi | 5", "up to 4 mi | 9"], 1),
        ("What of 2 tonnes?", ["up to 3.5 t | 5", "up to 7.5 t | 9"], 0),
        ("What of a 30 foot boat?", ["up to 25 ft | 5", "up to 35 ft | 9"], 1),
        ("What of 40 litres?", ["up to 50 l | 5", "up to 90 L | 9"], 0),
        ("What of 40 mb?", ["up to 50 MB | 5", "up to 90 MB | 9"], 0),
        ("What of 40 pounds?", ["up to £50 | 5", "up to £90 | 9"], 0),
        ("What of 40 pounds?", ["up to 30 lb | 5", "up to 50 lb | 9"], 1),
        ("What of 40 francs?", ["up to CHF 50 | 5", "up to CHF 90 | 9"], 0),
        ("What of 120 GB?", ["Size: under 50 GB | 1", "Size: 50-200 GB | 2"], 1),
        ("And after 12 years?", ["5 years or more | 1", "10 years or more | 2"], 1),
        ("Four years, what is my notice?", ["2 to 7 years | 1 month", "8 years and more | 2 months"], 0),
        ("And after eight years?", ["2 to 7 years | 1 month", "8 years and more | 2 months"], 1),
        ("Which tier is 120,000 pounds?", TIERS, 1),
        ("Which tier is £300,000?", TIERS, 2),
        ("How much after 2 years?", SERVICE, 1),
        ("How much after 3 years?", SERVICE, 1),
        ("How much after 5 years?", SERVICE, 2),
        ("How much after 12 years?", SERVICE, 3),
        ("Who has 6 years?", SERVICE, 2),
        ("And after 2 years?", ["up to 2 | Days: 26", "over 2 to 5 | Days: 28", "over 5, but up to 8 | Days: 29"], 0),
        ("And after 6 years?", ["up to 2 | Days: 26", "over 2 to 5 | Days: 28", "over 5, but up to 8 | Days: 29"], 2),
        ("And after 5 years?", ["<= 2 | Days: 26", "> 2 - < 5 | Days: 28", ">= 5 | Days: 30"], 2),
        ("Who is the warden of flat 52?", FLATS[:2], 1),
        ("Who is the warden of flat 41 at Elm Court?", FLATS[:2], 1),
        ("Which cuff for 40 cm?", ["Small | Arm: 22 to 36 cm", "Large | Arm: 36 to 48 cm"], 1),
    ],
)
def test_the_row_whose_range_holds_the_amount(question: str, rows: list[str], fitting: int) -> None:
    fit = rows_in_range(question, rows)
    assert fit is not None
    assert [number for number, fits in fit.rows.items() if fits] == [fitting]
    assert len(fit.rows) == len(rows)


@pytest.mark.parametrize(
    ("question", "rows"),
    [
        ("How many quotes above €50,000?", QUOTES),
        ("How many quotes for 3,000 dollars?", QUOTES),
        ("What of 40 lb?", ["up to £50 | 5", "up to £90 | 9"]),
        ("Who signs in 2024?", ["2020-2023 | Ann", "2024-2026 | Bea"]),
        ("What of a PL-10 kg?", ["up to 20 kg | 5", "up to 50 kg | 9"]),
        ("What of 15 kg?", ["up to 20 kg | 5"]),
        ("Who gets 28 days?", SERVICE),
        ("Who is the warden of flat 12?", ["Elm Court, flats 1 to 40 | Ann", "Oak Court, flats 1 to 40 | Bea"]),
        ("Who is the warden of 41 flats?", FLATS),
        ("When is it open on Monday 14 May?", ["Monday to Friday 9 to 17 | Main desk", "Sunday 10 to 14 | Main desk"]),
        ("What of 70 kg?", ["up to 20 kg | 5", "up to 50 kg | 9"]),
        ("Which tier is 120,000 kg?", TIERS),
        ("Which two tiers are there?", ["From: 1 | To: 5 | A", "From: 6 | To: 9 | B"]),
        ("What of 3 kg?", ["Up | Minimum order: 1 | Maximum weight: 5", "Down | Minimum order: 2 | Maximum weight: 9"]),
        ("What of 15 kg?", ["A box of up to 20 kg goes by mail | 5", "One of 50 kg | 9"]),
    ],
)
def test_no_row_is_for_another_amount(question: str, rows: list[str]) -> None:
    assert rows_in_range(question, rows) is None


@pytest.mark.parametrize(
    "question", ["Who is the warden of flat 120 at Elm Court?", "Who is the warden of flat 12 at Low Field?"]
)
def test_no_row_is_for_a_number_that_none_has_or_that_is_elsewhere(question: str) -> None:
    fit = rows_in_range(question, FLATS)
    assert fit is not None
    assert fit.rows == {0: False, 1: False}


@pytest.mark.parametrize(
    ("head", "fits"), [("Years | Days", False), ("Weight (kg)", True), ("Class | Years", True), ("", True)]
)
def test_ranges_without_a_unit_are_of_the_one_that_names_their_column(head: str, fits: bool) -> None:
    question = "What of 6 kg?"
    assert (rows_in_range(question, SERVICE, head) is not None) == fits
    assert (rows_in_range(question, ["A | Years: 1 to 5", "B | Years: 6 to 9"]) is not None) is False


@pytest.mark.parametrize(
    ("question", "label"),
    [
        ("How often do I take it on day 10?", "Day 8–14"),
        ("How often do I take it in the second week?", "Day 8–14"),
        ("How often do I take it on the 3rd day?", "Day 1–7"),
        ("How often do I take it in the third week?", "Day 15–28"),
        ("How often do I take it on day 40?", None),
        ("How often do I take it in the fifth week?", None),
        ("How often do I take it for the second time?", None),
    ],
)
def test_columns_of_days_have_the_weeks_and_days_that_are_counted(question: str, label: str | None) -> None:
    column = column_in_range(question, "Drops | Day 1–7: hourly | Day 8–14: daily | Day 15–28: weekly")
    assert (column[1].label if column else None) == label


def test_the_other_rows_are_rivals_and_the_reader_is_asked_for_the_range() -> None:
    hit = passage("Value | Quotes\n" + "\n".join(QUOTES))
    question = "How many quotes for 3,000 euros?"
    found = [each for each in candidates([hit]) if not each.names_columns]
    signals = word_signals(question, found, [hit])
    assert [each["rival"] for each in signals] == [1, 0, 1, 1]
    assert signals[1]["coverage"] == 1
    assert reworded(question, hit) == "How many quotes for €501 – €5,000?"
    assert reworded("How many quotes?", hit) == "How many quotes?"
    notice = passage("Service | Notice\n2 to 7 years | Notice: 1 month\n8 years and more | Notice: 2 months")
    assert reworded("Four years, what is my notice?", notice) == "2 to 7 years, what is my notice?"
    tiers = passage("\n".join(["Tier | Purchases from (GBP) | Purchases to (GBP) | Rebate", *TIERS]))
    assert reworded("Which tier is 120,000 pounds?", tiers) == "Which tier is from 75000 to 199999 GBP?"


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("What is the allowance in Sweden?", [1, 1]),
        ("What is the allowance in Norway?", [1, 0]),
        ("What allowance does the Norway team get?", [1, 0]),
        ("I go to a town in Sweden, what do I get for Stockholm?", [0, 0]),
        ("What is the allowance in May?", [0, 0]),
    ],
)
def test_the_row_beside_the_named_one_is_a_rival(question: str, expected: list[int]) -> None:
    hit = passage("Country | Allowance\nGermany | Allowance: 28\nNorway | Allowance: 75")
    found = [each for each in candidates([hit]) if not each.names_columns]
    assert [each["rival"] for each in word_signals(question, found, [hit])] == expected


SEATS = ["250-499 | Discount: 5 %", "500-999 | Discount: 10 %", "1000 and more | Discount: 15 %"]
AGES = ["Age: up to 64 | Premium: EUR 12", "Age: 65 to 74 | Premium: EUR 31", "Age: 75 and older | Premium: EUR 60"]


@pytest.mark.parametrize(
    ("question", "rows", "expected"),
    [
        ("What discount do I get for 600 seats?", SEATS, "What discount do I get for 500-999?"),
        ("Is there a discount for 5,000 users?", SEATS, "Is there a discount for 1000 and more?"),
        ("How much is it for a 70-year-old?", AGES, "How much is it for a 65 to 74?"),
        ("What is the premium at age 80?", AGES, "What is the premium at 75 and older?"),
        ("What was the discount in 2024?", SEATS, None),
    ],
)
def test_ranges_without_a_unit_are_for_amounts_of_any(question: str, rows: list[str], expected: str | None) -> None:
    fit = rows_in_range(question, rows)
    assert (fit.question if fit else None) == expected


DOSES = "Talmacin | GFR above 60: 2 g | GFR 30–60: 1 g | GFR below 30: 500 mg | Route: vein"
BERTHS = "Berth | up to 8 m: €20 | 8 to 12 m: €35 | over 12 m: €60 | Power: yes"


@pytest.mark.parametrize(
    ("question", "row", "expected"),
    [
        ("How much Talmacin at a GFR of 25?", DOSES, ("How much Talmacin at a GFR below 30?", "500 mg")),
        ("talmacin GFR 45", DOSES, ("talmacin GFR 30–60", "1 g")),
        ("Talmacin if the GFR is 90?", DOSES, ("Talmacin if the GFR above 60?", "2 g")),
        ("What does a berth of 10 m cost?", BERTHS, ("What does a berth of 8 to 12 m cost?", "€35")),
        ("How much Talmacin at a GFR below 30?", DOSES, None),
        ("How much Talmacin for 45 kg?", DOSES, None),
        ("What does a berth for 10 kg cost?", BERTHS, None),
        ("How much at a GFR of 25?", "Talmacin | GFR below 30: 500 mg | Route: vein", None),
    ],
)
def test_the_column_whose_name_has_a_range_for_the_amount(
    question: str, row: str, expected: tuple[str, str] | None
) -> None:
    found = column_in_range(question, row)
    assert (found and (found[0], found[1].value)) == expected


def test_the_cell_in_range_is_told_alone() -> None:
    hit = passage(f"Drug | GFR above 60 | GFR 30–60 | GFR below 30 | Route\n{DOSES}")
    start = hit.chunk.text.index("Talmacin")
    row = Evidence(0, start, len(hit.chunk.text), 1.0)
    assert answered("How much Talmacin at a GFR of 25?", hit, row) == "Talmacin – GFR below 30: 500 mg."
    assert reworded("How much Talmacin at a GFR of 25?", hit) == "How much Talmacin at a GFR below 30?"
