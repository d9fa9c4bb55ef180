"""Tables of AsciiDoc: cells by bars, in rows by line or by the number of columns, and comma-separated values."""

from __future__ import annotations

import csv
import re
from collections.abc import Sequence

from ragkit.ingest.readers.build import Cell, Run

_CELL = re.compile(r"(?:(?<=\s)|^)((?:\d{0,3}(?:\.\d{1,3})?[+*])?(?:[<^>](?:\.[<^>])?|\.[<^>])?[adehlmsv]?)?(?<!\\)\|")
_COLUMNS = re.compile(r"cols\s*=\s*\"?([^\"\]]*)")
_REPEAT = re.compile(r"(\d{1,3})\*")
_MAX_REPEATS = 100


def table_rows(lines: Sequence[Run], kind: str, options: str) -> tuple[list[list[Cell]], bool]:
    """The rows of cells, each with its lines, and whether the first row names the columns."""
    if kind in ",:":
        parsed = [(cells, number) for text, number in lines for cells in csv.reader([text], delimiter=kind)]
        return [[[(text, number)] for text in cells] for cells, number in parsed if any(cells)], "header" in options
    cells, first = _cells(lines)
    width = _columns(options) or first or len(cells)
    rows = [cells[at : at + width] for at in range(0, len(cells), width) if width]
    filled = [number for text, number in lines if text]
    # A first line that a blank one follows is a header though nobody says so.
    places = [place for place, (text, _) in enumerate(lines) if text]
    apart = len(places) > 1 and places[0] == 0 and places[1] > 1 and bool(first)
    return rows, "header" in options or (apart and len(filled) > 1 and "noheader" not in options)


def _cells(lines: Sequence[Run]) -> tuple[list[Cell], int]:
    """All cells in order, and how many stand on the first line."""
    cells: list[Cell] = []
    first = 0
    for text, number in lines:
        marks = list(_CELL.finditer(text))
        before = (text[: marks[0].start()] if marks else text).strip()
        if before and cells:
            cells[-1].append((f" {before}", number))
        elif before:
            cells.append([(before, number)])
        ends = [*(mark.start() for mark in marks), len(text)][1:]
        for mark, end in zip(marks, ends, strict=True):
            content = text[mark.end() : end].strip().replace("\\|", "|")
            repeat = _REPEAT.match(mark[1] or "")
            cells += [[(content, number)] for _ in range(min(int(repeat[1]), _MAX_REPEATS) if repeat else 1)]
        if marks and not first:
            first = len(cells)
    return cells, first


def _columns(options: str) -> int:
    found = _COLUMNS.search(options)
    if not found:
        return 0
    total = 0
    for part in found[1].strip().split(","):
        repeat = _REPEAT.match(part.strip())
        total += min(int(repeat[1]), _MAX_REPEATS) if repeat else 1
    return total
