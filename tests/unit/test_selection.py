"""A filtered search finds k where k exist, whatever the index, and finds exactly what is selected."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ragkit.store import building, lengths, recipes, view
from ragkit.store.recipes import Recipe, load_recipe
from ragkit.store.selection import Selection
from ragkit.store.store import Store
from ragkit.types import Scope
from tests.hand_made import document, filled, new_store, vector

DOCUMENTS = 60
RARE = Scope("tens = 3")
COMMON = Scope("tens >= 1")


@pytest.fixture(params=["flat", "hnsw", "ivf-pq"])
def store(tmp_path: Path, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[Store]:
    shipped = {name: load_recipe(name) for name in ("flat", "hnsw", "ivf-pq")}

    def load(name: str) -> Recipe:
        return replace(shipped[name], minimum=40 if name == "flat" else 100, merge_floor=20)

    monkeypatch.setattr(recipes, "load_recipe", load)
    monkeypatch.setattr(building, "load_recipe", load)
    with new_store(tmp_path / "store", request.param) as made:
        filled(
            made,
            *(
                replace(document(f"d{n}", *(f"passage {n} {part}" for part in range(10))), metadata={"tens": n // 10})
                for n in range(DOCUMENTS)
            ),
        )
        assert made.finish()
        yield made


@pytest.mark.parametrize("scanned", [0, 20_000])
@pytest.mark.parametrize(
    ("scope", "rows"), [(RARE, 100), (COMMON, 500), (Scope('uri = "d7"'), 10), (Scope("a = 1"), 0)]
)
def test_k_are_found_where_k_exist(
    store: Store, scope: Scope, rows: int, scanned: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(view, "SCANNED", scanned)
    query = vector("passage 3 3")
    every = {chunk.uri for chunk in store.chunks([row for row, _ in store.dense(query, 1_000, scope)])}
    assert len(store.dense(query, 1_000, scope)) == rows
    assert every == {info.uri for info in store.documents(scope)}
    for k in (1, 10):
        found = store.dense(query, k, scope)
        assert len(found) == min(k, rows)
        exact = [(row, store.similarity(query, [row])[0]) for row, _ in store.dense(query, 1_000, scope)]
        best = sorted((score for _, score in exact), reverse=True)[:k]
        np.testing.assert_allclose([score for _, score in found], best, atol=2e-3)


def test_rows_added_and_deleted_since_the_index_was_made_are_seen_as_they_are(store: Store) -> None:
    with store.transaction() as tx:
        tx.remove("d30")
    filled(store, replace(document("new", "passage 3 3"), metadata={"tens": 3}))
    found = store.dense(vector("passage 3 3"), 1_000, RARE)
    assert len(found) == 91
    assert store.chunks([found[0][0]])[0].uri == "new"
    assert found[0][1] == pytest.approx(1, abs=1e-3)


def test_keyword_search_stays_in_scope_and_counts_by_it(store: Store) -> None:
    found = store.keyword("passage 31", 1_000, RARE)
    assert len(found) == 100
    assert store.chunks([found[0][0]])[0].uri == "d31"
    assert store.keyword("31", 9, Scope("tens = 4")) == []
    # within the document every passage has the word, so that it tells nothing; in all of the store it is rare
    assert store.keyword("31", 1)[0][1] > store.keyword("31", 1, Scope('uri = "d31"'))[0][1]


def test_similarities_come_in_the_order_asked_for(store: Store) -> None:
    filled(store, document("new", "the same"))
    rows = [row for row, _ in store.dense(vector("the same"), 20)][::-1]
    assert store.similarity(vector("the same"), rows) == sorted(store.similarity(vector("the same"), rows))
    assert store.similarity(vector("the same"), []) == []


@given(st.sets(st.integers(0, 200)), st.lists(st.integers(0, 250), max_size=30))
def test_a_selection_knows_its_own(ids: set[int], asked: list[int]) -> None:
    selection = Selection(np.array(sorted(ids), dtype=np.int64), 0)
    assert selection.has(np.array(asked, dtype=np.int64)).tolist() == [each in ids for each in asked]
    bits = np.unpackbits(selection.bitmap, bitorder="little")
    assert np.flatnonzero(bits).tolist() == sorted(ids)


def sqlite_varint(value: int) -> bytes:
    """Big-endian groups of seven bits, all but the last marked."""
    groups = [value & 0x7F]
    while value := value >> 7:
        groups.append((value & 0x7F) | 0x80)
    return bytes(groups[::-1])


@given(st.lists(st.integers(0, 2**48), min_size=1, max_size=30))
def test_varints(values: list[int]) -> None:
    assert lengths.varints(b"".join(map(sqlite_varint, values))).tolist() == values


def test_lengths_are_those_that_fts5_keeps(tmp_path: Path) -> None:
    with new_store(tmp_path / "store") as made:
        filled(made, document("a", "one two three", "PL-10 " * 200, title="Four"))
        with made.connected() as connection:
            rows = np.array([row for (row,) in connection.execute("SELECT id FROM chunks ORDER BY id")], dtype=np.int64)
            # title 1, headings 2; PL-10 also in one piece
            assert lengths.of(connection, rows).tolist() == [6, 603]
            assert lengths.totals(connection) == (2, 609)
            assert lengths.of(connection, rows[:0]).tolist() == []
