"""Nearest neighbours by inner product: exact over a matrix in memory, or by a FAISS index.

Neither knows where its vectors come from or which of them have been deleted since; see `ragkit.store.view`.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from ragkit.protocols import Vectors
    from ragkit.store.selection import Selection

    Found = tuple[NDArray[np.float32], NDArray[np.int64]]
    """Scores and ids, each of shape ``(queries, k)``, best first; id -1 and score -inf where there are fewer."""


class ExactIndex:
    """The product with every vector: ``ids`` of shape ``(n,)``, ``matrix`` of shape ``(n, dimension)``."""

    def __init__(self, ids: NDArray[np.int64], matrix: Vectors) -> None:
        self.ids = ids
        self.matrix = matrix

    def search(self, queries: Vectors, k: int) -> Found:
        """The ``k`` best for each query; equal scores in order of id."""
        if len(queries) == 1:
            # BLAS would share this small product among threads and, on a busy machine, wait for them: 12 ms, not 0.2.
            scores = np.einsum("nd,d->n", self.matrix, queries[0])[None, :]
        else:
            scores = queries @ self.matrix.T
        return best(scores, np.broadcast_to(self.ids, scores.shape), k)

    def among(self, selection: Selection) -> ExactIndex:
        """The selected of its vectors."""
        kept = selection.has(self.ids)
        return self if kept.all() else ExactIndex(self.ids[kept], self.matrix[kept])


class FaissIndex:
    """A FAISS index of any recipe, with an id map.

    The file of a flat one is mapped, not read: opening 100,000 vectors takes 2 ms, and its pages are shared between
    processes.
    """

    def __init__(self, index: Any) -> None:
        self._index = index

    @property
    def count(self) -> int:
        """Number of vectors."""
        return int(self._index.ntotal)

    @property
    def dimension(self) -> int:
        """Length of a vector."""
        return int(self._index.d)

    @property
    def ids(self) -> NDArray[np.int64]:
        """The ids of its vectors, in the order in which they were added."""
        import faiss

        ids: NDArray[np.int64] = faiss.vector_to_array(self._index.id_map)
        return ids

    @property
    def lists(self) -> int:
        """How many lists it keeps its vectors in; 1 when it keeps none."""
        import faiss

        return int(getattr(faiss.downcast_index(self._index.index), "nlist", 1))

    @classmethod
    def train(cls, factory: str, parameters: str, sample: Vectors) -> FaissIndex:
        """An empty index of a FAISS factory string, trained on ``sample`` and set to search with ``parameters``."""
        import faiss

        inner = faiss.index_factory(sample.shape[1], factory, faiss.METRIC_INNER_PRODUCT)
        if not inner.is_trained:
            with _one_thread():
                inner.train(sample)
        tune(inner, parameters)
        return cls(faiss.IndexIDMap(inner))

    @classmethod
    def read(cls, path: Path, parameters: str = "", *, mapped: bool = True) -> FaissIndex:
        """The index of a file. Raises `RuntimeError` when FAISS cannot make sense of it."""
        import faiss

        index = faiss.read_index(str(path), faiss.IO_FLAG_MMAP_IFC if mapped else 0)
        if not isinstance(index, faiss.IndexIDMap):
            raise RuntimeError("it has no id map")
        tune(faiss.downcast_index(index.index), parameters)
        return cls(index)

    def add(self, ids: NDArray[np.int64], matrix: Vectors) -> None:
        """More vectors, under ids that are not in the index yet."""
        self._index.add_with_ids(matrix, ids)

    def write(self, path: Path) -> None:
        """The index as a file."""
        import faiss

        faiss.write_index(self._index, str(path))

    @property
    def exact(self) -> bool:
        """Whether every vector is compared, so that a selection never hides what it should find."""
        import faiss

        return isinstance(faiss.downcast_index(self._index.index), faiss.IndexFlatCodes)

    def search(self, queries: Vectors, k: int, selection: Selection | None = None) -> Found:
        """The ``k`` best for each query, of all or of those selected; equal scores in order of id.

        An index that is not `exact` may find fewer than there are.
        """
        parameters = None if selection is None else _selecting(self._index, selection, k)
        with _one_thread() if len(queries) == 1 else nullcontext():
            scores, ids = self._index.search(queries, min(k, max(1, self.count)), params=parameters)
        return best(np.where(ids < 0, -np.inf, scores).astype(np.float32), ids, k)


@contextmanager
def _one_thread() -> Iterator[None]:
    """What FAISS does inside is done by the thread that asks.

    A team of threads gains nothing on one row and little in training, and on a busy machine each step of it waits for
    the last to get its turn: a search took 20 ms instead of 1, training for 200,000 rows 62 s instead of 3.
    """
    import faiss

    threads = faiss.omp_get_max_threads()
    faiss.omp_set_num_threads(1)
    try:
        yield
    finally:
        faiss.omp_set_num_threads(threads)


def best(scores: NDArray[np.float32], ids: NDArray[np.int64], k: int) -> Found:
    """The ``k`` best of each row, score descending and then id ascending, padded with ``-inf`` and -1."""
    top_scores = np.full((len(scores), k), -np.inf, dtype=np.float32)
    top_ids = np.full((len(scores), k), -1, dtype=np.int64)
    for row, (values, names) in enumerate(zip(scores, ids, strict=True)):
        places = np.arange(len(values))
        if 0 < k < len(values):
            places = np.flatnonzero(values >= np.partition(values, -k)[-k])
        order = places[np.lexsort((names[places], -values[places]))][:k]
        top_scores[row, : len(order)] = values[order]
        top_ids[row, : len(order)] = names[order]
    return top_scores, top_ids


def _selecting(index: Any, selection: Selection, k: int) -> Any:
    """Search parameters that let only the selected rows through, and look further for them."""
    import faiss as library

    # its stubs know neither arrays nor keywords
    faiss: Any = library
    selector = faiss.IDSelectorBitmap(selection.bitmap)
    inner = faiss.downcast_index(index.index)
    if isinstance(inner, faiss.IndexIVF):
        return faiss.SearchParametersIVF(sel=selector, nprobe=inner.nprobe)
    if isinstance(inner, faiss.IndexHNSW):
        further = max(inner.hnsw.efSearch, 2 * k * index.ntotal // max(1, selection.rows))
        return faiss.SearchParametersHNSW(sel=selector, efSearch=further)
    return faiss.SearchParameters(sel=selector)


def tune(index: Any, parameters: str) -> None:
    """Search parameters, ``name=value`` separated by commas."""
    import faiss

    space = faiss.ParameterSpace()
    for pair in filter(None, parameters.split(",")):
        name, _, value = pair.partition("=")
        space.set_index_parameter(index, name, float(value))
