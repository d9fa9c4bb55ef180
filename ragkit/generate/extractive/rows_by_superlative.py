"""Which row of a table has the most or the least of what a question asks for: "Which plan has the lowest fee?".

English; no model. Only where the whole table stands in the passage and a column has one number of one unit in each row
that says anything there.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache

from ragkit.cells import ASIDE, PROPERTIES, Cell, cells
from ragkit.lexical import content, numbers, stem

MOST = """highest most largest biggest greatest maximum longest heaviest tallest widest deepest fastest loudest noisiest
oldest dearest""".split()
LEAST = """lowest least fewest smallest minimum shortest lightest narrowest shallowest slowest quietest youngest
cheapest""".split()
_SUPERLATIVE = rf"(?P<{{}}>{'|'.join(MOST + LEAST)})\b"
ASKS = re.compile(
    r"^(?:(?:in|at|on|for|with|of) )?(?:which|who(?:m|se)?)(?: of the)?(?: (?P<noun>\w+))?.*? "
    rf"{_SUPERLATIVE.format('word')}(?: (?P<of>\w+)\?*$)?"
    rf"|^what (?:is|are|was|were) the {_SUPERLATIVE.format('alone')} (?P<one>\w+)\?*$",
    re.IGNORECASE,
)
"""Asks for the first of all, by the name of what all are."""
OF_ALL = re.compile(
    r"(?P<asked>.*\S),? (?:in|during|for|of|on|at|according to) (?P<what>[^?,]+)\?*"
    r"|(?:in|during|for|of|on|at|according to) (?P<lead>[^?,]+), (?P<then>.+)",
    re.IGNORECASE,
)
"""What all rows may be of, at the end or the beginning of a question: "in March"."""
NOT_FIRST = re.compile(r"\b(?:second|third|fourth|next|at|up to)[ -](?:the )?(?:\w+est|most|least)\b", re.IGNORECASE)
NUMBER = re.compile(r"(?<!\d)(?<!\d[.,:/–-])-?(?:\d{1,3}(?:,\d{3})++|\d++)(?:\.\d++)?+(?![\d.,:/–-]*\d)")
"""One that is no part of a range, a date or a time."""
UNKNOWN = re.compile(r"n/?a|tb[acd]|\?", re.IGNORECASE)
UNKNOWN_OR_NONE = re.compile(rf"{UNKNOWN.pattern}|none|[-–—]", re.IGNORECASE)
"""A cell that tells no number; a dash may be the least there is."""
PIECE = re.compile(r"\w+|[^\w\s]")
FEWEST_ROWS = 3
"""Rows that make a table of which one can be the first."""
FULL = 120
"""Words and signs of a passage behind which a table may go on in another one: a shorter one had room for more of it."""


@lru_cache(maxsize=256)
def extremes(question: str, text: str, around: str = "") -> dict[str, Cell]:
    """The rows of a passage's table that have the most or the least of what is asked for, each with its cell of that.

    Several only where they have the same. What stands ``around`` the table, its title and headings, is of all rows.
    """
    question = _without_what_all_are(question, around)
    match, rows = ASKS.search(question), _whole_table(text)
    if match is None or NOT_FIRST.search(question):
        return {}
    word = (match["word"] or match["alone"]).lower()
    named = {
        label: set(content(ASIDE.sub("", label))) for row in rows for label in (cell.label for cell in cells(row)[1:])
    }
    asked, noun = set(content(question)), set(content(match["noun"] or ""))
    of = set(content(match["of"] or match["one"] or "")) if PROPERTIES.get(stem(word)) else set[str]()
    # What is told around the table is true of all columns, unless one of them is called so.
    asked -= (noun | of | set(content(around))) - set[str]().union(*named.values())
    columns = [
        (column, values)
        for column, values in _columns(rows, UNKNOWN_OR_NONE if word in MOST else UNKNOWN)
        if _is_meant(column[0].label, asked) and numbers(question) <= numbers(column[0].label)
    ]
    if len(columns) != 1:
        return {}
    column, values = columns[0]
    best = max(values) if word in MOST else min(values)
    firsts = {cell for cell, value in zip(column, values, strict=True) if value == best}
    return {row: cell for row in rows for cell in cells(row)[1:] if cell in firsts}


def _without_what_all_are(question: str, around: str) -> str:
    """A question without the month, or whatever else it has of what stands around a table."""
    known = set(content(around)) | numbers(around)
    while (match := OF_ALL.fullmatch(question.strip())) and (what := match["what"] or match["lead"]):
        told = set(content(what)) | numbers(what)
        if not told or not told <= known:
            break
        question = match["asked"] or match["then"]
    return question


def _is_meant(label: str, asked: set[str]) -> bool:
    """Whether a column has all that is asked for, but for the superlative: that may say itself what it is of."""
    stems = set(content(ASIDE.sub("", label)))
    of = {each for each in asked if stems & PROPERTIES.get(each, frozenset())}
    return bool(of or stems & asked) and asked - of - stems <= set(map(stem, [*MOST, *LEAST]))


def _whole_table(text: str) -> list[str]:
    """The rows of the one table of a passage, where neither its begin nor its end can have been cut off."""
    lines = text.splitlines()
    places = [number for number, line in enumerate(lines) if cells(line)]
    if len(places) < FEWEST_ROWS or places != list(range(places[0], places[-1] + 1)):
        return []
    inside = any(line.strip() for line in lines[: places[0]]) and any(line.strip() for line in lines[places[-1] + 1 :])
    return [lines[place] for place in places] if inside or len(PIECE.findall(text)) < FULL else []


def _columns(rows: Sequence[str], silent: re.Pattern[str]) -> Iterator[tuple[list[Cell], list[float]]]:
    """The columns that have a number in each row that is not ``silent`` there, all of one unit, with these."""
    table = [{cell.label: cell for cell in cells(row)[1:]} for row in rows]
    for label in dict.fromkeys(label for row in table for label in row if label):
        column = [row[label] for row in table if label in row and not silent.fullmatch(row[label].value)]
        values = [found for cell in column if (found := _measured(cell.value))]
        if len(values) == len(column) >= FEWEST_ROWS and len({unit for _, unit in values}) == 1:
            yield column, [number for number, _ in values]


def _measured(value: str) -> tuple[float, str] | None:
    """The one number of a cell, and what stands beside it."""
    value = ASIDE.sub("", value)
    match = NUMBER.search(value)
    unit = f"{value[: match.start()]} {value[match.end() :]}" if match else ""
    return (float(match[0].replace(",", "")), unit.strip()) if match and not re.search(r"\d", unit) else None
