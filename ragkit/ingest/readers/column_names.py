"""Which row of a table names its columns."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise

from ragkit.ingest.readers.build import Cell, texts_of

MAX_NAME = 80
"""Characters of the name of a column."""
_FIGURE = re.compile(r"[-+($€£¥]*\d[\d.,:/\s-]*[%)]*(?:[T ]\d\d:\d\d.*)?|true|false|[-–—]", re.IGNORECASE)
_UNIT = re.compile(r"(?P<open>\()?(?:[€$£¥] ?['’]?000s?|['’]000s?|000s)(?(open)\))")
"""Thousands, of money or of anything: what figures are told in."""
_YEAR = re.compile(r"(?:19|20)\d\d")
_DAY = re.compile(r"\d{4}-\d\d-\d\d|\d\d?:\d\d|\d\d?([./])\d\d?\1(?:\d\d)?\d\d")
_NUMBER = re.compile(r"\d+(?:[.,]\d+)*")
_SIGNS = "-+($€£¥ "
_SAMPLE_ROWS = 10
_NO_FIGURE = re.compile(r"(?:none|nil|free|n/?a|tb[acd]|included|unlimited|closed|yes|no)\b", re.IGNORECASE)
"""How a cell begins that has a word for a figure."""
_LEAST_COLUMNS = 3
"""Of a table that nothing marks; one of two may be a form, with a name and a value in each row."""


def is_unit(text: str) -> bool:
    """Whether a text tells in which thousands figures are: £000, 000s."""
    return _UNIT.fullmatch(text) is not None


def is_name(text: str) -> bool:
    """Whether a text may name a column: a year, a day or what is no figure."""
    return bool(text) and not (_is_figure(text) and not _YEAR.fullmatch(text) and not _DAY.match(text))


def _is_figure(text: str) -> bool:
    return _FIGURE.fullmatch(text) is not None and not is_unit(text)


def has_header(rows: Sequence[Sequence[Cell]]) -> bool:
    """Whether the first of at least two rows names the columns: short texts, unlike those below them and each other.

    One name may stand above two columns where the rows below show that it is none of their values. Of figures these
    are names: years, several dates or times above what is none, and numbers that count the columns.
    """
    if len(rows) < 2:
        return False
    first = texts_of(rows[0])
    names = {column: text for column, text in enumerate(first) if text}
    below = [texts_of(row) for row in rows[1 : 1 + _SAMPLE_ROWS]]
    if any(len(name) > MAX_NAME for name in names.values()) or not _are_different(names, below):
        return False
    if any(_is_like(name, row[column]) for column, name in names.items() for row in below if column < len(row)):
        return False
    figures = {column: name for column, name in names.items() if _is_figure(name)}
    if len(figures) == len(names) and first[0]:
        return False
    return _may_be_names(figures, below[0])


def names_figures(rows: Sequence[Sequence[Cell]]) -> bool:
    """Whether the first row has a name for each of at least three columns, one of which has figures alone below it.

    That is a header also in a table that may be none of data, where nothing marks it.
    """
    if not has_header(rows):
        return False
    names, *others = map(texts_of, rows)
    below = [row for row in others if sum(map(bool, row)) > 1]
    if len(names) < _LEAST_COLUMNS or not all(names[1:]) or any(len(row) > len(names) for row in below):
        return False
    columns = [[row[column] for row in below if row[column:] and row[column]] for column in range(1, len(names))]
    return any(_is_above_figures(name, texts) for name, texts in zip(names[1:], columns, strict=True))


def _is_above_figures(name: str, texts: Sequence[str]) -> bool:
    """Whether what is no figure, nor says so in a word, stands above several; a year above others is one of them."""
    is_year = _YEAR.fullmatch(name) and any(map(_YEAR.fullmatch, texts))
    return is_name(name) and not (is_year or _NO_FIGURE.match(name)) and len(texts) > 1 and all(map(_is_figure, texts))


def _may_be_names(figures: Mapping[int, str], below: Sequence[str]) -> bool:
    """Whether figures may name their columns, of which the row ``below`` has values."""
    others = [name for name in figures.values() if not _YEAR.fullmatch(name)]
    if len(others) > 1 and all(map(_DAY.match, others)):
        return True
    values = [below[column] if column < len(below) else "" for column in figures]
    return not others or (_count(figures.values()) in {0, 1} and _count(values) is None)


def _are_different(names: Mapping[int, str], below: Sequence[Sequence[str]]) -> bool:
    """Whether there are several names and no two alike; most, where none is said below and one is above figures."""
    different = set(names.values())
    if len(different) < 2 or len(different) == len(names):
        return len(different) > 1
    if 2 * len(different) <= len(names) or different & {text for row in below for text in row}:
        return False
    columns = {column: [row[column] for row in below if column < len(row) and row[column]] for column in names}
    return any(
        columns[column] and not _is_figure(name) and all(map(_is_figure, columns[column]))
        for column, name in names.items()
    )


def _is_like(name: str, text: str) -> bool:
    """Whether a text is made like one that should be its name, figures aside: ``5 kg`` like ``3.5 kg``."""
    if name.isdigit() or is_unit(name) or not any(map(str.isdigit, name)):
        return False
    return _NUMBER.sub("0", name).lstrip(_SIGNS) == _NUMBER.sub("0", text).lstrip(_SIGNS)


def _count(figures: Iterable[str]) -> int | None:
    """With which number they begin, when there are at least three and each is one more than the one before."""
    numbers = [int(figure) if figure.isascii() and figure.isdigit() else -1 for figure in figures]
    is_count = len(numbers) > 2 and all(after == before + 1 > 0 for before, after in pairwise(numbers))
    return numbers[0] if is_count else None
