"""How long chunks are, in tokens of the full-text index: read from the tables that FTS5 keeps for its own ranking.

The format is in SQLite's documentation, "FTS5 Data Structures": sizes are varints, big-endian groups of seven bits.
"""

from __future__ import annotations

import json
import sqlite3
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

AVERAGES = 1
"""The row of ``chunks_fts_data`` that holds the number of rows and the tokens in each column."""
MORE = 0x80


def totals(connection: sqlite3.Connection) -> tuple[int, int]:
    """Rows and tokens of the whole store."""
    row = connection.execute("SELECT block FROM chunks_fts_data WHERE id = ?", (AVERAGES,)).fetchone()
    values = varints(row[0]) if row and row[0] else [0]
    return int(values[0]), int(sum(values[1:]))


def of(connection: sqlite3.Connection, ids: NDArray[np.int64]) -> NDArray[np.int64]:
    """Tokens of each row, all columns together; ``ids`` ascend and exist."""
    rows = connection.execute(
        "SELECT sz FROM chunks_fts_docsize WHERE id IN (SELECT value FROM json_each(?)) ORDER BY id",
        (json.dumps(ids.tolist()),),
    ).fetchall()
    if not rows:
        return np.empty(0, np.int64)
    columns = varints(b"".join(row[0] for row in rows)).reshape(len(rows), -1)
    return np.asarray(columns.sum(axis=1), np.int64)


def varints(data: bytes) -> NDArray[np.int64]:
    """The numbers in a row of SQLite varints of at most eight bytes."""
    octets = np.frombuffer(data, np.uint8).astype(np.int64)
    ends = np.flatnonzero(octets < MORE)
    first = np.concatenate([[0], ends[:-1] + 1])
    behind = np.repeat(ends, ends - first + 1) - np.arange(len(octets))
    values: NDArray[np.int64] = np.add.reduceat((octets & 0x7F) << (7 * behind), first)
    return values
