"""Quantities and dates that are written in another way, made alike: 3 pm and 15:00, 1.5 million and 1,500,000.

A claim is read in the forms of its passages; a form that is not understood stays as it is.
English; no model.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal

from ragkit.dates import dates as found_dates
from ragkit.lexical import NUMBER_WORDS, folded, numbers, plain
from ragkit.units import FACTOR, SIZES, unit_of

_PURE = "number"
"""What a number is worth whose unit is not looked at."""
_CLOCK = re.compile(
    r"(?<![\w.,:])(?P<hour>\d\d?)(?:[:.](?P<minute>[0-5]\d))?(?:\s?(?P<half>[AaPp])\.?[Mm](?!\w)|(?<=:\d\d)(?![\w:]))"
)
_NUMBER = rf"(?P<number>(?<![\w.])(?<!\d,)(?:\d++(?:[.,]\d++)*+|{'|'.join(NUMBER_WORDS)}))"
_AMOUNT = re.compile(
    rf"(?:(?P<money>[$€£¥])\s?)?{_NUMBER}(?!\w|[.,]\d)"
    rf"(?:[ -]?(?P<size>{'|'.join(SIZES)})\b|\s?(?P<share>%|per ?cent\b)|[\s-]?(?P<unit>[^\W\d_]+)(?![\w²³/]))?",
    re.IGNORECASE,
)
_HALF = re.compile(
    r"(?<!first )(?<!second )(?<!last )(?<!other )(?<!latter )\bhalf(?: of)?(?= (?:the|its|their|all)\b)", re.IGNORECASE
)


Forms = dict[str, list[str]]
"""What amounts are worth, and how they are written."""


@dataclass(frozen=True, slots=True)
class _Amount:
    """Characters ``[start, end)`` of a text and what they are ``worth``, of which they ``imply`` more.

    The third of May 2014 implies one of May.
    """

    start: int
    end: int
    worth: str
    implied: tuple[str, ...] = ()


def forms(texts: Iterable[str]) -> Forms:
    """How ``texts`` write their quantities, times and dates."""
    found: Forms = {}
    for text in map(plain, texts):
        for amount in _amounts(text):
            for worth in (amount.worth, *amount.implied):
                found.setdefault(worth, []).append(text[amount.start : amount.end])
    return found


def alike(claim: str, known: Forms) -> str:
    """``claim`` with its amounts in the forms that are ``known``."""
    text = plain(claim)
    parts, place, until = list[str](), 0, 0
    for amount in sorted(_amounts(text), key=lambda each: (each.start, -each.end)):
        free = amount.start >= (place if amount.worth.startswith(_PURE) else until)
        written = known.get(amount.worth, []) if free else []
        if written and text[amount.start : amount.end] not in written:
            parts += [text[place : amount.start], written[0]]
            place = amount.end
        # of the third of May, which is not known, May alone is no other amount
        until = max(until, amount.end)
    return "".join([*parts, text[place:]]) if parts else claim


def _amounts(text: str) -> Iterator[_Amount]:
    yield from dates(text)
    yield from times(text)
    yield from _quantities(text)


def dates(text: str) -> Iterator[_Amount]:
    """The dates in ``text``; one place may be read in several ways."""
    for each in found_dates(text):
        of_year, of_month = f"date --{each.month}-{each.day}", f"date {each.year}-{each.month}"
        whole = bool(each.year and each.day)
        worth = f"{of_month}-{each.day}" if whole else of_year if each.day else of_month
        yield _Amount(each.start, each.end, worth, (of_month, of_year) if whole else ())


def times(text: str) -> Iterator[_Amount]:
    """The times of day in ``text``."""
    for match in _CLOCK.finditer(text):
        hour = int(match["hour"])
        if match["half"] and hour in range(1, 13):
            hour = hour % 12 + 12 * (match["half"] in "pP")
        if hour < 24:
            yield _Amount(*match.span(), f"time {hour}:{match['minute'] or '00'}")


def _quantities(text: str) -> Iterator[_Amount]:
    for match in _HALF.finditer(text):
        yield _Amount(*match.span(), "share 50")
    for match in _AMOUNT.finditer(text):
        (number,) = numbers(match["number"])
        if number.count(".") > 1:
            continue
        value, unit = Decimal(number), match["unit"] and unit_of(match["unit"])
        if match["share"]:
            yield _Amount(*match.span(), f"share {_short(value)}")
        if match["size"] or value >= 1000:
            whole = value.scaleb(SIZES[folded(match["size"])] if match["size"] else 0)
            span = match.start("number"), match.end("size" if match["size"] else "number")
            yield _Amount(*span, f"{_PURE} {_short(whole)}")
        if (unit or match["money"]) and not match["size"]:
            name = unit[1] if unit else match["money"]
            kind, factor = FACTOR.get(name, (name, Decimal(1)))
            yield _Amount(*match.span(), f"{kind} {_short(value * factor)}")


def _short(value: Decimal) -> str:
    return f"{value.normalize():f}"
