"""Sentences as segments with one value each: what is told about a value, and in which clause. English; no model."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

from ragkit.cells import BETWEEN
from ragkit.lexical import STOP, WORD, numbers, plain, stem
from ragkit.verify.values import Value, comparable, values

LONGEST_SEGMENT = 60
"""Words of a segment that are looked at."""
VALUE = "\0"
"""Stands for the value among the words of its segment."""
_TOKEN = re.compile(rf"{VALUE}|per_\w+|\d+(?:[.,]\d+)+|{WORD.pattern}")
_RATE = re.compile(r"\b(?:an?|per|each|every) (?P<unit>minute|hour|day|week|month|quarter|year)\b")
"""What an amount is for: no unit of the amount itself."""
_CUTS = [
    re.compile(r" ?\| ?|\n+|;\s| instead of\b"),
    re.compile(r",? (?:but|while|whereas|although)\b|, (?:and|or)\b"),
    re.compile(r"[,:]\s|\s[–—-]\s|\s\("),
    re.compile(r" (?:and|or)\b"),
    re.compile(r" (?:than|to|then)\b"),
]
"""Where a sentence may be cut between two values, the best first."""
_CLAUSE = re.compile(r"[,;:]\s|\s[–—-]\s|\s(?:and|but|or|than|while|whereas|although|unless)\b")
_LEAD = re.compile(
    r"\s*(?:after|at|before|during|for|from|in|on|outside|inside|under|until|with|within|without)\b[^,;:]*,\s",
    re.IGNORECASE,
)
"""What a clause may begin with: it is about its value, too."""
_WHEN = re.compile(r"\b(?:after|before|from|until|within)(?: (?:about|the (?:first|last)))? \Z", re.IGNORECASE)
_COLUMN = re.compile(r"(?:\A|(?<=\| ))[^:|]{1,60}:(?= )")
"""The name of a cell's column: numbers in it are no values of the row."""
_PAST = re.compile(
    r"\binstead of(?: [a-z]+){0,2} [€$£¥]?\Z|\((?:before|formerly|previously|until now)\b:?[^()]*\Z",
    re.IGNORECASE,
)
_OF_PAST = re.compile(
    r"\b(?:ago|before|earlier|former|formerly|had|instead|longer|not|old|once|previous|previously|rather|until|used|was"
    r"|were)\b|\wn't\b",
    re.IGNORECASE,
)
_WORD = re.compile(r"[^\W\d_]{3}")
_BETWEEN = re.compile(r"\bbetween\b[^,;|]*\Z", re.IGNORECASE)
_BACK = frozenset(
    """former he her his it its itself latter same she so such that their them there these they this those thus we which
    """.split()
)
"""Words by which a segment goes on about what stands before it."""
_PRONOUNS = frozenset("he it she that they this".split())
_LEADING = frozenset("at by during for in on with within".split())


@dataclass(frozen=True, slots=True)
class Told:
    """Passages as sentences: the number of each one's passage, its text and its values."""

    owners: tuple[int, ...]
    texts: tuple[str, ...]
    values: tuple[tuple[Value, ...], ...]

    @classmethod
    def of(cls, sentences: Sequence[tuple[int, str]]) -> Told:
        """The values of ``sentences``, each with the number of its passage."""
        texts = tuple(plain(text) for _, text in sentences)
        return cls(tuple(owner for owner, _ in sentences), texts, tuple(map(values, texts)))


@dataclass(frozen=True, slots=True)
class Segment:
    """A value and the stems of the words around it, `VALUE` in its place; ``place`` is sentence and segment.

    ``clause`` are those of a claim's words that are nearest; ``listed``: a value without a unit stands beside it.
    """

    value: Value
    tokens: tuple[str, ...]
    place: tuple[int, int]
    row: bool
    clause: tuple[str, ...] = ()
    listed: bool = False

    @property
    def goes_on(self) -> bool:
        """Whether it speaks of what stands before it."""
        return not self.row and not _BACK.isdisjoint(self.tokens[: self.tokens.index(VALUE)])

    @property
    def lead(self) -> list[str]:
        """What it is about, where a pronoun goes on behind that: "In theatres they stay open"."""
        before = self.tokens[: self.tokens.index(VALUE)]
        place = next((n for n, token in enumerate(before) if token in _PRONOUNS), 0)
        return [token for token in before[:place] if token not in STOP] if before[:1] and before[0] in _LEADING else []

    def follows(self, token: str) -> bool:
        """Whether it is among the words behind the value."""
        return token in self.tokens[self.tokens.index(VALUE) :]


