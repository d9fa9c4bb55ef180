"""From the vectors in SQLite to a FAISS file and back: derived, so it can always be made again.

A file is written under another name, flushed to the disk and renamed before the row that makes it the live one is
committed. Killed in between, the store keeps its old generation and the new file is swept away by the next merge.
"""

from __future__ import annotations

import json
import logging
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from ragkit.errors import StoreError
from ragkit.store import files, generations
from ragkit.store.generations import FOLDER, Generation, misplaced
from ragkit.store.recipes import Recipe, load_recipe, recipe_for
from ragkit.store.schema import Identity
from ragkit.store.vectors import FaissIndex

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from ragkit.protocols import Vectors

log = logging.getLogger(__name__)

BATCH = 8_192
"""Rows that are in memory at once while an index is built."""


def compact(connection: sqlite3.Connection, path: Path, identity: Identity, *, anew: bool = True) -> None:
    """A new generation of all chunks, or none when they are few, in the transaction that is open.

    Unless it must be made ``anew``, rows that were only added go into a copy of the index that is live.
    """
    rows, last = connection.execute("SELECT count(*), max(id) FROM chunks").fetchone()
    recipe = recipe_for(identity.recipe, rows)
    if recipe is None or not rows:
        generations.retire(connection)
    else:
        made = None if anew else _extended(connection, path, recipe, identity.dimension, last)
        write(connection, path, recipe, made or build(connection, recipe, identity.dimension, last), last)
    connection.execute("UPDATE meta SET value = value + 1 WHERE key = 'commits'")


def open_index(path: Path, generation: Generation, dimension: int, *, mapped: bool = True) -> FaissIndex:
    """The index of a generation; ``path`` is the store's folder. One that is not ``mapped`` can be added to.

    Raises:
        StoreError: The file is missing or is not what the store wrote, by its size, count or dimension.
    """
    file = path / FOLDER / generation.file
    trouble = misplaced(file, generation)
    if not trouble:
        try:
            index = FaissIndex.read(file, generation.parameters, mapped=mapped)
        except (RuntimeError, MemoryError) as error:
            log.debug("FAISS on %s: %s", file, error)
            trouble = "cannot be read by FAISS"
        else:
            if (index.count, index.dimension) == (generation.count, dimension):
                return index
            trouble = f"holds {index.count} vectors of {index.dimension} dimensions, not {generation.count}"
    raise StoreError(f"The index file {generation.file} {trouble}.", "Run: ragkit ingest PATH")


def rebuilt(connection: sqlite3.Connection, generation: Generation, dimension: int) -> FaissIndex:
    """The index of a generation in memory, for when its file is not sound."""
    rows = _rows(connection, generation.max_rowid)
    recipe = recipe_for(generation.recipe, rows) or load_recipe("flat")
    return build(connection, recipe, dimension, generation.max_rowid)[0]


def build(connection: sqlite3.Connection, recipe: Recipe, dimension: int, max_rowid: int) -> tuple[FaissIndex, str]:
    """An index of the chunks up to ``max_rowid`` from the vectors in SQLite, and its search parameters."""
    rows = _rows(connection, max_rowid)
    factory, parameters = recipe.strings(rows, dimension)
    index = FaissIndex.train(factory, parameters, _sample(connection, dimension, max_rowid, rows, recipe.sample(rows)))
    for ids, matrix in _batches(connection, dimension, max_rowid):
        index.add(ids, matrix)
    return index, parameters


def _extended(
    connection: sqlite3.Connection, path: Path, recipe: Recipe, dimension: int, max_rowid: int
) -> tuple[FaissIndex, str] | None:
    """The live index with the rows since; None where rows were deleted, or it is not sound, or has been outgrown."""
    generation = generations.live(connection)
    if generation is None or generation.recipe != recipe.name or generations.masked(connection):
        return None
    try:
        index = open_index(path, generation, dimension, mapped=False)
    except StoreError:
        return None
    # what is damaged must not be copied and called sound
    if files.checksum(path / FOLDER / generation.file) != generation.sha256:
        return None
    if not recipe.suits(index.lists, _rows(connection, max_rowid)):
        return None
    for ids, matrix in _batches(connection, dimension, max_rowid, after=generation.max_rowid):
        index.add(ids, matrix)
    return index, generation.parameters


def write(
    connection: sqlite3.Connection, path: Path, recipe: Recipe, made: tuple[FaissIndex, str], max_rowid: int
) -> None:
    """Write an index and its search parameters, and make it the live generation of the transaction that is open."""
    index, parameters = made
    number = connection.execute("SELECT seq FROM sqlite_sequence WHERE name = 'generations'").fetchone()
    file = path / FOLDER / f"gen-{(number[0] if number else 0) + 1}.faiss"
    digest, size = _written(index, file)
    generations.retire(connection)
    connection.execute(
        """INSERT INTO generations (file, recipe, parameters, rescore, sha256, size, count, max_rowid)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?)""",
        (file.name, recipe.name, parameters, recipe.rescore, digest, size, index.count, max_rowid),
    )


