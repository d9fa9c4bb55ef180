"""Tables of a PDF: which rows make one, which of them are its header, and which column a cell stands in."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby

from ragkit.ingest.readers.build import CELL_JOINT, texts_of
from ragkit.ingest.readers.column_names import has_header, is_unit
from ragkit.ingest.readers.leaders import leader_rows
from ragkit.ingest.readers.list_numbers import count_text
from ragkit.ingest.readers.pdf_glyphs import Piece
from ragkit.ingest.readers.pdf_layout import Drawn, Interval, Row
from ragkit.ingest.readers.tables import placed, stacked

MARKER = re.compile(r"(?:[•▪◦●○■□‣–*-]|\(?(?:\d{1,3}|[a-zA-Z]|[ivx]{1,4})[.)])$")
"""What stands before the text of a list item."""

NUMBER = re.compile(r"\(?(?:[0-9]{1,2}|[a-zA-Z]|[ivx]{1,4})\)?")
"""What stands there too in a list whose lines show that it is one."""

_FIGURE = re.compile(r"[($€£¥+-]*\d[\d,.]*(?:\s?[%)x×]+)?|[—–-]+%?|N/?[AM]|\*+")
_YEAR = re.compile(r"(?:19|20)\d\d")
_PREFIX = re.compile(r"[$€£¥(]{1,3}")
_TRAILING_PREFIX = re.compile(r"(.*\S)\s+([$€£¥])\s*", re.DOTALL)
_SUFFIX = re.compile(r"[)%]{1,3}")
_LEADERS = re.compile(r"(?:[.·…]\s?){4,}")
_MAX_SINGLES = 2
_MAX_GAP = 3.0
_MAX_HEADER_ROWS = 6
_LABEL_SHARE = 0.2
_MAX_HEADER_CHARS = 400
_OFF_CENTRE = 0.25
_MIN_ITEM_WORDS = 2
_ROMAN = [count_text(number, "lowerRoman") for number in range(1, 40)]
_SAME_LEFT = 0.3


@dataclass(frozen=True, slots=True)
class Table:
    """``header`` is empty when none could be told; every row is its cells, the label first."""

    header: list[str]
    rows: list[list[str]]
    lefts: tuple[float, ...] = ()

    def goes_on_from(self, above: Table) -> bool:
        """Whether the columns of both are drawn in the same places."""
        near = [abs(left - other) < 1 for left, other in zip(self.lefts, above.lefts, strict=False)]
        return bool(near) and all(near) and len(self.lefts) == len(above.lefts)


def split_tables(rows: Sequence[Row]) -> Iterator[list[Row] | Table]:
    """The rows of a region as lists of plain rows and tables, in order."""
    for _, group in groupby(rows, key=lambda row: isinstance(row[0], Drawn)):
        own = list(group)
        tables = [_drawn(row[0]) for row in own if isinstance(row[0], Drawn)]
        yield from tables or _split(own)


def _drawn(piece: Drawn) -> Table:
    """A table whose cells are known; its header are its bold rows, or what looks like one."""
    first = [cell.columns for cell in piece.rows[0]]
    heads = piece.heads or (max(cell.rows for cell in piece.rows[0]) if max(first) == 1 else 2)
    rows = placed(piece.rows, heads=heads)
    is_form = any(text.endswith(":") for text in texts_of(rows[0]))
    if not piece.heads and (is_form or not has_header(rows)):
        return Table([], [texts_of(row) for row in placed(piece.rows, heads=0)], piece.lefts)
    return Table(texts_of(rows[0]), [texts_of(row) for row in rows[1:]], piece.lefts)


def _split(rows: Sequence[Row]) -> Iterator[list[Row] | Table]:
    cells = _with_items(numbered([joined(row) for row in rows]), but_figures=True)
    plain: list[Row] = []
    at = 0
    while at < len(cells):
        end = _table_end(cells, at)
        if end == at:
            plain.append(cells[at])
            at += 1
            continue
        above = _header_above(plain, cells[at:end])
        if len(plain) > above:
            yield _with_items(plain[: len(plain) - above])
        rows = [*plain[len(plain) - above :], *cells[at:end]]
        table, items = _table(rows), _with_items(rows)
        yield table if table.header or items == rows else items
        plain, at = [], end
    if plain:
        yield _with_items(plain)


def _with_items(rows: list[Row], *, but_figures: bool = False) -> list[Row]:
    """The rows, those through which dots lead as items of one piece each; or not those that end in figures."""
    told = leader_rows(["  ".join(piece.text for piece in row) for row in rows])
    if but_figures:
        told = {place: text for place, text in told.items() if not is_figure(rows[place][-1].text)}
    return [[_item(row, told[place])] if place in told else row for place, row in enumerate(rows)]


def _item(row: Row, text: str) -> Piece:
    return replace(_merged(row[0], row[-1], ""), text=text)


def clean(text: str) -> str:
    """``text`` on one line, without dot leaders and without a bar that would look like the next cell."""
    return " ".join(_LEADERS.sub(" ", text).split()).replace(CELL_JOINT, " / ")


def joined(row: Row) -> Row:
    """The row with currency signs, brackets and markers of items joined to what they belong to."""
    done: list[Piece] = []
    for piece in row:
        before = done[-1] if done else None
        strayed = _TRAILING_PREFIX.fullmatch(before.text) if before else None
        if before and strayed:
            done[-1] = replace(before, text=strayed[1])
            done.append(replace(piece, text=strayed[2] + piece.text))
        elif before and (_PREFIX.fullmatch(before.text.strip()) or _SUFFIX.fullmatch(piece.text.strip())):
            done[-1] = _merged(before, piece, "")
        elif before and len(done) == 1 and MARKER.fullmatch(before.text.strip()):
            done[-1] = _marked(before, piece)
        else:
            done.append(piece)
    return done


def numbered(rows: Sequence[Row]) -> list[Row]:
    """The rows with numbers joined to the items that they count: text hangs below them, or the next counts on."""
    joint = list(rows)
    open_item: Row = []
    for place, row in enumerate(rows):
        below = rows[place + 1] if place + 1 < len(rows) else []
        if _is_numbered(row):
            goes_on = _is_numbered(below) and _stand_alike(row[1], below[1]) and follows(row[0].text, below[0].text)
            counts_on = bool(open_item) and _stand_alike(open_item[1], row[1])
            counts_on = counts_on and follows(open_item[0].text, row[0].text)
            if goes_on or counts_on or (len(below) == 1 and _stand_alike(row[1], below[0])):
                joint[place] = [_marked(row[0], row[1])]
                open_item = row
        elif len(row) > 1 or not open_item or not _stand_alike(open_item[1], row[0]):
            open_item = []
    return joint


def follows(before: str, after: str) -> bool:
    """Whether ``after`` is the next number, Roman ones too, or the next letter."""
    first, second = before.strip("()."), after.strip("().")
    if first.isdecimal() and second.isdecimal():
        return int(second) == int(first) + 1
    if first in _ROMAN and second in _ROMAN[_ROMAN.index(first) + 1 :][:1]:
        return True
    return len(first) == len(second) == 1 and ord(second) == ord(first) + 1


def _is_numbered(row: Row) -> bool:
    if len(row) != 2 or not NUMBER.fullmatch(row[0].text.strip()):
        return False
    number, text = row
    words = [word for word in text.text.split() if any(map(str.isalpha, word))]
    return len(words) >= _MIN_ITEM_WORDS and text.left - number.right < _MAX_GAP * text.size


def _stand_alike(one: Piece, other: Piece) -> bool:
    return abs(one.left - other.left) < _SAME_LEFT * one.size


def _marked(marker: Piece, text: Piece) -> Piece:
    """An item; what is said tells its size and weight, for markers have a font of their own."""
    whole = _merged(marker, text, " ")
    return replace(whole, bottom=text.bottom, top=text.top, bold=text.bold, inner=text.left)


def _merged(left: Piece, right: Piece, joint: str) -> Piece:
    return Piece(
        left.text.strip() + joint + right.text.strip(),
        left.left,
        min(left.bottom, right.bottom),
        right.right,
        max(left.top, right.top),
        left.bold and right.bold,
    )


def _table_end(rows: Sequence[Row], at: int) -> int:
    """The end of the table that starts at ``at``: rows of cells with at most a few labels between; ``at`` if none."""
    if len(rows[at]) < 2:
        return at
    end, singles, count = at + 1, 0, 1
    for place in range(at + 1, len(rows)):
        gap = rows[place - 1][0].bottom - rows[place][0].top
        if gap > _MAX_GAP * rows[place][0].size:
            break
        if len(rows[place]) > 1:
            end, singles, count = place + 1, 0, count + 1
        elif singles == _MAX_SINGLES:
            break
        else:
            singles += 1
    return end if count > 1 else at


def _header_above(plain: Sequence[Row], rows: Sequence[Row]) -> int:
    """1 when the row above a table spans columns but not the labels, so that it is part of the header; else 0."""
    if not plain or len(plain[-1]) != 1:
        return 0
    piece = plain[-1][0]
    left, right = min(row[0].left for row in rows), max(row[-1].right for row in rows)
    close = piece.bottom - rows[0][0].top < _MAX_GAP / 2 * piece.size
    return int(close and piece.left > left + _LABEL_SHARE * (right - left) and piece.right <= right + piece.size)


def _table(rows: Sequence[Row]) -> Table:
    count = _header_rows(rows)
    columns = _columns(rows[count:])
    if len(columns) < 2 or not _is_of_figures(rows[count:]):
        return Table([], [_plain(row) for row in rows])
    header = _header(rows[:count], columns)
    body = [_cells(row, columns) for row in rows[count:]]
    if sum(map(len, header)) > _MAX_HEADER_CHARS:
        return Table([], [_plain(row) for row in rows[:count]] + body)
    return Table(header, body)


def _plain(row: Row) -> list[str]:
    return [clean(piece.text) for piece in row]


def _header_rows(rows: Sequence[Row]) -> int:
    """How many of the first rows are the header: those without a figure, years aside; 0 when there is no body."""
    for place, row in enumerate(rows[: _MAX_HEADER_ROWS + 1]):
        if any(is_figure(piece.text) for piece in row[1:]) or (place and len(row) == 1 and _is_label(row, rows)):
            return place
    return 0


def _is_label(row: Row, rows: Sequence[Row]) -> bool:
    """Whether a lone piece starts at the table's left edge, as the name of a group of rows does."""
    left, right = min(row[0].left for row in rows), max(row[-1].right for row in rows)
    return row[0].left < left + _LABEL_SHARE / 4 * (right - left)


