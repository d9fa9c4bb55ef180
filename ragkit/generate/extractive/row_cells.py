"""What an answer says of evidence: a sentence as it is told; of a row of a table its name and the cells asked for."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from ragkit.cells import (
    NO_CELL,
    Cell,
    asked_cells,
    cells,
    explained,
    is_property,
    like,
    may_answer,
    most_shared,
    properties,
    stems,
    subject,
    told,
    turns,
)
from ragkit.generate.extractive.answer_types import asked_for, lacks
from ragkit.generate.extractive.lists_and_steps import SEVERAL
from ragkit.generate.extractive.rows_by_comparison import compared_rows
from ragkit.generate.extractive.rows_by_range import column_in_range
from ragkit.generate.extractive.rows_by_route import route_cells, ways_of_route
from ragkit.generate.extractive.rows_by_superlative import extremes
from ragkit.generate.extractive.rows_by_value import named_cells, specific_words
from ragkit.generate.extractive.table_rows import reworded
from ragkit.generate.wording import MONTH, as_told
from ragkit.lexical import content, stem, words
from ragkit.naming import worded
from ragkit.types import Evidence, Hit

FIELD = re.compile(r"[a-z][\w.\[\]-]*: \S.*")
"""A line as data has it."""
NO_NAME = re.compile(r"Record \d+|")
"""What a record without a name is called by its place."""
BEYOND = re.compile(
    r"\b(?:over|under|above|below|exceed\w*|within|ahead of|behind) (?:(?:the|its|their|his|her|our) )?"
)
"""Asks how what came of something differs from what was planned: how far over budget."""
OUTCOMES = frozenset(map(stem, "forecast actual spent outturn expenditure expected estimate variance".split()))
"""Stems of the names of columns that tell what came of a plan or will."""
BY_WHEN = re.compile(r"\band (?:(?:by|until|till|from|since) )?when\?*$", re.IGNORECASE)
"""Asks for a date, too, in a part that cannot stand alone."""
DATES = frozenset(map(stem, "due deadline date by until when finish end".split()))
DAY = re.compile(rf"\d{{4}}-\d\d-\d\d|(?:\d{{1,2}} )?{MONTH.pattern}\b.*|\d{{1,2}}[./]\d{{1,2}}[./](?:\d\d)?\d\d")
"""A cell that is a day or a month."""
_THEY = "he|I|it|one|she|they|we|you"
AND_WHERE = re.compile(rf"\band where(?: (?:are|can|do|is) (?:{_THEY})\b[^,;?]*)?\?*$", re.IGNORECASE)
AND_HOW_MANY = re.compile(
    r"\band how (?:many|much)(?: of (?:it|them))?"
    rf"(?: (?:(?:are|is) (?:left|there)|(?:do|have) (?:{_THEY}))\b[^,;?]*)?\?*$",
    re.IGNORECASE,
)
"""Ask for a place or an amount, too, in a part that cannot stand alone."""
PLACES = frozenset(map(stem, "address aisle bay bin location place room shelf site storage venue warehouse".split()))
QUANTITIES = frozenset(map(stem, "amount count qty quantity stock".split()))
A_NUMBER = re.compile(r"\d[\d.,]*(?: \w+)?")
REFERENCE = re.compile(r"(?=[^a-z]*\d)(?=[^a-z]*[A-Z])[^a-z]+")
"""A code that names a row, such as TH-1090, and tells nobody what that is."""
NAMES = re.compile(r"[^\W\d_]{3}")
"""How a cell begins that tells it."""
MANY_CELLS = 4
"""A row with more is not told whole to who asks for several rows."""
KNOWN = 0.5
"""The least share of a question's words that the row and what is above have, for it to mean a cell by the others."""


def answered(question: str, hit: Hit, evidence: Evidence) -> str:
    """What the answer to a question says of some evidence: of a row its name and the cells that are asked for."""
    row = hit.chunk.text[evidence.start : evidence.end]
    some, about = told_cells(question, hit, evidence), subject(row)
    is_about = about and any(cell != about for cell in some) and not names_code(question, row)
    text = told(row, some, about if is_about else None)
    closed = text if text.endswith((".", "!", "?")) or not text else f"{text}."
    return closed or as_told(hit, _of_record(hit, evidence))


def said(question: str, hit: Hit, evidence: Evidence) -> str:
    """What an answer takes of some evidence as it stands there: of a row its name and the cells that are asked for."""
    text = hit.chunk.text[evidence.start : evidence.end]
    some = told_cells(question, hit, evidence)
    return " ".join(cell.text for cell in (cells(text)[0], *some)) if some else text


def told_cells(question: str, hit: Hit, evidence: Evidence) -> list[Cell]:
    """The cells of a row that a question asks for, with what it asks for besides; none where that is uncertain."""
    row = hit.chunk.text[evidence.start : evidence.end]
    around = " ".join([hit.chunk.title, *hit.chunk.headings])
    rows = _rows_beside(hit, row)
    compared = compared_rows(question, tuple(rows))
    most = extremes(question, hit.chunk.text, around)
    put = worded(compared.put(row) if compared else reworded(question, hit), row)
    column, ways = column_in_range(question, row), _ways(question, hit, row, rows)
    only = ways or ([most[row]] if row in most else [column[1]] if column else [])
    some = only or asked_cells(put, row, around) or named_cells(question, row) or meant_cells(put, row, around)
    beside = [*compared_cells(question, row, some), *second_cells(question, row)] if some else []
    some = [*some, *beside] or _cells_of_several(question, row)
    some = [*some, *(cell for cell in cells(row)[1:] if compared and cell.label in compared.labels)]
    naming = [*naming_cells(question, row), *route_cells(question, row, rows)] if some else []
    naming += _noted_cells(question, row, [*some, *naming], around) if some else []
    return sorted({*some, *naming}, key=cells(row).index)


