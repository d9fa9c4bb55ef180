"""DOCX: headings by style, lists with the numbers that Word would show, tables, notes."""

from __future__ import annotations

from collections.abc import Iterator

from lxml import etree

from ragkit.ingest.readers.build import HARD_BREAK, Run, TextBuilder, cell, flow
from ragkit.ingest.readers.cells import has_header
from ragkit.ingest.readers.docx_styles import WORD, Numbering, Styles, value_of
from ragkit.ingest.readers.ooxml import Package
from ragkit.types import Document, Source

_FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
_PARAGRAPH, _TABLE, _ROW, _CELL, _BOX = (f"{WORD}{name}" for name in ("p", "tbl", "tr", "tc", "txbxContent"))
# What stands in a paragraph but is not its text: properties, deleted text, the fallback of a drawing, text boxes.
_SKIPPED = frozenset(f"{WORD}{name}" for name in ("pPr", "rPr", "del", "moveFrom", "txbxContent")) | {_FALLBACK}
_NOTES = (("footnotes", "footnote"), ("endnotes", "endnote"))


class DocxReader:
    """The `ragkit.protocols.Reader` of DOCX."""

    def read(self, source: Source, data: bytes) -> Document:
        """Blocks in order, then the footnotes and endnotes. A DOCX has no pages until it is printed, so no marks."""
        package = Package(source.uri, data)
        main = package.main("officeDocument")
        styles, numbering = (package.related(main, kind) for kind in ("styles", "numbering"))
        writer = _Writer(
            Styles(package.root(styles) if styles else None), Numbering(package.root(numbering) if numbering else None)
        )
        writer.write(package.root(main))
        for kind, tag in _NOTES:
            part = package.related(main, kind)
            if part:
                writer.write_notes(package.root(part), tag)
        metadata = package.properties()
        return writer.builder.document(source, title=str(metadata.get("title", "")), metadata=metadata)


class _Writer:
    """Adds the paragraphs and tables of a document, in text boxes too."""

    def __init__(self, styles: Styles, numbering: Numbering) -> None:
        self.builder = TextBuilder(marks="none")
        self._styles = styles
        self._numbering = numbering

    def write(self, root: etree._Element) -> None:
        for element in _blocks(root):
            if element.tag == _TABLE:
                self._table(element)
            else:
                self._paragraph(element)

    def write_notes(self, root: etree._Element, tag: str) -> None:
        """The notes that a reader sees; the separators that Word keeps among them have a type."""
        for note in root.iter(f"{WORD}{tag}"):
            if note.get(f"{WORD}type") in {None, "normal"}:
                text = " ".join(filter(None, (_line(paragraph) for paragraph in note.iter(_PARAGRAPH))))
                if text:
                    self.builder.add("paragraph", [(f"[{note.get(f'{WORD}id')}] {text}", 0)])

    def _paragraph(self, paragraph: etree._Element) -> None:
        runs = flow(_runs(paragraph))
        style = self._styles.of(paragraph)
        if runs:
            level = style.heading
            number, depth = self._numbering.next(*style.list) if style.list else ("", 0)
            lead: list[Run] = [(f"{number} ", 0)] if number else []
            if level:
                self.builder.add("heading", [*lead, *runs], level=level)
            elif number:
                self.builder.add("item", [*lead, *runs], indent=2 * depth)
            else:
                self.builder.add("code" if style.is_code else "paragraph", runs)
        for box in paragraph.iter(_BOX):
            if not any(parent.tag == _FALLBACK for parent in box.iterancestors()):
                self.write(box)

    def _table(self, table: etree._Element) -> None:
        rows = [list(_cells(row)) for row in table.iterchildren(_ROW)]
        marked = next(table.iter(f"{WORD}tblHeader"), None) is not None
        self.builder.table(((cells, 0) for cells in rows), header=marked or has_header([(row, 0) for row in rows]))


def _blocks(root: etree._Element) -> Iterator[etree._Element]:
    """The paragraphs and tables below ``root``, wherever they are wrapped; what is inside of them is theirs."""
    pending = list(root)[::-1]
    while pending:
        element = pending.pop()
        if element.tag in {_PARAGRAPH, _TABLE}:
            yield element
        elif element.tag not in _SKIPPED:
            pending.extend(list(element)[::-1])


def _runs(paragraph: etree._Element) -> Iterator[Run]:
    """The visible text of a paragraph."""
    pending = list(paragraph)[::-1]
    while pending:
        element = pending.pop()
        name = str(element.tag).removeprefix(WORD)
        match name:
            case "t":
                yield element.text or "", 0
            case "tab" | "ptab":
                yield " ", 0
            case "br" | "cr":
                yield HARD_BREAK, 0
            case "noBreakHyphen":
                yield "-", 0
            case "footnoteReference" | "endnoteReference":
                yield f" [{element.get(f'{WORD}id')}]", 0
            case _ if element.tag not in _SKIPPED:
                pending.extend(list(element)[::-1])


def _line(paragraph: etree._Element) -> str:
    return cell(_runs(paragraph))


def _cells(row: etree._Element) -> Iterator[str]:
    """The texts of a row's cells; one that spans several is followed by empty ones, so that columns stay in step."""
    for each in row.iterchildren(_CELL):
        about = each.find(f"{WORD}tcPr")
        merged = about.find(f"{WORD}vMerge") if about is not None else None
        goes_on = merged is not None and merged.get(f"{WORD}val") != "restart"
        texts = [] if goes_on else [_line(paragraph) for paragraph in each.iter(_PARAGRAPH)]
        yield " ".join(filter(None, texts))
        span = value_of(about, "gridSpan") if about is not None else ""
        yield from [""] * (min(int(span), 64) - 1 if span.isdigit() else 0)