def is_figure(text: str) -> bool:
    """Whether ``text`` is a number, an amount or a sign for none, but no year and no unit."""
    text = text.strip()
    return bool(_FIGURE.fullmatch(text)) and not _YEAR.fullmatch(text) and not is_unit(text)


def _is_of_figures(body: Sequence[Row]) -> bool:
    """Whether most rows of cells hold figures; where they do not, no column can be told from them."""
    wide = [row for row in body if len(row) > 1]
    return 2 * sum(any(is_figure(piece.text) for piece in row[1:]) for row in wide) > len(wide)


def _columns(body: Sequence[Row]) -> list[Interval]:
    """The columns of figures: the spans that cells which overlap make together."""
    spans = sorted((piece.left, piece.right) for row in body for piece in row[1:] if is_figure(piece.text))
    columns: list[Interval] = []
    for left, right in spans:
        if columns and left < columns[-1][1]:
            columns[-1] = columns[-1][0], max(right, columns[-1][1])
        else:
            columns.append((left, right))
    return columns


def _cells(row: Row, columns: Sequence[Interval]) -> list[str]:
    """The label and one cell for each column, empty where there is none; only the label when there is no more."""
    label: list[str] = []
    cells: list[list[str]] = [[] for _ in columns]
    for piece in row:
        if piece.right <= columns[0][0] or (piece is row[0] and not is_figure(piece.text)):
            label.append(clean(piece.text))
        else:
            cells[_nearest(piece, columns)].append(clean(piece.text))
    if not any(cells):
        return [" ".join(label)]
    return [" ".join(label), *(" ".join(cell) for cell in cells)]


