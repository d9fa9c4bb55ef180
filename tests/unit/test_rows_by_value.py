"""Rows of a table that have what a question names."""

from __future__ import annotations

import pytest

from ragkit.generate.extractive.candidates import candidates
from ragkit.generate.extractive.rows_by_value import asks_for_names, rows_with_value
from ragkit.generate.extractive.table_rows import rival_rows, turned_rows
from ragkit.types import Chunk, Hit

ROTA = [
    "1 March | Ward: Dialysis | Leading: Dr Ida Moss | Assisting: Dr Ole Finn",
    "1 March | Ward: Trauma | Leading: Dr Pia Wren | Assisting: none",
    "8 March | Ward: Dialysis | Leading: Dr Ole Finn | Assisting: Dr Ida Moss",
]
SHOPS = [
    "Bakery | Mon: closed | Sun: 08:00-11:00 | Till: card",
    "Florist | Mon: 09:00-18:00 | Sun: closed | Till: cash",
    "Kiosk | Mon: 06:00-20:00 | Sun: orders only | Till: cash",
]
TASKS = [
    "1 | Task: Paint the pump house | State: finished 3 May",
    "2 | Task: New pump | State: open: no offer yet",
    "3 | Task: Fence | State: finished",
]
CLASSES = ["1 | Fault: burst pipe", "1 | Fault: gas smell", "2 | Fault: no heating"]
PASSES = ["Pass | Price: 20", "Express pass | Price: 35", "Day pass | Price: 4"]
STAFF = [
    "Ann Lee | Reports to: Bo Day | Site: Hull | Deputy: Cy Fox",
    "Bo Day | Reports to: Di Moss | Site: Hull | Deputy: Ann Lee",
    "Cy Fox | Reports to: Bo Day, Di Moss | Site: Ely",
]
STEPS = ["S1 | Step: Dig", "S2 | Step: Lay | Depends on: S1", "S3 | Step: Fill | Depends on: S2"]


@pytest.mark.parametrize(
    ("question", "rows", "expected"),
    [
        ("Who leads dialysis?", ROTA, [0, 2]),
        ("When is Dr Finn on duty?", ROTA, [0, 2]),
        ("When is Pia Wren there?", ROTA, [1]),
        ("Who leads dialysis on 10 Mar?", [*ROTA, "8 March | Ward: Trauma | Leading: see 2 Mar"], [0, 2]),
        ("Which shops are open on Sundays?", SHOPS, [0, 2]),
        ("Which shops are open on Sun?", SHOPS, [0, 2]),
        ("Which shops are closed on Sunday?", SHOPS, [1]),
        ("Which shops are closed on Monday?", SHOPS, [0]),
        ("Which tasks are still open?", TASKS, [1]),
        ("Which tasks are finished?", TASKS, [0, 2]),
        ("Which faults belong to class 1?", CLASSES, [0, 1]),
        ("What does an express pass cost?", PASSES, [1]),
        ("Who reports to Bo Day?", STAFF, [0, 2]),
        ("Which people report directly to Ms Moss?", STAFF, [1, 2]),
        ("Who reports to Cy Fox?", STAFF, []),
        ("Whom does Ann Lee report to?", STAFF, [0]),
        ("Who is the deputy of Ann Lee?", STAFF, [0]),
        ("Whose deputy is Ann Lee?", STAFF, [1]),
        ("Who has Ann Lee as her deputy?", STAFF, [1]),
        ("Who is Ann Lee the deputy of?", STAFF, [1]),
        ("What depends on S1?", STEPS, [1]),
        ("Which steps depend on S2?", STEPS, [2]),
        ("What is the fare from Ely?", ["Ely | Fare from: 5", "Hull | Fare from: 7"], [0]),
        ("When is zone A swept?", ["A | Swept: Monday", "B | Swept: Friday"], [0]),
    ],
)
def test_all_rows_that_have_it_and_no_other(question: str, rows: list[str], expected: list[int]) -> None:
    fits = rows_with_value(question, tuple(rows))
    assert fits is not None
    assert [number for number, is_asked in enumerate(fits) if is_asked] == expected


@pytest.mark.parametrize(
    ("question", "rows"),
    [
        ("Who cleans the floor?", ROTA),
        ("My till takes cash, what is it?", SHOPS),
        ("Is the bakery or the florist closed on Sunday when cash and card are out?", ["Bakery | Sun: closed"]),
        ("What of 1 euro?", CLASSES),
        ("Who leads trauma and dialysis?", ROTA),
    ],
)
def test_nothing_in_the_question_tells_rows_apart(question: str, rows: list[str]) -> None:
    assert rows_with_value(question, tuple(rows)) is None


@pytest.mark.parametrize(
    ("question", "asked"), [("Who reports to Bo Day?", {"Ann", "Cy"}), ("Who reports to Cy?", set())]
)
def test_the_row_of_whom_others_report_to_does_not_answer_and_theirs_are_no_rivals(
    question: str, asked: set[str]
) -> None:
    text = "\n".join(STAFF)
    hits = [Hit(Chunk("a.csv", "", 0, len(text), text), 1.0)]
    found = list(candidates(hits))
    names = {each: each.text.split()[0] for each in found}
    assert {names[each] for each in turned_rows(question, found, hits)} == {"Ann", "Bo", "Cy"} - asked
    assert not asked & {names[each] for each in rival_rows(question, found, hits)[0]}


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("What does Ann Lee supply?", True),
        ("What is supplied by Ann Lee?", True),
        ("What does Ann Lee charge?", False),
        ("What did Ann Lee supply in 2024?", False),
        ("What is the price of Ann Lee?", False),
        ("What is the supplier Ann Lee?", False),
    ],
)
def test_what_someone_supplies_are_the_rows_of_that_supplier(question: str, *, expected: bool) -> None:
    assert asks_for_names(question, ["Bolts | Supplier: Ann Lee | Price: 5", "Nuts | Supplier: Bo Day"]) is expected
