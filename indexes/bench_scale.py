"""How retrieval grows: made-up chunks by the thousand to the million, for each index recipe and for FAISS used bare.

    .venv/bin/python indexes/bench_scale.py --rows 10000 100000 1000000    # into indexes/README.md; hours, idle machine
    .venv/bin/python indexes/bench_scale.py --rows 10000 --recipes flat    # a part: printed only

Vectors are drawn around centres, as those of real texts are, texts from words as frequent as Zipf says. One store is
filled for each size; each recipe then makes its index of it, and a fresh process opens and searches it.
"""

from __future__ import annotations

import argparse
import json
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ragkit.config import Retrieve
from ragkit.retrieve.hybrid import HybridRetriever
from ragkit.store.store import Store
from ragkit.types import Block, Chunk, Document

README = Path(__file__).with_name("README.md")
BEGIN, END = "<!-- scale:begin -->", "<!-- scale:end -->"
DIMENSION, CENTRES, SPREAD = 384, 2_000, 0.9
WORDS, LONG, ASKED = 50_000, 60, 8
"""Different words, words of a chunk, words of a question."""
BATCH = 100
"""Chunks of a document."""
QUERIES, TOP = 200, 10
RECIPES = ("flat", "hnsw", "ivf-pq")
FACTORIES = {"flat": "SQfp16", "hnsw": "HNSW32,SQfp16"}
"""What FAISS is used bare with."""
HEAD = (
    "rows", "system", "index, s", "open, ms", "dense p50, ms", "dense p95, ms", "hybrid p50, ms", "hybrid p95, ms",
    "recall@10", "anonymous, MiB", "index, MiB", "store, MiB",
)  # fmt: skip

Vectors = NDArray[np.float32]


class Made:
    """The made-up vectors, texts and queries of one seed."""

    def __init__(self) -> None:
        random = np.random.default_rng(1)
        self._centres = unit(random.standard_normal((CENTRES, DIMENSION)))
        share = 1 / np.arange(1, WORDS + 1)
        self._share = share / share.sum()

    def vectors(self, batch: int, rows: int) -> Vectors:
        """Shape ``(rows, 384)``; the same for the same batch."""
        random = np.random.default_rng((2, batch))
        near = self._centres[random.integers(0, CENTRES, rows)]
        return unit(near + SPREAD * unit(random.standard_normal((rows, DIMENSION))))

    def texts(self, batch: int, rows: int, words: int = LONG) -> list[str]:
        """As many texts of words ``w0`` (common) to ``w49999`` (rare)."""
        picks = np.random.default_rng((3, batch)).choice(WORDS, (rows, words), p=self._share)
        return [" ".join(f"w{word}" for word in row) for row in picks.tolist()]


def unit(matrix: NDArray[Any]) -> Vectors:
    """Rows of length 1."""
    scaled: Vectors = (matrix / np.linalg.norm(matrix, axis=1, keepdims=True)).astype(np.float32)
    return scaled


