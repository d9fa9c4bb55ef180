"""Changes to a store, a transaction at a time: all of it becomes visible at once, or none of it."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import numpy as np

from ragkit.errors import SourceError, StoreError, StoreMismatch
from ragkit.store import analysis, building, codec, erase, generations, records
from ragkit.store.records import Root
from ragkit.types import Chunk, Document

if TYPE_CHECKING:
    from ragkit.protocols import Vectors


TOGETHER = 2_000
"""Chunks whose texts wait for the full-text index in one transaction."""


class Transaction:
    """What `ragkit.store.store.Store.transaction` gives. Each call is done wholly or not at all."""

    def __init__(self, connection: sqlite3.Connection, dimension: int) -> None:
        self._connection = connection
        self._dimension = dimension
        self._loose: set[int] = set()
        self._vectors: dict[str, int] = {}
        self._texts: dict[int, tuple[int, str, str, str, str]] = {}

    def known_hashes(self, hashes: Iterable[str]) -> set[str]:
        """Those of the text hashes whose vectors are there, this transaction's included."""
        return records.known_hashes(self._connection, hashes)

    def put_vectors(self, hashes: Sequence[str], matrix: Vectors) -> None:
        """Keep the vectors of texts, as float16. ``matrix`` has shape ``(len(hashes), dimension)``.

        A vector that no chunk uses when the transaction ends is dropped.

        Raises:
            StoreMismatch: The vectors are of another dimension.
            StoreError: A number in them is not finite.
        """
        if not len(hashes):
            return
        if matrix.shape != (len(hashes), self._dimension):
            raise StoreMismatch(
                f"Vectors of shape {matrix.shape} do not fit {len(hashes)} texts of {self._dimension} dimensions.",
                "Use the embedder that made the store.",
            )
        if not np.isfinite(matrix).all():
            raise StoreError("The embedder made a vector that is not finite.", "Check the embedding model.")
        self._connection.executemany(
            "INSERT OR IGNORE INTO vectors (text_hash, vector) VALUES (?, ?)",
            zip(hashes, building.packed(matrix), strict=True),
        )
        self._loose.update(self._vector_ids(hashes).values())

    def put(
        self,
        document: Document,
        content_hash: str,
        chunks: Sequence[Chunk],
        text_hashes: Sequence[str],
        size: int,
        mtime_ns: int,
    ) -> None:
        """Keep a document and its chunks in place of any older version, and forget that it ever failed.

        Args:
            document: The document.
            content_hash: Tells whether the source has changed, with ``size`` and ``mtime_ns``.
            chunks: Its passages.
            text_hashes: For each chunk, the hash of the text that was embedded. The vectors must be there already.
            size: Of the source, in bytes.
            mtime_ns: When the source was modified, in nanoseconds; 0 when that means nothing.

        Raises:
            SourceError: A text is not valid Unicode.
            StoreError: A chunk is not the text at its place, or its vector is missing.
        """
        _check(document, chunks)
        with self._whole():
            self._drop(document.uri)
            self._connection.execute("DELETE FROM failures WHERE uri = ?", (document.uri,))
            number = self._connection.execute(
                """INSERT INTO documents (uri, title, media_type, content_hash, size, mtime_ns,
                    collection, metadata, principals, text, structure)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)""",
                (
                    document.uri,
                    document.title,
                    document.media_type or "text/plain",
                    content_hash,
                    size,
                    mtime_ns,
                    document.collection,
                    codec.pack_metadata(document),
                    codec.pack_principals(document),
                    codec.pack_text(document.text),
                    codec.pack_structure(document),
                ),
            ).lastrowid
            self._connection.executemany(
                "INSERT INTO unread VALUES (?, ?, ?)", ((number, part.what, part.needs) for part in document.unread)
            )
            self._put_chunks(number, document.uri, chunks, text_hashes)
        if len(self._texts) > TOGETHER:
            self._write_texts()

    def remove(self, uri: str) -> bool:
        """Take a document out, with all that hangs on it; False when it is not there."""
        with self._whole():
            return self._drop(uri)

    def move(self, uri: str, to: str, size: int, mtime_ns: int) -> None:
        """Give a document another uri: its source has moved and is the same. What was at ``to`` is replaced.

        Raises:
            UsageError: There is no document of that uri.
        """
        with self._whole():
            if to != uri:
                self._drop(to)
            self._connection.execute("DELETE FROM failures WHERE uri IN (?, ?)", (uri, to))
            moved = self._connection.execute(
                "UPDATE documents SET uri = ?, size = ?, mtime_ns = ? WHERE uri = ?", (to, size, mtime_ns, uri)
            )
            if not moved.rowcount:
                raise records.unknown(self._connection, uri)

    def restamp(self, uri: str, size: int, mtime_ns: int) -> None:
        """Note that the source of a document has another size and time and the same content."""
        self._connection.execute("UPDATE documents SET size = ?, mtime_ns = ? WHERE uri = ?", (size, mtime_ns, uri))

    def label(self, document: Document) -> None:
        """Set collection, metadata and principals of the document of that uri, and nothing else of it.

        Raises:
            UsageError: There is no document of that uri.
        """
        _refuse_half_characters(document)
        done = self._connection.execute(
            "UPDATE documents SET collection = ?, metadata = ?, principals = ? WHERE uri = ?",
            (document.collection, codec.pack_metadata(document), codec.pack_principals(document), document.uri),
        )
        if not done.rowcount:
            raise records.unknown(self._connection, document.uri)

    def forget(self, uri: str, content_hash: str) -> None:
        """Take a document out, and note that it is never to be taken in again, by this name or with this content.

        Its bytes are overwritten by `ragkit.store.erase.complete`, after the commit.
        """
        with self._whole():
            self._drop(uri)
            self.clear_failure(uri)
            # what was said of it alone goes too, but not who may see it: that holds when the forgetting is undone
            self._connection.execute(
                "UPDATE roots SET options = json_remove(options, '$.metadata') WHERE uri = ?", (uri,)
            )
            self._connection.execute("INSERT OR REPLACE INTO forgotten VALUES (?, ?)", (uri, content_hash))
            self._connection.execute("INSERT OR REPLACE INTO meta VALUES (?, 1)", (erase.PENDING,))

    def unforget(self, uri: str) -> bool:
        """Allow a source again; False when it was not forgotten."""
        return bool(self._connection.execute("DELETE FROM forgotten WHERE uri = ?", (uri,)).rowcount)

    def remember_root(self, root: Root) -> None:
        """Note a file or folder that was ingested, and how; replaces what was noted of it before."""
        self._connection.execute(
            "INSERT OR REPLACE INTO roots VALUES (?, ?)", (root.uri, json.dumps(dict(root.options), sort_keys=True))
        )

    def say_of_root(self, root: Root, options: Mapping[str, Any]) -> None:
        """Note the ``options`` beside what is noted of a file or folder, or all of ``root`` where nothing is."""
        self._connection.execute(
            "INSERT INTO roots VALUES (?, ?) ON CONFLICT (uri) DO UPDATE SET options = json_patch(options, ?)",
            (root.uri, json.dumps(dict(root.options), sort_keys=True), json.dumps(dict(options))),
        )

    def fail(self, uri: str, reason: str) -> None:
        """Note that a source could not be ingested. What the store holds of it stays."""
        self._connection.execute(
            """INSERT INTO failures VALUES (?, ?, 1)
            ON CONFLICT (uri) DO UPDATE SET reason = excluded.reason, attempts = attempts + 1""",
            (uri, reason),
        )

    def clear_failure(self, uri: str) -> None:
        """Forget that a source could not be ingested."""
        self._connection.execute("DELETE FROM failures WHERE uri = ?", (uri,))

    def seal(self) -> None:
        """Last thing before the commit: index texts, drop vectors that nothing uses, and count the commit."""
        self._write_texts()
        self._connection.execute(
            """DELETE FROM vectors WHERE id IN (SELECT value FROM json_each(?))
            AND NOT EXISTS (SELECT 1 FROM chunks WHERE vector_id = vectors.id)""",
            (json.dumps(list(self._loose)),),
        )
        self._connection.execute("UPDATE meta SET value = value + 1 WHERE key = 'commits'")

    def _put_chunks(
        self, document_id: int | None, uri: str, chunks: Sequence[Chunk], text_hashes: Sequence[str]
    ) -> None:
        vectors = self._vector_ids(text_hashes)
        if lost := set(text_hashes) - vectors.keys():
            raise StoreError(
                f"{len(lost)} chunks of {uri} have no vector.", "Put the vectors first, in the same transaction."
            )
        first = self._next_rowid()
        self._connection.executemany(
            "INSERT INTO chunks VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                (rowid, document_id, vectors[key], chunk.start, chunk.end, *_place(chunk))
                for rowid, (chunk, key) in enumerate(zip(chunks, text_hashes, strict=True), first)
            ),
        )
        self._texts |= {rowid: _indexed(rowid, chunk) for rowid, chunk in enumerate(chunks, first)}

    def _write_texts(self) -> None:
        """Adds the texts of the chunks that are still there to the full-text index.

        Together, because FTS5 writes what it has to a new segment wherever a document's savepoint begins, and merges
        of small segments are what makes a large store slow to grow.
        """
        kept = self._connection.execute(
            "SELECT id FROM chunks WHERE id IN (SELECT value FROM json_each(?)) ORDER BY id",
            (json.dumps(list(self._texts)),),
        ).fetchall()
        self._connection.executemany(
            "INSERT INTO chunks_fts (rowid, title, headings, text, extra) VALUES (?, ?, ?, ?, ?)",
            (self._texts[rowid] for (rowid,) in kept),
        )
        self._texts.clear()

    def _vector_ids(self, text_hashes: Sequence[str]) -> dict[str, int]:
        """The ids of the vectors of texts, of those that are there; none goes before the transaction ends."""
        rows = self._connection.execute(
            "SELECT text_hash, id FROM vectors WHERE text_hash IN (SELECT value FROM json_each(?))",
            (json.dumps([key for key in text_hashes if key not in self._vectors]),),
        )
        self._vectors.update(rows)
        return {key: self._vectors[key] for key in text_hashes if key in self._vectors}

    def _next_rowid(self) -> int:
        row = self._connection.execute("SELECT seq FROM sqlite_sequence WHERE name = 'chunks'").fetchone()
        return int(row[0]) + 1 if row else 1

    def _drop(self, uri: str) -> bool:
        row = self._connection.execute("SELECT id FROM documents WHERE uri = ?", (uri,)).fetchone()
        if row is None:
            return False
        generation = generations.live(self._connection)
        used = self._connection.execute("SELECT vector_id FROM chunks WHERE document_id = ?", row)
        self._loose.update(vector for (vector,) in used)
        self._connection.execute(
            "INSERT INTO tombstones SELECT id FROM chunks WHERE document_id = ? AND id <= ?",
            (*row, generation.max_rowid if generation else 0),
        )
        for statement in (
            "DELETE FROM chunks_fts WHERE rowid IN (SELECT id FROM chunks WHERE document_id = ?)",
            "DELETE FROM chunks WHERE document_id = ?",
            "DELETE FROM unread WHERE document_id = ?",
            "DELETE FROM documents WHERE id = ?",
        ):
            self._connection.execute(statement, row)
        return True

    @contextmanager
    def _whole(self) -> Iterator[None]:
        """Undoes what was begun inside when it fails, so that a caller may catch the error and go on."""
        self._connection.execute("SAVEPOINT whole")
        try:
            yield
        except BaseException:
            self._connection.execute("ROLLBACK TO whole")
            raise
        finally:
            self._connection.execute("RELEASE whole")


