"""Which rows of a table answer: the one that is named, or all that have what is asked for."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from ragkit.cells import (
    NO_CELL,
    Cell,
    asked_cells,
    cells,
    is_property,
    like,
    most_shared,
    properties,
    stems,
    told,
    turns,
)
from ragkit.generate.extractive.answer_types import asked_for, lacks
from ragkit.generate.extractive.rows_by_range import column_in_range
from ragkit.generate.extractive.rows_by_superlative import extremes
from ragkit.generate.extractive.rows_by_value import named_cells, specific_words
from ragkit.generate.extractive.similarity_evidence import (
    Candidate,
    asked_rows,
    candidates,
    reworded,
    rival_rows,
    tables,
)
from ragkit.generate.wording import ROW, as_told, in_order
from ragkit.lexical import content
from ragkit.naming import worded
from ragkit.types import Evidence, Hit

ASKS_FOR_ONE = re.compile(r"(?:how|what(?:['’]s| is| was| does| did))\b", re.IGNORECASE)
"""Asks for a value that is the same in all rows, if several have one."""
CELL = re.compile(r"[ \t]+\|[ \t]+| {2,}|\t")
"""What stands between two cells of a row."""

FIELD = re.compile(r"[a-z][\w.\[\]-]*: \S.*")
"""A line as data has it."""
NO_NAME = re.compile(r"Record \d+|")
"""What a record without a name is called by its place."""
KNOWN = 0.5
"""The least share of a question's words that the row and what is above have, for it to mean a cell by the others."""


def answered(question: str, hit: Hit, evidence: Evidence) -> str:
    """What the answer to a question says of some evidence: of a row its name and the cells that are asked for."""
    row = hit.chunk.text[evidence.start : evidence.end]
    around = " ".join([hit.chunk.title, *hit.chunk.headings])
    most, put = extremes(question, hit.chunk.text), worded(reworded(question, hit), row)
    column = column_in_range(question, row)
    only = [most[row]] if row in most else [column[1]] if column else []
    some = only or asked_cells(put, row, around) or named_cells(question, row) or meant_cells(put, row, around)
    text = told(row, some)
    closed = text if text.endswith((".", "!", "?")) or not text else f"{text}."
    return closed or as_told(hit, _of_record(hit, evidence))


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
    if NO_CELL.search(question) or len(asked & (stems(around) | stems(row))) < KNOWN * len(asked):
        return []
    fit = [
        cell for cell in cells(row)[1:] if cell.label and not turns(cell.label, question) and not lacks(kind, cell.text)
    ]
    named = [(cell, like(cell.stems, asked - like(stems(cells(row)[0].text), asked))) for cell in fit]
    meant = most_shared(named)
    of_property = [cell for cell in fit if is_property(cell, asked)]
    unsaid = [cell for cell in fit if is_property(cell, properties(question))]
    several = [cell for cell, shared in named if cell in meant and len(shared) > 1]
    meant = [cell for cell in meant if cell in of_property] or several or of_property or meant or unsaid
    return meant if len(meant) == 1 else []


def is_of_a_row_said(question: str, passages: Sequence[Hit], best: Evidence, before: Sequence[Evidence]) -> bool:
    """Whether the best sentence is a row with no word of the question that another row, said ``before``, lacks.

    "What does Team cost, and how many users are included?" names the row once.
    """
    asked, hit = set(content(question)), passages[best.passage]
    rows = [
        row
        for row in before
        if row.passage == best.passage and row.start != best.start and is_row(hit, row) and is_row(hit, best)
    ]
    return any(asked & set(content(as_told(hit, best))) <= set(content(as_told(hit, row))) for row in rows)


