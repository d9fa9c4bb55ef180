"""OpenDocument sheets: each a section under its name, its rows as lines, then what is drawn on it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from lxml import etree

from ragkit.ingest.readers.book_titles import title_of
from ragkit.ingest.readers.build import TextBuilder
from ragkit.ingest.readers.drawings import Drawings
from ragkit.ingest.readers.odf_inline import remark_text
from ragkit.ingest.readers.odf_names import CELL, DRAW, REMARK, SHAPES, TABLE, children, numbered_rows
from ragkit.ingest.readers.odf_styles import Styles
from ragkit.ingest.readers.odf_tables import is_unknown, rows_of
from ragkit.ingest.readers.odf_text import Writer
from ragkit.ingest.readers.tables import Note, Stretch, leave_out_formulas, write_sheet


def write_sheets(
    builder: TextBuilder, styles: Styles, drawings: Drawings, body: etree._Element | None
) -> tuple[str, list[str]]:
    """Adds the sheets of a book in order; gives the title that a row says, or an empty one, and their names."""
    tables = [each for each in children(body, f"{TABLE}table") if each.getparent() is body]
    drawn = [_take_drawn(table) for table in tables]
    names = [" ".join(table.get(f"{TABLE}name", "").split()) or "Sheet" for table in tables]
    title = title_of((name, rows_of(table, {})) for name, table in zip(names, tables, strict=True))
    for name, table, shapes in zip(names, tables, drawn, strict=True):
        wide: dict[int, list[Stretch]] = {}
        write_sheet(builder, name, rows_of(table, wide), wide, list(_remarks(table)), title=title)
        _write_beside(builder, styles, drawings, name, table, shapes)
    return title, names


def _write_beside(
    builder: TextBuilder,
    styles: Styles,
    drawings: Drawings,
    name: str,
    table: etree._Element,
    drawn: Sequence[tuple[etree._Element, int]],
) -> None:
    """Notes the formulas of a sheet without results, and adds what is ``drawn`` on it."""
    leave_out_formulas(builder, name, [f"row {number}" for number in _unknown_rows(table)])
    drawings.heading = "Drawings"
    if any("".join(map(str, each.itertext())).strip() for each, _ in drawn):
        drawings.begin()
    for each, number in drawn:
        Writer(builder, styles, drawings, number).alone(each)


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
