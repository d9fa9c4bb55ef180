"""A store that ragkit 0.1 made is migrated in place by the first that opens it, and its catalogue is kept."""

from __future__ import annotations

import json
import os
import re
import signal
import sqlite3
import subprocess
import sys
import zlib
from dataclasses import replace
from pathlib import Path

import pytest

from ragkit.errors import StoreError, StoreLocked, StoreMismatch
from ragkit.store import migrate, schema
from ragkit.store.check import check
from ragkit.store.lock import WriterLock
from ragkit.store.store import Store
from ragkit.types import Block, Document
from tests.conftest import ALL_FAULTS
from tests.hand_made import document, filled, new_store, vector, vectors

# word for word what schema 1 was
TABLES = (
    "CREATE TABLE meta (key TEXT PRIMARY KEY, value NOT NULL) WITHOUT ROWID",
    """CREATE TABLE documents (
        id INTEGER PRIMARY KEY, uri TEXT NOT NULL UNIQUE, title TEXT NOT NULL, media_type TEXT NOT NULL,
        content_hash TEXT NOT NULL, size INTEGER NOT NULL, mtime_ns INTEGER NOT NULL,
        text BLOB NOT NULL, structure BLOB NOT NULL)""",
    "CREATE TABLE vectors (id INTEGER PRIMARY KEY, text_hash TEXT NOT NULL UNIQUE, vector BLOB NOT NULL)",
    """CREATE TABLE chunks (
        id INTEGER PRIMARY KEY AUTOINCREMENT, document_id INTEGER NOT NULL REFERENCES documents (id),
        vector_id INTEGER NOT NULL REFERENCES vectors (id), start INTEGER NOT NULL, stop INTEGER NOT NULL,
        line_first INTEGER, line_last INTEGER, page INTEGER)""",
    "CREATE INDEX chunks_of_document ON chunks (document_id)",
    "CREATE INDEX chunks_of_vector ON chunks (vector_id)",
    """CREATE VIRTUAL TABLE chunks_fts USING fts5 (
        title, headings, text, tokenize = 'porter unicode61 remove_diacritics 2')""",
    "CREATE TABLE failures (uri TEXT PRIMARY KEY, reason TEXT NOT NULL, attempts INTEGER NOT NULL) WITHOUT ROWID",
    """CREATE TABLE generations (
        id INTEGER PRIMARY KEY AUTOINCREMENT, file TEXT NOT NULL, recipe TEXT NOT NULL, parameters TEXT NOT NULL,
        rescore INTEGER NOT NULL, sha256 TEXT NOT NULL, size INTEGER NOT NULL, count INTEGER NOT NULL,
        max_rowid INTEGER NOT NULL)""",
    "CREATE TABLE tombstones (id INTEGER PRIMARY KEY)",
)
TEXT = "Leave is 27 days.\nAsk in Burrow."
METADATA = {"author": "Ünal", "year": 2024, "draft": False}


FULL_TEXT_OF_2 = """CREATE VIRTUAL TABLE chunks_fts USING fts5 (
    title, headings, text, tokenize = 'porter unicode61 remove_diacritics 2')"""


@pytest.fixture
def old(tmp_path: Path) -> Path:
    """A store of schema 1 with one document of two chunks, and a failure."""
    path = tmp_path / "store"
    path.mkdir()
    structure = {"blocks": [["paragraph"], [0], [17], [0]], "lines": [[0, 18], [1, 2]], "pages": [[], []]}
    packed = zlib.compress(json.dumps({**structure, "metadata": METADATA}).encode("ascii"))
    connection = sqlite3.connect(path / schema.FILE, isolation_level=None)
    connection.execute("PRAGMA journal_mode = WAL")
    for statement in TABLES:
        connection.execute(statement)
    about = {"embedder": "hand-made", "dimension": 8, "chunker": "paragraphs", "recipe": "flat", "created_by": "0.1.0"}
    connection.executemany("INSERT INTO meta VALUES (?, ?)", {**about, "commits": 3}.items())
    connection.execute(
        "INSERT INTO documents VALUES (7, 'leave.md', 'Leave', 'text/plain', 'abc', 33, 5, ?, ?)",
        (zlib.compress(TEXT.encode()), packed),
    )
    connection.execute("INSERT INTO failures VALUES ('bad.pdf', 'torn', 2)")
    for number, line in enumerate(TEXT.split("\n"), 1):
        blob = vectors([line])[0].astype("<f2").tobytes()
        start = TEXT.index(line)
        connection.execute("INSERT INTO vectors VALUES (?, ?, ?)", (number, f"h{number}", blob))
        place = (number, 7, number, start, start + len(line), number, number, None)
        connection.execute("INSERT INTO chunks VALUES (?, ?, ?, ?, ?, ?, ?, ?)", place)
        connection.execute(
            "INSERT INTO chunks_fts (rowid, title, headings, text) VALUES (?, '', '[]', ?)", (number, line)
        )
    connection.execute(f"PRAGMA application_id = {schema.APPLICATION}")
    connection.execute("PRAGMA user_version = 1")
    connection.close()
    return path


