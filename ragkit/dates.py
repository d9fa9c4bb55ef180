"""Dates in the forms that people, tables and logs write: 14 December, 2026-12-14, 14.12., the third of May 2014.

English names, and the dots that Central Europe writes between numbers; no model.
"""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from ragkit.lexical import folded
from ragkit.naming import MONTHS, ORDINALS

_WRITTEN = (
    {word: day for day, word in enumerate(ORDINALS, 1)}
    | {f"twenty-{word}": 20 + day for day, word in enumerate(ORDINALS[:9], 1)}
    | {"thirtieth": 30, "thirty-first": 31}
)
_MONTH = (
    # Three letters in front, of which other words have none in that place: the forms below take a third of the time.
    r"(?=[ADFJMNOS][ACEOPU][BCGLNPRTVY])"
    rf"(?P<month>(?:{'|'.join(month for month in MONTHS if month != 'May')})\b|(?-i:May)\b"
    r"|(?:Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept?|Oct|Nov|Dec)\b\.?)"
)
"""What somebody may do in lower case is no month."""
_DAY = r"\d{1,2}(?:st|nd|rd|th)?"
_WORD = rf"(?=[EFNST][EHILOW])(?P<word>{'|'.join(sorted(_WRITTEN, key=len, reverse=True))})"
_DAY_OF = rf"(?:(?P<day>{_DAY})\.?(?: of)?|{_WORD} of)"
_YEAR = r"(?:,? (?P<year>\d{4})(?!\w))?"
_FORMS = [
    re.compile(form, re.IGNORECASE)
    for form in (
        r"(?<![\w.-])(?P<year>\d{4})-(?P<month>\d\d)-(?P<day>\d\d)(?![^\WT]|-)",
        r"(?<![\w.])(?P<day>\d\d?)\.(?P<month>\d\d?)\.(?P<year>\d{4})(?!\w)",
        r"(?<![\w.])(?P<day>[0-3]?\d)\.(?P<month>0\d|1[0-2])\.(?= (?-i:[^A-Z])|[?,;)–-])",
        r"\A(?P<day>\d\d?)\.(?P<month>\d\d?)\.\Z",
        rf"(?<![\w.])(?:the )?{_DAY_OF} {_MONTH}{_YEAR}",
        rf"\b{_MONTH} (?:the )?(?P<day>{_DAY})(?![\w:.]\d|\w){_YEAR}",
        rf"\b{_MONTH}(?: of)? (?P<year>\d{{4}})(?!\w)",
    )
]
_WHOLE_YEAR = re.compile(r"(?<![\w.,:/–-])(?P<year>(?:19|20)\d\d)(?![\w/:–-]|[.,]\d)")


@dataclass(frozen=True, slots=True)
class Date:
    """Characters ``[start, end)`` of a text, which name a month; ``year`` and ``day`` are 0 where they are not said."""

    start: int
    end: int
    year: int
    month: int
    day: int

    def within(self, year: int) -> date | None:
        """The day in a year that the text does not say itself; None for one that the year lacks, or without a day."""
        try:
            return date(self.year or year, self.month, self.day)
        except ValueError:
            return None


@dataclass(frozen=True, slots=True)
class Period:
    """Characters ``[start, end)`` of a text that name a day, a month of a year or a year, ``first`` to ``last``."""

    start: int
    end: int
    first: date
    last: date


def dates(text: str) -> Iterator[Date]:
    """The dates in ``text``; one place may be read in several ways, "3 May 2014" as a day and as a month."""
    for match in (match for form in _FORMS for match in form.finditer(text)):
        said = match.groupdict()
        month, day = _number_of_month(said["month"]), _number_of_day(said)
        if month in range(1, 13) and day in range(32):
            yield Date(*match.span(), int(said.get("year") or 0), month, day)


def days(text: str) -> list[Date]:
    """The days of a month that ``text`` names, in order; of several readings of a place the longest."""
    found = list[Date]()
    for each in sorted(dates(text), key=lambda each: (each.start, -each.end)):
        # 2000 has a 29 February
        if each.within(2000) and not (found and each.start < found[-1].end):
            found.append(each)
    return found


def periods(text: str) -> list[Period]:
    """The days, the months of a year and the years that ``text`` names, in order; of several readings the longest."""
    every = [each for each in dates(text) if each.year]
    every += [Date(*match.span(), int(match["year"]), 0, 0) for match in _WHOLE_YEAR.finditer(text)]
    found = list[Period]()
    for each in sorted(every, key=lambda each: (each.start, -each.end)):
        ends = _ends(each)
        if ends and not (found and each.start < found[-1].end):
            found.append(Period(each.start, each.end, *ends))
    return found


def _ends(of: Date) -> tuple[date, date] | None:
    """The first and the last day of a date that names a year; None for a day that its month lacks."""
    try:
        last = of.day or monthrange(of.year, of.month or 12)[1]
        return date(of.year, of.month or 1, of.day or 1), date(of.year, of.month or 12, last)
    except ValueError:
        return None


def without_days(text: str) -> str:
    """The text without the days that it names, of which a month's name is no name of anything else."""
    parts, place = list[str](), 0
    for each in days(text):
        parts.append(text[place : each.start])
        place = each.end
    return " ".join([*parts, text[place:]])


def _number_of_month(name: str) -> int:
    return int(name) if name.isdigit() else 1 + [month[:3] for month in MONTHS].index(name[:3].title())


def _number_of_day(said: dict[str, str | None]) -> int:
    word = said.get("word")
    return _WRITTEN[folded(word)] if word else int(re.sub(r"\D", "", said.get("day") or "") or 0)
