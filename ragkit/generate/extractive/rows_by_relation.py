"""Rows of a table that stand to what a question names as a column says: all who report to Ann, not the row of Ann.

English; no model. Only where the order of the words tells which side is asked for.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from ragkit.cells import ASIDE, LISTED, Cell, cells
from ragkit.lexical import stem, words

BEFORE = frozenset("at by for from in of on to under with".split())
"""What a column's name ends with that says how a row stands to the value: "Reports to"."""
SMALL = frozenset("the a an mr mrs ms dr".split())
_IS = "(?:is|are|was|were)"
_FORMS = (
    rf"whos {{label}} {_IS} (?P<value>.+)",
    r"(?:who|which|what)\b.* (?:has|have|had) (?P<value>.+?) (?:as|for) (?:(?:hi|her|their) )?{label}$",
    rf"who {_IS} (?P<value>.+?) {{label}} (?:of|for)$",
)
"""Ask for the rows with a value of a column, in stems: "Whose deputy is Ann?"."""
_OF_RELATION = rf"(?:who|which|what|list|name)(?: (?!{_IS}\b)\w+)*?{{passive}} {{label}} (?P<value>.+)"
"""The same where the column's name ends with such a word: "Which steps depend on step 3?"."""
_DONE = re.compile(r"\w+(?:ed|en)")
"""What begins a passive: managed by."""


@lru_cache(maxsize=256)
def related_rows(question: str, rows: tuple[str, ...]) -> tuple[bool, ...] | None:
    """For each row whether it has the value that a question names as the other side of a column; None where none does.

    No row has it where the value is the name of a row: the rows of others do not answer, nor does that one.
    """
    table, asked = [cells(row) for row in rows], " ".join(_plain(question))
    if not all(table):
        return None
    names = [" ".join(_plain(row[0].value)) for row in table]
    for label in dict.fromkeys(cell.label for row in table for cell in row[1:] if cell.label):
        for value in _values(label, asked):
            fits = tuple(any(cell.label == label and _has(cell, value) for cell in row[1:]) for row in table)
            if any(fits) or any(f" {value} " in f" {name} " for name in names):
                return fits
    return None


def _values(label: str, asked: str) -> Iterator[str]:
    """What a question, in stems, names as the other side of a column."""
    own, stems = words(ASIDE.sub("", label)), re.escape(" ".join(_plain(label)))
    forms = [form.format(label=stems) for form in _FORMS if stems]
    if stems and own[1:] and own[-1] in BEFORE:
        forms.append(_OF_RELATION.format(label=stems, passive=rf"(?: {_IS})?" if _DONE.fullmatch(own[0]) else ""))
    for form in forms:
        if match := re.match(form, asked):
            yield match["value"]


def _has(cell: Cell, value: str) -> bool:
    """Whether a cell, or an item of it, says what a question names, or has it as a part: a surname."""
    items = (" ".join(_plain(item)) for item in cell.value.split(LISTED))
    return any(item and (f" {value} " in f" {item} " or value.startswith(f"{item} ")) for item in items)


def _plain(text: str) -> list[str]:
    """The stems of a text, without articles, titles and adverbs: who reports directly to Ms Lee."""
    return [stem(word) for word in words(ASIDE.sub("", text)) if word not in SMALL and not word.endswith("ly")]
