"""Where a claim turns an order or a direction round: from B to A where the text says from A to B, first what is last.

All words are the text's own; only their places are not. English; no model.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import combinations, pairwise

from ragkit.verify.grounds import Wording

Steps = list[frozenset[str]]
"""What is said of each step, in their order, by stems that no other step has."""

_END = r"(?=[,;:()]|\.\s|\.?\Z| (?:and|at|because|by|for|from|in|on|since|to|when|with)\b)"
_FROM_TO = re.compile(
    rf"\bfrom (?P<first>[^,;:()]{{1,60}}?) to (?P<last>[^,;:()]{{1,60}}?){_END}(?! (?:from|to)\b)", re.IGNORECASE
)
_THEN = re.compile(r"[,;]? (?:and )?then\b(?! (?:and|again)\b)", re.IGNORECASE)
_FIRST = re.compile(r"\A\W*first\b,?|\bfirst\W*\Z", re.IGNORECASE)


def turned(claim: str, texts: Sequence[str]) -> bool:
    """Whether the claim reverses the order of two steps in the ``texts``, and no text has them in the claim's order."""
    orders = [steps for text in texts for steps in _orders(text)]
    own = [pair for steps in _orders(claim) for pair in pairwise(steps)]
    return any(
        any(_agrees(pair, steps[::-1]) > _agrees(pair, steps) for steps in orders)
        and not any(_agrees(pair, steps) for steps in orders)
        for pair in own
    )


def _orders(text: str) -> Iterator[Steps]:
    """The steps of each direction and of each sequence that the sentence tells."""
    for match in _FROM_TO.finditer(text):
        yield _steps([match["first"], match["last"]], text)
    first, *rest = _THEN.split(text)
    if rest and _FIRST.search(first):
        yield _steps([_FIRST.sub(" ", first), *rest], text)


def _steps(parts: Sequence[str], text: str) -> Steps:
    """The words of each part that the ``text`` has once: a way there and back has no order."""
    counts = Counter(Wording.of(text).stems)
    return [frozenset(stemmed for stemmed in Wording.of(part).content if counts[stemmed] == 1) for part in parts]


def _agrees(pair: tuple[frozenset[str], frozenset[str]], steps: Steps) -> int:
    """How many words the two have in common with two of the steps in this order; none unless both have some."""
    shared = [(len(pair[0] & one), len(pair[1] & other)) for one, other in combinations(steps, 2)]
    return max((one + other for one, other in shared if one and other), default=0)
