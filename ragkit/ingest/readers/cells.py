"""What sheets and comma-separated files share: where a table begins, and whether its first row names its columns."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from itertools import chain, dropwhile

from ragkit.ingest.readers.build import CELL_JOINT, TextBuilder

Row = tuple[list[str], int]
"""Cells, and the 1-based number of the row or line."""

_FIGURE = re.compile(r"[-+($€£¥]*\d[\d.,:/\s-]*[%)]*(?:[T ]\d\d:\d\d.*)?|true|false|[-–—]", re.IGNORECASE)
_YEAR = re.compile(r"(?:19|20)\d\d")
_MAX_NAME = 80


def write_sheet(builder: TextBuilder, name: str, rows: Iterable[Row]) -> None:
    """Adds a sheet under its name, which stands where the first text does: so no passage has rows without any."""
    filled = dropwhile(lambda row: not any(map(str.strip, row[0])), rows)
    first = next(filled, ([], 1))
    builder.add("heading", [(name, first[1])], level=1)
    write_rows(builder, chain([first], filled))


def write_rows(builder: TextBuilder, rows: Iterable[Row]) -> None:
    """Adds the rows as tables, one for each stretch between empty rows; a lone cell above a table is a paragraph.

    Under a header each row says the names of its columns, so that it can be understood alone.
    """
    stretch: list[Row] = []
    for cells, number in rows:
        cleaned = [" ".join(text.split()).replace(CELL_JOINT, " / ") for text in cells]
        if any(cleaned):
            stretch.append((cleaned, number))
        else:
            _write_stretch(builder, stretch)
            stretch = []
    _write_stretch(builder, stretch)


def _write_stretch(builder: TextBuilder, rows: Sequence[Row]) -> None:
    wide = [sum(map(bool, cells)) > 1 for cells, _ in rows]
    start = wide.index(True) if any(wide) else 0
    for cells, number in rows[:start]:
        builder.add("paragraph", [("".join(cells), number)])
    left = min((next(place for place, text in enumerate(cells) if text) for cells, _ in rows[start:]), default=0)
    body = [(cells[left:], number) for cells, number in rows[start:]]
    builder.table((_trimmed(row) for row in body), header=has_header(body))


def has_header(rows: Sequence[Row]) -> bool:
    """Whether the first of at least two rows names the columns: short texts, all different, no figures but years."""
    if len(rows) < 2:
        return False
    names = [text for text in rows[0][0] if text]
    if len(names) < 2 or len(set(names)) < len(names) or any(len(name) > _MAX_NAME for name in names):
        return False
    figures = [name for name in names if _FIGURE.fullmatch(name)]
    return len(figures) < len(names) and all(map(_YEAR.fullmatch, figures))


def _trimmed(row: Row) -> Row:
    """Without the empty cells at the end."""
    cells = list(row[0])
    while cells and not cells[-1]:
        cells.pop()
    return cells, row[1]
