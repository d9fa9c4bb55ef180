"""Rows of a table that are for ranges of amounts: "€501 – €5,000" is for the 3,000 euros that a question names.

English; no model.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

from ragkit.cells import ASIDE, LABEL, WEEKDAY, Cell, cells, texts, value_at
from ragkit.lexical import NUMBER, NUMBER_WORDS, STOP, content, names, plain, stem, words
from ragkit.naming import ORDINALS
from ragkit.units import unit_of

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
_SPELLED = re.compile(rf"\b(?P<number>{'|'.join(NUMBER_WORDS)})[ -](?=(?P<unit>[^\W\d_]+))", re.IGNORECASE)
_LOW = rf"(?:(?P<low_sign>{_SIGN}) ?)?(?P<low>{_NUMBER})(?: ?(?P<low_unit>{_UNIT}))?"
_HIGH = _LOW.replace("<low", "<high")
_OVER, _UNDER = r"over|above|more than|>", r"under|below|less than|<"
_TO = r"(?:,? (?:and |but )?up to | ?(?:[–—-]|to|and) ?)"
_OR_HIGH, _OR_LOW = (end.replace("<", "<or_") for end in (_HIGH, _LOW))
_UPWARDS = r"(?:\+| (?:and|or) (?:more|over|above|older|longer|up|upwards))"
_RANGES = [
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        rf"(?:from |between |(?P<over>{_OVER}) ?)?{_LOW}{_TO}(?:(?P<under>{_UNDER}) ?)?{_HIGH}",
        rf"(?:up to|at most|not? more than|≤|<=) ?{_HIGH}|{_OR_HIGH} or (?:less|under|below|younger)",
        rf"(?P<under>{_UNDER}) ?{_HIGH}|(?P<over>{_OVER}) ?{_LOW}",
        rf"(?:at least|from|≥|>=) ?{_LOW}|{_OR_LOW}{_UPWARDS}",
    )
]
_OF = re.compile(
    r"(?P<of>(?:[^\W\d][\w-]* )*?)"
    rf"(?P<range>(?:(?:{_OVER}|{_UNDER}|up to|at (?:least|most)|from|between|[<>]=|[≤≥]) ?)?\d.*)",
    re.IGNORECASE,
)
"""What a column is of, and its range: "eGFR 20–50"."""
_LED = re.compile(r"(?P<lead>.*[ ,])?(?P<noun>[^\W\d_]{3,}) (?P<range>\d.*)")
"""A range of things that are numbered: "Main building, rooms 10 to 19"."""
_NUMBERED = re.compile(r"(?<![\w-])(?P<noun>[^\W\d_]{3,}) (?P<number>\d+)(?![.,:/–—-]?\w)")
MOST_NUMBERS = 8
"""Numbers of a question that are looked for in all rows; one with more is a text."""
_NTH = re.compile(
    rf"\b(?:the )?(?P<nth>{'|'.join(ORDINALS)}|\d{{1,2}}(?=st|nd|rd|th))(?:st|nd|rd|th)? (?P<of>day|week)\b"
)
_ASKS_FOR_ROW = re.compile(r"(?:who(?:m|se)?|which|when|what (?:gets?|has|takes?))\b", re.IGNORECASE)
_LEAST = re.compile(r"\b(?:from|min(?:imum)?|at least)\b", re.IGNORECASE)
_MOST = re.compile(r"\b(?:(?:up )?to|until|max(?:imum)?|at most)\b", re.IGNORECASE)
"""In the names of two columns, which have the ends of a range between them."""
_MONEY_TOO = {"pound": "£", "pounds": "£"}
"""Words for a unit of money that `unit_of` takes for one of mass."""


@dataclass(frozen=True, slots=True)
class Range:
    """The amounts of one of ``units`` from ``low`` to ``high``, of which those ``without`` are left out."""

    low: float
    high: float
    units: frozenset[str]
    without: frozenset[float]

    def holds(self, value: float) -> bool:
        """Whether an amount of the range's unit is in it."""
        return self.low <= value <= self.high and value not in self.without

    def width(self, value: float) -> float:
        """How near an amount is to the only bound, or how far the bounds are apart: the nearer, the more fitting."""
        ends = [end for end in (self.low, self.high) if math.isfinite(end)]
        return self.high - self.low if len(ends) == 2 else min((abs(value - end) for end in ends), default=math.inf)


@dataclass(frozen=True, slots=True)
class _Amount:
    """An amount of a question, which stands from ``start`` to ``end``."""

    start: int
    end: int
    value: float
    units: frozenset[str]

    def is_in(self, found: Range) -> bool:
        """Whether a range holds it; one of the two may say no unit."""
        return bool(not self.units or not found.units or self.units & found.units) and found.holds(self.value)


