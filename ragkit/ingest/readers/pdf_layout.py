"""The pieces of a page in reading order: rows from top to bottom, and columns of prose one after the other.

Columns are found by recursive cuts along white space, after Nagy, Seth and Viswanathan, "A prototype document image
analysis system for technical journals" (Computer 25:7, 1992); a gutter counts only with prose on both of its sides, so
that a table, whose columns are white space too, stays whole.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

from ragkit.ingest.readers.pdf_glyphs import Piece
from ragkit.ingest.readers.tables import Spanning

Row = list[Piece]
"""Pieces on one line, from left to right."""


@dataclass(frozen=True, slots=True)
class Drawn(Piece):
    """A table that rules enclose, in a row of its own: its cells, how many of its first rows are bold, its columns."""

    rows: Sequence[Sequence[Spanning]] = ()
    heads: int = 0
    lefts: tuple[float, ...] = ()

    @property
    def middle(self) -> float:
        """Where it begins, for it is read as a whole."""
        return self.top


Interval = tuple[float, float]

_FAR = 1e9
_SAME_LINE = 0.5
_MIN_GUTTER = 8.0
_MIN_LINES = 4
_MIN_FILL = 0.5
_MIN_WORDS = 3.5
_MIN_SHARE = 0.2
_MAX_DEPTH = 4


def rows_of(pieces: Sequence[Piece]) -> list[Row]:
    """The upright pieces as rows from top to bottom, then each skewed piece in a row of its own."""
    rows: list[Row] = []
    for piece in sorted((piece for piece in pieces if not piece.skewed), key=lambda piece: -piece.middle):
        line = rows[-1][0] if rows else None
        alone = isinstance(piece, Drawn) or isinstance(line, Drawn)
        if line and not alone and line.middle - piece.middle < _SAME_LINE * min(line.size, piece.size):
            rows[-1].append(piece)
        else:
            rows.append([piece])
    for row in rows:
        row.sort(key=lambda piece: piece.left)
    return rows + [[piece] for piece in pieces if piece.skewed]


def regions(rows: Sequence[Row], depth: int = 0) -> list[list[Row]]:
    """The rows cut into regions in reading order: a column of prose is a region, and so is what lies between."""
    done: list[list[Row]] = []
    plain: list[Row] = []
    at = 0
    while at < len(rows):
        end, gutter = _columns(rows, at) if depth < _MAX_DEPTH else (at, 0.0)
        if end == at:
            plain.append(rows[at])
            at += 1
            continue
        if plain:
            done.append(plain)
            plain = []
        for side in _sides(rows[at:end], gutter):
            done += regions(side, depth + 1)
        at = end
    return [*done, plain] if plain else done


def _columns(rows: Sequence[Row], at: int) -> tuple[int, float]:
    """The end of the longest run of rows from ``at`` on that one gutter divides, and the gutter; ``at`` if none."""
    free: list[Interval] = [(-_FAR, _FAR)]
    end = at
    while end < len(rows) and not rows[end][0].skewed and not isinstance(rows[end][0], Drawn):
        left = _left_free(free, rows[end])
        # The margins always stay free; a run ends where the last gap between text would close.
        if _has_gutter(free) and not _has_gutter(left):
            break
        free, end = left, end + 1
    if end - at < _MIN_LINES:
        return at, 0.0
    run = rows[at:end]
    low, high = min(row[0].left for row in run), max(row[-1].right for row in run)
    gutters = [(first + last) / 2 for first, last in free if first > -_FAR and last < _FAR]
    for gutter in gutters:
        if all(_is_prose(side, high - low) for side in _sides(run, gutter)):
            return end, gutter
    return at, 0.0


def _left_free(free: Sequence[Interval], row: Row) -> list[Interval]:
    """The parts of the free intervals that ``row`` leaves free and that are wide enough for a gutter."""
    edges = [-_FAR, *(edge for piece in row for edge in (piece.left, piece.right)), _FAR]
    gaps = list(zip(edges[::2], edges[1::2], strict=True))
    met = [(max(a, c), min(b, d)) for a, b in free for c, d in gaps]
    return [(first, last) for first, last in met if last - first >= _MIN_GUTTER]


def _has_gutter(free: Sequence[Interval]) -> bool:
    return any(first > -_FAR and last < _FAR for first, last in free)


def _sides(rows: Sequence[Row], gutter: float) -> tuple[list[Row], list[Row]]:
    left = [[piece for piece in row if piece.left < gutter] for row in rows]
    right = [[piece for piece in row if piece.left >= gutter] for row in rows]
    return [row for row in left if row], [row for row in right if row]


def _is_prose(rows: Sequence[Row], width: float) -> bool:
    """Whether these are lines of text that fill their column, rather than cells."""
    if len(rows) < _MIN_LINES:
        return False
    side = max(row[-1].right for row in rows) - min(row[0].left for row in rows)
    fill = median(sum(piece.right - piece.left for piece in row) for row in rows)
    words = median(sum(map(_is_word, " ".join(piece.text for piece in row).split())) for row in rows)
    return side > _MIN_SHARE * width and fill > _MIN_FILL * side and words >= _MIN_WORDS


def _is_word(token: str) -> bool:
    return any(map(str.isalpha, token))
