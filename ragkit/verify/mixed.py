"""Where a claim takes its cells from different rows of a table.

"Green lamp: no connection" is not what "red | no connection" and "green | connected" say below each other, although
every word stands there. English; no model.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence

from ragkit.cells import BETWEEN, LABEL
from ragkit.lexical import NEGATIONS, STOP, leaves_out, numbers, words
from ragkit.sentences import sentence_spans
from ragkit.verify.entries import Entry, Group, meaning

Row = Mapping[str, str]
"""The cells of a row in lower case, by the names of their columns; the first cell's is empty."""

_SAYS_LITTLE = frozenset("all any available each included n/a none on off other various yes".split())


def mixed(claim: str, found: Sequence[Group]) -> frozenset[str]:
    """The words of a cell that the claim has beside cells of another row, though no row has all of them.

    Only where the claim has one cell of each column that it speaks of: one that compares rows has more. Of several
    sentences each may be about a row. Numbers are for `ragkit.verify.mispaired`.
    """
    plain = " ".join(words(claim)) if len(sentence_spans(claim)) == 1 else ""
    return frozenset().union(*(_strange(plain, _rows(group.entries), group.outside) for group in found))


def _rows(entries: Sequence[Entry]) -> list[Row]:
    return [_row(entry) for entry in entries if entry.row]


def _row(entry: Entry) -> Row:
    cells = {"": entry.name}
    for place, text in enumerate(entry.said.split(BETWEEN)):
        label = LABEL.match(text)
        cells[label["label"] if label else str(place)] = text[label.end() :] if label else text
    return {column: " ".join(words(cell)) for column, cell in cells.items()}


def _strange(claim: str, rows: Sequence[Row], outside: frozenset[str]) -> frozenset[str]:
    """The words of a cell that `mixed` finds in a claim, given as its words, beside those of other ``rows``."""
    claimed = _claimed(claim, rows)
    rest = claim
    for cell in claimed.values():
        rest = rest.replace(cell, "")
    elsewhere = frozenset[str]().union(*map(meaning, claimed.values())) <= outside
    if len(claimed) < 2 or elsewhere or leaves_out(rest.split()) or any(_has(row, claimed) for row in rows):
        return frozenset()
    for row in rows:
        for column, cell in claimed.items():
            others = {other: said for other, said in claimed.items() if other != column}
            if row.get(column) and _has(row, others):
                return meaning(cell)
    return frozenset()


def _claimed(claim: str, rows: Sequence[Row]) -> Row:
    """The cells that the claim has, by their columns; nothing where it has two of a column, or one may be of two."""
    columns = list(dict.fromkeys(column for row in rows for column in row))
    said = {column: _said(claim, [row[column] for row in rows if column in row]) for column in columns}
    places = Counter(cell for found in said.values() for cell in found)
    if any(len(found) > 1 for found in said.values()):
        return {}
    return {column: cell for column, found in said.items() for cell in found if places[cell] == 1}


def _has(row: Row, claimed: Row) -> bool:
    """Whether a row has all these cells, be they parts of its own."""
    return all(_stands(cell, row.get(column, "")) for column, cell in claimed.items())


def _said(claim: str, cells: Sequence[str]) -> set[str]:
    """The cells that the claim has word for word, without those that are part of another one."""
    found = {cell for cell in cells if _tells(cell) and _stands(cell, claim)}
    return {cell for cell in found if not any(cell != other and cell in other for other in found)}


def _stands(cell: str, text: str) -> bool:
    """Whether a text has all words of a cell, one behind the other."""
    return cell in text and re.search(rf"(?<!\w){re.escape(cell)}(?!\w)", text) is not None


def _tells(cell: str) -> bool:
    """Whether a cell says something in words."""
    return not set(cell.split()) <= STOP | NEGATIONS | _SAYS_LITTLE and not numbers(cell)