def _nearest(piece: Piece, columns: Sequence[Interval]) -> int:
    """The column that ``piece`` overlaps most, or stands nearest to."""
    overlaps = [min(piece.right, right) - max(piece.left, left) for left, right in columns]
    return overlaps.index(max(overlaps))


def _even_shares(row: Row, columns: Sequence[Interval]) -> list[tuple[int, str]]:
    """Column and text where each piece stands in the middle of as many columns as every other; else nothing."""
    each, odd = divmod(len(columns), len(row))
    if odd or each < 2:
        return []
    shares: list[tuple[int, str]] = []
    for number, piece in enumerate(row):
        places = range(number * each, (number + 1) * each)
        left, right = columns[places[0]][0], columns[places[-1]][1]
        if abs(piece.left + piece.right - left - right) > (right - left) * 2 * _OFF_CENTRE:
            return []
        shares += [(place, clean(piece.text)) for place in places]
    return shares


def _header(rows: Sequence[Row], columns: Sequence[Interval]) -> list[str]:
    """The texts above each column, from top to bottom; what spans columns is said of each of them."""
    placed = [(place, text) for row in rows for place, text in _names(row, columns)]
    names = texts_of(stacked((place, [(text, 0)]) for place, text in placed))
    return [*names, *[""] * (len(columns) + 1 - len(names))] if names[1:] else names


def _names(row: Row, columns: Sequence[Interval]) -> Iterator[tuple[int, str]]:
    """The texts of a row of a header with the places of their columns, 0 for that of the labels."""
    if len(row) == 1 and row[0].text.strip().startswith("("):
        # "(In millions)" is said of the table, wherever it stands above it.
        yield 0, clean(row[0].text)
        return
    shares = _even_shares(row, columns)
    for place, text in shares:
        yield place + 1, text
    for piece in () if shares else row:
        over = [place for place, (left, right) in enumerate(columns) if piece.left < right and piece.right > left]
        if not over and piece.right <= columns[0][0] and piece is row[0] and len(row) > 1:
            yield 0, clean(piece.text)
            continue
        for place in over or [_nearest(piece, columns)]:
            yield place + 1, clean(piece.text)
