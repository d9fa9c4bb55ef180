"""A backup is a store of one commit, whole or not there, whoever writes meanwhile."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest

from ragkit.errors import StoreError, StoreLocked
from ragkit.store import building, recipes
from ragkit.store.check import check
from ragkit.store.lock import WriterLock
from ragkit.store.recipes import Recipe
from ragkit.store.store import Store
from tests.hand_made import document, filled, new_store, paragraphs, vector


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Store:
    """A store with an index file, a tombstone and a row beyond the index."""
    monkeypatch.setattr(recipes, "load_recipe", lambda name: Recipe(name, "SQfp16", merge_floor=0))
    monkeypatch.setattr(building, "load_recipe", lambda name: Recipe(name, "SQfp16", merge_floor=0))
    made = filled(new_store(tmp_path / "store"), document("a", "one", "two"), document("b", "three"))
    made.finish()
    return filled(made, document("b", "four"))


def test_a_backup_is_a_sound_store_with_the_same_content(store: Store, tmp_path: Path) -> None:
    store.backup(tmp_path / "copies" / "monday")
    assert check(tmp_path / "copies" / "monday") == []
    assert [file.name for file in (tmp_path / "copies").iterdir()] == ["monday"]
    assert sorted(file.name for file in (tmp_path / "copies" / "monday").iterdir()) == ["index", "store.sqlite"]
    with Store.open(tmp_path / "copies" / "monday", write=True) as copy:
        assert paragraphs(copy) == paragraphs(store)
        assert copy.dense(vector("four"), 9) == store.dense(vector("four"), 9)
        assert copy.keyword("two", 9) == store.keyword("two", 9)
        filled(copy, document("c", "only in the copy"))
    assert "c" not in paragraphs(store)


@pytest.mark.parametrize("what", ["folder", "file", "link"])
def test_nothing_is_overwritten(store: Store, tmp_path: Path, what: str) -> None:
    target = tmp_path / "target"
    if what == "folder":
        target.mkdir()
    elif what == "file":
        target.write_text("mine")
    else:
        target.symlink_to(tmp_path / "nowhere")
    with pytest.raises(StoreError, match=r"something at .*target already"):
        store.backup(target)
    assert not (tmp_path / ".target.part").exists()


def test_a_backup_in_the_stores_own_folder_is_refused(store: Store) -> None:
    for target in (store.path / "reindex", store.path / "index" / "copy"):
        with pytest.raises(StoreError, match="in the store's own folder"):
            store.backup(target)
        assert not target.exists()


def test_what_a_killed_backup_left_is_cleared(store: Store, tmp_path: Path) -> None:
    part = tmp_path / ".copy.part"
    (part / "index").mkdir(parents=True)
    (part / "index" / "gen-9.faiss").write_bytes(b"torn")
    (part / "store.sqlite").write_bytes(b"half a file")
    (part / "store.sqlite-journal").write_bytes(b"half a journal")
    store.backup(tmp_path / "copy")
    assert check(tmp_path / "copy") == []
    assert not part.exists()


def test_what_is_no_backup_is_not_cleared(store: Store, tmp_path: Path) -> None:
    (tmp_path / ".copy.part").mkdir()
    (tmp_path / ".copy.part" / "diary.txt").write_text("mine")
    with pytest.raises(StoreError, match=r"diary\.txt is in the way"):
        store.backup(tmp_path / "copy")
    assert (tmp_path / ".copy.part" / "diary.txt").read_text() == "mine"


def test_two_backups_to_one_place_do_not_mix(store: Store, tmp_path: Path) -> None:
    (tmp_path / ".copy.part").mkdir()
    lock = WriterLock(tmp_path / ".copy.part")
    lock.acquire()
    with pytest.raises(StoreLocked):
        store.backup(tmp_path / "copy")
    lock.release()
    store.backup(tmp_path / "copy")
    assert check(tmp_path / "copy") == []


@pytest.mark.parametrize("damage", ["gone", "flipped"])
def test_an_index_that_is_gone_or_damaged_is_made_anew_in_the_copy(store: Store, tmp_path: Path, damage: str) -> None:
    [file] = (store.path / "index").iterdir()
    if damage == "gone":
        file.unlink()
    else:
        content = bytearray(file.read_bytes())
        content[-1] ^= 1
        file.write_bytes(content)
    store.backup(tmp_path / "copy")
    assert check(tmp_path / "copy") == []
    with Store.open(tmp_path / "copy") as copy:
        assert [chunk.text for chunk in copy.chunks([copy.dense(vector("four"), 1)[0][0]])] == ["four"]


def test_a_place_that_cannot_be_written_is_an_error(store: Store, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(StoreError, match="cannot be written"):
        store.backup(tmp_path / "file" / "copy")


def test_each_backup_beside_a_writer_is_one_commit(store: Store, tmp_path: Path) -> None:
    done = threading.Event()

    def write() -> None:
        number = 0
        while not done.is_set():
            number += 1
            filled(store, document("a", f"batch {number}"), document("b", f"batch {number}"))
            store.finish()

    writer = threading.Thread(target=write)
    writer.start()
    try:
        for number in range(8):
            with Store.open(store.path) as reader:
                reader.backup(tmp_path / f"copy{number}")
    finally:
        done.set()
        writer.join()
    for number in range(8):
        assert check(tmp_path / f"copy{number}") == []
        with Store.open(tmp_path / f"copy{number}") as copy:
            said = paragraphs(copy)
            assert said["a"] == said["b"] or said["a"] == ["one", "two"]
