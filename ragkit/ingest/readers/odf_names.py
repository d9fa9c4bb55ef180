"""What OpenDocument files of all kinds share: names of elements, and the rows of tables."""

from __future__ import annotations

from collections.abc import Iterator

from lxml import etree

from ragkit.ingest.readers.whole_numbers import whole_number

_NS = "{urn:oasis:names:tc:opendocument:xmlns:%s:1.0}"
TEXT, TABLE, OFFICE, STYLE, DRAW, META, SHOW, CHART, _SVG = (
    _NS % name for name in "text table office style drawing meta presentation chart svg-compatible".split()
)
DUBLIN = "{http://purl.org/dc/elements/1.1/}"
ROW, CELL, COVERED = f"{TABLE}table-row", f"{TABLE}table-cell", f"{TABLE}covered-table-cell"
PARAGRAPH = f"{TEXT}p"
PARAGRAPHS = frozenset({PARAGRAPH, f"{TEXT}h"})
NOTE, REMARK = f"{TEXT}note", f"{OFFICE}annotation"
OBJECT, IMAGE = f"{DRAW}object", f"{DRAW}image"
SHAPES = f"{TABLE}shapes"
# What is made from the rest of the document, or is no part of it.
SKIPPED = frozenset(
    {
        f"{TEXT}{name}"
        for name in ("tracked-changes", "table-of-content", "sequence-decls", "note", "alphabetical-index")
    }
    | {f"{TEXT}{name}" for name in ("illustration-index", "table-index", "object-index", "user-index")}
    | {f"{OFFICE}{name}" for name in ("annotation", "forms", "event-listeners")}
    | {f"{SHOW}notes", SHAPES}
)
# What is said of a drawing for those who do not see it.
ABOUT = frozenset(f"{_SVG}{name}" for name in ("title", "desc"))
# What stands in a paragraph and has paragraphs of its own.
BOXES = tuple(
    f"{DRAW}{name}"
    for name in ("text-box", "custom-shape", "rect", "circle", "ellipse", "polygon", "path", "caption", "object")
)
MAX_REPEATS = 1_000
MAX_LEVELS = 10


def children(element: etree._Element | None, tag: str) -> Iterator[etree._Element]:
    """All below ``element`` that are a ``tag``."""
    return element.iter(tag) if element is not None else iter(())


def numbered_rows(table: etree._Element) -> Iterator[tuple[etree._Element, int, int]]:
    """The rows, each with its number and how often it stands there; not those of tables in cells."""
    number = 1
    for row in table.iter(ROW):
        if next(row.iterancestors(f"{TABLE}table")) is table:
            repeats = whole_number(row.get(f"{TABLE}number-rows-repeated"), 1)
            yield row, number, repeats
            number += repeats
