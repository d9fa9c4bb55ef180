"""Which row of a workbook is its title: a lone cell above its first table, or one that an empty row sets apart."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from itertools import dropwhile, islice, takewhile

from ragkit.ingest.readers.build import cell_runs, texts_of
from ragkit.ingest.readers.column_names import has_header
from ragkit.ingest.readers.tables import Row

MAX_TITLE = 100
"""Characters."""
_LOOKED_AT = 30
"""Rows of a sheet."""
_WORD = re.compile(r"\w+")
_LETTERS = re.compile(r"[^\W\d_]{3}")
_NO_TITLE = re.compile(
    r"[\W_]|(?:all )?(?:amounts?|figures?|values?|sums?|prices?) (?:are )?in\b|(?:strictly )?confidential\b|draft\b"
    r"|(?:for )?internal\b|.*:(?: |$)|.*[.;!?]$",
    re.IGNORECASE,
)
"""What is told of all figures, or of the file, a label with its value, or a sentence."""
_BESIDE = re.compile(
    r"(?:, | ?\(| [–—-] | )(?:valid|effective)\b.*"
    r"|(?:, | ?\(| [–—-] )(?:net|gross|as (?:of|at)|from|since|until|all|prices|amounts|figures|in|with|without"
    r"|excl|excluding|incl|including|plus|subject to|(?:last )?(?:updated|changed)|status|EUR|USD|GBP|CHF|[€$£¥])"
    r"(?!\w).*",
    re.IGNORECASE,
)
"""What a title tells beside the name of the book: from when it is valid, or in which currency."""


def title_of(sheets: Iterable[tuple[str, Iterable[Row]]]) -> str:
    """The title of a workbook by the names and the rows of its sheets; empty without any.

    The first sheet that says anything has it; what its row tells of prices or dates besides is left out. Above a table
    it may be that of the table alone: where it has all words of the sheet's name, or where another sheet has one of its
    own.
    """
    tops = ((name, _top(rows)) for name, rows in sheets)
    name, top = next(((name, top) for name, top in tops if top), ("", []))
    title = _title_row(top)
    if not title or not any(map(_has_several, top)):
        return _BESIDE.sub("", title)
    others = [top for _, top in tops if top]
    is_of_sheet = set(_words(name)) <= set(_words(title)) or any(_title_row(top) not in {"", title} for top in others)
    return "" if others and is_of_sheet else _BESIDE.sub("", title)


def _top(rows: Iterable[Row]) -> list[Row]:
    """The first rows of a sheet from the first one on that says anything."""
    cleaned = (list(map(cell_runs, row)) for row in islice(rows, _LOOKED_AT))
    return list(dropwhile(lambda row: not any(row), cleaned))


def _title_row(top: Sequence[Row]) -> str:
    """What the first row of a sheet says where that is a title."""
    texts = list(filter(None, texts_of(top[0])))
    if len(texts) != 1 or not _may_be_title(texts[0]):
        return ""
    stands_apart = not top[1:] or not any(top[1])
    return texts[0] if stands_apart or _stands_above_table(top) else ""


def _stands_above_table(top: Sequence[Row]) -> bool:
    """Whether the first row stands above all of a table, of which a row names the columns."""
    table = _table_below(top)
    is_left = all(_begin(top[0]) <= _begin(row) for row in table)
    return is_left and any(has_header(table[place:]) for place in (0, 1))


def _table_below(top: Sequence[Row]) -> list[Row]:
    """The first rows of a sheet with several cells; none where lone ones among them part their groups.

    One that follows the names of the columns names the first group, and the title stands above all.
    """
    rows = list(takewhile(any, dropwhile(lambda row: not _has_several(row), top)))
    lone = next((place for place, row in enumerate(rows) if not _has_several(row)), len(rows))
    is_grouped = 1 < lone < len(rows) and any(map(_has_several, rows[lone:]))
    return [] if is_grouped else [row for row in rows if _has_several(row)]


def _has_several(row: Row) -> bool:
    return sum(map(bool, row)) > 1


def _begin(row: Row) -> int:
    return next(place for place, runs in enumerate(row) if runs)


def _may_be_title(text: str) -> bool:
    is_short = len(text) <= MAX_TITLE and len(_words(_BESIDE.sub("", text))) > 1
    return is_short and bool(_LETTERS.search(text)) and not _NO_TITLE.match(text)


def _words(text: str) -> list[str]:
    return _WORD.findall(text.lower())
