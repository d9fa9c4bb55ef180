"""Full-text search: a question in any words to an FTS5 expression that cannot be malformed, ranked by BM25.

Okapi BM25 (Robertson & Zaragoza 2009) as SQLite computes it, over title, headings and text.
"""

from __future__ import annotations

import re
import sqlite3

from ragkit.lexical import STOP

WEIGHTS = (1.0, 1.5, 1.0)
"""Of title, headings and text: a heading is a summary of what stands under it."""

BUDGET = 5_000
"""Rows that one search may score. Scoring costs 0.75 us a row and term, which 20,000 rows with "the" make 20 ms."""

MOST_TERMS = 64
"""Terms of one search. Longer questions are known by their rarest words."""

_WORD = re.compile(r"[^\W_]+")


def search(connection: sqlite3.Connection, query: str, k: int) -> list[tuple[int, float]]:
    """Row ids and BM25 scores (higher is better) of the ``k`` best chunks; equal scores in order of row id."""
    found = _affordable(connection, terms(query))
    if not found or k < 1:
        return []
    rows = connection.execute(
        """SELECT rowid, bm25(chunks_fts, ?, ?, ?) AS score FROM chunks_fts WHERE chunks_fts MATCH ?
        ORDER BY score, rowid LIMIT ?""",
        (*WEIGHTS, " OR ".join(found), k),
    )
    return [(rowid, -score) for rowid, score in rows]


def terms(query: str) -> list[str]:
    """The quoted FTS5 terms of a query, each once, in order. Stop words count only when there is nothing else.

    A word with marks in it, such as ``PL-10``, is a phrase and its parts.
    """
    found: dict[str, bool] = {}
    for word in query.lower().split():
        parts = _WORD.findall(word)
        if len(parts) > 1:
            found[f'"{" ".join(parts)}"'] = True
            parts = [part for part in parts if len(part) > 1]
        for part in parts:
            found[f'"{part}"'] = part not in STOP
    telling = [term for term, tells in found.items() if tells]
    return telling or list(found)


def _affordable(connection: sqlite3.Connection, found: list[str]) -> list[str]:
    """The rarest terms, until they would match more rows than `BUDGET`; the rarest that matches always stays."""
    rows = connection.execute("SELECT count(*) FROM (SELECT 1 FROM chunks LIMIT ?)", (BUDGET + 1,)).fetchone()[0]
    if rows <= BUDGET and len(found) <= MOST_TERMS:
        return found
    counts = sorted((_matches(connection, term), place, term) for place, term in enumerate(found[: 4 * MOST_TERMS]))
    kept: list[str] = []
    total = 0
    for count, _, term in counts:
        total += count
        if count and (not kept or (total <= BUDGET and len(kept) < MOST_TERMS)):
            kept.append(term)
    return kept


def _matches(connection: sqlite3.Connection, term: str) -> int:
    """How many rows have the term, counted no further than is of interest."""
    statement = "SELECT count(*) FROM (SELECT 1 FROM chunks_fts WHERE chunks_fts MATCH ? LIMIT ?)"
    return int(connection.execute(statement, (term, BUDGET + 1)).fetchone()[0])
