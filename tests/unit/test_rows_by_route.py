"""Rows of a table that two cells name: where a way begins and where it ends."""

from __future__ import annotations

import pytest

from ragkit.generate.extractive.candidates import candidates
from ragkit.generate.extractive.row_cells import answered
from ragkit.generate.extractive.row_choice import rows_that_answer
from ragkit.generate.extractive.rows_by_route import route_cells, rows_of_route, ways_of_route
from ragkit.generate.extractive.table_rows import rival_rows, turned_rows
from ragkit.types import Chunk, Evidence, Hit

COACHES = (
    "Ely | To: Port Lorne | Adult: 14.50 | Minutes: 95",
    "Port Lorne | To: Ely | Adult: 13.00 | Minutes: 105",
    "Ely | To: Hull | Adult: 8.40 | Minutes: 50",
    "York | To: Tarn (Harbour) | Adult: 6.10 | Minutes: 35",
)
PLANS = (
    "Basic | Region: Europe | Price: 9",
    "Basic | Region: America | Price: 11",
    "Business | Region: Europe | Price: 19",
    "Business | Region: Asia | Price: 22",
    "Team | Region: America | Price: 39",
)
NEIGHBOURS = ("Ely | Next stop: York | Minutes: 9", "York | Next stop: Hull | Minutes: 7")
TRIPS = ("Ann | From: Ely | To: Hull | Cost: 30", "Bo | From: Ely | To: York | Cost: 40")
ASKED = "What does an adult pay from Ely to Port Lorne?"
STAFF = ("Ann | Deputy: Bo | Room: 3", "Bo | Deputy: Cy | Room: 4", "Cy | Deputy: Ann | Room: 5")


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("What does an adult pay from Ely to Hull?", [2]),
        ("What is the fare from our station of Ely to the town of Hull?", [2]),
        ("Adult fare Port Lorne to Ely", [1]),
        ("What is the fare to Ely from Port Lorne?", [1]),
        ("What is the fare from Hull to Ely?", []),
        ("What is the fare from Ely to Tarn?", []),
        ("How long does it take to get from York to the harbour?", [3]),
        ("How long is the way between Ely and Port Lorne?", [0, 1]),
        ("How long is the way between Hull and York?", []),
        ("journey time Ely – Port Lorne", [0]),
        ("journey time Hull Ely", [2]),
        ("What is the fare from Ely to Dunmere?", []),
        ("What is the fare from Ely to Hul?", [2]),
        ("What is the fare from Ely to Port Lorn?", [0]),
        ("What is the fare from Ely to PL?", [0]),
        ("Who can travel from Dunmere to Hull?", []),
        ("What is the fare from Ely to Port Lorne or Hull?", [0, 2]),
        ("Which is dearer, Ely to Port Lorne or Port Lorne to Ely?", [0, 1]),
        ("What do Ely and York to Hull cost?", [2]),
        ("Which is cheaper from Ely, Hull or Port Lorne?", [0, 2]),
        ("Where can I go from Ely?", [0, 2]),
        ("What does it cost to get to Ely?", [1]),
        ("Which fares apply to York?", None),
        ("What does Ely cost?", None),
        ("Is the fare higher for Hull or for Tarn?", None),
        ("How long is the season from May to October?", None),
    ],
)
def test_a_way_is_asked_for_by_both_of_its_ends(question: str, expected: list[int] | None) -> None:
    fits = rows_of_route(question, COACHES)
    assert (None if fits is None else [number for number, fit in enumerate(fits) if fit]) == expected


@pytest.mark.parametrize(
    ("question", "rows", "expected"),
    [
        ("What does Basic cost in America?", PLANS, [1]),
        ("What does Team cost in Europe?", PLANS, []),
        ("What does Business cost in Europe and in Asia?", PLANS, [2, 3]),
        ("What does Basic cost?", PLANS, None),
        ("Is Europe cheaper than America?", PLANS, None),
        ("How long does it take from Ely to York?", NEIGHBOURS, [0]),
        ("How long does it take from York to Ely?", NEIGHBOURS, []),
        ("What comes after Ely?", NEIGHBOURS, None),
        ("Do Ann and Bo share a room?", STAFF, None),
        ("Who is the deputy of Bo?", STAFF, None),
    ],
)
def test_two_columns_of_names_name_a_row_together(
    question: str, rows: tuple[str, ...], expected: list[int] | None
) -> None:
    fits = rows_of_route(question, rows)
    assert (None if fits is None else [number for number, fit in enumerate(fits) if fit]) == expected


def test_a_row_for_all_others_leaves_a_way_without_one_of_its_own_open() -> None:
    rows = (*COACHES, "Ely | To: all other stops | Adult: 20.00 | Minutes: 120")
    assert rows_of_route("What is the fare from Ely to Dunmere?", rows) is None
    assert rows_of_route("What is the fare from Ely to Hull?", rows) == (False, False, True, False, False)


