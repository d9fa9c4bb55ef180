"""All rows of a table that have what a question names: the weeks of a doctor, the offices that are open on Saturday.

English; no model.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache

from ragkit.cells import ASIDE, BETWEEN, WEEKDAY, Cell, cells, like, with_days
from ragkit.dates import without_days
from ragkit.generate.extractive.rows_by_comparison import compared_rows
from ragkit.generate.extractive.rows_by_relation import related_rows
from ragkit.generate.extractive.rows_by_route import rows_of_route
from ragkit.generate.extractive.rows_by_side import rows_on_side
from ragkit.lexical import content, labels, names, stem, words

LEAD = re.compile(r".+?(?=[:;,] | \()")
"""What a cell says before it goes into detail, such as "open: two posts vacant"."""
ONES_OWN = re.compile(r"\b(?:I|i|[Mm]y|[Ww]e|[Oo]ur|me|us)\b")
"""Who tells of a case asks which row it falls under, of which no row has the words."""
WHICH_HAVE = re.compile(
    r"^(?:which (?P<noun>\w+)|what|who|list|name)\b.*? (?:are|have|has|do|does|offers?|includes?|supports?|is)\b",
    re.IGNORECASE,
)
"""Asks which of the rows have something."""
ASKS_FOR_ROWS = re.compile(r"(?:which(?! (?:days?|months?|years?)\b)|list|name)\b", re.IGNORECASE)

_Value = tuple[str, tuple[str, ...]]
"""The name of a column, or none for what stands in any, and the stems of what a cell there says."""


@lru_cache(maxsize=256)
def rows_with_value(question: str, rows: tuple[str, ...]) -> tuple[bool, ...] | None:
    """For each row of a table whether it has all the values that a question names; None where these tell none apart.

    A value is what a cell says, at least before it goes into detail, or a name in it. Rows that the question calls by
    their first cells, or by the two that name them together, rule out the others. Where it names the column of a value,
    too, the value counts in that column alone; where it names a column without a value, the rows count that do not say
    no there. Where a row's name is but the other side of what is asked for, the rows count that have it as their value,
    which may be none of them.
    """
    table = [cells(row) for row in rows]
    if len(table) < 2 or not all(table):
        return None
    if (related := related_rows(question, rows)) is not None:
        return related
    compared = compared_rows(question, rows)
    if compared:
        question = ONES_OWN.sub("", compared.rest)
    called = rows_of_route(question, rows) or _called(question, table) or [True] * len(table)
    fits = _with_values(question, [row for row, is_called in zip(table, called, strict=True) if is_called])
    rest = iter(fits or [True] * sum(called))
    found = tuple(is_called and next(rest) for is_called in called)
    if compared:
        return tuple(one and other for one, other in zip(found, compared.rows, strict=True))
    return None if all(found) else found


def _called(question: str, table: Sequence[Sequence[Cell]]) -> list[bool]:
    """Which rows a question calls by all that their first cells say, Express passport rather than Passport; or none.

    A number is called with what it counts: class 1.
    """
    asked = words(question)
    bound = set.union(set(), *labels(question).values()).intersection(asked)
    stems, said = set(map(stem, asked)), [words(ASIDE.sub("", row[0].value)) for row in table]
    keys = [
        {word} & bound if (word := " ".join(some)).isdigit() or len(word) == 1 else set(map(stem, some))
        for some in said
    ]
    named = [
        key for key, row in zip(keys, table, strict=True) if key <= stems and (content(row[0].value) or key & bound)
    ]
    most = [key for key in named if key and not any(key < other for other in named)]
    return [key in most for key in keys] if most else []


def _with_values(question: str, table: Sequence[Sequence[Cell]]) -> list[bool] | None:
    """For each of some rows whether it has the values behind its first cell that a question names."""
    side = rows_on_side(question, tuple(BETWEEN.join(cell.text for cell in row) for row in table))
    on_side = [*side.rows] if side else None
    if ONES_OWN.search(question):
        return on_side
    asked, states = set(content(question)), _states(table)
    meant = {cell.label for row in table for cell in row[1:] if is_named(cell, question)}
    found = [set(_values(row, question, asked, states)) for row in table]
    of_meant = {value for some in found for label, value in some if label in meant}
    has: list[set[tuple[str, ...]]] = [
        {value for label, value in some if value not in of_meant or label in meant} for some in found
    ]
    telling = {value for some in has for value in some if not all(value in others for others in has)}
    if telling:
        fits = [telling <= some for some in has]
        return fits if any(fits) else None
    return on_side


def is_named(cell: Cell, question: str) -> bool:
    """Whether a question has the whole name of a cell's column; Sat is Saturday."""
    name = with_days(ASIDE.sub("", cell.label))
    return bool(name) and name <= with_days(question)


def specific_words(question: str) -> set[str]:
    """The stems of a question without the name of what all rows are: which offices."""
    match = WHICH_HAVE.search(question)
    return {*content(question)}.difference(content(match["noun"] or "") if match else ())


def named_cells(question: str, row: str) -> list[Cell]:
    """The cells of a row in the columns that a question names, if it asks for rows ("which", "list")."""
    asks = ASKS_FOR_ROWS.match(question) and not ONES_OWN.search(question)
    return [cell for cell in cells(row)[1:] if is_named(cell, question)] if asks else []


def asks_for_names(question: str, rows: Sequence[str]) -> bool:
    """Whether a question asks what those rows are that have a value: of the supplier Orr, what does Orr supply?"""
    asked = set(content(question))
    for cell in (cell for row in rows for cell in cells(row)[1:]):
        value = set(content(ASIDE.sub("", cell.value)))
        if value and value < asked and asked - value <= like(cell.stems, asked) - cell.stems:
            return True
    return False


def _values(
    row: Sequence[Cell], question: str, asked: set[str], states: dict[str, set[tuple[str, ...]]]
) -> Iterator[_Value]:
    """What a row says behind its first cell that a question names."""
    called = {name for name in names(without_days(question)) if not WEEKDAY.fullmatch(name)}
    for cell in row[1:]:
        stems = tuple(content(ASIDE.sub("", cell.value)))
        for state in states[cell.label]:
            if stems[: len(state)] == state and asked.issuperset(state):
                yield cell.label, state
        for name in called.intersection(words(cell.value)):
            yield "", (name,)


def _states(table: Sequence[Sequence[Cell]]) -> dict[str, set[tuple[str, ...]]]:
    """What the cells of each column say, and what they begin with before they go into detail; no numbers."""
    states: dict[str, set[tuple[str, ...]]] = {}
    for cell in (cell for row in table for cell in row[1:]):
        lead = LEAD.match(cell.value)
        some = [tuple(content(ASIDE.sub("", text))) for text in (cell.value, lead[0] if lead else "")]
        states.setdefault(cell.label, set()).update(
            each for each in some if each and not any(any(map(str.isdigit, part)) for part in each)
        )
    return states
