"""A row of a table whose cells have their columns' names: which of them answer a question, and how a row is told.

"Start | Monthly fee: EUR 3.90 | Replacement card: EUR 12" is what readers of files make of such a row. An answer says
"Start – Replacement card: EUR 12."
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from ragkit.lexical import content, names, numbers, stem, words

BETWEEN = " | "
BEHIND_NAME, BEHIND_CELL = " – ", "; "
"""What stands behind the row's name and between two cells of a row that is told."""
LABEL = re.compile(r"(?P<label>[^:\n]{1,60}): (?=\S)")
ASIDE = re.compile(r"\s*\([^()]*\)")
"""Such as a unit behind a name: "Monthly fee (EUR)"."""
TURNS = frozenset("after before except excluding net gross no non not over plus under until up without".split())
"""Words that make another thing of the same words: the profit before tax is none after tax."""
STOP = re.compile(r"[.!?]\s+(?=[^a-z\s])")
NO_CELL = re.compile(
    r"\b(?:why|how (?:come|do|can|should|to)|what (?:to|(?:should|do|can|must) (?:I|we|you)) do)\b", re.IGNORECASE
)
"""Asks for a reason or for what to do, for which the whole row is little enough."""
PERIODS = frozenset(
    """first second third fourth last next half quarter month week weekend day night spring summer autumn winter hourly
    daily weekly monthly quarterly yearly annual annually""".split()
)
"""Words that ask for a part of what a row may have as a whole: the revenue of the second quarter."""
PROPERTIES = {
    stem(asked): frozenset(map(stem, told.split()))
    for some, told in {
        "cost pay charge expensive cheap cheapest dearest": "price cost fee charge rate fare rent tariff premium",
        "weigh heavy heaviest lightest": "weight mass",
        "longest shortest": "length duration distance term period",
        "wide broad widest narrowest": "width",
        "deep deepest shallowest": "depth",
        "tall high tallest": "height",
        "loud noisy loudest noisiest quietest": "noise sound",
        "old oldest youngest": "age",
        "fast quick fastest slowest": "speed",
        "call ring phone": "phone telephone extension mobile",
    }.items()
    for asked in some.split()
}
"""Stems of words that ask for a property, and those of the names that its column may have."""
REVERSE = re.compile(
    r"(?:(?:in|at|on|for|from|to|with|of|by) )?"
    r"(?:(?:which|whose) (?:of the )?(?P<noun>\w+)|who|what (?:costs?|weighs?))\b",
    re.IGNORECASE,
)
"""Asks for the row that has a value."""
PLAIN = frozenset(map(stem, "net gross list retail unit piece each eur euro usd gbp chf kg g mm cm m db".split()))
"""Stems beside the name of a property that leave it what it is, as in "Net price (EUR)"."""
LEAST_ROOT = 5
"""Letters of a stem that another one may begin with."""
EXPLAINED = 2 / 3
"""The least share of a question's words that row, column and headings have, for the cell to be what it asks for."""


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell. The first one of a row has the row's name for its value, and often no label."""

    label: str
    value: str

    @property
    def text(self) -> str:
        """The cell as it stands in its row."""
        return f"{self.label}: {self.value}" if self.label else self.value

    @property
    def stems(self) -> set[str]:
        """The stems of its column's name; of its value where it has none."""
        return set(content(ASIDE.sub("", self.label or self.value)))


def cells(row: str) -> list[Cell]:
    """The cells of a row with the names of its columns; nothing for what is no such row."""
    found = []
    for text in row.strip("| ").split(BETWEEN) if "\n" not in row else ():
        label = LABEL.match(text)
        found.append(Cell(label["label"], text[label.end() :]) if label else Cell("", text))
    return found if any(cell.label for cell in found[1:]) else []


