"""Forgetting: what was deleted is gone from the bytes of the store's folder, not only from its tables.

SQLite keeps deleted text in free pages, in the full-text index until its segments are merged, and in the log; FAISS
files keep the vectors of deleted rows until the next merge. `forget` rewrites all of these, and looks at the bytes.
"""

from __future__ import annotations

import json
import mmap
import sqlite3
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from ragkit.errors import StoreError
from ragkit.store import schema
from ragkit.store.migrate import backups

if TYPE_CHECKING:
    from ragkit.store.records import DocumentInfo
    from ragkit.store.store import Store

T = TypeVar("T")
MOST_TRACES = 64
"""Of each kind and document: the scan costs a pass over the store's bytes for each."""
LONGEST_TRACE = 48
"""Bytes. Longer ones are more often cut by the end of a database page, and then not found."""
LONGEST_VECTOR = 1024
"""Bytes. The beginnings of vectors may be equal where the whole are not."""
SHORTEST_TRACE = 12
NO_CONTENT = "-"
"""Stands for the hash of a document without text: nothing tells one empty file from another."""
PENDING = "shred"
"""Key of ``meta`` that stands while a deletion is committed and its bytes are not overwritten yet."""


Trace = str | bytes
"""What must not be found once a document is forgotten: a line of its text, or bytes of its packed text or a vector."""


@dataclass(frozen=True, slots=True)
class Erasure:
    """The account of a forgetting. ``remains`` names the files in which bytes of the documents were still found.

    ``traces`` were looked for in ``scanned_bytes`` of ``scanned_files``; ``shared`` of them stand in other documents.
    """

    uris: tuple[str, ...]
    chunks: int
    traces: int
    shared: int
    scanned_files: int
    scanned_bytes: int
    remains: tuple[str, ...]


def traces(connection: sqlite3.Connection, uris: Sequence[str]) -> list[Trace]:
    """What to look for when the documents are gone, spread evenly over each; taken while they are there."""
    found: list[Trace] = []
    for uri in uris:
        for number, text in connection.execute("SELECT id, text FROM documents WHERE uri = ?", (uri,)).fetchall():
            found += _spread(text[start : start + LONGEST_TRACE] for start in range(0, len(text), LONGEST_TRACE))
            chunks = connection.execute(
                "SELECT f.text FROM chunks c JOIN chunks_fts f ON f.rowid = c.id WHERE c.document_id = ?", (number,)
            ).fetchall()
            found += _spread(line for (chunk,) in chunks for line in _lines(chunk))
            alone = connection.execute(
                """SELECT vector FROM vectors v WHERE id IN (SELECT vector_id FROM chunks WHERE document_id = ?1)
                AND NOT EXISTS (SELECT 1 FROM chunks c WHERE c.vector_id = v.id AND c.document_id <> ?1)""",
                (number,),
            ).fetchall()
            found += _spread(blob[:LONGEST_VECTOR] for (blob,) in alone)
    return [trace for trace in found if len(trace) >= SHORTEST_TRACE]


def forget(store: Store, uris: Sequence[str]) -> Erasure:
    """Take documents out for good: from tables, index, free pages and log; and never take them in again.

    Raises:
        UsageError: One of them is neither in the store nor forgotten already. Nothing has been changed then.
        StoreLocked: Another process is writing to the store.
        StoreError: A reader has been looking at an older state for half a minute.
    """
    with store.writing(), store.connected() as connection:
        already = {each.uri for each in store.forgotten()}
        known = store.content_hashes()
        present = [store.resolve(uri) for uri in uris if uri in known or _is_unknown(store, uri, already)]
        wanted = traces(connection, [info.uri for info in present])
        with store.transaction() as tx:
            for info in present:
                tx.forget(info.uri, info.content_hash if info.chunks else NO_CONTENT)
        complete(store)
        return _account(connection, store.path, present, wanted)


def complete(store: Store) -> bool:
    """Overwrite the bytes of what was forgotten, if that is still to be done. The store must be open for writing.

    Raises:
        StoreError: A reader has been looking at an older state for half a minute.
    """
    from ragkit.store.rebuild import discard

    with store.connected() as connection:
        if connection.execute("SELECT 1 FROM meta WHERE key = ?", (PENDING,)).fetchone() is None:
            return False
        store.compact()
        discard(store.path)
        for backup in backups(store.path):
            backup.unlink()
        _shred(connection, store.path)
    store.unlearn()
    return True


