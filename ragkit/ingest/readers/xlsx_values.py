"""Numbers of a sheet as they are shown: dates, percentages and plain figures. ECMA-376 part 1, 18.8.30 and 18.17.4."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from typing import Literal

Style = Literal["general", "date", "duration", "percent"]

_BUILT_IN_DATES = {*range(14, 23), *range(27, 37), 45, 47, *range(50, 59)}
_BUILT_IN_DURATION = "46"
_BUILT_IN_PERCENT = {"9", "10"}
_LITERAL = re.compile(r'"[^"]*"|\\.|_.|\*.|\[(?!h+\]|m+\]|s+\])[^\]]*\]', re.IGNORECASE)
_DURATION = re.compile(r"\[[hms]", re.IGNORECASE)
_DATE = re.compile(r"[ymdhs]", re.IGNORECASE)
_DIGITS = 15
_MAX_DAYS = 2_958_466  # the day after 9999-12-31, the last that a sheet knows
_LEAP_BUG_DAYS = 60


def style_of(number: str, code: str) -> Style:
    """What a number format makes of a number, by its id and, for one that is not built in, its code."""
    if not code:
        if number in _BUILT_IN_PERCENT:
            return "percent"
        if number == _BUILT_IN_DURATION:
            return "duration"
        return "date" if number.isdigit() and int(number) in _BUILT_IN_DATES else "general"
    plain = _LITERAL.sub("", code.partition(";")[0])
    if "%" in plain:
        return "percent"
    if _DURATION.search(plain):
        return "duration"
    return "date" if _DATE.search(plain) and "general" not in plain.lower() else "general"


def number_text(value: str, *, percent: bool) -> str:
    """A number as a sheet shows it, to 15 digits; what is no number stays as it is."""
    try:
        number = float(value)
    except ValueError:
        return value
    if percent:
        return f"{number * 100:.10g}%"
    if number.is_integer() and abs(number) < 10**_DIGITS:
        return str(int(number))
    return f"{number:.{_DIGITS}g}"


def date_text(value: str, *, from_1904: bool) -> str:
    """The date of a serial number in ISO form, with the time of day if it has one, or only that."""
    try:
        days = float(value)
    except ValueError:
        return value
    if not 0 <= days < _MAX_DAYS:
        return value
    moment = timedelta(seconds=round(days * 86_400))
    if days < 1:
        return f"{datetime(1904, 1, 1) + moment:%H:%M:%S}"  # noqa: DTZ001 - a time of day has no zone
    # Sheets count a 29 February 1900 that never was, so that days after it are one too many.
    start = datetime(1904, 1, 1) if from_1904 else datetime(1899, 12, 30 if days >= _LEAP_BUG_DAYS else 31)  # noqa: DTZ001
    shown = start + moment
    return f"{shown:%Y-%m-%d}" if shown.time() == datetime.min.time() else f"{shown:%Y-%m-%d %H:%M:%S}"


def duration_text(value: str) -> str:
    """Hours, minutes and seconds of a number of days: the hours may be more than a day has."""
    try:
        seconds = round(float(value) * 86_400)
    except (ValueError, OverflowError):
        return value
    minutes, second = divmod(abs(seconds), 60)
    return f"{'-' * (seconds < 0)}{minutes // 60:02d}:{minutes % 60:02d}:{second:02d}"
