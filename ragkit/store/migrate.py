"""Stores of an older make, brought to the present schema in place: one transaction, behind a copy of the catalogue.

Killed in between, the store is what it was, and the next one to open it begins anew.
"""

from __future__ import annotations

import json
import logging
import sqlite3
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from ragkit.errors import StoreError, StoreLocked
from ragkit.store import analysis, codec, files, schema
from ragkit.store.lock import WriterLock
from ragkit.types import Document, spans_within

log = logging.getLogger(__name__)

DOCUMENTS = """INSERT INTO {new} (id, uri, title, media_type, content_hash, size, mtime_ns, metadata, text, structure)
    SELECT id, uri, title, media_type, content_hash, size, mtime_ns, ?, text, ? FROM documents WHERE id = ?"""

UNREAD_OF_3 = (
    ("pages_without_text", "pages without text", "tesseract"),
    ("attachments_not_read", "attachments", ""),
    ("parts_not_read", "parts", ""),
)
"""Metadata of schema 3, what they count, and what may read it."""


def migrate(path: Path) -> None:
    """Bring the store at ``path`` to the present schema, if it is of an older one.

    Raises:
        StoreLocked: It is, and another process is writing to it.
        StoreError: It is, and cannot be written; or it is damaged, newer, or no store.
    """
    if not _outdated(path):
        return
    lock = _locked(path)
    try:
        with schema.translated(path), _connected(path) as connection:
            found = schema.version(connection, path)
            if found < schema.SCHEMA:
                backup = _back_up(connection, path, found)
                _upgrade(connection, found)
                log.info(
                    "The store at %s was migrated from schema %d to %d; %s holds its catalogue as it was.",
                    schema.shown(path),
                    found,
                    schema.SCHEMA,
                    backup.name,
                )
    finally:
        lock.release()


def backups(path: Path) -> list[Path]:
    """The catalogues that migrations have kept in the store's folder."""
    return sorted(path.glob(f"{schema.FILE}.v*.bak"))


def _locked(path: Path) -> WriterLock:
    lock = WriterLock(path)
    try:
        lock.acquire()
    except StoreLocked:
        raise
    except StoreError as error:
        raise StoreError(
            f"The store at {schema.shown(path)} is of an older make, and nothing can be written there to migrate it.",
            "Run, where it can be written: ragkit status",
        ) from error
    return lock


def _outdated(path: Path) -> bool:
    with schema.translated(path):
        connection = schema.connect_reader(path)
        try:
            return schema.version(connection, path) < schema.SCHEMA
        finally:
            connection.close()


@contextmanager
def _connected(path: Path) -> Iterator[sqlite3.Connection]:
    connection = schema.connect_writer(path)
    try:
        # a table that others refer to is made anew: SQLite wants this off, which it can be between transactions only
        connection.execute("PRAGMA foreign_keys = OFF")
        yield connection
    finally:
        connection.close()


def _back_up(connection: sqlite3.Connection, path: Path, found: int) -> Path:
    """A copy of the catalogue, complete or not there at all."""
    backup = path / f"{schema.FILE}.v{found}.bak"
    draft = backup.with_suffix(".tmp")
    draft.unlink(missing_ok=True)
    copy = sqlite3.connect(draft)
    try:
        connection.backup(copy)
        # one file, with nothing beside it
        copy.execute("PRAGMA journal_mode = DELETE")
    finally:
        copy.close()
    files.flush(draft)
    draft.replace(backup)
    files.flush_folder(path)
    return backup


def _upgrade(connection: sqlite3.Connection, found: int) -> None:
    connection.execute("BEGIN IMMEDIATE")
    try:
        for step in STEPS[found - 1 :]:
            step(connection)
        connection.execute(f"PRAGMA user_version = {schema.SCHEMA}")
        connection.execute("UPDATE meta SET value = value + 1 WHERE key = 'commits'")
        connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise


def _from_1(connection: sqlite3.Connection) -> None:
    """Metadata move from the packed structure to a column; collections, principals and two tables are new."""
    new = "documents_new"
    connection.execute(schema.DOCUMENTS.replace("documents", new, 1))
    for (number,) in connection.execute("SELECT id FROM documents").fetchall():
        [blob] = connection.execute("SELECT structure FROM documents WHERE id = ?", (number,)).fetchone()
        parts = json.loads(zlib.decompress(blob))
        metadata = json.dumps(parts.pop("metadata"), ensure_ascii=False, separators=(",", ":"))
        structure = zlib.compress(json.dumps(parts, separators=(",", ":")).encode("ascii"))
        connection.execute(DOCUMENTS.format(new=new), (metadata, structure, number))
    connection.execute("DROP TABLE documents")
    connection.execute(f"ALTER TABLE {new} RENAME TO documents")
    for statement in (*schema.DOCUMENT_INDEXES, schema.FORGOTTEN, schema.ROOTS):
        connection.execute(statement)


def _from_2(connection: sqlite3.Connection) -> None:
    """The full-text index is made anew with a column for what its tokenizer cannot find."""

    def extra(title: str, headings: str, text: str) -> str:
        return analysis.supplement(title, *json.loads(headings), text)

    new = "chunks_fts_new"
    connection.create_function("extra", 3, extra, deterministic=True)
    connection.execute(schema.FULL_TEXT.replace("chunks_fts", new, 1))
    connection.execute(
        f"""INSERT INTO {new} (rowid, title, headings, text, extra)
        SELECT rowid, title, headings, text, extra(title, headings, text) FROM chunks_fts"""  # noqa: S608 - a constant
    )
    connection.execute("DROP TABLE chunks_fts")
    connection.execute(f"ALTER TABLE {new} RENAME TO chunks_fts")


def _from_3(connection: sqlite3.Connection) -> None:
    """What was not read of documents has a table. Their metadata say how much it was; the next run says what."""
    for statement in schema.UNREAD:
        connection.execute(statement)
    for key, what, needs in UNREAD_OF_3:
        connection.execute(
            """INSERT INTO unread SELECT id, json_extract(metadata, ?1) || ?2, ?3 FROM documents
            WHERE json_type(metadata, ?1) = 'integer'""",
            (f"$.{key}", f" {what}: not read when it was taken in", needs),
        )


def _from_4(connection: sqlite3.Connection) -> None:
    """Chunks know what of them is code, by the blocks of their documents."""
    connection.execute("ALTER TABLE chunks ADD COLUMN code TEXT")
    chunks = "SELECT id, start, stop FROM chunks WHERE document_id = ?"
    for (number,) in connection.execute("SELECT id FROM documents").fetchall():
        [blob] = connection.execute("SELECT structure FROM documents WHERE id = ?", (number,)).fetchone()
        code = Document("", "", blocks=codec.unpack_blocks(blob)).code
        if code:
            rows = connection.execute(chunks, (number,)).fetchall()
            marked = ((codec.pack_spans(spans_within(code, start, end)), rowid) for rowid, start, end in rows)
            connection.executemany("UPDATE chunks SET code = ? WHERE id = ?", marked)


STEPS = (_from_1, _from_2, _from_3, _from_4)
"""The step at place n makes schema n + 2 of schema n + 1."""
