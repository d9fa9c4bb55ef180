"""Where a claim gives a value to the wrong thing although the text has both side by side.

"The C2 produces 56 dB(A), the C2R 59 dB(A)" does not say that the C2R produces 56, yet every word stands there. A
sentence and its neighbours are cut into segments with one value each; what tells two segments apart is where they
differ when they are laid side by side. A value is mispaired where everything that the claim says of it stands beside
another value of that kind, wherever the passages have it. English; no model.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from difflib import SequenceMatcher
from itertools import pairwise, takewhile

from ragkit.cells import BETWEEN
from ragkit.lexical import STOP, plain
from ragkit.units import UNITS, unit_of
from ragkit.verify.segments import VALUE, Segment, Told, clause_of, of_past, segments, superseded
from ragkit.verify.values import UNITLESS, Value, comparable, values

NEIGHBOURS = 2
"""Sentences before and behind that may have the rival value."""
ROWS = 12
"""Rows before and behind that may have it where the value stands in a row."""
MOST_SEGMENTS = 24
"""Segments around a value that are looked at, so that a long list costs no more than its length."""
LEAST_ROOT = 4
"""Letters that two forms of a word have in common at least."""
LEAST_SHARE = 0.5
"""The share of the claim's words that the two segments have, where they speak of the same."""

_TELLING = frozenset({"above", "below", "further", "other", "over", "under"})
"""Words that tell rows and columns of a table apart, as common as they are."""
_JOINTS = frozenset({"and", "or"})
_SUCH = frozenset({"one", "ones"})
_CODES = frozenset(
    form.lower() for unit in UNITS["money"] for form in unit.split() if form.isalpha() and form.isupper()
)
"""Such as USD."""


@dataclass(frozen=True, slots=True)
class Mispaired:
    """A value of the claim as the passages write it; ``contradicted``: the claim's own value stands there too."""

    text: str
    contradicted: bool


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

    def parted(self, segment: Segment) -> _Words:
        """The same, where what stands behind the value of the ``segment`` is in place of the other's words there."""
        tail = [each for each in self.besides if segment.follows(each)]
        return _Words([*self.instead, *tail], [each for each in self.besides if each not in tail])


def mispaired(claim: str, told: Told) -> Iterator[Mispaired]:
    """The values of ``claim`` that the passages give only to something else than the claim does."""
    text = plain(claim)
    past = of_past(text)
    for value in values(text):
        if not past and _replaced(value, told):
            yield Mispaired(text[value.start : value.end], contradicted=True)
            continue
        parts = segments(text, values(text), value.kind)
        listed = not parts and value.kind not in UNITLESS
        if listed:
            parts = segments(text, tuple(each for each in values(text) if each.kind == value.kind), value.kind)
        own = next((part for part in parts if part.value == value), None)
        if own is None:
            continue
        own = replace(own, clause=clause_of(text, value), listed=listed)
        stated = {worth for part in parts for worth in part.value.worths[:1]}
        rivals = list[bool]()
        for rival in _rivals(own, stated, told):
            if rival is None:
                break
            rivals.append(rival)
        else:
            if rivals:
                yield Mispaired(text[value.start : value.end], all(rivals))


def _replaced(value: Value, told: Told) -> bool:
    """Whether another value stands in place of this one wherever the passages have it."""
    found = [
        superseded(text, each)
        for text, there in zip(told.texts, told.values, strict=True)
        for each in there
        if value.worths[0] in each.worths and comparable(each.kind, value.kind)
    ]
    return bool(found) and all(found)


def _rivals(own: Segment, stated: set[str], told: Told) -> Iterator[bool | None]:
    """For each place where the passages have the value, whether the claim is about a rival value beside it.

    True where that is sure, False where it is likely, None where it need not be.
    """
    worth = own.value.worths[0]
    for here, found in enumerate(told.values):
        if not any(worth in value.worths for value in found):
            continue
        near = [
            segment
            for number in _near(told, here)
            for segment in segments(told.texts[number], told.values[number], own.value.kind, number)
        ]
        places = [n for n, each in enumerate(near) if each.place[0] == here and worth in each.value.worths]
        if not places:
            yield None
        for place in places:
            held = near[place]
            around = near[max(0, place - MOST_SEGMENTS) : place + MOST_SEGMENTS]
            others = (
                _belongs(own, held, each)
                for each in around
                if stated.isdisjoint(each.value.worths) and _differ(held.value, each.value)
            )
            sure = [found for found in others if found is not None]
            yield any(sure) if sure else None


def _differ(one: Value, other: Value) -> bool:
    """Whether neither value is what the other one is or implies; two days of one month are two values."""
    return one.worths[0] not in other.worths and other.worths[0] not in one.worths


def _near(told: Told, here: int) -> Iterator[int]:
    reach = NEIGHBOURS if BETWEEN not in told.texts[here] else ROWS
    beside = range(max(0, here - reach), min(len(told.owners), here + reach + 1))
    return (number for number in beside if told.owners[number] == told.owners[here])


def _belongs(own: Segment, held: Segment, rival: Segment) -> bool | None:
    """Whether the claim is about the ``rival`` where its value is ``held``; None if it need not be.

    True where that is sure, False where it is likely.
    """
    first = held.place < rival.place
    if (not first and held.goes_on) or (own.listed and not held.row):
        return None
    if len(rival.tokens) > 1 and _qualified(own, held, rival):
        return True
    sure = _about(own, held, rival, *_apart(held, rival))
    if sure is None and held.place[0] == rival.place[0] and not held.row:
        return _about(own, held, rival, *_differing(held, rival)) or None
    return sure


