"""A process that works on stores in children of its own, one for each job on its standard input, and tells of each.

Run with `stopper.c` preloaded. The children begin where the modules are loaded already, which is what makes hundreds
of them affordable. The workload ingests, updates, deletes, forgets and reindexes; each phase can be begun again.
"""

from __future__ import annotations

import contextlib
import ctypes
import functools
import json
import os
import signal
import sqlite3
import sys
import time
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import Any

# loaded before the first child is made: what a run needs
import faiss
import filelock
import numpy as np

from ragkit import testing
from ragkit.errors import RagkitError, StoreMissing
from ragkit.ingest import drift, reindex, run
from ragkit.kit import Kit
from ragkit.store import backup, building, duplicates, rebuild, recipes, selfsearch, view, writing
from ragkit.store.recipes import Recipe
from ragkit.store.store import Store

LOADED = (faiss, filelock, np, drift, backup, duplicates, selfsearch, view, writing)
REFUSED, BROKEN = 3, 4
SMALL = Recipe("flat", "SQfp16", merge_floor=3)

run.BATCH_CHUNKS = reindex.BATCH_CHUNKS = 4
recipes.load_recipe = building.load_recipe = lambda name: SMALL  # type: ignore[attr-defined]


def text(name: str, version: int) -> str:
    """Three chunks at 20 tokens, two at 30; the first stands in every document."""
    return (
        "Common ground is kept by all of the people here, day in and day out, whatever the weather may be.\n\n"
        f"Document {name} of version {version} has a paragraph about {name} that goes on for a while and then ends.\n\n"
        f"Another paragraph of {name} says {version} times that nothing must be lost when the lights go out at night.\n"
    )


def written(folder: Path, names: str, version: int) -> None:
    (folder / "docs").mkdir(exist_ok=True)
    for name in names:
        (folder / "docs" / f"{name}.md").write_text(text(name, version))


def removed(folder: Path, names: str) -> None:
    for name in names:
        (folder / "docs" / f"{name}.md").unlink(missing_ok=True)


def first(folder: Path) -> None:
    written(folder, "abcdefgh", 1)
    opened(folder).ingest(folder / "docs")


def update(folder: Path) -> None:
    written(folder, "bdij", 2)
    removed(folder, "ag")
    opened(folder).ingest(folder / "docs", prune=True)


def delete(folder: Path) -> None:
    removed(folder, "c")
    kit = opened(folder)
    if any(info.uri == "docs/c.md" for info in kit.documents()):
        kit.remove("docs/c.md")


def forget(folder: Path) -> None:
    opened(folder).forget(["docs/d.md"])


def other_chunks(folder: Path) -> None:
    opened(folder, tokens=30).reindex()


def again(folder: Path) -> None:
    written(folder, "e", 3)
    opened(folder).ingest(folder / "docs", prune=True)


PHASES: list[Callable[[Path], None]] = [first, update, delete, forget, other_chunks, again]


def opened(folder: Path, tokens: int = 20) -> Kit:
    fresh = not (folder / ".ragkit" / "store.sqlite").exists()
    settings: dict[str, object] = {"ingest.target_tokens": tokens} if fresh or tokens != 20 else {}
    return testing.kit(folder / ".ragkit", settings=settings)


def work(folder: Path) -> None:
    """The workload from the phase that was begun last; every write of it below ``.ragkit`` counts as a point."""
    note = folder / "phase"
    begun = int(note.read_text()) if note.exists() else 0
    for number, phase in enumerate(PHASES[begun:], begun):
        # Beside and swapped: a kill between opening and writing would leave it empty.
        fresh = folder / "phase.new"
        fresh.write_text(str(number))
        fresh.replace(note)
        phase(folder)


def state(path: Path) -> str:
    """All that a store says, as one text; where there is no store, that."""
    try:
        with Store.open(path) as store, store.snapshot():
            documents = [store.document(info.uri) for info in store.documents()]
            with store.reading() as connection:
                ids = [row[0] for row in connection.execute("SELECT id FROM chunks ORDER BY id")]
            chunks = sorted((chunk.uri, chunk.start, chunk.text) for chunk in store.chunks(ids))
            identity = store.identity
            return json.dumps(
                [
                    sorted((document.uri, document.text) for document in documents),
                    chunks,
                    [each.uri for each in store.forgotten()],
                    [(identity.embedder, identity.dimension, identity.chunker)],
                ]
            )
    except StoreMissing:
        return "none"


class Recording(sqlite3.Connection):
    """Tells the state of the store after each commit."""

    told: Callable[[], None]

    def execute(self, statement: str, *values: Any) -> sqlite3.Cursor:
        done = super().execute(statement, *values)
        if statement == "COMMIT":
            Recording.told()
        return done


def record(folder: Path) -> None:
    """The workload, without a fault; the states that it commits go to ``folder/states``, each on a line."""
    path, seen = folder / ".ragkit", ["none"]

    def tell() -> None:
        now = state(path)
        if now not in seen:
            seen.append(now)

    Recording.told = staticmethod(tell)
    plain, swap = sqlite3.connect, rebuild.swap
    sqlite3.connect = functools.partial(plain, factory=Recording)  # type: ignore[assignment]

    def swapped(store: Store, made: Store) -> None:
        swap(store, made)
        tell()

    rebuild.swap = swapped
    work(folder)
    tell()
    (folder / "states").write_text("\n".join(seen))


def look(folder: Path) -> None:
    """The state and what is amiss to ``folder/seen``; the store is only read."""
    now = state(folder / ".ragkit")
    kit = testing.kit(folder / ".ragkit")
    lines = [] if now == "none" else kit.prove()
    amiss = {
        level: [finding.what for line in lines for finding in line.findings if finding.level == level]
        for level in ("error", "warning")
    }
    # a store that was interrupted may be behind its files, which the next run mends
    inside = [what for what in amiss["error"] if not what.startswith("docs/")]
    (folder / "seen").write_text(json.dumps({"state": now, "inside": inside, **amiss}))


JOBS: dict[str, Callable[[Path], None]] = {"work": work, "record": record, "look": look}


def child(job: dict[str, Any], stopper: ctypes.CDLL) -> int:
    folder = Path(job["folder"])
    if "at" in job:
        stopper.stopper_arm(str(folder / ".ragkit").encode(), job["at"], job["mode"])
    try:
        JOBS[job["do"]](folder)
    except RagkitError as error:
        (folder / "refused").write_text(str(error))
        return REFUSED
    except BaseException:
        (folder / "broken").write_text(traceback.format_exc())
        return BROKEN
    (folder / "points").write_text(str(stopper.stopper_points()))
    return 0


def main() -> None:
    stopper = ctypes.CDLL(os.environ["LD_PRELOAD"])
    for line in sys.stdin:
        job = json.loads(line)
        begun = time.monotonic()
        number = os.fork()
        if number == 0:
            # no clean-up of what belongs to the parent
            os._exit(child(job, stopper))
        if "after" in job:
            time.sleep(job["after"])
            with contextlib.suppress(ProcessLookupError):
                os.kill(number, signal.SIGKILL)
        _, status = os.waitpid(number, 0)
        code = os.waitstatus_to_exitcode(status)
        print(json.dumps({"code": code, "seconds": time.monotonic() - begun}), flush=True)


if __name__ == "__main__":
    main()
