"""An answer's sentences as claims, with the citation markers they carry."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from ragkit.sentences import sentence_spans, with_yes_or_no

MARKER = re.compile(r"(?<!\s)\s*+\[(\d{1,4}(?:\s*,\s*\d{1,4})*)\]")
"""Numbers of passages in brackets. What has more digits is no such number."""
BEFORE = 15
"""Characters before a bracket that tell whether the documents have it too, as in ``sys.argv[1]``."""
LEAST_YEAR = 1000
"""From here on a number in brackets is a year or a quantity, never that of a passage that was not given."""
NOTHING_SAID = re.compile(r"\W*")
STOPS = (".", "!", "?", ":", ";", "…", '."', ".”")


@dataclass(frozen=True, slots=True)
class Draft:
    """A sentence of a raw answer without its markers, and the passage numbers that it cites.

    ``glue`` is the white space that separated it from the sentence before. ``start`` and ``end`` are where it stands
    in the raw answer, the markers within it included; ``cuts`` are the offsets in ``text`` at which such markers
    stood, each with its length.
    """

    text: str
    cited: tuple[int, ...]
    glue: str
    start: int
    end: int
    cuts: tuple[tuple[int, int], ...] = ()

    def raw(self, start: int, end: int) -> tuple[int, int]:
        """Where the characters ``[start, end)`` of ``text`` stand in the raw answer."""
        first = start + sum(length for place, length in self.cuts if place <= start)
        last = end + sum(length for place, length in self.cuts if place < end)
        return self.start + first, self.start + max(first, last)


def drafts(answer: str, passages: Sequence[str] = ()) -> list[Draft]:
    """The claims of an answer in order. Markers after the full stop belong to the sentence before them.

    Given the ``passages``, a bracket that stands in them as it stands here is text, and so is one that cites none of
    them and follows a word without a space, as in ``row[99]``. Elsewhere a number too high is a slip of whoever cites.
    ``No.`` and the sentence behind it are one claim where a passage has both so: alone it stands anywhere.
    """
    plain, marks = _without_markers(answer, passages)
    sentences = _split(plain, [mark.place for mark in marks])
    spans = list(with_yes_or_no(plain, sentences, lambda joint: _stands(joint, passages)))
    out = []
    for number, (start, end) in enumerate(spans):
        text = plain[start:end]
        if NOTHING_SAID.fullmatch(text):
            continue
        until = spans[number + 1][0] if number + 1 < len(spans) else len(plain) + 1
        near = (n for m in marks if start < m.place <= max(end, until - 1) for n in m.numbers)
        cited = dict.fromkeys(n for n in near if not passages or 1 <= n <= len(passages))
        before = plain[spans[number - 1][1] : start] if number else ""
        glue = "\n\n" if "\n\n" in before else "\n" if "\n" in before else " "
        cuts = tuple((m.place - start, m.length) for m in marks if start < m.place < end)
        first = start + sum(m.length for m in marks if m.place <= start)
        last = first + len(text) + sum(length for _, length in cuts)
        out.append(Draft(text, tuple(cited), glue, first, last, cuts))
    return out


@dataclass(frozen=True, slots=True)
class _Mark:
    """A marker that was taken out: where it stood in what is left, the numbers in it, and its characters."""

    place: int
    numbers: tuple[int, ...]
    length: int


def _split(plain: str, marks: list[int]) -> list[tuple[int, int]]:
    """Sentences; a marker behind a stop ends one, however the next one begins."""
    ends = [place for place in dict.fromkeys(marks) if plain[:place].endswith(STOPS)]
    spans = []
    for start, end in pairwise([0, *ends, len(plain)]):
        spans += [(start + first, start + last) for first, last in sentence_spans(plain[start:end])]
    return spans


def _without_markers(answer: str, passages: Sequence[str]) -> tuple[str, list[_Mark]]:
    """The text without markers, and the markers."""
    parts: list[str] = []
    marks: list[_Mark] = []
    last = length = 0
    for match in MARKER.finditer(answer):
        behind_mark = bool(marks) and match.start() == last
        if passages and _is_text(answer, match, passages, behind_mark):
            continue
        parts.append(answer[last : match.start()])
        length += len(parts[-1])
        marks.append(_Mark(length, tuple(map(int, match.group(1).split(","))), len(match.group())))
        last = match.end()
    parts.append(answer[last:])
    return "".join(parts), marks


def _is_text(answer: str, match: re.Match[str], passages: Sequence[str], behind_mark: bool) -> bool:
    numbers = [int(number) for number in match.group(1).split(",")]
    apart = behind_mark or match.group()[0].isspace() or answer[: match.start()].endswith(STOPS)
    slip = apart and match.start() > 0 and max(numbers) < LEAST_YEAR
    if not slip and not all(1 <= number <= len(passages) for number in numbers):
        return True
    return _stands(answer[max(0, match.start() - BEFORE) : match.end()], passages)


def _stands(text: str, passages: Sequence[str]) -> bool:
    """Whether a passage has it as it stands here, white space aside."""
    said = " ".join(text.split())
    return any(said in " ".join(passage.split()) for passage in passages)