def _written(index: FaissIndex, file: Path) -> tuple[str, int]:
    """The index in a file that is whole and on the disk; its SHA-256 and size."""
    draft = file.with_suffix(".tmp")
    try:
        file.parent.mkdir(exist_ok=True)
        index.write(draft)
        files.flush(draft)
        digest, size = files.checksum(draft), draft.stat().st_size
        draft.replace(file)
        files.flush_folder(file.parent)
    except (OSError, RuntimeError) as error:
        # FAISS raises RuntimeError when a disk is full
        raise StoreError(
            f"The index file {file.name} cannot be written: {error}.", "Check the disk's room and permissions."
        ) from error
    return digest, size


def vectors_from(connection: sqlite3.Connection, dimension: int, first: int) -> tuple[NDArray[np.int64], Vectors]:
    """Row ids from ``first`` on, ascending, and their vectors, shape ``(n, dimension)``."""
    rows = connection.execute(
        "SELECT c.id, v.vector FROM chunks c JOIN vectors v ON v.id = c.vector_id WHERE c.id >= ? ORDER BY c.id",
        (first,),
    ).fetchall()
    ids = np.fromiter((row[0] for row in rows), dtype=np.int64, count=len(rows))
    return ids, unpacked((row[1] for row in rows), dimension)


def vectors_of(connection: sqlite3.Connection, dimension: int, rowids: Sequence[int]) -> tuple[list[int], Vectors]:
    """Those of the row ids that exist, ascending, and their vectors, shape ``(n, dimension)``."""
    rows = connection.execute(
        """SELECT c.id, v.vector FROM chunks c JOIN vectors v ON v.id = c.vector_id
        WHERE c.id IN (SELECT value FROM json_each(?)) ORDER BY c.id""",
        (json.dumps(list(rowids)),),
    ).fetchall()
    return [row[0] for row in rows], unpacked((row[1] for row in rows), dimension)


def vectors_by_hash(connection: sqlite3.Connection, dimension: int, hashes: Iterable[str]) -> tuple[list[str], Vectors]:
    """Those of the text hashes that are there, and their vectors, shape ``(n, dimension)``."""
    rows = connection.execute(
        "SELECT text_hash, vector FROM vectors WHERE text_hash IN (SELECT value FROM json_each(?))",
        (json.dumps(list(hashes)),),
    ).fetchall()
    return [row[0] for row in rows], unpacked((row[1] for row in rows), dimension)


def unpacked(blobs: Iterable[bytes], dimension: int) -> Vectors:
    """Stored vectors as a matrix of shape ``(n, dimension)``."""
    return np.frombuffer(b"".join(blobs), dtype="<f2").reshape(-1, dimension).astype(np.float32)


def packed(matrix: Vectors) -> list[bytes]:
    """Vectors as they are stored: float16, little-endian, one blob a row."""
    return [row.tobytes() for row in matrix.astype("<f2")]


def _rows(connection: sqlite3.Connection, max_rowid: int) -> int:
    return int(connection.execute("SELECT count(*) FROM chunks WHERE id <= ?", (max_rowid,)).fetchone()[0])


def _sample(connection: sqlite3.Connection, dimension: int, max_rowid: int, rows: int, wanted: int) -> Vectors:
    """About ``wanted`` vectors, spread evenly over the rows."""
    parts = [np.empty((0, dimension), dtype=np.float32)]
    if wanted:
        stride = max(1, -(-rows // wanted))
        parts += [matrix for _, matrix in _batches(connection, dimension, max_rowid, stride)]
    return np.concatenate(parts)


def _batches(
    connection: sqlite3.Connection, dimension: int, max_rowid: int, stride: int = 1, after: int = 0
) -> Iterator[tuple[NDArray[np.int64], Vectors]]:
    """Rows beyond ``after`` and up to ``max_rowid``, ascending, in batches; of several, one in ``stride``."""
    cursor = connection.execute(
        """SELECT c.id, v.vector FROM chunks c JOIN vectors v ON v.id = c.vector_id
        WHERE c.id > ? AND c.id <= ? AND c.id % ? = 0 ORDER BY c.id""",
        (after, max_rowid, stride),
    )
    while rows := cursor.fetchmany(BATCH):
        yield np.array([row[0] for row in rows], dtype=np.int64), unpacked((row[1] for row in rows), dimension)
