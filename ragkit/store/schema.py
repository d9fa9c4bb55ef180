"""The tables of a store, and connections to them.

Durability: write-ahead log with ``synchronous=FULL``, so a commit that returned survives a power cut. A commit is a
batch of documents that took seconds to embed; the one fsync it costs is not worth saving.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from ragkit.errors import StoreError, StoreMismatch, StoreMissing, UsageError

FILE = "store.sqlite"
SCHEMA = 5
APPLICATION = 0x7261676B
"""``ragk`` in ASCII: tells a store from any other SQLite file."""

DOCUMENTS = """CREATE TABLE documents (
    id INTEGER PRIMARY KEY, uri TEXT NOT NULL UNIQUE, title TEXT NOT NULL, media_type TEXT NOT NULL,
    content_hash TEXT NOT NULL, size INTEGER NOT NULL, mtime_ns INTEGER NOT NULL,
    collection TEXT NOT NULL DEFAULT 'default', metadata TEXT NOT NULL DEFAULT '{}',
    principals TEXT NOT NULL DEFAULT '[]', text BLOB NOT NULL, structure BLOB NOT NULL)"""
"""``metadata`` is a JSON object of scalars; ``principals`` a JSON array of those who may see the document, empty for
all. The blobs come last, so that a listing never reads their overflow pages."""
DOCUMENT_INDEXES = (
    "CREATE INDEX documents_by_hash ON documents (content_hash)",
    "CREATE INDEX documents_by_collection ON documents (collection)",
)
FORGOTTEN = "CREATE TABLE forgotten (uri TEXT PRIMARY KEY, content_hash TEXT NOT NULL) WITHOUT ROWID"
"""Sources that are never to be taken in again, by name or by content."""
TOKENIZER = "porter unicode61 remove_diacritics 2"
"""Nothing but letters and digits makes a token: "PL-10" is two, found by PL-10 as a phrase and by "PL 10" as words."""
FULL_TEXT = f"CREATE VIRTUAL TABLE chunks_fts USING fts5 (title, headings, text, extra, tokenize = '{TOKENIZER}')"
"""The only place that holds the text of chunks. A table with content of its own, because deleting from one without
(contentless or external) needs the old values exactly, or SQLite 3.43. ``extra``: see `ragkit.store.analysis`."""
POSTINGS = "CREATE VIRTUAL TABLE temp.postings USING fts5vocab (main, chunks_fts, instance)"
"""What a reader's connection has beside the tables of the file: each occurrence of each token."""
MAPPED = 0 if os.name == "nt" else 2**40
"""Bytes of the file that a reader maps instead of copying page by page: half the time in a million chunks. SQLite
stops at 2 GiB. None on Windows, where `ragkit forget` could not shorten a file that is mapped."""
LOG_PAGES = 8_000
"""Pages of 4 KiB in the log before it is copied into the file. One batch writes more than the 1,000 that are SQLite's
own bound, many of them pages that the next ones write again."""
ROOTS = "CREATE TABLE roots (uri TEXT PRIMARY KEY, options TEXT NOT NULL DEFAULT '{}') WITHOUT ROWID"
"""Files and folders that were ingested, and how, as a JSON object: what ``status --prove`` compares the store with."""

UNREAD = (
    """CREATE TABLE unread (
        document_id INTEGER NOT NULL REFERENCES documents (id), what TEXT NOT NULL, needs TEXT NOT NULL)""",
    "CREATE INDEX unread_of_document ON unread (document_id)",
)
"""The parts of documents that could not be read, and the program that reads each where it was not installed. A table of
its own: a column would stand behind the blobs, or every document would be written anew to put it before them."""

