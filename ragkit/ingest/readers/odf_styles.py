"""The styles of OpenDocument files: those that make headings, code and numbers of items, and what they strike out."""

from __future__ import annotations

import re
from collections.abc import Iterator

from lxml import etree

from ragkit.ingest.readers.list_numbers import count_text
from ragkit.ingest.readers.odf_names import (
    CELL,
    COVERED,
    MAX_LEVELS,
    MAX_REPEATS,
    PARAGRAPH,
    REMARK,
    STYLE,
    TABLE,
    TEXT,
    children,
    numbered_rows,
)
from ragkit.ingest.readers.ooxml import Package
from ragkit.ingest.readers.whole_numbers import whole_number

_DEFAULT = f"{TABLE}default-cell-style-name"
_HEADING = re.compile(r"Title|Heading(?:(?:_20_)?(\d{1,2}))?")
_MAX_CHAIN = 20
_CODE_STYLES = ("Preformatted", "Source_20_Text", "Code")


class Styles:
    """What the styles of a document say: ``numbered`` how items have numbers, by list style and level, from 1.

    What they strike out in ``body`` does not hold, and is taken out of it.
    """

    def __init__(self, package: Package, body: etree._Element | None) -> None:
        self.numbered: dict[tuple[str, int], etree._Element] = {}
        self._parents: dict[str, str] = {}
        self._struck: set[tuple[str, str]] = set()
        for part in filter(package.has, ("styles.xml", "content.xml")):
            root = package.root(part)
            for style in root.iter(f"{TEXT}list-style"):
                for level in style.iterchildren(f"{TEXT}list-level-style-number"):
                    if level.get(f"{STYLE}num-format"):
                        self.numbered[style.get(f"{STYLE}name", ""), whole_number(level.get(f"{TEXT}level"), 1)] = level
            for style in root.iter(f"{STYLE}style"):
                family, name = style.get(f"{STYLE}family", ""), style.get(f"{STYLE}name", "")
                if family == "paragraph":
                    self._parents[name] = style.get(f"{STYLE}parent-style-name", "")
                (self._struck.add if _strikes(style) else self._struck.discard)((family, name))
        self._leave_out_struck(body)

    def known(self, name: str) -> tuple[int, bool]:
        """The level of the heading that a paragraph style makes, or 0, and whether it is that of code.

        What is set by hand has a style of its own, which derives from the one that was chosen. A subtitle derives from
        a heading and heads nothing.
        """
        for _ in range(_MAX_CHAIN):
            heading = _HEADING.fullmatch(name)
            if heading:
                return min(whole_number(heading[1], 1), MAX_LEVELS), False
            if not name or name == "Subtitle" or name.startswith(_CODE_STYLES):
                return 0, name.startswith(_CODE_STYLES)
            name = self._parents.get(name, "")
        return 0, False

    def _leave_out_struck(self, body: etree._Element | None) -> None:
        for tag, family in ((f"{TEXT}span", "text"), (PARAGRAPH, "paragraph"), (f"{TEXT}h", "paragraph")):
            for each in list(children(body, tag)):
                if (family, each.get(f"{TEXT}style-name", "")) in self._struck:
                    _empty(each)
        for table in (
            children(body, f"{TABLE}table") if any(family == "table-cell" for family, _ in self._struck) else ()
        ):
            for each, style in list(_styled_cells(table)):
                if ("table-cell", style) in self._struck:
                    kept = {name: value for name, value in each.attrib.items() if str(name).startswith(TABLE)}
                    remarks = list(each.iterchildren(REMARK))
                    _empty(each)
                    each.attrib.update(kept)
                    each.extend(remarks)


class Numbering:
    """The numbers of the items of a text's lists, counted as they come."""

    def __init__(self, styles: Styles) -> None:
        self._numbered = styles.numbered
        self._counts: dict[tuple[str, int], int] = {}

    def restart(self, style: str, level: int) -> None:
        """Begins a list anew."""
        self._counts.pop((style, level), None)

    def count(self, item: etree._Element, style: str, level: int) -> None:
        """Gives an item its number."""
        about = self._numbered.get((style, level))
        start = whole_number(about.get(f"{TEXT}start-value"), 1) if about is not None else 1
        after = self._counts.get((style, level), start - 1) + 1
        self._counts[style, level] = whole_number(item.get(f"{TEXT}start-value"), after)

    def marker(self, style: str, level: int) -> str:
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


def _empty(element: etree._Element) -> None:
    """Takes away all that an element is, but not what follows it."""
    tail = element.tail
    element.clear()
    element.tail = tail


def _styled_cells(table: etree._Element) -> Iterator[tuple[etree._Element, str]]:
    """The cells of a table with the names of their styles, which may be those of their rows or columns."""
    columns: list[str] = []
    for each in table.iter(f"{TABLE}table-column"):
        repeats = min(whole_number(each.get(f"{TABLE}number-columns-repeated"), 1), MAX_REPEATS)
        columns += [each.get(_DEFAULT, "")] * repeats
    for row, _, _ in numbered_rows(table):
        at = 0
        for each in row.iterchildren(CELL, COVERED):
            default = row.get(_DEFAULT) or (columns[at] if at < len(columns) else "")
            yield each, each.get(f"{TABLE}style-name") or default
            at += whole_number(each.get(f"{TABLE}number-columns-repeated"), 1)


def _strikes(style: etree._Element) -> bool:
    about = style.find(f"{STYLE}text-properties")
    lines = (about.get(f"{STYLE}text-line-through-{name}") for name in ("style", "type")) if about is not None else ()
    return any(line not in {None, "none"} for line in lines)
