"""Is a store sound? What `ragkit doctor` asks: everything that opening takes on trust."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from ragkit.errors import StoreError, StoreMissing
from ragkit.store import codec, generations, schema
from ragkit.store.pool import Readers

ANEW = "Move the store away and run: ragkit ingest PATH"
ROWS = {
    "chunks cannot be found by their words": (
        "SELECT count(*) FROM chunks WHERE id NOT IN (SELECT rowid FROM chunks_fts)"
    ),
    "texts in the full-text index belong to no chunk": (
        "SELECT count(*) FROM chunks_fts WHERE rowid NOT IN (SELECT id FROM chunks)"
    ),
}
AGAIN = "Run: ragkit remove {uri}, then: ragkit ingest PATH"


@dataclass(frozen=True, slots=True)
class Finding:
    """What was looked at and, unless it is well, what mends it. A warning costs room or time, never an answer."""

    level: Literal["error", "warning", "ok"]
    what: str
    remedy: str


def check(path: Path) -> list[Finding]:
    """What is wrong with the store; empty when it is sound. Reads all of it.

    Raises:
        StoreMissing: There is none.
    """
    if not (path / schema.FILE).is_file():
        raise schema.missing(path)
    readers = Readers(path)
    try:
        with readers.snapshot() as connection:
            identity = schema.read_identity(connection, path)
            return [
                *_database(connection),
                *_rows(connection, identity.dimension),
                *_generation(connection, path),
                *_tiling(connection),
            ]
    except StoreMissing:
        raise
    except StoreError as error:
        return [Finding("error", error.message, error.hint)]
    finally:
        readers.close()


def _database(connection: sqlite3.Connection) -> Iterator[Finding]:
    for (trouble,) in connection.execute("PRAGMA integrity_check(10)"):
        if trouble != "ok":
            yield Finding("error", f"SQLite finds the catalogue damaged: {trouble}.", ANEW)
    for table, *_ in connection.execute("PRAGMA foreign_key_check"):
        yield Finding("error", f"A row of {table} refers to nothing.", ANEW)


def _rows(connection: sqlite3.Connection, dimension: int) -> Iterator[Finding]:
    """Chunks, full text and vectors must be there for each other."""
    counts = {what: connection.execute(statement).fetchone()[0] for what, statement in ROWS.items()}
    lengths = connection.execute("SELECT count(*) FROM vectors WHERE length(vector) <> 2 * ?", (dimension,))
    counts["vectors have the wrong length"] = lengths.fetchone()[0]
    for what, count in counts.items():
        if count:
            yield Finding("error", f"{count} {what}.", ANEW)
    loose = connection.execute("SELECT count(*) FROM vectors WHERE id NOT IN (SELECT vector_id FROM chunks)")
    if count := loose.fetchone()[0]:
        yield Finding("warning", f"{count} vectors belong to no chunk.", ANEW)


def _generation(connection: sqlite3.Connection, path: Path) -> Iterator[Finding]:
    generation = generations.live(connection)
    for stray in generations.strays(path, generation):
        yield Finding("warning", f"{stray.name} is left over from a run that was cut short.", "Run: ragkit ingest PATH")
    if generation is None:
        return
    file = path / generations.FOLDER / generation.file
    remedy = f"Delete {schema.shown(file)}: the next search writes it anew from the catalogue."
    trouble = generations.misplaced(file, generation)
    if not trouble and generations.checksum(file) != generation.sha256:
        trouble = "is not what was written: its checksum differs"
    if trouble:
        yield Finding("error", f"The index file {generation.file} {trouble}.", remedy)
    expected = connection.execute(
        "SELECT (SELECT count(*) FROM chunks WHERE id <= ?) + (SELECT count(*) FROM tombstones)",
        (generation.max_rowid,),
    ).fetchone()[0]
    if expected != generation.count:
        yield Finding("error", f"The index has {generation.count} rows, the catalogue {expected}.", remedy)


def _tiling(connection: sqlite3.Connection) -> Iterator[Finding]:
    """The chunks of a document are its text: each is what stands at its place, and only white space is in none."""
    for number, uri, blob in connection.execute("SELECT id, uri, text FROM documents ORDER BY uri"):
        text = codec.unpack_text(blob)
        rows = connection.execute(
            """SELECT c.start, c.stop, f.text FROM chunks c JOIN chunks_fts f ON f.rowid = c.id
            WHERE c.document_id = ? ORDER BY c.start""",
            (number,),
        )
        done = 0
        for start, stop, passage in rows:
            if text[start:stop] != passage:
                yield Finding("error", f"A chunk of {uri} is not the text at {start}:{stop}.", AGAIN.format(uri=uri))
            if text[done:start].strip():
                yield Finding("error", f"The text of {uri} at {done}:{start} is in no chunk.", AGAIN.format(uri=uri))
            done = max(done, stop)
        if text[done:].strip():
            yield Finding("error", f"The text of {uri} from {done} on is in no chunk.", AGAIN.format(uri=uri))
