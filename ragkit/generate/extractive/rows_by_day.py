"""The rows of a table that are for the day which a question names.

"14 December" is 2026-12-14, and so is a day of the week that begins then, or one between two dates of a row. English;
no model.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from itertools import pairwise

from ragkit.cells import LABEL, texts, value_at
from ragkit.dates import Date, days, without_days
from ragkit.generate.extractive.rows_by_range import Fit
from ragkit.lexical import content

_LEAD = re.compile(
    r"(?:(?:week|from|on|of|starting|beginning|commencing)\b ?)*(?:(?:mon|tue|wed|thu|fri|sat|sun)\w*,? )?",
    re.IGNORECASE,
)
"""What may stand before the day in a cell."""
_TO = re.compile(r" ?(?:[–—-]|to|until|till) ?", re.IGNORECASE)
_CUT = re.compile(r"(?P<day>\d{1,2})\.? ?(?:[–—-]|to) ?(?=\d{1,2}\.? [A-Za-z]{3})")
"""The first day of "7–13 December", which has the other one's month."""
_LAST = re.compile(r"(?:to|until|till|end|last)", re.IGNORECASE)
"""How the name begins of a column with the last day of what the column before it has the first of."""
_WEEK = re.compile(r"\bweek (?:of|from|starting|beginning|commencing)(?: on)?(?: the)?(?: \w+day,?)? $", re.IGNORECASE)
_SINCE = re.compile(r"(?:from )?(?:the )?\d{1,2}(?:st|nd|rd|th|\.)? ?(?:[–—-]|to) ?(?:the )?$", re.IGNORECASE)
"""What stands before the last of the days that are asked for, "from 7 to 13 December"."""
_BOUND = re.compile(r"\b(?:before|after|until|till|since|by|between|later than|earlier than) (?:the )?$", re.IGNORECASE)
"""What makes of a day the bound of a time."""
WEEK = timedelta(days=7)


def rows_of_day(question: str, rows: Sequence[str]) -> Fit | None:
    """Which of the rows are for the day that ``question`` names: none where their first cells all say other days.

    A row is for the days of a cell, or for those from it to the next cell's; where the first cells are weeks apart, for
    the week that begins with its own.
    """
    asked = [day for day in days(question) if not _BOUND.search(question, 0, day.start)]
    for day in asked[-1:]:
        week, named = _WEEK.search(question, 0, day.start), question[day.start : day.end]
        stems = frozenset(content(f"{week[0] if week else ''} {named}"))
        for place in range(max((len(texts(row)) for row in rows), default=0)):
            spans = {number: span for number, row in enumerate(rows) if (span := _span(row, place))}
            weekly = place == 0 and _are_weeks([first for first, _, _ in spans.values()])
            fits = {number: _holds(*span[:2], day, weekly=weekly) for number, span in spans.items()}
            best = next((number for number, fit in fits.items() if fit), None)
            if len(spans) > 1 and (best is not None or place == 0):
                text = named if best is None else spans[best][2]
                since = _SINCE.search(question, 0, day.start)
                start = since.start() if since else day.start
                return Fit(f"{question[:start]}{text}{question[day.end :]}", stems, fits)
    return None


def _span(row: str, place: int) -> tuple[Date, Date, str] | None:
    """The first and the last day that a row is for by the cell at a place, and what this says."""
    text = value_at(row, place)
    first = _days_of(text)
    if first is None:
        return None
    label = LABEL.match("".join(texts(row)[place + 1 : place + 2]))
    last = _days_of(value_at(row, place + 1)) if label and _LAST.match(label["label"]) else None
    return first[0], (last or first)[1], text


def _days_of(cell: str) -> tuple[Date, Date] | None:
    """The one day, or the first and the last, that all of a cell is."""
    lead = _LEAD.match(cell)
    text = cell[lead.end() if lead else 0 :].strip()
    cut = _CUT.match(text)
    text = text[cut.end() :] if cut else text
    found, rest = days(text), without_days(text).strip(" ()")
    if len(found) == 1 and not rest:
        return (replace(found[0], day=int(cut["day"])) if cut else found[0]), found[0]
    return (found[0], found[1]) if len(found) == 2 and _TO.fullmatch(rest) else None


def _are_weeks(firsts: Sequence[Date]) -> bool:
    """Whether days are the first ones of weeks."""
    dates = sorted({found for day in firsts if (found := day.within(2000))})
    gaps = [later - earlier for earlier, later in pairwise(dates)]
    return bool(gaps) and min(gaps) == WEEK and not any(gap % WEEK for gap in gaps)


def _holds(first: Date, last: Date, asked: Date, *, weekly: bool) -> bool:
    """Whether a day is one from ``first`` to ``last``, or of the week that ``first`` begins."""
    year = first.year or asked.year or last.year or 2000
    begin, end = first.within(year), last.within(year)
    if not begin or not end:
        return False
    if end < begin:
        end = last.within(year + 1) or end
    # no last day of a week is made, for a calendar ends with the year 9999
    length = WEEK if weekly and first == last else end - begin + timedelta(days=1)
    found = (asked.within(year), asked.within(year + 1))
    return any(each is not None and timedelta(0) <= each - begin < length for each in found)
