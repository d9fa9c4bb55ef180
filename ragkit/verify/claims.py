"""An answer's sentences as claims, with the citation markers they carry."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from ragkit.sentences import sentence_spans, with_yes_or_no

_NUMBERS = r"\d{1,4}(?:\s{0,3}[,;&\u2013-]\s{0,3}\d{1,4}|\s?,?\sand\s\d{1,4})*"
_KIND = r"(?:\^|(?:passages?|sources?|documents?)[\s:#]{1,2})?"
_LINK = r"(?:\((?=[^()\s]*[./#])[^()\s]{1,500}\))?"
MARKER = re.compile(
    rf"(?:\[\[{_KIND}(?P<double>{_NUMBERS})\]\]|\[{_KIND}(?P<single>{_NUMBERS})\]){_LINK}"
    rf"|【{_KIND}(?P<black>{_NUMBERS})(?::\d+)?(?:†[^】\n]{{0,200}})?】",
    re.IGNORECASE,
)
"""Numbers of passages in brackets, as models write them whatever they were told: [1, 2], [1-3], [^1], [Passage 1],
[1](guide.md), 【1†source】. What has more digits is no such number."""
_RANGED = re.compile(r"\d\s*[\u2013-]")
_RANGE = re.compile(r"(\d+)(?:\s*[\u2013-]\s*(\d+))?")
LONGEST_RANGE = 50
"""Passages that a range such as [1-3] may name."""
_JOINT = re.compile(r"[ \t]?(?:[,;&]|and)?[ \t]?")
"""What may stand between two markers that are one."""
_EMPHASIS = (("**", "**"), ("*", "*"), ("_", "_"), ("<sup>", "</sup>"))
_AROUND = (*_EMPHASIS, ("(", ")"), ("[", "]"), ("（", "）"), *_EMPHASIS)
"""What may stand around a marker and nothing else."""
_VALUE = re.compile(r"(?:[=∈]\s?|\w\()\Z")
"""What stands before a bracket that holds values: a list that is assigned or given to a function."""
_TEXT_BEHIND = re.compile(r"[ \t]*(?=[^\s.,;!?)\]])")
"""What parts a marker that begins a line from the text there."""
BEFORE = 15
"""Characters before a bracket that tell whether the documents have it too, as in ``sys.argv[1]``."""
LEAST_YEAR = 1000
"""From here on a number in brackets is a year or a quantity, never that of a passage that was not given."""
NOTHING_SAID = re.compile(r"\W*")
STOPS = (".", "!", "?", ":", ";", "…", '."', ".”", "。", "！", "？")


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
    """Sentences; a marker behind a stop ends one, however the next one begins, and one that begins a line the last."""
    ends = [place for place in dict.fromkeys(marks) if plain.endswith((*STOPS, "\n"), 0, place)]
    spans = []
    for start, end in pairwise([0, *ends, len(plain)]):
        spans += [(start + first, start + last) for first, last in sentence_spans(plain[start:end])]
    return spans


def without_markers(answer: str) -> str:
    """The text without markers, whatever they cite."""
    return _without_markers(answer, ())[0].strip()


def _without_markers(answer: str, passages: Sequence[str]) -> tuple[str, list[_Mark]]:
    """The text without markers, and the markers."""
    parts: list[str] = []
    marks: list[_Mark] = []
    last = length = 0
    for found in _runs(answer, passages):
        start, end = _whole(answer, found)
        start = max(start, last)
        parts.append(answer[last:start])
        length += len(parts[-1])
        marks.append(_Mark(length, found.numbers, end - start))
        last = end
    parts.append(answer[last:])
    return "".join(parts), marks


@dataclass(frozen=True, slots=True)
class _Run:
    """Markers that stand together: where, and all their numbers."""

    start: int
    end: int
    numbers: tuple[int, ...]


def _runs(answer: str, passages: Sequence[str]) -> list[_Run]:
    runs: list[_Run] = []
    for match in MARKER.finditer(answer):
        joined = bool(runs) and _JOINT.fullmatch(answer, runs[-1].end, match.start()) is not None
        if _is_text(answer, match, passages, joined):
            continue
        start, numbers = match.start(), _numbers(match)
        if joined:
            before = runs.pop()
            start, numbers = before.start, before.numbers + numbers
        runs.append(_Run(start, match.end(), numbers))
    return runs


def _whole(answer: str, run: _Run) -> tuple[int, int]:
    """Where the run stands with what is around it, and the white space before. A line that it begins stays one."""
    start, end = run.start, run.end
    for opening, closing in _AROUND:
        outer = start - len(opening)
        apart = outer <= 0 or opening[0] == "<" or answer[outer - 1] in " \t\n([*" or answer.endswith(STOPS, 0, outer)
        if apart and answer.endswith(opening, 0, start) and answer.startswith(closing, end):
            start, end = outer, end + len(closing)
    blank = start
    while blank and answer[blank - 1].isspace():
        blank -= 1
    behind = _TEXT_BEHIND.match(answer, end) if "\n" in answer[blank:start] else None
    return (start, behind.end()) if behind else (blank, end)


def _numbers(match: re.Match[str]) -> tuple[int, ...]:
    """The numbers in a marker, of a range those between too; none where it is no range."""
    said = match["double"] or match["single"] or match["black"]
    spans = [(int(first), int(last or first)) for first, last in _RANGE.findall(said)]
    sound = all(first == last or 0 < first < last < first + LONGEST_RANGE for first, last in spans)
    return tuple(number for first, last in spans for number in range(first, last + 1)) if sound else ()


def _is_text(answer: str, match: re.Match[str], passages: Sequence[str], joined: bool) -> bool:
    """Whether a bracket is no marker, but belongs to what is said."""
    numbers = _numbers(match)
    if not numbers or _VALUE.search(answer, max(0, match.start() - 3), match.start()):
        return True
    if not passages:
        return False
    given = all(1 <= number <= len(passages) for number in numbers)
    before = answer[max(0, match.start() - 1) : match.start()]
    apart = joined or before.isspace() or match[0][0] == "【" or answer.endswith(STOPS, 0, match.start())
    ranged = _RANGED.search(match[0]) is not None
    slip = apart and match.start() > 0 and max(numbers) < LEAST_YEAR and not ranged
    if not slip and not given:
        return True
    if ranged and any(match[0] in passage for passage in passages):
        return True
    return _stands(answer[max(0, match.start() - BEFORE) : match.end()], passages)


def _stands(text: str, passages: Sequence[str]) -> bool:
    """Whether a passage has it as it stands here, white space aside."""
    said = " ".join(text.split())
    return any(said in " ".join(passage.split()) for passage in passages)
