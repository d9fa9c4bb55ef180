"""OpenDocument text: paragraphs, headings, lists with their numbers, tables, and what stands in them."""

from __future__ import annotations

from lxml import etree

from ragkit.ingest.readers.build import TextBuilder, flow, note_mark
from ragkit.ingest.readers.drawings import Drawings
from ragkit.ingest.readers.odf_inline import joined, mark_of, remark_text, runs_of
from ragkit.ingest.readers.odf_names import (
    ABOUT,
    BOXES,
    IMAGE,
    MAX_LEVELS,
    NOTE,
    OBJECT,
    PARAGRAPHS,
    REMARK,
    SKIPPED,
    TABLE,
    TEXT,
)
from ragkit.ingest.readers.odf_objects import write_picture
from ragkit.ingest.readers.odf_styles import Numbering, Styles
from ragkit.ingest.readers.odf_tables import text_table
from ragkit.ingest.readers.whole_numbers import whole_number


class Writer:
    """Adds paragraphs, lists and tables. ``page`` is the number that runs carry, 0 for none."""

    def __init__(self, builder: TextBuilder, styles: Styles, drawings: Drawings, page: int = 0) -> None:
        self._builder = builder
        self._drawings = drawings
        self._styles = styles
        self._numbering = Numbering(styles)
        self._page = page
        self._notes: list[tuple[str, str]] = []

    def document(self, body: etree._Element | None) -> None:
        """Everything, then the notes."""
        if body is not None:
            self.write(body)
        for mark, text in self._notes:
            self._builder.add("paragraph", [(f"{note_mark(mark)} {text}", self._page)])

    def alone(self, element: etree._Element) -> None:
        """One element, which is taken out of where it stands, then its notes."""
        holder = etree.Element("holder")
        holder.append(element)
        self.document(holder)

    def write(self, root: etree._Element) -> None:
        """The blocks below ``root``, wherever they are wrapped."""
        pending = list(root)[::-1]
        while pending:
            element = pending.pop()
            if element.tag in PARAGRAPHS:
                self._paragraph(element)
            elif element.tag == f"{TEXT}list":
                self._list(element)
            elif element.tag == f"{TABLE}table":
                self._table(element)
            elif element.tag in ABOUT:
                self._builder.add("paragraph", [(element.text or "", self._page)])
            elif element.tag == IMAGE:
                self._aside(element)
            elif element.tag not in SKIPPED:
                pending.extend(list(element)[::-1])

    def _paragraph(self, element: etree._Element, marker: str = "", depth: int = 0) -> None:
        runs = flow(runs_of(element, self._page))
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
        for each in element.iter(NOTE, REMARK, IMAGE, *BOXES):
            # What stands in a box or a note of this paragraph is written with the paragraph there.
            if next(each.iterancestors(*PARAGRAPHS)) is element:
                self._aside(each)

    def _aside(self, each: etree._Element) -> None:
        """Adds a comment, a box or what a picture says; keeps a note for the end."""
        if each.tag in BOXES:
            self.write(each)
        elif each.tag == IMAGE:
            write_picture(self._drawings, each, self._page)
        elif each.tag == NOTE:
            self._notes.append((mark_of(each), joined(each.find(f"{TEXT}note-body"))))
        else:
            self._builder.add("paragraph", [(remark_text(each), self._page)])

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
                    self._numbering.restart(style, min(depth + 1, MAX_LEVELS))
                items = [each for each in element if each.tag in {f"{TEXT}list-item", f"{TEXT}list-header"}]
                pending += [(each, style, depth, goes_on) for each in items[::-1]]
            elif element.tag in PARAGRAPHS:
                marker = self._numbering.marker(style, min(depth, MAX_LEVELS)) if goes_on else ""
                self._paragraph(element, marker, max(0, depth - 1))
            elif element.tag in {f"{TEXT}list-item", f"{TEXT}list-header"}:
                first = next((each for each in element if each.tag in PARAGRAPHS), None)
                if first is not None and element.tag == f"{TEXT}list-item":
                    self._numbering.count(element, style, min(depth + 1, MAX_LEVELS))
                    goes_on = False
                else:
                    first = None
                pending += [
                    (each, style, depth + 1, each is first or (goes_on and each.tag == f"{TEXT}list"))
                    for each in list(element)[::-1]
                ]

    def _table(self, table: etree._Element) -> None:
        found, header = text_table(table)
        rows = [[[(text, self._page) for text, _ in runs] for runs in row] for row in found]
        self._builder.table_of_runs(rows, header=header)
        for each in table.iter(NOTE, REMARK, IMAGE, OBJECT):
            self._aside(each)
