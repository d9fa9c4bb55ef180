"""Is a store sound, and is nothing lost? Everything that opening takes on trust, line by line.

`check` is what ``ragkit doctor`` asks; ``ragkit status --prove`` has `examine` look for each chunk by its own vector
and words, too.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from ragkit.errors import StoreError, StoreMissing
from ragkit.store import codec, erase, files, generations, rebuild, schema
from ragkit.store.generations import Generation
from ragkit.store.pool import Readers

if TYPE_CHECKING:
    from ragkit.store.store import Store

ANEW = "Move the store away and run: ragkit ingest PATH"
AGAIN = "Run: ragkit remove {uri}, then: ragkit ingest PATH"
SHOWN = 5
"""Findings of one kind that `ragkit doctor` names: pairs of documents, and parts that were not read."""
ROWS = {
    "chunks cannot be found by their words": (
        "SELECT count(*) FROM chunks WHERE id NOT IN (SELECT rowid FROM chunks_fts)"
    ),
    "texts in the full-text index belong to no chunk": (
        "SELECT count(*) FROM chunks_fts WHERE rowid NOT IN (SELECT id FROM chunks)"
    ),
    "chunks have no vector": "SELECT count(*) FROM chunks WHERE vector_id NOT IN (SELECT id FROM vectors)",
    "chunks belong to no document": "SELECT count(*) FROM chunks WHERE document_id NOT IN (SELECT id FROM documents)",
    "tombstones stand on living chunks": "SELECT count(*) FROM tombstones WHERE id IN (SELECT id FROM chunks)",
}


@dataclass(frozen=True, slots=True)
class Finding:
    """What was looked at and, unless it is well, what mends it. A warning costs room or time, never an answer."""

    level: Literal["error", "warning", "ok"]
    what: str
    remedy: str


@dataclass(frozen=True, slots=True)
class Line:
    """One thing that was looked at, in so many places, and what was found amiss."""

    what: str
    looked: int
    findings: tuple[Finding, ...]

    @property
    def proven(self) -> bool:
        """Whether no error was found."""
        return not any(finding.level == "error" for finding in self.findings)


def check(path: Path) -> list[Finding]:
    """What is wrong with the store; empty when it is sound. Reads all of it.

    Raises:
        StoreMissing: There is none.
    """
    return [finding for line in examine(path) for finding in line.findings]


def resembling(path: Path) -> list[Finding]:
    """Documents of a sound store that say nearly the same."""
    from ragkit.store.duplicates import near_duplicates

    readers = Readers(path)
    try:
        with readers.snapshot() as connection:
            pairs = near_duplicates(connection)
    finally:
        readers.close()
    if not pairs:
        return []
    some = ", ".join(f"{pair.second} and {pair.first} ({pair.resemblance:.0%})" for pair in pairs[:SHOWN])
    more = f", and {len(pairs) - SHOWN} more" if len(pairs) > SHOWN else ""
    say = "1 document says" if len(pairs) == 1 else f"{len(pairs)} documents say"
    what = f"{say} nearly the same as another: {some}{more}."
    return [Finding("warning", what, "Remove what is not needed: ragkit remove URI, or ragkit forget URI")]


def read_whole(store: Store) -> Line:
    """What the store knows that it has not: a warning for each part of a document that could not be read."""
    with store.snapshot():
        findings = (
            Finding(
                "warning",
                f"{part.uri} is not whole: {part.what}.",
                f"Install {part.needs} and run: ragkit ingest PATH" if part.needs else "",
            )
            for part in store.unread()
        )
        return Line("documents that were read whole, or are told of", store.counts().documents, tuple(findings))


def examine(path: Path, *, thorough: bool = False) -> list[Line]:
    """Each thing that must hold of a store, as of one commit.

    Args:
        path: The store's folder.
        thorough: Search for chunks by their own vectors and words, too.

    Raises:
        StoreMissing: There is none.
    """
    if not (path / schema.FILE).is_file():
        raise schema.missing(path)
    readers = Readers(path)
    try:
        with readers.snapshot() as connection:
            identity = schema.read_identity(connection, path)
            lines = [
                Line("pages of the catalogue", _count(connection, "PRAGMA page_count"), (*_database(connection),)),
                Line(
                    "chunks with one vector and one full-text row",
                    _count(connection, "SELECT count(*) FROM chunks"),
                    (*_rows(connection, identity.dimension),),
                ),
                *_tiling(connection),
                _index(connection, path, identity.dimension),
                Line("traces of runs that were cut short", 0, (*_leftovers(connection, path),)),
            ]
            return lines + (_searches(path) if thorough else [])
    except StoreMissing:
        raise
    except StoreError as error:
        return [Line("the catalogue", 0, (Finding("error", error.message, error.hint),))]
    finally:
        readers.close()


def _searches(path: Path) -> list[Line]:
    from ragkit.store.selfsearch import search_for_all
    from ragkit.store.store import Store

    with Store.open(path) as store:
        return search_for_all(store)


def _count(connection: sqlite3.Connection, statement: str, *values: object) -> int:
    return int(connection.execute(statement, values).fetchone()[0])


def _database(connection: sqlite3.Connection) -> Iterator[Finding]:
    for (trouble,) in connection.execute("PRAGMA integrity_check(10)"):
        if trouble != "ok":
            yield Finding("error", f"SQLite finds the catalogue damaged: {trouble}.", ANEW)
    for table, *_ in connection.execute("PRAGMA foreign_key_check"):
        yield Finding("error", f"A row of {table} refers to nothing.", ANEW)


def _rows(connection: sqlite3.Connection, dimension: int) -> Iterator[Finding]:
    """Chunks, full text and vectors must be there for each other."""
    counts = {what: _count(connection, statement) for what, statement in ROWS.items()}
    counts["vectors have the wrong length"] = _count(
        connection, "SELECT count(*) FROM vectors WHERE length(vector) <> 2 * ?", dimension
    )
    for what, count in counts.items():
        if count:
            yield Finding("error", f"{count} {what}.", ANEW)
    loose = _count(connection, "SELECT count(*) FROM vectors WHERE id NOT IN (SELECT vector_id FROM chunks)")
    if loose:
        yield Finding("warning", f"{loose} vectors belong to no chunk.", ANEW)


def _index(connection: sqlite3.Connection, path: Path, dimension: int) -> Line:
    generation = generations.live(connection)
    what = "rows of the index, each a chunk's or a deleted one's"
    if generation is None:
        return Line(what, 0, ())
    return Line(what, generation.count, (*_generation(connection, path, generation, dimension),))


def _generation(
    connection: sqlite3.Connection, path: Path, generation: Generation, dimension: int
) -> Iterator[Finding]:
    """The file is what was written, and holds the chunks up to its last row and nothing else."""
    file = path / generations.FOLDER / generation.file
    remedy = f"Delete {schema.shown(file)}: the next search writes it anew from the catalogue."
    trouble = generations.misplaced(file, generation)
    if not trouble and files.checksum(file) != generation.sha256:
        trouble = "is not what was written: its checksum differs"
    if trouble:
        yield Finding("error", f"The index file {generation.file} {trouble}.", remedy)
    expected = _count(
        connection,
        "SELECT (SELECT count(*) FROM chunks WHERE id <= ?) + (SELECT count(*) FROM tombstones)",
        generation.max_rowid,
    )
    if expected != generation.count:
        yield Finding("error", f"The index has {generation.count} rows, the catalogue {expected}.", remedy)
    elif not trouble and (wrong := _strange_rows(connection, path, generation, dimension)):
        yield Finding("error", f"{wrong} rows of the index are not the catalogue's.", remedy)


def _strange_rows(connection: sqlite3.Connection, path: Path, generation: Generation, dimension: int) -> int:
    """How many ids the index has that it should not have; as many are then missing, as the counts are equal."""
    import numpy as np

    from ragkit.store.building import open_index

    ids = open_index(path, generation, dimension).ids
    rows = connection.execute(
        "SELECT id FROM chunks WHERE id <= ? UNION ALL SELECT id FROM tombstones", (generation.max_rowid,)
    )
    known = np.fromiter((row[0] for row in rows), dtype=np.int64)
    return len(np.setdiff1d(ids, known)) + len(ids) - len(np.unique(ids))


def _leftovers(connection: sqlite3.Connection, path: Path) -> Iterator[Finding]:
    for stray in generations.strays(path, generations.live(connection)):
        yield Finding("warning", f"{stray.name} is left over from a run that was cut short.", "Run: ragkit ingest PATH")
    if (path / rebuild.FOLDER).exists():
        what = f"{rebuild.FOLDER} is left over from a reindexing that was cut short."
        yield Finding("warning", what, "Run: ragkit reindex, as then, or delete that folder.")
    if connection.execute("SELECT 1 FROM meta WHERE key = ?", (erase.PENDING,)).fetchone():
        yield Finding("warning", "What was forgotten is still in the store's bytes.", "Run: ragkit ingest PATH")


def _tiling(connection: sqlite3.Connection) -> list[Line]:
    """The chunks of a document are its text: each is what stands at its place, and only white space is in none."""
    findings: list[Finding] = []
    documents = characters = covered = 0
    for number, uri, *blobs in connection.execute("SELECT id, uri, text, structure FROM documents ORDER BY uri"):
        documents += 1
        try:
            text, _ = map(codec.unpack_text, blobs)
        except ValueError as error:
            what = f"What the store holds of {uri} is damaged: {error}."
            findings.append(Finding("error", what, AGAIN.format(uri=uri)))
            continue
        missed = 0
        for what, lost in _untold(connection, number, text):
            findings.append(Finding("error", what.format(uri=uri), AGAIN.format(uri=uri)))
            missed += lost
        characters += len(text)
        covered += len(text) - missed
    share = covered / characters if characters else 1.0
    # Rounded down: what lacks a word is not all of it.
    told = f"{int(share * 10_000) / 100:g} %"
    return [
        Line("documents that their chunks tile", documents, tuple(findings)),
        Line(f"characters of text, {told} of which are in chunks", characters, ()),
    ]


def _untold(connection: sqlite3.Connection, number: int, text: str) -> Iterator[tuple[str, int]]:
    """What is amiss with the chunks of a document, and how many characters of its text it costs."""
    rows = connection.execute(
        """SELECT c.start, c.stop, f.text FROM chunks c JOIN chunks_fts f ON f.rowid = c.id
        WHERE c.document_id = ? ORDER BY c.start""",
        (number,),
    )
    done = 0
    for start, stop, passage in rows:
        if text[start:stop] != passage:
            yield f"A chunk of {{uri}} is not the text at {start}:{stop}.", stop - start
        if lost := text[done:start].strip():
            yield f"The text of {{uri}} at {done}:{start} is in no chunk.", len(lost)
        done = max(done, stop)
    if lost := text[done:].strip():
        yield f"The text of {{uri}} from {done} on is in no chunk.", len(lost)
