"""The FAISS files of a store, as its catalogue and its folder know them; `ragkit.store.building` makes and opens them.

A file is written once, never changed, and replaced whole.
"""

from __future__ import annotations

import logging
import sqlite3
from dataclasses import dataclass
from pathlib import Path

log = logging.getLogger(__name__)

FOLDER = "index"


@dataclass(frozen=True, slots=True)
class Generation:
    """The index file that is live. It holds ``count`` of the chunks with row ids up to ``max_rowid``."""

    id: int
    file: str
    recipe: str
    parameters: str
    rescore: int
    sha256: str
    size: int
    count: int
    max_rowid: int


def live(connection: sqlite3.Connection) -> Generation | None:
    """The generation in use, or None when the store is too small for one."""
    row = connection.execute(
        "SELECT id, file, recipe, parameters, rescore, sha256, size, count, max_rowid FROM generations"
    ).fetchone()
    return Generation(*row) if row else None


def pending(connection: sqlite3.Connection, generation: Generation | None) -> int:
    """Rows added and deleted since the generation was made."""
    row = connection.execute(
        "SELECT (SELECT count(*) FROM chunks WHERE id > ?) + (SELECT count(*) FROM tombstones)",
        (generation.max_rowid if generation else 0,),
    ).fetchone()
    return int(row[0])


def masked(connection: sqlite3.Connection) -> bool:
    """Whether rows of the live generation have been deleted since it was made."""
    return bool(connection.execute("SELECT EXISTS (SELECT 1 FROM tombstones)").fetchone()[0])


def misplaced(file: Path, generation: Generation) -> str:
    """What is wrong with the file as far as the folder's listing tells; empty when nothing is."""
    try:
        size = file.stat().st_size
    except OSError:
        return "is missing"
    return "" if size == generation.size else f"has {size} bytes, not {generation.size}"


def retire(connection: sqlite3.Connection) -> None:
    """No generation is live any more, in the transaction that is open."""
    connection.execute("DELETE FROM generations")
    connection.execute("DELETE FROM tombstones")


def sweep(path: Path, keep: Generation | None) -> None:
    """Remove the files of all other generations."""
    for file in strays(path, keep):
        try:
            file.unlink()
        except OSError as error:
            # Windows does not remove a file that another process has mapped; the next merge tries again.
            log.debug("%s stays for now: %s", file, error)


def strays(path: Path, keep: Generation | None) -> list[Path]:
    """Files in the index folder that are not the live generation's."""
    name = keep.file if keep else ""
    return sorted(file for file in (path / FOLDER).glob("gen-*") if file.name != name)
