"""What every `ragkit.protocols.VectorIndex` does, exact ones to the last neighbour."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from ragkit import shipped
from ragkit.protocols import VectorIndex
from ragkit.store.recipes import load_recipe
from ragkit.store.selection import Selection
from ragkit.store.vectors import ExactIndex, FaissIndex

Matrix = NDArray[np.float32]
Make = Callable[[NDArray[np.int64], Matrix, Path], VectorIndex]


def exact(ids: NDArray[np.int64], matrix: Matrix, folder: Path) -> VectorIndex:
    return ExactIndex(ids, matrix)


def faiss_index(factory: str, parameters: str = "") -> Make:
    def make(ids: NDArray[np.int64], matrix: Matrix, folder: Path) -> VectorIndex:
        made = FaissIndex.train(factory, parameters, matrix)
        made.add(ids, matrix)
        made.write(folder / "index.faiss")
        return FaissIndex.read(folder / "index.faiss", parameters)

    return make


MAKERS = {
    "numpy": exact,
    "flat": faiss_index("Flat"),
    "flat-float16": faiss_index("SQfp16"),
    "hnsw": faiss_index("HNSW32,SQfp16", "efSearch=128"),
    "ivf": faiss_index("IVF4,SQfp16", "nprobe=4"),
}
RECIPES = shipped.names("indexes", ".toml")


@pytest.fixture(params=MAKERS)
def make(request: pytest.FixtureRequest) -> Make:
    return MAKERS[request.param]


def unit(rows: int, seed: int) -> Matrix:
    """Unit vectors of shape ``(rows, 16)``."""
    matrix = np.random.default_rng(seed).standard_normal((rows, 16)).astype(np.float32)
    lengths: Matrix = np.linalg.norm(matrix, axis=1, keepdims=True)
    return matrix / lengths


def test_finds_the_nearest_first_under_their_own_ids(make: Make, tmp_path: Path) -> None:
    matrix = unit(300, 0)
    ids = np.arange(300, dtype=np.int64) * 7 + 2**40
    queries = unit(20, 1)
    scores, found = make(ids, matrix, tmp_path).search(queries, 5)
    truth = queries @ matrix.T
    order = np.argsort(-truth, axis=1)[:, :5]
    assert (found == ids[order]).mean() >= 0.99
    np.testing.assert_allclose(scores, np.take_along_axis(truth, order, axis=1), atol=2e-3)
    assert scores.dtype == np.dtype(np.float32)
    assert found.dtype == np.dtype(np.int64)
    assert found.shape == (20, 5)
    assert (np.diff(scores, axis=1) <= 0).all()


def test_one_query_finds_what_it_finds_among_many(make: Make, tmp_path: Path) -> None:
    index = make(np.arange(300, dtype=np.int64), unit(300, 2), tmp_path)
    queries = unit(6, 3)
    _, together = index.search(queries, 8)
    alone = [index.search(queries[row : row + 1], 8)[1][0] for row in range(6)]
    np.testing.assert_array_equal(together, alone)


def test_pads_when_there_are_fewer_than_asked_for(make: Make, tmp_path: Path) -> None:
    index = make(np.arange(5, 205, dtype=np.int64), unit(200, 4), tmp_path)
    scores, found = index.search(unit(2, 5), 203)
    assert (np.sort(found, axis=1)[:, 3:] == np.arange(5, 205)).all()
    assert (found[:, 200:] == -1).all()
    assert np.isneginf(scores[:, 200:]).all()


def test_equal_scores_come_in_order_of_id(make: Make, tmp_path: Path) -> None:
    matrix = np.concatenate([np.tile(unit(1, 6), (4, 1)), unit(196, 7)])
    ids = np.concatenate([[40, 30, 20, 10], np.arange(100, 296)]).astype(np.int64)
    _, found = make(ids, matrix, tmp_path).search(matrix[:1], 4)
    assert found.tolist() == [[10, 20, 30, 40]]


def test_no_query_finds_nothing(make: Make, tmp_path: Path) -> None:
    scores, found = make(np.arange(200, dtype=np.int64), unit(200, 8), tmp_path).search(unit(0, 9), 3)
    assert scores.shape == found.shape == (0, 3)


@pytest.mark.parametrize("name", RECIPES)
@pytest.mark.parametrize("share", [0.5, 0.05])
def test_each_shipped_recipe_finds_k_of_those_selected(name: str, share: float, tmp_path: Path) -> None:
    rows = 3_000
    recipe = load_recipe(name)
    index = faiss_index(*recipe.strings(rows, 16))(np.arange(rows, dtype=np.int64), unit(rows, 10), tmp_path)
    assert isinstance(index, FaissIndex)
    chosen = np.sort(np.random.default_rng(11).permutation(rows)[: int(rows * share)]).astype(np.int64)
    _, found = index.search(unit(20, 12), 10, Selection(chosen, 0))
    assert np.isin(found, chosen).all()
    assert all(len(set(row)) == 10 for row in found.tolist())
