"""What a search sees: the live index, what was added and deleted since, all as of one commit.

A view is immutable. `refreshed` makes the next one from the last, so that a commit of 500 chunks costs a reader the
loading of 500 vectors, not of all.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from ragkit.store import building, generations
from ragkit.store.generations import Generation
from ragkit.store.schema import commits
from ragkit.store.vectors import ExactIndex, FaissIndex, best

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from ragkit.protocols import Vectors
    from ragkit.store.selection import Selection
    from ragkit.store.vectors import Found

SCANNED = 20_000
"""So many selected rows are compared one by one, not looked for in a graph or in lists, where some could be missed."""
FEWEST = 100
"""An index whose scores are approximate is asked for the candidates of at least so many results."""

OpenIndex = Callable[[sqlite3.Connection, Generation], FaissIndex]


@dataclass(frozen=True, slots=True)
class View:
    """``base`` with the rows ``dead`` masked, and ``delta`` with the rows beyond it."""

    commits: int
    dimension: int
    generation: Generation | None
    base: FaissIndex | None
    dead: NDArray[np.int64]
    delta: ExactIndex

    def similarity(self, connection: sqlite3.Connection, query: Vectors, rowids: Sequence[int]) -> list[float]:
        """Inner products of a vector of shape ``(dimension,)`` with these rows, which must exist, in the same order."""
        wanted = np.array(rowids, dtype=np.int64)
        here = np.isin(wanted, self.delta.ids)
        scores = np.zeros(len(wanted), dtype=np.float32)
        scores[here] = np.einsum("nd,d->n", self.delta.matrix[np.searchsorted(self.delta.ids, wanted[here])], query)
        if not here.all():
            known, matrix = building.vectors_of(connection, self.dimension, wanted[~here].tolist())
            found = dict(zip(known, np.einsum("nd,d->n", matrix, query).tolist(), strict=True))
            scores[~here] = [found[rowid] for rowid in wanted[~here].tolist()]
        return [float(score) for score in scores]

    def nearest(
        self, connection: sqlite3.Connection, queries: Vectors, k: int, selection: Selection | None = None
    ) -> Found:
        """The ``k`` best live rows, or selected ones, for each query; ``connection`` stands at this view's commit."""
        if selection is not None:
            return self._selected(connection, queries, k, selection)
        scores, ids = self.delta.search(queries, k)
        if self.base is None:
            return scores, ids
        found_scores, found_ids = self._candidates(connection, queries, k)
        return best(np.hstack([scores, found_scores]), np.hstack([ids, found_ids]), k)

    def _selected(self, connection: sqlite3.Connection, queries: Vectors, k: int, selection: Selection) -> Found:
        scores, ids = self.delta.among(selection).search(queries, k)
        if self.base is None:
            return scores, ids
        rest = selection.ids[~np.isin(selection.ids, self.delta.ids)]
        if self.base.exact or len(rest) > SCANNED:
            found_scores, found_ids = self._candidates(connection, queries, k, selection)
            if not bool((found_ids >= 0).sum(axis=1).min(initial=k) >= min(k, len(rest))):
                found_scores, found_ids = self._scanned(connection, queries, k, rest)
        else:
            found_scores, found_ids = self._scanned(connection, queries, k, rest)
        return best(np.hstack([scores, found_scores]), np.hstack([ids, found_ids]), k)

    def _scanned(self, connection: sqlite3.Connection, queries: Vectors, k: int, rows: NDArray[np.int64]) -> Found:
        """Exact, from the vectors in SQLite."""
        scores, ids = ExactIndex(_no_ids(), _no_rows(self.dimension)).search(queries, k)
        for start in range(0, len(rows), building.BATCH):
            some, matrix = building.vectors_of(
                connection, self.dimension, rows[start : start + building.BATCH].tolist()
            )
            more_scores, more_ids = ExactIndex(np.array(some, dtype=np.int64), matrix).search(queries, k)
            scores, ids = best(np.hstack([scores, more_scores]), np.hstack([ids, more_ids]), k)
        return scores, ids

    def _candidates(
        self, connection: sqlite3.Connection, queries: Vectors, k: int, selection: Selection | None = None
    ) -> Found:
        """From the base: live rows only, with exact scores."""
        assert self.base is not None
        factor = self.generation.rescore if self.generation else 0
        wide = max(k, FEWEST) * factor if factor else k
        # what is selected is alive
        scores, ids = self._live(queries, wide) if selection is None else self.base.search(queries, wide, selection)
        if factor:
            known, matrix = building.vectors_of(connection, self.dimension, np.unique(ids[ids >= 0]).tolist())
            exact = queries @ matrix.T
            names = np.broadcast_to(np.array(known, dtype=np.int64), exact.shape)
            wanted = (names[:, :, None] == ids[:, None, :]).any(axis=2)
            scores, ids = best(np.where(wanted, exact, -np.inf).astype(np.float32), np.where(wanted, names, -1), k)
        return scores, ids

    def _live(self, queries: Vectors, k: int) -> Found:
        """The base's ``k`` best that are not dead: asks for more until there are enough, so none is ever missed."""
        assert self.base is not None
        ask = k if not len(self.dead) else 2 * k + 32
        while True:
            scores, ids = self.base.search(queries, ask)
            gone = np.isin(ids, self.dead)
            enough = ((ids >= 0) & ~gone).sum(axis=1) >= k
            if ask >= self.base.count or bool((enough | (ids[:, -1] < 0)).all()):
                return best(np.where(gone, -np.inf, scores).astype(np.float32), np.where(gone, -1, ids), k)
            ask *= 4


