"""Rows that say yes or no where a question asks."""

from __future__ import annotations

import pytest

from ragkit.generate.extractive.rows_by_side import rows_on_side

COURSES = (
    "Yoga | Room: Studio | Mat needed: yes | Certificate: – | Children allowed: no",
    "Judo | Room: Hall | Mat needed: no | Certificate: yes | Children allowed: yes",
    "Fencing | Room: Hall | Mat needed: no | Certificate: yes (form C) | Children allowed: yes, from 8 years",
)
LOANS = (
    "Drill | Deposit: £20 | Weekend: yes",
    "Ladder | Deposit: – | Weekend: yes",
    "Saw | Deposit: £50 | Weekend: yes",
)


@pytest.mark.parametrize(
    ("question", "rows", "expected"),
    [
        ("Which courses need a mat?", COURSES, [0]),
        ("What needs a mat?", COURSES, [0]),
        ("For which courses is a mat needed?", COURSES, [0]),
        ("Which courses do not need a mat?", COURSES, [1, 2]),
        ("Which courses don't require a mat?", COURSES, [1, 2]),
        ("Which courses have no certificate?", COURSES, [0]),
        ("Which of our courses give a certificate?", COURSES, [1, 2]),
        ("Which courses may children join?", COURSES, [1, 2]),
        ("Which courses do not allow children?", COURSES, [0]),
        ("Which tools need a deposit?", LOANS, [0, 2]),
        ("Which tools can I take without a deposit?", LOANS, [1]),
    ],
)
def test_the_rows_on_the_side_that_is_asked_for(question: str, rows: tuple[str, ...], expected: list[int]) -> None:
    side = rows_on_side(question, rows)
    assert side is not None
    assert [number for number, fits in enumerate(side.rows) if fits] == expected


@pytest.mark.parametrize(
    ("question", "rows"),
    [
        ("Does judo need a mat?", COURSES),
        ("Which mat does judo need?", COURSES),
        ("Which courses need a towel?", COURSES),
        ("Which courses are in the hall without a teacher?", COURSES),
        ("Which courses do only children join?", COURSES),
        ("Which children may not join on Mondays?", COURSES),
        ("Which tools can be had at the weekend?", LOANS),
        ("Which tool has the highest deposit?", LOANS),
        ("Which tools have a deposit of £20?", LOANS),
        ("Which tools have a deposit that is not paid back in cash?", LOANS),
    ],
)
def test_no_side_is_asked_for(question: str, rows: tuple[str, ...]) -> None:
    assert rows_on_side(question, rows) is None
