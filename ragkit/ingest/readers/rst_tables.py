"""The tables of reStructuredText as rows of cells: drawn as a grid, drawn with rules, or written as a list."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from heapq import heappop, heappush
from itertools import zip_longest
from typing import NamedTuple

from ragkit.ingest.readers.build import Cell, cell_runs
from ragkit.ingest.readers.rst_inline import Line, inline_runs
from ragkit.ingest.readers.tables import Row, Spanning, placed

_RULE = re.compile(r"[=-]+(?: +[=-]+)*$")
_SIMPLE_RULE = re.compile(r"=+(?: +=+)*$")
_GRID_RULE = re.compile(r"\+[-=+]+\+?$")
_GRID_HEADER = re.compile(r"\+[=+]+\+$")
_MAX_STEPS = 50
"""Around cells, for each sign of a table."""


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
    starts = _starts(lines[at][0])
    end = _simple_end(lines, at)
    header = next((place for place in range(at + 1, end - 1) if _SIMPLE_RULE.match(lines[place][0])), at)
    rows = [
        [
            Spanning(cell_of([(text[left:right].strip(), number) for text, number in own], words), columns, 1, first)
            for left, right, first, columns in _simple_columns(cells, starts)
        ]
        for own, cells in _simple_rows(lines[at + 1 : end], starts)
    ]
    heads = sum(1 for _ in _simple_rows(lines[at + 1 : header + 1], starts))
    return placed(rows, heads=heads), end


def _starts(rule: str) -> list[int]:
    return [match.start() for match in re.finditer("[=-]+", rule)]


def _simple_rows(lines: Sequence[Line], starts: Sequence[int]) -> Iterator[tuple[list[Line], Sequence[int]]]:
    """The lines of each row and where its cells start: a rule right below it tells which of them span columns."""
    row: list[Line] = []
    for text, number in lines:
        is_rule = _RULE.match(text)
        if row and (is_rule or text[: starts[1]].strip()):
            yield row, sorted({0, *_starts(text)} & set(starts)) if is_rule else starts
            row = []
        if text and not is_rule:
            row.append((text, number))
    if row:
        yield row, starts


def _simple_columns(cells: Sequence[int], starts: Sequence[int]) -> Iterator[tuple[int, int | None, int, int]]:
    """Start and end of each cell in its lines, its first column and the number of them."""
    for left, right in zip_longest(cells, cells[1:]):
        first = starts.index(left)
        yield left, right, first, (starts.index(right) if right else len(starts)) - first


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
    end = at
    while end < len(lines) and lines[end][0][:1] in {"+", "|"}:
        end += 1
    drawn = lines[at:end]
    boxes = _Grid([text for text, _ in drawn]).boxes()
    return (_boxed(drawn, boxes, words) if boxes else _ruled(drawn, words)), end


def _boxed(drawn: Sequence[Line], boxes: Sequence[Box], words: dict[str, str]) -> list[Row]:
    tops = sorted({box.top for box in boxes})
    lefts = sorted({box.left for box in boxes})
    rows: list[list[Spanning]] = [[] for _ in tops]
    for box in sorted(boxes):
        inner = drawn[box.top + 1 : box.bottom]
        parts = [(text[box.left + 1 : box.right].strip("| "), number) for text, number in inner]
        first, top = bisect_left(lefts, box.left), bisect_left(tops, box.top)
        columns, down = bisect_left(lefts, box.right) - first, bisect_left(tops, box.bottom) - top
        rows[top].append(Spanning(cell_of(parts, words), columns, down, first))
    header = next((place for place, (text, _) in enumerate(drawn) if _GRID_HEADER.match(text)), 0)
    return placed(rows, heads=bisect_left(tops, header))


def _ruled(drawn: Sequence[Line], words: dict[str, str]) -> list[Row]:
    """The rows between the rules of a table whose lines do not meet: its columns are those of its upper border."""
    starts = [match.start() + 1 for match in re.finditer(r"\+", drawn[0][0])][:-1]
    rows: list[list[list[Line]]] = []
    fresh = True
    for text, number in drawn:
        if _GRID_RULE.match(text):
            fresh = True
            continue
        if fresh:
            rows.append([[] for _ in starts])
        for parts, cell in zip(rows[-1], _slices(text, starts), strict=True):
            parts.append((cell.strip("| "), number))
        fresh = False
    return _written(rows, words)


class Box(NamedTuple):
    """The lines and the columns of the borders of a cell."""

    top: int
    left: int
    bottom: int
    right: int


class _Grid:
    """A drawn table, in which cells are found by going around their borders, as docutils does."""

    def __init__(self, drawn: Sequence[str]) -> None:
        self._width = max(map(len, drawn))
        self._drawn = [text.replace("=", "-") if _GRID_HEADER.match(text) else text for text in drawn]
        self._drawn = [text.ljust(self._width) for text in self._drawn]
        self._steps = _MAX_STEPS * self._width * len(drawn)

    def boxes(self) -> list[Box]:
        """All cells, or none when they do not fill the table."""
        found: list[Box] = []
        bottom, right = len(self._drawn) - 1, self._width - 1
        done = [0] * right  # down to which line each column is filled
        corners = [(0, 0)]
        while corners:
            top, left = heappop(corners)
            if top >= bottom or left >= right or top < done[left]:
                continue
            box = self._box(top, left)
            if box is None or self._steps < 0 or any(filled != top for filled in done[left : box.right]):
                return []
            done[left : box.right] = [box.bottom] * (box.right - left)
            found.append(box)
            heappush(corners, (top, box.right))
            heappush(corners, (box.bottom, left))
        return found if all(filled == bottom for filled in done) else []

    def _box(self, top: int, left: int) -> Box | None:
        """The smallest cell with this corner."""
        for right in range(left + 1, self._width):
            if self._drawn[top][right] == "+":
                for bottom in range(top + 1, len(self._drawn)):
                    self._steps -= 1
                    mark = self._drawn[bottom][right]
                    if mark == "+" and self._is_closed(top, left, bottom, right):
                        return Box(top, left, bottom, right)
                    if mark not in "+|" or self._steps < 0:
                        break
            elif self._drawn[top][right] != "-":
                break
        return None

    def _is_closed(self, top: int, left: int, bottom: int, right: int) -> bool:
        """Whether the lower and the left border of a cell are drawn."""
        self._steps -= right - left + bottom - top
        if self._drawn[bottom][left] != "+":
            return False
        lower = self._drawn[bottom][left:right]
        return not lower.strip("+-") and all(text[left] in "+|" for text in self._drawn[top:bottom])


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