TABLES = (
    "CREATE TABLE meta (key TEXT PRIMARY KEY, value NOT NULL) WITHOUT ROWID",
    DOCUMENTS,
    *DOCUMENT_INDEXES,
    "CREATE TABLE vectors (id INTEGER PRIMARY KEY, text_hash TEXT NOT NULL UNIQUE, vector BLOB NOT NULL)",
    # AUTOINCREMENT: a row id is never used twice, so an index that lags can miss a chunk but never name another one.
    # ``code`` is a JSON array of the pairs of offsets between which the chunk is code, null without any.
    """CREATE TABLE chunks (
        id INTEGER PRIMARY KEY AUTOINCREMENT, document_id INTEGER NOT NULL REFERENCES documents (id),
        vector_id INTEGER NOT NULL REFERENCES vectors (id), start INTEGER NOT NULL, stop INTEGER NOT NULL,
        line_first INTEGER, line_last INTEGER, page INTEGER, code TEXT)""",
    "CREATE INDEX chunks_of_document ON chunks (document_id)",
    "CREATE INDEX chunks_of_vector ON chunks (vector_id)",
    FULL_TEXT,
    "CREATE TABLE failures (uri TEXT PRIMARY KEY, reason TEXT NOT NULL, attempts INTEGER NOT NULL) WITHOUT ROWID",
    # at most one row, the live generation; AUTOINCREMENT: a file name is never used twice
    """CREATE TABLE generations (
        id INTEGER PRIMARY KEY AUTOINCREMENT, file TEXT NOT NULL, recipe TEXT NOT NULL, parameters TEXT NOT NULL,
        rescore INTEGER NOT NULL, sha256 TEXT NOT NULL, size INTEGER NOT NULL, count INTEGER NOT NULL,
        max_rowid INTEGER NOT NULL)""",
    "CREATE TABLE tombstones (id INTEGER PRIMARY KEY)",
    FORGOTTEN,
    ROOTS,
    *UNREAD,
)


@dataclass(frozen=True, slots=True)
class Identity:
    """What a store was made with. ``commits`` counts its transactions."""

    embedder: str
    dimension: int
    chunker: str
    recipe: str
    created_by: str
    commits: int


@contextmanager
def translated(path: Path) -> Iterator[None]:
    """Turns SQLite's errors into `StoreError` with a remedy, and what it cannot be asked for into `UsageError`."""
    try:
        yield
    except UnicodeEncodeError as error:
        raise UsageError(
            "What is asked for is not valid Unicode (half a surrogate pair).", "Write names and filters in UTF-8."
        ) from error
    except sqlite3.OperationalError as error:
        raise StoreError(
            f"The store at {shown(path)} cannot be used: {error}.",
            "Check the disk's room and permissions, then run: ragkit doctor",
        ) from error
    except sqlite3.DatabaseError as error:
        raise StoreError(
            f"The store at {shown(path)} is damaged: {error}.",
            "Restore it from a copy, or move it away and run: ragkit ingest PATH",
        ) from error


def shown(path: Path) -> str:
    """The path as a user would type it."""
    text = path.as_posix()
    return text if path.is_absolute() or text.startswith("..") else f"./{text}"


def missing(path: Path) -> StoreMissing:
    """The error for a folder that holds no store."""
    place = "" if path == Path(".ragkit") else f" --store {shown(path)}"
    return StoreMissing(f"No store at {shown(path)}.", f"Run: ragkit ingest PATH{place}")


def connect_writer(path: Path, *, create: bool = False) -> sqlite3.Connection:
    """A connection that may write; with ``create`` the file is made when it is not there."""
    return _connect(
        path,
        "rwc" if create else "rw",
        "PRAGMA foreign_keys = ON",
        "PRAGMA journal_mode = WAL",
        "PRAGMA synchronous = FULL",
        f"PRAGMA wal_autocheckpoint = {LOG_PAGES}",
    )


