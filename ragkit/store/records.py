"""What a store says about its content, and the queries that find it out."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, NamedTuple

from ragkit.errors import StoreError, UsageError
from ragkit.store import codec, filters
from ragkit.suggest import nearest
from ragkit.types import EVERYTHING, Chunk, Document, Metadata, Opening, Scope, Unread


@dataclass(frozen=True, slots=True)
class DocumentInfo:
    """A document without its text. ``size`` is the source's in bytes, ``chunks`` a count."""

    uri: str
    title: str
    media_type: str
    size: int
    content_hash: str
    chunks: int
    collection: str = "default"
    metadata: Metadata = field(default_factory=dict)
    principals: tuple[str, ...] = ()


class FileState(NamedTuple):
    """What tells whether a source has changed."""

    content_hash: str
    size: int
    mtime_ns: int


class Failure(NamedTuple):
    """A source that could not be ingested, why, and in how many runs on end."""

    uri: str
    reason: str
    attempts: int


class UnreadPart(NamedTuple):
    """A part of a document that could not be read, why, and the program that reads it where it was not installed."""

    uri: str
    what: str
    needs: str


class Forgotten(NamedTuple):
    """A source that is never to be taken in again: neither of that name, nor with that content under another."""

    uri: str
    content_hash: str


@dataclass(frozen=True, slots=True)
class Root:
    """A file or folder that was ingested, as a uri, with the options that it was ingested with (scalars and lists)."""

    uri: str
    options: Mapping[str, Any] = field(default_factory=dict)


class Counts(NamedTuple):
    """How many of each a store holds. ``vectors`` are fewer than ``chunks`` where texts repeat."""

    documents: int
    chunks: int
    vectors: int
    failures: int


@dataclass(frozen=True, slots=True)
class StoreInfo:
    """A store at a glance.

    ``recipe`` is what the store grows into, ``live`` what its index is made by now, empty without one. ``indexed`` rows
    are in the FAISS file, ``pending`` were added or deleted since.
    """

    path: Path
    schema: int
    created_by: str
    embedder: str
    dimension: int
    chunker: str
    recipe: str
    live: str
    counts: Counts
    indexed: int
    pending: int
    index_file: str
    bytes: int

    @property
    def index(self) -> str:
        """Such as ``flat: 20,000 rows in FAISS, 3 beside it, on the way to ivf-pq``."""
        if not self.live:
            return f"none is needed for {self.pending:,} rows, {self.recipe} when there are many"
        way = "" if self.live == self.recipe else f", on the way to {self.recipe}"
        return f"{self.live}: {self.indexed:,} rows in FAISS, {self.pending:,} beside it{way}"


def chunks(connection: sqlite3.Connection, rowids: Sequence[int]) -> list[Chunk]:
    """The chunks of these row ids, in the same order.

    Raises:
        StoreError: One of them does not exist any more.
    """
    rows = connection.execute(
        """SELECT c.id, d.uri, d.title, c.start, c.stop, f.text, f.headings, c.line_first, c.line_last, c.page,
        d.media_type, c.code FROM chunks c JOIN documents d ON d.id = c.document_id JOIN chunks_fts f ON f.rowid = c.id
        WHERE c.id IN (SELECT value FROM json_each(?))""",
        (json.dumps([int(rowid) for rowid in rowids]),),
    )
    found = {row[0]: _chunk(*row[1:]) for row in rows}
    gone = [rowid for rowid in rowids if rowid not in found]
    if gone:
        raise _gone(gone[0])
    return [found[rowid] for rowid in rowids]


def openings(connection: sqlite3.Connection, rowids: Sequence[int]) -> list[Opening]:
    """What the documents of these chunks begin with, in the same order.

    Raises:
        StoreError: One of the chunks does not exist any more.
    """
    of = dict(
        connection.execute(
            "SELECT id, document_id FROM chunks WHERE id IN (SELECT value FROM json_each(?))",
            (json.dumps([int(rowid) for rowid in rowids]),),
        )
    )
    rows = connection.execute(
        """SELECT id, uri, title, substr(text, 1, ?), json_extract(metadata, '$.site') FROM documents
        WHERE id IN (SELECT value FROM json_each(?))""",
        (codec.OPENING, json.dumps(sorted(set(of.values())))),
    )
    found = {
        row: Opening(uri, title, codec.unpack_opening(text), site if isinstance(site, str) else "")
        for row, uri, title, text, site in rows
    }
    if gone := [rowid for rowid in rowids if rowid not in of]:
        raise _gone(gone[0])
    return [found[of[rowid]] for rowid in rowids]


