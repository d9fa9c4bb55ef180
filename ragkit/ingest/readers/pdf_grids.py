"""Tables of a PDF that are drawn with rules: their cells are what the rules enclose, whatever stands in them."""

from __future__ import annotations

import ctypes
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import islice, product

import pypdfium2.raw as pdfium
from pypdfium2 import PdfPage

from ragkit.ingest.readers.pdf_glyphs import HYPHEN, Box, Piece, Wall, upright
from ragkit.ingest.readers.pdf_layout import Drawn, Row, rows_of
from ragkit.ingest.readers.pdf_tables import clean, is_figure, joined
from ragkit.ingest.readers.tables import Spanning

_NEAR = 3.0
_THIN = 2.5
_MIN_LENGTH = 4.0
_MAX_SEGMENTS = 400
_MAX_LINES = 4_000
"""Of a page; one with more shows a map, or a drawing."""
_MAX_RULES = 400
_ARMS = 2
_MIN_ROWS = 2
_MIN_CELLS = 2
_MAX_CELL = 2_000
_MAX_FIGURES = 1
_MIN_LINES = 3
_MAX_WORDS = 3

Place = tuple[int, int]
"""Row and column."""


@dataclass(frozen=True, slots=True)
class Grid:
    """Where the rules of a table stand, from left to right and from top to bottom, and those that are there."""

    lefts: list[float]
    tops: list[float]
    upright: list[Wall]
    level: list[Wall]

    def place(self, x: float, y: float) -> Place | None:
        """Where a point is, None outside."""
        if not (self.lefts[0] <= x < self.lefts[-1] and self.tops[-1] < y <= self.tops[0]):
            return None
        return sum(top >= y for top in self.tops) - 1, sum(left <= x for left in self.lefts) - 1

    def span(self, row: int, column: int) -> tuple[int, int]:
        """How many rows and columns a cell reaches over: up to where a rule stands."""
        across = down = 1
        y = (self.tops[row] + self.tops[row + 1]) / 2
        while column + across < len(self.lefts) - 1 and not _stands(self.upright, self.lefts[column + across], y):
            across += 1
        x = (self.lefts[column] + self.lefts[column + 1]) / 2
        while row + down < len(self.tops) - 1 and not _stands(self.level, self.tops[row + down], x):
            down += 1
        return down, across


def _stands(walls: Sequence[Wall], at: float, on: float) -> bool:
    return any(abs(place - at) <= _NEAR and first <= on <= last for place, first, last in walls)


def grids(page: PdfPage) -> list[Grid]:
    """The drawn tables of a page: rules that meet, and make more than one row and more than one column."""
    lines = list(islice(_lines(page), _MAX_LINES))
    walls = _merged([(a, b, d) for a, b, c, d in lines if c - a <= _THIN < d - b])
    floors = _merged([(b, a, c) for a, b, c, d in lines if d - b <= _THIN < c - a])
    if len(lines) == _MAX_LINES or not walls or len(floors) < _ARMS or len(walls) + len(floors) > _MAX_RULES:
        return []
    return [grid for part in _parts(walls, floors) if (grid := _grid(*part))]


def with_tables(pieces: Sequence[Piece], drawn: Sequence[Grid]) -> list[Piece]:
    """The pieces with those that stand in a drawn table as one; one table in another is the table, and text around."""
    left = list(pieces)
    for grid in sorted(drawn, key=lambda grid: (grid.lefts[-1] - grid.lefts[0]) * (grid.tops[0] - grid.tops[-1])):
        places = [None if each.skewed else grid.place((each.left + each.right) / 2, each.middle) for each in left]
        inside = [(piece, place) for piece, place in zip(left, places, strict=True) if place]
        table = None if any(isinstance(piece, Drawn) for piece, _ in inside) else _table(grid, inside)
        if table:
            left = [table, *(piece for piece, place in zip(left, places, strict=True) if not place)]
    return left


