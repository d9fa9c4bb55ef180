"""One process writes, threads and processes read: every answer belongs to one commit, whatever takes its place."""

from __future__ import annotations

import subprocess
import sys
import threading
from pathlib import Path

from ragkit.store import rebuild
from ragkit.store.store import Store
from tests.hand_made import document, filled, new_store, vector

ROOT = Path(__file__).parents[2]
BATCHES = 25

# Replaces all documents at once, over and over, with an index that is merged every few batches.
WRITER = """
import sys
sys.path.insert(0, {root!r})
from ragkit.store import building, recipes
from ragkit.store.recipes import Recipe
from ragkit.store.store import Store
from tests.hand_made import document, put, new_store
building.recipe_for = recipes.recipe_for = lambda name, rows: Recipe(name, "SQfp16", merge_floor=45)
with Store.open(sys.argv[1], write=True) as store:
    for number in range(1, {batches} + 1):
        with store.transaction() as tx:
            for part in range(4):
                put(tx, document(f"doc{{part}}", *(f"batch{{number}} {{part}} {{n}}" for n in range(5))))
        store.finish()
"""


def _batches(store: Store) -> set[str]:
    """The batches that one look at the store sees, however it looks."""
    with store.snapshot():
        dense = store.dense(vector("x"), 99)
        assert len(dense) == len({rowid for rowid, _ in dense}) == 20
        words = [chunk.text.split()[0] for chunk in store.chunks([rowid for rowid, _ in dense])]
        assert len(store.keyword(words[0], 99)) == 20
        return {*words, store.document("doc2").text.split()[0]}


def test_readers_see_whole_commits_only(tmp_path: Path) -> None:
    path = tmp_path / "store"
    with new_store(path) as made:
        filled(made, *(document(f"doc{part}", *(f"batch0 {part} {n}" for n in range(5))) for part in range(4)))
    writer = subprocess.Popen([sys.executable, "-c", WRITER.format(root=str(ROOT), batches=BATCHES), str(path)])
    seen: list[str] = []
    wrong: list[BaseException] = []

    def look(store: Store) -> None:
        try:
            while writer.poll() is None:
                batches = _batches(store)
                assert len(batches) == 1, batches
                seen.extend(batches)
        except BaseException as error:
            wrong.append(error)

    with Store.open(path) as shared:
        threads = [threading.Thread(target=look, args=(shared,)) for _ in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert wrong == []
        assert _batches(shared) == {f"batch{BATCHES}"}
    assert writer.wait() == 0
    assert len(set(seen)) > 1


# Looks at the store until it is told that the writer is done, then tells which states it saw.
READER = """
import select, sys
sys.path.insert(0, {root!r})
from ragkit.store.store import Store
from tests.hand_made import vector
seen = set()
with Store.open(sys.argv[1]) as store:
    print("ready", flush=True)
    while not select.select([sys.stdin], [], [], 0)[0]:
        with store.snapshot():
            documents = {{store.document(info.uri).text for info in store.documents()}}
            dense = store.dense(vector("x"), 99)
            texts = {{chunk.text for chunk in store.chunks([rowid for rowid, _ in dense])}}
            assert len(dense) == 20, len(dense)
            assert len({{text.split()[0] for text in documents | texts}}) == 1, (documents, texts)
            assert len(store.keyword("batch", 99)) == 20
            seen.add((store.chunker_fingerprint, texts.pop().split()[0]))
print(len(seen), sorted(seen)[-1][0])
"""


def _replaced(store: Store, number: int) -> None:
    filled(store, *(document(f"doc{part}", *(f"{number} batch {part} {n}" for n in range(5))) for part in range(4)))
    store.finish()


def _rebuilt(store: Store, number: int) -> None:
    """The same documents in a store that was made beside this one and takes its place."""
    made = rebuild.beside(
        store, embedder="hand-made", dimension=store.dimension, chunker=f"chunker {number:02}", recipe="flat"
    )
    _replaced(made, number)
    rebuild.swap(store, made)


def test_processes_that_read_see_whole_commits_through_swaps_of_the_whole_store(tmp_path: Path) -> None:
    path = tmp_path / "store"
    command = [sys.executable, "-c", READER.format(root=str(ROOT)), str(path)]
    with new_store(path) as store:
        _replaced(store, 0)
        readers = [
            subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) for _ in range(3)
        ]
        for reader in readers:
            assert reader.stdout
            assert reader.stdout.readline() == "ready\n"
        for number in range(1, BATCHES):
            (_rebuilt if number % 4 == 0 else _replaced)(store, number)
        told = [reader.communicate("done\n", timeout=120)[0].split(maxsplit=1) for reader in readers]
    assert [reader.returncode for reader in readers] == [0, 0, 0]
    assert all(int(count) > 1 for count, _ in told)
