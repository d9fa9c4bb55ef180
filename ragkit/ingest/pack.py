"""Where to cut a section into passages: the cuts of least total cost.

Dynamic programming over the units, after Knuth and Plass, "Breaking Paragraphs into Lines" (Software: Practice and
Experience 11, 1981), with tokens for widths: a passage costs its squared relative deviation from the target size, a cut
costs what it tears apart. So there are no tiny tails, and lists, tables and sentences stay together where they can.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import accumulate

from ragkit.ingest.units import Unit

_AFTER_HEADING = 8.0
_INSIDE_DEFINITION = 0.1
# A passage that begins within one definition and goes on to the next.
_TWO_DEFINITIONS = 0.5
_AFTER_COLON = 0.5
_BETWEEN_ITEMS = 0.05
_BEFORE_ITEMS = 0.15
# By grain: whole block, group of lines, sentence, line, some words, word, part of a word.
_INSIDE_BLOCK = (0.0, 0.05, 0.1, 0.1, 0.5, 0.6, 1.0)


def pack(text: str, units: Sequence[Unit], room: int, target: int) -> list[tuple[int, int]]:
    """The ranges ``[first, last)`` of ``units`` that make the passages: in order, none empty, none above ``room``.

    A single unit above ``room`` makes a passage of its own.
    """
    sums = list(accumulate((unit.tokens for unit in units), initial=0))
    joints = [0.0, *(_cut_cost(text, units[place - 1], units[place]) for place in range(1, len(units)))]
    ends = _definition_ends(units)
    costs = [0.0]
    origins = [0]
    for last in range(1, len(units) + 1):
        best, origin = float("inf"), last - 1
        for first in range(last - 1, -1, -1):
            size = sums[last] - sums[first]
            if size > room and first < last - 1:
                break
            cost = costs[first] + joints[first] + (size / target - 1) ** 2 + _TWO_DEFINITIONS * (ends[first] < last)
            if cost < best:
                best, origin = cost, first
        costs.append(best)
        origins.append(origin)
    return _ranges(origins)


def _definition_ends(units: Sequence[Unit]) -> list[int]:
    """For a unit within a definition the place where that ends, for any other one past the last place."""
    ends = [len(units)] * len(units)
    for place in range(len(units) - 2, -1, -1):
        own, after = units[place], units[place + 1]
        if own.level and own.kind not in {"heading", "term"}:
            over = after.kind in {"heading", "term"} or not after.level
            ends[place] = place + 1 if over else ends[place + 1]
    return ends


def _ranges(origins: Sequence[int]) -> list[tuple[int, int]]:
    ranges: list[tuple[int, int]] = []
    last = len(origins) - 1
    while last:
        ranges.append((origins[last], last))
        last = origins[last]
    return ranges[::-1]


def _cut_cost(text: str, above: Unit, below: Unit) -> float:
    """What it costs to cut between two neighbours."""
    if above.kind in {"heading", "term"} and above.grain == 0:
        return _AFTER_HEADING
    if below.grain and above.grain and text.count("\n", above.end, below.start) < 2:
        return _INSIDE_BLOCK[min(above.grain, below.grain)]
    if text[above.end - 1] == ":":
        return _AFTER_COLON
    if below.kind == "item":
        return _BETWEEN_ITEMS if above.kind == "item" else _BEFORE_ITEMS
    return _INSIDE_DEFINITION if below.kind not in {"heading", "term"} and below.level else 0.0
