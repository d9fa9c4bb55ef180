"""What is forgotten is gone from every byte of the store, stays out, and takes nothing else along."""

from __future__ import annotations

import os
import sqlite3
from dataclasses import replace
from pathlib import Path

import pytest

from ragkit.errors import StoreError, UsageError
from ragkit.store import building, erase, recipes, schema
from ragkit.store.check import check
from ragkit.store.erase import forget
from ragkit.store.recipes import Recipe
from ragkit.store.store import Store
from ragkit.types import Unread
from tests.hand_made import document, filled, new_store, paragraphs, vector

SECRET = "The safe in the cellar opens with zanzibarquokka."
SHARED = "Everyone is bound to secrecy in this house."


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Store:
    """A store with an index file that holds the secret's vector, and rows beyond it."""
    monkeypatch.setattr(recipes, "load_recipe", lambda name: Recipe(name, "SQfp16", merge_floor=0))
    monkeypatch.setattr(building, "load_recipe", lambda name: Recipe(name, "SQfp16", merge_floor=0))
    made = new_store(tmp_path / "store")
    filled(made, document("safe.md", SECRET, SHARED), document("house.md", SHARED, "Doors close at ten."))
    made.finish()
    return made


def holding(path: Path, needle: bytes) -> list[str]:
    return sorted(file.name for file in path.rglob("*") if file.is_file() and needle in file.read_bytes())


def test_the_bytes_are_gone_where_removal_leaves_them(store: Store) -> None:
    stored = vector(SECRET).astype("<f2").tobytes()
    with store.transaction() as tx:
        tx.remove("safe.md")
    assert holding(store.path, SECRET.encode())
    assert holding(store.path, stored)
    filled(store, document("safe.md", SECRET, SHARED))
    done = forget(store, ["safe.md"])
    assert (done.uris, done.chunks, done.remains) == (("safe.md",), 2, ())
    assert done.shared == 1
    assert done.traces > 3
    assert done.scanned_bytes > 10_000
    # an open connection may keep an empty log; there is nothing else to look at
    for needle in (SECRET.encode(), b"zanzibarquokka", stored):
        assert holding(store.path, needle) == []
    assert holding(store.path, SHARED.encode()) != []
    store.close()
    assert holding(store.path, b"zanzibarquokka") == []


def test_everything_else_stays_and_the_store_is_sound(store: Store) -> None:
    forget(store, ["safe.md"])
    assert paragraphs(store) == {"house.md": [SHARED, "Doors close at ten."]}
    ids = [rowid for rowid, _ in store.dense(vector(SHARED), 9)]
    assert store.chunks(ids)[0].text == SHARED
    assert store.keyword("zanzibarquokka", 9) == []
    assert len(store.keyword("secrecy", 9)) == 1
    assert check(store.path) == []
    assert [each.uri for each in store.forgotten()] == ["safe.md"]


def test_the_names_of_what_was_not_read_go_with_their_document(store: Store) -> None:
    part = Unread("attachment zanzibarquokka.zip: there is no reader for it")
    other = replace(document("other.md", "More."), unread=(part,))
    filled(store, replace(document("safe.md", SECRET, SHARED), unread=(part,)), other)
    assert [each.uri for each in store.unread()] == ["other.md", "safe.md"]
    with store.transaction() as tx:
        assert tx.remove("other.md")
    assert [each.uri for each in store.unread()] == ["safe.md"]
    assert forget(store, ["safe.md"]).remains == ()
    assert store.unread() == []
    assert holding(store.path, b"zanzibarquokka") == []


def test_it_never_comes_back_by_a_merge_or_a_rebuild(store: Store) -> None:
    forget(store, ["safe.md"])
    store.compact()
    for file in (store.path / "index").iterdir():
        file.unlink()
    store.close()
    with Store.open(store.path, write=True) as again:
        assert [text for text, _ in [(c.text, 0) for c in again.chunks([r for r, _ in again.dense(vector("x"), 9)])]]
        assert again.finish()
    assert holding(store.path, vector(SECRET).astype("<f2").tobytes()) == []


