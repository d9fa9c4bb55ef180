"""The tables of reStructuredText as rows of cells: drawn as a grid, drawn with rules, or written as a list."""

from __future__ import annotations

import re
from collections.abc import Sequence

from ragkit.ingest.readers.build import Cell, cell_runs
from ragkit.ingest.readers.rst_inline import Line, inline_runs

Row = list[Cell]

_RULE = re.compile(r"[=-]+(?: +[=-]+)*$")
_GRID_RULE = re.compile(r"\+[-=+]+\+?$")


def dedent(lines: Sequence[Line]) -> list[Line]:
    """The lines without their common margin and without blank lines at either end."""
    lines = list(lines)
    while lines and not lines[0][0]:
        lines.pop(0)
    while lines and not lines[-1][0]:
        lines.pop()
    margin = min((len(text) - len(text.lstrip(" ")) for text, _ in lines if text), default=0)
    return [(text[margin:], number) for text, number in lines]


def simple_table(lines: Sequence[Line], at: int, words: dict[str, str]) -> tuple[list[Row], int]:
    """The rows of the table whose upper rule is line ``at``, and the position after the table."""
    top = lines[at][0]
    starts = [match.start() for match in re.finditer("=+", top)]
    end = _simple_end(lines, at)
    rows: list[list[list[Line]]] = []
    for text, number in lines[at + 1 : end]:
        if not text or _RULE.match(text):
            continue
        cells = _slices(text, starts)
        if cells[0] or not rows:
            rows.append([[] for _ in starts])
        for parts, cell in zip(rows[-1], cells, strict=True):
            parts.append((cell, number))
    return _written(rows, words), end


def _simple_end(lines: Sequence[Line], at: int) -> int:
    """The position after the lower rule: the last rule of ``=`` before a blank line or the end."""
    position = at + 1
    while position < len(lines):
        closes = position + 1 == len(lines) or not lines[position + 1][0]
        if closes and lines[position][0].startswith("=") and _RULE.match(lines[position][0]):
            return position + 1
        position += 1
    return len(lines)


def grid_table(lines: Sequence[Line], at: int, words: dict[str, str]) -> tuple[list[Row], int]:
    """The rows of the table whose upper border is line ``at``, and the position after the table."""
    starts = [match.start() + 1 for match in re.finditer(r"\+", lines[at][0])][:-1]
    end = at
    rows: list[list[list[Line]]] = []
    fresh = True
    while end < len(lines) and lines[end][0][:1] in {"+", "|"}:
        text, number = lines[end]
        if _GRID_RULE.match(text):
            fresh = True
        else:
            if fresh:
                rows.append([[] for _ in starts])
            for parts, cell in zip(rows[-1], _slices(text, starts), strict=True):
                parts.append((cell.strip("| "), number))
            fresh = False
        end += 1
    return _written(rows, words), end


def list_table(body: Sequence[Line], words: dict[str, str]) -> list[Row]:
    """The rows of a ``list-table``: a list of rows, each a list of cells."""
    rows: list[list[list[Line]]] = []
    for text, number in body:
        row = re.match(r"[*-] ([*-])(?: |$)", text)
        inner = text[2:] if row else text.strip()
        if row:
            rows.append([])
        if not rows:
            continue
        if row or re.match(r"  [*-](?: |$)", text):
            rows[-1].append([(inner[2:], number)])
        elif inner and rows[-1]:
            rows[-1][-1].append((inner, number))
    return _written(rows, words)


def _slices(text: str, starts: Sequence[int]) -> list[str]:
    ends = [*starts[1:], len(text) + 1]
    return [text[start:end].strip() for start, end in zip(starts, ends, strict=True)]


def _written(rows: Sequence[Sequence[Sequence[Line]]], words: dict[str, str]) -> list[Row]:
    return [[cell_of(parts, words) for parts in row] for row in rows]


def cell_of(parts: Sequence[Line], words: dict[str, str]) -> Cell:
    """The text of the lines of a cell, without markup."""
    runs = inline_runs([(text, number) for text, number in parts if text], words)
    # a backslash alone keeps an empty first cell from being a continued row
    return cell_runs([(runs[0][0].removeprefix("\\"), runs[0][1]), *runs[1:]]) if runs else []
