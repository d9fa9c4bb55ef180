"""Numbers of a sheet as they are shown: dates, percentages and plain figures. ECMA-376 part 1, 18.8.30 and 18.17.4."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial

from ragkit.ingest.readers.xlsx_formats import number_format

Style = Callable[[str], str]
"""Makes of the value of a cell what is seen of it."""

_BUILT_IN = {
    **dict.fromkeys(map(str, (*range(14, 23), *range(27, 37), 45, 47, *range(50, 59))), "yyyy-mm-dd"),
    "17": "mmm-yy",
    "46": "[h]:mm:ss",
    "1": "0",
    "2": "0.00",
    "3": "#,##0",
    "4": "#,##0.00",
    "9": "0%",
    "10": "0.00%",
    "11": "0.00E+00",
    "12": "# ?/?",
    "13": "# ??/??",
    # Those of money have the currency of the place where the file is opened, which nobody knows here.
    **dict.fromkeys(("5", "6", "37", "38", "41", "42"), "#,##0_);(#,##0)"),
    **dict.fromkeys(("7", "8", "39", "40", "43", "44"), "#,##0.00_);(#,##0.00)"),
}
_LITERAL = re.compile(r'"[^"]*"|\\.|_.|\*.|\[(?!h+\]|m+\]|s+\])[^\]]*\]', re.IGNORECASE)
_DURATION = re.compile(r"\[[hms]", re.IGNORECASE)
_DATE = re.compile(r"[ymdhs]", re.IGNORECASE)
# Without a language that has other names for the months.
_OF_MONTHS = re.compile(r"(?:\[\$-[0-9A-F]*09\])?((?:[my]|\\?[ ./,-])+)", re.IGNORECASE)
_PART = re.compile("m+|y+")
_MONTHS = "January February March April May June July August September October November December".split()
_MAX_DAYS = 2_958_466  # the day after 9999-12-31, the last that a sheet knows
_LEAP_BUG_DAYS = 60


def style_of(number: str, code: str, *, from_1904: bool = False) -> Style:
    """What a number format makes of a number, by its id and, for one that is not built in, its code."""
    code = code or _BUILT_IN.get(number, "")
    first = code.partition(";")[0]
    plain = _LITERAL.sub("", first)
    if "%" in plain or "general" in plain.lower():
        return number_format(code)
    if _DURATION.search(plain):
        return duration_text
    if not _DATE.search(plain):
        return number_format(code)
    months = _OF_MONTHS.fullmatch(first)
    form = months[1].lower().replace("\\", "") if months else ""
    parts = set(_PART.findall(form))
    if parts & {"mmm", "mmmm", "yyyy"} and parts <= {"m", "mm", "mmm", "mmmm", "yy", "yyyy"}:
        return partial(_month_text, form=form, from_1904=from_1904)
    return partial(date_text, from_1904=from_1904)


def date_text(value: str, *, from_1904: bool) -> str:
    """The date of a serial number in ISO form, with the time of day if it has one, or only that."""
    moment = _moment(value, from_1904=from_1904)
    if moment is None:
        return value
    if float(value) < 1:
        return f"{moment:%H:%M:%S}"
    return f"{moment:%Y-%m-%d}" if moment.time() == datetime.min.time() else f"{moment:%Y-%m-%d %H:%M:%S}"


def _month_text(value: str, *, form: str, from_1904: bool) -> str:
    """The month or the year of a serial number, as ``form`` has it."""
    moment = _moment(value, from_1904=from_1904)
    if moment is None:
        return value
    name = _MONTHS[moment.month - 1]
    texts = {"m": f"{moment.month}", "mm": f"{moment:%m}", "mmm": name[:3], "mmmm": name}
    texts |= {"yy": f"{moment:%y}", "yyyy": f"{moment:%Y}"}
    return _PART.sub(lambda part: texts[part[0]], form)


def _moment(value: str, *, from_1904: bool) -> datetime | None:
    """The moment of a serial number; None for what is none."""
    try:
        days = float(value)
    except ValueError:
        return None
    if not 0 <= days < _MAX_DAYS:
        return None
    # Sheets count a 29 February 1900 that never was, so that days after it are one too many.
    start = datetime(1904, 1, 1) if from_1904 else datetime(1899, 12, 30 if days >= _LEAP_BUG_DAYS else 31)  # noqa: DTZ001
    return start + timedelta(seconds=round(days * 86_400))


def duration_text(value: str) -> str:
    """Hours, minutes and seconds of a number of days: the hours may be more than a day has."""
    try:
        seconds = round(float(value) * 86_400)
    except (ValueError, OverflowError):
        return value
    minutes, second = divmod(abs(seconds), 60)
    return f"{'-' * (seconds < 0)}{minutes // 60:02d}:{minutes % 60:02d}:{second:02d}"