def test_it_can_be_undone_and_done_again(store: Store) -> None:
    forget(store, ["safe.md"])
    assert forget(store, ["safe.md"]).uris == ()
    with store.transaction() as tx:
        assert tx.unforget("safe.md")
        assert not tx.unforget("safe.md")
    assert store.forgotten() == []


def test_what_was_never_there_is_refused_and_nothing_changes(store: Store) -> None:
    with pytest.raises(UsageError, match=r"no document 'save\.md'") as caught:
        forget(store, ["house.md", "save.md"])
    assert "safe.md" in caught.value.hint
    assert store.counts().documents == 2


def test_catalogues_of_older_makes_go_too(store: Store) -> None:
    (store.path / "store.sqlite.v1.bak").write_bytes(SECRET.encode())
    assert forget(store, ["safe.md"]).remains == ()
    assert holding(store.path, b"zanzibarquokka") == []


def test_an_empty_document_does_not_shut_out_all_empty_ones(store: Store) -> None:
    filled(store, document("empty.md"))
    forget(store, ["empty.md"])
    assert store.forgotten() == [("empty.md", "-")]


def test_what_was_cut_short_is_completed_by_the_next_run(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(erase, "_shred", lambda *_: (_ for _ in ()).throw(KeyboardInterrupt))
    with pytest.raises(KeyboardInterrupt):
        forget(store, ["safe.md"])
    assert holding(store.path, SECRET.encode())
    assert [finding.level for finding in check(store.path)] == ["warning"]
    monkeypatch.undo()
    assert store.finish()
    assert holding(store.path, SECRET.encode()) == []
    assert check(store.path) == []


def test_a_reader_of_an_older_state_is_told_of(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    connection = sqlite3.connect(store.path / schema.FILE)
    connection.execute("BEGIN")
    connection.execute("SELECT count(*) FROM documents").fetchone()
    with store.connected() as own:
        own.execute("PRAGMA busy_timeout = 50")
    with pytest.raises(StoreError, match="cannot be emptied while someone reads"):
        forget(store, ["safe.md"])
    connection.close()
    assert forget(store, ["safe.md"]).remains == ()
    assert holding(store.path, SECRET.encode()) == []


def test_the_scan_finds_what_is_left(store: Store, tmp_path: Path) -> None:
    (store.path / "index" / "notes.txt").write_bytes(b"copied: " + SECRET.encode())
    assert forget(store, ["safe.md"]).remains == ("index/notes.txt",)


def test_what_documents_that_stay_have_in_common_with_it_is_theirs(store: Store) -> None:
    """Packed texts that begin alike are alike in their bytes, and so may vectors be."""
    header = "This memorandum is for the members of the house only and must be returned to the keeper."
    filled(store, *(document(f"memo{number}", f"{header} {number}") for number in range(4)))
    done = forget(store, ["memo1"])
    assert (done.remains, done.shared > 0) == ((), True)
    assert [info.uri for info in store.documents() if info.uri.startswith("memo")] == ["memo0", "memo2", "memo3"]


def test_a_reader_that_has_the_file_mapped_goes_on_when_it_shrinks(store: Store) -> None:
    many = [f"d{number}.md" for number in range(100)]
    filled(store, *(document(uri, f"{uri} {'burrow ' * 300}{SECRET}") for uri in many))
    file = store.path / schema.FILE
    with store.connected() as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    with Store.open(store.path) as reader:
        assert len(reader.keyword("zanzibarquokka", 999)) == 101
        with reader.reading() as connection:
            assert connection.execute("PRAGMA mmap_size").fetchone()[0] == (0 if os.name == "nt" else 2**31 - 2**16)
        before = file.stat().st_size
        forget(store, [*many, "safe.md"])
        assert file.stat().st_size < before
        assert reader.keyword("zanzibarquokka", 999) == []
        assert paragraphs(reader) == {"house.md": [SHARED, "Doors close at ten."]}
