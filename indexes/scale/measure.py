"""How a process measures itself. Needs numpy alone, so that peers' environments can run it."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from made import QUERIES, TOP


def timed(one: Callable[[int], Any]) -> tuple[list[Any], tuple[float, float]]:
    """What each query gives, and median and 95th percentile in milliseconds; a first round of ten warms up."""
    for number in range(10):
        one(number)
    results, times = [], []
    for number in range(QUERIES):
        begun = time.perf_counter()
        results.append(one(number))
        times.append((time.perf_counter() - begun) * 1e3)
    return results, (float(np.percentile(times, 50)), float(np.percentile(times, 95)))


def recall(found: Sequence[Sequence[int]], truth: Sequence[Sequence[int]]) -> float:
    """The share of the true ten that was found."""
    return float(np.mean([len({*some} & {*best}) / TOP for some, best in zip(found, truth, strict=True)]))


def anonymous() -> float:
    """MiB of this process that no file backs; what is mapped is shared and can be dropped. Linux."""
    content = Path("/proc/self/smaps_rollup").read_text(encoding="ascii")
    found = re.search(r"^Anonymous:\s+(\d+) kB", content, re.MULTILINE)
    return int(found[1]) / 1024 if found else float("nan")


def mib(path: Path) -> float:
    """Size of a file, or of all in a folder."""
    files = [path] if path.is_file() else [file for file in path.rglob("*") if file.is_file()]
    return sum(file.stat().st_size for file in files) / 2**20


class Clock:
    """Seconds since it was made, on the wall and of this process's processors."""

    def __init__(self) -> None:
        self._wall, self._cpu = time.perf_counter(), time.process_time()

    def read(self) -> dict[str, float]:
        """Both."""
        return {"s": time.perf_counter() - self._wall, "cpu": time.process_time() - self._cpu}
