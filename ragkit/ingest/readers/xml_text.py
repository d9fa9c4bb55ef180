"""XML of any vocabulary: titles as headings, prose as paragraphs, records as ``name: text`` lines.

Told by shape: an element with text of its own is a block, one that holds only elements is a section or a record, and a
short text in an element without others is the value of a field. A few names that DocBook, JATS, TEI and XHTML share
(title, para, row, ...) are known.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from lxml import etree

from ragkit.errors import SourceError
from ragkit.ingest.readers.build import Run, TextBuilder, cell, cell_runs, flow, split_lines, texts_of
from ragkit.ingest.readers.cells import has_header
from ragkit.types import Document, Source

_TITLES = frozenset("title head heading".split())
_PROSE = frozenset("p para simpara formalpara ab l line quote blockquote caption note abstract summary".split())
_CODE = frozenset("code literallayout pre programlisting screen source synopsis verbatim".split())
_ITEMS = frozenset("item li listitem step".split())
_TABLES = frozenset("informaltable table tgroup".split())
_ROWS, _CELLS = ("row", "tr"), ("entry", "td", "th", "cell")
_NAMES = ("name", "title", "label", "id", "key")
_MAX_FIELD = 300
_MAX_NAME = 80
_MAX_EXPANDED = 1 << 20
_LAST_KNOWN_LINE = 65_535
_HINT = "Check it with an XML validator."
_RESOLVE = "Save it with its entities resolved."


class XmlReader:
    """The `ragkit.protocols.Reader` of XML that no other reader is for."""

    def read(self, source: Source, data: bytes) -> Document:
        """Blocks in order, a section's title first. Raises `SourceError` for what is not well-formed, and for bombs."""
        builder = TextBuilder()
        if data.strip().removeprefix(b"\xef\xbb\xbf"):
            root = _parse(source.uri, data)
            _Writer(builder, _Entities(source.uri, root)).write(root)
        return builder.document(source)