def _indexed(rowid: int, chunk: Chunk) -> tuple[int, str, str, str, str]:
    """A row of the full-text index."""
    extra = analysis.supplement(chunk.title, *chunk.headings, chunk.text)
    return rowid, chunk.title, json.dumps(chunk.headings, ensure_ascii=False), chunk.text, extra


def _place(chunk: Chunk) -> tuple[int | None, int | None, int | None, str | None]:
    """Lines, page and code, as the columns hold them."""
    first, last = chunk.lines or (None, None)
    return first, last, chunk.page, codec.pack_spans(chunk.code)


def _check(document: Document, chunks: Sequence[Chunk]) -> None:
    for chunk in chunks:
        if chunk.uri != document.uri or document.text[chunk.start : chunk.end] != chunk.text:
            raise StoreError(
                f"The chunk {chunk.start}:{chunk.end} of {document.uri} is not the text at that place.",
                "This is a fault of the chunker: report it to its author.",
            )
    _refuse_half_characters(document)


def _refuse_half_characters(document: Document) -> None:
    unread = (part.what for part in document.unread)
    about = (document.uri, document.title, document.media_type, document.collection, *document.principals, *unread)
    try:
        f"{about}{codec.pack_metadata(document)}{document.text}".encode()
    except UnicodeEncodeError as error:
        raise SourceError(
            f"{document.uri} has text that is not valid Unicode (half a surrogate pair).", "Convert it to UTF-8."
        ) from error