def version_of(file: Path) -> int:
    connection = sqlite3.connect(file)
    try:
        return int(connection.execute("PRAGMA user_version").fetchone()[0])
    finally:
        connection.close()


def test_nothing_is_lost_and_metadata_can_be_queried(old: Path) -> None:
    with Store.open(old) as store:
        found = store.document("leave.md")
        assert (found.text, found.metadata, found.title) == (TEXT, METADATA, "Leave")
        assert (found.lines, found.blocks[0].end) == (((0, 1), (18, 2)), 17)
        assert (found.collection, found.principals) == ("default", ())
        assert store.dense(vector("Ask in Burrow."), 1)[0][0] == 2
        assert [chunk.text for chunk in store.chunks([1, 2])] == TEXT.split("\n")
        assert store.failures() == [("bad.pdf", "torn", 2)]
        assert store.content_hashes() == {"leave.md": ("abc", 33, 5)}
        assert [info.metadata for info in store.documents()] == [METADATA]
    assert check(old) == []
    connection = sqlite3.connect(old / schema.FILE)
    assert connection.execute("SELECT json_extract(metadata, '$.year') FROM documents").fetchall() == [(2024,)]
    connection.close()


def test_the_full_text_of_schema_2_is_made_anew(tmp_path: Path) -> None:
    with new_store(tmp_path / "store") as store:
        filled(store, document("a.md", "The e-mail goes to 東京都庁.", "Set maxConnections."))
        with store.connected() as connection:
            rows = connection.execute("SELECT rowid, title, headings, text FROM chunks_fts").fetchall()
            connection.execute("DROP TABLE chunks_fts")
            connection.execute(FULL_TEXT_OF_2)
            connection.execute("DROP TABLE unread")
            connection.execute("ALTER TABLE chunks DROP COLUMN code")
            connection.executemany("INSERT INTO chunks_fts (rowid, title, headings, text) VALUES (?, ?, ?, ?)", rows)
            connection.execute("PRAGMA user_version = 2")
    with Store.open(tmp_path / "store") as store:
        for query, row in (("email", 1), ("京都", 1), ("max_connections", 2)):
            assert [found for found, _ in store.keyword(query, 9)] == [row]
        assert [chunk.text for chunk in store.chunks([1, 2])] == ["The e-mail goes to 東京都庁.", "Set maxConnections."]
    assert check(tmp_path / "store") == []
    assert [backup.name for backup in migrate.backups(tmp_path / "store")] == ["store.sqlite.v2.bak"]


def test_what_schema_3_counted_as_not_read_is_named(tmp_path: Path) -> None:
    with new_store(tmp_path / "store") as store:
        scan = {"pages": 3, "pages_without_text": 2}
        filled(
            store,
            document("a.md", "All of it."),
            replace(document("b.pdf", "Page one."), metadata=scan),
            replace(document("c.eml", "See below."), metadata={"attachments_not_read": 1, "parts_not_read": "many"}),
        )
        with store.connected() as connection:
            connection.execute("DROP TABLE unread")
            connection.execute("ALTER TABLE chunks DROP COLUMN code")
            connection.execute("PRAGMA user_version = 3")
    with Store.open(tmp_path / "store") as store:
        assert store.unread() == [
            ("b.pdf", "2 pages without text: not read when it was taken in", "tesseract"),
            ("c.eml", "1 attachments: not read when it was taken in", ""),
        ]
        assert store.document("b.pdf").metadata == scan
    assert check(tmp_path / "store") == []
    assert [backup.name for backup in migrate.backups(tmp_path / "store")] == ["store.sqlite.v3.bak"]


def test_chunks_of_schema_4_learn_what_of_them_is_code(tmp_path: Path) -> None:
    made = document("a.md", "Run this:", "make all")
    start, end = made.blocks[1].start, made.blocks[1].end
    made = replace(made, blocks=(made.blocks[0], Block("code", start, end)))
    with new_store(tmp_path / "store") as store:
        filled(store, made)
        with store.connected() as connection:
            connection.execute("ALTER TABLE chunks DROP COLUMN code")
            connection.execute("PRAGMA user_version = 4")
    with Store.open(tmp_path / "store") as store:
        assert [chunk.code for chunk in store.chunks([1, 2])] == [(), ((0, len("make all")),)]
    assert check(tmp_path / "store") == []


