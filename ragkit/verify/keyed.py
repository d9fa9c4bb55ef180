"""Where a claim gives to one key what the passages have under another, or has what a cell denies.

"SK-413 means that the file is locked" is not what "SK-413: The file is too large" and "SK-423: The file is locked" say
below each other, although every word stands there. English; no model.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from ragkit.cells import BETWEEN, LABEL
from ragkit.lexical import leaves_out, stem, words
from ragkit.verify.entries import Entry, Group, meaning

STRAY = 1
"""Words of a claim from outside of the entries at most: with more it may be about what stands there."""

_NOTHING = re.compile(
    r"(?:[-–—]|n/a|no(?:ne|t (?:allowed|available|covered|included|insured|offered|permitted|possible|supported))?"
    r"|excluded|unavailable)\.?",
    re.IGNORECASE,
)
"""A cell that says that there is none."""
_DENYING = re.compile(
    r"\b(?:impossible|lack(?:s|ed|ing)?|left out|missing|nobody|out of|unavailable|zero)\b", re.IGNORECASE
)
"""What else a claim may deny it with."""
_LABEL = re.compile(r"(?:\A[ \t]*(?:[•*+–-][ \t]+)?|(?<=[,;.]) )(?P<label>[^\W\d_][^,;:|.]{0,40}): (?=\S)")


def under_another(claim: str, found: Sequence[Group]) -> frozenset[str]:
    """The words of ``claim`` that stand under another key than the one that it names, and nowhere else."""
    said, claimed = tuple(map(stem, words(claim))), meaning(claim)
    return frozenset().union(*(_misplaced(said, claimed, group) for group in found))


def _misplaced(said: Sequence[str], claimed: frozenset[str], group: Group) -> frozenset[str]:
    own = _named(said, group.entries)
    if not own:
        return frozenset()
    others = [each for each in group.entries if each.key != own[0].key and not own[0].named <= each.content]
    known = frozenset[str]().union(*(each.content for each in others))
    rest = claimed.difference(own[0].named, *(each.content for each in own))
    lacking = rest & known - group.outside
    return next((lacking for each in others if lacking <= each.content and _about(rest, each, group)), frozenset())


def _about(rest: frozenset[str], other: Entry, group: Group) -> bool:
    """Whether at most `STRAY` of the claim's other words come from outside of the entries, not from the other entry."""
    return len(rest & group.outside - other.content) <= STRAY


def _named(said: Sequence[str], entries: Sequence[Entry]) -> list[Entry]:
    """The entries with the one key that is named: the longest where one is part of another."""
    named = [each for each in entries if each.named and _within(each.key, said)]
    longest = [each for each in named if not any(each.named < other.named for other in named)]
    return longest if len({each.key for each in longest}) == 1 else []


def _within(part: Sequence[str], whole: Sequence[str]) -> bool:
    """Whether the words stand in another text in this order, one behind the other."""
    return any(whole[n : n + len(part)] == part for n in range(len(whole) - len(part) + 1))


def of_another_label(claim: str, texts: Iterable[str]) -> frozenset[str]:
    """The words of a value in a line of the texts that the claim pairs with another label of the line than its own.

    The claim does not mention the value's label: "Chair: Otto Kern, deputy: Eva Lind" does not say that the chair is
    Eva Lind.
    """
    claimed = meaning(claim)
    return frozenset().union(*(_relabelled(claimed, line) for text in texts for line in text.split("\n")))


def _relabelled(claimed: frozenset[str], line: str) -> frozenset[str]:
    # in a row what stands before the first cell may be named in its place
    pairs = list(_labelled(line)) if BETWEEN not in line else []
    rivals = [label for label, value in pairs if label and label <= claimed and claimed.isdisjoint(value)]
    owned = [value for label, value in pairs if value and value <= claimed and claimed.isdisjoint(label)]
    # with a further word it may say that one stands in for the other
    whole = not claimed.difference(*rivals, *owned)
    return frozenset().union(*owned) if rivals and whole else frozenset()


def _labelled(line: str) -> Iterator[tuple[frozenset[str], frozenset[str]]]:
    """What the labels in a line mean and what stands behind them."""
    labels = list(_LABEL.finditer(line))
    bounds = [*(label.start() for label in labels), len(line)]
    for label, end in zip(labels, bounds[1:], strict=True):
        yield meaning(label["label"]), meaning(line[label.end() : end])


def denied_by_empty_cell(claim: str, found: Sequence[Group]) -> frozenset[str]:
    """Words of the claim for a column whose cell, in the row that the claim names, says that there is none.

    Nothing where the claim itself denies something.
    """
    said, claimed = tuple(map(stem, words(claim))), meaning(claim)
    if leaves_out(words(claim)) or _DENYING.search(claim):
        return frozenset()
    rows = (row for group in found for row in _named(said, group.entries) if row.row)
    return frozenset().union(*(_empty(claimed - row.named, row) for row in rows))


def _empty(claimed: frozenset[str], row: Entry) -> frozenset[str]:
    """The words of a claim for the one column that it is about, if the row's cell there says that there is none."""
    cells = [cell for text in row.said.split(BETWEEN) if (cell := LABEL.match(text))]
    labels = [meaning(cell["label"]) for cell in cells]
    shared = frozenset.intersection(*labels) if len(labels) > 1 else frozenset[str]()
    most = max((len(label & claimed - shared) for label in labels), default=0)
    meant = [n for n, label in enumerate(labels) if most and len(label & claimed - shared) == most]
    if len(meant) != 1 or 2 * most < len(labels[meant[0]] - shared):
        return frozenset()
    cell = cells[meant[0]]
    value = cell.string[cell.end() :].strip()
    return labels[meant[0]] & claimed if _NOTHING.fullmatch(value) else frozenset()