def test_dates_and_codes_are_no_ends_of_a_way_that_names_could_miss() -> None:
    dated = ("Room 1 | To: 3 May | Price: 80", "Room 2 | To: 9 May | Price: 90")
    coded = ("ELY | To: HUL | Price: 80", "YRK | To: ELY | Price: 90")
    assert rows_of_route("What does it cost to stay from 3 May to 9 May?", dated) is None
    assert rows_of_route("What is the fare from Lorne to Hull?", coded) is None
    assert rows_of_route("What is the fare from Ely to Hull?", coded) == (True, False)


def test_the_cell_is_told_that_names_a_row_along_with_the_first_one() -> None:
    assert [cell.text for cell in route_cells(ASKED, COACHES[0], COACHES[:1])] == ["To: Port Lorne"]
    assert [cell.text for cell in route_cells(ASKED, PLANS[0], PLANS)] == ["Region: Europe"]
    assert not route_cells(ASKED, NEIGHBOURS[0], NEIGHBOURS)
    assert not route_cells(ASKED, STAFF[0], STAFF)
    assert not route_cells("What did the trip of Ann cost?", TRIPS[0], TRIPS)
    assert [cell.value for cell in route_cells("Who went from Ely to Hull?", TRIPS[0], TRIPS)] == ["Ely", "Hull"]
    hit = _hit(COACHES)
    evidence = Evidence(0, 0, len(COACHES[0]), 0.9)
    told = answered(ASKED, hit, evidence)
    assert told == "Ely – To: Port Lorne; Adult: 14.50."


def test_the_way_back_answers_nothing() -> None:
    passages = [_hit(COACHES)]
    found = list(candidates(passages))
    assert [row.text for row in found if row not in turned_rows(ASKED, found, passages)] == [COACHES[0]]
    assert {row.text for row in rival_rows(ASKED, found, passages)[0]} == {*COACHES[1:]}


def test_all_ways_to_one_end_are_told_to_who_asks_for_one_value() -> None:
    rows = (*COACHES, "Tarn | To: Ely | Adult: 9.10 | Minutes: 40")
    passages = [_hit(rows)]
    question = "What is the fare for an adult to Ely?"
    found = list(candidates(passages))
    to_ely = [row for row in found if row.text in {rows[1], rows[4]}]
    assert rival_rows(question, found, passages)[0].isdisjoint(to_ely)
    ranked = [Evidence(0, row.start, row.end, 0.9) for row in to_ely]
    assert rows_that_answer(question, passages, ranked, several=False)[0] == ranked


def _hit(rows: tuple[str, ...]) -> Hit:
    text = "\n".join(rows)
    return Hit(Chunk("coaches.csv", "", 0, len(text), text), 1.0)


TABLE = (
    "Kiel | Kiel: 6 | Oslo: 14 | Turku: 18",
    "Oslo | Kiel: 15 | Oslo: 8 | Turku: 16",
    "Turku | Kiel: 19 | Oslo: 17 | Turku: 5",
)


@pytest.mark.parametrize(
    ("question", "head", "ways"),
    [
        ("How much is a parcel from Oslo to Kiel?", "From \\ To | Kiel", {("Oslo", "Kiel")}),
        ("How much is a parcel from Oslo to Kiel?", "", {("Oslo", "Kiel")}),
        ("How much is a parcel from Oslo to Kiel?", "To \\ From | Kiel", {("Kiel", "Oslo")}),
        ("What does a parcel to Kiel from Turku cost?", "", {("Turku", "Kiel")}),
        ("What does a parcel within Turku cost?", "", {("Turku", "Turku")}),
        ("What does a parcel between Kiel and Oslo cost?", "", {("Kiel", "Oslo"), ("Oslo", "Kiel")}),
        ("What does a parcel from Kiel cost?", "", {("Kiel", "Kiel"), ("Kiel", "Oslo"), ("Kiel", "Turku")}),
        ("What does a parcel from Kiel to Bergen cost?", "", set()),
        ("What does a parcel from Bergen to Kiel cost?", "", set()),
    ],
)
def test_a_row_and_a_column_are_the_ends_of_a_way(question: str, head: str, ways: set[tuple[str, str]]) -> None:
    found = ways_of_route(question, TABLE, head)
    assert found is not None
    assert {(row.split()[0], label) for row, labels in zip(TABLE, found, strict=True) for label in labels} == ways


@pytest.mark.parametrize(
    ("question", "rows"),
    [
        ("When are parcels collected?", TABLE),
        ("What does the ferry from Kiel to Oslo cost?", ("Kiel | Price: 4", "Oslo | Price: 6")),
        ("How many came to the pool in July?", ("July | 2024: 5", "August | 2024: 6")),
    ],
)
def test_a_table_is_of_ways_where_its_columns_are_called_like_its_rows(question: str, rows: tuple[str, ...]) -> None:
    assert ways_of_route(question, rows) is None
