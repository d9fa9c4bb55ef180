"""Tables that have nothing for what a question asks: its row has no cell in the column that it names, others have.

Readers of files leave empty cells out, so such a row would be told by its other cells. English; no model.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

from ragkit.cells import ASIDE, Cell, cells, is_property, like, properties, with_days
from ragkit.lexical import content


@lru_cache(maxsize=256)
def lack_what_is_asked(question: str, rows: tuple[str, ...]) -> bool:
    """Whether the rows that a question calls by all of their names lack the column that it names, which others have.

    A row that has a word of the question in another column, or a property that is asked for, may answer.
    """
    table = [cells(row) for row in rows]
    asked = with_days(question)
    called = [row for row in table if row and any(map(str.isalpha, name := _name(row))) and name <= asked]
    labels = {cell.label for row in table for cell in row[1:] if cell.label}
    return bool(called) and all(_lacks(row, labels, question, asked) for row in called)


def _lacks(row: Sequence[Cell], labels: set[str], question: str, asked: set[str]) -> bool:
    rest = asked - _name(row)
    missing = [name for label in labels - {cell.label for cell in row} if (name := _stems(label)) and name <= rest]
    others = rest.difference(*missing)
    return bool(missing) and not any(
        like(cell.stems, others) or is_property(cell, properties(question) & others) for cell in row[1:]
    )


def _name(row: Sequence[Cell]) -> set[str]:
    return set(content(ASIDE.sub("", row[0].value)))


def _stems(label: str) -> set[str]:
    return with_days(ASIDE.sub("", label))
