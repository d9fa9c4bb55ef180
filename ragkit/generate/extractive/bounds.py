"""Amounts, and the bounds that a text tells for them: above £5,000, from 5 to 10 kg, 12 years or older.

English; closed classes; no model.
"""

from __future__ import annotations

import math
import re
from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from operator import attrgetter

from ragkit.lexical import NUMBER_WORDS, STOP, content, folded, stem, value
from ragkit.naming import MONTHS
from ragkit.sentences import sentence_spans
from ragkit.units import FACTOR, OF_DAYS, SIZES, unit_of

MARGIN = 1.03
"""By how many times a month and thirty days, or a year and fifty-two weeks, may differ."""
MONTH = 365.25 / 12
"""Days."""
WIDTH = 0.1
"""What the distance of the two ends of a range counts, as logarithm: an amount in it is near to both."""
_NUMBERED = re.compile(
    r"(?:\b(?:versions?|sections?|clauses?|articles?|chapters?|numbers?|no\.|types?|models?|steps?|rules?|class|levels?"
    r"|editions?|pages?|figures?|tables?|ports?|rooms?|parts?|v\.)|(?<!^)(?<![.?!:] )\b[A-Z][\w-]*|§) \Z",
    re.MULTILINE,
)
"""Before a number that names something: the tent Lodge 4."""
_OPENING = re.compile(r"^[ #*(]*\Z", re.MULTILINE)
"""Before a number that opens a line, such as that of a paragraph."""
_BELOW_ZERO = re.compile(r"(?:(?<![^\s(\[|:=\"'“‘$€£¥₹])(?<!\d )[-–−]|\bminus )\Z", re.IGNORECASE)
"""Before an amount that is below zero, of which no other one is a multiple; 10 -20 is a range."""

_SIGN = r"[$€£¥₹]|\b(?:EUR|USD|GBP|CHF)\b"
_NUMBER = (
    r"(?<![\w.,:/])(?<![^\W\d_]-)(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?(?![.,:/]?\d)"
    rf"|\b(?:{'|'.join(word for word in NUMBER_WORDS if word != 'zero')})\b"
)
_UP = """more|greater|higher|larger|bigger|longer|heavier|older|taller|wider|deeper|thicker|hotter|warmer|faster|later
|farther|further|dearer|costlier""".replace("\n", "")
_DOWN = """less|fewer|lower|smaller|shorter|lighter|younger|narrower|thinner|colder|cooler|slower|earlier|nearer
|closer|cheaper""".replace("\n", "")
_OR_MORE = rf"(?:\+| (?:or|and) (?:above|over|upwards?|{_UP})\b)"
_OR_LESS = rf" (?:or|and) (?:below|under|{_DOWN})\b"
_PER = (
    r"(?:(?: per | ?/)(?P<rate>[^\W\d_]+)"
    r"| (?:an?|each|every) (?P<each>second|minute|hour|day|night|week|month|quarter|year|head|person|piece|mile)\b)"
)
_UNIT = (
    rf"[ -]?(?:{OF_DAYS} )?"
    rf"(?!(?:{'|'.join(sorted(STOP))}|{'|'.join(MONTHS)})\b)(?P<unit>[%$€£¥₹]|° ?[CF]\b"
    r"|[^\W\d_]{1,2}[23](?![\w/])|[^\W\d_]++(?:/[^\W\d_]++)?+(?!\d))"
)
_AMOUNT = re.compile(
    rf"(?P<aged>\baged? (?:of )?)?(?:(?P<sign>{_SIGN}) ?)?(?P<number>{_NUMBER})"
    rf"(?: (?P<size>{'|'.join(SIZES)})\b)?(?:(?P<more>{_OR_MORE})|(?P<less>{_OR_LESS}))?"
    rf"(?(sign)|(?:{_UNIT})?){_PER}?(?:[ -]olds?\b| of age\b)?"
    rf"(?:(?P<more_behind>{_OR_MORE})|(?P<less_behind>{_OR_LESS}))?",
    re.IGNORECASE,
)
_LEAD = re.compile(
    r"(?P<not>\b(?:not?|never|cannot|\w+n['’]t)(?: be)? )?(?:"
    rf"(?P<over>\b(?:above|over|exceed(?:s|ing|ed)?|in excess of|beyond|(?P<after>after)|(?:{_UP}) than)|>)"
    rf"|(?P<under>\b(?:below|under|(?:{_DOWN}) than)|<)"
    r"|(?P<least>\b(?:at least|at or (?:above|over)|from|starting (?:at|from)|minimum(?: of)?)|≥|>=)"
    r"|(?P<most>\b(?:(?P<until>up to)|at most|at or (?:below|under)|(?P<within>within)|maximum(?: of)?)|≤|<=)"
    r"|(?P<between>\bbetween)) ?$",
    re.IGNORECASE,
)
LONGEST_LEAD = 40
"""Characters before an amount that are looked at."""
_TO = re.compile(r" ?(?:to|and|[–—-]) ?", re.IGNORECASE)
_BEFORE = re.compile(r" (?:before|prior|ahead|in advance)\b", re.IGNORECASE)
_OF_AGE = re.compile(r"old|young", re.IGNORECASE)
_OF_EITHER = {"pound": ("£", "lb"), "degree": ("°C", "°F")}
"""Words that may be of either unit."""
_NOT_MEASURED = frozenset({"half of the day", "size"})
"""Kinds of unit that make no amount."""
_OF_PEOPLE = re.compile(
    r"\b(?:part(?:y|ies)|groups?|teams?|crews?|famil(?:y|ies)|households?|class(?:es)?) of $", re.IGNORECASE
)
"""Before a number without a unit, which counts people."""
_SAME = {"people": "person"}
_ABOUT = frozenset({"month", "year"})
_MONTH_IN_MS = MONTH * 86_400_000