def document(connection: sqlite3.Connection, uri: str, scope: Scope = EVERYTHING) -> Document:
    """The document as it was ingested.

    Raises:
        UsageError: There is none of that name in scope.
        StoreError: It is damaged.
    """
    condition, values = filters.condition(scope)
    row = connection.execute(
        f"""SELECT uri, title, media_type, collection, metadata, principals, text, structure
        FROM documents d WHERE uri = ? AND {condition}""",  # noqa: S608 - values are bound
        (uri, *values),
    ).fetchone()
    if row is None:
        raise unknown(connection, uri, scope)
    parts = connection.execute(
        "SELECT what, needs FROM unread WHERE document_id = (SELECT id FROM documents WHERE uri = ?) ORDER BY rowid",
        (uri,),
    )
    try:
        return replace(codec.unpack(*row), unread=tuple(Unread(*part) for part in parts))
    except ValueError as error:
        raise StoreError(
            f"What the store holds of {uri} is damaged: {error}.",
            f"Run: ragkit remove {uri}, then: ragkit ingest PATH",
        ) from error


def documents(connection: sqlite3.Connection, scope: Scope = EVERYTHING) -> list[DocumentInfo]:
    """All documents in scope, in order of uri."""
    condition, values = filters.condition(scope)
    rows = connection.execute(
        f"""SELECT uri, title, media_type, size, content_hash,
            (SELECT count(*) FROM chunks c WHERE c.document_id = d.id), collection, metadata, principals
        FROM documents d WHERE {condition} ORDER BY uri""",  # noqa: S608 - values are bound
        values,
    )
    return [_info(*row) for row in rows]


def resolve(connection: sqlite3.Connection, name: str, scope: Scope = EVERYTHING) -> DocumentInfo:
    """The document of that uri, or the only one whose uri begins with it or ends in ``/`` and it.

    Raises:
        UsageError: There is none, and the nearest name is suggested; or there are several, and they are named.
    """
    listed = documents(connection, scope)
    found = [info for info in listed if info.uri == name]
    found = found or [info for info in listed if name and info.uri.startswith(name)]
    found = found or [info for info in listed if name and info.uri.endswith(f"/{name}")]
    if not found:
        raise unknown(connection, name, scope)
    if len(found) > 1:
        some = ", ".join(info.uri for info in found[:5]) + (", ..." if len(found) > 5 else "")
        raise UsageError(f"{name!r} can mean {len(found)} documents: {some}.", "Name one of them.")
    return found[0]


def states(connection: sqlite3.Connection) -> dict[str, FileState]:
    """Hash, size and modification time of every document's source."""
    rows = connection.execute("SELECT uri, content_hash, size, mtime_ns FROM documents")
    return {uri: FileState(*state) for uri, *state in rows}


def failures(connection: sqlite3.Connection) -> list[Failure]:
    """What could not be ingested, in order of uri."""
    return [Failure(*row) for row in connection.execute("SELECT uri, reason, attempts FROM failures ORDER BY uri")]


def unread(connection: sqlite3.Connection, scope: Scope = EVERYTHING) -> list[UnreadPart]:
    """What could not be read of documents in scope, in order of uri and place."""
    condition, values = filters.condition(scope)
    rows = connection.execute(
        f"""SELECT uri, what, needs FROM unread u JOIN documents d ON d.id = u.document_id
        WHERE {condition} ORDER BY uri, u.rowid""",  # noqa: S608 - values are bound
        values,
    )
    return [UnreadPart(*row) for row in rows]


def without_text(connection: sqlite3.Connection, scope: Scope = EVERYTHING) -> list[str]:
    """The documents in scope that have no text at all, though all of them was read; in order of uri."""
    condition, values = filters.condition(scope)
    rows = connection.execute(
        f"""SELECT uri FROM documents d WHERE NOT EXISTS (SELECT 1 FROM chunks c WHERE c.document_id = d.id)
        AND NOT EXISTS (SELECT 1 FROM unread u WHERE u.document_id = d.id)
        AND {condition} ORDER BY uri""",  # noqa: S608 - values are bound
        values,
    )
    return [row[0] for row in rows]


