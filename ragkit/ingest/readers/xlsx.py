"""XLSX: each sheet a section under its name, its rows as lines that say the names of their columns."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from lxml import etree

from ragkit.ingest.readers.build import TextBuilder, cell, name_of, remark
from ragkit.ingest.readers.cells import Reaching, Row, Stretch, said_again, write_sheet
from ragkit.ingest.readers.ooxml import REL_ID, Package
from ragkit.ingest.readers.xlsx_formats import plain_text
from ragkit.ingest.readers.xlsx_values import Style, style_of
from ragkit.types import Document, Source

Merge = tuple[int, int, int, int]
"""First and last row, first and last column."""

_MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ$"
_MAX_COLUMNS = 16_384
# The tab and the line ends that XML would not keep, and the underscore that makes a text look like one of them.
_ESCAPE = re.compile("_x(0009|000[AD]|005F)_", re.IGNORECASE)
_CELL, _VALUE, _FORMULA, _TEXT, _INLINE, _PHONETIC = (f"{_MAIN}{name}" for name in ("c", "v", "f", "t", "is", "rPh"))


class XlsxReader:
    """The `ragkit.protocols.Reader` of XLSX."""

    def read(self, source: Source, data: bytes) -> Document:
        """Sheets in order, hidden ones too; the line marks are the rows of each sheet. Formulas show their results."""
        package = Package(source.uri, data)
        book = _Book(package)
        builder = TextBuilder()
        names: list[str] = []
        for name, part in book.sheets():
            names.append(name)
            merged = book.merged(part)
            wide: defaultdict[int, list[Stretch]] = defaultdict(list)
            for top, _, left, right in merged:
                if left < right:
                    wide[top].append((left, right))
            write_sheet(builder, name, book.rows(part, merged), wide)
            for text, row in book.comments(part):
                builder.add("paragraph", [(text, row)])
        metadata = package.properties()
        title = str(metadata.get("title", "")) or name_of(source)
        return builder.document(source, title=title, metadata={**metadata, "sheets": ", ".join(names)})


@dataclass(slots=True)
class _Book:
    """A workbook with what its sheets share."""

    package: Package
    main: str
    strings: list[str]
    styles: list[Style]

    def __init__(self, package: Package) -> None:
        self.package = package
        self.main = package.main("officeDocument")
        strings = package.related(self.main, "sharedStrings")
        self.strings = [_text(each) for each in package.elements(strings, f"{_MAIN}si")] if strings else []
        about = package.root(self.main).find(f"{_MAIN}workbookPr")
        from_1904 = about is not None and about.get("date1904") in {"1", "true"}
        styles = package.related(self.main, "styles")
        self.styles = _styles(package.root(styles), from_1904=from_1904) if styles else []

    def sheets(self) -> Iterator[tuple[str, str]]:
        """Name and part of each sheet of cells; a sheet that is a chart has none."""
        parts = {each.id: each.target for each in self.package.relations(self.main) if each.kind == "worksheet"}
        for sheet in self.package.root(self.main).iter(f"{_MAIN}sheet"):
            part = parts.get(sheet.get(REL_ID, ""), "")
            if part:
                yield " ".join(sheet.get("name", "").split()) or part, part

    def rows(self, part: str, merged: Sequence[Merge]) -> Iterator[Row]:
        """The rows of a sheet with their numbers; an empty row stands for any number of them."""
        down = [(top, bottom, left) for top, bottom, left, _ in merged if top < bottom]
        return said_again(self._rows(part, sorted(down, reverse=True)))

    def merged(self, part: str) -> list[Merge]:
        """The cells that reach over others."""
        found: list[Merge] = []
        if b"mergeCell" in self.package.data(part):
            for each in self.package.elements(part, f"{_MAIN}row", f"{_MAIN}mergeCell"):
                first, _, last = each.get("ref", "").partition(":")
                top, bottom = (_number(place.lstrip(_LETTERS), 0) for place in (first, last))
                if 0 < top <= bottom:
                    found.append((top, bottom, _column(first), _column(last)))
        return found

    def _rows(self, part: str, down: list[tuple[int, int, int]]) -> Iterator[tuple[Reaching, int]]:
        last = 0
        reach: dict[int, int] = {}  # the last row that the cell in a column spans
        for row in self.package.elements(part, f"{_MAIN}row"):
            number = _number(row.get("r"), last + 1)
            if number != last + 1:
                yield [], last + 1
            last = number
            cells: list[str | None] = []
            for each in row.iter(_CELL):
                column = min(_column(each.get("r", "")) or len(cells), _MAX_COLUMNS)
                cells += [""] * (column - len(cells))
                cells[column:] = [self._shown(each)]
            reach = {column: end for column, end in reach.items() if end >= number}
            cells += [""] * (max(reach, default=-1) + 1 - len(cells))
            for column in reach:
                cells[column] = None
            while down and down[-1][0] <= number:
                _, end, column = down.pop()
                reach[column] = end
            yield cells, number

    def comments(self, part: str) -> Iterator[tuple[str, int]]:
        """The comments on the cells of a sheet, with their rows; of a thread every one."""
        threads = self.package.related(part, "threadedComment")
        found = threads or self.package.related(part, "comments")
        root = self.package.root(found) if found else None
        authors = [each.text for each in root.iter(f"{_MAIN}author")] if root is not None else []
        for each in root.iter("{*}comment", "{*}threadedComment") if root is not None else ():
            place, author = each.get("ref", ""), _number(each.get("authorId"), -1)
            text = cell([(each.findtext("{*}text", "") if threads else _text(each), 0)])
            by = authors[author] if 0 <= author < len(authors) else None
            yield remark(by, text, place), _number(place.lstrip(_LETTERS), 1)

    def _shown(self, element: etree._Element) -> str:
        value = element.findtext(_VALUE, "").strip()
        formula = element.findtext(_FORMULA, "")
        if formula and not value and element.get("t") != "str":
            # A program that writes no results leaves the formula as all there is.
            return f"={formula}"
        match element.get("t", "n"):
            case "s":
                place = _number(value, -1)
                return self.strings[place] if 0 <= place < len(self.strings) else ""
            case "inlineStr":
                inline = element.find(_INLINE)
                return _text(inline) if inline is not None else ""
            case "b":
                return "TRUE" if value == "1" else "FALSE"
            case "n":
                style = _number(element.get("s"), 0)
                return (self.styles[style] if 0 <= style < len(self.styles) else plain_text)(value)
            case _:
                return value


def _styles(root: etree._Element, *, from_1904: bool) -> list[Style]:
    """How the numbers of each cell format are shown."""
    codes = {each.get("numFmtId", ""): each.get("formatCode", "") for each in root.iter(f"{_MAIN}numFmt")}
    formats = root.find(f"{_MAIN}cellXfs")
    ids = [each.get("numFmtId", "0") for each in formats] if formats is not None else []
    known = {number: style_of(number, codes.get(number, ""), from_1904=from_1904) for number in set(ids)}
    return [known[number] for number in ids]


def _text(element: etree._Element) -> str:
    """The text of a rich string without the phonetic readings that East Asian text may carry."""
    skipped = {text for phonetic in element.iter(_PHONETIC) for text in phonetic.iter(_TEXT)}
    text = "".join(each.text or "" for each in element.iter(_TEXT) if each not in skipped)
    return _ESCAPE.sub(lambda match: chr(int(match[1], 16)), text)


def _column(reference: str) -> int:
    """The 0-based column of a reference such as ``BC12``; 0 for none."""
    column = 0
    for letter in reference[:4].upper():
        if not "A" <= letter <= "Z":
            break
        column = column * 26 + ord(letter) - 64
    return max(0, column - 1)


def _number(text: str | None, default: int) -> int:
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 9 else default