def _table(grid: Grid, inside: Sequence[tuple[Piece, Place]]) -> Drawn | None:
    """The table, or None where rows are not set apart by rules, or where what is drawn is none."""
    rows = _rows(grid, inside)
    if not _are_ruled([[cell.lines for cell in row if cell.lines] for row in rows]):
        return None
    return Drawn(
        " ".join(piece.text for piece, _ in inside),
        grid.lefts[0],
        grid.tops[-1],
        grid.lefts[-1],
        grid.tops[0],
        rows=[[cell.spanning() for cell in row] for row in rows],
        heads=_heads(rows),
        lefts=tuple(grid.lefts),
    )


@dataclass(frozen=True)
class _Cell:
    """A cell: the place where it begins, over how many rows and columns it reaches, and what stands in it."""

    place: Place
    span: tuple[int, int]
    pieces: list[Piece]

    @cached_property
    def lines(self) -> list[Row]:
        """What stands in it, line by line."""
        return [joined(row) for row in rows_of(self.pieces)]

    def spanning(self) -> Spanning:
        """The cell as tables of all formats have it."""
        text = _text(self.lines)
        down, across = self.span
        return Spanning([(text, 0)] if text else [], across, down, self.place[1])


def _rows(grid: Grid, inside: Iterable[tuple[Piece, Place]]) -> list[list[_Cell]]:
    """The cells of each row that begin in it, with the pieces that are in them."""
    owners: dict[Place, _Cell] = {}
    rows: list[list[_Cell]] = [[] for _ in grid.tops[1:]]
    for place in product(range(len(grid.tops) - 1), range(len(grid.lefts) - 1)):
        if place not in owners:
            (row, column), (down, across) = place, grid.span(*place)
            cell = _Cell(place, (down, across), [])
            owners |= dict.fromkeys(product(range(row, row + down), range(column, column + across)), cell)
            rows[row].append(cell)
    for piece, place in inside:
        owners[place].pieces.append(piece)
    return rows


def _are_ruled(filled: Sequence[Sequence[Sequence[Row]]]) -> bool:
    """Whether rules set apart rows of several cells, of which each row has the filled ones as their lines."""
    several = sum(len(cells) >= _MIN_CELLS for cells in filled)
    return several >= _MIN_ROWS and not any(map(_is_unruled, filled[1:]))


def _heads(rows: Iterable[Iterable[_Cell]]) -> int:
    """How many of the first rows are bold, 0 where all are."""
    bold = [all(piece.bold for cell in row for piece in cell.pieces) for row in rows]
    return bold.index(False) if False in bold else 0


def _is_unruled(cells: Sequence[Sequence[Row]]) -> bool:
    """Whether what stands between two rules is several rows, or running text, rather than cells."""
    figures = max((sum(len(row) == 1 and is_figure(row[0].text) for row in cell) for cell in cells), default=0)
    heights = {len(cell) for cell in cells}
    alike = len(cells) > 1 and len(heights) == 1 and min(heights) >= _MIN_LINES
    words = max((len(piece.text.split()) for cell in cells for row in cell for piece in row), default=0)
    is_list = alike and words <= _MAX_WORDS
    return figures > _MAX_FIGURES or is_list or any(len(_text(cell)) > _MAX_CELL for cell in cells)


def _text(rows: Sequence[Row]) -> str:
    """The lines of a cell as one."""
    text = ""
    for row in rows:
        apart = " " if text and not text.endswith((HYPHEN, "/")) else ""
        text += apart + " ".join(piece.text.strip() for piece in row)
    return clean(text)


def _grid(walls: list[Wall], floors: list[Wall]) -> Grid | None:
    lefts = _places([*(x for x, _, _ in walls), *(end for _, *ends in floors for end in ends)])
    tops = _places([*(y for y, _, _ in floors), *(end for _, *ends in walls for end in ends)])
    return Grid(lefts, tops[::-1], walls, floors) if min(len(lefts), len(tops)) > _ARMS else None


def _places(values: Sequence[float]) -> list[float]:
    """The values in order, those as one that are near to each other."""
    found: list[float] = []
    for value in sorted(values):
        if not found or value - found[-1] > 2 * _NEAR:
            found.append(value)
    return found


