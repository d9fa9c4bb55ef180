"""Tables of HTML: which are tables of data, the cells of their rows, and which of these name the columns."""

from __future__ import annotations

import re

from lxml import etree

from ragkit.ingest.readers.build import Run, TextBuilder, cell_runs, flow
from ragkit.ingest.readers.column_names import has_header, names_figures
from ragkit.ingest.readers.html_boxes import is_layout
from ragkit.ingest.readers.html_content import HEADINGS, holds, text_of
from ragkit.ingest.readers.tables import MAX_SPAN, Spanning, placed

# A table that holds these lays out a page; it is no table of data. One with lists may be, where it names its columns.
_LAYOUT = ("table", "dl", "pre", *HEADINGS)
_ROW_GROUPS = frozenset({"thead", "tbody", "tfoot"})
_SPAN = re.compile(r"\s*\+?(\d{1,6})", re.ASCII)


def is_data(table: etree._Element) -> bool:
    """Whether a table lays out no page and no box."""
    is_page = holds(table, *_LAYOUT) or (holds(table, "ul", "ol") and not holds(table, "th"))
    return not is_page and not is_layout(table)


class DataTable:
    """The cells of a table that is open, in groups of rows such as a ``<tbody>``."""

    def __init__(self) -> None:
        self._groups: list[list[list[Spanning]]] = [[]]
        self._named: list[bool] = []  # of rows of the first group: all <th>, save for an empty corner, or a <thead>
        self._bold: list[bool] = []  # of the same rows: all in bold type

    def start(self, element: etree._Element) -> None:
        """A row or a group of rows begins, or something else."""
        if element.tag == "tr":
            self._groups[-1].append([])
        elif element.tag in _ROW_GROUPS and self._groups[-1]:
            self._groups.append([])

    def add(self, cell: etree._Element, runs: list[Run]) -> None:
        """Adds a cell with what it says."""
        rows = self._groups[-1]
        if not rows:
            rows.append([])
        is_corner = not rows[-1] and not flow(runs)
        if len(self._groups) == 1:
            self._named += [True] * (len(rows) - len(self._named))
            self._bold += [True] * (len(rows) - len(self._bold))
            self._named[-1] &= is_corner or cell.tag == "th" or _is_in_head(cell)
            self._bold[-1] &= is_corner or _is_bold(cell)
        columns, down = _span(cell.get("colspan")) or 1, _span(cell.get("rowspan"))
        rows[-1].append(Spanning(cell_runs(runs), columns, down or MAX_SPAN))

    def write(self, builder: TextBuilder, table: etree._Element) -> None:
        """Adds the table. A first row in bold type names the columns if it looks like it, or words above figures do."""
        heads = [*self._named, False].index(False)
        reaching = any(each.columns > 1 for row in self._groups[0][: heads - 1] for each in row)
        # Several rows of nothing but <th> may be the rows of a table without names.
        heads = heads if reaching or holds(table, "thead") else min(heads, 1)
        rows = placed(*self._groups, heads=heads)
        is_headed = heads > 0 and any(rows[0])
        is_bold = self._bold[:1] == [True] and self._bold[1:2] != [True]
        if not heads and (has_header(rows) if is_bold else names_figures(rows)):
            rows, is_headed = placed(*self._groups, heads=1), True
        builder.table_of_runs(rows, header=is_headed)


def _is_in_head(cell: etree._Element) -> bool:
    return next(cell.iterancestors("thead", "table")).tag == "thead"


def _is_bold(cell: etree._Element) -> bool:
    """Whether all that a cell says is in bold type."""
    text = text_of(cell).strip()
    inner = cell.iterdescendants("b", "strong")
    return text != "" and any(text_of(each).strip() == text for each in inner)


def _span(value: str | None) -> int:
    """How many columns or rows a cell spans; 0 stands for all the rows that its group still has."""
    found = _SPAN.match(value or "")
    return int(found[1]) if found else 1
