"""What leads to a list and limits or denies its items: "We do not cover", "Only:", a heading "Exclusions".

An item says the opposite, or too much, without it. English; no model.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from ragkit.generate.extractive.lists_and_steps import can_lead, marker
from ragkit.generate.wording import ASKS, in_order, indent, is_row
from ragkit.lexical import leaves_out, words
from ragkit.types import Evidence, Hit

Place = tuple[int, int]
"""Start and end of a sentence in its passage."""

LONGEST = 160
"""Characters of a line that leads to a list."""
LIMITING = re.compile(
    r"\b(?:unless|avoid\w*|(?:apart|aside) from|other than|(?<=, )provided|provided(?=,| that| you))\b", re.IGNORECASE
)
"""What is provided limits nothing."""
OF_A_CASE = re.compile(r"(?:what if|if|when|where|(?:can|do|may|must) (?:I|we))\b.*\?|(?:why|how)\b", re.IGNORECASE)
"""Begins a heading that denies nothing of what is below: "Why is there no picture?", "Can I leave without a fee?"."""


def limits(lead: str) -> bool:
    """Whether a line says that what follows is not so, or not always."""
    return bool(leaves_out(words(lead)) or LIMITING.search(lead))


def lead_of_list(hit: Hit, around: Sequence[Place], place: int) -> str:
    """What leads to the list that a sentence of a passage is of; empty for others.

    That is the line above the list or, where there is none, the last heading; a heading that limits goes before a line
    that does not. ``around`` is the passage's sentences in order.
    """
    first = _first_of_list(hit.chunk.text, around, place)
    if first is None:
        return ""
    above = _line_above(hit.chunk.text, around, first)
    heading = hit.chunk.headings[-1] if hit.chunk.headings else ""
    told = [heading, above] if not above or (limits(heading) and not limits(above)) else [above]
    return ": ".join(dict.fromkeys(_plain(each) for each in told if each and not OF_A_CASE.match(each)))


def with_limiting_leads(
    passages: Sequence[Hit], ranked: Sequence[Evidence], chosen: Sequence[Evidence]
) -> list[Evidence]:
    """What was chosen, the first item of a list behind what limits it; the line alone is not told besides."""
    leads = [_lead_of(passages[each.passage], ranked, each) for each in chosen]
    whole: list[Evidence] = []
    said = ""
    for each, lead in zip(chosen, leads, strict=True):
        line = _plain(passages[each.passage].chunk.text[each.start : each.end])
        led = [other for other in leads if other and f": {other}".endswith(f": {line}")]
        if len(led) == 1:
            continue
        whole.append(replace(each, heading=lead) if lead not in ("", said) else each)
        said = led[0] if led else lead
    return whole


def _lead_of(hit: Hit, ranked: Sequence[Evidence], evidence: Evidence) -> str:
    """What limits the item that evidence begins with; nothing where it is none, or evidence says it."""
    if is_row(hit.chunk.text, evidence):
        return ""
    places = [(each.start, each.end) for each in in_order(ranked, evidence.passage)]
    at = next((number for number, each in enumerate(places) if each[1] > evidence.start), None)
    lead = lead_of_list(hit, places, at) if at is not None else ""
    return lead if limits(lead) else ""


def _first_of_list(text: str, around: Sequence[Place], place: int) -> int | None:
    """The number of the first sentence of the list that the one at a place is of; None if it is of none."""
    first = None
    while place >= 0 and ((is_item := marker(text, Evidence(0, *around[place], 0.0))) or _goes_on(text, around, place)):
        first = place if is_item else first
        place -= 1
    return first


def _goes_on(text: str, around: Sequence[Place], place: int) -> bool:
    """Whether a sentence belongs to the one above: in the same line, or further in than the margin below it."""
    if not place:
        return False
    gap = text[around[place - 1][1] : around[place][0]]
    return "\n" not in gap or ("\n\n" not in gap and indent(text, around[place][0]) > 0)


def _line_above(text: str, around: Sequence[Place], first: int) -> str:
    """The line that leads to a list which begins with a sentence: the one above it, be it a heading or a question."""
    begins = around[first][0]
    above = around[first - 1] if first else (0, 0)
    between = text[above[1] : begins].strip().rpartition("\n")[2]
    leads = first and (ASKS.search(text[slice(*above)]) or can_lead(text, Evidence(0, *above, 0.0)))
    line = between or (text[slice(*above)] if leads else "")
    return line if len(line) <= LONGEST else ""


def _plain(line: str) -> str:
    """A line that leads to a list, on one line, without the colon or the mark of a question."""
    return " ".join(ASKS.sub("", line).split()).rstrip(" :")