def _merged(walls: Sequence[Wall]) -> list[Wall]:
    """The rules with those as one that go on from each other."""
    lines: list[list[Wall]] = []
    for wall in sorted(walls):
        if lines and wall[0] - lines[-1][0][0] <= _NEAR:
            lines[-1].append(wall)
        else:
            lines.append([wall])
    return [each for line in lines for each in _spans(line) if each[2] - each[1] >= _MIN_LENGTH]


def _spans(line: Sequence[Wall]) -> list[Wall]:
    spans: list[Wall] = []
    for place, first, last in sorted(line, key=lambda wall: wall[1]):
        if spans and first - spans[-1][2] <= _NEAR:
            spans[-1] = spans[-1][0], spans[-1][1], max(spans[-1][2], last)
        else:
            spans.append((place, first, last))
    return spans


def _parts(walls: list[Wall], floors: list[Wall]) -> Iterator[tuple[list[Wall], list[Wall]]]:
    """The rules in groups of those that meet."""
    left, free = list(walls), list(floors)
    while left:
        own, level, fresh = [left.pop()], [], True
        while fresh:
            met = [floor for floor in free if any(_meet(wall, floor) for wall in own)]
            level += met
            free = [floor for floor in free if floor not in met]
            more = [wall for wall in left if any(_meet(wall, floor) for floor in met)]
            own += more
            left = [wall for wall in left if wall not in more]
            fresh = bool(more)
        yield own, level


def _meet(wall: Wall, floor: Wall) -> bool:
    (x, bottom, top), (y, left, right) = wall, floor
    return left - _NEAR <= x <= right + _NEAR and bottom - _NEAR <= y <= top + _NEAR


def _lines(page: PdfPage) -> Iterator[Box]:
    """The boxes of the straight lines of a page, those of its thin bars too."""
    turn = upright(page)
    count, kind_of, get = pdfium.FPDFPage_CountObjects, pdfium.FPDFPageObj_GetType, pdfium.FPDFPage_GetObject
    for index in range(count(page.raw)):
        path = get(page.raw, index)
        if kind_of(path) == pdfium.FPDF_PAGEOBJ_PATH:
            yield from _edges(path, turn)


def _edges(path: pdfium.FPDF_PAGEOBJECT, turn: Callable[[float, float, float, float], Box]) -> Iterator[Box]:
    left, bottom, right, top = (ctypes.c_float() for _ in range(4))
    if not pdfium.FPDFPageObj_GetBounds(path, left, bottom, right, top):
        return
    box = turn(left.value, bottom.value, right.value, top.value)
    thin = min(box[2] - box[0], box[3] - box[1]) <= _THIN
    fill, stroke = ctypes.c_int(), ctypes.c_int()
    pdfium.FPDFPath_GetDrawMode(path, fill, stroke)
    if thin and (fill.value or stroke.value):
        yield box
    elif stroke.value and pdfium.FPDFPath_CountSegments(path) <= _MAX_SEGMENTS:
        for (a, b), (c, d) in _strokes(path):
            edge = turn(min(a, c), min(b, d), max(a, c), max(b, d))
            if min(edge[2] - edge[0], edge[3] - edge[1]) <= _THIN / 5:
                yield edge


Point = tuple[float, float]


def _strokes(path: pdfium.FPDF_PAGEOBJECT) -> Iterator[tuple[Point, Point]]:
    """The straight segments of a path, from point to point of the page."""
    matrix = pdfium.FS_MATRIX()
    pdfium.FPDFPageObj_GetMatrix(path, matrix)
    x, y = ctypes.c_float(), ctypes.c_float()
    points: list[Point] = []
    for index in range(pdfium.FPDFPath_CountSegments(path)):
        segment = pdfium.FPDFPath_GetPathSegment(path, index)
        pdfium.FPDFPathSegment_GetPoint(segment, x, y)
        point = matrix.a * x.value + matrix.c * y.value + matrix.e, matrix.b * x.value + matrix.d * y.value + matrix.f
        kind = pdfium.FPDFPathSegment_GetType(segment)
        if kind == pdfium.FPDF_SEGMENT_MOVETO:
            points = []
        elif kind == pdfium.FPDF_SEGMENT_LINETO and points:
            yield points[-1], point
        points.append(point)
        if pdfium.FPDFPathSegment_GetClose(segment):
            yield point, points[0]
