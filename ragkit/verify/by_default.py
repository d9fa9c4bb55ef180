"""Where a claim says that what is off by default is on, or the other way round. English; no model.

"On" and "off" are no directions of their own (`ragkit.verify.opposites`): a text that says how a thing that is off is
switched on has both. What is so by default is one of them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from ragkit.lexical import content, denies, stem, words
from ragkit.sentences import sentence_spans

_ON, _OFF = 1, -1
_SIDES = dict(
    [
        *((word, _ON) for word in "active activated allowed enabled on open permitted public shown visible".split()),
        *(
            (word, _OFF)
            for word in "blocked closed deactivated denied disabled forbidden hidden inactive off private".split()
        ),
    ]
)
_DEFAULT = frozenset({"default", "defaults"})
_STATES = frozenset(map(stem, (*_SIDES, *_DEFAULT, "switched", "turned", "set")))
_CLAUSE = re.compile(r"[;:]\s|,\s|\s(?:and|but|or|unless|until|when|whereas|while)\s")
_THING = frozenset(map(stem, "feature flag function it mode option parameter setting switch value".split()))
"""What a sentence may call the thing that the one before it names."""


def turned_by_default(claim: str, texts: Iterable[str]) -> bool:
    """Whether all clauses that say what is so by default say the opposite of the claim, which is one sentence.

    A clause that names something of which the claim does not speak is about that: those that name nothing else go
    before the others.
    """
    own = {side for _, side in _sides(claim)} if len(sentence_spans(claim)) == 1 else set()
    about = frozenset(content(claim))
    clauses = [(named, side) for text in texts for named, side in _sides(text) if not named or named & about]
    told = {side for named, side in clauses if named <= about} or {side for _, side in clauses}
    return len(own) == 1 and told == {-side for side in own}


def _sides(text: str) -> Iterator[tuple[frozenset[str], int]]:
    """What each clause that tells a default names beside it, and which side that is."""
    for clause in _CLAUSE.split(text):
        found = words(clause)
        side = 0 if _DEFAULT.isdisjoint(found) else _said(found)
        if side:
            yield frozenset(content(clause)) - _STATES - _THING, side


def _said(clause: list[str]) -> int:
    sides = {_SIDES[word] for word in clause if word in _SIDES}
    denied = any(map(denies, clause))
    return 0 if len(sides) != 1 else -sides.pop() if denied else sides.pop()