def _parse(uri: str, data: bytes) -> etree._Element:
    parser = etree.XMLParser(
        resolve_entities=False, load_dtd=False, no_network=True, huge_tree=False, remove_comments=True, remove_pis=True
    )
    try:
        return etree.fromstring(data, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        if "amplification" in str(error):
            raise SourceError(f"{uri} is refused: its entities would unfold to far too much.", _RESOLVE) from error
        raise SourceError(f"{uri} is not well-formed XML: {str(error).rstrip('.')}.", _HINT) from error


class _Entities:
    """What the document's own entities stand for; those that stand for others are what bombs are made of."""

    def __init__(self, uri: str, root: etree._Element) -> None:
        self._uri = uri
        self._left = _MAX_EXPANDED
        # The stubs of lxml lack the entities of a DTD, and the names of references.
        declared: Any = root.getroottree().docinfo.internalDTD
        entities = list(declared.iterentities()) if declared is not None else []
        # One without content is another file's, which is not read.
        self._texts: dict[str, str] = {each.name: each.content for each in entities if each.name and each.content}
        if any("&" in text or "<" in text for text in self._texts.values()):
            raise SourceError(f"{uri} is refused: it declares entities made of entities.", _RESOLVE)

    def text(self, reference: etree._Element) -> str:
        """What stands for ``&name;``: its declaration, the HTML character of that name, or itself."""
        from html import unescape

        text = self._texts.get((reference.text or "")[1:-1], unescape(reference.text or ""))
        self._left -= len(text)
        if self._left < 0:
            raise SourceError(f"{self._uri} is refused: its entities expand to too much.", _RESOLVE)
        return text


class _Writer:
    """Adds the blocks of a tree, iteratively."""

    def __init__(self, builder: TextBuilder, entities: _Entities) -> None:
        self._builder = builder
        self._entities = entities
        self._line = 1

    def write(self, root: etree._Element) -> None:
        """Everything below and in ``root``."""
        pending = [(root, 1, "", 0)]
        while pending:
            element, level, marker, number = pending.pop()
            name = _name(element)
            if name in _TABLES and _rows(element):
                self._table(element)
            elif len(element) and not self._has_text(element):
                title = next((child for child in element if _name(child) in _TITLES), None)
                heading = self._heading(element, title, level, number)
                below = [child for child in element if child is not title]
                marker = "- " if name in _ITEMS else ""
                pending += [
                    (child, level + heading, marker if place == 1 else "", place)
                    for place, child in enumerate(below, start=1)
                ][::-1]
            else:
                self._block(element, name, level, marker or ("- " if name in _ITEMS else ""))

    def _heading(self, element: etree._Element, title: etree._Element | None, level: int, number: int) -> bool:
        """Adds what names a section or a record, and its attributes; whether there is such a name."""
        line, name = self._line_of(element), _name(element)
        text = cell(self._runs(title)) if title is not None else ""
        about = _attributes(element)
        if not text and _is_record(element):
            stated = next((about.pop(key) for key in _NAMES if about.get(key)), "")[:_MAX_NAME]
            text = f"{name} {stated or number}"
        if text:
            self._builder.add("heading", [(text, line)], level=level)
        if about:
            self._builder.add("item", [(f"{name}: {_listed(about)}", line)])
        return bool(text)

    def _block(self, element: etree._Element, name: str, level: int, marker: str) -> None:
        line = self._line_of(element)
        about = _attributes(element) if not len(element) else {}
        if name in _CODE:
            self._builder.add("code", self._runs(element))
            return
        runs = flow(self._runs(element))
        length = sum(len(text) for text, _ in runs)
        is_field = not len(element) and name not in _PROSE | _TITLES | _ITEMS and length <= _MAX_FIELD
        if name in _TITLES and runs:
            self._builder.add("heading", runs, level=level)
        elif is_field and (runs or about):
            lead = f"{name} ({_listed(about)}): " if about and runs else f"{name}: "
            self._builder.add("item", [(lead, line), *(runs or [(_listed(about), line)])])
        elif marker and runs:
            self._builder.add("item", [(marker, line), *runs])
        else:
            self._builder.add("paragraph", runs)
            if about:
                self._builder.add("item", [(f"{name}: {_listed(about)}", line)])

    def _table(self, table: etree._Element) -> None:
        title = next((child for child in table.iter("{*}title", "{*}caption")), None)
        if title is not None:
            self._builder.add("paragraph", flow(self._runs(title)))
        rows = [[cell_runs(self._runs(each)) for each in _cells(row)] for row in _rows(table)]
        marked = next(table.iter("{*}thead"), None) is not None
        header = marked or has_header([(texts_of(row), 0) for row in rows])
        self._builder.table_of_runs(rows, header=header)

    def _has_text(self, element: etree._Element) -> bool:
        """Whether text stands in the element itself, beside those in it."""
        pieces = (element.text, *(child.tail for child in element))
        return any(piece and piece.strip() for piece in pieces) or any(_is_entity(child) for child in element)

    def _runs(self, element: etree._Element) -> Iterator[Run]:
        self._line_of(element)
        pending: list[etree._Element | str] = self._contents(element)
        while pending:
            part = pending.pop()
            if isinstance(part, str):
                yield from split_lines(part, self._line)
                self._line += part.count("\n")
            elif _is_entity(part):
                yield self._entities.text(part), self._line
            else:
                pending += self._contents(part)

    def _contents(self, element: etree._Element) -> list[etree._Element | str]:
        """Text and elements, the last first; elements that are no mere mark-up of words stand apart."""
        gap = "" if self._has_text(element) else " "
        parts: list[etree._Element | str] = [element.text or ""]
        for child in element:
            parts += [gap, child, gap, child.tail or ""]
        return parts[::-1]

    def _line_of(self, element: etree._Element) -> int:
        line = element.sourceline if isinstance(element.sourceline, int) else 1
        self._line = line if line < _LAST_KNOWN_LINE else max(line, self._line)
        return self._line


def _name(element: etree._Element) -> str:
    return str(element.tag).rpartition("}")[2] if isinstance(element.tag, str) else ""


def _is_record(element: etree._Element) -> bool:
    """Whether an element is one of several of its name, with fields of its own."""
    name = _name(element)
    if name in _ITEMS or name in _ROWS or not any(not len(child) for child in element):
        return False
    return any(each is not None and each.tag == element.tag for each in (element.getprevious(), element.getnext()))


def _is_entity(element: etree._Element) -> bool:
    return element.tag is etree.Entity


def _attributes(element: etree._Element) -> dict[str, str]:
    """The attributes that are the vocabulary's own, such as no ``xml:id`` or ``xsi:type``."""
    if _is_entity(element):
        return {}
    folded = ((str(key), " ".join(str(value).split())) for key, value in element.attrib.items())
    return {key: value for key, value in folded if value and not key.startswith("{")}


def _listed(attributes: dict[str, str]) -> str:
    return ", ".join(f"{key} {value}" for key, value in attributes.items())


def _rows(table: etree._Element) -> list[etree._Element]:
    return list(table.iter(*(f"{{*}}{name}" for name in _ROWS)))


def _cells(row: etree._Element) -> Iterator[etree._Element]:
    return (child for child in row if _name(child) in _CELLS)
