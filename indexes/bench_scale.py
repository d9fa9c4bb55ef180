"""How retrieval and ingest grow: made-up chunks by the thousand to the million, each recipe, FAISS bare, and peers.

    .venv/bin/python indexes/bench_scale.py                                      # all, into indexes/README.md; hours
    .venv/bin/python indexes/bench_scale.py --rows 10000 --systems flat LanceDB  # a part: printed only
    .venv/bin/python indexes/bench_scale.py --report                             # what is there, into the README

What was measured is kept in ``build/bench-scale`` and not measured again; remove that folder after a change. Each job
is a fresh process (``scale/``), one at a time; ``--first`` lets those that measure latency go first (Linux).
"""

from __future__ import annotations

import argparse
import json
import shutil
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from peers import environment
from scale import report

from ragkit.store.recipes import load_recipe

HERE = Path(__file__).parent
WORK = HERE.parent / "build" / "bench-scale"
ROWS = (10_000, 100_000, 1_000_000)
INGESTED = (10_000, 1_000_000)
PACED = (2_000, 10)
"""Chunks, and milliseconds that the embedder takes for each, which is what the bundled one takes."""
READ_BY_MANY = 100_000
FIRST = ("chrt", "-f", "10")
"""Real-time priority: other work does not make a measured query wait."""


class Bench:
    """The results so far, and how to get more."""

    def __init__(self, *, first: bool) -> None:
        self._file = WORK / "results.json"
        self.results: dict[str, Any] = json.loads(self._file.read_text()) if self._file.exists() else {}
        self._first = FIRST if first else ()
        if first:
            self.results["first"] = True

    def retrieval(self, rows: int, systems: Sequence[str]) -> None:
        """All that is lacking of one size."""
        folder = WORK / str(rows)
        folder.mkdir(parents=True, exist_ok=True)
        for system in systems:
            key = f"{rows}/{system}"
            if key in self.results or not self._worth(rows, system):
                continue
            self._prepared(folder, rows)
            if system in report.PEERS:
                self._peer(folder, rows, system, key)
            else:
                self._recipe(folder, rows, system, key)
        if rows == READ_BY_MANY and "readers" not in self.results:
            self._prepared(folder, rows)
            say("a hundred readers")
            self._keep("readers", self._job("jobs.py", "readers", folder, rows))

    def ingest(self) -> None:
        """Real ingest of files."""
        for key, sizes in {**{f"ingest/{rows}": (rows,) for rows in INGESTED}, "paced": PACED}.items():
            if key not in self.results:
                say(key)
                folder = WORK / "ingest"
                shutil.rmtree(folder, ignore_errors=True)
                self._keep(key, self._job("ingest.py", folder, *sizes, first=key == "paced"))
                shutil.rmtree(folder)

    def facts(self) -> dict[str, str]:
        """Of the machine and what is installed."""
        return environment.facts(peers_python(), ("lancedb", "chromadb", "txtai", "faiss-cpu"))

    @staticmethod
    def _worth(rows: int, system: str) -> bool:
        """Whether a system is itself at that size: a recipe for more rows stands for the one below it."""
        if system in report.RECIPES:
            return load_recipe(system).minimum <= rows
        return rows <= report.MOST.get(system, rows)

    def _prepared(self, folder: Path, rows: int) -> None:
        for job, made in (("fill", "store"), ("truth", "truth.npy")):
            if not (folder / made).exists():
                say(f"{rows:,}: {job}")
                self._job("jobs.py", job, folder, rows)

    def _recipe(self, folder: Path, rows: int, recipe: str, key: str) -> None:
        say(f"{rows:,}: {recipe}")
        built = self._job("jobs.py", "index", folder, rows, recipe)
        self._keep(f"{key}/bare", self._job("jobs.py", "bare", folder, rows, recipe, first=True))
        self._keep(key, {"built": built, **self._job("jobs.py", "search", folder, rows, first=True)})

    def _peer(self, folder: Path, rows: int, name: str, key: str) -> None:
        say(f"{rows:,}: {name}")
        python = peers_python()
        shutil.rmtree(folder / name, ignore_errors=True)
        built = self._job("peers.py", name, "build", folder, rows, python=python)
        found = self._job("peers.py", name, "search", folder, rows, python=python, first=True)
        self._keep(key, {"built": built, **found})
        shutil.rmtree(folder / name)

    def _keep(self, key: str, figures: object) -> None:
        self.results[key] = figures
        self.results["facts"] = self.results.get("facts") or self.facts()
        WORK.mkdir(parents=True, exist_ok=True)
        self._file.write_text(json.dumps(self.results, indent=1) + "\n")

    def _job(self, *arguments: object, python: Path = Path(sys.executable), first: bool = False) -> dict[str, Any]:
        script, *rest = map(str, arguments)
        command = [*(self._first if first else ()), str(python), str(HERE / "scale" / script), *rest]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode:
            sys.exit(f"{' '.join(command)}:\n{done.stderr[-3000:]}")
        result: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
        return result


def peers_python() -> Path:
    """The interpreter of ``.venv-scale``, built when it is missing or its requirements have changed."""
    return environment.python_of(".venv-scale", HERE / "scale" / "requirements.txt")


def say(line: str) -> None:
    """On stderr, what is going on."""
    sys.stderr.write(f"{time.strftime('%H:%M:%S')} {line}\n")


def main() -> None:
    """All sizes and systems, or some."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    systems = [*report.RECIPES, *report.PEERS]
    parser.add_argument("--rows", type=int, nargs="+", default=[])
    parser.add_argument("--systems", nargs="+", choices=systems, default=systems)
    parser.add_argument("--first", action="store_true", help="measure latency with real-time priority")
    parser.add_argument("--report", action="store_true", help="measure nothing")
    args = parser.parse_args()
    bench = Bench(first=args.first)
    if not args.report:
        for rows in args.rows or ROWS:
            bench.retrieval(rows, args.systems)
        if not args.rows:
            bench.ingest()
    text = report.section(bench.results)
    sys.stdout.write(text)
    if args.report or not args.rows:
        report.write(HERE / "README.md", text)
        subprocess.run([peers_python(), HERE / "scale" / "plot.py", WORK / "results.json", HERE], check=True)


if __name__ == "__main__":
    main()