@lru_cache(1 << 12)
def segments(text: str, found: tuple[Value, ...], kind: str, number: int = 0) -> tuple[Segment, ...]:
    """``text`` cut between its values of this kind; nothing where two of them cannot be parted.

    A value that says when, as in "30 days after 10 years", is left in the words of the other.
    """
    row = BETWEEN in text
    columns = [match.span() for match in _COLUMN.finditer(text)] if row else []
    own = [
        value
        for value in found
        if comparable(value.kind, kind) and not any(start <= value.start < end for start, end in columns)
    ]
    cuts = [cut_between(text, one, other) for one, other in pairwise(own)]
    if None in cuts:
        own = [value for value in own if not _WHEN.search(text, max(0, value.start - 20), value.start)]
        cuts = [cut_between(text, one, other) for one, other in pairwise(own)]
    if not own or None in cuts:
        return ()
    bounds = [0, *(cut for cut in cuts if cut is not None), len(text)]
    # each cell is about what the row is about
    head = _name(text[: own[0].start]) if row else ""
    parted = list[Segment]()
    for n, (value, (start, end)) in enumerate(zip(own, pairwise(bounds), strict=True)):
        first, last = _cell(text, value) if row else (start, end)
        before, behind = text[max(start, first) : value.start], text[value.end : min(end, last)]
        parted.append(Segment(value, _tokens(head + before, behind), (number, n), row))
    return tuple(parted)


def _name(before: str) -> str:
    """The name of a row, from the cells before its first value: one, or two where the first is a mere code."""
    cells = before.split(BETWEEN)[:-1]
    return "".join(f"{cell} " for cell in cells[: 1 if cells and _WORD.search(cells[0]) else 2])


def _cell(text: str, value: Value) -> tuple[int, int]:
    """Where the cell of a row begins and ends that has the value."""
    end = text.find(BETWEEN, value.end)
    return text.rfind(BETWEEN, 0, value.start) + 1, len(text) if end < 0 else end


def superseded(text: str, value: Value) -> bool:
    """Whether the text says that another value stands in place of this one: "after 4 minutes instead of 10"."""
    return _PAST.search(text, 0, value.start) is not None


def of_past(claim: str) -> bool:
    """Whether a claim may speak of what is not so any more."""
    return _OF_PAST.search(claim) is not None


def clause_of(text: str, value: Value) -> tuple[str, ...]:
    """The words of the clause with the value: another one may speak of something else."""
    lead = _LEAD.match(text, 0, value.start)
    cuts = _CLAUSE.finditer(text, lead.end() if lead and not numbers(lead[0]) else 0, value.start)
    start = max((match.end() for match in cuts), default=0)
    behind = _CLAUSE.search(text, value.end)
    return _tokens(text[start : value.start], text[value.end : behind.start() if behind else len(text)])


def _tokens(before: str, behind: str) -> tuple[str, ...]:
    """The words near the value, those that carry meaning as stems. A capital A may be a name."""
    before, behind = (_RATE.sub(r"per_\g<unit>", part) for part in (before, behind))
    ahead, after = _TOKEN.findall(before)[-LONGEST_SEGMENT:], _TOKEN.findall(behind)[:LONGEST_SEGMENT]
    return tuple(map(_token, [*ahead, VALUE, *after]))


def _token(word: str) -> str:
    # "theses" has the stem of "these"
    lower = word.lower()
    return word if word == "A" else lower if lower in STOP or lower in _BACK else stem(lower)


def cut_between(text: str, one: Value, other: Value) -> int | None:
    """Where the segment of ``other`` begins; nowhere in a range or a mere list of values."""
    for pattern in _CUTS:
        if match := pattern.search(text, one.end, other.start):
            said = text[one.end : match.start()] + text[match.end() : other.start]
            ranged = " and" in match[0] and _BETWEEN.search(text, max(0, one.start - 40), one.start)
            return match.end() if any(map(str.isalnum, said)) and not ranged else None
    return None