def connect_reader(path: Path) -> sqlite3.Connection:
    """A connection that only reads, also where nothing can be written.

    Raises:
        StoreError: The folder is read-only and the last writer was killed before it could tidy up.
    """
    statements = (
        POSTINGS,
        "PRAGMA query_only = ON",
        f"PRAGMA mmap_size = {MAPPED}",
        "SELECT count(*) FROM sqlite_master",
    )
    try:
        return _connect(path, "rw", *statements)
    except sqlite3.OperationalError as error:
        if error.sqlite_errorcode & 0xFF not in {sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_READONLY}:
            raise
    log = path / f"{FILE}-wal"
    if log.exists() and log.stat().st_size:
        raise StoreError(
            f"The store at {shown(path)} has commits that were not tidied away, and its folder is read-only.",
            "Copy it to a folder that can be written.",
        )
    return _connect(path, "ro&immutable=1", *statements)


def create(path: Path, identity: Identity) -> None:
    """The file of a new store, in one transaction. Raises `StoreError` when there is one already."""
    with translated(path):
        connection = connect_writer(path, create=True)
        try:
            if not is_blank(connection):
                raise StoreError(f"There is a store at {shown(path)} already.", "Open it, or name another folder.")
            connection.execute("BEGIN IMMEDIATE")
            make_tables(connection, identity)
            connection.execute("COMMIT")
        finally:
            connection.close()


def make_tables(connection: sqlite3.Connection, identity: Identity) -> None:
    """The tables of a new store, in the transaction that is open."""
    for statement in TABLES:
        connection.execute(statement)
    values = {name: getattr(identity, name) for name in identity.__slots__}
    connection.executemany("INSERT INTO meta VALUES (?, ?)", values.items())
    connection.execute(f"PRAGMA application_id = {APPLICATION}")
    connection.execute(f"PRAGMA user_version = {SCHEMA}")


def read_identity(connection: sqlite3.Connection, path: Path) -> Identity:
    """What the store was made with.

    Raises:
        StoreMissing: The file is empty: its maker was killed before the first commit.
        StoreMismatch: The store was made by a newer version, or by an older one and has not been migrated.
        StoreError: The file is another program's.
    """
    if (found := version(connection, path)) < SCHEMA:
        raise StoreMismatch(
            f"The store at {shown(path)} is of an older make (schema {found}; this one reads {SCHEMA}).",
            "Run, where it can be written: ragkit status",
        )
    values = dict(connection.execute("SELECT key, value FROM meta"))
    return Identity(**{name: values[name] for name in Identity.__slots__})


def version(connection: sqlite3.Connection, path: Path) -> int:
    """The schema of the store. Raises what `read_identity` does, but for an older one."""
    # first: another process may be making it just now, and what is asked after that is of a whole store
    if is_blank(connection):
        raise missing(path)
    application = connection.execute("PRAGMA application_id").fetchone()[0]
    found = int(connection.execute("PRAGMA user_version").fetchone()[0])
    if application != APPLICATION:
        raise StoreError(f"{shown(path / FILE)} is not a ragkit store.", "Name another folder for the store.")
    if found > SCHEMA:
        raise StoreMismatch(
            f"The store at {shown(path)} was made by a newer ragkit (schema {found}; this one reads {SCHEMA}).",
            "Use the version of ragkit that made it, or a later one.",
        )
    return found


def is_blank(connection: sqlite3.Connection) -> bool:
    """Whether the database has no table at all."""
    return not connection.execute("SELECT EXISTS (SELECT 1 FROM sqlite_master)").fetchone()[0]


def commits(connection: sqlite3.Connection) -> int:
    """How many transactions the store has seen: tells one state from another."""
    return int(connection.execute("SELECT value FROM meta WHERE key = 'commits'").fetchone()[0])


def _connect(path: Path, mode: str, *statements: str) -> sqlite3.Connection:
    uri = f"{(path / FILE).absolute().as_uri()}?mode={mode}"
    # one thread at a time uses a connection, but not always the same one
    connection = sqlite3.connect(uri, uri=True, timeout=30, isolation_level=None, check_same_thread=False)
    try:
        for statement in statements:
            connection.execute(statement).fetchall()
    except BaseException:
        connection.close()
        raise
    return connection
