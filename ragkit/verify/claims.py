"""An answer's sentences as claims, with the citation markers they carry."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from ragkit.sentences import sentence_spans

MARKER = re.compile(r"\s*\[(\d+(?:\s*,\s*\d+)*)\]")
BEFORE = 15
"""Characters before a bracket that tell whether the documents have it too, as in ``sys.argv[1]``."""
NOTHING_SAID = re.compile(r"\W*")
STOPS = (".", "!", "?", ":", ";", "…", '."', ".”")


@dataclass(frozen=True, slots=True)
class Draft:
    """A sentence of a raw answer without its markers, and the passage numbers that it cites."""

    text: str
    cited: tuple[int, ...]
    glue: str
    """The white space that separated it from the sentence before."""


def drafts(answer: str, passages: Sequence[str] = ()) -> list[Draft]:
    """The claims of an answer in order. Markers after the full stop belong to the sentence before them.

    Given the ``passages``, a bracket that cites none of them, or stands in them as it stands here, is text.
    """
    plain, marks = _without_markers(answer, passages)
    spans = _split(plain, [place for place, _ in marks])
    out = []
    for number, (start, end) in enumerate(spans):
        text = plain[start:end]
        if NOTHING_SAID.fullmatch(text):
            continue
        until = spans[number + 1][0] if number + 1 < len(spans) else len(plain) + 1
        cited = tuple(dict.fromkeys(n for place, ns in marks if start < place <= max(end, until - 1) for n in ns))
        before = plain[spans[number - 1][1] : start] if number else ""
        out.append(Draft(text, cited, "\n\n" if "\n\n" in before else "\n" if "\n" in before else " "))
    return out


def _split(plain: str, marks: list[int]) -> list[tuple[int, int]]:
    """Sentences; a marker behind a stop ends one, however the next one begins."""
    ends = [place for place in dict.fromkeys(marks) if plain[:place].endswith(STOPS)]
    spans = []
    for start, end in pairwise([0, *ends, len(plain)]):
        spans += [(start + first, start + last) for first, last in sentence_spans(plain[start:end])]
    return spans


def _without_markers(answer: str, passages: Sequence[str]) -> tuple[str, list[tuple[int, list[int]]]]:
    """The text without markers, and for each marker the offset where it stood and its numbers."""
    parts: list[str] = []
    marks: list[tuple[int, list[int]]] = []
    last = length = 0
    for match in MARKER.finditer(answer):
        if passages and _is_text(answer, match, passages):
            continue
        parts.append(answer[last : match.start()])
        length += len(parts[-1])
        marks.append((length, [int(number) for number in match.group(1).split(",")]))
        last = match.end()
    parts.append(answer[last:])
    return "".join(parts), marks


def _is_text(answer: str, match: re.Match[str], passages: Sequence[str]) -> bool:
    if not all(1 <= int(number) <= len(passages) for number in match.group(1).split(",")):
        return True
    said = " ".join(answer[max(0, match.start() - BEFORE) : match.end()].split())
    return any(said in " ".join(passage.split()) for passage in passages)
