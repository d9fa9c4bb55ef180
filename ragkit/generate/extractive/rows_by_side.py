"""The rows of a table that say yes in the column which a question names, or those that say no: which need a mat?

English; no model.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

from ragkit.cells import ASIDE, Cell, cells, with_days
from ragkit.generate.extractive.rows_by_superlative import LEAST, MOST
from ragkit.lexical import content, numbers, stem, words

DENIED = re.compile(
    r"(?:(?:closed|no(?:ne?)?(?!\.)|never|n/?a|not (?:available|included|offered|possible|allowed))\b|[-–—✗✘]$)",
    re.IGNORECASE,
)
"""How a cell begins that says no."""
_ASKS = re.compile(
    r"(?:(?:at|by|for|from|in|on|to|with) )?(?:(?:which|what|whose)(?: of (?:the|our|these|those|your))?"
    r" (?!(?:are|can|do|does|has|have|is|may|must|need)\b)(?P<noun>\w+)|what|who"
    r"|(?:list|name)(?: all)?(?: the)? (?P<those>\w+))\b"
    r".*?(?:\b(?:accepts?|allows?|are|can|cannot|do|does|gets?|gives?|has|have|includes?|is|may|must|needs?|offers?"
    r"|requires?|supports?|takes?|wants?|without)\b|n['’]t\b)",
    re.IGNORECASE,
)
"""Asks for rows, by the name of what all of them are."""
_NOT = re.compile(r"\b(?:cannot|not|no|without)\b|n['’]t\b", re.IGNORECASE)
_LEFT_OUT = re.compile(r"\b(?:except|excluded?|excluding|free of|neither|never|none|only|unless)\b", re.IGNORECASE)
"""Says no in another way, or of what else."""
_SAYING = frozenset(
    map(
        stem,
        """accept allow apply available enough free get give include mandatory necessary need needed obligatory offer
        optional permit possible require sufficient support take want""".split(),
    )
)
"""Stems of words that say whether there is something, in the name of a column or in a question."""
_TURNED = frozenset("excluding free no non not without".split())
"""Words of a column's name that make a yes of it a no."""


@dataclass(frozen=True, slots=True)
class Side:
    """The rows of a table that stand on the side of a column which a question asks for.

    ``question`` is without what denies. ``known`` are the stems of the column, and of words that say yes or no alone.
    """

    question: str
    rows: tuple[bool, ...]
    known: frozenset[str]


@lru_cache(maxsize=256)
def rows_on_side(question: str, rows: tuple[str, ...]) -> Side | None:
    """Which rows say yes in the one column that a question names, or no where it asks for those.

    None where it asks for a row by its name or for the most of something, and where all rows say the same.
    """
    table = [cells(row) for row in rows]
    asks = _ASKS.match(question)
    if not asks or len(rows) < 2 or not all(table) or _LEFT_OUT.search(question):
        return None
    noun, said = asks["noun"] or asks["those"] or "", words(question)
    asked = with_days(_NOT.sub("", question)) - set(content(noun))
    meant = {cell.label for row in table for cell in row[1:] if _is_named(cell, asked)}
    is_other = not all(asked.isdisjoint(content(row[0].value)) for row in table) or not {*MOST, *LEAST}.isdisjoint(said)
    if len(meant) != 1 or is_other or numbers(question) - numbers(" ".join(meant)):
        return None
    (label,) = meant
    denials = list(_NOT.finditer(question))
    values = [next((cell.value for cell in row if cell.label == label), "") for row in table]
    denied = [DENIED.match(value) is not None for value in values]
    has = [bool(value) and not no for value, no in zip(values, denied, strict=True)]
    known = _SAYING | with_days(label)
    is_clear = not denials or (len(denials) == 1 and asked <= known | _behind(said, known))
    fits = tuple(denied if denials else has)
    return Side(_NOT.sub("", question), fits, known) if is_clear and any(fits) and not all(fits) else None


def _behind(said: Sequence[str], name: frozenset[str]) -> set[str]:
    """The stems of words behind those of a column's name, which may qualify them: written consent."""
    return {stem(word) for before, word in pairwise(said) if stem(before) in name - _SAYING}


def _is_named(cell: Cell, asked: set[str]) -> bool:
    """Whether a question has the name of a column, but for what says whether there is something: mat needed."""
    label = ASIDE.sub("", cell.label)
    name = with_days(label) - _SAYING
    return bool(name) and name <= asked and _TURNED.isdisjoint(words(label))