def named_first(question: str, hit: Hit, ranked: Sequence[Evidence]) -> Sequence[Evidence]:
    """Put the rows that the question names before the best row of their table, with its score.

    Such a row has all the question's words that the best one has and more, and its first cell has all that the best
    one's has and more. Of rows with the same words of the question only the one with the fewest others in its first
    cell is moved: "Adult" rather than "Islander adult".
    """
    asked, best = set(content(question)), ranked[0]
    have = {row: set(content(as_told(hit, row))) & asked for row in table(hit, ranked)}
    cells = {row: _first_cell(hit, row) for row in have}
    named: dict[frozenset[str], Evidence] = {}
    for row in sorted(have, key=lambda row: (len(cells[row] - asked), -row.score)):
        if have[row] > have[best] and cells[row] & asked > cells[best] & asked:
            named.setdefault(frozenset(have[row]), row)
    first = [row for words, row in named.items() if not any(words < others for others in named)]
    rest = [each for each in ranked if each not in first]
    return [*(replace(row, score=best.score) for row in first), *rest]


def is_lesser_row(question: str, hit: Hit, best: Evidence, evidence: Evidence) -> bool:
    """Whether a row matches the question less than the best sentence, another row of its passage.

    It has some of the question's words that the best one has and no other, or the same and more besides in its first
    cell: "Islander adult" beside "Adult" when no islander is asked for.
    """
    if evidence.passage != best.passage or not (is_row(hit, best) and is_row(hit, evidence)):
        return False
    asked = set(content(question))
    words, most = (asked & set(content(as_told(hit, row))) for row in (evidence, best))
    named = _first_cell(hit, best)
    return words < most or (words == most and bool(named & asked) and named < _first_cell(hit, evidence))


def _first_cell(hit: Hit, row: Evidence) -> set[str]:
    return set(content(CELL.split(hit.chunk.text[row.start : row.end])[0]))


def rows_asked_for(
    question: str, passages: Sequence[Hit], ranked: Sequence[Evidence]
) -> tuple[list[Evidence], Sequence[Evidence]]:
    """All rows with the values that the question names, if the best sentence is one; and what was found without others.

    They stand in whichever passages of the best one's document and have the words of the question that it has. A row
    that is for another amount or day is none. What was found is without the other rows of the table.
    """
    found = list(candidates(passages))
    table = next(
        (rows for rows in tables(found, passages) if any(_place(row) == _place(ranked[0]) for row in rows)), []
    )
    beside = rival_rows(question, found, passages)[0] if table else set[Candidate]()
    words = specific_words(question)
    have = {_place(row): words & set(content(row.text)) for row in table}
    best = have.get(_place(ranked[0]), set())
    asked = {_place(row): row for row in asked_rows(question, table) if row not in beside}
    if _place(ranked[0]) not in asked:
        return [], ranked
    others = {_place(row) for row in table}.difference(asked)
    known = {_place(each): each for each in ranked}
    rows = [
        known.get(place) or replace(ranked[0], passage=row.passage, start=row.start, end=row.end)
        for place, row in asked.items()
        if best <= have[place] and not ASKS_FOR_ONE.match(question)
    ]
    return rows, [each for each in ranked if _place(each) not in others]


def _place(each: Evidence | Candidate) -> tuple[int, int]:
    return each.passage, each.start


def rows_as_good(question: str, hit: Hit, ranked: Sequence[Evidence]) -> list[Evidence]:
    """The rows that have all the question's words which the best sentence, a row of their table, has.

    Of "Which rooms are on floor 2?" it is ``2`` that tells rows apart, if not every room is there.
    """
    asked = set(content(question))
    have = {row: asked & set(content(as_told(hit, row))) for row in table(hit, ranked)}
    return [row for row, words in have.items() if have[ranked[0]] <= words]


def table(hit: Hit, ranked: Sequence[Evidence]) -> list[Evidence]:
    """The rows on successive lines around the best sentence; nothing if it is none."""
    best, run = ranked[0], list[Evidence]()
    for evidence in in_order(ranked, best.passage):
        if not is_row(hit, evidence) or (run and hit.chunk.text[run[-1].end : evidence.start].strip(" ") != "\n"):
            if best in run:
                break
            run = []
        if is_row(hit, evidence):
            run.append(evidence)
    return run if best in run else []


def is_row(hit: Hit, evidence: Evidence) -> bool:
    """Whether a sentence is a row of a table."""
    return ROW.search(hit.chunk.text, evidence.start, evidence.end) is not None
