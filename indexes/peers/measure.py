"""What every system's script shares: four jobs, each run in a fresh process and printing one JSON line.

embed   the texts to vectors, after the model was loaded and warmed
ingest  the texts to a persisted index, likewise
cold    the persisted index to the first ten hits of one query, the clock having started with the process
warm    every query, one after the other, the first of them unmeasured
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Protocol

TOP = 10
WARM_UP = "One short text, so that the first measured text pays for nothing but itself."
UNTIMED = 20
"""Queries before the warm clock starts."""


class System(Protocol):
    """One way to embed, keep and find texts. Texts are known by their position in the workload."""

    def embed(self, texts: Sequence[str]) -> object:
        """Their vectors, in whatever form the system gives them."""
        ...

    def warm_up(self, store: str) -> None:
        """Load what ingestion needs, so that loading is not timed."""
        ...

    def ingest(self, texts: Sequence[str], store: str) -> int:
        """Embed, index and persist them in the empty folder ``store``; the number of chunks made."""
        ...

    def open(self, store: str) -> None:
        """Load what `ingest` persisted."""
        ...

    def search(self, query: str) -> list[int]:
        """The positions of the `TOP` best texts, best first."""
        ...


def main(make: Callable[[str], System]) -> None:
    """Parse the command line, do one job, print its figures."""
    parser = argparse.ArgumentParser()
    parser.add_argument("job", choices=sorted(JOBS))
    parser.add_argument("--model", required=True)
    parser.add_argument("--workload", required=True)
    parser.add_argument("--store", required=True)
    parser.add_argument("--query", default="")
    parser.add_argument("--timed", type=int, default=0)
    args = parser.parse_args()
    sys.stdout.write(json.dumps(JOBS[args.job](make(args.model), args)) + "\n")


def embed(system: System, args: argparse.Namespace) -> dict[str, Any]:
    """Seconds to embed all texts."""
    texts = _workload(args)["texts"]
    system.embed([WARM_UP])
    start = time.perf_counter()
    system.embed(texts)
    return {"seconds": time.perf_counter() - start, "chunks": len(texts)}


def ingest(system: System, args: argparse.Namespace) -> dict[str, Any]:
    """Seconds from texts to a persisted index."""
    texts = _workload(args)["texts"]
    system.warm_up(args.store)
    start = time.perf_counter()
    chunks = system.ingest(texts, args.store)
    return {"seconds": time.perf_counter() - start, "chunks": chunks}


def cold(system: System, args: argparse.Namespace) -> dict[str, Any]:
    """When the hits of ``--query`` were there, on the clock that all processes of the machine share."""
    system.open(args.store)
    hits = system.search(args.query)
    return {"at": time.monotonic(), "hits": hits}


def warm(system: System, args: argparse.Namespace) -> dict[str, Any]:
    """Milliseconds of ``--timed`` single queries, and the hits of all."""
    queries = _workload(args)["queries"]
    system.open(args.store)
    for query in queries[-UNTIMED:]:
        system.search(query)
    hits, times = [], []
    for query in queries:
        start = time.perf_counter()
        hits.append(system.search(query))
        times.append(1000 * (time.perf_counter() - start))
    return {"ms": times[: args.timed], "hits": hits}


JOBS = {"embed": embed, "ingest": ingest, "cold": cold, "warm": warm}


def _workload(args: argparse.Namespace) -> dict[str, list[str]]:
    content: dict[str, list[str]] = json.loads(Path(args.workload).read_text(encoding="utf-8"))
    return content