def refreshed(last: View | None, connection: sqlite3.Connection, dimension: int, open_index: OpenIndex) -> View:
    """The view at the commit at which ``connection`` stands, reusing what it can of ``last``."""
    generation = generations.live(connection)
    if last is None or last.generation != generation:
        base = open_index(connection, generation) if generation else None
        last = View(-1, dimension, generation, base, _no_ids(), ExactIndex(_no_ids(), _no_rows(dimension)))
    dead = connection.execute("SELECT id FROM tombstones ORDER BY id")
    return View(
        commits=commits(connection),
        dimension=dimension,
        generation=generation,
        base=last.base,
        dead=np.array([row[0] for row in dead], dtype=np.int64),
        delta=_delta(last.delta, connection, dimension, generation.max_rowid if generation else 0),
    )


def _delta(last: ExactIndex, connection: sqlite3.Connection, dimension: int, after: int) -> ExactIndex:
    """The rows after ``after``; only vectors that ``last`` lacks are loaded."""
    rows = connection.execute("SELECT id FROM chunks WHERE id > ? ORDER BY id", (after,))
    current = np.array([row[0] for row in rows], dtype=np.int64)
    kept = np.isin(last.ids, current)
    added = current[~np.isin(current, last.ids)]
    if not added.size:
        return _kept(last, kept)
    ids, matrix = building.vectors_from(connection, dimension, int(added[0]))
    if not kept.any():
        return ExactIndex(ids, matrix)
    new = np.isin(ids, added)
    return ExactIndex(np.concatenate([last.ids[kept], ids[new]]), np.concatenate([last.matrix[kept], matrix[new]]))


def _kept(last: ExactIndex, kept: NDArray[np.bool_]) -> ExactIndex:
    """Some of its rows. The first ones, which a reader that is a few commits behind still sees, are not copied."""
    count = int(kept.sum())
    if kept[:count].all():
        return ExactIndex(last.ids[:count], last.matrix[:count])
    return ExactIndex(last.ids[kept], last.matrix[kept])


def _no_ids() -> NDArray[np.int64]:
    return np.empty(0, dtype=np.int64)


def _no_rows(dimension: int) -> Vectors:
    return np.empty((0, dimension), dtype=np.float32)