def lacking(connection: sqlite3.Connection, scope: Scope) -> tuple[str, list[str]]:
    """The first name in the filter that no document in the rest of the scope has, or "", and those that they have.

    Where there is no document in the rest of the scope, it is not the name that is wrong.
    """
    condition, values = filters.condition(replace(scope, where=""))
    if connection.execute(f"SELECT 1 FROM documents d WHERE {condition}", values).fetchone() is None:  # noqa: S608
        return "", []
    rows = connection.execute(
        f"SELECT DISTINCT m.key FROM documents d, json_each(d.metadata) m WHERE {condition}",  # noqa: S608 - values are bound
        values,
    )
    known = [*filters.COLUMNS, *(row[0] for row in rows)]
    asked = filters.names(filters.parse(scope.where)) if scope.where.strip() else []
    return next((name for name in asked if name.removeprefix(filters.IN_METADATA) not in known), ""), known


def forgotten(connection: sqlite3.Connection) -> list[Forgotten]:
    """What is never to be taken in again, in order of uri."""
    return [Forgotten(*row) for row in connection.execute("SELECT uri, content_hash FROM forgotten ORDER BY uri")]


def roots(connection: sqlite3.Connection) -> list[Root]:
    """The files and folders that were ingested, in order of uri."""
    rows = connection.execute("SELECT uri, options FROM roots ORDER BY uri")
    return [Root(uri, json.loads(options)) for uri, options in rows]


def known_hashes(connection: sqlite3.Connection, hashes: Iterable[str]) -> set[str]:
    """Those of the text hashes whose vectors are in the store."""
    rows = connection.execute(
        "SELECT text_hash FROM vectors WHERE text_hash IN (SELECT value FROM json_each(?))",
        (json.dumps(list(hashes)),),
    )
    return {row[0] for row in rows}


def counts(connection: sqlite3.Connection, scope: Scope = EVERYTHING) -> Counts:
    """How many documents, chunks, vectors and failures there are; of a scope, no failures: they have no principals."""
    condition, values = filters.condition(scope)
    held = connection.execute(
        f"""SELECT count(DISTINCT d.id), count(c.id), count(DISTINCT c.vector_id)
        FROM documents d LEFT JOIN chunks c ON c.document_id = d.id WHERE {condition}""",  # noqa: S608 - values are bound
        values,
    ).fetchone()
    failed = connection.execute("SELECT count(*) FROM failures").fetchone()[0] if scope == EVERYTHING else 0
    documents, chunks, vectors = held
    return Counts(documents, chunks, vectors, failed)


def unknown(connection: sqlite3.Connection, uri: str, scope: Scope = EVERYTHING) -> UsageError:
    """The error for a document that is not there or not in scope, which is the same; names the nearest in scope."""
    condition, values = filters.condition(scope)
    rows = connection.execute(f"SELECT uri FROM documents d WHERE {condition}", values)  # noqa: S608 - values are bound
    near = nearest(uri, [row[0] for row in rows])
    hint = f"Did you mean {near!r}?" if near else "See: ragkit list, or Kit.documents()"
    return UsageError(f"There is no document {uri!r} in the store.", hint)


def _info(
    uri: str,
    title: str,
    media_type: str,
    size: int,
    content_hash: str,
    count: int,
    collection: str,
    metadata: str,
    principals: str,
) -> DocumentInfo:
    seers = tuple(json.loads(principals))
    return DocumentInfo(uri, title, media_type, size, content_hash, count, collection, json.loads(metadata), seers)


def _chunk(
    uri: str,
    title: str,
    start: int,
    stop: int,
    text: str,
    headings: str,
    first: int | None,
    last: int | None,
    page: int | None,
    media_type: str,
    code: str | None,
) -> Chunk:
    lines = None if first is None or last is None else (first, last)
    marked = codec.unpack_spans(code)
    return Chunk(uri, title, start, stop, text, tuple(json.loads(headings)), lines, page, media_type, marked)


def _gone(rowid: int) -> StoreError:
    return StoreError(
        f"Chunk {rowid} is no longer in the store: its document was changed or removed meanwhile.",
        "Search again; inside Store.snapshot() this cannot happen.",
    )