@dataclass(frozen=True, slots=True)
class Amount:
    """Characters ``[start, end)`` of a text with an amount, and its ``worth`` in each unit that may be meant.

    The worth is in the smallest unit of the kind; of months and years, it is only ``about`` that. ``or_more`` says
    that the amount is a bound by itself: True of "5 or more", False of "5 or less".
    """

    start: int
    end: int
    value: float
    worth: Mapping[str, float]
    rate: str = ""
    about: bool = False
    or_more: bool | None = None

    def is_same(self, other: Amount) -> bool:
        """Whether the other one is as much of the same, or as much of nothing that is said."""
        return any(math.isclose(ratio, 1) for ratio in self.ratios(other)) or (
            not other.worth and other.value == self.value
        )

    def ratios(self, other: Amount) -> list[float]:
        """How many times the other one it is, at least and at most; nothing where they are no amounts of the same."""
        kind = next((kind for kind in self.worth if other.worth.get(kind)), None)
        if kind is None or (self.rate and self.rate != other.rate):
            return []
        ratio, margin = self.worth[kind] / other.worth[kind], MARGIN if self.about != other.about else 1.0
        return [ratio / margin, ratio * margin]


@dataclass(frozen=True, slots=True)
class Bound:
    """Characters ``[start, end)`` of a text that tell the amounts from ``low`` to ``high``, one of which may be open.

    To a ``strict`` one its ends do not belong. ``stems`` are those of its sentence.
    """

    start: int
    end: int
    low: Amount | None
    high: Amount | None
    strict: bool
    stems: frozenset[str]

    @property
    def is_upper(self) -> bool:
        """Whether it bounds amounts from above alone."""
        return self.low is None

    def distance(self, amount: Amount) -> float | None:
        """How far an amount that is in it is from its end, or how far apart its two ends are; None for any other."""
        low = amount.ratios(self.low)[:1] if self.low else []
        high = [1 / most if most else math.inf for most in amount.ratios(self.high)[1:]] if self.high else []
        ratios = [ratio for ratio in [*low, *high] if ratio > 1 or (ratio == 1 and not self.strict)]
        if len(ratios) != (self.low is not None) + (self.high is not None):
            return None
        return math.log(math.prod(ratios)) * (WIDTH if self.low and self.high else 1)

    def adjoins(self, other: Bound) -> bool:
        """Whether the two have an end in common, as "up to £500" and "from £500 to £5,000" have."""
        ends = [end for end in (other.low, other.high) if end]
        return any(end and any(map(end.is_same, ends)) for end in (self.low, self.high))


@lru_cache(maxsize=4096)
def amounts(text: str) -> tuple[Amount, ...]:
    """The amounts in a text, also those of which it says no unit, but none below zero.

    The number of a name or of a paragraph without a unit is none.
    """
    found = (_amount(match) for match in _AMOUNT.finditer(text) if not before(_BELOW_ZERO, text, match.start()))
    return tuple(
        each
        for each in found
        if each.worth or not (before(_OPENING, text, each.start) or is_numbered(text, each.start))
    )


def is_numbered(text: str, place: int) -> bool:
    """Whether the number at a place of a text names something, and no bound: "Between 14"."""
    return before(_NUMBERED, text, place) is not None and before(_LEAD, text, place) is None


def before(pattern: re.Pattern[str], text: str, place: int) -> re.Match[str] | None:
    """What a pattern that closes at the end finds close before a place: not in all the text, for each number anew."""
    return pattern.search(text, max(0, place - LONGEST_LEAD), place)


