"""A writer killed at any instant leaves exactly its last commit, and a store that is sound and can be written."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from ragkit.store.check import check
from ragkit.store.store import Store
from tests.hand_made import document, filled, new_store, paragraphs, vector

ROOT = Path(__file__).parents[2]

# Writes batch after batch, and says "begin N" before and "done N" after the commit of batch N. When POINT is given the
# process kills itself there, in batch KILL_AT.
WRITER = """
import os, signal, sys
sys.path.insert(0, {root!r})
import pathlib, sqlite3
from ragkit.store import building, files, generations, recipes
from ragkit.store.recipes import Recipe
from ragkit.store.store import Store
from ragkit.store.writing import Transaction
from tests.hand_made import document, put, new_store
path, point, kill_at = sys.argv[1], sys.argv[2], int(sys.argv[3])
small = Recipe("flat", "SQfp16", merge_floor=5)
building.recipe_for = recipes.recipe_for = lambda name, rows: small if rows > 20 else None
number = 0

def die(*_):
    if number >= kill_at:
        os.kill(os.getpid(), signal.SIGKILL)

def before(owner, name):
    inner = getattr(owner, name)
    def wrapped(*args, **more):
        die()
        return inner(*args, **more)
    setattr(owner, name, wrapped)

def after(owner, name):
    inner = getattr(owner, name)
    def wrapped(*args, **more):
        result = inner(*args, **more)
        die()
        return result
    setattr(owner, name, wrapped)

POINTS = {{
    "none": lambda: None,
    "vectors put": lambda: after(Transaction, "put_vectors"),
    "document dropped": lambda: after(Transaction, "_drop"),
    "document put": lambda: after(Transaction, "put"),
    "before the commit": lambda: after(Transaction, "seal"),
    "index built": lambda: after(building, "build"),
    "before the index is flushed": lambda: before(files, "flush"),
    "before the index is renamed": lambda: before(pathlib.Path, "replace"),
    "after the index is renamed": lambda: after(pathlib.Path, "replace"),
    "before the old index is retired": lambda: before(generations, "retire"),
    "before the old index is removed": lambda: before(generations, "sweep"),
}}
POINTS[point]()
with Store.open(path, write=True) as store:
    while True:
        number += 1
        print("begin", number, flush=True)
        with store.transaction() as tx:
            for part in range(4):
                put(tx, document(f"doc{{part}}", *(f"batch {{number}} {{part}} {{n}}" for n in range(10))))
            if number > 1:
                tx.remove(f"once{{number - 1}}")
            put(tx, document(f"once{{number}}", f"only in batch {{number}}"))
        print("done", number, flush=True)
        store.finish()
"""

POINTS = [
    "vectors put",
    "document dropped",
    "document put",
    "before the commit",
    "index built",
    "before the index is flushed",
    "before the index is renamed",
    "after the index is renamed",
    "before the old index is retired",
    "before the old index is removed",
]

pytestmark = pytest.mark.skipif(os.name == "nt", reason="SIGKILL is POSIX")


def expected(number: int) -> dict[str, list[str]]:
    """What the store holds after batch ``number``."""
    if number == 0:
        return {}
    kept = {f"doc{part}": [f"batch {number} {part} {n}" for n in range(10)] for part in range(4)}
    return {**kept, f"once{number}": [f"only in batch {number}"]}


def start(path: Path, point: str = "none", kill_at: int = 0) -> subprocess.Popen[str]:
    new_store(path).close()
    command = [sys.executable, "-c", WRITER.format(root=str(ROOT)), str(path), point, str(kill_at)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True)


def assert_is_a_commit(path: Path, said: str, *, certain: int | None = None) -> None:
    """The store holds the last batch that was done or, if it was begun, the next; and works."""
    # a kill may cut the last line off
    lines = [line.split() for line in said.rpartition("\n")[0].splitlines()]
    done = max((int(number) for word, number in lines if word == "done"), default=0)
    begun = max((int(number) for word, number in lines if word == "begin"), default=0)
    with Store.open(path) as store:
        found = paragraphs(store)
        possible = [expected(number) for number in ({done, begun} if certain is None else {certain})]
        assert found in possible
        texts = sorted(text for content in found.values() for text in content)
        ids = [rowid for rowid, _ in store.dense(vector("x"), 99)]
        assert sorted(chunk.text for chunk in store.chunks(ids)) == texts
        assert len(store.keyword("batch", 99)) == len(texts)
    assert [finding for finding in check(path) if finding.level == "error"] == []
    with Store.open(path, write=True) as store:
        filled(store, document("after", "life goes on"))
        store.compact()
        assert store.dense(vector("life goes on"), 1)[0][1] == pytest.approx(1, abs=1e-3)
    assert check(path) == []


@pytest.mark.parametrize("seed", range(12))
def test_killed_at_a_random_instant(tmp_path: Path, seed: int) -> None:
    process = start(tmp_path / "store")
    assert process.stdout is not None
    first = process.stdout.readline()
    time.sleep(random.Random(seed).uniform(0, 0.4))
    process.kill()
    rest, _ = process.communicate()
    assert process.returncode == -signal.SIGKILL
    assert_is_a_commit(tmp_path / "store", first + rest)


@pytest.mark.parametrize("point", POINTS)
def test_killed_at_a_point_of_writing(tmp_path: Path, point: str) -> None:
    process = start(tmp_path / "store", point, kill_at=3)
    said, _ = process.communicate(timeout=60)
    assert process.returncode == -signal.SIGKILL
    within = POINTS.index(point) < POINTS.index("index built")
    assert_is_a_commit(tmp_path / "store", said, certain=2 if within else 3)
