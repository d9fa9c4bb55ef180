"""The values of a text, each with its kind: dates, times, days, quantities and ranges. English; no model."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from ragkit.lexical import STOP
from ragkit.naming import ORDINALS
from ragkit.verify.amounts import dates, times
from ragkit.verify.opposites import quantities

_DATE, _CLOCK, _WEEKDAY, _COUNT, _BARE = "date", "clock", "weekday", "count", "bare"
_ORDINAL, _RANK, _RANGE = "ordinal", "rank", "range of "
_APART = frozenset({_DATE, _CLOCK, _WEEKDAY, _ORDINAL, _RANK})
"""Kinds that a number without a unit is none of."""
UNITLESS = frozenset({_COUNT, _BARE})
"""Kinds of numbers without a unit."""
_WEEKDAYS = re.compile(r"\b(?P<day>(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day)s?\b")
_RANKS = re.compile(
    rf"(?<!\bat )\b(?P<rank>{'|'.join(ORDINALS[:10])})\b(?! (?:aid|name|of all|thing|time)\b|-)", re.IGNORECASE
)
_FREE = re.compile(r"\b(?:free of charge|for free|(?:at no|without) (?:charge|cost))\b", re.IGNORECASE)
_ELLIPTIC = re.compile(r"(?:[,;] |, and |\b(?:and|but) )(?:for )?(?:an? |the )?[a-z][a-z-]+(?: [a-z][a-z-]+){0,3} \Z")
"""What stands before a number whose unit is told of an earlier one: "Nurses have 5 days, doctors 8"."""
_CLOSED = re.compile(r"[.,;)]|\Z")
_YEAR = re.compile(r"1\d{3}|20\d{2}")
_DAYS_OF_MONTH = re.compile(r"(?<=\bthe )(?P<day>\d{1,2})(?:st|nd|rd|th)\b(?![ -](?:[A-Z]|centur))")
_TO = re.compile(r" ?[–-] ?| to ")
"""What joins two values to a range."""
_FROM = re.compile(r"\bfrom (?:[A-Z]{3} |[$€£¥])?\Z")
_CURRENCY = re.compile(r"\b(?P<code>[A-Z]{3}) ?\Z")
_MONEY = frozenset("AUD CAD CHF CNY DKK EUR GBP INR JPY NOK NZD PLN SEK USD".split())
_LABELLED = re.compile(r"(?:\b(?P<word>[^\W\d_]+)[ -]|[^\W\d_]-?|\b[Nn]o\. ?|#|§ ?)\Z")
_NOUN = re.compile(r"[ -](?P<word>[^\W\d_]+)")
_ABOUT = frozenset("almost another approximately around exactly just nearly roughly some".split())


@dataclass(frozen=True, slots=True)
class Value:
    """Characters ``[start, end)`` of a text, what kind of value they are, and what they are worth or imply."""

    start: int
    end: int
    kind: str
    worths: tuple[str, ...]


@lru_cache(1 << 12)
def values(text: str) -> tuple[Value, ...]:
    """The dates, times, weekdays and quantities of ``text``, in order; none that is part of a name."""
    found = [
        *sorted(_dates(text), key=lambda value: value.start - value.end),
        *(Value(each.start, each.end, _CLOCK, (each.worth,)) for each in times(text)),
        *(Value(*match.span(), _WEEKDAY, (match["day"],)) for match in _WEEKDAYS.finditer(text)),
        *(Value(*match.span(), _ORDINAL, (match["day"],)) for match in _DAYS_OF_MONTH.finditer(text)),
        *(Value(*match.span(), _RANK, (match["rank"].lower(),)) for match in _RANKS.finditer(text)),
        *(Value(*match.span(), "money", ("0",)) for match in _FREE.finditer(text)),
        *_quantities(text),
    ]
    taken, kept = set[int](), list[Value]()
    for value in found:
        if taken.isdisjoint(range(value.start, value.end)):
            taken.update(range(value.start, value.end))
            kept.append(value)
    return tuple(_ranged(text, sorted(kept, key=lambda value: value.start)))


def comparable(kind: str, other: str) -> bool:
    """Whether values of the two kinds may stand in each other's place."""
    apart = _APART.isdisjoint({kind, other}) and not any(each.startswith(_RANGE) for each in (kind, other))
    return kind == other or (_BARE in {kind, other} and apart)


def _ranged(text: str, found: Sequence[Value]) -> Iterator[Value]:
    """``found`` with the two ends of a range, such as 9:00 to 12:30, as one value."""
    first: Value | None = None
    for value in found:
        if first is None:
            first = value
        elif _is_range(text, first, value):
            worth = f"{first.worths[0]} to {value.worths[0]}"
            yield Value(first.start, value.end, f"{_RANGE}{value.kind}", (worth,))
            first = None
        else:
            yield first
            first = value
    if first is not None:
        yield first


def _is_range(text: str, first: Value, last: Value) -> bool:
    """Whether two values are the ends of a range; what goes from one amount to another changes."""
    joint = text[first.end : last.start]
    changes = first.kind != _CLOCK and joint == " to " and _FROM.search(text, max(0, first.start - 10), first.start)
    return bool(_TO.fullmatch(joint)) and not changes and comparable(first.kind, last.kind)


def _dates(text: str) -> Iterator[Value]:
    for each in dates(text):
        worths = [worth.removeprefix("date ") for worth in (each.worth, *each.implied)]
        year = worths[0].partition("-")[0]
        yield Value(each.start, each.end, _DATE, (*worths, *([year] if year else [])))


def _quantities(text: str) -> Iterator[Value]:
    told = False
    for (start, end), key, units in quantities(text):
        kind = units[0][0] if units else _kind(text, start, end)
        if not kind and told and _is_elliptic(text, start, end):
            kind = _BARE
        if kind:
            told = True
            yield Value(start, end, kind, (key.removeprefix("#"),))


def _is_elliptic(text: str, start: int, end: int) -> bool:
    """Whether a number ends a clause that leaves out what the one before it says."""
    ahead = _ELLIPTIC.search(text, max(0, start - 60), start)
    return ahead is not None and _CLOSED.match(text, end) is not None


def _kind(text: str, start: int, end: int) -> str:
    """The kind of a number without a unit behind it; none of one that is part of a name."""
    currency = _CURRENCY.search(text, max(0, start - 5), start)
    if currency and currency["code"] in _MONEY:
        return "money"
    if _YEAR.fullmatch(text, start, end):
        return _DATE
    noun = found["word"] if (found := _NOUN.match(text, end)) and found["word"] not in STOP else ""
    before = _LABELLED.search(text, max(0, start - 30), start)
    if before and text[start:end].isdigit() and _is_label(before["word"], noun):
        return ""
    return _COUNT if noun else _BARE


def _is_label(word: str | None, noun: str) -> bool:
    """Whether a number belongs to the ``word`` before it: Calyx 410, menu 2, the 420."""
    if word is None:
        return True
    if word.lower() in STOP - {"the"} or word.lower() in _ABOUT:
        return False
    return not noun or (word[0].isupper() and word != "The") or (word == "the" and not noun.islower())