@dataclass(frozen=True, slots=True)
class Fit:
    """How the ranges of some rows fit an amount, or a day, of a question.

    ``rows`` has the number of each row with a range, and whether that fits; ``stems`` are those of the amount's words;
    ``question`` has the range that fits in the amount's place.
    """

    question: str
    stems: frozenset[str]
    rows: dict[int, bool]


def rows_in_range(question: str, rows: Sequence[str], head: str = "") -> Fit | None:
    """Which row's range holds an amount that ``question`` names: for 15 kg that of "up to 20 kg", not "up to 50 kg".

    Ranges without a unit hold amounts of any, but for one that the name of their column has, in the row or in the
    ``head`` of the table. The two ends of a range may stand in columns of their own.
    """
    if fit := _rows_of_number(question, rows):
        return fit
    asked = _AGE.sub(lambda age: f"{age['old'] or age['aged']} years", in_figures(question))
    for amount in _amounts(asked) if len(rows) > 1 else ():
        if not amount.units or _is_value(amount, asked, rows):
            continue
        for place in range(max(len(texts(row)) for row in rows)):
            said = {number: text for number, row in enumerate(rows) if (text := value_at(row, place))}
            said |= _between_columns(rows, place)
            ranges = {number: each for number, text in said.items() if (each := _range(text))}
            bare = not any(each.units for each in ranges.values())
            if bare and not _is_of_column(amount, head, rows, place):
                continue
            found = {number: each for number, each in ranges.items() if bare or each.units & amount.units}
            held = [number for number, each in found.items() if each.holds(amount.value)]
            if held and len(found) > 1:
                best = min(held, key=lambda number: found[number].width(amount.value))
                reworded = f"{asked[: amount.start]}{said[best]}{asked[amount.end :]}"
                stems = frozenset(content(asked[amount.start : amount.end]))
                return Fit(reworded, stems, {number: number == best for number in found})
    return None


def has_amount(question: str) -> bool:
    """Whether a question has a number, or counts days or weeks."""
    return bool(NUMBER.search(in_figures(question)) or _NTH.search(question))


def _is_of_column(amount: _Amount, head: str, rows: Sequence[str], place: int) -> bool:
    """Whether the names of a column, in the head of a table and in its rows, have no unit but that of an amount."""
    labels = (LABEL.match("".join(texts(row)[place : place + 1])) for row in rows)
    every = {*texts(head)[place : place + 1], *(label["label"] for label in labels if label)}
    units = {unit for name in every for word in words(name) if unit_of(word) for unit in _units(word)}
    return not units or not units.isdisjoint(amount.units)


def _is_value(amount: _Amount, question: str, rows: Sequence[str]) -> bool:
    """Whether a cell is the very amount of a question for the row that has it: who gets 28 days?"""
    told = amount.units | {f"{amount.value:g}"}
    found = (cell for row in rows for cell in cells(row)[1:] if cell.label)
    return bool(_ASKS_FOR_ROW.match(question)) and any(told <= {*content(cell.text)} for cell in found)


def _rows_of_number(question: str, rows: Sequence[str]) -> Fit | None:
    """Which row is for the number of a thing that a question names: "flats 41 to 96" for flat 52.

    None is where all of them are for other numbers, or elsewhere.
    """
    asked = plain(question)
    for match in islice(_NUMBERED.finditer(asked), MOST_NUMBERS):
        for place in range(max(len(texts(row)) for row in rows) if len(rows) > 1 else 0):
            led = {
                number: each for number, row in enumerate(rows) if (each := _led(value_at(row, place), match["noun"]))
            }
            number = _value(match["number"])
            held = [row for row, (found, text) in led.items() if found.holds(number) and _is_there(question, text)]
            if len(led) > 1 and len(held) < 2:
                text = _unsaid(question, led[held[0]][1]) if held else match[0]
                reworded = f"{asked[: match.start()]}{text}{asked[match.end() :]}"
                return Fit(reworded, frozenset(content(match[0])), {row: row in held for row in led})
    return None


def _led(cell: str, noun: str) -> tuple[Range, re.Match[str]] | None:
    """The range of numbers behind a noun that ends a cell, and its parts."""
    match = _LED.fullmatch(cell)
    is_of_it = match and content(match["noun"]) == content(noun) != [] and not WEEKDAY.fullmatch(match["noun"].lower())
    found = _range(match["range"]) if match and is_of_it else None
    return (found, match) if match and found and not found.units else None


def _unsaid(question: str, led: re.Match[str]) -> str:
    """A range of numbers, behind the place where the things are if the question names none."""
    is_said = led["lead"] and set(content(led["lead"])) <= set(content(question))
    return led[0].removeprefix(led["lead"]) if is_said else led[0]


def _is_there(question: str, led: re.Match[str]) -> bool:
    """Whether a question names the place where things are numbered, or none."""
    return set(content(led["lead"] or "")) <= set(content(question)) or not names(question)


def in_figures(question: str) -> str:
    """A question with four years as 4 years."""
    return _SPELLED.sub(
        lambda match: f"{NUMBER_WORDS[match['number'].lower()]} " if unit_of(match["unit"].lower()) else match[0],
        plain(question),
    )


