"""XLSX: each sheet a section under its name, its rows as lines that say the names of their columns."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from lxml import etree

from ragkit.errors import SourceError
from ragkit.ingest.readers.book_titles import title_of
from ragkit.ingest.readers.build import HARD_BREAK, TextBuilder, cell, name_of, remark
from ragkit.ingest.readers.drawings import Drawings, alt_text
from ragkit.ingest.readers.ooxml import REL_ID, Package
from ragkit.ingest.readers.tables import Note, Reaching, Row, Stretch, leave_out_formulas, said_again, write_sheet
from ragkit.ingest.readers.whole_numbers import whole_number
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
_RUN = f"{_MAIN}r"
_ANCHOR = "{http://schemas.openxmlformats.org/drawingml/2006/spreadsheetDrawing}"
_DRAWING = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
_MARGINS = tuple(f"{_MAIN}{page}{kind}" for page in ("odd", "even", "first") for kind in ("Header", "Footer"))
# Where the left, the middle and the right part of a header begin, fonts, and what each page has of its own.
_MARGIN_CODE = re.compile(r'&(?:"[^"]*"|K(?:[0-9A-F]{6}|\d\d[+-]\d{3})|\d+|.)', re.IGNORECASE)
_CELL, _VALUE, _FORMULA, _TEXT, _INLINE, _PHONETIC = (f"{_MAIN}{name}" for name in ("c", "v", "f", "t", "is", "rPh"))


class XlsxReader:
    """The `ragkit.protocols.Reader` of XLSX."""

    def read(self, source: Source, data: bytes) -> Document:
        """Sheets in order, hidden ones and charts too; the line marks are the rows of each sheet.

        They stand below the title of the book, where a row says that. Formulas show their results; those without any
        are noted as not read. What is drawn on a sheet follows its rows, under a heading of its own.
        """
        package = Package(source.uri, data)
        book = _Book(package)
        builder = TextBuilder()
        drawings = Drawings(builder, package, source.uri, figures=False)
        names: list[str] = []
        margins: dict[str, None] = {}
        said = title_of((name, book.rows(part, [], {})) for name, part, _ in book.sheets())
        book.unknown.clear()
        for name, part, kind in book.sheets():
            names.append(name)
            around = book.around(part)
            wide: dict[int, list[Stretch]] = {}
            new = [text for text in around.margins if text not in margins]
            margins.update(dict.fromkeys(new))
            rows = book.rows(part, around.merged, wide)
            write_sheet(builder, name, rows, wide, book.comments(part), new, title=said)
            leave_out_formulas(builder, name, book.unknown)
            book.unknown.clear()
            drawings.heading = "" if kind == "chartsheet" else "Drawings"
            _write_drawn(drawings, package, part, around.objects)
        metadata = package.properties()
        title = said or str(metadata.get("title", "")) or name_of(source)
        return builder.document(source, title=title, metadata={**metadata, "sheets": ", ".join(names)})


def _write_drawn(drawings: Drawings, package: Package, part: str, objects: Sequence[str]) -> None:
    """The texts, charts and pictures on a sheet by their anchors, then the files that are embedded in it."""
    place = package.related(part, "drawing")
    try:
        anchors = list(package.root(place)) if place else []
    except SourceError as error:
        anchors = []
        drawings.leave_out(posixpath.basename(place), error)
    for anchor in anchors:
        row = whole_number(anchor.findtext(f"{_ANCHOR}from/{_ANCHOR}row")) + 1
        for each in anchor.iter(f"{_ANCHOR}cNvPr"):
            drawings.say(alt_text(each), row)
        for paragraph in anchor.iter(f"{_DRAWING}p"):
            drawings.say(cell([(text.text or "", row) for text in paragraph.iter(f"{_DRAWING}t")]), row)
        drawings.write(place, anchor, row)
    targets = {each.id: each.target for each in package.relations(part)}
    for identity in objects:
        drawings.write_file(targets.get(identity, ""), 0)


class _Around(NamedTuple):
    """What a sheet has beside its rows; ``objects`` are the ids of embedded files."""

    merged: list[Merge]
    margins: list[str]
    objects: list[str]


@dataclass(slots=True)
class _Book:
    """A workbook with what its sheets share; ``unknown`` are the cells whose formulas had no results so far."""

    package: Package
    main: str
    strings: list[_Said]
    styles: list[Style]
    struck: list[bool]
    unknown: list[str]

    def __init__(self, package: Package) -> None:
        self.package = package
        self.main = package.main("officeDocument")
        strings = package.related(self.main, "sharedStrings")
        self.strings = [_said(each) for each in package.elements(strings, f"{_MAIN}si")] if strings else []
        about = package.root(self.main).find(f"{_MAIN}workbookPr")
        from_1904 = about is not None and about.get("date1904") in {"1", "true"}
        styles = package.related(self.main, "styles")
        about_styles = package.root(styles) if styles else None
        self.styles = _styles(about_styles, from_1904=from_1904) if about_styles is not None else []
        self.struck = _struck(about_styles) if about_styles is not None else []
        self.unknown = []

    def sheets(self) -> Iterator[tuple[str, str, str]]:
        """Name, part and kind of each sheet."""
        parts = {each.id: each for each in self.package.relations(self.main) if self.package.has(each.target)}
        for sheet in self.package.root(self.main).iter(f"{_MAIN}sheet"):
            part = parts.get(sheet.get(REL_ID, ""))
            if part:
                yield " ".join(sheet.get("name", "").split()) or part.target, part.target, part.kind

    def rows(self, part: str, merged: Sequence[Merge], wide: dict[int, list[Stretch]]) -> Iterator[Row]:
        """The rows of a sheet with their numbers; an empty row stands for any number of them.

        The cells that reach over several columns are added to ``wide`` before their row is given.
        """
        return said_again(self._rows(part, sorted(merged, reverse=True), wide))

    def around(self, part: str) -> _Around:
        """The cells that reach over others, the headers and footers of the pages, and the embedded files."""
        found = _Around([], [], [])
        data = self.package.data(part)
        if not any(name in data for name in (b"mergeCell", b"headerFooter", b"oleObject")):
            return found
        for each in self.package.elements(part, f"{_MAIN}row", f"{_MAIN}mergeCell", *_MARGINS, f"{_MAIN}oleObject"):
            if each.tag in _MARGINS:
                parts = _MARGIN_CODE.sub(_margin_text, each.text or "").split(HARD_BREAK)
                found.margins.extend(" ".join(part.split()) for part in parts)
            elif each.tag == f"{_MAIN}oleObject":
                found.objects.append(each.get(REL_ID, ""))
            elif each.tag == f"{_MAIN}mergeCell":
                first, _, last = each.get("ref", "").partition(":")
                top, bottom = (whole_number(place.lstrip(_LETTERS)) for place in (first, last))
                if 0 < top <= bottom:
                    found.merged.append((top, bottom, _column(first), _column(last)))
        return found

    def _rows(self, part: str, merged: list[Merge], wide: dict[int, list[Stretch]]) -> Iterator[tuple[Reaching, int]]:
        last = 0
        reach: dict[int, Stretch] = {}  # the last row and the last column that the cell in a column spans
        for row in self.package.elements(part, f"{_MAIN}row"):
            number = whole_number(row.get("r"), last + 1)
            if number != last + 1:
                yield [], last + 1
            last = number
            cells: list[str | None] = []
            for each in row.iter(_CELL):
                column = min(_column(each.get("r", "")) or len(cells), _MAX_COLUMNS)
                cells += [""] * (column - len(cells))
                cells[column:] = [self._shown(each)]
            reach = {column: (end, right) for column, (end, right) in reach.items() if end >= number}
            cells += [""] * (max(reach, default=-1) + 1 - len(cells))
            for column in reach:
                cells[column] = None
            while merged and merged[-1][0] <= number:
                _, end, column, right = merged.pop()
                if end >= number:
                    reach[column] = end, right
            stretches = [(column, right) for column, (_, right) in reach.items() if column < right]
            if stretches:
                wide[number] = stretches
            yield cells, number

    def comments(self, part: str) -> Iterator[Note]:
        """The comments on the cells of a sheet; of a thread every one."""
        threads = self.package.related(part, "threadedComment")
        found = threads or self.package.related(part, "comments")
        root = self.package.root(found) if found else None
        authors = [each.text for each in root.iter(f"{_MAIN}author")] if root is not None else []
        for each in root.iter("{*}comment", "{*}threadedComment") if root is not None else ():
            place, author = each.get("ref", ""), whole_number(each.get("authorId"), -1)
            text = cell([(each.findtext("{*}text", "") if threads else _text(each), 0)])
            by = authors[author] if 0 <= author < len(authors) else None
            if text:
                yield whole_number(place.lstrip(_LETTERS), 1), remark(by, text, place)

    def _shown(self, element: etree._Element) -> str:
        value = element.findtext(_VALUE, "").strip()
        style = whole_number(element.get("s"))
        is_struck = 0 <= style < len(self.struck) and self.struck[style]
        match element.get("t", "n"):
            case "s":
                place = whole_number(value, -1)
                return self.strings[place][is_struck] if 0 <= place < len(self.strings) else ""
            case "inlineStr":
                inline = element.find(_INLINE)
                return _said(inline)[is_struck] if inline is not None else ""
            case kind:
                return "" if is_struck else self._value(element, value, kind, style)

    def _value(self, element: etree._Element, value: str, kind: str, style: int) -> str:
        """What a cell shows that has no string."""
        if not value and kind != "str" and element.find(_FORMULA) is not None:
            self.unknown.append(element.get("r", "?"))
            return ""
        if kind == "b":
            return "TRUE" if value == "1" else "FALSE"
        if kind == "n":
            return (self.styles[style] if 0 <= style < len(self.styles) else plain_text)(value)
        return value


def _styles(root: etree._Element, *, from_1904: bool) -> list[Style]:
    """How the numbers of each cell format are shown."""
    codes = {each.get("numFmtId", ""): each.get("formatCode", "") for each in root.iter(f"{_MAIN}numFmt")}
    formats = root.find(f"{_MAIN}cellXfs")
    ids = [each.get("numFmtId", "0") for each in formats] if formats is not None else []
    known = {number: style_of(number, codes.get(number, ""), from_1904=from_1904) for number in set(ids)}
    return [known[number] for number in ids]


def _struck(root: etree._Element) -> list[bool]:
    """Of each cell format whether its font strikes out, so that what it shows does not hold."""
    fonts = root.find(f"{_MAIN}fonts")
    strikes = {str(at): _strikes(each) for at, each in enumerate(fonts)} if fonts is not None else {}
    formats = root.find(f"{_MAIN}cellXfs")
    return [strikes.get(each.get("fontId", "0"), False) for each in formats] if formats is not None else []


def _strikes(font: etree._Element) -> bool:
    return any(each.get("val") not in {"0", "false"} for each in font.iterchildren(f"{_MAIN}strike"))


_Said = tuple[str, str]
"""The text of a string, and what is left of it in a cell that strikes out what has no font of its own."""


def _said(element: etree._Element) -> _Said:
    runs = list(element.iterchildren(_RUN))
    fonts = [each.find(f"{_MAIN}rPr") for each in runs]
    if not any(font is not None for font in fonts):
        return _text(element), ""
    kept = [
        (_text(each), font is None)
        for each, font in zip(runs, fonts, strict=True)
        if font is None or not _strikes(font)
    ]
    return "".join(text for text, _ in kept), "".join(text for text, is_plain in kept if not is_plain)


def _text(element: etree._Element) -> str:
    """The text of a rich string without the phonetic readings that East Asian text may carry."""
    skipped = {text for phonetic in element.iter(_PHONETIC) for text in phonetic.iter(_TEXT)}
    text = "".join(each.text or "" for each in element.iter(_TEXT) if each not in skipped)
    return _ESCAPE.sub(lambda match: chr(int(match[1], 16)), text)


def _margin_text(code: re.Match[str]) -> str:
    return "&" if code[0] == "&&" else HARD_BREAK if code[0].upper() in {"&L", "&C", "&R"} else ""


def _column(reference: str) -> int:
    """The 0-based column of a reference such as ``BC12``; 0 for none."""
    column = 0
    for letter in reference[:4].upper():
        if not "A" <= letter <= "Z":
            break
        column = column * 26 + ord(letter) - 64
    return max(0, column - 1)
