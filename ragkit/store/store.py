"""The store: the one object through which documents, chunks and vectors are written, found and read.

A store may be used from several threads: each reads on a connection of its own, and writers take turns. It sees what
other processes commit. Between them there is one writer at a time, told by a lock that dies with its process.
"""

from __future__ import annotations

import logging
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING

from ragkit.errors import StoreError
from ragkit.store import files, generations, schema
from ragkit.store.generations import Generation
from ragkit.store.lock import WriterLock
from ragkit.store.lookup import Lookup
from ragkit.store.migrate import migrate
from ragkit.store.pool import Readers
from ragkit.store.recipes import DEFAULT
from ragkit.store.records import Counts as Counts
from ragkit.store.records import DocumentInfo as DocumentInfo
from ragkit.store.records import Failure as Failure
from ragkit.store.records import FileState as FileState
from ragkit.store.records import Forgotten as Forgotten
from ragkit.store.records import Root as Root
from ragkit.store.records import StoreInfo as StoreInfo
from ragkit.store.records import UnreadPart as UnreadPart

if TYPE_CHECKING:
    from ragkit.store.writing import Transaction

log = logging.getLogger(__name__)


class Store(Lookup):
    """A store, open. Made by `Store.create` and `Store.open`; `close` it, or use it in a ``with`` statement."""

    def __init__(self, path: Path, readers: Readers) -> None:
        super().__init__(path, readers)
        self._lock = WriterLock(path)
        self._file = (path / schema.FILE).absolute()
        self._opened_file = files.device_and_number(self._file)
        self._turn = threading.RLock()
        self._writer: sqlite3.Connection | None = None

    @property
    def in_place(self) -> bool:
        """Whether the file that is open is still the one at the store's place: it may have been removed or replaced."""
        return files.device_and_number(self._file) == self._opened_file

    @classmethod
    def create(
        cls,
        path: str | Path,
        *,
        embedder_fingerprint: str,
        dimension: int,
        chunker_fingerprint: str,
        recipe: str = DEFAULT,
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
                f"No store can be made at {schema.shown(path)}: {error.strerror}.", "Name another folder for the store."
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

        A store of an older make is migrated in place first, behind a backup of its catalogue.

        Raises:
            StoreMissing: There is none.
            StoreMismatch: It was made by a newer version.
            StoreLocked: Another process is writing to it, and ``write`` is set or the store is of an older make.
            StoreError: It is damaged, or no store at all, or of an older make where nothing can be written.
        """
        path = Path(path)
        if not (path / schema.FILE).is_file():
            raise schema.missing(path)
        migrate(path)
        readers = Readers(path)
        try:
            with readers.snapshot() as connection:
                schema.read_identity(connection, path)
            store = cls(path, readers)
            if write:
                store._lock.acquire()
        except BaseException:
            readers.close()
            raise
        return store

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
        """Ends an ingest run: merges the index if enough has changed since, or its file is not sound.

        Completes a forgetting that was cut short.
        """
        from ragkit.store.erase import complete
        from ragkit.store.recipes import recipe_for

        if complete(self):
            return True
        with self._readers.snapshot() as connection:
            generation = generations.live(connection)
            rows = connection.execute("SELECT count(*) FROM chunks").fetchone()[0]
            pending = generations.pending(connection, generation)
            recipe = recipe_for(schema.read_identity(connection, self._path).recipe, rows)
        if recipe is None or generation is None:
            due = (recipe is None) != (generation is None)
        else:
            due = recipe.due(generation.count, pending) or not self._sound(generation)
        if due:
            self._compact(anew=False)
        else:
            # A merge that was killed after its commit has left the file that it replaced.
            self.sweep()
        return due

    def compact(self, recipe: str = "") -> None:
        """Writes the index anew from the vectors in SQLite, without the deleted rows. Embeds nothing.

        Args:
            recipe: The index recipe from now on, if another.

        Raises:
            StoreError: The store is not open for writing.
            UsageError: There is no index recipe of that name.
        """
        self._compact(recipe, anew=True)

    def sweep(self) -> None:
        """Removes index files that are not in use."""
        with self._readers.snapshot() as connection:
            generations.sweep(self._path, generations.live(connection))

    def backup(self, target: str | Path) -> None:
        """A copy of the store in the new folder ``target``, as of one commit, whoever writes meanwhile.

        Raises:
            StoreError: There is something at ``target`` already, or it cannot be written.
        """
        from ragkit.store.backup import back_up

        with self._readers.snapshot() as connection:
            back_up(connection, self._path, Path(target))

    @contextmanager
    def connected(self) -> Iterator[sqlite3.Connection]:
        """The write connection, in no transaction: for what `ragkit.store` does to a store as a whole.

        Raises:
            StoreError: The store is not open for writing.
        """
        if not self._lock.held:
            raise StoreError(
                f"The store at {schema.shown(self._path)} is open for reading only.",
                "Open it with write=True, or use Store.writing().",
            )
        with self._turn, schema.translated(self._path):
            self._writer = self._writer or schema.connect_writer(self._path)
            yield self._writer

    def close(self) -> None:
        """Lets go of files and locks."""
        while self._lock.held:
            self._release()
        self._readers.close()
        self.unlearn()

    def __enter__(self) -> Store:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    @contextmanager
    def _changing(self) -> Iterator[sqlite3.Connection]:
        """The write connection in a transaction that is committed when the block ends."""
        with self.connected() as connection:
            connection.execute("BEGIN IMMEDIATE")
            try:
                yield connection
                connection.execute("COMMIT")
            except BaseException:
                if connection.in_transaction:
                    connection.execute("ROLLBACK")
                raise

    def _compact(self, recipe: str = "", *, anew: bool) -> None:
        from ragkit.store.building import compact
        from ragkit.store.recipes import load_recipe

        with self._changing() as connection:
            if recipe:
                load_recipe(recipe)
                connection.execute("UPDATE meta SET value = ? WHERE key = 'recipe'", (recipe,))
            compact(connection, self._path, schema.read_identity(connection, self._path), anew=anew)
        self.sweep()

    def _release(self) -> None:
        if self._lock.release() and self._writer is not None:
            self._writer.close()
            self._writer = None

    def _mend(self, generation: Generation) -> None:
        """Write the file of a damaged generation anew, unless someone else is writing or nobody may."""
        from ragkit.store.building import compact

        if self._lock.held:
            return
        try:
            with self.writing(), self._changing() as connection:
                if generations.live(connection) == generation:
                    compact(connection, self._path, schema.read_identity(connection, self._path))
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
