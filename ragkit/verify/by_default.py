"""Where a claim says that what is off by default is on, or the other way round. English; no model.

"On" and "off" are no directions of their own (`ragkit.verify.opposites`): a text that says how a thing that is off is
switched on has both. What is so by default is one of them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

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
    """Whether all texts that say what is so by default say the opposite of the claim, which is one sentence.

    A text that names something of which the claim does not speak is about that.
    """
    own = _side(claim) if len(sentence_spans(claim)) == 1 else 0
    about = _about(claim)
    told = {side for text in texts if (side := _side(text)) and (not (named := _about(text)) or named & about)}
    return own != 0 and told == {-own}


def _about(text: str) -> frozenset[str]:
    """The stems of what a sentence names beside the state and that it is the default."""
    return frozenset(content(text)) - _STATES - _THING


def _side(text: str) -> int:
    """Which side a sentence says to be the default; 0 where it says neither, or both."""
    clauses = (words(clause) for clause in _CLAUSE.split(text))
    sides = {_said(clause) for clause in clauses if not _DEFAULT.isdisjoint(clause)} - {0}
    return sides.pop() if len(sides) == 1 else 0


def _said(clause: list[str]) -> int:
    sides = {_SIDES[word] for word in clause if word in _SIDES}
    denied = any(map(denies, clause))
    return 0 if len(sides) != 1 else -sides.pop() if denied else sides.pop()
