"""The reading side of a store: searches, documents and figures, each as of one commit."""

from __future__ import annotations

import logging
import sqlite3
import threading
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from ragkit.errors import StoreError, StoreMismatch, UsageError
from ragkit.store import generations, records, schema
from ragkit.store.generations import Generation
from ragkit.store.known import Known
from ragkit.store.pool import Readers
from ragkit.store.records import (
    Counts,
    DocumentInfo,
    Failure,
    FileState,
    Forgotten,
    Root,
    StoreInfo,
    UnreadPart,
)
from ragkit.store.remembered import Remembered
from ragkit.types import EVERYTHING, Chunk, Document, Opening, Scope

if TYPE_CHECKING:
    from ragkit.protocols import Vectors
    from ragkit.store.keyword import Matches
    from ragkit.store.vectors import FaissIndex, Found
    from ragkit.store.view import View

log = logging.getLogger(__name__)

COMMITS = 2
"""Commits at once of which something is remembered: who reads may be one behind who has just begun."""


class Lookup:
    """What `ragkit.store.store.Store` can be asked. Any thread may ask, each on a connection of its own."""

    def __init__(self, path: Path, readers: Readers) -> None:
        self._path = path
        self._readers = readers
        self._view: View | None = None
        self._viewing = threading.Lock()
        self._known: Remembered[int, Known] = Remembered(COMMITS)

    @property
    def path(self) -> Path:
        """The store's folder."""
        return self._path

    @property
    def embedder_fingerprint(self) -> str:
        """The embedder that made the vectors."""
        return self.identity.embedder

    @property
    def dimension(self) -> int:
        """Length of a vector."""
        return self.identity.dimension

    @property
    def chunker_fingerprint(self) -> str:
        """The chunker that made the chunks."""
        return self.identity.chunker

    @property
    def identity(self) -> schema.Identity:
        """What the store was made with, as of now: a reindexing changes it under those who read."""
        with self._readers.snapshot() as connection:
            return schema.read_identity(connection, self._path)

    def check_embedder(self, fingerprint: str) -> None:
        """Raises `StoreMismatch` unless the vectors were made by the embedder of that fingerprint."""
        if fingerprint != (own := self.embedder_fingerprint):
            raise StoreMismatch(
                f"The store at {schema.shown(self._path)} was made with the embedder {own}, not {fingerprint}.",
                "Use that embedder, or embed all anew with the other: ragkit reindex --embedder NAME",
            )

    @contextmanager
    def snapshot(self) -> Iterator[None]:
        """Everything that this thread reads inside belongs to one commit, so what one call finds the next can read."""
        with self._readers.snapshot():
            yield

    @contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        """A connection in a read transaction, that of the `snapshot` around it if there is one."""
        with self._readers.snapshot() as connection:
            yield connection

    def dense(self, vector: Vectors, k: int, scope: Scope = EVERYTHING) -> list[tuple[int, float]]:
        """Row ids and inner products of the nearest chunks, best first, for one vector (a matrix of one row will do).

        Raises:
            StoreMismatch: The vector is of another dimension.
        """
        with self._readers.snapshot() as connection:
            # whoever asks for a billion is given what there is, not an array of a billion
            (most,) = connection.execute("SELECT coalesce(max(id), 0) FROM chunks").fetchone()
            scores, ids = self.nearest(vector.reshape(1, -1), min(k, most), scope)
        return [(rowid, score) for rowid, score in zip(ids[0].tolist(), scores[0].tolist(), strict=True) if rowid >= 0]

    def nearest(self, queries: Vectors, k: int, scope: Scope = EVERYTHING) -> Found:
        """`dense` for many: scores and row ids, each of shape ``(len(queries), k)``, id -1 where there are fewer."""
        with self._readers.snapshot() as connection:
            if queries.shape[1] != self.dimension:
                raise StoreMismatch(
                    f"The query has {queries.shape[1]} dimensions, the store's vectors {self.dimension}.",
                    "Use the embedder that made the store.",
                )
            return self._seen(connection).nearest(
                connection, queries, max(0, k), self._knows(connection).selections.of(connection, scope)
            )

    def similarity(self, vector: Vectors, rowids: Sequence[int]) -> list[float]:
        """Inner products of one vector with these chunks, in the same order."""
        with self._readers.snapshot() as connection:
            return self._seen(connection).similarity(connection, vector.reshape(-1), rowids)

    def matches(self, query: str, scope: Scope = EVERYTHING) -> Matches:
        """The chunks that share terms with ``query`` and their BM25 scores, by the statistics of the scope."""
        with self._readers.snapshot() as connection:
            known = self._knows(connection)
            return known.keyword.search(connection, query, scope, known.selections.of(connection, scope))

    def keyword(self, query: str, k: int, scope: Scope = EVERYTHING) -> list[tuple[int, float]]:
        """Row ids and BM25 scores (higher is better) of chunks that share terms with ``query``, best first."""
        return self.matches(query, scope).best(k)

    def words(self, scope: Scope = EVERYTHING) -> Mapping[str, int]:
        """The words of four letters and more that the texts in scope are written in, and how often each is there.

        None when there are more than 20,000 chunks.
        """
        with self._readers.snapshot() as connection:
            known = self._knows(connection)
            return known.vocabulary.of(connection, scope, known.selections.of(connection, scope))

    def chunks(self, rowids: Sequence[int]) -> list[Chunk]:
        """The chunks of these row ids, in the same order.

        Raises:
            StoreError: One is gone, because another process changed its document; not inside a `snapshot`.
        """
        with self._readers.snapshot() as connection:
            known = self._knows(connection)
            return known.chunks.of_all(rowids, lambda lacking: records.chunks(connection, lacking))

    def openings(self, rowids: Sequence[int]) -> list[Opening]:
        """What the documents of these chunks begin with, in the same order."""
        with self._readers.snapshot() as connection:
            known = self._knows(connection)
            return known.openings.of_all(rowids, lambda lacking: records.openings(connection, lacking))

    def document(self, uri: str, scope: Scope = EVERYTHING) -> Document:
        """The document as it was ingested.

        Raises:
            UsageError: There is none in scope; the nearest name in scope is suggested.
        """
        with self._readers.snapshot() as connection:
            return records.document(connection, uri, scope)

    def documents(self, scope: Scope = EVERYTHING) -> Iterator[DocumentInfo]:
        """All documents in scope, in order of uri."""
        with self._readers.snapshot() as connection:
            return iter(records.documents(connection, scope))

    def resolve(self, name: str, scope: Scope = EVERYTHING) -> DocumentInfo:
        """The document of that uri, or the only one whose uri begins with it or ends in ``/`` and it.

        Raises:
            UsageError: There is none, and the nearest name is suggested; or there are several, and they are named.
        """
        with self._readers.snapshot() as connection:
            return records.resolve(connection, name, scope)

    def unknown(self, uri: str) -> UsageError:
        """The error for a document that is not there; the nearest name is suggested."""
        with self._readers.snapshot() as connection:
            return records.unknown(connection, uri)

    def content_hashes(self) -> dict[str, FileState]:
        """For each uri, what tells whether its source has changed."""
        with self._readers.snapshot() as connection:
            return records.states(connection)

    def known_hashes(self, hashes: Iterable[str]) -> set[str]:
        """Those of the text hashes whose vectors need not be computed again."""
        with self._readers.snapshot() as connection:
            return records.known_hashes(connection, hashes)

    def vectors_by_hash(self, hashes: Iterable[str]) -> tuple[list[str], Vectors]:
        """Those of the text hashes that are there, and their vectors, shape ``(n, dimension)``."""
        from ragkit.store.building import vectors_by_hash

        with self._readers.snapshot() as connection:
            return vectors_by_hash(connection, self.dimension, hashes)

    def failures(self) -> list[Failure]:
        """What could not be ingested, in order of uri."""
        with self._readers.snapshot() as connection:
            return records.failures(connection)

    def unread(self, scope: Scope = EVERYTHING) -> list[UnreadPart]:
        """What could not be read of documents in scope, in order of uri and place."""
        with self._readers.snapshot() as connection:
            return records.unread(connection, scope)

    def without_text(self, scope: Scope = EVERYTHING) -> list[str]:
        """The documents in scope that have no text at all, though all of them was read; in order of uri."""
        with self._readers.snapshot() as connection:
            return records.without_text(connection, scope)

    def lacking(self, scope: Scope) -> tuple[str, list[str]]:
        """The first name in the filter that no document in the rest of the scope has, or "", and those they have."""
        with self._readers.snapshot() as connection:
            return records.lacking(connection, scope)

    def forgotten(self) -> list[Forgotten]:
        """What is never to be taken in again, in order of uri."""
        with self._readers.snapshot() as connection:
            return records.forgotten(connection)

    def roots(self) -> list[Root]:
        """The files and folders that were ingested, in order of uri."""
        with self._readers.snapshot() as connection:
            return records.roots(connection)

    def counts(self, scope: Scope = EVERYTHING) -> Counts:
        """How many documents, chunks and vectors there are in scope, and, of everything, failures."""
        with self._readers.snapshot() as connection:
            return records.counts(connection, scope)

    def info(self) -> StoreInfo:
        """The store at a glance."""
        with self._readers.snapshot() as connection:
            identity = schema.read_identity(connection, self._path)
            generation = generations.live(connection)
            return StoreInfo(
                path=self._path,
                schema=schema.SCHEMA,
                created_by=identity.created_by,
                embedder=identity.embedder,
                dimension=identity.dimension,
                chunker=identity.chunker,
                recipe=identity.recipe,
                live=generation.recipe if generation else "",
                counts=records.counts(connection),
                indexed=generation.count if generation else 0,
                pending=generations.pending(connection, generation),
                index_file=generation.file if generation else "",
                bytes=sum(_size(file) for file in self._path.rglob("*")),
            )

    def unlearn(self) -> None:
        """Hold nothing in memory that was read from the store."""
        self._view, self._known = None, Remembered(COMMITS)

    def _knows(self, connection: sqlite3.Connection) -> Known:
        """What has been found out at the connection's commit."""
        return self._known.of(schema.commits(connection), Known)

    def _seen(self, connection: sqlite3.Connection) -> View:
        """The view at the connection's commit."""
        from ragkit.store.view import refreshed

        now = schema.commits(connection)
        view = self._view
        if view is not None and view.commits == now:
            return view
        with self._viewing:
            last = self._view if self._view and self._view.dimension == self.dimension else None
            view = refreshed(last, connection, self.dimension, self._index)
            if self._view is None or view.commits > self._view.commits:
                self._view = view
        return view

    def _index(self, connection: sqlite3.Connection, generation: Generation) -> FaissIndex:
        """The index of a generation; from SQLite when its file is not sound, which is mended if that can be."""
        from ragkit.store.building import open_index, rebuilt

        try:
            return open_index(self._path, generation, self.dimension)
        except StoreError as error:
            log.warning("%s Using the vectors in SQLite.", error.message)
        self._mend(generation)
        return rebuilt(connection, generation, self.dimension)

    def _mend(self, generation: Generation) -> None:
        """Called when the file of a generation is not sound: who can write may write it anew."""


def _size(file: Path) -> int:
    try:
        return file.stat().st_size if file.is_file() else 0
    except FileNotFoundError:
        # another process has just tidied it away
        return 0