def fill(path: Path, rows: int) -> float:
    """A store of so many chunks; the seconds that putting them took."""
    made = Made()
    begun = time.perf_counter()
    with Store.create(
        path, embedder_fingerprint="made-up", dimension=DIMENSION, chunker_fingerprint="made-up", recipe="flat"
    ) as store:
        for start in range(0, rows // BATCH, 50):
            with store.transaction() as tx:
                for batch in range(start, min(start + 50, rows // BATCH)):
                    document, chunks = _document(batch, made.texts(batch, BATCH))
                    hashes = [f"{batch}-{number}" for number in range(BATCH)]
                    tx.put_vectors(hashes, made.vectors(batch, BATCH))
                    tx.put(document, str(batch), chunks, hashes, len(document.text), 1)
    return time.perf_counter() - begun


def _document(batch: int, texts: Sequence[str]) -> tuple[Document, list[Chunk]]:
    uri, start, chunks = f"{batch}.txt", 0, []
    for text in texts:
        chunks.append(Chunk(uri, "", start, start + len(text), text))
        start += len(text) + 1
    whole = "\n".join(texts)
    return Document(uri, whole, blocks=(Block("paragraph", 0, len(whole)),)), chunks


def index(path: Path, recipe: str) -> float:
    """Makes the store's index anew by a recipe; the seconds it took."""
    begun = time.perf_counter()
    with Store.open(path, write=True) as store:
        store.compact(recipe)
    return time.perf_counter() - begun


def search(path: Path, rows: int) -> dict[str, float]:
    """In a fresh process: opens the store and searches it."""
    begun = time.perf_counter()
    store = Store.open(path)
    opened = time.perf_counter() - begun
    made = Made()
    queries, questions = _queries(made, rows), made.texts(-1 % 2**32, QUERIES, ASKED)
    begun = time.perf_counter()
    store.dense(queries[0], TOP)
    opened += time.perf_counter() - begun
    found, dense = timed(lambda n: [row for row, _ in store.dense(queries[n], TOP)])
    retriever = HybridRetriever(store, lambda: _Given(queries, questions), Retrieve())
    _, hybrid = timed(lambda n: retriever.retrieve(questions[n], TOP))
    truth = exact(made, queries, rows)
    recall = np.mean([len(set(some) & set(best)) / TOP for some, best in zip(found, truth, strict=True)])
    return {
        "open": opened * 1e3, "dense50": dense[0], "dense95": dense[1], "hybrid50": hybrid[0], "hybrid95": hybrid[1],
        "recall": float(recall), "anonymous": anonymous(), "index_mib": mib(path / "index"), "mib": mib(path),
    }  # fmt: skip


def bare(folder: Path, rows: int, recipe: str) -> dict[str, float]:
    """FAISS alone: the same vectors and factory, one thread, no catalogue and no texts."""
    import faiss

    made, file = Made(), folder / f"bare-{recipe}.faiss"
    if not file.exists():
        begun = time.perf_counter()
        made_index = faiss.index_factory(DIMENSION, FACTORIES[recipe], faiss.METRIC_INNER_PRODUCT)
        for batch in range(rows // BATCH):
            matrix = made.vectors(batch, BATCH)
            if not made_index.is_trained:
                made_index.train(matrix)
            made_index.add(matrix)
        faiss.write_index(made_index, str(file))
        return {"build": time.perf_counter() - begun}
    begun = time.perf_counter()
    read = faiss.read_index(str(file), faiss.IO_FLAG_MMAP_IFC)
    opened = time.perf_counter() - begun
    if recipe == "hnsw":
        read.hnsw.efSearch = 128
    faiss.omp_set_num_threads(1)
    queries = _queries(made, rows)
    found, dense = timed(lambda n: (read.search(queries[n : n + 1], TOP)[1][0] + 1).tolist())
    truth = exact(made, queries, rows)
    recall = np.mean([len(set(some) & set(best)) / TOP for some, best in zip(found, truth, strict=True)])
    return {
        "open": opened * 1e3, "dense50": dense[0], "dense95": dense[1], "recall": float(recall),
        "anonymous": anonymous(), "index_mib": mib(file),
    }  # fmt: skip


def _queries(made: Made, rows: int) -> Vectors:
    """Near rows of the store, as questions are."""
    random = np.random.default_rng(4)
    near = np.concatenate([made.vectors(int(b), BATCH)[:1] for b in random.integers(0, rows // BATCH, QUERIES)])
    return unit(near + 0.5 * unit(random.standard_normal(near.shape)))


def exact(made: Made, queries: Vectors, rows: int) -> list[list[int]]:
    """Row ids (from 1) of the true ten, by batches, from the vectors as float16, which is how they are kept."""
    scores = np.full((QUERIES, TOP), -np.inf, np.float32)
    ids = np.zeros((QUERIES, TOP), np.int64)
    for batch in range(rows // BATCH):
        kept = made.vectors(batch, BATCH).astype(np.float16).astype(np.float32)
        scores = np.hstack([scores, queries @ kept.T])
        ids = np.hstack([ids, np.broadcast_to(np.arange(BATCH) + batch * BATCH + 1, (QUERIES, BATCH))])
        top = np.argpartition(-scores, TOP, axis=1)[:, :TOP]
        scores, ids = np.take_along_axis(scores, top, 1), np.take_along_axis(ids, top, 1)
    return [row.tolist() for row in ids]


def timed(one: Callable[[int], Any]) -> tuple[list[Any], tuple[float, float]]:
    """What each query gives, and median and 95th percentile in milliseconds; the first ten warm up."""
    for number in range(10):
        one(number)
    results, times = [], []
    for number in range(QUERIES):
        begun = time.perf_counter()
        results.append(one(number))
        times.append((time.perf_counter() - begun) * 1e3)
    return results, (float(np.percentile(times, 50)), float(np.percentile(times, 95)))


class _Given:
    """An embedder that knows the vectors of the questions."""

    def __init__(self, vectors: Vectors, questions: Sequence[str]) -> None:
        self._vectors = dict(zip(questions, vectors, strict=True))

    def embed_queries(self, texts: Sequence[str]) -> Vectors:
        """The rows of these questions."""
        return np.stack([self._vectors[text] for text in texts])


def anonymous() -> float:
    """MiB of this process that no file backs; what is mapped is shared and can be dropped. Linux."""
    content = Path("/proc/self/smaps_rollup").read_text(encoding="ascii")
    found = re.search(r"^Anonymous:\s+(\d+) kB", content, re.MULTILINE)
    return int(found[1]) / 1024 if found else float("nan")


def mib(path: Path) -> float:
    """Size of a file, or of all in a folder."""
    files = [path] if path.is_file() else [file for file in path.rglob("*") if file.is_file()]
    return sum(file.stat().st_size for file in files) / 2**20


def apart(*arguments: object) -> dict[str, float]:
    """This script in a fresh process, doing one job."""
    done = subprocess.run([sys.executable, __file__, *map(str, arguments)], capture_output=True, text=True, check=False)
    if done.returncode:
        sys.exit(done.stderr[-3000:])
    result: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return result


def lines(folder: Path, rows: int, recipes: Sequence[str]) -> Iterator[list[str]]:
    """The table's rows for one size."""
    store = folder / f"store-{rows}"
    say(f"{rows:,}: filling")
    seconds = apart("--job", "fill", "--store", store, "--rows", rows)["s"]
    yield [f"{rows:,}", "rows to SQLite", f"{seconds:.1f}", *[""] * 9]
    for recipe in recipes:
        say(f"{rows:,}: {recipe}")
        built = apart("--job", "index", "--store", store, "--recipes", recipe)["s"]
        found = apart("--job", "search", "--store", store, "--rows", rows)
        yield cells(rows, f"ragkit {recipe}", built, found)
        if recipe in FACTORIES:
            built = apart("--job", "bare", "--store", folder, "--rows", rows, "--recipes", recipe)["build"]
            found = apart("--job", "bare", "--store", folder, "--rows", rows, "--recipes", recipe)
            (folder / f"bare-{recipe}.faiss").unlink()
            yield cells(rows, f"FAISS bare, {FACTORIES[recipe]}", built, found)


def cells(rows: int, name: str, built: float, found: dict[str, float]) -> list[str]:
    """One row of the table."""
    figures = [("open", 1), ("dense50", 2), ("dense95", 2), ("hybrid50", 2), ("hybrid95", 2), ("recall", 3)]
    figures += [("anonymous", 0), ("index_mib", 1), ("mib", 0)]
    shown = [f"{found[key]:.{places}f}" if key in found else "" for key, places in figures]
    return [f"{rows:,}", name, f"{built:.1f}", *shown]


def say(line: str) -> None:
    """On stderr, what is going on."""
    sys.stderr.write(f"{time.strftime('%H:%M:%S')} {line}\n")


def main() -> None:
    """All sizes and recipes, or one job for one of them."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--rows", type=int, nargs="+", default=[10_000, 100_000, 1_000_000])
    parser.add_argument("--recipes", nargs="+", choices=RECIPES, default=list(RECIPES))
    parser.add_argument("--keep", action="store_true", help="write the table into indexes/README.md")
    parser.add_argument("--job", choices=["fill", "index", "search", "bare"], help=argparse.SUPPRESS)
    parser.add_argument("--store", type=Path, help=argparse.SUPPRESS)
    args = parser.parse_args()
    jobs: dict[str, Callable[[], dict[str, float]]] = {
        "fill": lambda: {"s": fill(args.store, args.rows[0])},
        "index": lambda: {"s": index(args.store, args.recipes[0])},
        "search": lambda: search(args.store, args.rows[0]),
        "bare": lambda: bare(args.store, args.rows[0], args.recipes[0]),
    }
    if args.job:
        sys.stdout.write(json.dumps(jobs[args.job]()) + "\n")
        return
    table = [list(HEAD), ["---:", "---", *["---:"] * (len(HEAD) - 2)]]
    with tempfile.TemporaryDirectory(prefix="ragkit-scale-") as folder:
        for rows in args.rows:
            table += lines(Path(folder), rows, args.recipes)
    text = "".join(f"| {' | '.join(line)} |\n" for line in table)
    sys.stdout.write(text)
    if args.keep:
        before, _, rest = README.read_text(encoding="utf-8").partition(BEGIN)
        README.write_text(f"{before}{BEGIN}\n{text}{END}{rest.partition(END)[2]}", encoding="utf-8")


if __name__ == "__main__":
    main()
