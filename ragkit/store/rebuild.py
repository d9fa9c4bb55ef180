"""A store made anew beside the live one, and put in its place in one transaction.

The new one is an ordinary store in a folder of the live one, made from the texts that the catalogue holds. Its pages
replace those of the live catalogue as one commit of the write-ahead log (SQLite's backup interface), so readers go on
with what they see, and then see the new state. Killed before that commit, the live store is what it was.
"""

from __future__ import annotations

import shutil
import sqlite3
from pathlib import Path

from ragkit.errors import StoreError
from ragkit.store import files, generations, schema
from ragkit.store.schema import Identity
from ragkit.store.store import Store

FOLDER = "reindex"
BASIS = "basis"
"""Key of the new store's ``meta``: the commit of the live store that it is made from."""
CARRIED = (
    ("SELECT uri, reason, attempts FROM failures", "INSERT OR REPLACE INTO failures VALUES (?, ?, ?)"),
    ("SELECT uri, content_hash FROM forgotten", "INSERT OR REPLACE INTO forgotten VALUES (?, ?)"),
    ("SELECT uri, options FROM roots", "INSERT OR REPLACE INTO roots VALUES (?, ?)"),
)
"""Tables that do not depend on embedder or chunker: how to read and how to write them."""


def beside(store: Store, *, embedder: str, dimension: int, chunker: str, recipe: str) -> Store:
    """The store to be, open for writing, which must be filled with the documents of ``store`` and then given to `swap`.

    It holds what an earlier run left that was cut short, if that was for the same fingerprints and ``store`` has not
    changed since. Its row ids and file names continue those of ``store``: none is ever used twice.
    """
    folder = store.path / FOLDER
    with store.connected() as connection:
        basis = schema.commits(connection)
        counters = connection.execute("SELECT name, seq FROM sqlite_sequence").fetchall()
    if left := _left(folder, (embedder, dimension, chunker, recipe, basis)):
        return left
    discard(store.path)
    made = Store.create(
        folder, embedder_fingerprint=embedder, dimension=dimension, chunker_fingerprint=chunker, recipe=recipe
    )
    with made.connected() as connection:
        connection.execute("BEGIN IMMEDIATE")
        connection.executemany("INSERT INTO sqlite_sequence VALUES (?, ?)", counters)
        connection.execute("INSERT INTO meta VALUES (?, ?)", (BASIS, basis))
        connection.execute("COMMIT")
    return made


def swap(store: Store, made: Store) -> None:
    """Put ``made`` in the place of ``store`` and tidy up; both are open for writing, and ``made`` is closed.

    Raises:
        StoreError: ``store`` has changed since ``made`` was begun.
    """
    made.compact()
    with store.connected() as live, made.connected() as new:
        identity = schema.read_identity(live, store.path)
        basis = new.execute("SELECT value FROM meta WHERE key = ?", (BASIS,)).fetchone()[0]
        if basis != identity.commits:
            raise StoreError(f"The store at {schema.shown(store.path)} was changed meanwhile.", "Run: ragkit reindex")
        _carry(live, new, identity)
        _place_index(new, made.path, store.path)
        new.backup(live)
        live.execute("DELETE FROM meta WHERE key = ?", (BASIS,))
    made.close()
    store.sweep()
    discard(store.path)


def discard(path: Path) -> None:
    """Remove what a rebuilding of the store at ``path`` that was cut short has left."""
    if (path / FOLDER).exists():
        shutil.rmtree(path / FOLDER)


def _left(folder: Path, wanted: tuple[str, int, str, str, int]) -> Store | None:
    """The store that an earlier run left, if it is of use."""
    try:
        store = Store.open(folder, write=True)
        with store.connected() as connection:
            found = schema.read_identity(connection, folder)
            basis = connection.execute("SELECT value FROM meta WHERE key = ?", (BASIS,)).fetchone()
    except StoreError:
        # killed before it was one, or damaged: there is nothing to be had from it
        return None
    if basis and (found.embedder, found.dimension, found.chunker, found.recipe, basis[0]) == wanted:
        return store
    store.close()
    return None


def _carry(live: sqlite3.Connection, new: sqlite3.Connection, identity: Identity) -> None:
    """What the new catalogue takes over from the live one, in one transaction."""
    new.execute("BEGIN IMMEDIATE")
    for read, write in CARRIED:
        new.executemany(write, live.execute(read))
    about = {"commits": identity.commits + 1, "created_by": identity.created_by}
    new.executemany("UPDATE meta SET value = ?2 WHERE key = ?1", about.items())
    new.execute("COMMIT")


def _place_index(new: sqlite3.Connection, source: Path, target: Path) -> None:
    """The file of the new store's generation, into the folder of the live one."""
    generation = generations.live(new)
    if generation is None:
        return
    folder = target / generations.FOLDER
    folder.mkdir(exist_ok=True)
    (source / generations.FOLDER / generation.file).replace(folder / generation.file)
    files.flush_folder(folder)
