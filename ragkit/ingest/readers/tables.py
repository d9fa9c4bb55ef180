"""What tables share: where one begins, whether its first row names its columns, what cells that span others cover."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import chain, dropwhile
from threading import Lock
from typing import NamedTuple

from ragkit.ingest.readers.build import Cell, TextBuilder, cell_runs, split_lines, texts_of
from ragkit.ingest.readers.column_names import MAX_NAME, has_header, is_name
from ragkit.ingest.readers.furniture import write_furniture

Row = list[Cell]
"""Cells, each piece of text with the 1-based number of its row or line; an empty row has none."""

Reaching = Sequence[str | None]
"""The cells of a row, None for one that the cell above it reaches down to."""

Stretch = tuple[int, int]
"""The first and the last column of a cell that reaches over several."""

Note = tuple[int, str]
"""The row that something was noted on, and what."""

MAX_SPAN = 1000
MAX_HEADS = 6
"""Of rows that may be joined to one header."""


class Spanning(NamedTuple):
    """A cell, over how many columns and rows it reaches, at least 1, and the first column in which it may stand."""

    runs: Cell
    columns: int = 1
    rows: int = 1
    first: int = 0


_NAMED_CELLS = 10
"""Of those that could not be read."""
_MAX_ADDED = 100_000
"""Of places and characters that spans may add to a table, beside as many as it has; then they count no more."""
_LENGTH = Lock()
_MAX_REREAD = 10_000
"""Of lines, beside as many as there are, in the search for where a quote ends."""


def separated(lines: Sequence[str], delimiter: str, *, skip_blanks: bool = False) -> list[Row]:
    """The values in ``lines``, each with all the lines on which it stands; cells may be of any length.

    A quote that is not closed as it should be is the trouble of its own line, in which it stands for itself.
    """
    with _LENGTH:
        # The limit is that of all threads, so it is put back.
        limit = csv.field_size_limit()
        csv.field_size_limit(max(limit, sum(map(len, lines)) + 1))
        try:
            return _separated(lines, "," if delimiter == '"' else delimiter, skip_blanks)
        finally:
            csv.field_size_limit(limit)


def _separated(lines: Sequence[str], delimiter: str, skip_blanks: bool) -> list[Row]:
    rows: list[Row] = []
    at, reread = 0, len(lines) + _MAX_REREAD
    while at < len(lines):
        rest = map(lines.__getitem__, range(at, len(lines)))
        reader = csv.reader(rest, delimiter=delimiter, skipinitialspace=skip_blanks, strict=True)
        begin = at
        try:
            for cells in reader:
                rows.append(_numbered(cells, begin + 1))
                begin = at + reader.line_num
            return rows
        except csv.Error:
            reread -= at + reader.line_num - begin
        at = begin + 1 if reread > 0 else len(lines)
        rows += [_numbered(_alone(line, delimiter), number) for number, line in enumerate(lines[begin:at], begin + 1)]
    return rows


def _numbered(cells: Sequence[str], number: int) -> Row:
    row: Row = []
    for text in cells:
        row.append(list(split_lines(text, number)))
        number += text.count("\n")
    return row


def _alone(line: str, delimiter: str) -> list[str]:
    """The values of a line whose quotes are not as they should be. One that is open would take in the line below."""
    first, *others = csv.reader([line, "below"], delimiter=delimiter)
    return first if others else next(csv.reader([line], delimiter=delimiter, quoting=csv.QUOTE_NONE))


def write_sheet(
    builder: TextBuilder,
    name: str,
    rows: Iterable[Row],
    wide: Mapping[int, Sequence[Stretch]],
    notes: Iterable[Note] = (),
    margins: Iterable[str] = (),
    *,
    title: str = "",
) -> None:
    """Adds a sheet under its name, which stands where the first text does: so no passage has rows without any.

    The sheets of a book with a ``title`` stand below that. The row that says it stays where it says more.
    ``wide`` tells the cells that reach over several columns, by the number of their row; ``margins`` are the headers
    and footers of its pages. A note stands with its row, so that the two are found and cited together.
    """
    filled = dropwhile(lambda row: not any(map(str.strip, texts_of(row))), rows)
    first = next(filled, [])
    pending = sorted(notes, key=lambda note: note[0])[::-1]
    number = number_of(first) or next((number for number, _ in reversed(pending)), 1)
    said = "".join(texts_of(map(cell_runs, first)))
    if title and said.startswith(title) and title not in builder.headings(1):
        builder.add("heading", [(title, number)], level=1)
    first = [] if said == title else first
    builder.add("heading", [(name, number)], level=2 if title else 1)
    write_furniture(builder, margins)
    write_rows(builder, chain([first], filled), wide, pending)


def leave_out_formulas(builder: TextBuilder, sheet: str, places: Sequence[str]) -> None:
    """Notes the cells of a sheet whose formulas have no results, as in files that no spreadsheet program wrote."""
    if places:
        named, beyond = ", ".join(places[:_NAMED_CELLS]), len(places) - _NAMED_CELLS
        more = f" and {beyond:,} more" if beyond > 0 else ""
        reason = "formulas without results; open the file in a spreadsheet program and save it"
        builder.leave_out(f"sheet {sheet}, {named}{more}", reason)


def write_rows(
    builder: TextBuilder,
    rows: Iterable[Row],
    wide: Mapping[int, Sequence[Stretch]] | None = None,
    notes: list[Note] | None = None,
) -> None:
    """Adds the rows as tables, one for each stretch between empty rows; a lone cell above a table is a paragraph.

    Under a header each row says the names of its columns, so that it can be understood alone. Of the ``notes`` the
    first are those of the last rows; they are taken from there as they are added.
    """
    stretch: list[Row] = []
    pending = [] if notes is None else notes
    for row in rows:
        cleaned = list(map(cell_runs, row))
        if any(cleaned):
            if not stretch:
                _write_notes(builder, pending, number_of(cleaned) - 1)
            stretch.append(cleaned)
        else:
            _write_stretch(builder, stretch, wide or {}, pending)
            stretch = []
    _write_stretch(builder, stretch, wide or {}, pending)
    _write_notes(builder, pending, max((number for number, _ in pending), default=0))


def _write_notes(builder: TextBuilder, pending: list[Note], last: int) -> None:
    for number, text in _due(pending, last):
        builder.add("paragraph", [(text, number)])


def _due(pending: list[Note], last: int) -> list[Note]:
    """Takes the notes on the rows up to ``last``."""
    due: list[Note] = []
    while pending and pending[-1][0] <= last:
        due.append(pending.pop())
    return due


def _write_stretch(
    builder: TextBuilder, rows: Sequence[Row], wide: Mapping[int, Sequence[Stretch]], pending: list[Note]
) -> None:
    several = [sum(map(bool, row)) > 1 for row in rows]
    start = several.index(True) if any(several) else 0
    # A lone cell may be the name of a group of columns.
    places = [place for place in (start - 1, start) if 0 <= place < len(rows)]
    bodies = {place: under_groups(rows[place:], wide.get(number_of(rows[place]), ())) for place in places}
    start = next((place for place in places if len(bodies[place]) < len(rows) - place), start)
    for row in rows[:start]:
        builder.add("paragraph", chain.from_iterable(row))
        _write_notes(builder, pending, _last(row))
    body = bodies.get(start, [])
    left = min(map(_begin, body), default=0)
    header = has_header([_trimmed(row[left:]) for row in body])
    if header:
        body = spread_values(body, [wide.get(number_of(row), ()) for row in body])
    body = [_trimmed(row[left:]) for row in body]
    if header:
        # A note on the names of the columns is none on each row.
        _write_notes(builder, pending, _last(body[0]))
    columns = len(body[0]) if header else 0
    builder.table_of_runs([_noted(row, columns, _due(pending, _last(row))) for row in body], header=header)


def _noted(row: Row, columns: int, notes: Sequence[Note]) -> Row:
    """The row with the notes on it as its last cells, below the name of no column."""
    if not notes:
        return row
    return [*row, *[[] for _ in range(columns - len(row))], *([(text, number)] for number, text in notes)]


def under_groups(rows: Sequence[Row], stretches: Iterable[Stretch]) -> list[Row]:
    """The rows, the names of groups of columns in the first one joined to those of the columns in the second.

    Groups are cells of the first row that reach over several columns, each of which has a name below it.
    """
    groups = [stretch for stretch in stretches if rows and _filled(rows[0], stretch[0])]
    if not groups or len(rows) < 3:
        return list(rows)
    is_title = sum(map(bool, rows[0])) == 1 and _begin(rows[0]) <= _begin(rows[1])
    names = texts_of(rows[1])
    if is_title or any(last >= len(names) or not all(map(is_name, names[first : last + 1])) for first, last in groups):
        return list(rows)
    joined = joined_header([spread(rows[0], groups), *rows[1:]], 2)
    return joined if has_header(joined) else list(rows)


def spread(row: Row, stretches: Iterable[Stretch]) -> Row:
    """The row with each cell that reaches over several columns said in all of them."""
    cells = list(row)
    for first, last in stretches:
        if _filled(row, first) and _is_short(row[first]):
            cells += [[] for _ in range(min(last, first + MAX_SPAN) + 1 - len(cells))]
            cells[first : last + 1] = [row[first]] * len(cells[first : last + 1])
    return cells


def spread_values(rows: Sequence[Row], stretches: Sequence[Iterable[Stretch]]) -> list[Row]:
    """The rows of which the first names the columns; in the others a cell over several columns is said in all of them.

    ``stretches`` are those of each row, and may be of more rows than are left of a joined header. What begins a row is
    its name, and what fills it is a line of its own: that is said once.
    """
    width = len(_trimmed(rows[0])) if rows else 0
    room = _MAX_ADDED
    body: list[Row] = []
    for row, reaching in zip(rows[1:], stretches[len(stretches) - len(rows) + 1 :], strict=True):
        found = [(first, min(last, width - 1)) for first, last in reaching if first > _begin(row)] if room > 0 else []
        body.append(spread(row, found) if found else row)
        room -= sum(map(len, texts_of(body[-1]))) - sum(map(len, texts_of(row))) if found else 0
    return [*rows[:1], *body]


def joined_header(rows: Sequence[Row], heads: int) -> list[Row]:
    """The rows with the first ``heads`` as one; in these a cell over several columns is said in each (`spread`).

    What stands above every column is the title of the table: it is told with the first name. Below names it is that
    of a group of rows, and the header ends before it.
    """
    if heads < 2:
        return list(rows)
    head = rows[:heads]
    titles = [len(row) > 1 and all(row) and len(set(texts_of(row))) == 1 for row in head]
    begin, end = _names_between(titles)
    are_names = all(_is_short(runs) for row in head[: end - 1] for runs in row)
    if begin == end or end < 2 or heads >= len(rows) or not are_names:
        return [*map(_gathered, head), *rows[heads:]]
    named = [_gathered(row) if title else row for row, title in zip(head[:end], titles, strict=False)]
    return [stacked(_said_once(named, head[end - 1])), *map(_gathered, head[end:]), *rows[heads:]]


def _names_between(titles: Sequence[bool]) -> tuple[int, int]:
    """Where names begin below the rows that are titles of a table, and where they end above those of a group."""
    begin = titles.index(False) if False in titles else len(titles)
    end = titles.index(True, begin) if True in titles[begin:] else len(titles)
    return begin, end


def _said_once(rows: Iterable[Row], lowest: Row) -> Iterator[tuple[int, Cell]]:
    """The texts of a header of which ``lowest`` is the last row, with their columns; none again below itself."""
    said: dict[int, str] = {}
    for row in rows:
        for column, text in enumerate(texts_of(row)):
            # A cell that reaches further than the names goes no further than they do.
            beyond = column > 0 and row[column] == row[column - 1] and not _filled(lowest, column)
            if text and text != said.get(column) and not beyond:
                said[column] = text
                yield column, row[column]


def stacked(pieces: Iterable[tuple[int, Cell]]) -> Row:
    """The names of columns, each of the texts that stand above its column, from top to bottom."""
    names: Row = []
    for column, runs in pieces:
        names += [[] for _ in range(column + 1 - len(names))]
        names[column] += [(" ", runs[0][1]), *runs] if names[column] else runs
    return names


def _gathered(row: Row) -> Row:
    """The row with each cell said once."""
    return _trimmed([[] if column and runs == row[column - 1] else runs for column, runs in enumerate(row)])


def _filled(row: Row, column: int) -> bool:
    return column < len(row) and bool(row[column])


def _is_short(runs: Cell) -> bool:
    return sum(len(text) for text, _ in runs) <= MAX_NAME


def _begin(row: Row) -> int:
    return next((place for place, runs in enumerate(row) if runs), 0)


def number_of(row: Row) -> int:
    """The number of the row or line on which its text begins, 0 without any."""
    return next((number for runs in row for _, number in runs), 0)


def placed(*groups: Sequence[Sequence[Spanning]], heads: int = 1) -> list[Row]:
    """The rows of a table with each cell in its own column, whatever those before and above it span.

    In the rows that a cell covers it is said again, on their lines, but not where they say nothing else, and not beyond
    its group of rows, such as a ``<tbody>``; in the columns that it covers where these have names (`spread_values`),
    else they stay empty. Where the first ``heads`` rows are several, they are joined to one header.
    """
    heads = min(heads, MAX_HEADS)
    own = sum(len(text) for group in groups for row in group for cell in row for text, _ in cell.runs)
    placing = _Placing(heads, _MAX_ADDED + own)
    for group in groups:
        placing.add(group)
    joined = joined_header(placing.rows, heads)
    return spread_values(joined, placing.stretches) if heads else joined


class _Held(NamedTuple):
    """What a column of a row has: text, how many more rows its cell reaches down to, the last column of that."""

    runs: Cell
    more: int
    last: int


class _Placing:
    """Rows whose cells are put into their columns, and in each row the cells that reach over several columns.

    ``room`` is for the places and characters that spans may add; when it is used up they count no more.
    """

    def __init__(self, heads: int, room: int) -> None:
        self.rows: list[Row] = []
        self.stretches: list[list[Stretch]] = []
        self._heads = heads
        self._room = room

    def add(self, group: Iterable[Sequence[Spanning]]) -> None:
        """Puts the rows of a group below those before; its cells reach down to no other one."""
        held: dict[int, _Held] = {}
        for row in group:
            line = next((line for cell in row for text, line in cell.runs if text.strip()), None)
            held = self._from_above(held, line or 0)
            self._fill(held, row)
            self.stretches.append([(at, each.last) for at, each in held.items() if each.runs and at < each.last])
            columns = self._columns(held)
            self.rows.append(columns if line is not None else [])

    def _from_above(self, above: Mapping[int, _Held], line: int) -> dict[int, _Held]:
        """What the cells of the row above say again in this one, on its line."""
        reaching = [(at, texts_of([each.runs])[0], each) for at, each in above.items() if each.more]
        self._room -= sum(len(text) + 1 for _, text, _ in reaching)
        if self._room <= 0:
            return {}
        return {at: _Held([(text, line)] if text else [], each.more - 1, each.last) for at, text, each in reaching}

    def _fill(self, held: dict[int, _Held], row: Iterable[Spanning]) -> None:
        """Puts each cell of a row into the next column that is free, and takes those that it reaches over."""
        column = 0
        for cell in row:
            column = max(column, cell.first)
            while column in held:
                column += 1
            last = column + (min(cell.columns, MAX_SPAN) if self._room > 0 else 1) - 1
            in_each = len(self.rows) < self._heads > 1 and _is_short(cell.runs)
            for at in range(column, last + 1):
                runs = cell.runs if at == column or in_each else []
                held[at] = _Held(runs, min(cell.rows, MAX_SPAN) - 1, last)
            self._room -= last - column

    def _columns(self, held: Mapping[int, _Held]) -> Row:
        """The row up to its last text; columns that no cell has are added to it."""
        width = max((at for at, each in held.items() if each.runs), default=-1) + 1
        self._room -= max(0, width - len(held))
        return [held[at].runs if at in held else [] for at in range(width)]


def said_again(rows: Iterable[tuple[Reaching, int]]) -> Iterator[Row]:
    """The rows with what a cell says repeated in those that it reaches down to, save where they say nothing else."""
    above: dict[int, str] = {}
    room = _MAX_ADDED
    for row, number in rows:
        cells = [above.get(at, "") if text is None else text for at, text in enumerate(row)]
        above.update((at, text) for at, text in enumerate(row) if text is not None)
        added = sum(len(text) for text, own in zip(cells, row, strict=True) if own is None)
        room += sum(map(len, cells)) - 2 * added
        texts = (cells if room > 0 else row) if any(row) else []
        yield [[(text, number)] if text else [] for text in texts]


def _last(row: Row) -> int:
    return max((number for runs in row for _, number in runs), default=0)


def _trimmed(row: Row) -> Row:
    """Without the empty cells at the end."""
    cells = list(row)
    while cells and not cells[-1]:
        cells.pop()
    return cells
