"""The store: the one object through which documents, chunks and vectors are written, found and read.

A store may be used from several threads: each reads on a connection of its own, and writers take turns. It sees what
other processes commit. Between them there is one writer at a time, told by a lock that dies with its process.
"""

from __future__ import annotations

import logging
import sqlite3
import threading
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING

from ragkit.errors import StoreError, StoreMismatch
from ragkit.store import generations, keyword, records, schema
from ragkit.store.generations import Generation
from ragkit.store.lock import WriterLock
from ragkit.store.pool import Readers
from ragkit.store.records import Counts as Counts
from ragkit.store.records import DocumentInfo as DocumentInfo
from ragkit.store.records import Failure as Failure
from ragkit.store.records import FileState as FileState
from ragkit.store.records import StoreInfo as StoreInfo
from ragkit.types import Chunk, Document

if TYPE_CHECKING:
    from ragkit.protocols import Vectors
    from ragkit.store.vectors import FlatIndex, Found
    from ragkit.store.view import View
    from ragkit.store.writing import Transaction

log = logging.getLogger(__name__)


class Store:
    """A store, open. Made by `Store.create` and `Store.open`; `close` it, or use it in a ``with`` statement."""

    def __init__(self, path: Path, readers: Readers, identity: schema.Identity) -> None:
        self._path = path
        self._readers = readers
        self._identity = identity
        self._lock = WriterLock(path)
        self._turn = threading.RLock()
        self._writer: sqlite3.Connection | None = None
        self._view: View | None = None
        self._viewing = threading.Lock()

    @classmethod
    def create(
        cls,
        path: str | Path,
        *,
        embedder_fingerprint: str,
        dimension: int,
        chunker_fingerprint: str,
        recipe: str = "flat",
    ) -> Store:
        """A new, empty store, open for writing.

        Raises:
            StoreError: There is a store already, or the folder cannot be made.
            StoreLocked: Another process is making it.
            UsageError: There is no index recipe of that name.
        """
        from ragkit import __version__
        from ragkit.store.recipes import load_recipe

        path = Path(path)
        load_recipe(recipe)
        identity = schema.Identity(embedder_fingerprint, dimension, chunker_fingerprint, recipe, __version__, 0)
        try:
            path.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise StoreError(
                f"No store can be made at {schema.shown(path)}: {error.strerror}.", "Name another with --store PATH."
            ) from error
        lock = WriterLock(path)
        lock.acquire()
        try:
            schema.create(path, identity)
        finally:
            lock.release()
        return cls.open(path, write=True)

    @classmethod
    def open(cls, path: str | Path, *, write: bool = False) -> Store:
        """The store at ``path``. ``write`` takes the writer lock until it is closed; `writing` takes it for a while.

        Raises:
            StoreMissing: There is none.
            StoreMismatch: It was made by a newer version.
            StoreLocked: Another process is writing to it, and ``write`` is set.
            StoreError: It is damaged, or no store at all.
        """
        path = Path(path)
        if not (path / schema.FILE).is_file():
            raise schema.missing(path)
        readers = Readers(path)
        try:
            with readers.snapshot() as connection:
                store = cls(path, readers, schema.read_identity(connection, path))
            if write:
                store._lock.acquire()
        except BaseException:
            readers.close()
            raise
        return store

    @property
    def path(self) -> Path:
        """The store's folder."""
        return self._path

    @property
    def embedder_fingerprint(self) -> str:
        """The embedder that made the vectors."""
        return self._identity.embedder

    @property
    def dimension(self) -> int:
        """Length of a vector."""
        return self._identity.dimension

    @property
    def chunker_fingerprint(self) -> str:
        """The chunker that made the chunks."""
        with self._readers.snapshot() as connection:
            return schema.read_identity(connection, self._path).chunker

    def check_embedder(self, fingerprint: str) -> None:
        """Raises `StoreMismatch` unless the vectors were made by the embedder of that fingerprint."""
        if fingerprint != self._identity.embedder:
            raise StoreMismatch(
                f"The store at {schema.shown(self._path)} was made with the embedder {self._identity.embedder}, "
                f"not {fingerprint}.",
                "Use that embedder, or embed anew into another store: ragkit ingest PATH --store OTHER",
            )

    @contextmanager
    def snapshot(self) -> Iterator[None]:
        """Everything that this thread reads inside belongs to one commit, so what one call finds the next can read."""
        with self._readers.snapshot():
            yield

    def dense(self, vector: Vectors, k: int) -> list[tuple[int, float]]:
        """Row ids and inner products of the nearest chunks, best first, for one vector (a matrix of one row will do).

        Raises:
            StoreMismatch: The vector is of another dimension.
        """
        scores, ids = self.nearest(vector.reshape(1, -1), k)
        return [(rowid, score) for rowid, score in zip(ids[0].tolist(), scores[0].tolist(), strict=True) if rowid >= 0]

    def nearest(self, queries: Vectors, k: int) -> Found:
        """`dense` for many: scores and row ids, each of shape ``(len(queries), k)``, id -1 where there are fewer."""
        if queries.shape[1] != self.dimension:
            raise StoreMismatch(
                f"The query has {queries.shape[1]} dimensions, the store's vectors {self.dimension}.",
                "Use the embedder that made the store.",
            )
        with self._readers.snapshot() as connection:
            return self._seen(connection).nearest(connection, queries, max(0, k))

    def keyword(self, query: str, k: int) -> list[tuple[int, float]]:
        """Row ids and BM25 scores (higher is better) of chunks that share terms with ``query``, best first."""
        with self._readers.snapshot() as connection:
            return keyword.search(connection, query, k)

    def chunks(self, rowids: Sequence[int]) -> list[Chunk]:
        """The chunks of these row ids, in the same order.

        Raises:
            StoreError: One is gone, because another process changed its document; not inside a `snapshot`.
        """
        with self._readers.snapshot() as connection:
            return records.chunks(connection, rowids)

    def vector_of(self, rowid: int) -> Vectors:
        """The vector of a chunk, shape ``(dimension,)``. Raises `StoreError` when there is no such chunk."""
        from ragkit.store.building import vectors_of

        with self._readers.snapshot() as connection:
            known, matrix = vectors_of(connection, self.dimension, [rowid])
        if not known:
            raise StoreError(f"Chunk {rowid} is not in the store.", "Search again.")
        vector: Vectors = matrix[0]
        return vector

    def document(self, uri: str) -> Document:
        """The document as it was ingested.

        Raises:
            UsageError: There is none; the nearest name is suggested.
        """
        with self._readers.snapshot() as connection:
            return records.document(connection, uri)

    def documents(self) -> Iterator[DocumentInfo]:
        """All documents, in order of uri."""
        with self._readers.snapshot() as connection:
            return iter(records.documents(connection))

    def resolve(self, name: str) -> DocumentInfo:
        """The document of that uri, or the only one whose uri begins with it or ends in ``/`` and it.

        Raises:
            UsageError: There is none, and the nearest name is suggested; or there are several, and they are named.
        """
        with self._readers.snapshot() as connection:
            return records.resolve(connection, name)

    def content_hashes(self) -> dict[str, FileState]:
        """For each uri, what tells whether its source has changed."""
        with self._readers.snapshot() as connection:
            return records.states(connection)

    def known_hashes(self, hashes: Iterable[str]) -> set[str]:
        """Those of the text hashes whose vectors need not be computed again."""
        with self._readers.snapshot() as connection:
            return records.known_hashes(connection, hashes)

    def failures(self) -> list[Failure]:
        """What could not be ingested, in order of uri."""
        with self._readers.snapshot() as connection:
            return records.failures(connection)

    def counts(self) -> Counts:
        """How many documents, chunks, vectors and failures there are."""
        with self._readers.snapshot() as connection:
            return records.counts(connection)

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
                counts=records.counts(connection),
                indexed=generation.count if generation else 0,
                pending=generations.pending(connection, generation),
                index_file=generation.file if generation else "",
                bytes=sum(_size(file) for file in self._path.rglob("*")),
            )

    @contextmanager
    def writing(self) -> Iterator[None]:
        """Holds the writer lock. Without effect inside another `writing`, and in a store opened with ``write``.

        Raises:
            StoreLocked: Another process is writing to the store.
        """
        self._lock.acquire()
        try:
            yield
        finally:
            self._release()

    @contextmanager
    def transaction(self) -> Iterator[Transaction]:
        """Changes that are committed together when the block ends, and undone when it raises.

        Raises:
            StoreError: The store is not open for writing.
        """
        from ragkit.store.writing import Transaction

        with self._changing() as connection:
            tx = Transaction(connection, self.dimension)
            yield tx
            tx.seal()

    def finish(self) -> bool:
        """Ends an ingest run: merges the index if enough has changed since, or its file is not sound."""
        from ragkit.store.recipes import recipe_for

        with self._readers.snapshot() as connection:
            generation = generations.live(connection)
            rows = connection.execute("SELECT count(*) FROM chunks").fetchone()[0]
            pending = generations.pending(connection, generation)
        recipe = recipe_for(self._identity.recipe, rows)
        if recipe is None or generation is None:
            due = (recipe is None) != (generation is None)
        else:
            due = recipe.due(generation.count, pending) or not self._sound(generation)
        if due:
            self.compact()
        return due

    def compact(self) -> None:
        """Writes the index anew from the vectors in SQLite, without the deleted rows. Embeds nothing.

        Raises:
            StoreError: The store is not open for writing.
        """
        from ragkit.store.building import compact

        with self._changing() as connection:
            compact(connection, self._path, self._identity)
        with self._readers.snapshot() as connection:
            generations.sweep(self._path, generations.live(connection))

    def close(self) -> None:
        """Lets go of files and locks."""
        while self._lock.held:
            self._release()
        self._readers.close()
        self._view = None

    def __enter__(self) -> Store:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    @contextmanager
    def _changing(self) -> Iterator[sqlite3.Connection]:
        """The write connection in a transaction that is committed when the block ends."""
        if not self._lock.held:
            raise StoreError(
                f"The store at {schema.shown(self._path)} is open for reading only.",
                "Open it with write=True, or use Store.writing().",
            )
        with self._turn, schema.translated(self._path):
            self._writer = connection = self._writer or schema.connect_writer(self._path)
            connection.execute("BEGIN IMMEDIATE")
            try:
                yield connection
                connection.execute("COMMIT")
            except BaseException:
                if connection.in_transaction:
                    connection.execute("ROLLBACK")
                raise

    def _release(self) -> None:
        if self._lock.release() and self._writer is not None:
            self._writer.close()
            self._writer = None

    def _seen(self, connection: sqlite3.Connection) -> View:
        """The view at the connection's commit."""
        from ragkit.store.view import refreshed

        now = schema.commits(connection)
        view = self._view
        if view is not None and view.commits == now:
            return view
        with self._viewing:
            view = refreshed(self._view, connection, self.dimension, self._index)
            if self._view is None or view.commits > self._view.commits:
                self._view = view
        return view

    def _index(self, connection: sqlite3.Connection, generation: Generation) -> FlatIndex:
        """The index of a generation; from SQLite when its file is not sound, which is mended if that can be."""
        from ragkit.store.building import open_index, rebuilt

        try:
            return open_index(self._path, generation, self.dimension)
        except StoreError as error:
            log.warning("%s Using the vectors in SQLite.", error.message)
        self._mend(generation)
        return rebuilt(connection, generation, self.dimension)

    def _mend(self, generation: Generation) -> None:
        """Write the file of a damaged generation anew, unless someone else is writing or nobody may."""
        from ragkit.store.building import compact

        if self._lock.held:
            return
        try:
            with self.writing(), self._changing() as connection:
                if generations.live(connection) == generation:
                    compact(connection, self._path, self._identity)
        except StoreError as error:
            log.info("The index stays as it is: %s", error)

    def _sound(self, generation: Generation) -> bool:
        from ragkit.store.building import open_index

        try:
            open_index(self._path, generation, self.dimension)
        except StoreError as error:
            log.warning("%s It is written anew.", error.message)
            return False
        return True


def _size(file: Path) -> int:
    try:
        return file.stat().st_size if file.is_file() else 0
    except FileNotFoundError:
        # another process has just tidied it away
        return 0
