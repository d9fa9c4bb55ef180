"""Tables of OpenDocument files: their rows with the numbers that these have, and those of a table in a text."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

from lxml import etree

from ragkit.ingest.readers.column_names import has_header
from ragkit.ingest.readers.odf_inline import joined
from ragkit.ingest.readers.odf_names import CELL, COVERED, MAX_REPEATS, OFFICE, ROW, TABLE, numbered_rows
from ragkit.ingest.readers.tables import (
    MAX_HEADS,
    Reaching,
    Row,
    Stretch,
    joined_header,
    number_of,
    said_again,
    spread,
    spread_values,
    under_groups,
)
from ragkit.ingest.readers.whole_numbers import whole_number


def text_table(table: etree._Element) -> tuple[list[Row], bool]:
    """The rows of a table in a text, empty ones left out, and whether the first is its header."""
    wide: dict[int, list[Stretch]] = {}
    heads = len(list(islice(table.iterfind(f"{TABLE}table-header-rows/{ROW}"), MAX_HEADS)))
    found = list(rows_of(table, wide))
    if heads > 1:
        found[:heads] = [spread(row, wide.get(number, ())) for number, row in enumerate(found[:heads], start=1)]
        found = joined_header(found, heads)
    else:
        found = under_groups(found, wide.get(1, ()))
    found = list(filter(any, found))
    header = heads > 0 or has_header(found)
    if header:
        found = spread_values(found, [wide.get(number_of(row), ()) for row in found])
    return found, header


def rows_of(table: etree._Element, wide: dict[int, list[Stretch]]) -> Iterator[Row]:
    """The rows with their numbers; an empty row stands for any number of them.

    The cells that reach over several columns are added to ``wide`` before their row is given.
    """
    return said_again(_reaching_rows(table, wide))


def _reaching_rows(table: etree._Element, wide: dict[int, list[Stretch]]) -> Iterator[tuple[Reaching, int]]:
    reach: dict[int, int] = {}  # the last row that the cell in a column spans
    broad: dict[int, int] = {}  # the last column that it spans
    for row, number, repeats in numbered_rows(table):
        cells: list[str | None] = []
        for each in row.iterchildren(CELL, COVERED):
            columns = min(whole_number(each.get(f"{TABLE}number-columns-repeated"), 1), MAX_REPEATS)
            if each.tag == COVERED:
                cells += [None if reach.get(at, 0) >= number else "" for at in range(len(cells), len(cells) + columns)]
            else:
                reach[len(cells)] = number + whole_number(each.get(f"{TABLE}number-rows-spanned"), 1) - 1
                over = whole_number(each.get(f"{TABLE}number-columns-spanned"), 1)
                broad[len(cells)] = len(cells) + over - 1
                cells += [cell_text(each)] * columns
        while cells and cells[-1] == "":
            cells.pop()
        broad = {at: last for at, last in broad.items() if last > at and reach[at] >= number}
        for place in range(min(repeats, MAX_REPEATS) if any(cells) else 1):
            wide[number + place] = list(broad.items())
            yield cells, number + place


def cell_text(element: etree._Element) -> str:
    """What the cell shows, or its value where a program wrote that alone."""
    return joined(element) or element.get(f"{OFFICE}value", "") or element.get(f"{OFFICE}string-value", "")


def is_unknown(element: etree._Element) -> bool:
    """Whether a cell has no result of its formula: one that is an empty text has its type."""
    return element.get(f"{OFFICE}value-type") is None and not cell_text(element)
