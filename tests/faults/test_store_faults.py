"""Whatever stops the writer, and wherever: the store is a committed state, needs no repair, and the next run goes on.

A sample of the faults; all of them with RAGKIT_FAULTS=1. `workload` says what is done, `stopper.c` how it is stopped.
"""

from __future__ import annotations

import json
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import ALL_FAULTS

HERE = Path(__file__).parent
KILL, TEAR, FULL = 0, 1, 2
REFUSED = 3
SAMPLE, INSTANTS = 6, 200

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(
        not sys.platform.startswith("linux") or shutil.which("cc") is None, reason="needs Linux and a C compiler"
    ),
]


@dataclass(frozen=True)
class Bench:
    """Runs jobs; knows how many writes the workload has, how long it takes, and which states it commits."""

    folder: Path
    process: subprocess.Popen[str]
    points: int
    seconds: float
    states: tuple[str, ...]

    def run(self, do: str, folder: Path, **more: Any) -> int:
        return int(told(self.process, {"do": do, "folder": str(folder), **more})["code"])

    def look(self, folder: Path) -> dict[str, Any]:
        code = self.run("look", folder)
        assert code == 0, (folder / "broken").read_text()
        found: dict[str, Any] = json.loads((folder / "seen").read_text())
        return found

    def new(self, name: str) -> Path:
        folder = self.folder / name
        folder.mkdir()
        return folder

    def assert_whole(self, folder: Path, what: str) -> None:
        """A committed state without repair; then the next run completes it, and all of it is proven."""
        found = self.look(folder)
        assert found["state"] in self.states, f"{what}: no committed state"
        assert found["inside"] == [], f"{what}: {found['inside']}"
        code = self.run("work", folder)
        assert code == 0, f"{what}: the next run fails: {(folder / 'broken').read_text()}"
        after = self.look(folder)
        assert after["state"] == self.states[-1], f"{what}: the next run does not complete it"
        assert (after["error"], after["warning"]) == ([], []), f"{what}: {after}"
        assert erased(folder / ".ragkit"), f"{what}: the next run leaves bytes of what was forgotten"


def erased(store: Path) -> bool:
    return not any(b"paragraph about d that" in file.read_bytes() for file in store.rglob("*") if file.is_file())


def told(process: subprocess.Popen[str], job: dict[str, Any]) -> dict[str, Any]:
    assert process.stdin
    assert process.stdout
    process.stdin.write(json.dumps(job) + "\n")
    process.stdin.flush()
    answer: dict[str, Any] = json.loads(process.stdout.readline())
    return answer


@pytest.fixture(scope="module")
def folder() -> Iterator[Path]:
    """In memory where that can be: a kill loses nothing that was written, and hundreds of workloads sync a lot."""
    memory = Path("/dev/shm")
    made = tempfile.mkdtemp(prefix="ragkit-faults-", dir=memory if os.access(memory, os.W_OK) else None)
    yield Path(made)
    shutil.rmtree(made)


@pytest.fixture(scope="module")
def bench(folder: Path) -> Iterator[Bench]:
    library = folder / "stopper.so"
    subprocess.run(["cc", "-shared", "-fPIC", "-O1", "-o", library, HERE / "stopper.c", "-ldl"], check=True)
    environment = {name: value for name, value in os.environ.items() if not name.startswith("RAGKIT_")}
    root = str(HERE.parents[1])
    one = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "LD_PRELOAD": str(library), "PYTHONPATH": root}
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.faults.workload"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env={**environment, **one, "XDG_CONFIG_HOME": str(folder)},
        cwd=folder,
    )
    with process:
        for name in ("recorded", "counted"):
            (folder / name).mkdir()
        recorded = told(process, {"do": "record", "folder": str(folder / "recorded")})
        assert recorded["code"] == 0, (folder / "recorded" / "broken").read_text()
        counted = told(process, {"do": "work", "folder": str(folder / "counted"), "at": 0, "mode": KILL})
        assert counted["code"] == 0, (folder / "counted" / "broken").read_text()
        points = int((folder / "counted" / "points").read_text())
        states = tuple((folder / "recorded" / "states").read_text().split("\n"))
        yield Bench(folder, process, points, counted["seconds"], states)
        assert process.stdin
        process.stdin.close()


