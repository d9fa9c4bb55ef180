"""Which cells of a row answer, and how they are told."""

from __future__ import annotations

import pytest

from ragkit.cells import asked_cells, cells, tells, told, value_at
from ragkit.generate.extractive.row_cells import answered, meant_cells
from ragkit.types import Evidence
from tests.conftest import passage

FEE = "Replacement card (EUR) | Start: 8 | Comfort: 5 | Premium: free"
SEALS = "Seals | Private: 1 year | Firms Standard: none | Firms With contract: 6 months"
TARIFF = "2 | Places: Astrup | Rate without cover: EUR 1.35 | Rate with cover: EUR 2.05"
CARD = "Library card | Fee adults: 12 | Fee children: 4 | Valid: 3 years"
ZONE = "Zone: A | Streets: Old Town, Quay | Glass (green): 2nd Monday | Paper: every Friday"
POOL = "Swimming pool, East | Building: Weir Street 1 | Tue: 06:00-20:00 | Wed: 14:00-20:00"
WARD = "Maternity ward | Visiting hours: 10:00-20:00 | Visitors at a time: 3"
JUNIOR = "Junior (under 18) | Fee: 65 € | Period: per year | Joining fee: none"
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
        (
            "Who is the doctor on call in week 7?",
            "Week: 7 | Doctor on call: Ann Lee | Phone: 12",
            "",
            "Week: 7 – Doctor on call: Ann Lee",
        ),
        ("Do juniors pay a joining fee?", JUNIOR, "Price list", "Junior (under 18) – Joining fee: none"),
        (
            "What are the fee and the joining fee of a junior?",
            JUNIOR,
            "",
            "Junior (under 18) – Fee: 65 €; Joining fee: none",
        ),
        ("How heavy is the TS-3?", PARTS, "", "TS-3 – Weight: 90 g"),
        ("Which part costs EUR 34.90?", PARTS, "", "TS-3 – Net price EUR: 34.90"),
        ("Which article has a weight of 90 g?", PARTS, "", "TS-3 – Weight: 90 g"),
        ("What is the rate with cover in Astrup?", TARIFF, "", "2 – Places: Astrup; Rate with cover: EUR 2.05"),
        ("What does a library card cost?", CARD, "Fees", "Library card – Fee adults: 12; Fee children: 4"),
        ("How much is a library card?", CARD, "", "Library card – Fee adults: 12; Fee children: 4"),
        (
            "What does a library card cost?",
            CARD.replace("Fee ", ""),
            "List of fees",
            "Library card – adults: 12; children: 4",
        ),
        (
            "What is the hourly price of the Canoe?",
            "Canoe | Price per hour: 8 | Seats: 3",
            "",
            "Canoe – Price per hour: 8",
        ),
        ("fee per year, Junior", "Junior | Yearly fee: 40 | Age: to 17", "", "Junior – Yearly fee: 40"),
        ("When is glass collected in zone A?", ZONE, "", "Zone: A – Glass (green): 2nd Monday"),
        (
            "When is glass collected in Old Town?",
            ZONE,
            "",
            "Zone: A – Streets: Old Town, Quay; Glass (green): 2nd Monday",
        ),
        (
            "Which day is the organic waste fetched for Unit 4?",
            "Unit 4 | Organic waste day: Monday | Garden waste day: Friday",
            "",
            "Unit 4 – Organic waste day: Monday",
        ),
        (
            "When is organic waste due at Kay?",
            "Kay | Organic: Monday | Garden waste: Friday | Other waste: Sunday",
            "Waste",
            "Kay – Organic: Monday",
        ),
        ("How deep is lock 7?", "Lock: 7 | Depth: 3 m | Width: 9 m", "", "Lock: 7 – Depth: 3 m"),
        ("What do three flashes mean?", "Flashes: 3 | Meaning: Filter full", "", "Flashes: 3 – Meaning: Filter full"),
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
        ("When is glass collected in zone B?", ZONE),
        ("How deep is lock 8, built in year 7?", "Lock: 7 | Depth: 3 m | Width: 9 m"),
        ("What does a hull of the Canoe cost?", "Canoe | Hull: 19 kg | Seats: 3"),
        ("What does a library card cost?", "Library card | Late fee: 2 | Loans: 20"),
        ("How many years must Juniors serve?", "Junior | Yearly fee: 40 | Age: to 17"),
        ("What does breakfast cost at the Hotel Corran Arms?", "Hotel Corran Arms | Price per night: 145 | Lake: yes"),
        ("What does the TS-3 cost in Norway?", PARTS),
        ("Which part costs EUR 34.90 in summer?", PARTS),
        ("Who made the part of 90 g?", PARTS),
    ],
)
def test_no_cell_is_asked_for(question: str, row: str) -> None:
    assert asked_cells(question, row) == []


