"""Rows of a table that two cells name: the fare from Ely to Hull is not the one from Hull to Ely, nor that to Leeds.

English; no model.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from difflib import get_close_matches
from functools import lru_cache
from itertools import pairwise

from ragkit.cells import ASIDE, Cell, cells
from ragkit.lexical import content

_PLACE = "(?:port|place|point|station|city|town|airport|country|stop|terminal)"
_BEGIN = re.compile(
    rf"(?:{_PLACE} )?from|from {_PLACE}|origin|(?:departure|loading|origin) {_PLACE}"
    rf"|{_PLACE} of (?:departure|dispatch|loading|origin)",
    re.IGNORECASE,
)
_END = re.compile(
    rf"(?:{_PLACE} )?to|to {_PLACE}|destination|(?:arrival|destination|discharge) {_PLACE}"
    rf"|{_PLACE} of (?:arrival|delivery|destination|discharge)",
    re.IGNORECASE,
)
"""Names of the columns where a way begins and where it ends."""
_OF = rf"\s+(?:(?:the|our|your|my)\s+)?(?:{_PLACE}\s+of\s+)?"
_FROM = re.compile(rf"\b(?:from|leaving|departing){_OF}\Z", re.IGNORECASE)
_TO = re.compile(
    rf"(?<!\bapply )(?<!\bapplies )(?<!\bbelong )(?<!\bbelongs )(?<!\baccording )\b(?:in)?to(?:wards?)?{_OF}\Z",
    re.IGNORECASE,
)
_BETWEEN = re.compile(rf"\bbetween{_OF}\Z", re.IGNORECASE)
"""What stands before a name that says which end of a way it is."""
_AND = re.compile(r",?\s+(?:and|or)\s+", re.IGNORECASE)
_LIST = re.compile(rf"{_AND.pattern}|,\s+", re.IGNORECASE)
_SIDE_BY_SIDE = re.compile(r"\s*(?:[-–—]\s*)?")
"""What stands between two names of the same end, and between both ends: "Ely – Hull"."""
_NAME = re.compile(r"(?<= )[A-Z][\w'’-]*(?: [A-Z][\w'’-]*)*")
_ANY = re.compile(r"(?:all|any|anywhere|each|elsewhere|every|everywhere|other|rest|worldwide)\b", re.IGNORECASE)
"""How a cell begins that holds for what has no row of its own."""
_PARTS = re.compile(r"[/,()]")
"""What parts the names that a cell has for one thing: "Shanghai (Yangshan)"."""
_ENDS_THERE = re.compile(rf"\W*(?:{_END.pattern})\b", re.IGNORECASE)
"""How the name of the first column begins of a table with a row for each end of a way, and a column for each begin."""
_WITHIN = re.compile(r"\b(?:inside|within) (?=[A-Z])(?P<name>[\w'’-]+(?: [A-Z][\w'’-]*)*)")
_LEAST_LETTERS, _MOST_WORDS = 3, 4
"""Of a name in a cell that names a row along with another one."""
_MISSPELT = 0.8
_Pair = tuple[str, str]


@dataclass(frozen=True, slots=True)
class _Keys:
    """The two columns, by their names, whose cells name a row together, and what these are in each row.

    They ``are_ends`` where their names say that a way leads from the one to the other; they ``share`` a value where
    the way may lead there and back.
    """

    columns: _Pair
    pairs: tuple[_Pair, ...]
    are_ends: bool = False

    @property
    def share(self) -> bool:
        """Whether what begins one way ends another."""
        return not {one for one, _ in self.pairs}.isdisjoint(other for _, other in self.pairs)

    @property
    def is_needed(self) -> bool:
        """Whether neither column tells the rows apart without the other one."""
        return self.are_ends or all(max(Counter(column).values()) > 1 for column in zip(*self.pairs, strict=True))


@dataclass(frozen=True, slots=True)
class _Mention:
    """A name in a question: where it stands, the cells that have it, and the end of a way that it is said to be."""

    start: int
    end: int
    values: frozenset[str]
    role: str = ""


@lru_cache(maxsize=256)
def rows_of_route(question: str, rows: tuple[str, ...]) -> tuple[bool, ...] | None:
    """For each row of a table whether both cells that name it are those of a question; None where it names no two.

    No row is where the table has none for both. "From X to Y" and "X to Y" ask for one way, "between X and Y" for
    either. Where the names of the columns say which end is which, one end is enough.
    """
    keys = _keys([cells(row) for row in rows])
    asked = _mentions(question, keys) if keys else []
    fits = _fits(question, keys, asked) if keys and asked else None
    if not keys or not fits:
        return None
    is_for_all = any(_ANY.match(value) for pair in keys.pairs for value in pair)
    return fits if any(fits) or not is_for_all else None


@lru_cache(maxsize=256)
def ways_of_route(question: str, rows: tuple[str, ...], head: str = "") -> tuple[frozenset[str], ...] | None:
    """For each row of a table whose columns are called like its rows, those to which the way leads that is asked for.

    Ways begin in the rows unless the ``head`` says that they end there. None where the table is none of ways, or the
    question names none.
    """
    table = [cells(row) for row in rows]
    pairs = [(row[0].value, cell.label) for row in table if row for cell in row[1:]]
    names, labels = {name for name, _ in pairs}, {label for _, label in pairs}
    if len(names & labels) < 2 or not all(table) or not all(map(_is_name, names | labels)):
        return None
    ends_there = _ENDS_THERE.match(head) is not None
    ways = tuple((label, name) if ends_there else (name, label) for name, label in pairs)
    keys = _Keys(("from", "to"), ways, are_ends=True)
    question = _WITHIN.sub(r"from \g<name> to \g<name>", question)
    asked = _mentions(question, keys)
    fits = _fits(question, keys, asked) if asked else None
    if not fits:
        return None
    found = {pair for pair, is_asked in zip(pairs, fits, strict=True) if is_asked}
    return tuple(frozenset(label for name, label in found if name == row[0].value) for row in table)


def route_cells(question: str, row: str, beside: Sequence[str]) -> list[Cell]:
    """The cells behind the first one without which a row is not named; ``beside`` has all rows of its table.

    Where a way is told of what the first cell names, its ends are told to who asks for them.
    """
    keys, found = _keys([cells(each) for each in beside]), cells(row)
    if not keys or not keys.is_needed:
        return []
    is_named = keys.columns[0] == found[0].label or rows_of_route(question, tuple(beside)) is not None
    return [cell for cell in found[1:] if is_named and cell.label in keys.columns]


def _keys(table: Sequence[Sequence[Cell]]) -> _Keys | None:
    """The columns that name the rows of a table together, if there may be such."""
    if not table or not all(table):
        return None
    labels = [cell.label for cell in table[0]]
    end = next((label for label in labels[1:] if _END.fullmatch(ASIDE.sub("", label))), "")
    begin = next((label for label in labels if _BEGIN.fullmatch(ASIDE.sub("", label))), labels[0])
    columns = (begin, end or labels[1])
    pairs = tuple((_value(row, columns[0]), _value(row, columns[1])) for row in table)
    if columns[0] == columns[1] or not all(map(_is_name, (value for pair in pairs for value in pair))):
        return None
    keys = _Keys(columns, pairs, bool(end))
    return keys if end or keys.share or (keys.is_needed and len(set(pairs)) == len(pairs)) else None


def _value(row: Sequence[Cell], label: str) -> str:
    return next((cell.value for cell in row if cell.label == label), "")


def _is_name(value: str) -> bool:
    return bool(content(value)) and not re.search(r"\d", value) and len(value.split()) <= _MOST_WORDS


def _mentions(question: str, keys: _Keys) -> list[_Mention]:
    """What a question names of the cells that name rows, in order, each with the end of a way that it is said to be."""
    values = sorted({value for pair in keys.pairs for value in pair})
    spelled: dict[str, set[str]] = {}
    for value in values:
        for name in {ASIDE.sub("", value), *_PARTS.split(value)}:
            if len(name.strip()) >= _LEAST_LETTERS and content(name):
                spelled.setdefault(name.strip().lower(), set()).add(value)
    found = sorted(_named(question, spelled), key=lambda each: each.start - each.end)
    apart: list[_Mention] = []
    for each in found:
        if all(each.end <= other.start or other.end <= each.start for other in apart):
            apart.append(each)
    return _with_strangers(question, keys, spelled, _with_roles(question, sorted(apart, key=lambda each: each.start)))


def _named(question: str, spelled: dict[str, set[str]]) -> Iterator[_Mention]:
    for name, values in spelled.items():
        pattern = r"[\s-]+".join(map(re.escape, re.split(r"[\s-]+", name)))
        for match in re.finditer(rf"(?<!\w){pattern}(?:['’]?s)?(?!\w)", question, re.IGNORECASE):
            yield _Mention(*match.span(), frozenset(values))


def _with_roles(question: str, found: Sequence[_Mention]) -> list[_Mention]:
    """Mentions with the ends that they are of a way: said before them, by what follows, or along with the one before.

    "To Hull, Ely or York" has one end alone, and what stands behind the comma may be the other one.
    """
    said = [replace(each, role=_role(question[: each.start])) for each in found]
    joins = _LIST if {"from", "to"} <= {each.role for each in said} else _AND
    told: list[_Mention] = []
    for each in said:
        gap = question[told[-1].end : each.start] if told else ""
        if each.role == "to" and re.fullmatch(rf"\s+to{_OF}", gap, re.IGNORECASE):
            told = _from_before(question, told)
        told.append(replace(each, role=told[-1].role) if not each.role and joins.fullmatch(gap) else each)
    return told


def _from_before(question: str, told: Sequence[_Mention]) -> list[_Mention]:
    """Mentions, the last of them and those joined to it as where a way begins if no word before them says otherwise."""
    *others, last = told
    if _role(question[: last.start]):
        return [*told]
    is_joined = others and not last.role and _AND.fullmatch(question[others[-1].end : last.start])
    return [*(_from_before(question, others) if is_joined else others), replace(last, role="from")]


def _role(before: str) -> str:
    return "from" if _FROM.search(before) else "to" if _TO.search(before) else ""


def _with_strangers(
    question: str, keys: _Keys, spelled: dict[str, set[str]], found: Sequence[_Mention]
) -> list[_Mention]:
    """Mentions and the other end of a way whose one end is among them: a name misspelt, shortened or in no cell.

    What begins a way may be told of in other words where no row's way ends at what begins another one's.
    """
    if not keys.are_ends or all(name.isupper() for pair in keys.pairs for name in pair):
        return [*found]
    every = [*found]
    for match in _NAME.finditer(question):
        role = _role(question[: match.start()])
        is_known = any(each.start < match.end() and match.start() < each.end for each in found)
        if is_known or not role or not any(_is_other_end(question, each, match, role) for each in found):
            continue
        values = _values_like(match[0], spelled)
        if values or role == "to" or keys.share:
            every.append(_Mention(*match.span(), values, role))
    return _with_roles(question, sorted(every, key=lambda each: each.start))


def _is_other_end(question: str, known: _Mention, match: re.Match[str], role: str) -> bool:
    """Whether a name stands right behind "to", and that behind where the way begins; or the other way round."""
    first, last = (known.end, match.start()) if known.start < match.start() else (match.end(), known.start)
    return bool(re.fullmatch(rf"\s+(?:to|from){_OF}", question[first:last], re.IGNORECASE)) and role != known.role


def _values_like(name: str, spelled: dict[str, set[str]]) -> frozenset[str]:
    """The cells that may be meant by a name that is misspelt, the beginning of theirs or their initials."""
    asked = name.lower()
    like = get_close_matches(asked, spelled, n=1, cutoff=_MISSPELT)
    like += [each for each in spelled if each.startswith(asked) and len(asked) > _LEAST_LETTERS]
    like += [each for each in spelled if " " in each and asked.startswith("".join(word[0] for word in each.split()))]
    return frozenset(value for each in like for value in spelled[each])


def _fits(question: str, keys: _Keys, asked: Sequence[_Mention]) -> tuple[bool, ...] | None:
    """For each row whether the question asks for it; None where it names too little to tell."""
    ends = {each.role: _values(asked, each.role) for each in asked}
    is_way = {"from", "to"} <= ends.keys() and (keys.are_ends or keys.share)
    if not is_way and not (keys.are_ends and {"from", "to"} & ends.keys()):
        return _with_both(question, keys, asked) if keys.is_needed else None
    begins, finishes = (ends.get(role, ends.get("")) for role in ("from", "to"))
    return tuple(
        (begins is None or one in begins) and (finishes is None or other in finishes) for one, other in keys.pairs
    )


def _with_both(question: str, keys: _Keys, asked: Sequence[_Mention]) -> tuple[bool, ...] | None:
    """For each row whether a question that says of no end which it is names both of its cells.

    Two names side by side are in the order of the way, if there is one.
    """
    every, linked = _values(asked), _linked(question, asked)
    fits = tuple(one in every and other in every and one != other for one, other in keys.pairs)
    in_order = tuple(_is_way(pair, *linked) for pair in keys.pairs) if linked else ()
    if any(in_order) and not _BETWEEN.search(question[: linked[0].start]):
        return in_order
    is_told = linked if keys.are_ends or keys.share else all(map(every.intersection, zip(*keys.pairs, strict=True)))
    return fits if any(fits) or is_told else None


def _values(asked: Sequence[_Mention], role: str | None = None) -> frozenset[str]:
    return frozenset[str]().union(*(each.values for each in asked if role in {None, each.role}))


def _linked(question: str, asked: Sequence[_Mention]) -> Sequence[_Mention]:
    """The two names that a question puts side by side or has the way between."""
    for one, other in pairwise(asked):
        gap, is_between = question[one.end : other.start], _BETWEEN.search(question[: one.start])
        if _SIDE_BY_SIDE.fullmatch(gap) or (is_between and _AND.fullmatch(gap)):
            return one, other
    return ()


def _is_way(pair: _Pair, one: _Mention, other: _Mention) -> bool:
    return pair[0] in one.values and pair[1] in other.values
