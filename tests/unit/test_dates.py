"""Dates in text, in whatever form."""

from __future__ import annotations

import pytest

from ragkit.dates import Date, dates, days, without_days


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2026-12-14", (2026, 12, 14)),
        ("14 December 2026", (2026, 12, 14)),
        ("the 14th of December", (0, 12, 14)),
        ("14 dec", (0, 12, 14)),
        ("December 14, 2026", (2026, 12, 14)),
        ("14.12.2026", (2026, 12, 14)),
        ("14.12.", (0, 12, 14)),
        ("due 14.12., not later", (0, 12, 14)),
        ("logged 2026-12-14T10:00", (2026, 12, 14)),
        ("the third of May 2014", (2014, 5, 3)),
        ("the ſecond of May", (0, 5, 2)),
        ("the fıfth of May", (0, 5, 5)),
        ("ask 14 marketers", None),
        ("chapter 14.12.", None),
        ("version 14.12 for 5 marketers who may 20 times", None),
        ("31.11.2026", None),
    ],
)
def test_a_day_in_any_form(text: str, expected: tuple[int, int, int] | None) -> None:
    found = [(day.year, day.month, day.day) for day in days(text)]
    assert found == ([expected] if expected else [])


def test_a_day_with_its_year_names_a_month_as_well() -> None:
    assert sorted(dates("3 May 2014"), key=lambda each: each.end - each.start) == [
        Date(2, 10, 2014, 5, 0),
        Date(0, 10, 2014, 5, 3),
    ]


def test_without_days_the_months_and_all_else_stay() -> None:
    assert without_days("From 7 May to 13 May 2014, and in June 2015") == "From   to  , and in June 2015"