@pytest.mark.parametrize(
    ("question", "row", "expected"),
    [
        ("Until when is the pool open on Tue?", POOL, "Swimming pool, East – Tue: 06:00-20:00"),
        (
            "How many claw hammers were bought?",
            "Claw hammer | Quantity: 14 | Shelf: C",
            "Claw hammer – Quantity: 14",
        ),
        (
            "Where are the films kept?",
            "Negatives, films | Format: 6x6 | Storage: cold room",
            "Negatives, films – Storage: cold room",
        ),
        (
            "Who checks the vessel?",
            "Pressure vessel | Interval: yearly | Responsible: Ann",
            "Pressure vessel – Responsible: Ann",
        ),
        ("Who drives the Kangoo?", "AB 1 | Model: Renault Kangoo | Driver: Ann", "AB 1 – Driver: Ann"),
        ("Who insures the Kangoo?", "AB 1 | Model: Renault Kangoo | Insurance renewal: 2027-01-02", ""),
        ("What are the visiting times on the ward?", WARD, ""),
        ("i want to splash around somewhere with the kids on Tue", POOL, ""),
        ("Why is the pool open on Tue?", POOL, ""),
        ("Which pool is open on Tue and Wed?", POOL, ""),
    ],
)
def test_the_one_cell_that_is_meant_is_told_though_the_row_is_named_in_other_words(
    question: str, row: str, expected: str
) -> None:
    some = meant_cells(question, row)
    assert (told(row, some) if some else "") == expected


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


@pytest.mark.parametrize(("place", "value"), [(0, "A"), (1, "Old Town, Quay"), (2, "2nd Monday"), (4, "")])
def test_a_cell_is_read_by_its_place_without_the_name_of_its_column(place: int, value: str) -> None:
    assert value_at(ZONE, place) == value


def test_a_row_that_a_number_counts_is_known_again_by_what_it_is_about() -> None:
    row = "A2 | Action: Plan the sale | Owner: Bo Day | Due: 1 May"
    assert tells("Plan the sale – Owner: Bo Day.", row)
    assert tells("A2 – Owner: Bo Day.", row)
    assert not tells("Bo Day – Due: 1 May.", row)
    assert not tells("Bo Day – Site: Hull.", "Ann Lee | Reports to: Bo Day | Site: Hull")


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        (
            "What does the demolition of a heritage building cost?",
            "Demolition – Fee: 260; Note: heritage buildings 520.",
        ),
        ("What does a demolition cost?", "Demolition – Fee: 260."),
        ("What is the fee for the demolition, by the price list?", "Demolition – Fee: 260."),
    ],
)
def test_a_cell_with_a_word_of_the_question_that_nothing_else_has_is_told(question: str, expected: str) -> None:
    row = "Demolition | Fee: 260 | Note: heritage buildings 520"
    hit = passage(f"Service | Fee | Note\n{row}", "fees.md", "Price list")
    start = hit.chunk.text.index(row)
    assert answered(question, hit, Evidence(0, start, start + len(row), 0.9)) == expected
