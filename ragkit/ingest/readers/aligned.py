"""Tables of plain text, whose columns stand one below the other, as rows of cells.

It is cautious: what merely might be a table stays as it is written. A first line names the columns where a rule is
drawn below it, or where it has no figures and what stands below it has.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from ragkit.ingest.readers.build import CELL_JOINT, Cell, Run, TextBuilder, cell_runs, texts_of
from ragkit.ingest.readers.column_names import has_header, is_unit
from ragkit.ingest.readers.tables import Row, joined_header
from ragkit.types import BlockKind

Line = tuple[str, int]
"""A line and its number."""

Column = tuple[int, int]
"""Where the text of a column begins and ends in its lines."""


class Aligned(NamedTuple):
    """The table in ``lines[start:end]``; the first of its rows names the columns."""

    start: int
    end: int
    rows: list[Row]


_PIECE = re.compile(r"\S+(?:(?: |(?<=[.!?])  )\S+)*")
"""What gaps set apart; two blanks behind a full stop are none."""
_RULE = re.compile(r" *([-=~_])\1+(?: +\1+)* *$")
_SEGMENT = re.compile(r"([-=~_])\1*")
_NAME = re.compile(r"(?=.*[^\W\d_])[\w#%€$£&/().,'’+°²³ -]{1,40}")
_YEAR = re.compile(r"(?:19|20)\d\d")
_ITEM = re.compile(r"(?:[-*+•–]|\(?(?:\d{1,3}|[a-zA-Z])[.)]) ")
_COUNTED = re.compile(r"\(?1[.)] ")
_NO_TABLE = re.compile(r"[{}\\|]|;$|\.{4,}|(?:\. ){3,}|_{4,}|::|->|//")
"""What source code, drawings, forms and tables of contents have."""
_NUMBER = re.compile(r"\d+(?:[.,:]\d+)*")
_WORD = re.compile(r"[^\W\d_]+")
_MAX_LINE = 300
_MAX_HEADS = 3
_MAX_WORDS = 5
_MIN_ROWS = 2
_GAP = 2
"""Blanks between two columns."""


def aligned_tables(lines: Sequence[Line]) -> Iterator[Aligned]:
    """The tables in order, at most one in a stretch without blank lines."""
    at = 0
    while at < len(lines):
        while at < len(lines) and lines[at][0].strip() and not _is_wide(lines[at][0]):
            at += 1
        found = _table(lines, at) if at < len(lines) and lines[at][0].strip() else None
        if found:
            yield found
        at = _blank_from(lines, found.end if found else at) + 1


def add_lines(builder: TextBuilder, kind: BlockKind, runs: Sequence[Run]) -> None:
    """Adds text whose lines are as its author broke them: its aligned tables as such, all else as ``kind``."""
    lines = list(_lines(runs))
    at = 0
    for table in aligned_tables(lines):
        builder.add(kind, [(text + "\n", number) for text, number in lines[at : table.start]])
        builder.table_of_runs(table.rows)
        at = table.end
    builder.add(kind, [(text + "\n", number) for text, number in lines[at:]] if at else runs)


def _lines(runs: Sequence[Run]) -> Iterator[Line]:
    """The lines of a text, each with the number of the run that begins it."""
    parts: list[str] = []
    number = 0
    for text, own in runs:
        for part in text.splitlines(keepends=True):
            number = number if parts else own
            parts.append(part)
            if part.endswith("\n"):
                yield "".join(parts).rstrip().expandtabs(8), number
                parts = []
    if parts:
        yield "".join(parts).rstrip().expandtabs(8), number


def _table(lines: Sequence[Line], at: int) -> Aligned | None:
    """The table whose first line is ``at``, if it is one beyond doubt."""
    rule = _rule_below(lines, at)
    head = lines[at : rule or at + 1]
    names = [text for text, _ in head]
    if not _may_be_head(names, ruled=rule > 0):
        return None
    begin = (rule or at) + 1
    begin += begin < len(lines) and not lines[begin][0].strip()
    segments = [match.span() for match in _SEGMENT.finditer(lines[rule][0])] if rule else []
    end = _end(lines, begin, names[-1], segments)
    body = [line for line in lines[begin:end] if not _RULE.match(line[0])]
    columns = _columns([*names, *(text for text, _ in body)], segments)
    if len(columns) < 2 or len(body) < _MIN_ROWS or any(_NO_TABLE.search(text) for text, _ in body):
        return None
    header = joined_header([*(_cells(line, columns) for line in head), []], len(head))[:1]
    rows = list(_with_what_wraps([_cells(line, columns) for line in body]))
    if not _names_columns(names, header[0], rows, columns, ruled=rule > 0) or _stand_alone(rows):
        return None
    if not rule and not (_begins_with_figures(header[0], rows) and _is_aligned(body, columns)):
        return None
    end, more = _further(lines, end, columns)
    return Aligned(at, end, [*header, *rows, *_with_what_wraps(more)])


def _rule_below(lines: Sequence[Line], at: int) -> int:
    """The place of the rule below the names of columns that begin at ``at``, or 0."""
    for place in range(at + 1, min(at + 1 + _MAX_HEADS, len(lines))):
        text = lines[place][0]
        if _RULE.match(text):
            return place
        if not text.strip() or not (_is_wide(text) or text.startswith("  ")):
            break
    return 0


def _may_be_head(names: Sequence[str], *, ruled: bool) -> bool:
    """Whether lines may name columns; several do so without a figure."""
    has_figures = len(names) > 1 and _has_digit("".join(names))
    return not has_figures and all(_may_be_names(text, ruled=ruled) for text in names)


def _may_be_names(text: str, *, ruled: bool) -> bool:
    """Whether each piece of a line is short and of words; figures stand only above a rule, years and units anywhere."""
    pieces = _pieces(text)
    if len(text) > _MAX_LINE or CELL_JOINT in text or _ITEM.match(text.strip()) or not pieces:
        return False
    return all(
        (_NAME.fullmatch(piece) and len(piece.split()) <= _MAX_WORDS and (ruled or not _has_digit(piece)))
        or _YEAR.fullmatch(piece)
        or is_unit(piece)
        for piece in (match[0] for match in pieces)
    )


def _end(lines: Sequence[Line], begin: int, names: str, segments: Sequence[Column]) -> int:
    """The end of the rows that begin at ``begin``: what crosses from the first column into the second is none."""
    first = _pieces(lines[begin][0]) if begin < len(lines) else []
    label = first[0].end() if first else 0
    second = next((piece.start() for piece in _pieces(names) if piece.start() > label), label)
    place = end = begin
    while place < len(lines) and lines[place][0].strip() and len(lines[place][0]) <= _MAX_LINE:
        text = lines[place][0]
        pieces = _pieces(text)
        is_row = (len(pieces) > 1 or _is_cut(text, segments)) and not _RULE.match(text)
        goes_on = end > begin and pieces[0].start() >= second
        if not (is_row or goes_on or _RULE.match(text) or pieces[0].end() + _GAP <= second):
            break
        place += 1
        end = place if is_row or goes_on else end
    return end


def _is_cut(text: str, segments: Sequence[Column]) -> bool:
    """Whether a line has text below several segments of a rule, and blanks where they end."""
    has_blanks = all(text[end : end + 1] in {"", " "} for _, end in segments[:-1])
    return has_blanks and sum(bool(text[start:end].strip()) for start, end in segments) > 1


def _columns(texts: Sequence[str], segments: Sequence[Column]) -> list[Column]:
    """The columns between which all lines have blanks: two at least, or one where the rule has them too."""
    filled = 0
    for text in texts:
        for word in re.finditer(r"\S+", text):
            filled |= ((1 << (word.end() - word.start())) - 1) << word.start()
    spans = [match.span() for match in re.finditer("1+", bin(filled)[:1:-1])]
    drawn = {end for _, end in segments[:-1]}
    columns: list[Column] = []
    for start, end in spans:
        is_apart = columns and (start - columns[-1][1] >= _GAP or any(columns[-1][1] <= edge < start for edge in drawn))
        if columns and not is_apart:
            columns[-1] = columns[-1][0], end
        else:
            columns.append((start, end))
    return columns


def _cells(line: Line, columns: Sequence[Column]) -> Row:
    text, number = line
    return [cell_runs([(text[start:end], number)]) for start, end in columns]


def _names_columns(
    names: Sequence[str], header: Row, rows: Sequence[Row], columns: Sequence[Column], *, ruled: bool
) -> bool:
    """Whether each column, save that of the labels, has one name, and enough rows a label with more than that."""
    are_single = all(len(_pieces(text[start:end])) < 2 for text in names for start, end in columns)
    named = len(header) == len(columns) and all(header[1:])
    are_rows = sum(sum(map(bool, row)) > 1 for row in rows) >= _MIN_ROWS
    labels = [text for text in (texts_of(row)[0] for row in rows) if text]
    are_labelled = bool(rows[0][0]) and 3 * len(labels) >= len(rows)
    repeats = any(name and name in column for name, *column in zip(*map(texts_of, [header, *rows]), strict=True))
    is_form = 2 * sum(text.endswith(":") for text in labels) > len(labels)
    fits = ruled or any(map(_has_digit, texts_of(rows[0])))
    is_sound = are_single and named and are_rows and are_labelled and fits and not (repeats or is_form)
    return is_sound and has_header([header, *rows])


def _stand_alone(rows: Sequence[Row]) -> bool:
    """Whether columns are texts of their own: one is a list beside another, or breaks in what it has in brackets."""
    cells = [texts_of(row) for row in rows]
    lists = any(_COUNTED.match(text) for row in cells for text in row[1:])
    return lists or any(text.count("(") > text.count(")") for row in cells for text in row)


def _begins_with_figures(header: Row, rows: Sequence[Row]) -> bool:
    """Whether some column has figures of one kind below its name, with names in capitals if there are but two."""
    names = "".join(texts_of(header))
    if len(header) == 2 and (not names.isupper() or all(texts_of(row)[0].isupper() for row in rows)):
        return False
    return any(_has_figures([texts_of(row)[column] for row in rows]) for column in range(1, len(header)))


def _has_figures(texts: Sequence[str]) -> bool:
    """Whether at least half of the texts of a column have figures, most of them written in the same way."""
    filled = [text for text in texts if text]
    shapes = Counter(_WORD.sub("a", _NUMBER.sub("0", text)) for text in filled if _has_digit(text))
    return shapes.total() >= max(2, len(filled) / 2) and 2 * max(shapes.values()) > shapes.total()


def _is_aligned(body: Sequence[Line], columns: Sequence[Column]) -> bool:
    """Whether in every column most texts begin, or most end, at the same place."""
    for start, end in columns:
        cells = [text[start:end] for text, _ in body if text[start:end].strip()]
        starts = Counter(len(cell) - len(cell.lstrip()) for cell in cells)
        ends = Counter(len(cell.rstrip()) for cell in cells)
        if not cells or 3 * max(*starts.values(), *ends.values()) < 2 * len(cells):
            return False
    return True


def _further(lines: Sequence[Line], end: int, columns: Sequence[Column]) -> tuple[int, list[Row]]:
    """The rows of the table that stand behind single blank lines, and where they end."""
    rows: list[Row] = []
    while end + 1 < len(lines) and not lines[end][0].strip() and lines[end + 1][0].strip():
        after = _blank_from(lines, end + 1)
        group = [line for line in lines[end + 1 : after] if not _RULE.match(line[0])]
        if not all(_fits(text, columns) for text, _ in group) or not any(_is_wide(text) for text, _ in group):
            break
        found = [_cells(line, columns) for line in group]
        if not _has_digit("".join(texts_of(next(row for row in found if sum(map(bool, row)) > 1)))):
            break
        rows += found
        end = after
    return end, rows


def _fits(text: str, columns: Sequence[Column]) -> bool:
    """Whether all of a line stands in columns, a lone piece in the first."""
    pieces = _pieces(text)
    bounds = [start for start, _ in columns[1:]] + [_MAX_LINE]
    edges = [(start, bound - _GAP) for (start, _), bound in zip(columns, bounds, strict=True)]
    inside = all(any(first <= piece.start() and piece.end() <= last for first, last in edges) for piece in pieces)
    return inside and (len(pieces) > 1 or pieces[0].end() <= edges[0][1])


def _with_what_wraps(rows: Sequence[Row]) -> Iterator[Row]:
    """The rows, a line that has but the rest of one cell joined to the row above."""
    above: Row = []
    for row in rows:
        filled = [place for place, runs in enumerate(row) if runs]
        if above and len(filled) == 1 and filled[0] and above[filled[0]]:
            above[filled[0]] = _joined(above[filled[0]], row[filled[0]])
            continue
        if above:
            yield above
        above = list(row)
    if above:
        yield above


def _joined(cell: Cell, more: Cell) -> Cell:
    return [*cell, (" ", more[0][1]), *more]


def _pieces(text: str) -> list[re.Match[str]]:
    return list(_PIECE.finditer(text))


def _is_wide(text: str) -> bool:
    """Whether a line has gaps, as rows have, and is no rule."""
    return "  " in text.strip() and len(_pieces(text)) > 1 and not _RULE.match(text)


def _has_digit(text: str) -> bool:
    return any(map(str.isdigit, text))


def _blank_from(lines: Sequence[Line], at: int) -> int:
    while at < len(lines) and lines[at][0].strip():
        at += 1
    return at