def chosen(bench: Bench, seed: int) -> list[int]:
    """All points, or a few spread over them, others in each test, and the last: after it nothing sweeps up."""
    if ALL_FAULTS:
        return list(range(1, bench.points + 1))
    part = bench.points / SAMPLE
    offset = random.Random(seed).random()
    return [*(1 + int(part * (number + offset)) for number in range(SAMPLE)), bench.points]


def test_the_workload_commits_many_states_with_many_writes(bench: Bench) -> None:
    assert len(bench.states) > 10
    assert bench.points > 100
    assert bench.look(bench.folder / "counted")["state"] == bench.states[-1]
    bench.assert_whole(bench.folder / "counted", "nothing stopped it")


@pytest.mark.parametrize("mode", [KILL, TEAR], ids=["before", "half way through"])
def test_killed_at_a_write(bench: Bench, mode: int) -> None:
    for at in chosen(bench, mode):
        folder = bench.new(f"killed-{mode}-{at}")
        code = bench.run("work", folder, at=at, mode=mode)
        assert code == -signal.SIGKILL
        bench.assert_whole(folder, f"killed at write {at} ({mode})")
        shutil.rmtree(folder)


def test_killed_at_any_instant(bench: Bench) -> None:
    chance = random.Random(7)
    killed = 0
    for number in range(INSTANTS if ALL_FAULTS else SAMPLE):
        folder = bench.new(f"instant-{number}")
        after = chance.uniform(0, 1.1 * bench.seconds)
        killed += bench.run("work", folder, after=after) == -signal.SIGKILL
        bench.assert_whole(folder, f"killed after {after:.3f} s")
        shutil.rmtree(folder)
    assert killed > 0


def test_a_disk_that_is_full_from_some_write_on(bench: Bench) -> None:
    for at in chosen(bench, 3)[:: 7 if ALL_FAULTS else 1]:
        folder = bench.new(f"full-{at}")
        code = bench.run("work", folder, at=at, mode=FULL)
        assert code in {0, REFUSED}, f"full at write {at}: {(folder / 'broken').read_text()}"
        bench.assert_whole(folder, f"full at write {at}")
        shutil.rmtree(folder)


@pytest.fixture
def mounted(tmp_path: Path) -> Iterator[Callable[[str], Path]]:
    """A small file system of its own, mounted with the options that it is called with."""
    place = tmp_path / "small"
    place.mkdir()

    def mount(options: str) -> Path:
        done = subprocess.run(
            ["mount", "-t", "tmpfs", "-o", options, "tmpfs", place], capture_output=True, text=True, check=False
        )
        if done.returncode:
            pytest.skip(f"no file system can be mounted here: {done.stderr.strip()}")
        return place

    yield mount
    subprocess.run(["umount", place], check=False, capture_output=True)


@pytest.mark.parametrize("pages", [40, 70, 110, 150])
def test_a_real_disk_without_room(bench: Bench, mounted: Callable[[str], Path], pages: int) -> None:
    small = mounted(f"size={pages * 4096}")
    assert bench.run("work", small) == REFUSED
    assert "ragkit doctor" in (small / "refused").read_text() or "cannot be" in (small / "refused").read_text()
    roomy = bench.new(f"room-{pages}")
    shutil.copytree(small, roomy, dirs_exist_ok=True)
    bench.assert_whole(roomy, f"a disk of {pages} pages")


def test_a_disk_that_is_read_only(bench: Bench, mounted: Callable[[str], Path]) -> None:
    place = mounted("size=16m")
    assert bench.run("work", place) == 0
    (place / "phase").write_text("5")
    (place / "docs" / "e.md").write_text("This is new.\n")
    before = bench.look(place)
    for file in ("seen", "points", "refused"):
        (place / file).unlink(missing_ok=True)
    subprocess.run(["mount", "-o", "remount,ro", place], check=True)
    folder = bench.new("reading")
    shutil.copytree(place / "docs", folder / "docs")
    (folder / ".ragkit").symlink_to(place / ".ragkit")
    (folder / "phase").write_text("5")
    assert bench.look(folder)["state"] == before["state"] == bench.states[-1]
    assert bench.run("work", folder) == REFUSED
    assert "cannot be written: Read-only file system" in (folder / "refused").read_text()
