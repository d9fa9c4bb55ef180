"""Which rows of tables a question asks for, by their names, values, ranges and days; and which it does not."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import groupby

from ragkit.cells import NO_CELL, Cell, cells, explained, is_of_another_key, like, may_answer, stems
from ragkit.generate.extractive.candidates import Candidate, candidates
from ragkit.generate.extractive.rows_by_comparison import compared_rows
from ragkit.generate.extractive.rows_by_day import rows_of_day
from ragkit.generate.extractive.rows_by_range import Fit, column_in_range, has_amount, rows_in_range
from ragkit.generate.extractive.rows_by_relation import related_rows
from ragkit.generate.extractive.rows_by_route import rows_of_route, ways_of_route
from ragkit.generate.extractive.rows_by_side import rows_on_side
from ragkit.generate.extractive.rows_by_value import ONES_OWN, rows_with_value
from ragkit.generate.extractive.rows_without_cell import lack_what_is_asked
from ragkit.lexical import content, names, negations, stem
from ragkit.types import Hit

CELL = re.compile(r"[ \t]+\|[ \t]+| {2,}|\t")
"""What stands between two cells of a row."""
RECORD = re.compile(r" \| [^|:]{1,60}: ")
"""A cell with its column's name."""
OF_A_NAME = re.compile(
    r"\b(?:in|for|of|to|from|at) (?:the )?(?P<name>(?!(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day|(?:Jan|Febr)uary|March"
    r"|April|May|June|July|August|(?:Sept|Nov|Dec)ember|October|Christmas|Easter)[A-Z][\w-]*(?: [A-Z][\w-]*)*)"
    r"(?=[?.,]|$| (?:in|cost|per|get|have)\b)"
)
"""Whose value is asked for: "in Sweden"."""


def table_rows(found: Iterable[Candidate]) -> list[Candidate]:
    """The rows among some candidates, without the lines that only name columns."""
    return [each for each in found if " | " in each.text and not each.names_columns]


def tables(found: Iterable[Candidate], passages: Sequence[Hit]) -> list[list[Candidate]]:
    """The rows of each table, whose cells have their columns' names, in whichever passages of its document they are.

    They begin with the same column, or stand on successive lines and have a column in common.
    """
    apart = defaultdict[tuple[str, tuple[str, ...], str], dict[int, Candidate]](dict)
    rows = [row for row in table_rows(found) if cells(row.text)]
    label = ""
    for before, row in zip([None, *rows], rows, strict=False):
        chunk = passages[row.passage].chunk
        label = label if before and _are_of_one_table(before, row) else cells(row.text)[1].label
        apart[chunk.uri, chunk.headings, label].setdefault(chunk.start + row.start, row)
    return [[of_one[place] for place in sorted(of_one)] for of_one in apart.values()]


def _are_of_one_table(row: Candidate, other: Candidate) -> bool:
    """Whether two rows stand on successive lines and have a column in common, whatever cells either lacks."""
    own, others = ({cell.label for cell in cells(each.text)[1:] if cell.label} for each in (row, other))
    return row.passage == other.passage and row.end + 1 == other.start and not own.isdisjoint(others)


def first_cell(row: str) -> set[str]:
    """The stems of the cell that names a row."""
    return set(content(CELL.split(row, maxsplit=1)[0]))


def asked_rows(question: str, table: Sequence[Candidate]) -> list[Candidate]:
    """The rows of a table that have the values which a question names, where these tell them apart."""
    fits = rows_with_value(question, tuple(row.text for row in table))
    return [row for row, is_asked in zip(table, fits, strict=True) if is_asked] if fits else []


def turned_rows(question: str, found: Sequence[Candidate], passages: Sequence[Hit]) -> set[Candidate]:
    """The rows of tables that stand on the other side of what is asked for: whom Ann reports to, not who to Ann.

    So does the way back from where the question asks for the way to, and each that leads elsewhere.
    """
    turned = set[Candidate]()
    for table in tables(found, passages):
        fits = _on_asked_side(question, tuple(row.text for row in table), head_of(table, found))
        turned |= {row for row, is_asked in zip(table, fits, strict=False) if not is_asked}
    return turned


