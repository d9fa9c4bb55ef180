"""ragkit beside its peers on this machine: ingest, cold start, warm retrieval, memory, agreement with fp32.

    .venv/bin/python indexes/bench_peers.py            # all of it, into indexes/README.md; the machine must be idle
    .venv/bin/python indexes/bench_peers.py --quick    # does everything still run? The figures mean nothing.

Each system has one script in ``peers/``, run as a fresh process in its own environment. Linux and macOS.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from peers import environment, measure, report

README = Path(__file__).with_name("README.md")
RSS_UNIT = 1 if sys.platform == "darwin" else 1024
"""Bytes in one unit of ``ru_maxrss``."""
SWAP = 0.001
"""fp32 scores closer than this are one score."""
BUSY = 0.5
"""Load average above which a run is warned about."""
ANSWERED, ABSTAINED = 0, 3
"""Exit codes of a process that did its work."""


@dataclass(frozen=True, slots=True)
class Sizes:
    """How much of everything."""

    texts: int = 600
    queries: int = 500
    timed: int = 200
    cold: int = 5
    warm: int = 3


QUICK = Sizes(texts=24, queries=40, timed=10, cold=1, warm=1)


@dataclass(frozen=True, slots=True)
class System:
    """A system under test, its script in ``peers/``, and the folder that it ingests into and reads."""

    name: str
    script: str
    store: str
    peer: bool = True


RAGKIT = (
    System("ragkit, dense", "ragkit_dense.py", "ragkit", peer=False),
    System("ragkit, hybrid", "ragkit_hybrid.py", "ragkit", peer=False),
)
SCRIPTS = ("sentence_transformers_faiss.py", "langchain_faiss.py", "llamaindex_simple.py", "txtai_embeddings.py")
PEERS = tuple(System(name, script, Path(script).stem) for name, script in zip(report.PEERS, SCRIPTS, strict=True))
COMMANDS = ("search", "ask")


@dataclass(frozen=True, slots=True)
class Outcome:
    """A process that has ended: when it began (monotonic clock), how long it took, its peak memory, what it said."""

    began: float
    seconds: float
    mib: float
    output: str
    code: int


class Bench:
    """One run: a work folder with workload and stores, and the figures as they come."""

    def __init__(self, work: Path, sizes: Sizes, only: Sequence[str]) -> None:
        self.work, self.sizes = work, sizes
        self.peers_python = environment.peers_python()
        self.model = environment.model()
        self.facts = environment.facts(self.peers_python)
        self.variables = environment.variables(work)
        self.peers = [peer for peer in PEERS if not only or peer.store in only]
        self.ragkit = [] if only and "ragkit" not in only else list(RAGKIT)
        self.figures: dict[str, dict[str, list[float]]] = defaultdict(lambda: defaultdict(list))
        self.counts: dict[str, int | float] = {}

    def run(self) -> None:
        """Everything, in order: the stores that ingestion leaves are what the rest reads."""
        self._workload()
        self._ingest()
        self._embed()
        self._cold()
        self._warm()

    def _workload(self) -> None:
        note("workload")
        suite = environment.ROOT / "evals" / "handbook"
        argv = [sys.executable, environment.HERE / "workload.py", "--suite", suite, "--out", self._workload_file]
        argv += ["--tokenizer", self.model / "tokenizer.json"]
        argv += ["--texts", self.sizes.texts, "--queries", self.sizes.queries]
        self.counts = json.loads(self._process(argv).output) | {"chunks": 0, "answered": 0}
        content = json.loads(self._workload_file.read_text(encoding="utf-8"))
        self.questions: list[str] = content["questions"]

    def _ingest(self) -> None:
        writers = [*self.ragkit[:1], *self.peers]
        for turn, system in rounds("ingest", writers, self.sizes.warm):
            store = self.work / system.store
            shutil.rmtree(store, ignore_errors=True)
            store.mkdir()
            outcome, printed = self._job("ingest", system)
            found = self.figures[system.name if system.peer else "ragkit"]
            found["ingest_rate"].append(printed["chunks"] / printed["seconds"])
            found["ingest_mib"].append(outcome.mib)
            if not system.peer and turn == 0:
                self.counts["chunks"] = printed["chunks"]

    def _embed(self) -> None:
        for _, system in rounds("embed", [*self.ragkit[:1], *self.peers], self.sizes.warm):
            _, printed = self._job("embed", system)
            found = self.figures[system.name if system.peer else "ragkit"]
            found["embed_rate"].append(printed["chunks"] / printed["seconds"])

    def _cold(self) -> None:
        """The first turn fills the caches and does not count."""
        commands = COMMANDS if self.ragkit else ()
        for turn, system in rounds("cold", [*commands, *self.peers], self.sizes.cold + 1):
            question = self.questions[turn % len(self.questions)]
            if isinstance(system, System):
                name = system.name
                outcome, printed = self._job("cold", system, "--query", question)
                first = [printed["at"] - outcome.began]
            else:
                name, first = f"ragkit {system}", []
                outcome = self._command(system, question)
            if turn:
                found = self.figures[name]
                found["whole_s"].append(outcome.seconds)
                found["cold_mib"].append(outcome.mib)
                found["first_s"] += first
                self.counts["answered"] += system == "ask" and outcome.code == ANSWERED

    def _warm(self) -> None:
        exact = self._exact()
        for turn, system in rounds("warm", [*self.ragkit, *self.peers], self.sizes.warm):
            _, printed = self._job("warm", system, "--timed", self.sizes.timed)
            found = self.figures[system.name]
            found["p50_ms"].append(float(np.percentile(printed["ms"], 50)))
            found["p95_ms"].append(float(np.percentile(printed["ms"], 95)))
            if turn == 0 and system.script != "ragkit_hybrid.py":
                found["agreement"] = [agreement(exact, printed["hits"], SWAP)]
                found["strict"] = [agreement(exact, printed["hits"], 0.0)]

    def _exact(self) -> np.ndarray[Any, np.dtype[np.float32]]:
        note("exact fp32 scores")
        out = self.work / "exact.npy"
        self._process([self.peers_python, environment.HERE / "exact.py", self.model, self._workload_file, out])
        scores: np.ndarray[Any, np.dtype[np.float32]] = np.load(out)
        return scores

    @property
    def _workload_file(self) -> Path:
        return self.work / "workload.json"

    def _job(self, job: str, system: System, *extra: object) -> tuple[Outcome, dict[str, Any]]:
        python = self.peers_python if system.peer else Path(sys.executable)
        argv = [python, environment.HERE / system.script, job, "--model", self.model]
        argv += ["--workload", self._workload_file, "--store", self.work / system.store, *extra]
        outcome = self._process(argv)
        return outcome, json.loads(outcome.output.splitlines()[-1])

    def _command(self, command: str, question: str) -> Outcome:
        argv = [Path(sys.executable).with_name("ragkit"), command, "--store", self.work / "ragkit", question]
        if command == "search":
            argv += ["-k", measure.TOP]
        return self._process(argv)

    def _process(self, argv: Sequence[object]) -> Outcome:
        """Run to the end; `os.wait4` gives the peak memory of this very process."""
        errors = self.work / "stderr.txt"
        with errors.open("w") as stderr:
            began = time.monotonic()
            process = subprocess.Popen(
                [*map(str, argv)], stdout=subprocess.PIPE, stderr=stderr, text=True, cwd=self.work, env=self.variables
            )
            assert process.stdout is not None, "it is a pipe"
            with process.stdout as stdout:
                output = stdout.read()
            _, status, usage = os.wait4(process.pid, 0)
            seconds = time.monotonic() - began
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode not in {ANSWERED, ABSTAINED}:
            sys.exit(f"{' '.join(map(str, argv))} exited with {process.returncode}:\n{errors.read_text()[-3000:]}")
        return Outcome(began, seconds, usage.ru_maxrss * RSS_UNIT / 2**20, output, process.returncode)


def rounds(what: str, systems: Sequence[Any], repeats: int) -> Iterator[tuple[int, Any]]:
    """Repetition and system: the systems take turns, each repetition beginning with another."""
    for turn in range(repeats):
        shift = turn % max(1, len(systems))
        for system in [*systems[shift:], *systems[:shift]]:
            note(f"{what} {turn + 1}/{repeats}: {getattr(system, 'name', system)}")
            yield turn, system


def agreement(exact: np.ndarray[Any, np.dtype[np.float32]], hits: Sequence[Sequence[int]], slack: float) -> float:
    """Share of the first ten hits that are, by fp32 score and within ``slack``, among the ten best."""
    tenth = np.sort(exact, axis=1)[:, -measure.TOP]
    good = [
        sum(scores[hit] >= least - slack for hit in dict.fromkeys(found))
        for scores, least, found in zip(exact, tenth, hits, strict=True)
    ]
    return float(np.mean(good)) / measure.TOP


def note(line: str) -> None:
    """Say on stderr what is going on."""
    sys.stderr.write(f"{time.strftime('%H:%M:%S')} {line}\n")


def main() -> None:
    """Measure, print the tables, and keep them unless the run was partial."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--quick", action="store_true", help="small sizes: shows that all systems run, nothing more")
    names = ["ragkit", *(peer.store for peer in PEERS)]
    parser.add_argument("--only", action="append", default=[], choices=names, help="this system; may be repeated")
    parser.add_argument("--json", type=Path, help="write every single figure to this file")
    args = parser.parse_args()
    sizes = QUICK if args.quick else Sizes()
    if os.getloadavg()[0] > BUSY:
        note(
            f"the load average is {os.getloadavg()[0]:.2f}: other work shares the processor and will be in the figures"
        )
    with tempfile.TemporaryDirectory(prefix="ragkit-bench-") as work:
        bench = Bench(Path(work), sizes, args.only)
        bench.run()
    counts: dict[str, int | float] = {
        "untimed": measure.UNTIMED,
        "timed": sizes.timed,
        "cold": sizes.cold,
        "warm": sizes.warm,
    }
    counts |= bench.counts
    text = report.section(bench.facts, counts, bench.figures)
    sys.stdout.write(text)
    if args.json:
        content = {"facts": bench.facts, "sizes": counts, "figures": bench.figures}
        args.json.write_text(json.dumps(content, indent=1) + "\n", encoding="utf-8")
    if not args.quick and not args.only:
        report.write(README, text)


if __name__ == "__main__":
    main()
