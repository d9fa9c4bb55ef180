"""Every chunk must be found by its own vector, made of its own text, and by its own words: no count can tell that."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

import numpy as np

from ragkit.store import building
from ragkit.store.check import ANEW, Finding, Line
from ragkit.store.store import Store

if TYPE_CHECKING:
    from numpy.typing import NDArray

MOST = 10_000
"""Chunks that are all looked for; of more, `SAMPLE` spread evenly."""
SAMPLE = 2_000
BATCH = 256
DEPTH = 10
CLOSE = 2e-3
"""Scores that differ by less are equal: float16 keeps the length of a vector to three places."""
SHORTEST = 0.9
"""Square of a vector's length, which should be 1: one without length finds everything."""
REINDEX = f"Run: ragkit reindex; if it is told again: {ANEW[0].lower()}{ANEW[1:]}"
"""An earlier version of ragkit may have embedded a text with other headings above it."""
WORDS = 8
"""Of a chunk's text, as a phrase."""
_WORD = re.compile(r"[^\W_]+")


def search_for_all(store: Store) -> list[Line]:
    """A line for vectors and one for words; of a large store, for an even sample."""
    with store.reading() as connection:
        ids = np.array([row[0] for row in connection.execute("SELECT id FROM chunks ORDER BY id")], dtype=np.int64)
        wanted = ids if len(ids) <= MOST else ids[np.linspace(0, len(ids) - 1, SAMPLE).astype(np.int64)]
        of = "" if len(wanted) == len(ids) else f" (a sample of {len(ids):,})"
        lost = [
            rowid for start in range(0, len(wanted), BATCH) for rowid in _unseen(store, wanted[start : start + BATCH])
        ]
        mute = [
            rowid for start in range(0, len(wanted), BATCH) for rowid in _mute(store, wanted[start : start + BATCH])
        ]
        strange = [
            rowid for start in range(0, len(wanted), BATCH) for rowid in _strange(store, wanted[start : start + BATCH])
        ]
        return [
            Line(
                f"chunks whose vector is of their text{of}",
                len(wanted),
                _told(store, strange, "have the vector of another text", REINDEX),
            ),
            Line(
                f"chunks that their vector finds first{of}",
                len(wanted),
                _told(store, lost, "are not found by their own vector", "Run: ragkit reindex"),
            ),
            Line(
                f"chunks that their words find{of}",
                len(wanted),
                _told(store, mute, "are not found by their own words", ANEW),
            ),
        ]


def _unseen(store: Store, rowids: NDArray[np.int64]) -> list[int]:
    """Those that are neither among the first for their own vector, nor tied with more than there is room for."""
    with store.reading() as connection:
        known, matrix = building.vectors_of(connection, store.dimension, rowids.tolist())
    scores, ids = store.nearest(matrix, DEPTH)
    own = np.einsum("nd,nd->n", matrix, matrix)
    seen = np.where(ids == np.array(known)[:, None], scores, -np.inf).max(axis=1)
    found = (seen >= scores[:, 0] - CLOSE) & (own >= SHORTEST)
    crowded = scores[:, -1] >= own - CLOSE
    return [rowid for rowid, seen in zip(known, found | crowded & (own >= SHORTEST), strict=True) if not seen]


def _strange(store: Store, rowids: NDArray[np.int64]) -> list[int]:
    """Those whose vector was made of another text."""
    with store.reading() as connection:
        rows = connection.execute(
            """SELECT c.id, v.text_hash FROM chunks c JOIN vectors v ON v.id = c.vector_id
            WHERE c.id IN (SELECT value FROM json_each(?))""",
            (json.dumps(rowids.tolist()),),
        )
        known = dict(rows.fetchall())
    chunks = zip(known, store.chunks(list(known)), strict=True)
    return [rowid for rowid, chunk in chunks if chunk.text_hash != known[rowid]]


def _mute(store: Store, rowids: NDArray[np.int64]) -> list[int]:
    """Those that a search for the phrase that their text begins with does not find."""
    with store.reading() as connection:
        rows = connection.execute(
            "SELECT rowid, text FROM chunks_fts WHERE rowid IN (SELECT value FROM json_each(?))",
            (json.dumps(rowids.tolist()),),
        ).fetchall()
        phrases = ((rowid, " ".join(_WORD.findall(text)[:WORDS])) for rowid, text in rows)
        return [
            rowid
            for rowid, phrase in phrases
            if phrase
            and not connection.execute(
                "SELECT 1 FROM chunks_fts WHERE chunks_fts MATCH ? AND rowid = ?", (f'text : "{phrase}"', rowid)
            ).fetchone()
        ]


def _told(store: Store, rowids: list[int], what: str, remedy: str) -> tuple[Finding, ...]:
    """A finding that names the first, and how many there are."""
    if not rowids:
        return ()
    chunk = store.chunks(rowids[:1])[0]
    return (Finding("error", f"{len(rowids)} chunks {what}, {chunk.uri} at {chunk.start} among them.", remedy),)
