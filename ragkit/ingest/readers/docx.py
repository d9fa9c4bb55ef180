"""DOCX: headings by style, lists with the numbers that Word would show, tables, notes, comments.

A tracked insertion is text and a tracked deletion is none, as if all changes had been accepted; what is struck out by
hand is none either, for it does not hold. Headers and footers come first, each once; a comment follows the paragraph or
the table that it was made on; a table of contents, which Word makes from the headings, is left out; a chart is the
table of its figures. A file that is taken in as it is stands where Word would show it, or is named there as not read;
one that is embedded, and what a picture shows, follow the paragraph or the table in which they stand.
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterator
from itertools import islice, takewhile

from lxml import etree

from ragkit.errors import SourceError
from ragkit.ingest.readers.build import HARD_BREAK, Run, TextBuilder, cell, flow, note_mark, remark
from ragkit.ingest.readers.column_names import has_header
from ragkit.ingest.readers.docx_styles import WORD, Numbering, Styles, value_of
from ragkit.ingest.readers.drawings import Drawings, alt_text
from ragkit.ingest.readers.embedded import read_within
from ragkit.ingest.readers.furniture import write_furniture
from ragkit.ingest.readers.mail import parsed, write_body
from ragkit.ingest.readers.ooxml import REL_ID, Package
from ragkit.ingest.readers.symbols import symbol
from ragkit.ingest.readers.tables import MAX_HEADS, Stretch, joined_header, said_again, spread_values, under_groups
from ragkit.ingest.readers.whole_numbers import whole_number
from ragkit.ingest.sniff import media_type
from ragkit.types import Document, Source

_PARAGRAPH, _TABLE, _ROW, _CELL, _BOX = (f"{WORD}{name}" for name in ("p", "tbl", "tr", "tc", "txbxContent"))
_FORMULA = "{http://schemas.openxmlformats.org/officeDocument/2006/math}t"
_PICTURE = "{http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing}docPr"
_CHUNK = f"{WORD}altChunk"
_REFERENCE = f"{WORD}commentReference"
# What stands in a paragraph but is not its text: properties, deleted text, text boxes.
_SKIPPED = frozenset(f"{WORD}{name}" for name in ("pPr", "rPr", "del", "moveFrom", "txbxContent"))
_SIGNS = {"tab": " ", "leader": " ...... ", "ptab": " ", "br": HARD_BREAK, "cr": HARD_BREAK, "noBreakHyphen": "-"}
_LEADERS = frozenset({"dot", "middleDot"})
_OFF = frozenset({"0", "false", "off"})
_MAX_COLUMNS = 64
_NOTES = (("footnotes", "footnote"), ("endnotes", "endnote"))


class DocxReader:
    """The `ragkit.protocols.Reader` of DOCX."""

    def read(self, source: Source, data: bytes) -> Document:
        """Headers and footers, blocks in order, then the footnotes and endnotes.

        A DOCX has no pages until it is printed, so no marks.
        """
        package = Package(source.uri, data)
        writer = _Writer(package, package.main("officeDocument"), source.uri)
        writer.write_all()
        metadata = package.properties()
        title = str(metadata.get("title", ""))
        return writer.builder.document(source, title=title, metadata=metadata)


class _Writer:
    """Adds the paragraphs and tables of a document, in text boxes too."""

    def __init__(self, package: Package, main: str, uri: str) -> None:
        self.builder = TextBuilder(marks="none")
        self.drawings = Drawings(self.builder, package, uri)
        self._uri = uri
        self._chunks = {each.id: each.target for each in package.relations(main) if each.kind == "aFChunk"}
        self._package = package
        self._main = main
        self._comments = _comments(package, main)
        styles, numbering = (package.related(main, kind) for kind in ("styles", "numbering"))
        self._styles = Styles(package.root(styles) if styles else None)
        self._numbering = Numbering(package.root(numbering) if numbering else None)

    def write_all(self) -> None:
        margins = {part: self._package.root(part) for part in _margins(self._package, self._main)}
        write_furniture(self.builder, map(_joined, margins.values()))
        for part, root in margins.items():
            self.drawings.write(part, root, 0)
        self.write(self._package.root(self._main))
        for kind, tag in _NOTES:
            part = self._package.related(self._main, kind)
            if part:
                root = self._package.root(part)
                self._write_notes(root, tag)
                self.drawings.write(part, root, 0)
        # Those on notes, on margins and on what was deleted.
        for text in self._comments.values():
            self.builder.add("paragraph", [(text, 0)])

    def write(self, root: etree._Element) -> None:
        for element in _outermost(root, _PARAGRAPH, _TABLE, _CHUNK):
            if element.tag == _TABLE:
                self._table(element)
            elif element.tag == _CHUNK:
                self._chunk(element)
            else:
                self._paragraph(element)

    def _write_notes(self, root: etree._Element, tag: str) -> None:
        """The notes that a reader sees; the separators that Word keeps among them have a type."""
        for note in root.iter(f"{WORD}{tag}"):
            if note.get(f"{WORD}type") in {None, "normal"}:
                text = _joined(note)
                if text:
                    self.builder.add("paragraph", [(f"{note_mark(note.get(f'{WORD}id', ''))} {text}", 0)])

    def _paragraph(self, paragraph: etree._Element) -> None:
        style = self._styles.of(paragraph)
        runs = [] if style.is_contents else flow(_runs(paragraph))
        if runs:
            level = style.heading
            number = self._numbering.next(*style.list) if style.list else ""
            lead: list[Run] = [(f"{number} ", 0)] if number else []
            if level:
                self.builder.add("heading", [*lead, *runs], level=level)
            elif number:
                self.builder.add("item", [*lead, *runs], indent=2 * style.depth)
            else:
                self.builder.add("code" if style.is_code else "paragraph", runs)
        self._write_beside(paragraph)
        for box in paragraph.iter(_BOX):
            # A box in a box is written with the paragraph that it stands in.
            if next(box.iterancestors(_PARAGRAPH)) is paragraph:
                self.write(box)

    def _write_beside(self, element: etree._Element) -> None:
        """Adds what is drawn in a paragraph or a table, and the comments on it."""
        self.drawings.write(self._main, element, 0)
        for reference in element.iter(_REFERENCE):
            self.builder.add("paragraph", [(self._comments.pop(reference.get(f"{WORD}id", ""), ""), 0)])

    def _table(self, table: etree._Element) -> None:
        found = list(_outermost(table, _ROW))
        heads = len(list(islice(takewhile(_is_head, found), MAX_HEADS)))
        cells = ((list(_cells(row, in_each=1 < heads > place)), 0) for place, row in enumerate(found))
        rows = joined_header(list(said_again(cells)), heads)
        rows = under_groups(rows, _stretches(found[0])) if found and heads < 2 else rows
        marked = next(table.iter(f"{WORD}tblHeader"), None) is not None
        header = marked or has_header(rows)
        rows = spread_values(rows, list(map(_stretches, found))) if header else rows
        self.builder.table_of_runs(rows, header=header)
        self._write_beside(table)
        for chunk in table.iter(_CHUNK):
            self._chunk(chunk)

    def _chunk(self, element: etree._Element) -> None:
        """Adds a file that is taken in, or why it was not read; each once, or a few of them could grow without end."""
        part = self._chunks.pop(element.get(REL_ID, ""), "")
        if not part:
            return
        name = posixpath.basename(part)
        try:
            self.builder.include(self._taken_in(part, f"{self._uri}/{name}"))
        except SourceError as error:
            self.drawings.leave_out(name, error)
            self.builder.add("paragraph", [(f"Part {name} was not read: {error.message}", 0)])

    def _taken_in(self, part: str, uri: str) -> Document:
        """Raises `SourceError` for what no reader is for. A web archive is HTML in a message."""
        data = self._package.data(part)
        is_message = media_type(uri.rpartition("/")[2], data) == "message/rfc822"
        if not is_message and not data[:100].lstrip().lower().startswith(b"mime-version:"):
            return read_within(data, uri)
        builder = TextBuilder(marks="none")
        page = parsed(data, uri).get_body(("html", "plain"))
        if page is not None:
            write_body(builder, page, uri)
        return builder.document(Source(uri, None, "text/html", len(data)))


def _comments(package: Package, main: str) -> dict[str, str]:
    """The remarks by the ids that references to them have."""
    part = package.related(main, "comments")
    found = package.root(part).iter(f"{WORD}comment") if part else ()
    return {each.get(f"{WORD}id", ""): remark(each.get(f"{WORD}author"), _joined(each)) for each in found}


def _margins(package: Package, main: str) -> Iterator[str]:
    """The headers, then the footers."""
    for kind in ("header", "footer"):
        parts = dict.fromkeys(each.target for each in package.relations(main) if each.kind == kind)
        yield from filter(package.has, parts)


def _outermost(root: etree._Element, *tags: str) -> Iterator[etree._Element]:
    """What has one of ``tags`` below ``root``, wherever it is wrapped; what is inside of it is its own."""
    pending = list(root)[::-1]
    while pending:
        element = pending.pop()
        if element.tag in tags:
            yield element
        elif element.tag not in _SKIPPED:
            pending.extend(list(element)[::-1])


def _runs(paragraph: etree._Element | None) -> Iterator[Run]:
    """The visible text of a paragraph."""
    pending = list(paragraph)[::-1] if paragraph is not None else []
    while pending:
        element = pending.pop()
        text = _said(element)
        if text is not None:
            yield text, 0
        elif element.tag not in _SKIPPED and not _is_struck(element):
            pending.extend(list(element)[::-1])


def _said(element: etree._Element) -> str | None:
    """What an element says by itself, None for one that holds others which do."""
    name = str(element.tag).removeprefix(WORD)
    name = "leader" if name == "tab" and _is_led(element) else name
    match name:
        case _ if name in {"t", _FORMULA}:
            return element.text or ""
        case "sym":
            return symbol(element.get(f"{WORD}font", ""), element.get(f"{WORD}char", ""))
        case "footnoteReference" | "endnoteReference":
            return note_mark(element.get(f"{WORD}id", ""))
        case "ruby":
            base, reading = (cell(_runs(element.find(f"{WORD}{part}"))) for part in ("rubyBase", "rt"))
            return f"{base}({reading})" if reading else base
        case "ddList" | "checkBox":
            return _filled_in(element)
        case _:
            alt = alt_text(element) if name == _PICTURE else ""
            return f" {alt} " if alt else _SIGNS.get(name)


def _is_led(tab: etree._Element) -> bool:
    """Whether dots lead to what stands behind a tab."""
    stops = (
        stop
        for about in next(tab.iterancestors(_PARAGRAPH)).iterchildren(f"{WORD}pPr")
        for stop in about.iter(f"{WORD}tab")
    )
    return any(stop.get(f"{WORD}leader") in _LEADERS for stop in stops)


def _filled_in(field: etree._Element) -> str:
    """What is chosen or ticked in a field of a form, which has no text of its own."""
    if field.tag == f"{WORD}checkBox":
        states = list(field.iterchildren(f"{WORD}checked")) or list(field.iterchildren(f"{WORD}default"))
        return "☒" if any(each.get(f"{WORD}val") not in _OFF for each in states) else "☐"
    entries = {str(at): each.get(f"{WORD}val", "") for at, each in enumerate(field.iterchildren(f"{WORD}listEntry"))}
    return entries.get(value_of(field, "result") or value_of(field, "default") or "0", "")


def _is_struck(run: etree._Element) -> bool:
    about = run.find(f"{WORD}rPr")
    marks = about.iterchildren(f"{WORD}strike", f"{WORD}dstrike") if about is not None else ()
    return any(each.get(f"{WORD}val") not in _OFF for each in marks)


def _joined(element: etree._Element) -> str:
    """The paragraphs below ``element`` on one line."""
    return " ".join(filter(None, (cell(_runs(paragraph)) for paragraph in element.iter(_PARAGRAPH))))


def _stretches(row: etree._Element) -> Iterator[Stretch]:
    at = _count(row.find(f"{WORD}trPr"), "gridBefore")
    for each in _outermost(row, _CELL):
        columns = max(1, _count(each.find(f"{WORD}tcPr"), "gridSpan"))
        if columns > 1:
            yield at, at + columns - 1
        at += columns


def _is_head(row: etree._Element) -> bool:
    about = row.find(f"{WORD}trPr")
    return about is not None and about.find(f"{WORD}tblHeader") is not None


def _cells(row: etree._Element, *, in_each: bool) -> Iterator[str | None]:
    """The cells of a row, those that it leaves out and those that one covers as empty ones, so columns stay in step.

    With ``in_each`` what a cell says is said in each column that it covers.
    """
    yield from [""] * _count(row.find(f"{WORD}trPr"), "gridBefore")
    for each in _outermost(row, _CELL):
        about = each.find(f"{WORD}tcPr")
        merged = about.find(f"{WORD}vMerge") if about is not None else None
        goes_on = merged is not None and merged.get(f"{WORD}val") != "restart"
        shown = None if goes_on else _joined(each)
        yield shown
        yield from [shown if in_each else ""] * (_count(about, "gridSpan") - 1)


def _count(about: etree._Element | None, name: str) -> int:
    """How many columns a property counts."""
    return min(whole_number(value_of(about, name)), _MAX_COLUMNS) if about is not None else 0