def silent_rows(question: str, found: Sequence[Candidate], passages: Sequence[Hit]) -> set[Candidate]:
    """The rows of tables that have an empty cell where the question asks."""
    asked = (
        table for table in tables(found, passages) if lack_what_is_asked(question, tuple(row.text for row in table))
    )
    return {row for table in asked for row in table}


def head_of(table: Sequence[Candidate], found: Iterable[Candidate]) -> str:
    """The line that names the columns of a table, where it stands in the passage of its first row."""
    first = table[0]
    heads = [each for each in found if each.names_columns and each.passage == first.passage and each.end < first.start]
    return heads[-1].text if heads else ""


def _on_asked_side(question: str, rows: tuple[str, ...], head: str) -> tuple[bool, ...]:
    """For each row of a table whether it stands where the question asks; nothing where that names no side."""
    if ways := ways_of_route(question, rows, head):
        return tuple(map(bool, ways))
    compared = compared_rows(question, rows)
    by_comparison = compared.rows if compared and compared.is_named else ()
    return related_rows(question, rows) or rows_of_route(question, rows) or by_comparison


def sole_rows(
    question: str, found: Sequence[Candidate], passages: Sequence[Hit], put: Mapping[int, str]
) -> set[Candidate]:
    """The rows that alone of their tables have a value or a day which a question names, and explain the rest of it.

    All that is asked for stands in the row or above it, be it in another form: who drives is the driver. ``put`` has
    the question as each passage is asked it.
    """
    alone = [rows for table in tables(found, passages) if len(rows := asked_rows(question, table)) == 1]
    sole = {(row, frozenset[str]()) for (row,) in alone} | set(_compared(question, found, passages))
    for every, fit in _fits(question, found, passages):
        fitting = [every[number] for number, fits in fit.rows.items() if fits]
        sole |= {(row, fit.stems) for row in fitting if len(fitting) == 1}
    told = {row for row, known in sole if _explains(row, put[row.passage], known) or _explains(row, question, known)}
    return told | set(_on_side(question, found, passages))


def _compared(
    question: str, found: Sequence[Candidate], passages: Sequence[Hit]
) -> Iterator[tuple[Candidate, frozenset[str]]]:
    """The rows that fit the comparisons of a question, each with the stems of these and of what names its rows."""
    named = _names_of_rows(found, passages)
    for table in tables(found, passages):
        if compared := compared_rows(question, tuple(row.text for row in table)):
            known = compared.known | (stems(question) - stems(compared.rest))
            for row in asked_rows(question, table):
                yield row, known | named.get((passages[row.passage].chunk.uri, row.context), set())


def _on_side(question: str, found: Sequence[Candidate], passages: Sequence[Hit]) -> Iterator[Candidate]:
    """The rows that say yes, or no, in the column which a question names, and explain the rest of it."""
    named = _names_of_rows(found, passages)
    for table in tables(found, passages):
        if side := rows_on_side(question, tuple(row.text for row in table)):
            for row in asked_rows(question, table):
                known = side.known | named.get((passages[row.passage].chunk.uri, row.context), set())
                if _explains(row, side.question, known):
                    yield row


def _names_of_rows(found: Sequence[Candidate], passages: Sequence[Hit]) -> dict[tuple[str, str], set[str]]:
    """The stems of what names the rows of tables, by their documents and what is above."""
    heads = [each for each in found if each.names_columns]
    return {(passages[each.passage].chunk.uri, each.context): first_cell(each.text) for each in heads}


def _explains(row: Candidate, question: str, known: frozenset[str]) -> bool:
    """Whether a row, what is above it and what is ``known`` have all words of a question that denies nothing."""
    asked, (first, *others) = stems(question), cells(row.text) or [Cell("", row.text)]
    some = [first, *(cell for cell in others if may_answer(question, cell))]
    own = stems(" ".join([row.context, *(cell.text for cell in some)]))
    told = like(own | known, asked) | explained(some, asked)
    return asked <= told and not negations(question) and not NO_CELL.search(question)


