"""One process writes, eight threads of another read: every answer belongs to one commit."""

from __future__ import annotations

import subprocess
import sys
import threading
from pathlib import Path

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
