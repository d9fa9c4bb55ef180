"""Lines of a list that begin with a code where others have a bullet: "E1 - phase missing. Check the supply.".

What stands behind a code belongs to it, be it several sentences: half of it would hide what to do.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache
from itertools import pairwise
from typing import NamedTuple

from ragkit.sentences import Span, stripped

LONGEST = 240
"""Characters of a line that is told whole."""
_LINE = re.compile(r"^[ \t]*+(?P<code>[A-Z]{1,4}[-.]?\d{1,4})(?:[ \t]+[-–—=]|:)[ \t]+\S.*$", re.MULTILINE)
_MANY = 64
"""Texts whose lines are kept, for each sentence of a passage asks for them."""


class _Line(NamedTuple):
    """Characters ``[start, end)``, and what the code looks like: its digits are ``1``."""

    start: int
    end: int
    kind: str


def code_at(text: str, start: int) -> str:
    """What the code looks like that begins a line of a list at a place; nothing where none does."""
    return next((line.kind for line in _lines(text) if line.start == start), "")


def is_above(text: str, end: int) -> bool:
    """Whether what ends at a place stands right above the first of some lines with a code, and is none itself."""
    line = next((line for line in _lines(text) if line.end >= end), None)
    return line is not None and line.start > end and not text[end : line.start].strip()


def with_whole_lines(text: str, spans: Iterable[Span]) -> Iterator[Span]:
    """The sentences ``spans`` of a text, those of one line with a code as one."""
    lines = _lines(text)
    told: Span | None = None
    for start, end in (part for span in spans for part in _apart(text, span, lines)):
        line = next((line for line in lines if told and line.start <= told[0] < start < line.end), None)
        if told and line and end - line.start <= LONGEST:
            told = (told[0], end)
            continue
        if told:
            yield told
        told = (start, end)
    if told:
        yield told


def _apart(text: str, span: Span, lines: Iterable[_Line]) -> Iterator[Span]:
    """A sentence that runs over lines with a code, parted where they begin."""
    places = [span[0], *(line.start for line in lines if span[0] < line.start < span[1]), span[1]]
    for start, end in pairwise(places):
        yield from stripped(text, start, end)


@lru_cache(_MANY)
def _lines(text: str) -> tuple[_Line, ...]:
    """The lines that begin with a code and have one that looks like it right before or behind in their paragraph."""
    found = [_Line(each.start("code"), each.end(), re.sub(r"\d+", "1", each["code"])) for each in _LINE.finditer(text)]
    beside = {
        line
        for one, other in pairwise(found)
        if one.kind == other.kind and "\n\n" not in text[one.end : other.start]
        for line in (one, other)
    }
    return tuple(line for line in found if line in beside)
