"""OpenDocument: text (ODT) with headings, lists, tables and notes; sheets (ODS) by rows; slides (ODP) by pages.

Tracked changes are read as if they had been accepted; what is struck out is left out. Headers and footers of a text
come first, each once; a comment follows the paragraph, the table or the slide that it was made on.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Literal

from lxml import etree

from ragkit.errors import SourceError
from ragkit.ingest.readers.build import HARD_BREAK, Run, TextBuilder, cell, flow, name_of, note_mark, remark
from ragkit.ingest.readers.column_names import has_header
from ragkit.ingest.readers.drawings import Drawings
from ragkit.ingest.readers.furniture import write_furniture
from ragkit.ingest.readers.list_numbers import count_text
from ragkit.ingest.readers.odf_objects import OBJECT, part_of, take_in_objects
from ragkit.ingest.readers.odf_styles import (
    CELL,
    COVERED,
    MAX_LEVELS,
    MAX_REPEATS,
    NS,
    OFFICE,
    REMARK,
    ROW,
    STYLE,
    TABLE,
    TEXT,
    Styles,
    children,
    numbered_rows,
    whole_number,
)
from ragkit.ingest.readers.ooxml import Package
from ragkit.ingest.readers.tables import (
    MAX_HEADS,
    Note,
    Reaching,
    Row,
    Stretch,
    joined_header,
    leave_out_formulas,
    number_of,
    said_again,
    spread,
    spread_values,
    under_groups,
    write_sheet,
)
from ragkit.types import Document, Metadata, Source

_DRAW, _META, _SHOW = (NS % name for name in ("drawing", "meta", "presentation"))
_DUBLIN = "{http://purl.org/dc/elements/1.1/}"
_PROPERTIES = {
    f"{_DUBLIN}title": "title",
    f"{_DUBLIN}creator": "author",
    f"{_META}initial-creator": "author",
    f"{_DUBLIN}subject": "subject",
    f"{_META}keyword": "keywords",
    f"{_META}creation-date": "created",
    f"{_DUBLIN}date": "modified",
    f"{_DUBLIN}language": "language",
}
_IMAGE, _SHAPES = f"{_DRAW}image", f"{TABLE}shapes"
_PARAGRAPHS = frozenset({f"{TEXT}p", f"{TEXT}h"})
# What is made from the rest of the document, or is no part of it.
_SKIPPED = frozenset(
    {
        f"{TEXT}{name}"
        for name in ("tracked-changes", "table-of-content", "sequence-decls", "note", "alphabetical-index")
    }
    | {f"{TEXT}{name}" for name in ("illustration-index", "table-index", "object-index", "user-index")}
    | {f"{OFFICE}{name}" for name in ("annotation", "forms", "event-listeners")}
    | {f"{_SHOW}notes", _SHAPES}
)
_NOTE = f"{TEXT}note"
# What is said of a drawing for those who do not see it.
_ABOUT = frozenset(f"{NS % 'svg-compatible'}{name}" for name in ("title", "desc"))
# What stands in a paragraph and has paragraphs of its own.
_BOXES = tuple(
    f"{_DRAW}{name}"
    for name in ("text-box", "custom-shape", "rect", "circle", "ellipse", "polygon", "path", "caption", "object")
)
_MARGINS = tuple(f"{STYLE}{kind}{which}" for kind in ("header", "footer") for which in ("", "-first", "-left"))
_MARKS: dict[str, Literal["lines", "pages"]] = {"spreadsheet": "lines", "presentation": "pages"}
# Of a slide's notes: the number, the date, the header and the footer of the page.
_FURNITURE = frozenset({"page", "page-number", "date-time", "header", "footer"})


class OdfReader:
    """The `ragkit.protocols.Reader` of ODT, ODS and ODP."""

    def read(self, source: Source, data: bytes) -> Document:
        """Headers and footers, blocks in order, notes last; line marks are rows of sheets, page marks slides."""
        package = Package(source.uri, data)
        if package.has("META-INF/manifest.xml") and b"encryption-data" in package.data("META-INF/manifest.xml"):
            raise SourceError(f"{source.uri} is encrypted with a password.", "Save a copy without a password.")
        if not package.has("content.xml"):
            raise SourceError(f"{source.uri} holds no document.", "Check its name: it may be of another format.")
        metadata: Metadata = dict(_properties(package))
        body = next(package.root("content.xml").iter(f"{OFFICE}body"), None)
        kind = next(iter(body), None) if body is not None else None
        title = str(metadata.get("title", ""))
        name = etree.QName(kind).localname if kind is not None else ""
        builder = TextBuilder(marks=_MARKS.get(name, "none"))
        drawings = Drawings(builder, package, source.uri)
        styles = Styles(package, kind)
        # Those of a sheet have their figures from its cells.
        take_in_objects(package, drawings, kind, figures=name != "spreadsheet")
        margins = list(_margins(package))
        write_furniture(builder, map(_joined, margins))
        for image in [image for margin in margins for image in margin.iter(_IMAGE)]:
            _write_picture(drawings, image, 0)
        match name:
            case "spreadsheet":
                title = title or name_of(source)
                sheets = [each for each in children(kind, f"{TABLE}table") if each.getparent() is kind]
                names = [_sheet(builder, styles, drawings, table) for table in sheets]
                metadata = {**metadata, "sheets": ", ".join(names)}
            case "presentation":
                pages = _slides(builder, children(kind, f"{_DRAW}page"), styles, drawings, _masters(package))
                metadata = {**metadata, "pages": pages}
            case _:
                _Writer(builder, styles, drawings).document(kind)
        return builder.document(source, title=title, metadata=metadata)


def _properties(package: Package) -> Metadata:
    found: dict[str, str] = {}
    for each in package.root("meta.xml").iter() if package.has("meta.xml") else ():
        key, text = _PROPERTIES.get(str(each.tag), ""), " ".join((each.text or "").split())
        if key and text:
            found[key] = f"{found[key]}, {text}" if key == "keywords" and key in found else text
    return found


class _Writer:
    """Adds paragraphs, lists and tables. ``page`` is the number that runs carry, 0 for none."""

    def __init__(self, builder: TextBuilder, styles: Styles, drawings: Drawings, page: int = 0) -> None:
        self._builder = builder
        self._drawings = drawings
        self._styles = styles
        self._numbered = styles.numbered
        self._page = page
        self._notes: list[tuple[str, str]] = []
        self._counts: dict[tuple[str, int], int] = {}

    def document(self, body: etree._Element | None) -> None:
        """Everything, then the notes."""
        if body is not None:
            self.write(body)
        for mark, text in self._notes:
            self._builder.add("paragraph", [(f"{note_mark(mark)} {text}", self._page)])

    def write(self, root: etree._Element) -> None:
        """The blocks below ``root``, wherever they are wrapped."""
        pending = list(root)[::-1]
        while pending:
            element = pending.pop()
            if element.tag in _PARAGRAPHS:
                self._paragraph(element)
            elif element.tag == f"{TEXT}list":
                self._list(element)
            elif element.tag == f"{TABLE}table":
                self._table(element)
            elif element.tag in _ABOUT:
                self._builder.add("paragraph", [(element.text or "", self._page)])
            elif element.tag == _IMAGE:
                self._aside(element)
            elif element.tag not in _SKIPPED:
                pending.extend(list(element)[::-1])

    def _paragraph(self, element: etree._Element, marker: str = "", depth: int = 0) -> None:
        runs = flow(_runs(element, self._page))
        level, is_code = self._styles.known(element.get(f"{TEXT}style-name", ""))
        if element.tag == f"{TEXT}h":
            level = min(whole_number(element.get(f"{TEXT}outline-level"), 1), MAX_LEVELS)
        if not runs:
            pass
        elif level:
            self._builder.add("heading", runs, level=level)
        elif marker:
            self._builder.add("item", [(f"{marker} ", self._page), *runs], indent=2 * depth)
        else:
            self._builder.add("code" if is_code else "paragraph", runs, indent=2 * depth)
        for each in element.iter(_NOTE, REMARK, _IMAGE, *_BOXES):
            # What stands in a box or a note of this paragraph is written with the paragraph there.
            if next(each.iterancestors(*_PARAGRAPHS)) is element:
                self._aside(each)

    def _aside(self, each: etree._Element) -> None:
        """Adds a comment, a box or what a picture says; keeps a note for the end."""
        if each.tag in _BOXES:
            self.write(each)
        elif each.tag == _IMAGE:
            _write_picture(self._drawings, each, self._page)
        elif each.tag == _NOTE:
            self._notes.append((_mark(each), _joined(each.find(f"{TEXT}note-body"))))
        else:
            self._builder.add("paragraph", [(_remark(each), self._page)])

    def _list(self, top: etree._Element) -> None:
        """Iterative, for lists in lists have no limit; pending are elements with style, depth and whether they count.

        A list or an item goes on counting from those before it, a paragraph has the number of its item.
        """
        pending = [(top, top.get(f"{TEXT}style-name", ""), 0, False)]
        while pending:
            element, style, depth, goes_on = pending.pop()
            if element.tag == f"{TEXT}list":
                style = element.get(f"{TEXT}style-name", style)
                goes_on = goes_on or element.get(f"{TEXT}continue-numbering") == "true"
                goes_on = goes_on or element.get(f"{TEXT}continue-list") is not None
                if not goes_on:
                    self._counts.pop((style, min(depth + 1, MAX_LEVELS)), None)
                items = [each for each in element if each.tag in {f"{TEXT}list-item", f"{TEXT}list-header"}]
                pending += [(each, style, depth, goes_on) for each in items[::-1]]
            elif element.tag in _PARAGRAPHS:
                marker = self._marker(style, min(depth, MAX_LEVELS)) if goes_on else ""
                self._paragraph(element, marker, max(0, depth - 1))
            elif element.tag in {f"{TEXT}list-item", f"{TEXT}list-header"}:
                first = next((each for each in element if each.tag in _PARAGRAPHS), None)
                if first is not None and element.tag == f"{TEXT}list-item":
                    self._count(element, style, min(depth + 1, MAX_LEVELS))
                    goes_on = False
                else:
                    first = None
                pending += [
                    (each, style, depth + 1, each is first or (goes_on and each.tag == f"{TEXT}list"))
                    for each in list(element)[::-1]
                ]

    def _count(self, item: etree._Element, style: str, level: int) -> None:
        """Gives an item its number."""
        about = self._numbered.get((style, level))
        start = whole_number(about.get(f"{TEXT}start-value"), 1) if about is not None else 1
        after = self._counts.get((style, level), start - 1) + 1
        self._counts[style, level] = whole_number(item.get(f"{TEXT}start-value"), after)

    def _marker(self, style: str, level: int) -> str:
        """The number of the item that was counted last, after those of the items around it where they are shown."""
        about = self._numbered.get((style, level))
        if about is None:
            return "-"
        shown = range(max(1, level - whole_number(about.get(f"{TEXT}display-levels"), 1) + 1), level + 1)
        numbers = [self._number_text(style, each) for each in shown]
        return f"{about.get(f'{STYLE}num-prefix', '')}{'.'.join(numbers)}{about.get(f'{STYLE}num-suffix') or '.'}"

    def _number_text(self, style: str, level: int) -> str:
        about = self._numbered.get((style, level))
        kind = about.get(f"{STYLE}num-format", "") if about is not None else ""
        return count_text(self._counts.get((style, level), 1), kind)

    def _table(self, table: etree._Element) -> None:
        wide: dict[int, list[Stretch]] = {}
        heads = len(list(islice(table.iterfind(f"{TABLE}table-header-rows/{ROW}"), MAX_HEADS)))
        found = list(_rows(table, wide))
        if heads > 1:
            found[:heads] = [spread(row, wide.get(number, ())) for number, row in enumerate(found[:heads], start=1)]
            found = joined_header(found, heads)
        else:
            found = under_groups(found, wide.get(1, ()))
        found = list(filter(any, found))
        header = heads > 0 or has_header(found)
        found = spread_values(found, [wide.get(number_of(row), ()) for row in found]) if header else found
        rows = [[[(text, self._page) for text, _ in runs] for runs in row] for row in found]
        self._builder.table_of_runs(rows, header=header)
        for each in table.iter(_NOTE, REMARK, _IMAGE, OBJECT):
            self._aside(each)


def _margins(package: Package) -> Iterator[etree._Element]:
    """The headers and footers of all kinds of pages."""
    if package.has("styles.xml"):
        for page in children(package.root("styles.xml"), f"{STYLE}master-page"):
            yield from (each for tag in _MARGINS for each in page.iterchildren(tag))


def _write_picture(drawings: Drawings, image: etree._Element, page: int) -> None:
    """Adds the text in a picture. One that follows something else in its frame shows the same as that does."""
    before = [each for each in image.itersiblings(preceding=True) if each.tag not in {*_ABOUT, _IMAGE}]
    part, is_alone = part_of(image), next(image.itersiblings(_IMAGE), None) is None
    if not before and (is_alone or not part.lower().endswith(".svg")):
        drawings.write_picture(part, page)


def _remark(annotation: etree._Element, on: str = "") -> str:
    return remark(annotation.findtext(f"{_DUBLIN}creator"), _joined(annotation), on)


def _sheet(builder: TextBuilder, styles: Styles, drawings: Drawings, table: etree._Element) -> str:
    """Adds a sheet and what is drawn on it; gives its name."""
    name = " ".join(table.get(f"{TABLE}name", "").split()) or "Sheet"
    wide: dict[int, list[Stretch]] = {}
    drawn = _take_drawn(table)
    write_sheet(builder, name, _rows(table, wide), wide, list(_remarks(table)))
    leave_out_formulas(builder, name, [f"row {number}" for number in _unknown_rows(table)])
    drawings.heading = "Drawings"
    if any("".join(map(str, each.itertext())).strip() for each, _ in drawn):
        drawings.begin()
    for each, number in drawn:
        holder = etree.Element("holder")
        holder.append(each)
        _Writer(builder, styles, drawings, number).document(holder)
    return name


def _take_drawn(table: etree._Element) -> list[tuple[etree._Element, int]]:
    """What is drawn on a sheet, with its row or 0; it is taken out of the cells that it is anchored to."""
    drawn = [(each, 0) for shapes in table.iterchildren(_SHAPES) for each in shapes]
    for row, number, _ in numbered_rows(table):
        for anchor in row.iterchildren(CELL):
            for each in [each for each in anchor if str(each.tag).startswith(_DRAW)]:
                anchor.remove(each)
                drawn.append((each, number))
    return drawn


def _remarks(table: etree._Element) -> Iterator[Note]:
    for row, number, _ in numbered_rows(table):
        for each in row.iter(REMARK):
            if text := _remark(each, f"row {number}"):
                yield number, text


def _unknown_rows(table: etree._Element) -> Iterable[int]:
    """The rows with a formula of which no result is known."""
    cells = ((number, each) for row, number, _ in numbered_rows(table) for each in row.iterchildren(CELL))
    return dict.fromkeys(number for number, each in cells if each.get(f"{TABLE}formula") and _is_unknown(each))


def _rows(table: etree._Element, wide: dict[int, list[Stretch]]) -> Iterator[Row]:
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
                cells += [_cell(each)] * columns
        while cells and cells[-1] == "":
            cells.pop()
        broad = {at: last for at, last in broad.items() if last > at and reach[at] >= number}
        for place in range(min(repeats, MAX_REPEATS) if any(cells) else 1):
            wide[number + place] = list(broad.items())
            yield cells, number + place


def _cell(element: etree._Element) -> str:
    """What the cell shows, or its value where a program wrote that alone."""
    return _joined(element) or element.get(f"{OFFICE}value", "") or element.get(f"{OFFICE}string-value", "")


def _is_unknown(element: etree._Element) -> bool:
    """Whether a cell has no result of its formula: one that is an empty text has its type."""
    return element.get(f"{OFFICE}value-type") is None and not _cell(element)


def _slides(
    builder: TextBuilder,
    pages: Iterator[etree._Element],
    styles: Styles,
    drawings: Drawings,
    masters: dict[str, list[etree._Element]],
) -> int:
    number = 0
    for number, page in enumerate(pages, start=1):
        frames = [frame for frame in page if frame.tag not in _SKIPPED]
        title = next((frame for frame in frames if frame.get(f"{_SHOW}class") == "title" and _joined(frame)), None)
        name = _joined(title) if title is not None else f"Slide {number}"
        builder.add("heading", [(name, number)], level=1)
        # What a master shows on each of its slides is said once.
        for frame in [*frames, *masters.pop(page.get(f"{_DRAW}master-page-name", ""), [])]:
            if frame is not title:
                holder = etree.Element("holder")
                holder.append(frame)
                _Writer(builder, styles, drawings, number).document(holder)
        notes = [each for each in page.iterfind(f"{_SHOW}notes/*") if each.get(f"{_SHOW}class") not in _FURNITURE]
        said = " ".join(filter(None, map(_joined, notes)))
        builder.add("paragraph", [(f"Notes: {said}" if said else "", number)])
        for each in page.iterchildren(REMARK):
            builder.add("paragraph", [(_remark(each), number)])
    return number


def _masters(package: Package) -> dict[str, list[etree._Element]]:
    """What the masters of slides show that is no place for something of a slide, by their names."""
    pages = children(package.root("styles.xml") if package.has("styles.xml") else None, f"{STYLE}master-page")
    return {
        page.get(f"{STYLE}name", ""): [
            each for each in page if str(each.tag).startswith(_DRAW) and each.get(f"{_SHOW}class") is None
        ]
        for page in pages
    }


def _joined(element: etree._Element | None) -> str:
    """The paragraphs of a cell, a note or a frame on one line."""
    found = element.iter(*_PARAGRAPHS) if element is not None else ()
    return " ".join(filter(None, (cell(_runs(each, 0)) for each in found if not _is_aside(each, element))))


def _is_aside(paragraph: etree._Element, root: etree._Element | None) -> bool:
    """Whether a paragraph belongs to a comment or a note below ``root``."""
    for parent in paragraph.iterancestors():
        if parent is root:
            return False
        if parent.tag in _SKIPPED or parent.tag == OBJECT:
            return True
    return False


def _mark(note: etree._Element) -> str:
    return (note.findtext(f"{TEXT}note-citation") or "*").strip()


def _runs(paragraph: etree._Element, page: int) -> Iterator[Run]:
    """The visible text of a paragraph; text boxes in it are blocks of their own."""
    pending: list[etree._Element | str] = [*_contents(paragraph)][::-1]
    while pending:
        part = pending.pop()
        if isinstance(part, str):
            yield part, page
        elif part.tag in {f"{TEXT}s", f"{TEXT}tab"}:
            yield " ", page
        elif part.tag == f"{TEXT}line-break":
            yield HARD_BREAK, page
        elif part.tag == f"{TEXT}note":
            yield note_mark(_mark(part)), page
        elif part.tag == f"{TEXT}ruby-text":
            yield f"({part.text})" if part.text else "", page
        elif part.tag in _ABOUT:
            yield f" {part.text or ''} ", page
        elif part.tag not in _SKIPPED and part.tag not in _BOXES:
            pending.extend([*_contents(part)][::-1])


def _contents(element: etree._Element) -> Iterator[etree._Element | str]:
    yield element.text or ""
    for child in element:
        yield child
        yield child.tail or ""
