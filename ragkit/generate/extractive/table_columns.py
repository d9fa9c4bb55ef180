"""The columns of a table whose cells can be compared: amounts of one kind, or days, months and years. No model."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cached_property

from ragkit.cells import ASIDE, cells
from ragkit.dates import Period, periods
from ragkit.generate.extractive.bounds import Amount, amounts
from ragkit.units import unit_of

_NO_AMOUNT = re.compile(r"(?:none|n/?a|open|tb[acd]|unknown|[-–—?]*)\.?", re.IGNORECASE)
_PER = re.compile(r" (?:per|an?|each) ")
_ABBREVIATED = 3
"""Letters of a unit that is no word, at most."""


class Columns:
    """The columns of a table, by their names."""

    def __init__(self, rows: Sequence[str]) -> None:
        self.rows = [cells(row) for row in rows]
        self.labels = list(dict.fromkeys(cell.label for row in self.rows for cell in row[1:] if cell.label))

    def texts(self, label: str) -> list[str]:
        """What each row says in a column, asides left out."""
        found = [next((cell.value for cell in row if cell.label == label), "") for row in self.rows]
        return [ASIDE.sub("", each).strip() for each in found]

    @cached_property
    def measured(self) -> dict[str, list[Amount | None]]:
        """The columns of which all cells are amounts of one kind, but for those that say nothing."""
        found = dict[str, list[Amount | None]]()
        for label in self.labels:
            texts = self.texts(label)
            column = [_amount_of(each, unit_in(label)) for each in texts]
            silent = all(amount or _NO_AMOUNT.fullmatch(text) for amount, text in zip(column, texts, strict=True))
            if silent and len({frozenset(each.worth) for each in column if each}) == 1:
                found[label] = column
        return found

    @cached_property
    def dated(self) -> dict[str, list[Period | None]]:
        """The columns most cells of which are days, months or years."""
        columns = {label: [_period_of(each) for each in self.texts(label)] for label in self.labels}
        return {label: column for label, column in columns.items() if 2 * sum(map(bool, column)) > len(column)}


def kinds(column: Sequence[object]) -> frozenset[str]:
    """What the amounts of a column are of, such as time; nothing for bare numbers and for what is no amount."""
    return frozenset[str]().union(*(each.worth for each in column if isinstance(each, Amount)))


def _amount_of(text: str, unit: str) -> Amount | None:
    """The amount that all of a cell is, of the unit of its column where it says none itself."""
    own = _whole(text)
    return _whole(f"{text} {unit}") if own and unit and not own.worth else own


def _whole(text: str) -> Amount | None:
    """The amount that a text is, behind a sign by which its number opens no line."""
    said = f"= {text}"
    found = amounts(said)
    is_whole = len(found) == 1 and (found[0].start, found[0].end) == (2, len(said)) and found[0].or_more is None
    return found[0] if is_whole else None


def unit_in(label: str) -> str:
    """The unit that the name of a column has in brackets or at its end: "Payload (kg)", not "40 ft"."""
    aside = re.search(r"\(([^()]*)\)\s*$", label)
    said = (aside[1] if aside else _PER.split(label)[0]).split()
    last = said[-1] if said and not (said[:-1] and said[-2].isdigit()) else ""
    return last if unit_of(last) and (aside or last.endswith("s") or len(last) <= _ABBREVIATED) else ""


def _period_of(text: str) -> Period | None:
    """The time that all of a cell is, but for the day of the week."""
    found = periods(text)
    rest = text[: found[0].start] + text[found[0].end :] if len(found) == 1 else "-"
    return found[0] if re.fullmatch(r"\s*(?:\w+day,?)?\s*", rest) else None
