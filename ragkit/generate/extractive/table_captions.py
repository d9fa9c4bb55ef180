"""What the line above a table says of all its amounts, told before a cell that is a bare number: "Prices in CHF".

English; no model.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from ragkit.cells import PRICES, Cell, cells
from ragkit.generate.extractive.row_cells import told_cells
from ragkit.generate.extractive.table_columns import unit_in
from ragkit.sentences import sentence_spans
from ragkit.types import Evidence, Hit
from ragkit.units import unit_of

_BARE = re.compile(r"\d[\d.,]*")
_UNIT_ASIDE = re.compile(r"\b[A-Z]{3}\b|[€$£¥%]")
"""In the name of a column that says itself what its numbers are."""
_IN_UNIT = re.compile(r"\bin (?P<unit>[^\W\d_]+|[€$£¥%])(?!\w)")
_SIZES = re.compile(r"\bin (?:hundreds|thousands|millions|billions)\b")
_IN_CODE = re.compile(rf"\b(?i:{'|'.join(PRICES.split())}|amount|figure|sum|value)s?\b.*\bin [A-Z]{{3}}\b")
"""Money by the code of any currency."""
_TIME_OF_DAY = "half of the day"
LONGEST = 160
"""Characters of a sentence that says what a table's amounts are, at most."""


def with_captions(question: str, passages: Sequence[Hit], chosen: Sequence[Evidence]) -> list[Evidence]:
    """What was chosen, each row of which bare numbers are told behind what says their unit, which is said once."""
    whole = [each for one in chosen for each in (*_captions(question, passages[one.passage], one), one)]
    return list(dict.fromkeys(whole))


def _captions(question: str, hit: Hit, row: Evidence) -> Iterator[Evidence]:
    text = hit.chunk.text
    some = told_cells(question, hit, row) or cells(text[row.start : row.end])[1:]
    if not any(map(_is_bare, some)):
        return
    start, end = _above_table(text, row.start)
    if " | " in text[start:end] or text[start:end].strip() in hit.chunk.headings:
        return
    for first, last in sentence_spans(text[start:end]):
        if _says_unit(text[start + first : start + last]):
            yield replace(row, start=start + first, end=start + last, heading="")


def _is_bare(cell: Cell) -> bool:
    says_unit = unit_in(cell.label) or _UNIT_ASIDE.search(cell.label)
    return _BARE.fullmatch(cell.value) is not None and not says_unit


def _above_table(text: str, place: int) -> tuple[int, int]:
    """The line next above the table that has a row at a place."""
    end = place
    while end > 0 and " | " in text[text.rfind("\n", 0, end - 1) + 1 : end].rstrip("\n"):
        end = text.rfind("\n", 0, end - 1) + 1
    above = text[:end].rstrip()
    return above.rfind("\n") + 1, len(above)


def _says_unit(sentence: str) -> bool:
    """Whether a sentence says in which unit amounts are: all rates in USD per container."""
    units = [unit_of(match["unit"]) for match in _IN_UNIT.finditer(sentence)]
    said = any(unit and unit[0] != _TIME_OF_DAY for unit in units)
    return len(sentence) <= LONGEST and bool(said or _SIZES.search(sentence) or _IN_CODE.search(sentence))
