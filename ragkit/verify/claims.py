"""An answer's sentences as claims, with the citation markers they carry."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate, pairwise
from operator import itemgetter

from ragkit.cells import RULE
from ragkit.sentences import sentence_spans, stripped, with_yes_or_no

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
_EMPHASIS = (("**", "**"), ("*", "*"), ("_", "_"), ("`", "`"), ("<sup>", "</sup>"))
_AROUND = (*_EMPHASIS, ("(", ")"), ("[", "]"), ("（", "）"), *_EMPHASIS)
"""What may stand around a marker and nothing else."""
_SEE = re.compile(r"\((?:see|cf\.|from|passages?|(?:sources?|refs?):?)[ \t]\Z", re.IGNORECASE)
"""What may stand before a marker that closes parentheses."""
_ENTRY = re.compile(r"[ \t]*(?:[-*•][ \t]+)?(?:\[\^?\d{1,3}\]|【\d{1,3}[^】]*】)")
_NOTE = re.compile(r"[ \t]*\[\^?\d{1,3}\]:[ \t]")
_SOURCES = re.compile(
    r"[ \t]*(?:#{1,6}[ ]|\*\*|__)?(?:sources?|references?|citations?|footnotes?)(?:[ ](?:used|cited))?:?(?:\*\*|__)?:?"
    r"(?P<rest>.*)",
    re.IGNORECASE,
)
_VALUE = re.compile(r"(?:[=∈]\s?|\w\()\Z")
"""What stands before a bracket that holds values: a list that is assigned or given to a function."""
_TEXT_BEHIND = re.compile(r"[ \t]*(?=[^\s.,;!?)\]])")
"""What parts a marker that begins a line from the text there."""
_FENCED = re.compile(
    r"^[ \t]*(?P<fence>`{3,}|~{3,})[ \t]*(?P<language>[^`\s]*)[^`\n]*\n(?P<body>.*?)"
    r"(?P<closed>^[ \t]*(?P=fence)(?=[ \t]*(?:$|[\[【(]))|\Z)",
    re.DOTALL | re.MULTILINE,
)
_INLINE = re.compile(r"(?<!`)(?P<ticks>`+)(?!`)[^\n]+?(?<!`)(?P=ticks)(?!`)")
"""Behind as many ticks as before it: two in a row begin and end other code than one."""
_PROSE = frozenset({"markdown", "md", "text", "txt"})
"""Languages of fences that some models put around a whole answer."""
_BEHIND_CODE = re.compile(r"(?<=[^\s:=,(\[{])[ \t]+\Z")
"""What stands before a marker behind a line of code."""
BEFORE = 15
"""Characters before a bracket that tell whether the documents have it too, as in ``sys.argv[1]``."""
LEAST_YEAR = 1000
"""From here on a number in brackets is a year or a quantity, never that of a passage that was not given."""
NOTHING_SAID = re.compile(r"\W*")
STOPS = (".", "!", "?", ":", ";", "…", '."', ".”", "。", "！", "？")


@dataclass(frozen=True, slots=True)
class Draft:
    """A sentence of a raw answer without its markers, and the passage numbers that it cites.

    ``glue`` is what separated it from the sentence before: white space, with it the fence that opens code or the rule
    of a table; ``after`` is the fence that closes code. ``start`` and ``end`` are where it stands in the raw answer,
    the markers within it included; ``cuts`` are the offsets in ``text`` at which such markers stood, each with its
    length.
    """

    text: str
    cited: tuple[int, ...]
    glue: str
    start: int
    end: int
    cuts: tuple[tuple[int, int], ...] = ()
    after: str = ""

    def raw(self, start: int, end: int) -> tuple[int, int]:
        """Where the characters ``[start, end)`` of ``text`` stand in the raw answer."""
        first = start + sum(length for place, length in self.cuts if place <= start)
        last = end + sum(length for place, length in self.cuts if place < end)
        return self.start + first, self.start + max(first, last)


def drafts(answer: str, passages: Sequence[str] = ()) -> list[Draft]:
    """The claims of an answer in order. Markers after the full stop belong to the sentence before them.

    Given the ``passages``, a bracket that stands in them as it stands here is text, and so is one that cites none of
    them and follows a word without a space, as in ``row[99]``. Elsewhere a number too high is a slip of whoever cites.
    ``No.`` and the sentence behind it are one claim where a passage has both so: alone it stands anywhere. Code between
    fences is one claim, and what stands in brackets there is code.
    """
    plain, marks = _without_markers(answer, passages)
    places = [mark.place for mark in marks]
    lengths = [0, *accumulate(mark.length for mark in marks)]
    sentences, fences = _split(plain, places)
    spans = list(with_yes_or_no(plain, sentences, lambda joint: _stands(joint, passages)))
    out: list[Draft] = []
    behind = 0
    for number, (start, end) in enumerate(spans):
        text = plain[start:end]
        if NOTHING_SAID.fullmatch(text):
            continue
        until = spans[number + 1][0] if number + 1 < len(spans) else len(plain) + 1
        inside = bisect_right(places, start)
        near = (n for m in marks[inside : bisect_right(places, max(end, until - 1))] for n in m.numbers)
        cited = dict.fromkeys(n for n in near if not passages or 1 <= n <= len(passages))
        glue = _glue(plain[behind:start], first=not out, fenced=end in fences)
        after = fences.get(end, "")
        behind = end + len(after)
        cuts = tuple((m.place - start, m.length) for m in marks[inside : bisect_left(places, end)])
        first = start + lengths[inside]
        last = first + len(text) + sum(length for _, length in cuts)
        out.append(Draft(text, tuple(cited), glue, first, last, cuts, after))
    return out


def _glue(between: str, *, first: bool, fenced: bool) -> str:
    """What is kept of the text between two claims: breaks, the indentation, the rule of a table, the fence of code."""
    _, *lines = f"\n{between}".split("\n") if first else between.split("\n")
    if not lines:
        return " "
    last = lines.pop()
    opening = next((n for n in range(len(lines) - 1, -1, -1) if lines[n].strip()), -1) if fenced else -1
    kept: list[str] = []
    for number, line in enumerate(lines):
        if number == opening or RULE.fullmatch(line):
            kept.append(line)
        elif not line.strip() and kept[-1:] != [""]:
            kept.append("")
    indentation = last[: len(last) - len(last.lstrip())]
    return "\n".join(["", *kept, indentation]) if any(kept) or not first else " "


@dataclass(frozen=True, slots=True)
class _Mark:
    """A marker that was taken out: where it stood in what is left, the numbers in it, and its characters."""

    place: int
    numbers: tuple[int, ...]
    length: int


def _split(plain: str, marks: Sequence[int]) -> tuple[list[tuple[int, int]], dict[int, str]]:
    """Sentences, each fenced code as one; and for those, by where they end, the fences behind them."""
    spans: list[tuple[int, int]] = []
    fences: dict[int, str] = {}
    last = 0
    for code in _FENCED.finditer(plain):
        spans += _prose(plain, last, code.start(), marks)
        if code["language"].lower() in _PROSE:
            spans += _prose(plain, *code.span("body"), marks)
        elif body := list(stripped(plain, *code.span("body"))):
            spans += body
            fences[body[0][1]] = plain[body[0][1] : code.end()]
        last = code.end()
    return [*spans, *_prose(plain, last, len(plain), marks)], fences


def _prose(plain: str, start: int, end: int, marks: Sequence[int]) -> Iterator[tuple[int, int]]:
    """Sentences; a marker behind a stop ends one, however the next one begins, and one that begins a line the last."""
    within = dict.fromkeys(marks[bisect_left(marks, start) : bisect_right(marks, end)])
    ends = [place for place in within if plain.endswith((*STOPS, "\n"), start, place)]
    for begin, until in pairwise([start, *ends, end]):
        yield from ((begin + first, begin + last) for first, last in sentence_spans(plain[begin:until]))


def without_sources(answer: str, passages: Sequence[str] = ()) -> str:
    """The answer without the list of its sources at the end, by whose numbers a model explains its markers.

    A list that the ``passages`` have as it stands here is text.
    """
    lines = answer.split("\n")
    end = _before(lines, _NOTE)
    first = _before(lines, _ENTRY)
    heading = _SOURCES.fullmatch(lines[first - 1]) if first else None
    listed = heading["rest"] + "".join(lines[first:]) if heading else ""
    if heading and listed.strip() and not any(map(str.isalnum, MARKER.sub("", heading["rest"]))):
        end = first - 1
    kept, cut = "\n".join(lines[:end]).rstrip(), [line for line in lines[end:] if line.strip()]
    return kept if kept and cut and not _stands(cut[-1], passages) else answer


def _before(lines: Sequence[str], form: re.Pattern[str]) -> int:
    """How many lines stand before those of this form, and blank ones, at the end."""
    end = len(lines)
    while end and (not lines[end - 1].strip() or form.match(lines[end - 1])):
        end -= 1
    return end


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
    code = _code(answer)
    for match in MARKER.finditer(answer):
        joined = bool(runs) and _JOINT.fullmatch(answer, runs[-1].end, match.start()) is not None
        if _is_code(answer, match, code) or _is_text(answer, match, passages, joined):
            continue
        start, numbers = match.start(), _numbers(match)
        if joined:
            before = runs.pop()
            start, numbers = before.start, before.numbers + numbers
        runs.append(_Run(start, match.end(), numbers))
    return runs


def _code(answer: str) -> list[tuple[int, int, bool]]:
    """Where code stands, in order, and whether it does between fences."""
    fenced = [each for each in _FENCED.finditer(answer) if each["language"].lower() not in _PROSE]
    found = [(*each.span("body"), True) for each in fenced]
    starts, ends = [each.start() for each in fenced], [each.end() for each in fenced]
    for start, end in zip([0, *ends], [*starts, len(answer)], strict=True):
        found += [(*each.span(), False) for each in _INLINE.finditer(answer, start, end)]
    return sorted(found)


def _is_code(answer: str, match: re.Match[str], code: Sequence[tuple[int, int, bool]]) -> bool:
    """Whether a bracket belongs to code. A marker may be set as code, or stand behind a line of it."""
    place = bisect_right(code, match.start(), key=itemgetter(0)) - 1
    if place < 0 or code[place][1] <= match.start():
        return False
    start, end, fenced = code[place]
    if not fenced:
        return any(map(str.isalnum, MARKER.sub("", answer[start:end])))
    alone = answer[match.end() : end].partition("\n")[0].strip() == ""
    return not alone or _BEHIND_CODE.search(answer, start, match.start()) is None


def _whole(answer: str, run: _Run) -> tuple[int, int]:
    """Where the run stands with what is around it, and the white space before. A line that it begins stays one."""
    start, end = run.start, run.end
    for opening, closing in _AROUND:
        outer = start - len(opening)
        apart = outer <= 0 or opening[0] == "<" or answer[outer - 1] in " \t\n([*" or answer.endswith(STOPS, 0, outer)
        if apart and answer.endswith(opening, 0, start) and answer.startswith(closing, end):
            start, end = outer, end + len(closing)
    if answer.startswith(")", end) and (see := _SEE.search(answer, max(0, start - 12), start)):
        start, end = see.start(), end + 1
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
