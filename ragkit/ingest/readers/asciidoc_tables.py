"""Tables of AsciiDoc: cells by bars, in rows by line or by the number of columns, and values that a sign sets apart."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

from ragkit.ingest.readers.build import Cell, Run
from ragkit.ingest.readers.tables import Spanning, placed, separated

_CELL = (
    r"(?:(?:(?<=\s)|^)(?:(?=[\d.])(\d{0,3})(?:\.(\d{1,3}))?([+*]))?(?:[<^>](?:\.[<^>])?|\.[<^>])?[adehlmsv]?)?(?<!\\)"
)
_REPEAT = re.compile(r"(\d{1,3})\*")
_MAX_REPEATS = 100
_FORMATS = {",": "csv", ":": "dsv"}
_SEPARATORS = {"csv": ",", "dsv": ":", "tsv": "\t"}


def table_rows(lines: Sequence[Run], kind: str, attributes: Mapping[str, str]) -> tuple[list[list[Cell]], bool]:
    """The rows of cells, each with its lines, and whether the first row names the columns.

    ``kind`` is the first sign of the table's fence; ``attributes`` are those of the block, see `block_attributes`.
    """
    form = attributes.get("format", _FORMATS.get(kind, "psv"))
    sign = attributes.get("separator", "").replace("\\t", "\t")
    # A first line that a blank one follows is a header though nobody says so.
    filled = [place for place, (text, _) in enumerate(lines) if text]
    apart = len(filled) > 1 and filled[0] == 0 and filled[1] > 1
    header = "%header" in attributes or (apart and "%noheader" not in attributes)
    width = _columns(attributes.get("cols", ""))
    if form in _SEPARATORS:
        rows = list(_values(lines, form, sign if len(sign) == 1 else _SEPARATORS[form]))
    else:
        rows = placed(_rows(lines, sign or ("!" if kind == "!" else "|"), width), heads=int(header))
    return rows, header


def _values(lines: Sequence[Run], form: str, sign: str) -> Iterator[list[Cell]]:
    if form == "dsv":
        apart = re.compile(rf"(?<!\\){re.escape(sign)}")
        for text, number in lines:
            yield [[(part.replace(f"\\{sign}", sign), number)] for part in apart.split(text)]
        return
    for row in separated([text + "\n" for text, _ in lines], sign):
        yield [[(text, lines[place - 1][1]) for text, place in runs] for runs in row]


def _rows(lines: Sequence[Run], sign: str, width: int) -> list[list[Spanning]]:
    """The cells in rows of ``width`` columns, as many as the first line has where that is 0."""
    cells, first = _cells(lines, sign)
    width = width or first or len(cells)
    rows: list[list[Spanning]] = [[]]
    taken = below = 0
    free_in: Counter[int] = Counter()
    for runs, wanted, down, _ in cells:
        while taken >= width and len(rows) < len(cells):
            taken = below = below - free_in.pop(len(rows), 0)
            rows.append([])
        columns = max(1, min(wanted, width - taken))
        rows[-1].append(Spanning(runs, columns, down))
        taken += columns
        if down > 1:
            below += columns
            free_in[len(rows) - 1 + down] += columns
    return rows


def _cells(lines: Sequence[Run], sign: str) -> tuple[list[Spanning], int]:
    """All cells in order, and how many columns those on the first line have."""
    mark_of = re.compile(_CELL + re.escape(sign))
    cells: list[Spanning] = []
    first = 0
    for text, number in lines:
        marks = list(mark_of.finditer(text))
        before = (text[: marks[0].start()] if marks else text).strip()
        if before and cells:
            cells[-1].runs.append((f" {before}", number))
        elif before:
            cells.append(Spanning([(before, number)]))
        ends = [*(mark.start() for mark in marks), len(text)][1:]
        for mark, end in zip(marks, ends, strict=True):
            content = text[mark.end() : end].strip().replace(f"\\{sign}", sign)
            columns, rows = int(mark[1] or 1) or 1, int(mark[2] or 1) or 1
            if mark[3] == "*":
                cells += [Spanning([(content, number)]) for _ in range(min(columns, _MAX_REPEATS))]
            else:
                cells.append(Spanning([(content, number)], columns, rows))
        if marks and not first:
            first = sum(each.columns for each in cells)
    return cells, first


def _columns(cols: str) -> int:
    """How many columns ``cols`` describes; a number alone is their number."""
    parts = [part.strip() for part in re.split("[,;]", cols)]
    if len(parts) == 1 and parts[0].isascii() and parts[0].isdigit():
        return min(int(parts[0][:4]), _MAX_REPEATS)
    repeats = map(_REPEAT.match, parts)
    return sum(min(int(repeat[1]), _MAX_REPEATS) if repeat else 1 for repeat in repeats) if cols.strip() else 0
