"""Which cells of a row answer, and how they are told."""

from __future__ import annotations

import pytest

from ragkit.cells import asked_cells, cells, tells, told

FEE = "Replacement card (EUR) | Start: 8 | Comfort: 5 | Premium: free"
SEALS = "Seals | Private: 1 year | Firms Standard: none | Firms With contract: 6 months"
TARIFF = "2 | Places: Astrup | Rate without cover: EUR 1.35 | Rate with cover: EUR 2.05"


PARTS = "TS-3 | Description: Outdoor sensor | Net price EUR: 34.90 | Weight: 90 g"


@pytest.mark.parametrize(
    ("question", "row", "around", "expected"),
    [
        ("What does a replacement card cost with Comfort?", FEE, "Fees", "Replacement card (EUR) – Comfort: 5"),
        ("What does the TV 9 weigh?", "Weight | TV 5: 98 kg | TV 9: 139 kg", "", "Weight – TV 9: 139 kg"),
        ("What is the rate without cover in Astrup?", TARIFF, "", "2 – Places: Astrup; Rate without cover: EUR 1.35"),
        (
            "Warranty on seals for firms",
            SEALS,
            "Warranty",
            "Seals – Firms Standard: none; Firms With contract: 6 months",
        ),
        ("Who manages the Vell branch?", "Vell | Manager: Ann Lee | Phone: 12", "", "Vell – Manager: Ann Lee"),
        ("replacement card Premium", FEE, "", "Replacement card (EUR) – Premium: free"),
        (
            "What does the outdoor sensor TS-3 cost?",
            PARTS,
            "",
            "TS-3 – Net price EUR: 34.90",
        ),
        ("How heavy is the TS-3?", PARTS, "", "TS-3 – Weight: 90 g"),
        ("Which part costs EUR 34.90?", PARTS, "", "TS-3 – Net price EUR: 34.90"),
        ("Which article has a weight of 90 g?", PARTS, "", "TS-3 – Weight: 90 g"),
        ("What is the rate with cover in Astrup?", TARIFF, "", "2 – Places: Astrup; Rate with cover: EUR 2.05"),
        (
            "What is the limit of the front box?",
            "Place: Front box | Limit: 80 kg",
            "",
            "Place: Front box – Limit: 80 kg",
        ),
    ],
)
def test_the_cell_where_row_and_column_meet_is_asked_for(question: str, row: str, around: str, expected: str) -> None:
    assert told(row, asked_cells(question, row, around)) == expected


@pytest.mark.parametrize(
    ("question", "row"),
    [
        ("What does a card cost with Comfort?", FEE),
        ("What does a replacement card cost with Gold?", FEE),
        ("Why does a replacement card cost more with Start?", FEE),
        ("Which desk hands out a lost replacement card to holders of Start in winter?", FEE),
        ("What was the profit after tax in 2024?", "Profit before tax | 2023: 17.8 | 2024: 18.3"),
        (
            "What was the profit before tax in the second quarter of 2024?",
            "Profit before tax | 2023: 17.8 | 2024: 18.3",
        ),
        ("The display says E11, what should I do?", "E11 | Display: Overload | Remedy: Wait, then press Q1"),
        ("How many robins were ringed in 1988?", "Robin | Ringed: 1,205 | Peak: 3 October"),
        ("What is the limit?", "No table at all."),
        ("What does breakfast cost at the Hotel Corran Arms?", "Hotel Corran Arms | Price per night: 145 | Lake: yes"),
        ("What does the TS-3 cost in Norway?", PARTS),
        ("Which part costs EUR 34.90 in summer?", PARTS),
        ("Who made the part of 90 g?", PARTS),
    ],
)
def test_no_cell_is_asked_for(question: str, row: str) -> None:
    assert asked_cells(question, row) == []


def test_a_row_is_told_with_its_name_and_all_of_it_unless_some_is_asked_for() -> None:
    assert told(FEE) == "Replacement card (EUR) – Start: 8; Comfort: 5; Premium: free"
    assert told(f"| {FEE} |") == told(FEE)
    assert (
        told("Start | Note: Kept. The oldest goes first.")
        == told("Start | 8 | 5")
        == told("A sentence: it has no cells.")
        == ""
    )
    assert [cell.label for cell in cells(FEE)] == ["", "Start", "Comfort", "Premium"]


@pytest.mark.parametrize("some", [(1,), (2,), (3,), (1, 3), (1, 2, 3)])
def test_what_is_told_of_a_row_is_known_again(some: tuple[int, ...]) -> None:
    text = told(FEE, [cells(FEE)[number] for number in some])
    assert tells(f"{text}.", FEE)
    assert not tells(f"{text}.", FEE.replace("8", "9").replace("5", "6").replace("free", "dear"))
