"""The chunks that a search may see: the rows of a `ragkit.types.Scope`, found before anything is scored."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from ragkit.store import lengths

if TYPE_CHECKING:
    from numpy.typing import NDArray

BATCH = 10_000


@dataclass(frozen=True)
class Selection:
    """Row ids of chunks, ascending, and how many tokens they have together."""

    ids: NDArray[np.int64]
    tokens: int

    @property
    def rows(self) -> int:
        """How many there are."""
        return len(self.ids)

    def has(self, ids: NDArray[np.int64]) -> NDArray[np.bool_]:
        """Which of ``ids`` are selected, as a mask of the same shape."""
        if not self.rows:
            return np.zeros(ids.shape, bool)
        places = np.minimum(np.searchsorted(self.ids, ids), self.rows - 1)
        found: NDArray[np.bool_] = self.ids[places] == ids
        return found

    @cached_property
    def bitmap(self) -> NDArray[np.uint8]:
        """Bit ``n`` says whether row ``n`` is selected, as FAISS wants it."""
        bits = np.zeros(int(self.ids[-1]) + 1 if self.rows else 1, bool)
        bits[self.ids] = True
        return np.packbits(bits, bitorder="little")


def select(connection: sqlite3.Connection, condition: str, values: tuple[object, ...]) -> Selection:
    """The chunks of the documents ``d`` that meet an SQL condition, whose values are bound."""
    rows = connection.execute(
        f"SELECT c.id FROM chunks c JOIN documents d ON d.id = c.document_id WHERE {condition} ORDER BY c.id",  # noqa: S608
        values,
    ).fetchall()
    ids = np.fromiter((row[0] for row in rows), np.int64, len(rows))
    return Selection(ids, sum(int(lengths.of(connection, some).sum()) for some in _batches(ids)))


def _batches(ids: NDArray[np.int64]) -> Iterator[NDArray[np.int64]]:
    for start in range(0, len(ids), BATCH):
        yield ids[start : start + BATCH]