def asked_cells(question: str, row: str, around: str = "") -> list[Cell]:
    """The cells of a row in a column that a question names along with the row; ``around`` is what stands above.

    The row is named by all words of its first cell or, if not by that, of another one, which is then told, too; a
    column by the most words that any shares with the question, or as the one that has the property which is asked for.
    Which row has a value is told by the cell with that. There is little else in the question that neither they nor what
    is above have.
    """
    found, asked = cells(row), set(content(question))
    named = [cell for cell in found if _is_named(cell, question, asked)]
    if not named or NO_CELL.search(question):
        return []
    name = named[0]
    key = _like(set(content(ASIDE.sub("", name.value))), asked)
    others = [cell for cell in found[1:] if cell != name]
    columns = [(cell, _like(cell.stems, asked - key)) for cell in others if not _turns(cell.label, question)]
    least = EXPLAINED
    if not any(shared for _, shared in columns):
        columns, least = [(cell, _like_in_meaning(cell, asked - key)) for cell in others], 1
    reverse = REVERSE.match(question)
    if not any(shared for _, shared in columns) and name != found[0] and reverse:
        asked -= set(content(reverse["noun"] or ""))
        columns = [(name, _like(set(content(name.label)), asked) | _like_in_meaning(name, asked))]
    most = max((len(shared) for _, shared in columns), default=0)
    meant = [cell for cell, shared in columns if most and len(shared) == most]
    known = key.union(content(around), *(shared for _, shared in columns), *(content(cell.value) for cell in named))
    if not meant or _has_strangers(question, f"{row} {around}", known) or len(asked & known) < least * len(asked):
        return []
    return [cell for cell in found[1:] if cell == name or cell in meant]


def _has_strangers(question: str, every: str, known: set[str]) -> bool:
    """Whether a question has a name, a number or a period that stands neither in a row nor above it."""
    strange = (numbers(question) | names(question)) - numbers(every) - names(every)
    strange |= PERIODS.intersection(words(question)) - set(words(every))
    return any(not known.issuperset(content(each)) for each in strange)


def _is_named(cell: Cell, question: str, asked: set[str]) -> bool:
    """Whether a question has all words of a cell's value, be it what the row is of, and no word that turns it."""
    stems = set(content(ASIDE.sub("", cell.value)))
    return bool(stems) and all(_like({stem}, asked) for stem in stems) and not _turns(cell.value, question)


def _like_in_meaning(cell: Cell, asked: set[str]) -> set[str]:
    """Those of the stems ``asked`` for that ask for the property which the cell's column is, and is alone."""
    stems = set(content(ASIDE.sub("", cell.label)))
    return {
        each for each in asked if each in PROPERTIES and stems & PROPERTIES[each] and stems <= PROPERTIES[each] | PLAIN
    }


def _like(stems: set[str], asked: set[str]) -> set[str]:
    """Those of the stems ``asked`` for that are among ``stems``, or of the same root: who manages is the manager."""
    roots = tuple(stem for stem in stems if len(stem) >= LEAST_ROOT)
    return {
        each
        for each in asked
        if each in stems
        or (len(each) >= LEAST_ROOT and each.startswith(roots))
        or any(root.startswith(each) for root in roots if len(each) >= LEAST_ROOT)
    }


def _turns(name: str, question: str) -> bool:
    """Whether a name has a word that makes another thing of what is asked for, or lacks one that does."""
    told, asked = set(words(name)), set(words(question))
    return bool(TURNS & told - asked) or ("without" in asked and "with" in told)


def told(row: str, some: Sequence[Cell] = ()) -> str:
    """What is said of a row in one sentence: its name, and ``some`` of its cells or all of them.

    Empty for what is no such row, and where a cell holds a sentence and more.
    """
    found = cells(row)
    text = BEHIND_CELL.join(cell.text for cell in some or found[1:])
    return f"{found[0].text}{BEHIND_NAME}{text}" if found and not STOP.search(text) else ""


def tells(claim: str, row: str) -> bool:
    """Whether a claim is what is `told` of a row, of whichever of its cells."""
    found = cells(row)
    name = f"{found[0].text}{BEHIND_NAME}" if found else ""
    if not name or not claim.startswith(name):
        return False
    rest = claim.removeprefix(name).rstrip(" .")
    for cell in found[1:]:
        if rest == cell.text.rstrip(" ."):
            return True
        rest = rest.removeprefix(f"{cell.text}{BEHIND_CELL}")
    return False
