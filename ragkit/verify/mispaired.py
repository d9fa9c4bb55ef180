"""Where a claim gives a value to the wrong thing although the text has both side by side.

"The C2 produces 56 dB(A), the C2R 59 dB(A)" does not say that the C2R produces 56, yet every word stands there. A
sentence and its neighbours are cut into segments with one value each; what tells two segments apart is where they
differ when they are laid side by side. A value is mispaired where everything that the claim says of it stands beside
another value of that kind, wherever the passages have it. English; no model.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from difflib import SequenceMatcher
from itertools import pairwise

from ragkit.lexical import STOP, WORD, numbers, plain, stem
from ragkit.verify.opposites import unit_of
from ragkit.verify.values import Value, comparable, values

NEIGHBOURS = 2
"""Sentences before and behind that may have the rival value."""
MOST_SEGMENTS = 24
"""Segments around a value that are looked at, so that a long list costs no more than its length."""
LONGEST_SEGMENT = 60
"""Words of a segment that are looked at."""
LEAST_ROOT = 4
"""Letters that two forms of a word have in common at least."""
LEAST_SHARE = 0.5
"""The share of the claim's words that the two segments have, where they speak of the same."""

_VALUE = "\0"
"""Stands for the value among the words of its segment."""
_TOKEN = re.compile(rf"{_VALUE}|per_\w+|\d+(?:[.,]\d+)+|{WORD.pattern}")
_RATE = re.compile(r"\b(?:an?|per|each|every) (?P<unit>minute|hour|day|week|month|quarter|year)\b")
"""What an amount is for: no unit of the amount itself."""
_CUTS = [
    re.compile(r" ?\| ?|\n+|;\s"),
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
_BETWEEN = re.compile(r"\bbetween\b[^,;|]*\Z", re.IGNORECASE)
_CELL = " | "
_BACK = frozenset(
    """former he her his it its itself latter same she so such that their them there these they this those thus we which
    """.split()
)
"""Words by which a segment goes on about what stands before it."""


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
class Mispaired:
    """A value of the claim as the passages write it; ``contradicted``: the claim's own value stands there too."""

    text: str
    contradicted: bool


@dataclass(frozen=True, slots=True)
class _Segment:
    """A value and the stems of the words around it, `_VALUE` in its place; ``place`` is sentence and segment.

    ``clause`` are those of a claim's words that are nearest.
    """

    value: Value
    tokens: tuple[str, ...]
    place: tuple[int, int]
    row: bool
    clause: tuple[str, ...] = ()

    @property
    def goes_on(self) -> bool:
        """Whether it speaks of what stands before it."""
        return not self.row and not _BACK.isdisjoint(self.tokens[: self.tokens.index(_VALUE)])

    def follows(self, token: str) -> bool:
        """Whether it is among the words behind the value."""
        return token in self.tokens[self.tokens.index(_VALUE) :]


@dataclass(frozen=True, slots=True)
class _Words:
    """The words of a segment that another one lacks: those that stand in place of others, and what it has besides."""

    instead: list[str]
    besides: list[str]

    def without(self, token: str) -> _Words:
        """The same but for one word."""
        return _Words(
            [each for each in self.instead if each != token], [each for each in self.besides if each != token]
        )

    def parted(self, segment: _Segment) -> _Words:
        """The same, where what stands behind the value of the ``segment`` is in place of the other's words there."""
        tail = [each for each in self.besides if segment.follows(each)]
        return _Words([*self.instead, *tail], [each for each in self.besides if each not in tail])


def mispaired(claim: str, told: Told) -> Iterator[Mispaired]:
    """The values of ``claim`` that the passages give only to something else than the claim does."""
    text = plain(claim)
    for value in values(text):
        parts = _segments(text, values(text), value.kind)
        own = next((part for part in parts if part.value == value), None)
        if own is None:
            continue
        own = replace(own, clause=_clause(text, value))
        stated = {worth for part in parts for worth in part.value.worths[:1]}
        rivals = list[bool]()
        for rival in _rivals(own, stated, told):
            if rival is None:
                break
            rivals.append(rival)
        else:
            if rivals:
                yield Mispaired(text[value.start : value.end], all(rivals))


def _segments(text: str, found: Sequence[Value], kind: str, number: int = 0) -> list[_Segment]:
    """``text`` cut between its values of this kind; nothing where two of them cannot be parted."""
    own = [value for value in found if comparable(value.kind, kind)]
    cuts = [_cut(text, one, other) for one, other in pairwise(own)]
    if None in cuts:
        return []
    bounds = [0, *(cut for cut in cuts if cut is not None), len(text)]
    name, row, _ = text.partition(_CELL)
    # each cell is about what the row is about
    head = f"{name} " if row and own and own[0].start >= len(name) else ""
    parts = [(text[bounds[n] : value.start], text[value.end : bounds[n + 1]]) for n, value in enumerate(own)]
    return [
        _Segment(value, _tokens((head if n else "") + before, behind), (number, n), bool(row))
        for n, (value, (before, behind)) in enumerate(zip(own, parts, strict=True))
    ]


def _clause(text: str, value: Value) -> tuple[str, ...]:
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
    return tuple(map(_token, [*ahead, _VALUE, *after]))


def _token(word: str) -> str:
    # "theses" has the stem of "these"
    lower = word.lower()
    return word if word == "A" else lower if lower in STOP or lower in _BACK else stem(lower)


def _cut(text: str, one: Value, other: Value) -> int | None:
    """Where the segment of ``other`` begins; nowhere in a range or a mere list of values."""
    for pattern in _CUTS:
        if match := pattern.search(text, one.end, other.start):
            said = text[one.end : match.start()] + text[match.end() : other.start]
            ranged = " and" in match[0] and _BETWEEN.search(text, max(0, one.start - 40), one.start)
            return match.end() if any(map(str.isalnum, said)) and not ranged else None
    return None


def _rivals(own: _Segment, stated: set[str], told: Told) -> Iterator[bool | None]:
    """For each place where the passages have the value, whether it is sure that the claim is about a rival beside it.

    None where it need not be.
    """
    worth = own.value.worths[0]
    for here, found in enumerate(told.values):
        if not any(worth in value.worths for value in found):
            continue
        near = [
            segment
            for number in _near(told, here)
            for segment in _segments(told.texts[number], told.values[number], own.value.kind, number)
        ]
        places = [n for n, each in enumerate(near) if each.place[0] == here and worth in each.value.worths]
        if not places:
            yield None
        for place in places:
            known = stated.union(near[place].value.worths)
            around = near[max(0, place - MOST_SEGMENTS) : place + MOST_SEGMENTS]
            others = (_belongs(own, near[place], each) for each in around if known.isdisjoint(each.value.worths))
            sure = [found for found in others if found is not None]
            yield any(sure) if sure else None


def _near(told: Told, here: int) -> Iterator[int]:
    beside = range(max(0, here - NEIGHBOURS), min(len(told.owners), here + NEIGHBOURS + 1))
    return (number for number in beside if told.owners[number] == told.owners[here])


def _belongs(own: _Segment, held: _Segment, rival: _Segment) -> bool | None:
    """Whether it is sure that the claim is about the ``rival`` where its value is ``held``; None where it need not be.

    Its clause has all words or most by which the rival differs, and it has none by which ``held`` does. Where ``held``
    comes first in the same sentence it may have some, which the rival need not say again: "The C2 produces 56 dB(A),
    the C2R 59".
    """
    first = held.place < rival.place
    if not first and held.goes_on:
        return None
    if len(rival.tokens) > 1 and _qualified(own, held, rival):
        return True
    mine, others = _apart(held, rival)
    instead = [token for token in others.instead if not _is_unit(token)]
    named = [token for token in instead if _said(token, own.clause)]
    left = [token for token in mine.instead if not _said(token, own.tokens)]
    if not named or not left:
        return None
    full, alike = len(named) == len(instead), _share(own, held, rival) >= LEAST_SHARE
    untouched = left == mine.instead and not any(_said(token, own.tokens) for token in mine.besides)
    if untouched:
        belongs = full or (alike and 2 * len(named) >= len(instead))
    else:
        belongs = full and alike and first and held.place[0] == rival.place[0]
    return full and alike if belongs else None


def _qualified(own: _Segment, held: _Segment, rival: _Segment) -> bool:
    """Whether the claim is about what the rival begins with, a word before a noun that ``held`` has without that word.

    "The customer has 30 days. Education customers have 60 days."
    """
    (word, noun), at, place = rival.tokens[:2], rival.tokens.index(_VALUE), held.tokens.index(_VALUE)
    return (
        held.place[0] != rival.place[0]
        and at > 1
        and (word, noun) in set(pairwise(own.clause))
        and STOP.isdisjoint((word, noun))
        and _said(noun, held.tokens)
        and not _said(word, held.tokens)
        and rival.tokens[at + 1 : at + 2] == held.tokens[place + 1 : place + 2] != ()
    )


def _share(own: _Segment, *others: _Segment) -> float:
    """The share of the words of a claim that others have."""
    wanted = [token for token in own.tokens if token not in STOP and token != _VALUE]
    known = [token for other in others for token in other.tokens]
    return sum(_said(token, known) for token in wanted) / max(1, len(wanted))


def _is_unit(token: str) -> bool:
    return len(token) > 1 and any(unit_of(form) for form in (token, f"{token}e"))


def _apart(one: _Segment, other: _Segment) -> tuple[_Words, _Words]:
    """The words by which each of two segments differs from the other."""
    mine, others = _Words([], []), _Words([], [])
    for kind, start, end, first, last in SequenceMatcher(None, one.tokens, other.tokens, autojunk=False).get_opcodes():
        if kind != "equal":
            own = _lacking(one.tokens[start:end], other.tokens)
            its = _lacking(other.tokens[first:last], one.tokens)
            (mine.instead if its else mine.besides).extend(own)
            (others.instead if own else others.besides).extend(its)
    if (
        one.place[0] == other.place[0]
        and any(map(one.follows, mine.besides))
        and any(map(other.follows, others.besides))
    ):
        mine, others = mine.parted(one), others.parted(other)
    if not any(len(token) == 1 and token.islower() for token in (*mine.instead, *others.instead)):
        # beside no other letter an A is an article
        mine, others = mine.without("A"), others.without("A")
    return mine, others


def _lacking(tokens: Sequence[str], others: Sequence[str]) -> list[str]:
    """The words of ``tokens`` that carry meaning and that ``others`` lack."""
    return [token for token in tokens if token not in STOP and token != _VALUE and not _said(token, others)]


def _said(token: str, tokens: Sequence[str]) -> bool:
    """Whether a word is among others in some form."""
    return token in tokens or (len(token) >= LEAST_ROOT and any(_related(token, other) for other in tokens))


def _related(one: str, other: str) -> bool:
    return len(other) >= LEAST_ROOT and one.isalpha() and (one.startswith(other) or other.startswith(one))