def test_a_migrated_store_has_the_tables_of_a_new_one(old: Path, tmp_path: Path) -> None:
    Store.open(old).close()
    filled(Store.create(tmp_path / "new", embedder_fingerprint="x", dimension=8, chunker_fingerprint="y")).close()

    def shape(path: Path) -> list[tuple[str, ...]]:
        connection = sqlite3.connect(path / schema.FILE)
        rows = connection.execute("SELECT type, name, sql FROM sqlite_master ORDER BY name").fetchall()
        connection.close()
        # a renamed table is quoted and lines may break elsewhere, which is all that may differ
        return [
            (kind, name, "".join(re.sub(r'TABLE "(\w+)"', r"TABLE \1", sql or "").replace("'", "").split()))
            for kind, name, sql in rows
        ]

    assert shape(old) == shape(tmp_path / "new")


def test_the_old_catalogue_is_kept_whole(old: Path) -> None:
    Store.open(old).close()
    [backup] = migrate.backups(old)
    assert (backup.name, version_of(backup), version_of(old / schema.FILE)) == ("store.sqlite.v1.bak", 1, schema.SCHEMA)
    connection = sqlite3.connect(backup)
    assert connection.execute("SELECT uri FROM documents").fetchall() == [("leave.md",)]
    connection.close()
    assert not list(old.glob("*.tmp"))


def test_it_is_done_once(old: Path) -> None:
    Store.open(old).close()
    [backup] = migrate.backups(old)
    before = backup.stat().st_mtime_ns
    with Store.open(old, write=True) as store:
        filled(store, document("new", "text"), Document("x", ""))
    assert backup.stat().st_mtime_ns == before


def test_a_writer_at_work_is_not_disturbed(old: Path) -> None:
    lock = WriterLock(old)
    lock.acquire()
    with pytest.raises(StoreLocked):
        Store.open(old)
    lock.release()
    assert version_of(old / schema.FILE) == 1
    Store.open(old).close()


def test_doctor_does_not_migrate_but_says_what_does(old: Path) -> None:
    [finding] = check(old)
    assert (finding.level, "schema 1" in finding.what, "ragkit status" in finding.remedy) == ("error", True, True)
    assert version_of(old / schema.FILE) == 1


def test_a_store_that_is_not_migrated_is_not_read(old: Path) -> None:
    connection = schema.connect_reader(old)
    with pytest.raises(StoreMismatch, match="older make"):
        schema.read_identity(connection, old)
    connection.close()


UNPRIVILEGED = """
import os, sys
import filelock
from ragkit.errors import StoreError
from ragkit.store.store import Store
if os.geteuid() == 0:
    os.seteuid(65534)
try:
    Store.open(sys.argv[1])
except StoreError as error:
    print(error)
"""


@pytest.mark.skipif(os.name == "nt", reason="Windows has no read-only folders")
def test_where_nothing_can_be_written_the_error_says_so(old: Path) -> None:
    # SQLite refuses to read a log that it cannot share; without one the file alone is read
    sqlite3.connect(old / schema.FILE).close()
    old.chmod(0o555)
    for folder in old.parents:
        if folder.name.startswith(("pytest-", "popen-", "test_")):
            folder.chmod(0o755)
    try:
        command = [sys.executable, "-c", UNPRIVILEGED, str(old)]
        said = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    finally:
        old.chmod(0o755)
    assert "older make, and nothing can be written" in said
    assert version_of(old / schema.FILE) == 1


KILLED = """
import os, signal, sqlite3, sys
from ragkit.store import files, migrate, schema
from ragkit.store.store import Store
left = [int(sys.argv[2])]
def hit(*said):
    if said and said[0].startswith("--"):
        return  # a statement that SQLite's full-text module runs inside of one of ours
    left[0] -= 1
    if left[0] == 0:
        os.kill(os.getpid(), signal.SIGKILL)
inner = schema.connect_writer
def traced(path, **more):
    connection = inner(path, **more)
    connection.set_trace_callback(hit)
    return connection
schema.connect_writer = traced
flush = files.flush
files.flush = lambda file: (hit(), flush(file), hit())
Store.open(sys.argv[1]).close()
print("done")
"""


@pytest.mark.skipif(os.name == "nt", reason="SIGKILL is POSIX")
def test_killed_at_any_statement_it_begins_anew(old: Path) -> None:
    """The same store, killed later each time, by one statement or some: old until the commit, then new."""
    for number in range(1, 60, 1 if ALL_FAULTS else 4):
        done = subprocess.run(
            [sys.executable, "-c", KILLED, str(old), str(number)], check=False, capture_output=True, text=True
        )
        if done.stdout == "done\n":
            break
        assert done.returncode == -signal.SIGKILL
        assert version_of(old / schema.FILE) == 1
    else:
        pytest.fail("it never got through")
    assert number > 10
    assert check(old) == []
    assert not list(old.glob("*.tmp*"))


def test_a_catalogue_that_is_none_is_an_error(tmp_path: Path) -> None:
    (tmp_path / schema.FILE).write_bytes(b"no database at all, " * 500)
    with pytest.raises(StoreError, match="damaged"):
        migrate.migrate(tmp_path)
