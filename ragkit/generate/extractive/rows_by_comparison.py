"""Rows of a table whose cells lie where a question says: above 20 seats, before 2026, below their reorder level.

Amounts, bounds and dates are read as they are elsewhere; what is decided here is which column is compared. English; no
model.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from ragkit.cells import ASIDE, Cell, cells, is_property, like, most_shared, properties, stems
from ragkit.comparatives import adjective
from ragkit.dates import Period, periods
from ragkit.generate.extractive.bounds import Amount, Bound, bounds
from ragkit.generate.extractive.table_columns import Columns, kinds
from ragkit.lexical import WORD, content, plain, stem, words
from ragkit.units import FACTOR, unit_of

_ASKS = re.compile(
    r"(?:(?:at|for|from|in|of|on|to|with) )?"
    r"(?:who\b|(?:which|whose|(?:list|name|show|what)(?: (?:all|me|of|the))*)(?: of (?:our|the|these|your))?"
    r" (?!(?:am|are|can|could|did|do|does|had|has|have|if|is|may|must|should|was|were|will|would)\b)(?P<noun>\w+)"
    r"|which\b)",
    re.IGNORECASE,
)
"""Asks for rows, by the name of what all of them are."""
_ONE = re.compile(
    r"\b(?P<lead>(?:than|above|over|below|under|at least|at most|up to) )an? (?=(?P<unit>\w+))", re.IGNORECASE
)
_MOVED = re.compile(r"\b(?P<degree>more|less|fewer|higher|lower) (?P<of>[a-z]+(?: [a-z]+){0,2}?) than\b", re.IGNORECASE)
"""A comparative before what it is of: "less in stock than"."""
_THEIR = re.compile(r"\b(?:the|their|its|his|her)(?: (?:own|respective))? \Z", re.IGNORECASE)
_Holds = Callable[[Period, Period], bool]
_TIMES: Mapping[str, _Holds] = {
    r"on or before|not? later than|by(?: the end of)?|(?:up )?(?:until|till)(?: the end of)?": lambda day, of: (
        day.last <= of.last
    ),
    r"on or after|not? earlier than|since|as of|from": lambda day, of: day.first >= of.first,
    r"before|earlier than|prior to": lambda day, of: day.last < of.first,
    r"after|later than|beyond": lambda day, of: day.first > of.last,
    r"in|during|within|throughout|between": lambda day, of: of.first <= day.first and day.last <= of.last,
}
"""What stands before a time, and whether a day is then one that is asked for."""
_BEFORE_TIME = [
    (re.compile(rf"\b(?:{lead})(?: the)?(?: \w+day,?)? \Z", re.IGNORECASE), holds) for lead, holds in _TIMES.items()
]
_TO = re.compile(r" (?:and|to|until|till) ", re.IGNORECASE)
_MOST = re.compile(r"\b(?:cap|ceiling|limit|max(?:imum)?)\b", re.IGNORECASE)
"""In the name of a column of what a row can have: 20 kg at most is no less than 5 kg."""
_ENDS = re.compile(
    r"\b(?:above|at (?:least|most)|below|from|min(?:imum)?|over|threshold|under|until|up to)\b", re.IGNORECASE
)
"""In the name of a column of the ends of ranges, which other rules tell of."""
_TOTAL = re.compile(r"(?:grand |sub-?)?(?:all|average|mean|overall|sum|total)\b", re.IGNORECASE)
"""How a row begins that is of the others."""
_ANY = frozenset(
    map(stem, "already come currently due entry go item now one record row run still take thing work".split())
)
"""Stems of words for whatever a table is of and does."""
_BEHIND_AMOUNT = re.compile(r"\d( [^\W\d_]\D*)\Z")
_MEASURES = frozenset({"time", *(kind for kind, _ in FACTOR.values())})


@dataclass(frozen=True, slots=True)
class _Condition:
    """Characters ``[start, end)`` of a question that compare the cells of columns, and which rows of a table fit.

    The question names the columns, or only their unit.
    """

    start: int
    end: int
    labels: tuple[str, ...]
    fits: tuple[bool, ...]
    is_named: bool = True


@dataclass(frozen=True, slots=True)
class Compared:
    """What the comparisons of a question make of the rows of a table, of each of which ``rows`` says if it fits."""

    question: str
    rows: tuple[bool, ...]
    conditions: tuple[_Condition, ...]

    @property
    def labels(self) -> set[str]:
        """The columns that are compared."""
        return {label for each in self.conditions for label in each.labels}

    @property
    def is_named(self) -> bool:
        """Whether the question names all columns, not only their unit."""
        return all(each.is_named for each in self.conditions)

    @property
    def rest(self) -> str:
        """The question without what is compared with."""
        return self._with([""] * len(self.conditions))

    @property
    def known(self) -> frozenset[str]:
        """The stems of the columns, and of words that say nothing of what is compared."""
        return _ANY.union(content(" ".join(self.labels)))

    def put(self, row: str) -> str:
        """The question with what a row says in the place of what its cells are compared with."""
        values = {cell.label: cell.value for cell in cells(row)[1:]}
        texts = list[str]()
        for each in self.conditions:
            said = self.question[each.start : each.end]
            unit = _BEHIND_AMOUNT.search(said)
            texts.append(
                f"{values.get(each.labels[0], '')}{unit[1] if unit else ''}" if len(each.labels) == 1 else said
            )
        return self._with(texts)

    def _with(self, texts: Sequence[str]) -> str:
        question = self.question
        pairs = zip(self.conditions, texts, strict=True)
        for each, text in sorted(pairs, key=lambda pair: -pair[0].start):
            question = f"{question[: each.start]}{text}{question[each.end :]}"
        return question


class _UnclearError(Exception):
    """A comparison of which the table does not tell what is compared."""


@lru_cache(maxsize=256)
def compared_rows(question: str, rows: tuple[str, ...]) -> Compared | None:
    """Which rows of a table fit all comparisons of a question that asks for rows.

    None where it compares nothing, or where it is not clear for each comparison which column is meant.
    """
    asks, table = _ASKS.match(question), Columns(rows)
    if not asks or len(rows) < 2 or not all(table.rows):
        return None
    compares = _Comparing(question, asks["noun"] or "", table)
    try:
        found = tuple(compares.conditions())
    except _UnclearError:
        return None
    of_noun = compares.rows_of_noun()
    fits = tuple(
        of_noun[number] and not _TOTAL.match(row[0].value) and all(each.fits[number] for each in found)
        for number, row in enumerate(table.rows)
    )
    compared = Compared(compares.question, fits, found)
    return compared if found and (compared.is_named or any(fits)) else None


class _Comparing:
    """A question for the rows of a table, which are called by a noun, and what it compares."""

    def __init__(self, question: str, noun: str, table: Columns) -> None:
        # More than a week is more than 1 week, and less in stock than is in stock less than.
        question = _ONE.sub(lambda one: f"{one['lead']}1 " if unit_of(one["unit"]) else one[0], plain(question))
        self.question = _MOVED.sub(lambda moved: f"{moved['of']} {moved['degree']} than", question)
        self._noun, self._table = set(content(noun)), table
        self._taken: list[tuple[int, int]] = []
        """The places of what has been compared."""

    def conditions(self) -> Iterator[_Condition]:
        """The comparisons of the question: with other columns, with times, and with amounts."""
        for some in (self._with_columns(), self._with_times(), self._with_amounts()):
            for each in some:
                self._taken.append((each.start, each.end))
                yield each

    def rows_of_noun(self) -> list[bool]:
        """The rows whose names begin with the noun, or all where none does: Van 1 of the vans."""
        called = [not self._noun.isdisjoint(content(row[0].value.partition(" ")[0])) for row in self._table.rows]
        return called if any(called) else [True] * len(called)

    def _with_columns(self) -> Iterator[_Condition]:
        """Comparisons of one column with another: below their reorder level, after the due date."""
        question, table = self.question, self._table
        for start, end, label in sorted(_named_places(question, table.labels)):
            their = _THEIR.search(question, 0, start)
            first = their.start() if their else start
            if self._is_taken(first):
                continue
            if label in table.dated and (time := _time_before(question, first)):
                begin, holds = time
                other = self._other_column(begin, end, label, table.dated)
                days = zip(table.dated[other], table.dated[label], strict=True)
                yield _Condition(begin, end, (other, label), tuple(bool(a and b and holds(a, b)) for a, b in days))
            elif label in table.measured and (bound := _bound_at(f"{question[:first]}1 units", first)):
                other = self._other_column(bound.start, end, label, table.measured)
                pairs = zip(table.measured[other], table.measured[label], strict=True)
                fits = tuple(bool(a and b and _holds(_bound_by(bound, b), a)) for a, b in pairs)
                yield _Condition(bound.start, end, (other, label), fits)

    def _other_column(self, start: int, end: int, label: str, columns: Mapping[str, Sequence[object]]) -> str:
        """The column that is compared with another one: the one that is named, or the only one of the same unit."""
        kind = kinds(columns[label])
        alike = [each for each, column in columns.items() if each != label and kinds(column) == kind]
        found = self._named(alike, start, end) or alike
        if len(found) != 1:
            raise _UnclearError
        return found[0]

    def _with_times(self) -> Iterator[_Condition]:
        """Comparisons with a day, a month or a year: before 1 April, in 2025."""
        measured = {end.start for bound in bounds(self.question) for end in (bound.low, bound.high) if end}
        every = [
            each
            for each in periods(self.question)
            if each.start not in measured
            and not self._is_taken(each.start)
            and not any(self.question[each.start : each.end] in label for label in self._table.labels)
        ]
        for each in _joined(self.question, every):
            time, named = (
                _time_before(self.question, each.start),
                self._named([*self._table.dated], each.start, each.end),
            )
            if time is None or len(named) != 1:
                raise _UnclearError
            begin, holds = time
            fits = tuple(bool(day and holds(day, each)) for day in self._table.dated[named[0]])
            yield _Condition(begin, each.end, (named[0],), fits)

    def _with_amounts(self) -> Iterator[_Condition]:
        """Comparisons with an amount: more than 20 seats, from 100 to 200 euros."""
        for bound in bounds(self.question, bare=True):
            if not self._is_taken(bound.start) and not self._is_taken(bound.end - 1):
                label, is_named = self._compared_column(bound)
                fits = tuple(bool(each and _holds(bound, each)) for each in self._table.measured[label])
                yield _Condition(bound.start, bound.end, (label,), fits, is_named)

    def _compared_column(self, bound: Bound) -> tuple[str, bool]:
        """The column with the amounts that a bound is for, and whether the question names it."""
        end = next(each for each in (bound.low, bound.high) if each)
        kind_of = {
            label: kinds(column)
            for label, column in self._table.measured.items()
            if not _ENDS.search(label)
            and not (bound.high and _MOST.search(label))
            and (not end.rate or end.rate in _rates(label))
        }
        of_unit = [label for label, kind in kind_of.items() if not kind.isdisjoint(end.worth)]
        counting = [label for label, kind in kind_of.items() if not any(map(_is_measure, kind))]
        is_measure = any(map(_is_measure, end.worth))
        named = self._named(of_unit if is_measure else counting if end.worth else [*kind_of])
        found = named or (of_unit if is_measure else [])
        if len(found) != 1 or not end.value:
            raise _UnclearError
        return found[0], bool(named)

    def _named(self, labels: Sequence[str], start: int = 0, end: int = 0) -> list[str]:
        """The columns of which the question has most words, or whose property it asks for: what is heavier has weight.

        What stands at the place from ``start`` to ``end`` does not count, nor does the noun of the rows.
        """
        question = f"{self.question[:start]}{self.question[end:]}"
        columns, asked = [Cell(label, "") for label in labels], stems(question) - self._noun
        meant = most_shared([(cell, like(cell.stems, asked)) for cell in columns])
        wanted = properties(question) | {stem(adjective(word)) for word in words(question)}
        return [cell.label for cell in meant or [cell for cell in columns if is_property(cell, wanted)]]

    def _is_taken(self, place: int) -> bool:
        return any(start <= place < end for start, end in self._taken)


def _named_places(question: str, labels: Sequence[str]) -> Iterator[tuple[int, int, str]]:
    """Where a question has the whole name of a column."""
    said = list(WORD.finditer(question))
    for label in labels:
        name = [stem(word) for word in words(ASIDE.sub("", label))]
        for place in range(len(said) - len(name) + 1) if name else ():
            some = said[place : place + len(name)]
            if [stem(word[0].lower()) for word in some] == name:
                yield some[0].start(), some[-1].end(), label


def _bound_at(text: str, start: int) -> Bound | None:
    """The bound of which a text has the only end at a place."""
    every = bounds(text, bare=True)
    return next((each for each in every if [end.start for end in (each.low, each.high) if end] == [start]), None)


def _bound_by(bound: Bound, end: Amount) -> Bound:
    """A bound with another end."""
    return replace(bound, low=bound.low and end, high=bound.high and end)


def _joined(question: str, found: Sequence[Period]) -> list[Period]:
    """Times, of which two are one from the first to the last: between 2020 and 2022."""
    if len(found) == 2 and _TO.fullmatch(question, found[0].end, found[1].start):
        return [Period(found[0].start, found[1].end, found[0].first, found[1].last)]
    return [*found]


def _time_before(question: str, place: int) -> tuple[int, _Holds] | None:
    """Where the words before a time begin that say how days stand to it, and whether one does."""
    matches = ((lead.search(question, 0, place), holds) for lead, holds in _BEFORE_TIME)
    return next(((match.start(), holds) for match, holds in matches if match), None)


def _is_measure(kind: str) -> bool:
    """Whether amounts of a kind are of a unit, not of things that are counted."""
    return kind in _MEASURES or unit_of(kind) is not None


def _rates(label: str) -> set[str]:
    """The stems of the periods that the name of a column has: year of "Yearly cost"."""
    forms = {form for word in words(label) for form in (word, word.removesuffix("ly"), f"{word.removesuffix('ily')}y")}
    return set(map(stem, forms))


def _holds(bound: Bound, amount: Amount) -> bool:
    """Whether an amount lies in a bound, of whose unit it may say nothing."""
    if any(set(end.worth).isdisjoint(amount.worth) for end in (bound.low, bound.high) if end):
        bound = replace(bound, low=bound.low and _bare(bound.low), high=bound.high and _bare(bound.high))
        amount = _bare(amount)
    return bound.distance(replace(amount, rate="")) is not None


def _bare(amount: Amount) -> Amount:
    return replace(amount, worth={"": amount.value}, rate="", about=False)
