"""Full-text search: a question in any words, ranked by BM25 over the chunks that it may see.

Okapi BM25 (Robertson & Zaragoza 2009, "The Probabilistic Relevance Framework") with the saturation and length
constants of its authors, over title, headings and text. Postings and lengths come from SQLite's FTS5, the arithmetic is
done here: so that statistics can be those of a `Selection`, every row's score can be had and not only the best ones',
and a word that the question repeats counts for more. FTS5's own ``bm25()`` does none of this.
"""

from __future__ import annotations

import math
import sqlite3
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from ragkit.store import analysis
from ragkit.store.postings import Terms, tokens
from ragkit.types import Scope

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from ragkit.store.analysis import Term
    from ragkit.store.selection import Selection

SATURATION = 1.2
LENGTH = 0.75

BUDGET = 5_000
"""Rows that one search may score: 20,000 rows with "the" would take 40 ms."""

MOST_TERMS = 64
"""Terms of one search. Longer questions are known by their rarest words."""


@dataclass(frozen=True, slots=True)
class Matches:
    """What a question found: row ids, ascending, their scores (higher is better), and which rows have which term."""

    ids: NDArray[np.int64]
    scores: NDArray[np.float64]
    rows: Mapping[str, NDArray[np.int64]]

    def best(self, k: int) -> list[tuple[int, float]]:
        """The ``k`` best row ids with their scores; equal scores in order of row id."""
        order = np.lexsort((self.ids, -self.scores))[: max(0, k)]
        return list(zip(self.ids[order].tolist(), self.scores[order].tolist(), strict=True))

    def of(self, rowids: Sequence[int]) -> list[float]:
        """The scores of these rows; 0 for one that has no term."""
        places, here = _places(self.ids, np.asarray(rowids, np.int64))
        scores = np.zeros(len(rowids))
        scores[here] = self.scores[places[here]]
        return [float(score) for score in scores]

    def terms(self, rowids: Sequence[int]) -> dict[str, list[bool]]:
        """For each term of the question that any row has, in its order, whether each of these rows does."""
        wanted = np.asarray(rowids, np.int64)
        return {term: _places(ids, wanted)[1].tolist() for term, ids in self.rows.items()}


def _places(ids: NDArray[np.int64], wanted: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
    """Where rows are among ascending ones, and whether they are there at all."""
    if not len(ids):
        return np.zeros(len(wanted), np.int64), np.zeros(len(wanted), bool)
    places = np.minimum(ids.searchsorted(wanted), len(ids) - 1)
    return places, np.asarray(ids[places] == wanted)


class Keyword:
    """Searches a store by words, as of one commit."""

    def __init__(self) -> None:
        self._terms = Terms()

    def search(
        self, connection: sqlite3.Connection, query: str, scope: Scope, selection: Selection | None = None
    ) -> Matches:
        """The rows that share terms with ``query``, of all rows or of those selected, which are those in scope."""
        counts = _counted(analysis.terms(query))
        rows, words = (selection.rows, selection.tokens) if selection else self._terms.totals(connection)
        kept = self._affordable(connection, list(counts), rows, scope, selection)
        found = [(term, self._terms.of(connection, term, scope, selection)) for term in kept]
        found = [(term, postings) for term, postings in found if len(postings.ids)]
        if not found:
            return Matches(np.empty(0, np.int64), np.empty(0), {})
        sizes = [len(postings.ids) for _, postings in found]
        ids, first, places = np.unique(
            np.concatenate([postings.ids for _, postings in found]), return_index=True, return_inverse=True
        )
        length = np.concatenate([self._terms.lengths(connection, term, scope, rows) for term, rows in found])[first]
        norm = SATURATION * (1 - LENGTH + LENGTH * length / (words / rows))
        frequency = np.concatenate([postings.often for _, postings in found])
        weights = [_weight(rows, size, counts[term]) for (term, _), size in zip(found, sizes, strict=True)]
        parts = np.repeat(weights, sizes) * frequency / (frequency + norm[places])
        scores = np.asarray(np.bincount(places, parts, len(ids)), np.float64)
        return Matches(ids, scores, {term.shown: postings.ids for term, postings in found})

    def _affordable(
        self, connection: sqlite3.Connection, found: list[Term], rows: int, scope: Scope, selection: Selection | None
    ) -> list[Term]:
        """The rarest terms, until they would match more rows than `BUDGET`; the rarest that matches always stays."""
        if rows <= BUDGET and len(found) <= MOST_TERMS:
            return found
        counts = sorted(
            (self._matching(connection, term, scope, selection), place)
            for place, term in enumerate(found[: 4 * MOST_TERMS])
        )
        kept: list[int] = []
        total = 0
        for count, place in counts:
            total += count
            if count and (not kept or (total <= BUDGET and len(kept) < MOST_TERMS)):
                kept.append(place)
        return [found[place] for place in sorted(kept)]

    def _matching(self, connection: sqlite3.Connection, term: Term, scope: Scope, selection: Selection | None) -> int:
        """How many rows have the term, counted no further than is of interest."""
        if selection is not None:
            return min(BUDGET + 1, len(self._terms.of(connection, term, scope, selection).ids))
        statement = "SELECT count(*) FROM (SELECT 1 FROM chunks_fts WHERE chunks_fts MATCH ? LIMIT ?)"
        return int(connection.execute(statement, (term.expression, BUDGET + 1)).fetchone()[0])


def _weight(rows: int, having: int, asked: int) -> float:
    """Of a term that ``having`` of ``rows`` have and the question has ``asked`` times."""
    idf = math.log(1 + (rows - having + 0.5) / (having + 0.5))
    # A question of several sentences repeats what it is about; the root keeps a word said thrice from ruling.
    return idf * math.sqrt(asked) * (SATURATION + 1)


def _counted(found: Sequence[Term]) -> dict[Term, int]:
    """How often each is there; those whose first forms are forms of one word are one, and keep all their forms."""
    alike: dict[tuple[tuple[str, ...], bool], list[Term]] = {}
    for term, first in zip(found, tokens([term.forms[0] for term in found]), strict=True):
        alike.setdefault((first, term.pairs), []).append(term)
    return {_joined(terms): len(terms) for terms in alike.values()}


def _joined(terms: Sequence[Term]) -> Term:
    """The first of some, with the forms of all."""
    first, *more = terms
    return replace(first, forms=tuple(dict.fromkeys(form for term in terms for form in term.forms))) if more else first
