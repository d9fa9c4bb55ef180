"""Which of the rows that were found an answer tells: the one that is named, or all that have what is asked for."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from ragkit.dates import days
from ragkit.generate.extractive.candidates import Candidate, candidates
from ragkit.generate.extractive.row_cells import BY_WHEN, second_cells
from ragkit.generate.extractive.rows_by_comparison import compared_rows
from ragkit.generate.extractive.rows_by_relation import related_rows
from ragkit.generate.extractive.rows_by_route import rows_of_route, ways_of_route
from ragkit.generate.extractive.rows_by_side import rows_on_side
from ragkit.generate.extractive.rows_by_superlative import extremes
from ragkit.generate.extractive.rows_by_value import asks_for_names, specific_words
from ragkit.generate.extractive.table_rows import asked_rows, first_cell, head_of, rival_rows, tables
from ragkit.generate.wording import as_told, in_order, is_row
from ragkit.lexical import content
from ragkit.types import Evidence, Hit

ASKS_FOR_ONE = re.compile(r"(?:how|what(?:['’]s| is| was| does| did))\b", re.IGNORECASE)
"""Asks for a value that is the same in all rows, if several have one."""
ASKS_FOR_SOME = re.compile(r"(?:which|list|name)\b", re.IGNORECASE)


def rows_that_answer(
    question: str, passages: Sequence[Hit], ranked: Sequence[Evidence], *, several: bool
) -> tuple[list[Evidence], Sequence[Evidence]]:
    """Rows of which each answers, nothing for a single one; and what was found without the rows that do not.

    They have the values that the question names or, where it asks for some or ``several``, are those of a table which
    are as good as the best sentence.
    """
    if on_way := _rows_on_way(question, passages, ranked):
        return on_way, ranked
    asked, ranked = _rows_asked_for(question, passages, ranked)
    if len(asked) > 1:
        return asked, ranked
    hit = passages[ranked[0].passage]
    first = extremes(question, hit.chunk.text, " ".join([hit.chunk.title, *hit.chunk.headings]))
    is_for_some = not first and (several or ASKS_FOR_SOME.match(question))
    as_good = _rows_as_good(question, hit, ranked) if is_for_some else []
    return (as_good if 1 < len(as_good) < len(_table(hit, ranked)) else []), ranked


def with_rows_as_good(
    question: str, hit: Hit, ranked: Sequence[Evidence], chosen: Sequence[Evidence]
) -> list[Evidence]:
    """What was chosen, with all rows as good as the best sentence where two of them are."""
    rows = _rows_as_good(question, hit, ranked)
    return [*chosen, *rows] if len({*rows} & {*chosen}) > 1 else [*chosen]


def named_first(question: str, hit: Hit, ranked: Sequence[Evidence]) -> Sequence[Evidence]:
    """Put the rows that the question names before the best row of their table, with its score.

    Such a row has all the question's words that the best one has and more, and its first cell has all that the best
    one's has and more. Of rows with the same words of the question only the one with the fewest others in its first
    cell is moved: "Adult" rather than "Islander adult".
    """
    asked, best = set(content(question)), ranked[0]
    have = {row: _shared(question, hit, row) for row in _table(hit, ranked)}
    names = {row: _name(hit, row) for row in have}
    named: dict[frozenset[str], Evidence] = {}
    for row in sorted(have, key=lambda row: (len(names[row] - asked), -row.score)):
        if have[row] > have[best] and names[row] & asked > names[best] & asked:
            named.setdefault(frozenset(have[row]), row)
    first = [row for words, row in named.items() if not any(words < others for others in named)]
    rest = [each for each in ranked if each not in first]
    return [*(replace(row, score=best.score) for row in first), *rest]


def is_lesser_row(question: str, hit: Hit, best: Evidence, evidence: Evidence) -> bool:
    """Whether a row matches the question less than the best sentence, another row of its passage.

    It has some of the question's words that the best one has and no other, or the same and more besides in its first
    cell: "Islander adult" beside "Adult" when no islander is asked for.
    """
    if not _are_rows(hit, best, evidence):
        return False
    words, most = (_shared(question, hit, row) for row in (evidence, best))
    own, name = (_name(hit, row) for row in (evidence, best))
    return words < most or (words == most and name < own and not name.isdisjoint(content(question)))


def row_said(question: str, passages: Sequence[Hit], best: Evidence, before: Sequence[Evidence]) -> Evidence | None:
    """A row, said ``before``, that has all words of the question which the best sentence, another row, has.

    "What does Team cost, and how many users are included?" names the row once.
    """
    hit = passages[best.passage]
    rows = [row for row in before if row.start != best.start and _are_rows(hit, best, row)]
    return next((row for row in rows if _shared(question, hit, best) <= _shared(question, hit, row)), None)


def dated_first(question: str, passages: Sequence[Hit], ranked: Sequence[Evidence]) -> Sequence[Evidence]:
    """Put a row that tells the day, too, for which a question asks at its end, before a sentence that tells none.

    It has all the question's words that the sentence has.
    """
    best, first = ranked[0], passages[ranked[0].passage]
    if not BY_WHEN.search(question) or is_row(first.chunk.text, best) or days(as_told(first, best)):
        return ranked
    asked = _shared(question, first, best)
    for row in ranked:
        hit = passages[row.passage]
        if second_cells(question, hit.chunk.text[row.start : row.end]) and asked <= _shared(question, hit, row):
            return [replace(row, score=best.score), *(each for each in ranked if each != row)]
    return ranked


def _rows_on_way(question: str, passages: Sequence[Hit], ranked: Sequence[Evidence]) -> list[Evidence]:
    """The rows of a table of ways that have the way which a question asks for, if the best sentence is one."""
    found, table = _table_of(passages, ranked[0])
    ways = ways_of_route(question, tuple(row.text for row in table), head_of(table, found)) if table else None
    asked = {_place(row) for row, to in zip(table, ways or (), strict=False) if to}
    return [each for each in ranked if _place(each) in asked] if _place(ranked[0]) in asked else []


def _table_of(passages: Sequence[Hit], best: Evidence) -> tuple[list[Candidate], list[Candidate]]:
    """All sentences, and those that are the rows of the table that the best one is of."""
    found = list(candidates(passages))
    return found, next((rows for rows in tables(found, passages) if _place(best) in map(_place, rows)), [])


def _rows_asked_for(
    question: str, passages: Sequence[Hit], ranked: Sequence[Evidence]
) -> tuple[list[Evidence], Sequence[Evidence]]:
    """All rows with the values that the question names, if the best sentence is one; and what was found without others.

    They stand in whichever passages of the best one's document and have the words of the question that it has. A row
    that is for another amount or day is none. What was found is without the other rows of the table. Who asks for one
    value gets that of one row, but for a way of which only one end is named.
    """
    (found, table), best = _table_of(passages, ranked[0]), _place(ranked[0])
    rivals = rival_rows(question, found, passages)[0] if table else set[Candidate]()
    asked = {_place(row): row for row in asked_rows(question, table) if row not in rivals}
    if best not in asked:
        return [], ranked
    texts = tuple(row.text for row in table)
    by_columns = (related_rows(question, texts), compared_rows(question, texts), rows_on_side(question, texts))
    is_for_some = rows_of_route(question, texts) is not None or asks_for_names(question, texts)
    is_for_one = ASKS_FOR_ONE.match(question) and not is_for_some
    words = set[str]() if any(each is not None for each in by_columns) else specific_words(question)
    known = {_place(each): each for each in ranked}
    have = {place: words.intersection(content(row.text)) for place, row in asked.items()}
    rows = [
        known.get(place) or replace(ranked[0], passage=row.passage, start=row.start, end=row.end)
        for place, row in asked.items()
        if have[best] <= have[place] and not is_for_one
    ]
    others = {_place(row) for row in table}.difference(asked)
    return rows, [each for each in ranked if _place(each) not in others]


def _place(each: Evidence | Candidate) -> tuple[int, int]:
    return each.passage, each.start


def _rows_as_good(question: str, hit: Hit, ranked: Sequence[Evidence]) -> list[Evidence]:
    """The rows that have all the question's words which the best sentence, a row of their table, has.

    Of "Which rooms are on floor 2?" it is ``2`` that tells rows apart, if not every room is there.
    """
    best = _shared(question, hit, ranked[0])
    return [row for row in _table(hit, ranked) if best <= _shared(question, hit, row)]


def _table(hit: Hit, ranked: Sequence[Evidence]) -> list[Evidence]:
    """The rows on successive lines around the best sentence; nothing if it is none."""
    text, best, run = hit.chunk.text, ranked[0], list[Evidence]()
    for evidence in in_order(ranked, best.passage):
        if not is_row(text, evidence) or (run and text[run[-1].end : evidence.start].strip(" ") != "\n"):
            if best in run:
                break
            run = []
        if is_row(text, evidence):
            run.append(evidence)
    return run if best in run else []


def _are_rows(hit: Hit, *some: Evidence) -> bool:
    """Whether all evidence is rows of tables in one passage."""
    return len({each.passage for each in some}) == 1 and all(is_row(hit.chunk.text, each) for each in some)


def _shared(question: str, hit: Hit, row: Evidence) -> set[str]:
    """The stems of a question that a row has."""
    return set(content(question)).intersection(content(as_told(hit, row)))


def _name(hit: Hit, row: Evidence) -> set[str]:
    """The stems of the cell that names a row."""
    return first_cell(hit.chunk.text[row.start : row.end])
