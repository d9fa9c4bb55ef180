"""Parties that a question calls by another name than the clauses about them: Kestrel, where these say the Distributor.

The passages that the question, or a name in it, finds are looked at for definitions: a name that nobody mentions again
is rare, so its definition is among the first. Only passages in scope are found, so no other text is looked at.
"""

from __future__ import annotations

from dataclasses import dataclass

from ragkit.defined import called, definitions
from ragkit.lexical import NAME, STOP
from ragkit.protocols import Matches, Store
from ragkit.types import Scope

LOOKED_AT = 20
"""Passages of each search."""
MOST_NAMES = 4
"""Names of a question that are searched for."""
MOST = 3
"""Other names: a word that more documents give to somebody else is none to search for."""


@dataclass(frozen=True, slots=True)
class Parties:
    """The other names that documents define for the parties in a question.

    ``questions`` are the question with each of them in its place, ``names`` these names alone, ``keys`` the passages
    that define them, and ``documents`` the uris of those.
    """

    questions: tuple[str, ...] = ()
    names: tuple[str, ...] = ()
    keys: tuple[int, ...] = ()
    documents: frozenset[str] = frozenset()


def parties(query: str, matches: Matches, store: Store, scope: Scope) -> Parties:
    """The parties that ``query`` names, by the definitions in what it ``matches`` and in what its names do."""
    named = list(dict.fromkeys(name for name in NAME.findall(query) if name.lower() not in STOP))[:MOST_NAMES]
    found = [matches, *(store.matches(name, scope) for name in named)]
    keys = list(dict.fromkeys(key for each in found for key, _ in each.best(LOOKED_AT)))
    told = [
        (other, key, chunk.uri)
        for key, chunk in zip(keys, store.chunks(keys), strict=True)
        for defined in definitions(chunk.text)
        if (other := called(query, defined))
    ]
    others = list(dict.fromkeys(other for other, _, _ in told))
    if not others or len(others) > MOST:
        return Parties()
    return Parties(
        tuple(other.question for other in others),
        tuple(other.name for other in others),
        tuple(dict.fromkeys(key for _, key, _ in told)),
        frozenset(uri for _, _, uri in told),
    )