def _noted_cells(question: str, row: str, told: Sequence[Cell], around: str) -> list[Cell]:
    """The other cells of a row with a word of a question that nothing else has: "heritage buildings 520" in a note."""
    name, *others = cells(row)
    known = " ".join([around, name.text, *(cell.label for cell in others), *(cell.text for cell in told)])
    asked = set(content(question)).difference(content(known))
    return [cell for cell in others if cell not in told and not asked.isdisjoint(content(cell.value))]


def _ways(question: str, hit: Hit, row: str, rows: Sequence[str]) -> list[Cell]:
    """The cells of a row for the ways that a question asks for, where its columns are called like its table's rows."""
    above = hit.chunk.text[: hit.chunk.text.index(rows[0])] if rows else ""
    ways = ways_of_route(question, tuple(rows), above.rstrip().rpartition("\n")[2]) if above else None
    labels = ways[rows.index(row)] if ways else frozenset[str]()
    return [cell for cell in cells(row)[1:] if cell.label in labels]


def _rows_beside(hit: Hit, row: str) -> list[str]:
    """A row and the others of its passage with the same columns."""
    labels = [cell.label for cell in cells(row)]
    return [line for line in hit.chunk.text.splitlines() if [cell.label for cell in cells(line)] == labels]


def naming_cells(question: str, row: str) -> list[Cell]:
    """The cell that tells what a row is whose name is a code, behind that; none where the question has the code."""
    name, *others = cells(row) or [Cell("", "")]
    is_told = not REFERENCE.fullmatch(name.value) or subject(row) or names_code(question, row)
    return [] if is_told else [each for each in others[:1] if NAMES.match(each.value) and not DAY.fullmatch(each.value)]


def _cells_of_several(question: str, row: str) -> list[Cell]:
    """The cells of a long row that have words of a question for several rows, and the one that tells what it is."""
    found, asked = cells(row), specific_words(question)
    if len(found) <= MANY_CELLS or not SEVERAL.search(question):
        return []
    telling = [cell for cell in found[1:] if not asked.isdisjoint(content(cell.text))]
    return [*telling, *naming_cells(question, row)]


def names_code(question: str, row: str) -> bool:
    """Whether a question calls a row by the code that names it."""
    return set(words(cells(row)[0].value)) <= set(words(question))


def compared_cells(question: str, row: str, some: Sequence[Cell]) -> list[Cell]:
    """What came of the one cell that is asked for, where the question is how far it lies beyond that.

    "How far over budget?" needs the budget and the forecast: there is nothing else that tells the difference.
    """
    beyond = BEYOND.search(question)
    asked = stems(question[beyond.end() :]) if beyond and len(some) == 1 else set()
    return [cell for cell in cells(row)[1:] if cell.stems & OUTCOMES] if asked and some[0].stems & asked else []


def second_cells(question: str, row: str) -> list[Cell]:
    """The one cell that a question asks for at its end: "and by when?", "and where are they?"."""
    others = cells(row)[1:]
    if AND_WHERE.search(question):
        found = [cell for cell in others if PLACES.intersection(content(cell.label))]
    elif AND_HOW_MANY.search(question):
        found = [cell for cell in others if _tells_quantity(cell)]
    else:
        days = [cell for cell in others if BY_WHEN.search(question) and DAY.fullmatch(cell.value)]
        due = [cell for cell in days if DATES.intersection(content(cell.label))]
        found = due if len(days) > 1 else days
    return found if len(found) == 1 else []


def _tells_quantity(cell: Cell) -> bool:
    return bool(A_NUMBER.fullmatch(cell.value) and QUANTITIES.intersection(content(cell.label)))


def _of_record(hit: Hit, evidence: Evidence) -> Evidence:
    """A field of a record below the record's name: "backup: nightly" says nothing of whose backup it is."""
    name = hit.chunk.headings[-1] if hit.chunk.headings else ""
    is_field = FIELD.fullmatch(hit.chunk.text, evidence.start, evidence.end)
    return replace(evidence, heading=evidence.heading or name) if is_field and not NO_NAME.fullmatch(name) else evidence


def meant_cells(question: str, row: str, around: str = "") -> list[Cell]:
    """The one cell of a row that a question asks for, though it may name the row in other words; none if several fit.

    The cell has the sort of answer, and its column most words of the question, or the property that is asked for.
    Nothing is meant where the row and what is ``around`` it have less than `KNOWN` of the question's words: who reads
    nothing but these could not tell.
    """
    asked, kind = stems(question), asked_for(question)
    known = stems(around) | stems(row) | explained(cells(row), asked)
    if NO_CELL.search(question) or len(asked & known) < KNOWN * len(asked):
        return []
    fit = [
        cell
        for cell in cells(row)[1:]
        if cell.label and may_answer(question, cell) and not turns(cell.label, question) and not lacks(kind, cell.text)
    ]
    named = [(cell, like(cell.stems, asked - like(stems(cells(row)[0].text), asked))) for cell in fit]
    meant = most_shared(named)
    of_property = [cell for cell in fit if is_property(cell, asked)]
    unsaid = [cell for cell in fit if is_property(cell, properties(question))]
    several = [cell for cell, shared in named if cell in meant and len(shared) > 1]
    meant = [cell for cell in meant if cell in of_property] or several or of_property or meant or unsaid
    return meant if len(meant) == 1 else []
