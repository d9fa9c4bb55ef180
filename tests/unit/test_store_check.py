"""`ragkit.store.check` finds each kind of damage and is content with a sound store."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from ragkit.errors import StoreMissing
from ragkit.store import building, recipes
from ragkit.store.check import check
from ragkit.store.recipes import Recipe
from ragkit.store.schema import FILE
from ragkit.store.store import Store
from tests.hand_made import document, filled, new_store


@pytest.fixture
def path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A closed store with an index file, a tombstone and a row beyond the index."""
    monkeypatch.setattr(recipes, "load_recipe", lambda name: Recipe(name, "SQfp16"))
    monkeypatch.setattr(building, "load_recipe", lambda name: Recipe(name, "SQfp16"))
    with new_store(tmp_path / "store") as store:
        filled(store, document("a", "one", "two"), document("b", "three", "four"), document("c", "five"))
        assert store.finish()
        filled(store, document("c", "six"))
    return tmp_path / "store"


def test_a_sound_store_has_no_findings(path: Path) -> None:
    assert check(path) == []


def test_a_missing_store_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(StoreMissing):
        check(tmp_path)


@pytest.mark.parametrize(
    ("statement", "what"),
    [
        ("DELETE FROM chunks_fts WHERE rowid = 1", "1 chunks cannot be found by their words"),
        ("INSERT INTO chunks_fts (rowid, text) VALUES (99, 'ghost')", "1 texts in the full-text index belong"),
        ("UPDATE vectors SET vector = x'0102' WHERE id = 2", "1 vectors have the wrong length"),
        ("INSERT INTO vectors VALUES (99, 'orphan', zeroblob(16))", "1 vectors belong to no chunk"),
        ("DELETE FROM documents WHERE uri = 'a'", "A row of chunks refers to nothing"),
        ("DELETE FROM tombstones", "The index has 5 rows, the catalogue 4"),
        ("UPDATE chunks SET start = start + 1 WHERE id = 1", "A chunk of a is not the text at 1:3"),
        ("UPDATE chunks SET start = 6, stop = 6 WHERE id = 3", "The text of b at 0:6 is in no chunk"),
        ("UPDATE chunks SET stop = stop - 1 WHERE id = 2", "The text of a from 6 on is in no chunk"),
        ("UPDATE documents SET text = x'789c00' WHERE uri = 'a'", "What the store holds of a is damaged"),
        ("UPDATE documents SET structure = substr(structure, 1, 9) WHERE uri = 'b'", "What the store holds of b"),
    ],
)
def test_a_catalogue_that_contradicts_itself_is_found(path: Path, statement: str, what: str) -> None:
    connection = sqlite3.connect(path / FILE)
    connection.execute(statement)
    connection.commit()
    connection.close()
    findings = check(path)
    assert any(what in finding.what and finding.remedy for finding in findings), findings


def test_a_flipped_bit_in_the_index_is_found_and_the_remedy_works(path: Path) -> None:
    file = path / "index" / "gen-1.faiss"
    content = bytearray(file.read_bytes())
    content[len(content) // 2] ^= 1
    file.write_bytes(content)
    [finding] = check(path)
    assert (finding.level, "checksum differs" in finding.what) == ("error", True)
    assert finding.remedy.startswith("Delete ")
    file.unlink()
    with Store.open(path) as store:
        _, query = store.vectors_by_hash([store.chunks([1])[0].text_hash])
        assert len(store.nearest(query, 9)[1][0]) == 9
    assert check(path) == []


def test_a_leftover_file_is_a_warning(path: Path) -> None:
    (path / "index" / "gen-9.faiss").write_bytes(b"")
    assert [(finding.level, "left over" in finding.what) for finding in check(path)] == [("warning", True)]


def test_a_file_that_is_no_database_is_a_finding(path: Path) -> None:
    (path / FILE).write_bytes(b"no database at all, " * 500)
    [finding] = check(path)
    assert "damaged" in finding.what


def test_a_torn_page_is_a_finding(path: Path) -> None:
    content = bytearray((path / FILE).read_bytes())
    for start in range(3 * 4096, len(content), 4096):
        content[start : start + 64] = b"\xff" * 64
    (path / FILE).write_bytes(content)
    assert any(finding.level == "error" for finding in check(path))