def _about(own: Segment, held: Segment, rival: Segment, mine: _Words, others: _Words) -> bool | None:
    """What `_belongs` tells of two segments that differ by ``mine``, words of ``held``, and ``others``, of the rival.

    The claim is about the rival if its clause has all or most words that the rival has instead of others, and none that
    ``held`` has there. If the rival stands behind ``held`` in one sentence, the claim may have some of those, which
    need not be said again: "The C2 produces 56 dB(A), the C2R 59".
    """
    instead = [token for token in others.instead if not _is_unit(token)]
    named = [token for token in instead if _said(token, own.clause)]
    if not named:
        return None
    full, alike = _has_all(named, instead, rival), _share(own, held, rival) >= LEAST_SHARE
    left = [token for token in mine.instead if not _said(token, own.tokens)]
    has_none_of_held = left == mine.instead and not any(_said(token, own.tokens) for token in mine.besides)
    if left and has_none_of_held:
        if full:
            return alike
        return False if alike and 2 * len(named) >= len(instead) else None
    goes_on = held.place < rival.place and held.place[0] == rival.place[0]
    # what stands before the value need not be said again, unless the rival says some of it
    shared = {token for token in held.tokens if _tells(token) and not _is_unit(token)}.intersection(rival.tokens)
    besides_nothing = not others.besides and not any(map(held.follows, mine.besides))
    elliptic = besides_nothing and not (mine.instead and shared)
    return True if full and alike and goes_on and (left or elliptic) else None


def _has_all(named: Sequence[str], instead: Sequence[str], rival: Segment) -> bool:
    """Whether the words ``named`` are all that the rival has ``instead``, or one side of an "and" or "or" in it."""
    sides = _joined(rival.tokens)
    beside = [token for token in instead if token not in named]
    return not beside or any(
        set(beside) <= set(one) and not set(other).isdisjoint(named) for one, other in (sides, sides[::-1])
    )


def _joined(tokens: Sequence[str]) -> tuple[Sequence[str], Sequence[str]]:
    """The words up to the next ones without meaning, before and behind the one "and" or "or"."""
    places = [n for n, token in enumerate(tokens) if token in _JOINTS]
    if len(places) != 1:
        return (), ()
    before, behind = tokens[: places[0]][::-1], tokens[places[0] + 1 :]
    return tuple(takewhile(_tells, before)), tuple(takewhile(_tells, behind))


def _tells(token: str) -> bool:
    return token not in STOP and token != VALUE


def _qualified(own: Segment, held: Segment, rival: Segment) -> bool:
    """Whether the claim has a qualifier that the rival begins with and ``held`` lacks, the next word being the same.

    It stands before a pronoun, or is a word before a noun that ``held`` has without it: "Sessions close after 4
    minutes. In theatres they close after 90.", "The customer has 30 days. Education customers have 60 days." Or
    before what is short for such a noun: "Defects are mended in 20 days; dangerous ones in 2."
    """
    at, place = rival.tokens.index(VALUE), held.tokens.index(VALUE)
    word, noun = rival.tokens[:2]
    if noun in _SUCH and at > 1 and word not in STOP and not _said(word, held.tokens):
        return any((word, each) in set(pairwise(own.clause)) for each in held.tokens if _tells(each))
    if not rival.tokens[at + 1 : at + 2] == held.tokens[place + 1 : place + 2] != ():
        return False
    if rival.lead:
        return all(_said(each, own.clause) for each in rival.lead) and not any(
            _said(each, held.tokens) for each in rival.lead
        )
    return (
        held.place[0] != rival.place[0]
        and at > 1
        and (word, noun) in set(pairwise(own.clause))
        and STOP.isdisjoint((word, noun))
        and _said(noun, held.tokens)
        and not _said(word, held.tokens)
    )


def _share(own: Segment, *others: Segment) -> float:
    """The share of the words of a claim that others have."""
    wanted = [token for token in own.tokens if token not in STOP and token != VALUE]
    known = [token for other in others for token in other.tokens]
    return sum(_said(token, known) for token in wanted) / max(1, len(wanted))


def _is_unit(token: str) -> bool:
    """Whether a word is a unit; the code of a currency is not, for it tells columns of prices apart."""
    return len(token) > 1 and token not in _CODES and any(unit_of(form) for form in (token, f"{token}e"))


def _apart(one: Segment, other: Segment) -> tuple[_Words, _Words]:
    """The words by which each of two segments differs from the other."""
    mine, others = _Words([], []), _Words([], [])
    for kind, start, end, first, last in SequenceMatcher(None, one.tokens, other.tokens, autojunk=False).get_opcodes():
        if kind != "equal":
            own = _lacking(one.tokens[start:end], other)
            its = _lacking(other.tokens[first:last], one)
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


def _differing(one: Segment, other: Segment) -> tuple[_Words, _Words]:
    """The words by which each of two segments differs from the other, wherever they stand."""
    return _Words(_lacking(one.tokens, other), []), _Words(_lacking(other.tokens, one), [])


def _lacking(tokens: Sequence[str], other: Segment) -> list[str]:
    """The words of ``tokens`` that carry meaning, or tell rows apart, and that the other segment lacks."""
    stop = STOP - _TELLING if other.row else STOP
    return [token for token in tokens if token not in stop and token != VALUE and not _said(token, other.tokens)]


def _said(token: str, tokens: Sequence[str]) -> bool:
    """Whether a word is among others in some form."""
    return token in tokens or (len(token) >= LEAST_ROOT and any(_related(token, other) for other in tokens))


def _related(one: str, other: str) -> bool:
    return len(other) >= LEAST_ROOT and one.isalpha() and (one.startswith(other) or other.startswith(one))
