"""Rows whose columns dots lead to: "Tea ......... £2.10" is told as an item, "- Tea: £2.10".

What merely might be such a row stays as it is written: a form that is to be filled in, a table of contents, prose.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby
from typing import NamedTuple

_DOTS = r"(?:\.{2,}|…+|·{2,}|[.…·](?:[ \t][.…·])+)"
_ROW = re.compile(rf"[ \t]*(?P<label>[^\s.…·].*?)(?P<leader>[ \t]*{_DOTS}[ \t]*)(?P<rest>[^\s.…·].*)")
_GAP = re.compile(r"[ \t]{2,}")
_FIGURE = re.compile(r"[$€£¥]? ?\d")
_PAGE = re.compile(r"(?:\d{1,3}|[ivxl]+)")
_MARKER = re.compile(r"(?:[-*+•‣◦–]|\(?(?:\d{1,3}|[a-z])[.)])[ \t]")
_HINTS = ("..", "…", "··", ". .", "· ·")
_NO_VALUE = ("(", "[")
"""How what is to be filled in, or how far a program has come, goes on behind the dots."""
_ENDS = (",", ";", ".", "!", "?")
_MAX_LINE = 300
_MAX_PART = 80
_FEW_WORDS = 3
_SURE = 4
"""Dots of a leader; in prose there are three, or four where a sentence ends."""
_SURE_ALONE = 6
"""Dots of the leader of a row that has no other one beside it."""


class _Row(NamedTuple):
    """``dots`` are those of its leader, which may hang on the label, or stand apart from it."""

    label: str
    values: list[str]
    dots: int
    is_apart: bool


def may_have_leaders(text: str) -> bool:
    """Whether it is worth a look: nearly no text has any."""
    return any(hint in text for hint in _HINTS)


def leader_rows(lines: Sequence[str]) -> dict[int, str]:
    """The rows among lines by their places, each as it is told: successive ones, or a lone one with a long leader."""
    return {place: text for run in _runs(lines) for place, text in _told(run).items()}


def with_leaders_told(text: str) -> str:
    """A text in which each row is an item, on the line on which it stands."""
    if not may_have_leaders(text):
        return text
    lines = text.split("\n")
    told = leader_rows([line.expandtabs() for line in lines])
    return "\n".join(told.get(place, line) for place, line in enumerate(lines))


def _runs(lines: Sequence[str]) -> Iterator[dict[int, _Row]]:
    """The rows that stand one below the other, those of a table of contents left out."""
    found = [(place, row) for place, row in enumerate(map(_row, lines)) if row and not _ends_in_page(row)]
    for _, run in groupby(enumerate(found), key=lambda each: each[1][0] - each[0]):
        yield dict(row for _, row in run)


def _ends_in_page(row: _Row) -> bool:
    *between, last = row.values
    return _PAGE.fullmatch(last) is not None and not any(map(_FIGURE.match, between))


def _row(line: str) -> _Row | None:
    found = _ROW.fullmatch(line.rstrip()) if len(line) <= _MAX_LINE and may_have_leaders(line) else None
    # With two leaders it may as well be two rows that the text of a page has on one line.
    if not found or found["rest"].startswith(_NO_VALUE) or may_have_leaders(found["rest"]):
        return None
    label, leader = found["label"].rstrip(" \t:"), found["leader"]
    values = _GAP.split(found["rest"])
    is_prose = label.endswith(_ENDS) or any(map(_is_prose, values)) or max(map(len, (label, *values))) > _MAX_PART
    if is_prose or not any(map(str.isalnum, label)):
        return None
    dots = sum(3 if sign == "…" else 1 for sign in leader.strip().replace(" ", "").replace("\t", ""))
    return _Row(label, values, dots, leader[0].isspace())


def _is_prose(value: str) -> bool:
    return value.endswith(_ENDS) and len(value.split()) > _FEW_WORDS


def _told(run: Mapping[int, _Row]) -> dict[int, str]:
    """The rows as items, among several also one with a short leader."""
    sure = {place: row for place, row in run.items() if _is_sure(row)}
    rows = {place: row for place, row in run.items() if place in sure or (row.is_apart and len(sure) > 1)}
    if len(rows) == 1 and not all(map(_is_sure_alone, rows.values())):
        return {}
    return {place: _item(row) for place, row in rows.items()}


def _is_sure(row: _Row) -> bool:
    return row.dots >= _SURE and (row.is_apart or _FIGURE.match(row.values[0]) is not None)


def _is_sure_alone(row: _Row) -> bool:
    """Whether a row is none of a form that goes on in prose behind the dots."""
    first = row.values[0]
    return row.dots >= _SURE_ALONE and not (first[0].islower() and " " in first)


def _item(row: _Row) -> str:
    marker = "" if _MARKER.match(row.label) else "- "
    return f"{marker}{row.label}: {', '.join(row.values)}"