def _is_unknown(store: Store, uri: str, already: Collection[str]) -> bool:
    """False for what was forgotten before; raises `UsageError` for what never was there."""
    if uri not in already:
        store.document(uri)
    return False


def _shred(connection: sqlite3.Connection, path: Path) -> None:
    """Rewrite the catalogue without anything that was deleted, and empty its log."""
    connection.execute("PRAGMA secure_delete = ON")
    connection.execute("INSERT INTO chunks_fts (chunks_fts) VALUES ('rebuild')")
    connection.execute("VACUUM")
    _emptied(connection, path)
    connection.execute("DELETE FROM meta WHERE key = ?", (PENDING,))
    _emptied(connection, path)


def _account(
    connection: sqlite3.Connection, path: Path, gone: Sequence[DocumentInfo], wanted: Sequence[Trace]
) -> Erasure:
    """Look for the traces in every file of the store. What documents that stay say too, is theirs."""
    files = [file for file in sorted(path.rglob("*")) if file.is_file() and file.stat().st_size]
    found = {file: _held(file, wanted) for file in files}
    shared = {trace for trace in set().union(*found.values()) if _is_shared(connection, trace)}
    return Erasure(
        uris=tuple(info.uri for info in gone),
        chunks=sum(info.chunks for info in gone),
        traces=len(wanted),
        shared=len(shared),
        scanned_files=len(files),
        scanned_bytes=sum(file.stat().st_size for file in files),
        remains=tuple(file.relative_to(path).as_posix() for file in files if found[file] - shared),
    )


def _emptied(connection: sqlite3.Connection, path: Path) -> None:
    busy, *_ = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
    if busy:
        raise StoreError(
            f"The log of the store at {schema.shown(path)} cannot be emptied while someone reads an older state.",
            "What was forgotten is out of the store, but not yet out of its bytes: run the same command again.",
        )


def _lines(chunk: str) -> Iterator[str]:
    """The beginning of each line, as far as it goes into `LONGEST_TRACE` bytes."""
    for line in chunk.splitlines():
        part = line.strip().encode()[:LONGEST_TRACE].decode(errors="ignore")
        if len(part.encode()) >= SHORTEST_TRACE:
            yield part


def _spread(found: Iterable[T]) -> list[T]:
    """At most `MOST_TRACES` of them, evenly."""
    whole = list(found)
    return list(islice(whole, 0, None, max(1, -(-len(whole) // MOST_TRACES))))


def _is_shared(connection: sqlite3.Connection, trace: Trace) -> bool:
    """Whether it is of a document that stays."""
    if isinstance(trace, bytes):
        statement = """SELECT EXISTS (SELECT 1 FROM documents WHERE instr(text, ?1))
            OR EXISTS (SELECT 1 FROM vectors WHERE instr(vector, ?1))"""
        return bool(connection.execute(statement, (trace,)).fetchone()[0])
    statement = """SELECT EXISTS (SELECT 1 FROM chunks_fts
            WHERE instr(text, ?1) OR instr(title, ?1) OR instr(headings, ?2))
        OR EXISTS (SELECT 1 FROM documents WHERE instr(metadata, ?2) OR instr(uri, ?1))
        OR EXISTS (SELECT 1 FROM unread WHERE instr(what, ?1))
        OR EXISTS (SELECT 1 FROM forgotten WHERE instr(uri, ?1))"""
    quoted = json.dumps(trace, ensure_ascii=False)[1:-1]
    return bool(connection.execute(statement, (trace, quoted)).fetchone()[0])


def _held(file: Path, wanted: Sequence[Trace]) -> set[Trace]:
    """Those of the traces that are in a file."""
    with file.open("rb") as stream, mmap.mmap(stream.fileno(), 0, access=mmap.ACCESS_READ) as content:
        return {trace for trace in wanted if content.find(trace.encode() if isinstance(trace, str) else trace) >= 0}
