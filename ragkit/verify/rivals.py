"""Where a claim says of one subject what the passage says of another in the sentence beside.

"The landlord may terminate without notice. The tenant must give three months' notice" does not say that the tenant may
terminate without notice. A sentence is taken to begin with its subject; no verb need be known, since what the claim
and the sentence about its subject begin with is the subject, and so is what stands before the claim's other words in
the sentence that has them. English; no model.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import takewhile

from ragkit.lexical import NEGATIONS, STOP, stem, words

APART = 2
"""Clauses from the one that has what the claim says to that about the claim's subject at most."""
LONGEST_SUBJECT = 8
"""Words before what a clause says of its subject at most."""

MOST_NAMING = 3
"""Words by which the claim's subject differs at most: more are no mere subject."""

_CLAUSE = re.compile(r"[;|]\s+|,\s+(?:but|while|whereas)\s+")
_BACK = frozenset(
    "former he her his it its itself latter one same she such that their them these they this those who which".split()
)
"""Words by which a clause goes on about what stands before it."""
_NONE = frozenset("all any both each every everybody everyone".split())
"""Subjects that have no rival: what is said of all may be said of one, too."""
_JOINING = frozenset({("and",), ("or",), ("then",)})
"""Behind what a claim has of one sentence, it tells what another one says as well."""
_ARTICLES = frozenset("a an the".split())

Stems = tuple[str, ...]


def of_rival(claim: str, texts: Sequence[str]) -> frozenset[str]:
    """The claim's subject, where a clause near one about it says the rest of the claim of another subject."""
    own = _stems(claim)
    clauses = [stems for text in texts for part in _CLAUSE.split(text) if (stems := _stems(part))]
    beside = (pair for n in range(1, APART + 1) for pair in zip(clauses, clauses[n:], strict=False))
    pairs = (pair for one, other in beside for pair in ((one, other), (other, one)))
    found = (_swapped(own, held, rival) for held, rival in pairs if own[:1] == rival[:1])
    return next(filter(None, found), frozenset())


def _stems(text: str) -> Stems:
    """The words without an article before them, those that carry meaning as stems."""
    found = [word if word in STOP else stem(word) for word in words(text)]
    return tuple(found[1:] if found and found[0] in _ARTICLES else found)


def _swapped(own: Stems, held: Stems, rival: Stems) -> frozenset[str]:
    """The claim's subject, which is the ``rival``'s, where ``held`` says the rest of the claim of its own subject."""
    shared = [one for one, _ in takewhile(lambda pair: pair[0] == pair[1], zip(own, rival, strict=False))]
    subject = _content(shared)
    rest = _content(own) - subject
    ahead = list(takewhile(lambda word: word not in rest, held))
    other = _content(ahead)
    mine, theirs = subject - other, other - subject
    apart = mine.isdisjoint(held) and theirs.isdisjoint(own) and theirs.isdisjoint(rival)
    same = _order(own, rest) == _order(held, rest)
    told = same and rest | NEGATIONS.intersection(own) <= frozenset(held) and not rest <= frozenset(rival)
    parallel = len(ahead) <= LONGEST_SUBJECT and _NONE.isdisjoint(ahead[:2]) and _BACK.isdisjoint((*ahead, *rival[:1]))
    joins = own[len(shared) : len(shared) + 1] in _JOINING
    named = theirs and len(mine) <= MOST_NAMING
    return mine if named and apart and told and parallel and not joins else frozenset()


def _order(stems: Stems, some: frozenset[str]) -> list[str]:
    """In which order ``some`` of the stems first stand."""
    return list(dict.fromkeys(each for each in stems if each in some))


def _content(found: Iterator[str] | Sequence[str]) -> frozenset[str]:
    return frozenset(found) - STOP
