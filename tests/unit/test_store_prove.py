"""The proof of a store holds for a sound one and fails, by name, for each thing that can be lost."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import numpy as np
import pytest

from ragkit.store import building, recipes, selfsearch
from ragkit.store.check import Line, examine
from ragkit.store.recipes import Recipe
from ragkit.store.schema import FILE
from ragkit.store.store import Store
from tests.hand_made import DIMENSION, document, filled, new_store, vector


@pytest.fixture
def path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A closed store with an index file, a tombstone and a row beyond the index; two chunks say the same."""
    monkeypatch.setattr(recipes, "load_recipe", lambda name: Recipe(name, "SQfp16"))
    monkeypatch.setattr(building, "load_recipe", lambda name: Recipe(name, "SQfp16"))
    with new_store(tmp_path / "store") as store:
        filled(store, document("a", "one fish", "two fish"), document("b", "three", "one fish"), document("c", "five"))
        assert store.finish()
        filled(store, document("c", "...", "six"))
    return tmp_path / "store"


def changed(path: Path, *statements: str, values: tuple[object, ...] = ()) -> None:
    connection = sqlite3.connect(path / FILE)
    for statement in statements:
        connection.execute(statement, values)
    connection.commit()
    connection.close()


def failed(path: Path) -> list[Line]:
    return [line for line in examine(path, thorough=True) if not line.proven]


def test_a_sound_store_is_proven_and_the_lines_say_how_much_was_looked_at(path: Path) -> None:
    lines = {line.what: line for line in examine(path, thorough=True)}
    assert all(line.proven and not line.findings for line in lines.values())
    assert lines["chunks with one vector and one full-text row"].looked == 6
    assert lines["documents that their chunks tile"].looked == 3
    assert lines["characters of text, 100 % of which are in chunks"].looked == 38
    assert lines["rows of the index, each a chunk's or a deleted one's"].looked == 5
    assert lines["chunks that their vector finds first"].looked == 6
    assert lines["chunks that their words find"].looked == 6


def test_an_empty_store_is_proven(tmp_path: Path) -> None:
    new_store(tmp_path / "empty").close()
    assert failed(tmp_path / "empty") == []


def test_a_vector_that_finds_others_first_is_told(path: Path) -> None:
    blob = (vector("one fish") * 0.2).astype("<f2").tobytes()
    changed(path, "UPDATE vectors SET vector = ? WHERE id = 1", values=(blob,))
    [line] = failed(path)
    assert line.what == "chunks that their vector finds first"
    assert "a at 0" in line.findings[0].what


def test_an_index_of_other_vectors_than_the_catalogues_is_told(path: Path) -> None:
    # the rows of two chunks change places in the catalogue: counts, ids and checksum all agree
    changed(path, "UPDATE chunks SET vector_id = 5 - vector_id WHERE id IN (2, 3)")
    strange, unseen = failed(path)
    assert strange.findings[0].what.startswith("2 chunks have the vector of another text")
    assert unseen.findings[0].what.startswith("2 chunks are not found by their own vector")


def test_many_that_are_equal_do_not_hide_each_other(tmp_path: Path) -> None:
    with new_store(tmp_path / "store") as store:
        filled(store, *(document(f"d{number}", "the same") for number in range(selfsearch.DEPTH * 2)))
    assert failed(tmp_path / "store") == []


def test_words_that_find_nothing_are_told(path: Path) -> None:
    # the text is there and the index was not told: as a crash of SQLite itself would leave it
    changed(path, "UPDATE chunks_fts_content SET c2 = 'tree' WHERE id = 3")
    assert [line.what for line in failed(path)] == [
        "documents that their chunks tile",
        "chunks whose vector is of their text",
        "chunks that their words find",
    ]


def test_an_index_row_that_is_nobodys_is_told(path: Path) -> None:
    changed(path, "UPDATE tombstones SET id = 4")
    lines = {line.what: line for line in failed(path)}
    assert "1 tombstones stand on living chunks" in str(lines["chunks with one vector and one full-text row"])
    assert "rows of the index are not the catalogue's" in str(lines.values())


def test_a_large_store_is_sampled_and_the_line_says_so(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(selfsearch, "MOST", 3)
    monkeypatch.setattr(selfsearch, "SAMPLE", 2)
    lines = examine(path, thorough=True)
    assert ("chunks that their vector finds first (a sample of 6)", 2) in [(line.what, line.looked) for line in lines]


def test_the_batches_of_the_search_cover_all(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(selfsearch, "BATCH", 4)
    blob = np.zeros(DIMENSION, "<f2").tobytes()
    with Store.open(path) as store, store.reading() as connection:
        last = connection.execute("SELECT vector_id FROM chunks ORDER BY id DESC").fetchone()[0]
    changed(path, "UPDATE vectors SET vector = ? WHERE id = ?", values=(blob, last))
    assert [line.what for line in failed(path)] == ["chunks that their vector finds first"]


def test_a_vector_of_another_text_is_told(path: Path) -> None:
    # counts agree, and the chunk is found first by it: it ties with the text whose vector it is
    changed(path, "UPDATE chunks SET vector_id = 1 WHERE id = 3", "DELETE FROM vectors WHERE id = 3")
    line, *_ = failed(path)
    assert line.findings[0].what == "1 chunks have the vector of another text, b at 0 among them."


def test_the_proof_says_how_much_of_the_text_is_covered(path: Path) -> None:
    changed(path, "DELETE FROM chunks WHERE id = 2", "DELETE FROM chunks_fts WHERE rowid = 2")
    assert "characters of text, 78.94 % of which are in chunks" in [line.what for line in examine(path)]
