"""The FAISS file of a store is derived: it merges, masks, mends itself, and never changes what is found."""

from __future__ import annotations

import logging
import shutil
import sys
from collections.abc import Callable, Iterator
from contextlib import nullcontext
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from ragkit.errors import ConfigError, StoreError, UsageError
from ragkit.store import building, generations, recipes, view
from ragkit.store.recipes import Recipe, load_recipe, parse_recipe, recipe_for
from ragkit.store.store import Store
from ragkit.store.vectors import ExactIndex, FaissIndex
from tests.hand_made import DIMENSION, document, filled, new_store, vector

ROWS = 640


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """The shipped recipes, for stores of tens of rows."""
    shipped = {name: load_recipe(name) for name in ("flat", "hnsw", "ivf-pq")}
    sizes = {"flat": 40, "hnsw": 100, "ivf-pq": 100}

    def load(name: str) -> Recipe:
        known = shipped[name]
        values = {field: getattr(known, field) for field in Recipe.__slots__}
        return Recipe(**{**values, "minimum": sizes[name], "merge_floor": 20})

    monkeypatch.setattr(recipes, "load_recipe", load)
    monkeypatch.setattr(building, "load_recipe", load)


@pytest.fixture(params=["flat", "hnsw", "ivf-pq"])
def store(small: None, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Store]:
    with new_store(tmp_path / "store", request.param) as made:
        filled(made, *(document(f"d{number}", *_texts(number)) for number in range(ROWS // 10)))
        assert made.finish()
        yield made


@pytest.fixture
def flat(small: None, tmp_path: Path) -> Iterator[Store]:
    with new_store(tmp_path / "store") as made:
        filled(made, *(document(f"d{number}", *_texts(number)) for number in range(10)))
        assert made.finish()
        yield made


def _texts(number: int) -> list[str]:
    return [f"passage {number} {part}" for part in range(10)]


def _file(store: Store) -> Path:
    return store.path / "index" / store.info().index_file


def _assert_finds_everything(store: Store, numbers: range | list[int]) -> None:
    """Each passage is the nearest to its own vector, and nothing else is there."""
    asked = [text for number in numbers for text in _texts(number)]
    scores, ids = store.nearest(np.stack([vector(text) for text in asked]), 1)
    assert [chunk.text for chunk in store.chunks(ids[:, 0].tolist())] == asked
    np.testing.assert_allclose(scores, 1, atol=2e-3)
    assert len(store.dense(vector("x"), 10_000)) <= len(asked) == store.counts().chunks


def test_every_recipe_finds_every_passage(store: Store) -> None:
    info = store.info()
    assert (info.indexed, info.pending, info.index_file) == (ROWS, 0, "gen-1.faiss")
    assert info.index == f"{info.recipe}: {ROWS} rows in FAISS, 0 beside it"
    assert replace(info, recipe="other").index.endswith("0 beside it, on the way to other")
    _assert_finds_everything(store, range(ROWS // 10))
    with Store.open(store.path) as again:
        _assert_finds_everything(again, range(ROWS // 10))


def test_what_was_deleted_is_masked_and_what_was_added_is_found(store: Store) -> None:
    _assert_finds_everything(store, range(ROWS // 10))
    with store.transaction() as tx:
        for number in range(5):
            tx.remove(f"d{number}")
    filled(store, document("d3", *_texts(3)), document("d99", *_texts(99)))
    _assert_finds_everything(store, [*range(5, ROWS // 10), 3, 99])
    assert store.info().pending == 70
    assert store.finish()
    assert (store.info().indexed, store.info().pending) == (ROWS - 30, 0)
    _assert_finds_everything(store, [*range(5, ROWS // 10), 3, 99])


def test_many_dead_rows_near_the_query_hide_no_live_one(flat: Store) -> None:
    filled(flat, *(document(f"copy{number}", "the same") for number in range(90)))
    flat.compact()
    with flat.transaction() as tx:
        for number in range(89):
            tx.remove(f"copy{number}")
    found = flat.dense(vector("the same"), 2)
    assert flat.chunks([found[0][0]])[0].text == "the same"
    assert len(found) == 2


def test_approximate_scores_are_replaced_by_exact_ones(small: None, tmp_path: Path) -> None:
    scores = {}
    for name in ("flat", "ivf-pq"):
        with new_store(tmp_path / name, name) as made:
            filled(made, *(document(f"d{number}", *_texts(number)) for number in range(20)))
            made.finish()
            scores[name] = made.dense(vector("passage 3 3"), 3)
    assert [rowid for rowid, _ in scores["flat"]] == [rowid for rowid, _ in scores["ivf-pq"]]
    np.testing.assert_allclose([s for _, s in scores["flat"]], [s for _, s in scores["ivf-pq"]], atol=1e-6)


def test_a_small_store_has_no_index_and_loads_no_faiss(tmp_path: Path) -> None:
    import subprocess

    with new_store(tmp_path / "store") as made:
        filled(made, document("a", *_texts(1)))
        assert not made.finish()
    script = (
        "import sys, numpy; from ragkit.store.store import Store; s = Store.open(sys.argv[1]);"
        "assert len(s.dense(numpy.ones((1, 8), dtype='float32'), 3)) == 3; s.close(); assert 'faiss' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", script, tmp_path / "store"], check=True)


def test_a_store_that_shrinks_gives_its_index_up(flat: Store) -> None:
    with flat.transaction() as tx:
        for number in range(2, 10):
            tx.remove(f"d{number}")
    assert flat.finish()
    assert flat.info().index_file == ""
    assert list((flat.path / "index").iterdir()) == []
    _assert_finds_everything(flat, range(2))


def test_merges_only_when_enough_has_changed(flat: Store) -> None:
    filled(flat, document("d10", *_texts(10)))
    assert not flat.finish()
    filled(flat, document("d11", *_texts(11)), document("d12", *_texts(12)))
    assert flat.finish()
    assert [file.name for file in (flat.path / "index").iterdir()] == ["gen-2.faiss"]


DAMAGES: dict[str, Callable[[Path], object]] = {
    "missing": lambda file: file.unlink(),
    "short": lambda file: file.write_bytes(file.read_bytes()[:-9]),
    "garbled": lambda file: file.write_bytes(b"\0" * file.stat().st_size),
    "folder gone": lambda file: shutil.rmtree(file.parent),
}


@pytest.mark.parametrize("damage", DAMAGES)
def test_a_reader_mends_a_damaged_file(flat: Store, damage: str, caplog: pytest.LogCaptureFixture) -> None:
    file = _file(flat)
    flat.close()
    DAMAGES[damage](file)
    with caplog.at_level(logging.WARNING), Store.open(flat.path) as reader:
        _assert_finds_everything(reader, range(10))
        assert "gen-1.faiss" in caplog.text
        assert _file(reader).name == "gen-2.faiss"
        caplog.clear()
        _assert_finds_everything(reader, range(10))
    with Store.open(flat.path) as again:
        _assert_finds_everything(again, range(10))
    assert caplog.text == ""


def test_a_reader_beside_a_writer_searches_without_the_file(flat: Store, caplog: pytest.LogCaptureFixture) -> None:
    _file(flat).unlink()
    with Store.open(flat.path) as reader:
        _assert_finds_everything(reader, range(10))
        filled(flat, document("d10", *_texts(10)))
        _assert_finds_everything(reader, range(11))
    assert "Using the vectors in SQLite" in caplog.text
    assert flat.finish()
    assert flat.info().index_file == "gen-2.faiss"


def test_an_older_snapshot_keeps_its_neighbours_through_a_merge(flat: Store) -> None:
    with Store.open(flat.path) as reader, reader.snapshot():
        before = reader.dense(vector("passage 1 1"), 5)
        with flat.transaction() as tx:
            tx.remove("d1")
        flat.compact()
        assert reader.dense(vector("passage 1 1"), 5) == before
        assert reader.chunks([before[0][0]])[0].text == "passage 1 1"


def test_two_snapshots_of_one_store_each_see_their_own(small: None, tmp_path: Path) -> None:
    import threading

    with new_store(tmp_path / "store") as made:
        filled(made, document("d1", *_texts(1)), document("d2", *_texts(2)))
        with made.snapshot():
            before = made.dense(vector("passage 1 1"), 99)

            def change() -> None:
                with made.transaction() as tx:
                    tx.remove("d1")
                filled(made, document("d3", *_texts(3)))
                _assert_finds_everything(made, [2, 3])

            other = threading.Thread(target=change)
            other.start()
            other.join()
            assert made.dense(vector("passage 1 1"), 99) == before
        _assert_finds_everything(made, [2, 3])


def test_a_file_left_by_a_killed_merge_is_swept_away(flat: Store) -> None:
    for name in ("gen-7.faiss", "gen-2.tmp"):
        (flat.path / "index" / name).write_bytes(b"left over")
    flat.compact()
    assert [file.name for file in (flat.path / "index").iterdir()] == ["gen-2.faiss"]


def test_a_file_left_by_a_merge_that_was_killed_after_its_commit_goes_with_the_next_run(flat: Store) -> None:
    (flat.path / "index" / "gen-0.faiss").write_bytes(b"left over")
    assert not flat.finish()
    assert [file.name for file in (flat.path / "index").iterdir()] == ["gen-1.faiss"]


def test_an_index_of_other_content_is_not_believed(flat: Store, tmp_path: Path) -> None:
    generation = generations.Generation(1, "gen-1.faiss", "flat", "", 0, "", _file(flat).stat().st_size, 99, 99)
    with pytest.raises(Exception, match="holds 100 vectors of 8 dimensions, not 99"):
        building.open_index(flat.path, generation, DIMENSION)


def test_the_shipped_recipes_choose_by_size() -> None:
    assert recipe_for("flat", 100) is None
    for name in ("hnsw", "ivf-pq"):
        chosen = recipe_for(name, 15_000)
        assert chosen is not None
        assert chosen.name == "flat"
        assert recipe_for(name, 100_000) == load_recipe(name)
    assert [
        found and found.name for found in (recipe_for(recipes.DEFAULT, rows) for rows in (9_999, 10_000, 100_000))
    ] == [
        None,
        "flat",
        "ivf-pq",
    ]
    assert load_recipe("ivf-pq").strings(50_000, 384) == ("IVF224,PQ96x4fs", "nprobe=56")
    assert load_recipe("ivf-pq").strings(20_000, 10)[0] == "IVF141,PQ2x4fs"


def test_a_merge_is_due_past_a_tenth_and_past_the_floor() -> None:
    flat = load_recipe("flat")
    assert not flat.due(10_000, 2_000)
    assert flat.due(10_000, 2_001)
    assert not flat.due(100_000, 10_000)
    assert flat.due(100_000, 10_001)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("factory =", "not valid TOML"),
        ("minimum = 1", "no factory"),
        ('factory = "Flat"\nminimun = 1', "unknown key 'minimun'. Did you mean 'minimum'"),
        ('factory = "Flat"\nminimum = "1"', "minimum must be of type int"),
    ],
)
def test_a_recipe_that_cannot_be_is_refused(text: str, message: str) -> None:
    with pytest.raises(ConfigError, match=message):
        parse_recipe("mine", text)


def test_an_unknown_recipe_is_refused() -> None:
    with pytest.raises(UsageError, match="Did you mean 'hnsw'"):
        load_recipe("hnswe")


@pytest.mark.parametrize("error", [OSError(28, "No space left on device"), RuntimeError("write error: 0 != 4096")])
def test_an_index_that_cannot_be_written_leaves_the_old_one(
    flat: Store, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    before = flat.info().index_file

    def full(self: FaissIndex, path: Path) -> None:
        path.write_bytes(b"half")
        raise error

    monkeypatch.setattr(FaissIndex, "write", full)
    filled(flat, document("new", "one more"))
    with pytest.raises(StoreError, match=r"cannot be written: .*(No space|write error)"):
        flat.compact()
    monkeypatch.undo()
    assert flat.info().index_file == before
    assert len(flat.dense(vector("one more"), 999)) == flat.counts().chunks
    flat.sweep()
    assert [file.name for file in (flat.path / "index").iterdir()] == [before]


def test_rows_that_were_only_added_join_the_index_that_is_there(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    built: list[int] = []
    train = FaissIndex.train
    monkeypatch.setattr(FaissIndex, "train", lambda *given: built.append(1) or train(*given))
    filled(store, *(document(f"more{number}", *_texts(100 + number)) for number in range(20)))
    assert store.finish()
    assert built == []
    assert (store.info().indexed, store.info().pending) == (ROWS + 200, 0)
    _assert_finds_everything(store, [*range(ROWS // 10), *range(100, 120)])
    with store.transaction() as tx:
        for number in range(20):
            tx.remove(f"more{number}")
    assert store.finish()
    assert built == [1]
    _assert_finds_everything(store, range(ROWS // 10))


def test_a_damaged_index_is_not_added_to(flat: Store) -> None:
    content = bytearray(_file(flat).read_bytes())
    content[-9] ^= 255
    _file(flat).write_bytes(content)
    filled(flat, *(document(f"more{number}", *_texts(100 + number)) for number in range(3)))
    assert flat.finish()
    _assert_finds_everything(flat, [*range(10), *range(100, 103)])


def test_an_index_that_its_rows_have_outgrown_is_trained_anew() -> None:
    recipe = load_recipe("ivf-pq")
    assert recipe.suits(316, 399_000)
    assert not recipe.suits(316, 402_000)
    assert load_recipe("hnsw").suits(1, 10**9)


def test_a_reader_behind_a_commit_shares_the_rows_of_the_newest_view() -> None:
    last = ExactIndex(np.arange(1, 6, dtype=np.int64), np.eye(5, dtype=np.float32))
    first = view._kept(last, np.array([True, True, True, False, False]))
    assert first.ids.tolist() == [1, 2, 3]
    assert np.shares_memory(first.matrix, last.matrix)
    some = view._kept(last, np.array([True, False, True, False, True]))
    assert some.ids.tolist() == [1, 3, 5]
    np.testing.assert_array_equal(some.matrix, last.matrix[[0, 2, 4]])


@pytest.mark.parametrize("fails", [False, True])
def test_training_is_the_work_of_one_thread_and_leaves_their_number(
    monkeypatch: pytest.MonkeyPatch, fails: bool
) -> None:
    """On a busy machine a team of threads takes twenty times as long."""
    import faiss

    threads = []
    made = faiss.index_factory(DIMENSION, "IVF1,Flat", faiss.METRIC_INNER_PRODUCT)

    class Watched:
        is_trained = False

        def train(self, sample: object) -> None:
            threads.append(faiss.omp_get_max_threads())
            if fails:
                raise RuntimeError("too few rows")
            made.train(sample)

    monkeypatch.setattr(faiss, "index_factory", lambda *_: Watched())
    monkeypatch.setattr(faiss, "IndexIDMap", lambda inner: made)
    before = faiss.omp_get_max_threads()
    faiss.omp_set_num_threads(3)
    try:
        with pytest.raises(RuntimeError) if fails else nullcontext():
            FaissIndex.train("IVF1,Flat", "", np.eye(DIMENSION, dtype=np.float32))
        assert (threads, faiss.omp_get_max_threads()) == ([1], 3)
    finally:
        faiss.omp_set_num_threads(before)
