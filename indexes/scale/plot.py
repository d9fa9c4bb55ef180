"""``scale.png`` from the results: ``python plot.py RESULTS.json FOLDER``. Runs in ``.venv-scale``."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import matplotlib as mpl

mpl.use("Agg")
from matplotlib import pyplot as plt
from report import PEERS, RECIPES


def draw(results: Mapping[str, Any], target: Path) -> None:
    """Latency of a dense search, cost and memory of ingest, side by side."""
    figure, (search, cost, memory) = plt.subplots(1, 3, figsize=(13, 3.8), layout="constrained")
    _search(search, results)
    for key, run in results.items():
        if key.startswith("ingest/") and len(run["course"]) > 1:
            _course(cost, memory, run["course"])
    cost.set(title="Ingest without embedding", xlabel="chunks", ylabel="processor time a chunk, ms")
    memory.set(title="Memory of the ingest", xlabel="chunks", ylabel="anonymous, MiB")
    for axes in (cost, memory):
        axes.set_ylim(bottom=0)
        axes.grid(alpha=0.3)
    figure.savefig(target, dpi=80)


def _search(axes: Any, results: Mapping[str, Any]) -> None:
    sizes = sorted({int(key.partition("/")[0]) for key in results if key[0].isdigit()})
    for system in (*RECIPES, *PEERS):
        points = [(rows, results[f"{rows}/{system}"]["dense95"]) for rows in sizes if f"{rows}/{system}" in results]
        style = "o-" if system in RECIPES else "s:"
        axes.loglog(*zip(*points, strict=True), style, label=system) if points else None
    axes.set(title="One dense search, p95", xlabel="chunks", ylabel="ms")
    axes.legend(fontsize=8)
    axes.grid(alpha=0.3)


def _course(cost: Any, memory: Any, course: list[dict[str, float]]) -> None:
    pairs = list(zip([{"chunks": 0, "cpu": 0.0}, *course], course, strict=False))
    chunks = [after["chunks"] for _, after in pairs]
    spent = [(after["cpu"] - before["cpu"]) / (after["chunks"] - before["chunks"]) * 1e3 for before, after in pairs]
    cost.plot(chunks, spent, ".", markersize=3, label="each 10,000")
    cost.plot(chunks, [each["cpu"] / each["chunks"] * 1e3 for each in course], label="so far")
    cost.legend(fontsize=8)
    memory.plot(chunks, [each["anonymous"] for each in course])


if __name__ == "__main__":
    draw(json.loads(Path(sys.argv[1]).read_text()), Path(sys.argv[2]) / "scale.png")
