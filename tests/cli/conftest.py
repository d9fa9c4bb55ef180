"""The real process, on a small real store."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest

from ragkit.cli import render
from tests.cli import forked

DOCUMENTS = {
    "docs/leave.md": """# Leave

## Annual leave

### Germany

Employees in Germany have 30 days of annual leave a year. Leave that is not taken by 31 March of the next year lapses.

### Canada

Employees in Canada have 22 days of annual leave a year.

## Sick leave

Whoever is ill tells their manager before ten o'clock and needs a certificate from the third day.
""",
    "docs/loggers.html": """<html><head><title>Loggers</title></head><body><main><h1>Loggers</h1>
<h2>Battery</h2><p>The battery of the Heron 2 lasts 18 months at an interval of 15 minutes.</p>
<p>The battery of the Heron 4 lasts 36 months at an interval of 15 minutes.</p></main></body></html>
""",
    "docs/travel.txt": """Travel

A trip is booked two weeks ahead. Rail goes before air below six hours. A hotel may cost 120 pounds a night.
""",
    "docs/hostile.md": "# Kettle\n\nThe kettle [bold red]boils\x1b[2J in four minutes\x9b31m.\n\n"
    "Whoever empties it fills it again. The filter is changed on the first Monday of each month by the office team. "
    "Tea, coffee and cocoa stand in the cupboard above it, and milk in the refrigerator beside the door.\n",
}
LEAVE = "How many days of annual leave do employees in Germany have?"
UNANSWERABLE = "Which aria did the soprano sing at the opera in Vienna?"


@dataclass(frozen=True)
class Ran:
    """What a process left behind."""

    code: int
    out: str
    err: str


Run = Callable[..., Ran]


def run_ragkit(
    *arguments: str | Path, cwd: Path, stdin: str | bytes = "", environment: Mapping[str, str | None] | None = None
) -> Ran:
    """``python -m ragkit`` with these arguments; its output is no terminal.

    It is forked, or started anew where a variable of Python's own is changed or a fork does not do.
    """
    needs_python = any(name.startswith("PYTHON") for name in environment or ())
    start = anew if needs_python or sys.platform != "linux" else forked.run
    raw = stdin.encode() if isinstance(stdin, str) else stdin
    code, out, err = start(list(map(str, arguments)), cwd, raw, process_environment(environment))
    return Ran(code, out.decode(), err.decode())


def anew(arguments: list[str], cwd: Path, stdin: bytes, environment: Mapping[str, str]) -> tuple[int, bytes, bytes]:
    """The exit code of a process that is started for these arguments, and what it wrote to its two streams."""
    command = [sys.executable, "-m", "ragkit", *arguments]
    done = subprocess.run(
        command, cwd=cwd, input=stdin, env=dict(environment), capture_output=True, timeout=120, check=False
    )
    return done.returncode, done.stdout, done.stderr


def process_environment(changes: Mapping[str, str | None] | None = None) -> dict[str, str]:
    """This environment without what would change ragkit's, then with ``changes``; None removes."""
    plain = {
        name: value
        for name, value in os.environ.items()
        if not (name.startswith("RAGKIT_") and name != "RAGKIT_CACHE_DIR") and name not in {"NO_COLOR", "COLUMNS"}
    }
    merged = {**plain, "PYTHONUTF8": "1", **(changes or {})}
    return {name: value for name, value in merged.items() if value is not None}


def write_documents(folder: Path) -> None:
    """The small corpus, under ``folder/docs``."""
    for name, text in DOCUMENTS.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")


@pytest.fixture(scope="session")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with documents and a store of them; tests leave it as it is.

    It is asked once, so that no test is the first on a machine, for which a model is converted.
    """
    folder = tmp_path_factory.mktemp("home")
    write_documents(folder)
    for arguments in (("ingest", "docs"), ("ask", LEAVE)):
        done = run_ragkit(*arguments, cwd=folder)
        assert done.code == 0, done.err
    return folder


@pytest.fixture
def own_home(home: Path, tmp_path: Path) -> Path:
    """A copy of `home` that a test may change."""
    folder = tmp_path / "own"
    shutil.copytree(home, folder)
    return folder


@pytest.fixture
def run(home: Path) -> Run:
    """Runs ragkit in `home`."""

    def in_home(*arguments: str | Path, cwd: Path = home, **more: object) -> Ran:
        return run_ragkit(*arguments, cwd=cwd, **more)  # type: ignore[arg-type]

    return in_home


@pytest.fixture
def fresh_consoles() -> None:
    """For tests within this process: consoles on the streams of now."""
    render.out.cache_clear()
    render.err.cache_clear()
