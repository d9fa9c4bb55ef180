"""XML of any vocabulary: titles as headings, prose as paragraphs, records as ``name: text`` lines.

Told by shape: an element with text of its own is a block, one that holds only elements is a section or a record, and a
short text in an element without others is the value of a field. A few names that DocBook, JATS, TEI and XHTML share
(title, para, row, ...) are known.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby, takewhile
from typing import Any

from lxml import etree

from ragkit.errors import SourceError
from ragkit.ingest.readers.build import Run, TextBuilder, cell, cell_runs, flow, split_lines
from ragkit.ingest.readers.column_names import has_header
from ragkit.ingest.readers.tables import Spanning, placed
from ragkit.ingest.readers.whole_numbers import whole_number
from ragkit.types import Document, Source

_TITLES = frozenset("title head heading".split())
_PROSE = frozenset("p para simpara formalpara ab l line quote blockquote caption note abstract summary".split())
_CODE = frozenset("code literallayout pre programlisting screen source synopsis verbatim".split())
_ITEMS = frozenset("item li listitem step".split())
_TABLES = frozenset("informaltable table tgroup".split())
_ROWS, _CELLS = ("row", "tr"), ("entry", "entrytbl", "td", "th", "cell")
_CAPTIONS, _ABOUT = _TITLES | {"caption"}, frozenset("blockinfo info".split())
_COLUMNS = frozenset("col colgroup colspec spanspec".split())
_NAMES = ("name", "title", "label", "id", "key")
_MAX_FIELD = 300
_MAX_NAME = 80
_MAX_EXPANDED = 1 << 20
_MAX_COLUMNS = 64
"""Up to which a cell is put where its span or its name says, lest a few bytes ask for a wide table."""
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
            if _is_table(element):
                pending += [(child, level, "", 0) for child in self._table(element)][::-1]
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

    def _table(self, table: etree._Element) -> list[etree._Element]:
        """Adds the titles and the rows; what else is in a table, such as its notes, stands after it."""
        titles: list[etree._Element] = []
        rows: list[etree._Element] = []
        others: list[etree._Element] = []
        pending = list(table)[::-1]
        while pending:
            part = pending.pop()
            if _is_row(part):
                rows.append(part)
                others += [child for child in part if _name(child) not in _CELLS]
            elif _name(part) in _ABOUT or (_name(part) not in _TABLES and next(_rows(part), None) is not None):
                pending += list(part)[::-1]
            elif _name(part) in _CAPTIONS:
                titles.append(part)
            elif _name(part) not in _COLUMNS:
                others.append(part)
        for title in titles:
            self._builder.add("paragraph", flow(self._runs(title)))
        places = _places(table)
        heads = sum(1 for _ in takewhile(_is_in_head, rows))
        # A cell does not reach beyond the head or the body in which it stands.
        sections = groupby(rows, lambda row: row.getparent())
        groups = [[list(self._spanning(row, places)) for row in section] for _, section in sections]
        grid = list(filter(None, placed(*groups, heads=heads)))
        self._builder.table_of_runs(grid, header=heads > 0 or has_header(grid))
        return [each for each in others if not _is_entity(each)]

    def _spanning(self, row: etree._Element, places: dict[str, tuple[int, int]]) -> Iterator[Spanning]:
        for each in _cells(row):
            first, width = _place(each, places)
            height = max(_number(each, "morerows") + 1, _number(each, "rowspan", "rows"))
            yield Spanning(cell_runs(self._runs(each)), width, height, first)

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
    if name in _ITEMS or _is_row(element) or not any(not len(child) for child in element):
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


def _is_table(element: etree._Element) -> bool:
    """Whether an element holds rows of cells; what is but called a table holds records."""
    if _name(element) not in _TABLES:
        return False
    return any(_name(child) == "tgroup" for child in element) or next(_rows(element), None) is not None


def _is_row(element: etree._Element) -> bool:
    return _name(element) in _ROWS and next(_cells(element), None) is not None


def _is_in_head(row: etree._Element) -> bool:
    return any(_name(parent) == "thead" for parent in row.iterancestors())


def _rows(element: etree._Element) -> Iterator[etree._Element]:
    """The rows in an element, not those of a table in it."""
    for child in element:
        if _is_row(child):
            yield child
        elif _name(child) not in _TABLES:
            yield from _rows(child)


def _cells(row: etree._Element) -> Iterator[etree._Element]:
    return (child for child in row if _name(child) in _CELLS)


def _places(table: etree._Element) -> dict[str, tuple[int, int]]:
    """Where columns and spans with a name are, from 0: the first of its columns, and how many they are."""
    places: dict[str, tuple[int, int]] = {}
    at, section = 0, None
    for each in table.iter("{*}colspec"):
        at, section = (at if each.getparent() is section else 0), each.getparent()
        at = _number(each, "colnum") or at + 1
        if at <= _MAX_COLUMNS:
            places.setdefault(each.get("colname", ""), (at - 1, 1))
    for each in table.iter("{*}spanspec"):
        places.setdefault(each.get("spanname", ""), _stretch(each, places))
    places.pop("", None)
    return places


def _place(element: etree._Element, places: dict[str, tuple[int, int]]) -> tuple[int, int]:
    """The first column in which a cell may stand, and how many it takes up."""
    # TEI says cols of a cell; the cols of a table within a cell are its own.
    wide = _number(element, "colspan", "cols" if _name(element) == "cell" else "colspan")
    if wide:
        return 0, min(wide, _MAX_COLUMNS)
    named = places.get(element.get("spanname") or element.get("colname") or "", (0, 1))
    return _stretch(element, places) if element.get("namest") else named


def _stretch(element: etree._Element, places: dict[str, tuple[int, int]]) -> tuple[int, int]:
    first, _ = places.get(element.get("namest", ""), (0, 1))
    last, _ = places.get(element.get("nameend", ""), (first, 1))
    return first, max(1, last - first + 1)


def _number(element: etree._Element, *names: str) -> int:
    """What the first of the attributes says, or 0."""
    return whole_number(next((text for name in names if (text := element.get(name))), ""))
