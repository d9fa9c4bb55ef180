"""What is measured of ragkit, one job a process: ``python indexes/scale/jobs.py JOB FOLDER ROWS [RECIPE]``.

Prints one JSON object. Times are in milliseconds but for ``s`` and ``cpu``, sizes in MiB.
"""

from __future__ import annotations

import json
import sys
import threading
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
from made import BATCH, DIMENSION, QUERIES, TOP, Made, Vectors, exact
from measure import Clock, anonymous, mib, recall, timed

from ragkit.config import Retrieve
from ragkit.retrieve.hybrid import HybridRetriever
from ragkit.store.store import Store
from ragkit.types import Block, Chunk, Document

Figures = dict[str, float]
THREADS, EACH, PAUSE = 100, 10, 1.0
"""Readers at once, searches of each, and seconds between two commits of a hundred chunks."""


def fill(folder: Path, rows: int, recipe: str) -> Figures:
    """A store of so many chunks."""
    made, clock = Made(), Clock()
    about = {"embedder_fingerprint": "made-up", "dimension": DIMENSION, "chunker_fingerprint": "made-up"}
    with Store.create(folder / "store", **about, recipe=recipe) as store:  # type: ignore[arg-type]
        for start in range(0, rows // BATCH, 50):
            _put(store, made, range(start, min(start + 50, rows // BATCH)))
    return clock.read()


def _put(store: Store, made: Made, batches: range) -> None:
    """Documents of a hundred chunks, in one transaction."""
    with store.transaction() as tx:
        for batch in batches:
            document, chunks = _document(batch, made.texts(batch))
            hashes = [f"{batch}-{number}" for number in range(BATCH)]
            tx.put_vectors(hashes, made.vectors(batch))
            tx.put(document, str(batch), chunks, hashes, len(document.text), 1)


def _document(batch: int, texts: Sequence[str]) -> tuple[Document, list[Chunk]]:
    uri, start, chunks = f"{batch}.txt", 0, []
    for text in texts:
        chunks.append(Chunk(uri, "", start, start + len(text), text))
        start += len(text) + 1
    whole = "\n".join(texts)
    return Document(uri, whole, blocks=(Block("paragraph", 0, len(whole)),)), chunks


def truth(folder: Path, rows: int, recipe: str) -> Figures:
    """The true neighbours, kept beside the store."""
    del recipe
    np.save(folder / "truth.npy", exact(Made(), rows))
    return {}


def index(folder: Path, rows: int, recipe: str) -> Figures:
    """Makes the store's index anew by a recipe."""
    del rows
    clock = Clock()
    with Store.open(folder / "store", write=True) as store:
        store.compact(recipe)
    return clock.read()


def search(folder: Path, rows: int, recipe: str) -> Figures:
    """Opens the store and searches it."""
    del recipe
    clock = Clock()
    store = Store.open(folder / "store")
    opened = clock.read()["s"]
    made = Made()
    queries, questions = made.queries(rows), made.questions()
    clock = Clock()
    store.dense(queries[0], TOP)
    opened += clock.read()["s"]
    true = np.load(folder / "truth.npy").tolist()
    found, dense = timed(lambda n: [row - 1 for row, _ in store.dense(queries[n], TOP)])
    _, keyword = timed(lambda n: store.matches(questions[n]).best(TOP))
    retriever = HybridRetriever(store, lambda: Given(queries, questions), Retrieve())
    _, hybrid = timed(lambda n: retriever.retrieve(questions[n], TOP))
    return {
        "open": opened * 1e3, "dense50": dense[0], "dense95": dense[1], "hybrid50": hybrid[0], "hybrid95": hybrid[1],
        "keyword50": keyword[0], "keyword95": keyword[1], "recall": recall(found, true),
        "anonymous": anonymous(), "index": mib(folder / "store" / "index"), "disk": mib(folder / "store"),
    }  # fmt: skip


def bare(folder: Path, rows: int, recipe: str) -> Figures:
    """FAISS alone on the file that ragkit has just made: one thread, no catalogue, and no scores but its own."""
    import faiss

    from ragkit.store.recipes import load_recipe
    from ragkit.store.vectors import tune

    file = next((folder / "store" / "index").glob("gen-*.faiss"))
    clock = Clock()
    read = faiss.read_index(str(file), faiss.IO_FLAG_MMAP_IFC)
    opened = clock.read()["s"]
    chosen = load_recipe(recipe)
    tune(faiss.downcast_index(read.index), chosen.strings(rows, DIMENSION)[1])
    faiss.omp_set_num_threads(1)
    queries = Made().queries(rows)
    found, dense = timed(lambda n: (read.search(queries[n : n + 1], TOP)[1][0] - 1).tolist())
    return {
        "open": opened * 1e3, "dense50": dense[0], "dense95": dense[1],
        "recall": recall(found, np.load(folder / "truth.npy").tolist()), "anonymous": anonymous(), "index": mib(file),
    }  # fmt: skip


def readers(folder: Path, rows: int, recipe: str) -> Figures:
    """A hundred threads search in one process while it commits: how many searches, commits and errors."""
    del recipe
    store = Store.open(folder / "store", write=True)
    made = Made()
    queries, questions = made.queries(rows), made.questions()
    retriever = HybridRetriever(store, lambda: Given(queries, questions), Retrieve())
    errors: list[BaseException] = []

    def read(first: int) -> None:
        for number in range(EACH):
            try:
                found = retriever.retrieve(questions[(first + number) % QUERIES], TOP)
                assert len(found) == TOP, "there are more than ten"
            except BaseException as error:
                errors.append(error)

    threads = [threading.Thread(target=read, args=(number,)) for number in range(THREADS)]
    clock, commits = Clock(), 0
    for thread in threads:
        thread.start()
    while any(thread.is_alive() for thread in threads):
        _put(store, made, range(rows // BATCH + commits, rows // BATCH + commits + 1))
        commits += 1
        time.sleep(PAUSE)
    seconds, memory = clock.read()["s"], anonymous()
    with store.transaction() as tx:
        for batch in range(rows // BATCH, rows // BATCH + commits):
            tx.remove(f"{batch}.txt")
    store.close()
    return {"searches": THREADS * EACH, "errors": len(errors), "commits": commits, "s": seconds, "anonymous": memory}


class Given:
    """An embedder that knows the vectors of the questions."""

    def __init__(self, vectors: Vectors, questions: Sequence[str]) -> None:
        self._vectors = dict(zip(questions, vectors, strict=True))

    def embed_queries(self, texts: Sequence[str]) -> Vectors:
        """The rows of these questions."""
        return np.stack([self._vectors[text] for text in texts])


JOBS: dict[str, Callable[[Path, int, str], Figures]] = {
    each.__name__: each for each in (fill, truth, index, search, bare, readers)
}

if __name__ == "__main__":
    job, place, count, *rest = sys.argv[1:]
    sys.stdout.write(json.dumps(JOBS[job](Path(place), int(count), rest[0] if rest else "flat")) + "\n")
