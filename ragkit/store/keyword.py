"""Full-text search: a question in any words, ranked by BM25 over the chunks that it may see.

Okapi BM25 (Robertson & Zaragoza 2009, "The Probabilistic Relevance Framework") with the saturation and length
constants of its authors, over title, headings and text. Postings and lengths come from SQLite's FTS5, the arithmetic is
done here: so that statistics can be those of a `Selection`, every row's score can be had and not only the best ones',
and a word that the question repeats counts for more. FTS5's own ``bm25()`` does none of this.
"""

from __future__ import annotations

import json
import math
import sqlite3
import threading
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np

from ragkit.store import analysis, lengths
from ragkit.store.schema import TOKENIZER

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from ragkit.store.analysis import Term
    from ragkit.store.selection import Selection

    Postings = tuple[NDArray[np.int64], NDArray[np.float64]]
    """Row ids, ascending, and how often each has the term, weighted by field."""

HEADING = 1.5
"""Weight of a word in a heading, which is a summary of what stands under it; elsewhere it is 1."""
SATURATION = 1.2
LENGTH = 0.75

BUDGET = 5_000
"""Rows that one search may score: 20,000 rows with "the" would take 40 ms."""

MOST_TERMS = 64
"""Terms of one search. Longer questions are known by their rarest words."""

_LAST = "\U0010ffff"
_LOCAL = threading.local()


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
        known = dict(zip(self.ids.tolist(), self.scores.tolist(), strict=True))
        return [known.get(rowid, 0.0) for rowid in rowids]

    def terms(self, rowid: int) -> tuple[str, ...]:
        """The terms of the question that a row has, in the order of the question."""
        return tuple(term for term, ids in self.rows.items() if _holds(ids, rowid))


def _holds(ids: NDArray[np.int64], rowid: int) -> bool:
    """Whether a row is among ascending ones."""
    place = int(ids.searchsorted(rowid))
    return place < len(ids) and int(ids[place]) == rowid


def search(connection: sqlite3.Connection, query: str, selection: Selection | None = None) -> Matches:
    """The rows that share terms with ``query``, of all rows or of those selected."""
    counts = _counted(analysis.terms(query))
    rows, tokens = (selection.rows, selection.tokens) if selection else lengths.totals(connection)
    kept = _affordable(connection, list(counts), rows, selection)
    postings = {term: found for term in kept if len((found := _postings(connection, term, selection))[0])}
    if not postings:
        return Matches(np.empty(0, np.int64), np.empty(0), {})
    sizes = [len(having) for having, _ in postings.values()]
    ids, places = np.unique(np.concatenate([having for having, _ in postings.values()]), return_inverse=True)
    norm = SATURATION * (1 - LENGTH + LENGTH * lengths.of(connection, ids) / (tokens / rows))
    frequency = np.concatenate([often for _, often in postings.values()])
    weights = [_weight(rows, size, counts[term]) for term, size in zip(postings, sizes, strict=True)]
    parts = np.repeat(weights, sizes) * frequency / (frequency + norm[places])
    scores = np.asarray(np.bincount(places, parts, len(ids)), np.float64)
    return Matches(ids, scores, {term.shown: having for term, (having, _) in postings.items()})


def _weight(rows: int, having: int, asked: int) -> float:
    """Of a term that ``having`` of ``rows`` have and the question has ``asked`` times."""
    idf = math.log(1 + (rows - having + 0.5) / (having + 0.5))
    # A question of several sentences repeats what it is about; the root keeps a word said thrice from ruling.
    return idf * math.sqrt(asked) * (SATURATION + 1)


def _counted(found: Sequence[Term]) -> dict[Term, int]:
    """How often each is there; those whose first forms are forms of one word are one, and keep all their forms."""
    alike: dict[tuple[tuple[str, ...], bool], list[Term]] = {}
    for term in found:
        alike.setdefault((_tokens_of(term.forms[0]), term.pairs), []).append(term)
    return {
        replace(terms[0], forms=tuple(dict.fromkeys(form for term in terms for form in term.forms))): len(terms)
        for terms in alike.values()
    }


def tokens(text: str) -> list[str]:
    """The text as the full-text index has it: words, folded and stemmed."""
    connection: sqlite3.Connection | None = getattr(_LOCAL, "connection", None)
    if connection is None:
        _LOCAL.connection = connection = sqlite3.connect(":memory:", isolation_level=None)
        connection.execute(f"CREATE VIRTUAL TABLE t USING fts5 (text, tokenize = '{TOKENIZER}')")
        connection.execute("CREATE VIRTUAL TABLE v USING fts5vocab (t, instance)")
    connection.execute("DELETE FROM t")
    connection.execute("INSERT INTO t VALUES (?)", (text,))
    return [token for (token,) in connection.execute("SELECT term FROM v ORDER BY offset")]


@lru_cache(maxsize=4_096)
def _tokens_of(form: str) -> tuple[str, ...]:
    return tuple(tokens(form.rstrip("*")))


def _affordable(
    connection: sqlite3.Connection, found: list[Term], rows: int, selection: Selection | None
) -> list[Term]:
    """The rarest terms, until they would match more rows than `BUDGET`; the rarest that matches always stays."""
    if rows <= BUDGET and len(found) <= MOST_TERMS:
        return found
    counts = sorted(
        (_matches(connection, term, selection), place) for place, term in enumerate(found[: 4 * MOST_TERMS])
    )
    kept: list[int] = []
    total = 0
    for count, place in counts:
        total += count
        if count and (not kept or (total <= BUDGET and len(kept) < MOST_TERMS)):
            kept.append(place)
    return [found[place] for place in sorted(kept)]


def _matches(connection: sqlite3.Connection, term: Term, selection: Selection | None) -> int:
    """How many rows have the term, counted no further than is of interest."""
    if selection is not None:
        return min(BUDGET + 1, len(_postings(connection, term, selection)[0]))
    statement = "SELECT count(*) FROM (SELECT 1 FROM chunks_fts WHERE chunks_fts MATCH ? LIMIT ?)"
    return int(connection.execute(statement, (term.expression, BUDGET + 1)).fetchone()[0])


def _postings(connection: sqlite3.Connection, term: Term, selection: Selection | None) -> Postings:
    often: dict[int, float] = {}
    for form in term.forms:
        for rowid, count in _occurrences(connection, form, term.pairs):
            # one place of the text may have a compound in both forms, so they do not add up
            often[rowid] = max(count, often.get(rowid, 0.0))
    if term.exact:
        often = {rowid: often[rowid] for rowid in _holding(connection, [*often], term.exact)} or often
    ids = np.fromiter(sorted(often), np.int64, len(often))
    frequency = np.fromiter((often[rowid] for rowid in ids.tolist()), np.float64, len(often))
    if selection is None:
        return ids, frequency
    seen = selection.has(ids)
    return ids[seen], frequency[seen]


def _holding(connection: sqlite3.Connection, rowids: list[int], word: str) -> list[int]:
    """Those of some rows that have a word in these very letters."""
    statement = """SELECT rowid FROM chunks_fts WHERE rowid IN (SELECT value FROM json_each(?))
        AND instr(title || ' ' || headings || ' ' || text, ?)"""
    return [rowid for (rowid,) in connection.execute(statement, (json.dumps(rowids), word))]


def _occurrences(connection: sqlite3.Connection, form: str, pairs: bool) -> Iterable[tuple[int, float]]:
    """Row ids, each once, and how often a form is there."""
    parts = _tokens_of(form)
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