def _between_columns(rows: Sequence[str], place: int) -> dict[int, str]:
    """The ranges of which a column has the low ends, and the one behind it the high ones; the last may be open."""
    ends = {number: each for number, row in enumerate(rows) if (each := _ends(row, place))}
    if not any(high for _, high, _ in ends.values()):
        return {}
    return {
        number: f"from {low}{f' to {high}' if high else ''}{f' {unit}' if unit else ''}"
        for number, (low, high, unit) in ends.items()
    }


def _ends(row: str, place: int) -> tuple[str, str, str] | None:
    """The ends of the range that begins in a cell of a row, the high one empty where it has none, and their unit."""
    first, second = (LABEL.match("".join(texts(row)[at : at + 1])) for at in (place, place + 1))
    low, high = value_at(row, place), value_at(row, place + 1)
    if not first or not _LEAST.search(first["label"]) or not re.fullmatch(_NUMBER, low):
        return None
    of = _LEAST.sub("", first["label"]).split()
    is_pair = second and re.fullmatch(_NUMBER, high) and _MOST.sub("", second["label"]).split() in ([], of)
    unit = "".join(ASIDE.findall(first["label"])).strip(" ()")
    return low, high if is_pair else "", unit


def column_in_range(question: str, row: str) -> tuple[str, Cell] | None:
    """The question with a column's name in the place of an amount in its range, and the cell of a row in that column.

    There are more such columns of the same: "eGFR below 20" and "eGFR 20–50".
    """
    question, alike = plain(question), dict[str, list[tuple[Range, Cell]]]()
    for cell in cells(row)[1:]:
        match = _OF.match(cell.label)
        if match and (found := _range(match["range"])):
            alike.setdefault(match["of"].strip(), []).append((found, cell))
    for of, columns in alike.items():
        ends = _amounts_of(of, question) if len(columns) > 1 else []
        held = [each for each in columns if ends and all(end.is_in(each[0]) for end in ends)]
        if held:
            cell = min(held, key=lambda each: each[0].width(ends[0].value))[1]
            return f"{question[: ends[0].start]}{cell.label}{question[ends[0].end :]}", cell
    return None


def _amounts_of(of: str, question: str) -> list[_Amount]:
    """The amount of something in a question, or the first one of any unit where nothing says of what.

    Of days a week has two, its first and its last.
    """
    if not of:
        return [each for each in _amounts(question) if each.units][:1]
    between = r"\W+(?:(?:of|is|was|at|about|around)\W+)*"
    match = re.search(rf"\b{re.escape(of)}\b{between}{_LOW}(?!\w)", question, re.IGNORECASE)
    if match:
        return [_Amount(*match.span(), _value(match["low"]), _units(match["low_unit"]))]
    return [_Amount(*nth.span(), value, frozenset()) for nth, value in _counted(stem(of.lower()), question)]


def _counted(of: str, question: str) -> list[tuple[re.Match[str], int]]:
    """Which day or week a question counts: the second week is week 2, or the days from 8 to 14."""
    match = _NTH.search(question)
    if not match or (of, match["of"]) not in {("day", "day"), ("week", "week"), ("day", "week")}:
        return []
    number = ORDINALS.index(match["nth"]) + 1 if match["nth"] in ORDINALS else int(match["nth"])
    return [(match, number)] if of == match["of"] else [(match, 7 * number - 6), (match, 7 * number)]


def _amounts(question: str) -> Iterator[_Amount]:
    """The amounts in a question that bound no range."""
    for match in _ASKED.finditer(question):
        if not match["bound"]:
            yield _Amount(*match.span(), _value(match["number"]), _units(match["sign"] or match["unit"]))


def _range(cell: str) -> Range | None:
    """The range that all of a cell is."""
    match = next((match for pattern in _RANGES if (match := pattern.fullmatch(plain(cell)))), None)
    if not match:
        return None
    found = {name.removeprefix("or_"): value for name, value in match.groupdict().items() if value}
    low = _value(found["low"]) if "low" in found else -math.inf
    high = _value(found["high"]) if "high" in found else math.inf
    units = [found[name] for name in ("high_sign", "high_unit", "low_sign", "low_unit") if name in found]
    without = frozenset({low} if "over" in found else ()) | frozenset({high} if "under" in found else ())
    return Range(low, high, _units("".join(units[:1])), without)


def _value(number: str) -> float:
    return float(number.replace(",", ""))


def _units(written: str | None) -> frozenset[str]:
    """What stands for each unit that is meant, in all its forms and letters of either case.

    Nothing does for a word such as "in".
    """
    word = (written or "").lower()
    if not written or word in STOP:
        return frozenset()
    unit = unit_of(written) or unit_of(word)
    return frozenset({unit[1].lower() if unit else stem(word), _MONEY_TOO.get(word, "")} - {""})