def rival_rows(
    question: str, found: Sequence[Candidate], passages: Sequence[Hit]
) -> tuple[set[Candidate], dict[Candidate, set[str]]]:
    """Rows that the question does not ask for; and those whose range or day fits, with the stems of the amount or day.

    "What does Team cost?" is not answered by the row of "Starter", nor "When in zone A?" by that of zone B, nor "What
    of 60 kg?" by that of "up to 50 kg", nor "What is the allowance in Sweden?" by that of "Norway" where nothing is
    said of Sweden. That of "up to 80 kg" has the stems of "60 kg", as if it said so.
    """
    rivals, held = {*_of_other_names(question, found)}, dict[Candidate, set[str]]()
    rivals |= {row for row in table_rows(found) if is_of_another_key(question, row.text)}
    for table in tables(found, passages):
        texts = tuple(row.text for row in table)
        rivals -= {
            row
            for row, is_asked in zip(table, _on_asked_side(question, texts, head_of(table, found)), strict=False)
            if is_asked
        }
        fits = rows_with_value(question, texts)
        rivals |= {row for row, is_asked in zip(table, fits or (), strict=False) if not is_asked}
    for rows, fit in _fits(question, found, passages):
        rivals |= {rows[number] for number, fits in fit.rows.items() if not fits}
        held |= {rows[number]: set(fit.stems) for number, fits in fit.rows.items() if fits}
    return rivals, held


def _of_other_names(question: str, found: Sequence[Candidate]) -> Iterator[Candidate]:
    """The rows that the question does not name, where it names another one of the passage, or what stands nowhere."""
    named, asked = {stem(name) for name in names(question)}, set(content(question))
    stranger = _is_of_a_stranger(question, found)
    for rows in _by_passage(table_rows(found)):
        records = {row for row in rows if RECORD.search(row.text)}
        is_named = any(first_cell(row.text) & named for row in records)
        for row in rows:
            is_name = (is_named and row in records) or (stranger and row.text.strip("| ")[:1].isupper())
            if is_name and not first_cell(row.text) & asked:
                yield row


def _is_of_a_stranger(question: str, found: Sequence[Candidate]) -> bool:
    """Whether the question is for the value of a name that stands nowhere."""
    match = OF_A_NAME.search(question)
    name = set(content(match["name"])) if match and not ONES_OWN.search(question) else set()
    return bool(name) and not any(name & set(content(f"{each.context} {each.text}")) for each in found)


def _fits(
    question: str, found: Sequence[Candidate], passages: Sequence[Hit]
) -> Iterator[tuple[Sequence[Candidate], Fit]]:
    """Rows, those of a passage or of a whole table, and which of them are for an amount or a day that is named.

    Days a week apart may stand in as many passages.
    """
    rows = table_rows(found)
    for own in _by_passage(rows):
        if fit := rows_in_range(question, [row.text for row in own], _only_head(own, found)):
            yield own, fit
    apart = _by_passage(row for row in rows if not cells(row.text))
    for table in [*tables(found, passages), *apart]:
        if fit := rows_of_day(question, [row.text for row in table]):
            yield table, fit


def reworded(question: str, hit: Hit) -> str:
    """The question with a row's range or day, or a column's name, for what is in it: a reader compares none."""
    found = list(candidates([hit])) if has_amount(question) else []
    table = table_rows(found)
    rows = [row.text for row in table]
    if fit := rows_in_range(question, rows, _only_head(table, found)) or rows_of_day(question, rows):
        return fit.question
    if compared := compared_rows(question, tuple(rows)):
        return next((compared.put(row) for row, fits in zip(rows, compared.rows, strict=True) if fits), question)
    return next((column[0] for row in rows if (column := column_in_range(question, row))), question)


def _only_head(rows: Sequence[Candidate], found: Sequence[Candidate]) -> str:
    """The line that names the columns of some rows of a passage, if it has one such line."""
    heads = [each.text for each in found if each.names_columns and each.passage == rows[0].passage] if rows else []
    return heads[0] if len(heads) == 1 else ""


def _by_passage(rows: Iterable[Candidate]) -> list[list[Candidate]]:
    return [list(own) for _, own in groupby(rows, key=lambda row: row.passage)]
