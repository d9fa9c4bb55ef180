"""Rows of a table that are for ranges of amounts: "€501 – €5,000" is for the 3,000 euros that a question names.

English; no model.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass

from ragkit.lexical import STOP, content, plain, stem

_NUMBER = r"\d+(?:,\d{3})*(?:\.\d+)?"
_SIGN = r"[€$£¥]|(?:EUR|USD|GBP|CHF)\b"
_UNIT = rf"{_SIGN}|%|(?:(?!to\b|and\b|or\b)[^\W\d_])+"
_ASKED = re.compile(
    r"(?P<bound>\b(?:up to|at (?:most|least)|(?:more|less) than|above|over|under|below|between|to|and)[ ])?"
    rf"(?:(?P<sign>{_SIGN}) ?)?(?<![^\W_]-)(?<![\w.,])(?P<number>{_NUMBER})(?![.,]?\d)(?: ?(?P<unit>{_UNIT}))?"
    r"(?![ ]?(?:[–—-]|to|and|or)[ ]?\d)",
    re.IGNORECASE,
)
"""An amount, or the ``bound`` of a range, which is asked for by its words; what PL-10 has is neither."""
_AGE = re.compile(r"(?<![\w.,])(?:(?P<old>\d{1,3})[- ]years?[- ]olds?|aged? (?P<aged>\d{1,3}))\b", re.IGNORECASE)
_LOW = rf"(?:(?P<low_sign>{_SIGN}) ?)?(?P<low>{_NUMBER})(?: ?(?P<low_unit>{_UNIT}))?"
_HIGH = _LOW.replace("<low", "<high")
_RANGES = [
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        rf"(?:from |between )?{_LOW} ?(?:[–—-]|to|and) ?{_HIGH}",
        rf"(?:up to|at most|not? more than|≤) ?{_HIGH}|{_HIGH.replace('<', '<or_')} or (?:less|under|below|younger)",
        rf"(?P<open>under|below|less than|<) ?{_HIGH}|(?P<over>over|above|more than|>) ?{_LOW}",
        rf"(?:at least|from|≥) ?{_LOW}|{_LOW.replace('<', '<or_')}(?:\+| (?:and|or) (?:more|over|above|older|longer))",
    )
]
_COLUMN = re.compile(r"[^|:]{1,60}: ")
_SAME = {"€": "euro", "eur": "euro", "$": "dollar", "usd": "dollar", "£": "pound", "gbp": "pound", "chf": "franc"} | {
    "kilo": "kg",
    "kilogram": "kg",
    "hour": "h",
    "minut": "min",
    "metr": "m",
}


@dataclass(frozen=True, slots=True)
class Range:
    """The amounts of a unit from ``low`` to ``high``; to an ``open`` one its bounds do not belong."""

    low: float
    high: float
    unit: str
    open: bool

    def holds(self, value: float) -> bool:
        """Whether an amount of the range's unit is in it."""
        return self.low <= value <= self.high and not (self.open and value in (self.low, self.high))

    def width(self, value: float) -> float:
        """How near an amount is to the only bound, or how far the bounds are apart: the nearer, the more fitting."""
        ends = [end for end in (self.low, self.high) if math.isfinite(end)]
        return self.high - self.low if len(ends) == 2 else abs(value - ends[0])


@dataclass(frozen=True, slots=True)
class Fit:
    """An amount of a question that rows are for.

    ``stems`` are its words', ``rows`` the rows with such ranges, by number, and whether they are for it; ``question``
    has the range of the row that is in the amount's place.
    """

    question: str
    stems: frozenset[str]
    rows: dict[int, bool]


def rows_in_range(question: str, rows: Sequence[str]) -> Fit | None:
    """Which of the rows are for an amount that ``question`` names; of "up to 20 kg" and "up to 50 kg" the nearer.

    Ranges without a unit, which may stand above their column, are for amounts of any.
    """
    asked = _AGE.sub(lambda age: f"{age['old'] or age['aged']} years", plain(question))
    for match in _ASKED.finditer(asked) if len(rows) > 1 else ():
        value, unit = _value(match["number"]), _unit(match["sign"] or match["unit"])
        if match["bound"] or not unit:
            continue
        for place in range(max(row.count(" | ") + 1 for row in rows)):
            texts = {number: text for number, row in enumerate(rows) if (text := _cell(row, place))}
            ranges = {number: each for number, text in texts.items() if (each := _range(text))}
            bare = not any(each.unit for each in ranges.values())
            found = {number: each for number, each in ranges.items() if bare or each.unit == unit}
            held = [number for number, each in found.items() if each.holds(value)]
            if held and len(found) > 1:
                best = min(held, key=lambda number: found[number].width(value))
                reworded = f"{asked[: match.start()]}{texts[best]}{asked[match.end() :]}"
                return Fit(reworded, frozenset(content(match[0])), {number: number == best for number in found})
    return None


def _cell(row: str, place: int) -> str:
    """What a cell says, without its column's name."""
    cells = row.strip("| ").split(" | ")
    return _COLUMN.sub("", cells[place], count=1).strip() if place < len(cells) else ""


def _range(cell: str) -> Range | None:
    """The range that all of a cell is."""
    match = next((match for pattern in _RANGES if (match := pattern.fullmatch(plain(cell)))), None)
    if not match:
        return None
    found = {name.removeprefix("or_"): value for name, value in match.groupdict().items() if value}
    low = _value(found["low"]) if "low" in found else -math.inf
    high = _value(found["high"]) if "high" in found else math.inf
    units = [found[name] for name in ("high_sign", "high_unit", "low_sign", "low_unit") if name in found]
    return Range(low, high, _unit("".join(units[:1])), bool({"open", "over"} & set(found)))


def _value(number: str) -> float:
    return float(number.replace(",", ""))


def _unit(written: str | None) -> str:
    """What stands for a unit in all its forms: nothing for a word such as "in"."""
    word = (written or "").lower()
    root = "" if word in STOP else stem(word)
    return _SAME.get(word, _SAME.get(root, root))
