"""Where a claim tells one cell of a row as a sentence: "The CH-60 costs €218.50" of "CH-60 | Price (€): 218.50".

The claim is the row's name, the name of the column or the property that it is, the value, and what stands next above
the table; no other word of it carries meaning, and no sign is left beside its words, which may be another unit or a
bound. The value is an amount: of two names either may be of the other. English; no model.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from ragkit.cells import ASIDE, BETWEEN, PER, PLAIN, PRICES, PROPERTIES, TURNS, Cell, cells
from ragkit.lexical import NEGATIONS, NUMBER, STOP, content, numbers, stem, words
from ragkit.sentences import sentence_spans
from ragkit.units import unit_of

LONGEST_HEADING = 100
"""Characters of a line above a table that says what it is of at most."""

_JOINING = frozenset("a an and are at be been by each every for had has have in is it its of on per the to was".split())
"""What a sentence needs beside the words of a cell: none that limits or denies, nor says more."""
_UNIT = re.compile(r"\((?P<unit>[€$£¥%]|[A-Z]{3}|[^\W\d_]{1,2})\)")
_PRICES = frozenset(map(stem, PRICES.split()))
_WITHIN = re.compile(r"(?<=[^\W\d_])(?:['’-](?=[^\W\d_])|,(?=\s))")
"""Marks that may stand within and behind a word."""
_WORDS = re.compile(r"[^\W\d_\s][^\W\d_]*")


def says_cell(claim: str, passage: str) -> tuple[int, int] | None:
    """Where the row stands of which ``claim`` tells one cell, and of which name there is no other row."""
    if not NUMBER.search(claim) or BETWEEN not in passage or len(sentence_spans(claim)) != 1:
        return None
    rows = [(line.span(), found) for line in re.finditer(r"\S[^\n]*", passage) if (found := cells(line[0]))]
    names = [found[0].value for _, found in rows]
    told = (
        span
        for span, row in rows
        if names.count(row[0].value) == 1 and _tells_one(claim, row, _heading(passage[: span[0]]))
    )
    return next(told, None)


def _heading(before: str) -> set[str]:
    """The stems of the line next above the rows that end a text; none where it may limit or deny, or is a sentence.

    No unit is among them: that of the column counts.
    """
    line = next((line.strip() for line in reversed(before.split("\n")) if line.strip() and BETWEEN not in line), "")
    found = words(line)
    if len(line) > LONGEST_HEADING or line.endswith((".", "!", "?", ";")) or not (TURNS | NEGATIONS).isdisjoint(found):
        return set()
    return {stem(word) for word in found if word not in STOP and not unit_of(word)}


def _tells_one(claim: str, row: list[Cell], around: set[str]) -> bool:
    rest = _without(claim, row[0].value)
    if rest is None or not re.search(r"\w", row[0].value):
        return False
    return any(
        _is_told(left, cell, row, around) for cell in row[1:] for left in _rests(rest, cell) if _is_of_words(left)
    )


def _is_of_words(rest: str) -> bool:
    """Whether a sentence has nothing but words, up to its stop: no sign, no bracket, no other currency."""
    return all(map(_WORDS.fullmatch, _WITHIN.sub("", rest.rstrip(" .")).split()))


def _rests(text: str, cell: Cell) -> Iterator[str]:
    """The text without the value of a cell, with the unit of its column or without."""
    value, unit = cell.value.rstrip(" ."), _UNIT.search(cell.label)
    if cell.label and numbers(value):
        forms = [f"{unit[1]}{value}", f"{unit[1]} {value}", f"{value}{unit[1]}", f"{value} {unit[1]}"] if unit else []
        yield from (rest for form in (*forms, value) if (rest := _without(text, form)) is not None)


def _without(text: str, part: str) -> str | None:
    """The text without a part, whole words and numbers; None where it does not stand there."""
    pattern = rf"(?<![\w.,-]){re.escape(part)}(?![\w%€$£¥-]|[.,]\d)"
    found = re.search(pattern, text, re.IGNORECASE)
    return f"{text[: found.start()]} {text[found.end() :]}" if found and part else None


def _is_told(rest: str, cell: Cell, row: list[Cell], around: set[str]) -> bool:
    """Whether the rest of a claim names the column of a cell, and no other one of the row, and says nothing else."""
    label = _stems(cell)
    left = {stem(word) for word in words(rest) if word not in STOP}
    asked = {each for each in left if label & PROPERTIES.get(each, frozenset())}
    said = left & label
    unsaid = (
        label - left - PLAIN if said else label - PLAIN - frozenset[str]().union(*map(PROPERTIES.__getitem__, asked))
    )
    rate = set(content(" ".join(found[0] for found in PER.finditer(cell.label))))
    others = [_stems(other) for other in row[1:] if other is not cell]
    elsewhere = any(said <= other if said else other & label for other in others)
    joined = all(word in _JOINING or word in words(cell.label) for word in words(rest) if word in STOP)
    told = bool(said or asked) and not unsaid and (label.isdisjoint(_PRICES) or rate <= left)
    return told and joined and not elsewhere and not numbers(rest) and left <= label | asked | around | rate


def _stems(cell: Cell) -> set[str]:
    """The words of a column's name that carry meaning, without its unit and what it is for each of."""
    return set(content(PER.sub(" ", ASIDE.sub("", cell.label))))
