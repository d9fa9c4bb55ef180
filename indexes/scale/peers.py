"""What is measured of other stores, each as its documentation shows it.

    python peers.py NAME build|search FOLDER ROWS

Runs in ``.venv-scale``. The same vectors, under ids that are their positions, and for dense search only.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from made import BATCH, DIMENSION, TOP, Made, Vectors
from measure import Clock, anonymous, mib, recall, timed

PART = 50
"""Batches of vectors that are handed over at once: 5,000, of which Chroma takes no more than 5,461."""


class Peer(Protocol):
    """A store of vectors."""

    def build(self, folder: Path, rows: int) -> None:
        """Makes it, on the disk."""

    def open(self, folder: Path) -> None:
        """Opens what `build` has made."""

    def search(self, query: Vectors) -> list[int]:
        """Positions of the ten nearest."""


class LanceDB:
    """A table, with an ``IVF_PQ`` index from 20,000 rows on whose candidates are compared exactly."""

    indexed = 20_000

    def build(self, folder: Path, rows: int) -> None:
        """Adds part by part, then makes the index."""
        import lancedb
        import pyarrow as pa

        kind = pa.list_(pa.float32(), DIMENSION)
        schema = pa.schema([("id", pa.int64()), ("vector", kind)])
        table = lancedb.connect(folder).create_table("chunks", schema=schema)
        for first, matrix in parts(rows):
            flat = pa.FixedSizeListArray.from_arrays(pa.array(matrix.ravel()), DIMENSION)
            ids = pa.array(np.arange(first, first + len(matrix)))
            table.add(pa.Table.from_arrays([ids, flat], schema=schema))
        if rows >= self.indexed:
            table.create_index(metric="dot", vector_column_name="vector", index_type="IVF_PQ")

    def open(self, folder: Path) -> None:
        """The table."""
        import lancedb

        self._table = lancedb.connect(folder).open_table("chunks")

    def search(self, query: Vectors) -> list[int]:
        """By inner product."""
        asked = self._table.search(query).distance_type("dot").select(["id"]).limit(TOP)
        return [hit["id"] for hit in asked.refine_factor(10).to_list()]


class Chroma:
    """A persistent collection with inner product (HNSW)."""

    def build(self, folder: Path, rows: int) -> None:
        """Adds part by part."""
        import chromadb

        client = chromadb.PersistentClient(str(folder))
        made = client.create_collection("chunks", configuration={"hnsw": {"space": "ip"}}, embedding_function=None)
        for first, matrix in parts(rows):
            made.add(ids=[str(first + n) for n in range(len(matrix))], embeddings=matrix)

    def open(self, folder: Path) -> None:
        """The collection."""
        import chromadb

        client = chromadb.PersistentClient(str(folder))
        self._collection = client.get_collection("chunks", embedding_function=None)

    def search(self, query: Vectors) -> list[int]:
        """Ids alone."""
        found = self._collection.query(query_embeddings=[query], n_results=TOP, include=[])
        return [int(each) for each in found["ids"][0]]


class Txtai:
    """An Embeddings database of given vectors, without content."""

    def build(self, folder: Path, rows: int) -> None:
        """Indexes a stream."""
        from txtai import Embeddings

        made = Embeddings(method="external", transform=_as_it_is, content=False)
        made.index((first + n, row, None) for first, matrix in parts(rows) for n, row in enumerate(matrix))
        made.config.pop("transform")
        made.save(str(folder))

    def open(self, folder: Path) -> None:
        """The index."""
        from txtai import Embeddings

        self._embeddings = Embeddings()
        self._embeddings.load(str(folder))
        self._embeddings.config["transform"] = _as_it_is
        self._embeddings.model = self._embeddings.loadvectors()

    def search(self, query: Vectors) -> list[int]:
        """Ids alone."""
        return [position for position, _ in self._embeddings.search(query, TOP)]


def _as_it_is(data: Any) -> Any:
    return np.asarray(data)


def parts(rows: int) -> Iterator[tuple[int, Vectors]]:
    """First position and vectors, some thousands at a time."""
    made = Made()
    for first in range(0, rows // BATCH, PART):
        batches = range(first, min(first + PART, rows // BATCH))
        yield first * BATCH, np.concatenate([made.vectors(batch) for batch in batches])


def search(peer: Peer, folder: Path, rows: int, truth: Path) -> dict[str, float]:
    """Opens it and searches."""
    queries, clock = Made().queries(rows), Clock()
    peer.open(folder)
    peer.search(queries[0])
    opened = clock.read()["s"]
    found, dense = timed(lambda n: peer.search(queries[n]))
    return {
        "open": opened * 1e3, "dense50": dense[0], "dense95": dense[1],
        "recall": recall(found, np.load(truth).tolist()), "anonymous": anonymous(), "disk": mib(folder),
    }  # fmt: skip


PEERS: dict[str, type[Peer]] = {"LanceDB": LanceDB, "Chroma": Chroma, "txtai": Txtai}

if __name__ == "__main__":
    name, job, place, count = sys.argv[1:]
    home = Path(place) / name
    if job == "build":
        clock = Clock()
        home.mkdir(parents=True)
        PEERS[name]().build(home, int(count))
        figures = clock.read()
    else:
        figures = search(PEERS[name](), home, int(count), Path(place) / "truth.npy")
    sys.stdout.write(json.dumps(figures) + "\n")
