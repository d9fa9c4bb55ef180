"""A copy of a store, as of one commit, while others read and write. The copy is a store: it is restored by opening it.

It is made beside the target under another name and renamed when it is whole, so a target is never half a store.
"""

from __future__ import annotations

import shutil
import sqlite3
from pathlib import Path

from ragkit.errors import StoreError
from ragkit.store import files, generations, schema
from ragkit.store.lock import WriterLock


def back_up(connection: sqlite3.Connection, path: Path, target: Path) -> None:
    """Copy the store at ``path``, as ``connection`` sees it, to the folder ``target``.

    Raises:
        StoreError: There is something at ``target``, it is in the store itself, or it cannot be written.
        StoreLocked: Another process is writing a backup there.
    """
    if target.exists() or target.is_symlink():
        raise StoreError(f"There is something at {schema.shown(target)} already.", "Name a folder that does not exist.")
    if target.resolve().is_relative_to(path.resolve()):
        raise StoreError(
            f"{schema.shown(target)} is in the store's own folder, which is tidied up.", "Name a folder elsewhere."
        )
    draft = target.with_name(f".{target.name}.part")
    try:
        draft.mkdir(parents=True, exist_ok=True)
        lock = WriterLock(draft)
        lock.acquire()
        try:
            _clear(draft)
            _copy(connection, path, draft)
        finally:
            lock.release()
        (draft / "lock").unlink(missing_ok=True)
        draft.rename(target)
        files.flush_folder(target.parent)
    except OSError as error:
        raise StoreError(
            f"The backup at {schema.shown(target)} cannot be written: {error.strerror}.", "Name another folder."
        ) from error


def _clear(draft: Path) -> None:
    """What a backup that was killed has left; refuses what ``draft`` would not hold then."""
    known = {schema.FILE, f"{schema.FILE}-wal", f"{schema.FILE}-shm", f"{schema.FILE}-journal", "lock", "lock.pid"}
    if strange := [file.name for file in draft.iterdir() if file.name not in known | {generations.FOLDER}]:
        raise StoreError(f"{schema.shown(draft / strange[0])} is in the way.", "Move it, or name another folder.")
    for name in known - {"lock", "lock.pid"}:
        (draft / name).unlink(missing_ok=True)
    shutil.rmtree(draft / generations.FOLDER, ignore_errors=True)


def _copy(connection: sqlite3.Connection, path: Path, draft: Path) -> None:
    copy = sqlite3.connect(draft / schema.FILE, isolation_level=None)
    try:
        with schema.translated(draft):
            # in one step: the connection stands in a read transaction, so that this is its commit and no other
            connection.backup(copy, pages=-1)
            copy.execute("PRAGMA journal_mode = DELETE")
            _copy_index(copy, path, draft)
    finally:
        copy.close()
    files.flush(draft / schema.FILE)
    files.flush_folder(draft)


def _copy_index(copy: sqlite3.Connection, path: Path, draft: Path) -> None:
    """The live generation's file, or one made anew when a writer has replaced it meanwhile or it is damaged."""
    generation = generations.live(copy)
    if generation is None:
        return
    file = draft / generations.FOLDER / generation.file
    file.parent.mkdir()
    try:
        shutil.copyfile(path / generations.FOLDER / generation.file, file)
        sound = files.checksum(file) == generation.sha256
    except FileNotFoundError:
        sound = False
    if sound:
        files.flush(file)
        files.flush_folder(file.parent)
        return
    from ragkit.store.building import compact

    copy.execute("BEGIN IMMEDIATE")
    compact(copy, draft, schema.read_identity(copy, draft))
    copy.execute("COMMIT")
    generations.sweep(draft, generations.live(copy))
