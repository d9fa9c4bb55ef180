"""Which rows have a term, how often, and how long these are: read from FTS5 as of one commit, and remembered.

One question looks its words up several times: are they spelt so, is one a party's name, which rows have them. Of 600
chunks the first search for a question's words takes 1.2 ms of this, another one 0.1 ms.
"""

from __future__ import annotations

import json
import sqlite3
import threading
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from ragkit.store import lengths
from ragkit.store.remembered import Remembered
from ragkit.store.schema import TOKENIZER
from ragkit.types import Scope

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from ragkit.store.analysis import Term
    from ragkit.store.selection import Selection

HEADING = 1.5
"""Weight of a word in a heading, which is a summary of what stands under it; elsewhere it is 1."""
KEPT = 200_000
"""Rows of all terms that are remembered, at 16 bytes each and 8 for their lengths."""
_LAST = "\U0010ffff"
_LOCAL = threading.local()
_FORMS: Remembered[str, tuple[str, ...]] = Remembered(4_096)


@dataclass(frozen=True, slots=True)
class Postings:
    """Row ids, ascending, and how often each has the term, weighted by field."""

    ids: NDArray[np.int64]
    often: NDArray[np.float64]


class Terms:
    """The terms of one store."""

    def __init__(self) -> None:
        self._known: Remembered[tuple[Scope, Term], Postings] = Remembered(KEPT, lambda found: 1 + len(found.ids))
        self._lengths: Remembered[tuple[Scope, Term], NDArray[np.int64]] = Remembered(KEPT, len)
        self._totals = Remembered[None, tuple[int, int]](1)

    def of(self, connection: sqlite3.Connection, term: Term, scope: Scope, selection: Selection | None) -> Postings:
        """Where a term is, of all rows or of those selected, which are those in scope."""
        return self._known.of((scope, term), lambda: _read(connection, term, selection))

    def lengths(self, connection: sqlite3.Connection, term: Term, scope: Scope, rows: Postings) -> NDArray[np.int64]:
        """How many tokens each row has that `of` gave for the term and the scope."""
        return self._lengths.of((scope, term), lambda: lengths.of(connection, rows.ids))

    def totals(self, connection: sqlite3.Connection) -> tuple[int, int]:
        """Rows and tokens of the whole store."""
        return self._totals.of(None, lambda: lengths.totals(connection))


def tokens(forms: Sequence[str]) -> list[tuple[str, ...]]:
    """Forms of terms as the full-text index has them: words, folded and stemmed."""
    return _FORMS.of_all(forms, _tokenized)


def _tokenized(forms: list[str]) -> list[tuple[str, ...]]:
    connection: sqlite3.Connection | None = getattr(_LOCAL, "connection", None)
    if connection is None:
        _LOCAL.connection = connection = sqlite3.connect(":memory:", isolation_level=None)
        connection.execute(f"CREATE VIRTUAL TABLE t USING fts5 (text, tokenize = '{TOKENIZER}')")
        connection.execute("CREATE VIRTUAL TABLE v USING fts5vocab (t, instance)")
    connection.execute("DELETE FROM t")
    # all at once, because each statement takes as long as a dozen words
    bare = [(place, form.rstrip("*")) for place, form in enumerate(forms)]
    connection.executemany("INSERT INTO t (rowid, text) VALUES (?, ?)", bare)
    found: list[list[str]] = [[] for _ in forms]
    for place, token in connection.execute("SELECT doc, term FROM v ORDER BY doc, offset"):
        found[place].append(token)
    return list(map(tuple, found))


def _read(connection: sqlite3.Connection, term: Term, selection: Selection | None) -> Postings:
    often: dict[int, float] = {}
    for form in term.forms:
        for rowid, count in _occurrences(connection, form, term.pairs):
            # one place of the text may have a compound in both forms, so they do not add up
            often[rowid] = max(count, often.get(rowid, 0.0))
    if term.exact:
        often = {rowid: often[rowid] for rowid in _holding(connection, [*often], term.exact)} or often
    ids = np.fromiter(sorted(often), np.int64, len(often))
    frequency = np.fromiter((often[rowid] for rowid in ids.tolist()), np.float64, len(often))
    if selection is not None:
        seen = selection.has(ids)
        ids, frequency = ids[seen], frequency[seen]
    return Postings(ids, frequency)


def _holding(connection: sqlite3.Connection, rowids: list[int], word: str) -> list[int]:
    """Those of some rows that have a word in these very letters."""
    statement = """SELECT rowid FROM chunks_fts WHERE rowid IN (SELECT value FROM json_each(?))
        AND instr(title || ' ' || headings || ' ' || text, ?)"""
    return [rowid for (rowid,) in connection.execute(statement, (json.dumps(rowids), word))]


def _occurrences(connection: sqlite3.Connection, form: str, pairs: bool) -> Iterable[tuple[int, float]]:
    """Row ids, each once, and how often a form is there."""
    (parts,) = tokens([form])
    if len(parts) == 1:
        last = parts[0] + (_LAST if form.endswith("*") else "")
        return connection.execute(
            """SELECT doc, sum(CASE col WHEN 'headings' THEN ? ELSE 1 END) FROM temp.postings
            WHERE term >= ? AND term <= ? AND (col = 'extra' OR NOT ?) GROUP BY doc""",
            (HEADING, parts[0], last, pairs),
        )
    # side by side: where words stand FTS5 knows best
    statement = "SELECT rowid, 1 FROM chunks_fts WHERE chunks_fts MATCH ?"
    return connection.execute(statement, (f'"{form}"',)) if parts else ()
