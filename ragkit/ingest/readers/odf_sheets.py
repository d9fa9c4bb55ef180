"""OpenDocument sheets: each a section under its name, its rows as lines, then what is drawn on it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from lxml import etree

from ragkit.ingest.readers.build import TextBuilder
from ragkit.ingest.readers.drawings import Drawings
from ragkit.ingest.readers.odf_inline import remark_text
from ragkit.ingest.readers.odf_names import CELL, DRAW, REMARK, SHAPES, TABLE, children, numbered_rows
from ragkit.ingest.readers.odf_styles import Styles
from ragkit.ingest.readers.odf_tables import is_unknown, rows_of
from ragkit.ingest.readers.odf_text import Writer
from ragkit.ingest.readers.tables import Note, Stretch, leave_out_formulas, write_sheet


def write_sheets(builder: TextBuilder, styles: Styles, drawings: Drawings, body: etree._Element | None) -> list[str]:
    """Adds the sheets of a book in order; gives their names."""
    sheets = [each for each in children(body, f"{TABLE}table") if each.getparent() is body]
    return [_write_one(builder, styles, drawings, table) for table in sheets]


def _write_one(builder: TextBuilder, styles: Styles, drawings: Drawings, table: etree._Element) -> str:
    """Adds a sheet and what is drawn on it; gives its name."""
    name = " ".join(table.get(f"{TABLE}name", "").split()) or "Sheet"
    wide: dict[int, list[Stretch]] = {}
    drawn = _take_drawn(table)
    write_sheet(builder, name, rows_of(table, wide), wide, list(_remarks(table)))
    leave_out_formulas(builder, name, [f"row {number}" for number in _unknown_rows(table)])
    drawings.heading = "Drawings"
    if any("".join(map(str, each.itertext())).strip() for each, _ in drawn):
        drawings.begin()
    for each, number in drawn:
        Writer(builder, styles, drawings, number).alone(each)
    return name


def _take_drawn(table: etree._Element) -> list[tuple[etree._Element, int]]:
    """What is drawn on a sheet, with its row or 0; it is taken out of the cells that it is anchored to."""
    drawn = [(each, 0) for shapes in table.iterchildren(SHAPES) for each in shapes]
    for row, number, _ in numbered_rows(table):
        for anchor in row.iterchildren(CELL):
            for each in [each for each in anchor if str(each.tag).startswith(DRAW)]:
                anchor.remove(each)
                drawn.append((each, number))
    return drawn


def _remarks(table: etree._Element) -> Iterator[Note]:
    for row, number, _ in numbered_rows(table):
        for each in row.iter(REMARK):
            if text := remark_text(each, f"row {number}"):
                yield number, text


def _unknown_rows(table: etree._Element) -> Iterable[int]:
    """The rows with a formula of which no result is known."""
    cells = ((number, each) for row, number, _ in numbered_rows(table) for each in row.iterchildren(CELL))
    return dict.fromkeys(number for number, each in cells if each.get(f"{TABLE}formula") and is_unknown(each))
