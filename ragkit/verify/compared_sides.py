"""Where a claim compares two things as a text does, or the other way round: A is larger than B, B is larger than A.

All words are the same and only their places are not; and with the opposite word the places must change: "B is smaller
than A". English; no model.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from ragkit.comparatives import AXES
from ragkit.lexical import NUMBER_WORDS, STOP, denies, stem, words

Span = tuple[int, int]

_SIDES: dict[str, dict[str, int]] = {}
for _name, _more, _less in AXES:
    for _side, _said in ((1, _more), (-1, _less)):
        for _word in _said.split():
            _SIDES.setdefault(_word, {})[_name] = _side

_AMOUNTS = frozenset({"more", "less"})
"""What makes a comparative of the word behind it."""
_NO_COMPARATIVE = frozenset("after another ever neither never number order other over rather under whether".split())
_LONGEST = 6
"""Words from a comparative to its "than" at most."""
_LEAST_ROOT = 4
"""Letters that two forms of a word begin with at least."""

_THAN = re.compile(r"\bthan\b", re.IGNORECASE)
_BEGINS = re.compile(r"[;:()–—|]|[.!?]\s|,\s+(?:and|but|so|though|although|while|whereas|yet)\b", re.IGNORECASE)
_ENDS = re.compile(
    r"[,;:()–—|]|[.!?](?=\s|\Z)|\s(?:although|and|because|but|or|though|which|while|whereas)\b", re.IGNORECASE
)
_WORD = re.compile(r"[^\W_]+(?:['’-][^\W_]+)*")
_AMOUNT = re.compile(
    rf"\W*(?:(?:about|around|the) )?(?:[$€£¥]|\d|(?:{'|'.join(NUMBER_WORDS)}|half)\b)"
    r"|\W*(?:allowed|average|before|ever|expected|needed|normal|planned|promised|required|thought|usual)\b"
    r"|\W*an? (?:quarter|third|second|minute|hour|day|week|fortnight|month|year)\b",
    re.IGNORECASE,
)
"""What stands behind "than" where nothing is compared with another thing."""

Roots = frozenset[str]


@dataclass(frozen=True, slots=True)
class Compared:
    """A claim that compares what a text compares, too: whether they agree, whether the text tells all of the claim.

    ``span`` is the comparative in the claim, ``root`` its stem.
    """

    agrees: bool
    whole: bool
    span: Span
    root: str


@dataclass(frozen=True, slots=True)
class _Comparison:
    """What is compared, ``first``, with what, ``second``; ``of`` are the words between, ``sides`` by axis."""

    span: Span
    word: str
    sides: tuple[tuple[str, int], ...]
    first: Roots
    of: Roots
    second: Roots

    def sense(self, other: _Comparison) -> int:
        """Whether the other one says the same (1) or the opposite (-1) of its first thing; 0 if it may be neither."""
        if self.of and other.of and not _shared(self.of, other.of):
            return 0
        theirs = dict(other.sides)
        found = {side * theirs[axis] for axis, side in self.sides if axis in theirs}
        return 1 if 1 in found else -1 if found else 0

    def places(self, other: _Comparison) -> int:
        """Whether the two things stand in the other one as here (1) or in each other's place (-1); 0 if neither."""
        crossed = bool(_shared(self.first, other.second)), bool(_shared(self.second, other.first))
        if all(crossed):
            return -1
        alike = _shared(self.first, other.first) and _shared(self.second, other.second)
        return 1 if alike and not any(crossed) else 0

    def told_by(self, other: _Comparison) -> bool:
        """Whether the other one has all its words."""
        said = other.first | other.of | other.second
        return all(_shared(frozenset({root}), said) for root in self.first | self.of | self.second)


def compared(claim: str, texts: Sequence[str]) -> Compared | None:
    """How the comparison that the claim makes agrees with those of the texts; None where none is of the same."""
    found = None
    for own in _comparisons(claim):
        for other in (each for text in texts for each in _comparisons(text)):
            agreement = own.sense(other) * own.places(other)
            if agreement > 0:
                return Compared(agrees=True, whole=True, span=own.span, root=stem(own.word))
            if agreement < 0 and (found is None or not found.whole):
                found = Compared(agrees=False, whole=own.told_by(other), span=own.span, root=stem(own.word))
    return found


@lru_cache(1 << 12)
def _comparisons(text: str) -> tuple[_Comparison, ...]:
    return tuple(_found(text)) if _THAN.search(text) else ()


def _found(text: str) -> Iterator[_Comparison]:
    for than in _THAN.finditer(text):
        begin = max((match.end() for match in _BEGINS.finditer(text, 0, than.start())), default=0)
        ends = _ENDS.search(text, than.end())
        second = text[than.end() : ends.start() if ends else len(text)]
        before = list(_WORD.finditer(text, begin, than.start()))
        denied = any(denies(word) for word in words(text[begin : than.start()]))
        comparative = next(_comparatives(before), None)
        if comparative is None or denied or _AMOUNT.match(second):
            continue
        place, length, sides = comparative
        span = before[place].start(), before[place + length - 1].end()
        first, of, other = map(_roots, (text[begin : span[0]], text[span[1] : than.start()], second))
        if not first:
            # "more come from the north than from the south"
            first, of = of, first
        yield _Comparison(span, before[place][0].lower(), sides, first - other, of, other - first)


def _comparatives(before: Sequence[re.Match[str]]) -> Iterator[tuple[int, int, tuple[tuple[str, int], ...]]]:
    """Where a comparative stands before "than", how many words it has and its side of each axis, the nearest first."""
    said = [match[0].lower() for match in before]
    for place in range(len(said) - 1, max(-1, len(said) - 1 - _LONGEST), -1):
        word, behind = said[place], said[place + 1] if place + 1 < len(said) else ""
        if word in _AMOUNTS and f"{word}-{behind}" in _SIDES:
            yield place, 2, tuple(_SIDES[f"{word}-{behind}"].items())
        elif word in _SIDES:
            yield place, 1, tuple(_SIDES[word].items())
        elif place == len(said) - 1 and word.endswith("er") and word not in _NO_COMPARATIVE:
            yield place, 1, ((word, 1),)


def _roots(text: str) -> Roots:
    return frozenset(stem(word) for word in words(text) if word not in STOP)


def _shared(one: Roots, other: Roots) -> Roots:
    """The words of one that are among the others in some form."""
    return frozenset(root for root in one if root in other or any(_related(root, each) for each in other))


def _related(one: str, other: str) -> bool:
    """Whether two stems are of one word: "male" and "males", "northern" and "north"."""
    short, long = sorted((one.removesuffix("e"), other.removesuffix("e")), key=len)
    return short == long or (len(short) >= _LEAST_ROOT and short.isalpha() and long.startswith(short))