def _amount(match: re.Match[str]) -> Amount:
    number = value(match["number"]) if match["number"].isalpha() else match["number"].replace(",", "")
    size = 10.0 ** SIZES[folded(match["size"])] if match["size"] else 1.0
    more, less = (match[name] or match[f"{name}_behind"] or "" for name in ("more", "less"))
    is_age = match["aged"] or (not unit_of(match["unit"] or "") and _OF_AGE.search(more + less))
    of_people = "people" if before(_OF_PEOPLE, match.string, match.start()) else ""
    written = "years" if is_age else match["sign"] or match["unit"] or of_people
    worth = dict(_worth(float(number) * size, written))
    return Amount(
        *match.span(),
        float(number) * size,
        worth,
        stem(match["rate"] or match["each"] or ""),
        about=written.lower().removesuffix("s") in _ABOUT,
        or_more=bool(more) if more or less else None,
    )


def _worth(number: float, written: str) -> Iterator[tuple[str, float]]:
    """What a number is worth in each unit that may be written so; of what is counted, in its stem."""
    for name in _OF_EITHER.get(written.lower().removesuffix("s"), [written] if written else []):
        kind, unit = unit_of(name.replace(" ", "")) or ("", stem(_SAME.get(name.lower(), name)))
        if kind not in _NOT_MEASURED:
            of_kind, factor = FACTOR.get(unit, (unit, 1))
            is_long = of_kind == "long time"
            yield ("time" if is_long else of_kind), number * float(factor) * (_MONTH_IN_MS if is_long else 1.0)


@lru_cache(maxsize=4096)
def bounds(text: str, *, bare: bool = False) -> tuple[Bound, ...]:
    """The bounds that the sentences of a text tell; those in rows of tables are told by their columns.

    An amount of which no unit is said is an end only where ``bare`` ones may be.
    """
    found = list[Bound]()
    for start, end in sentence_spans(text):
        if " | " not in text[start:end]:
            found += _of_sentence(text, start, end, bare=bare)
    return tuple(found)


def _of_sentence(text: str, start: int, end: int, *, bare: bool) -> Iterator[Bound]:
    first_of, every = attrgetter("start"), amounts(text)
    some = every[bisect_left(every, start, key=first_of) : bisect_left(every, end, key=first_of)]
    stems, place = frozenset(content(text[start:end])), 0
    while place < len(some):
        lead = _LEAD.search(text, max(start, some[place].start - LONGEST_LEAD), some[place].start)
        first = some[place].start - (len(lead[0]) if lead else 0)
        pair = some[place : place + 2]
        is_before = _BEFORE.match(text, some[place].end) is not None
        if ends := _range(text, lead, pair, bare=bare):
            yield Bound(first, pair[1].end, *ends, strict=False, stems=stems)
        elif bound := _one_sided(lead, some[place], is_before=is_before, bare=bare):
            yield Bound(first, some[place].end, *bound, stems)
        place += 2 if ends else 1


def _range(
    text: str, lead: re.Match[str] | None, pair: Sequence[Amount], *, bare: bool
) -> tuple[Amount, Amount] | None:
    """The two amounts of a range, the lesser first, of which one may say no unit.

    It may count down to what it is counted from: between 14 and 3 days before.
    """
    between = _TO.fullmatch(text, pair[0].end, pair[1].start) if len(pair) > 1 else None
    if not between or (between[0].strip().lower() == "and" and not (lead and lead["between"])):
        return None
    low, high = _like(*pair), _like(*reversed(pair))
    ratios = low.ratios(high) or ([low.value / high.value] if bare and high.value and not low.worth else [])
    if ratios and ratios[0] > 1 and lead and lead["between"]:
        return high, low
    return (low, high) if ratios and ratios[0] < 1 else None


def _like(amount: Amount, other: Amount) -> Amount:
    """An amount of what the other one is, where it says no unit."""
    if amount.worth or not other.value:
        return amount
    return replace(
        amount,
        worth={kind: amount.value / other.value * worth for kind, worth in other.worth.items()},
        rate=other.rate,
        about=other.about,
    )


def _one_sided(
    lead: re.Match[str] | None, amount: Amount, *, is_before: bool, bare: bool
) -> tuple[Amount | None, Amount | None, bool] | None:
    """The lower and the upper end that words before or behind an amount make of it, and whether it is strict.

    Up to four weeks before the start is no fewer than four.
    """
    if amount.or_more is not None:
        return (amount, None, False) if amount.or_more else (None, amount, False)
    if not lead or lead["between"] or not (amount.worth or bare) or (lead["not"] and (lead["least"] or lead["most"])):
        return None
    if (lead["after"] or lead["within"]) and "time" not in amount.worth:
        return None
    is_lower = bool(lead["over"] or lead["least"] or (lead["until"] and is_before)) != bool(lead["not"])
    strict = bool(lead["over"] or lead["under"]) and not lead["not"]
    return (amount, None, strict) if is_lower else (None, amount, strict)
