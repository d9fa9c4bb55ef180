"""Processes of ragkit that are forked from one which has loaded it: each is a process of its own, and at work at once.

To load ragkit and its libraries takes longer than most commands do. What loading does is tested with processes that
are started anew: in test_cli_help, test_cli_terminal and the wheel's tests.
"""

from __future__ import annotations

import atexit
import json
import os
import pkgutil
import signal
import subprocess
import sys
import traceback
from collections.abc import Mapping, Sequence
from functools import cache
from importlib import import_module, invalidate_caches
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, NoReturn

ROOT = Path(__file__).parents[2]
SECONDS = 120
LIBRARIES = ["faiss", "httpx", "rich.console", "rich.progress", "rich.table"]
WITH_TORCH = ("ragkit.generate.checkpoint", "ragkit.generate.transformers", "ragkit.tune.")
STREAMS = ("stdin", "stdout", "stderr")


def run(arguments: Sequence[str], cwd: Path, stdin: bytes, environment: Mapping[str, str]) -> tuple[int, bytes, bytes]:
    """The exit code of ``python -m ragkit`` with these arguments, and what it wrote to its two streams."""
    with TemporaryDirectory(prefix="ragkit-forked-") as folder:
        files = {name: Path(folder, name) for name in STREAMS}
        files["stdin"].write_bytes(stdin)
        streams = [str(path) for path in files.values()]
        request = {"arguments": arguments, "cwd": str(cwd), "environment": dict(environment), "streams": streams}
        server = _server()
        assert server.stdin
        assert server.stdout
        server.stdin.write(json.dumps(request).encode() + b"\n")
        server.stdin.flush()
        code = int(server.stdout.readline())
        return code, files["stdout"].read_bytes(), files["stderr"].read_bytes()


@cache
def _server() -> subprocess.Popen[bytes]:
    """The process that is forked from, one for each process of pytest."""
    command = [sys.executable, "-m", "tests.cli.forked"]
    plain = {name: value for name, value in os.environ.items() if not name.startswith("RAGKIT_")}
    environment = plain | {"PYTHONUTF8": "1", "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
    server = subprocess.Popen(command, cwd=ROOT, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    atexit.register(server.__exit__, None, None, None)
    return server


def serve() -> None:
    """Loads ragkit; then for each line of standard input a process, and a line with its exit code."""
    # The streams of this process become those of the forked ones, which must find nothing in their buffers.
    with os.fdopen(os.dup(0), "rb") as requests, os.fdopen(os.dup(1), "wb") as replies:
        load()
        assert len(list(Path("/proc/self/task").iterdir())) == 1, "A process with threads cannot be forked."
        for line in requests:
            forked = os.fork()
            if not forked:
                _become(**json.loads(line))
            _, status = os.waitpid(forked, 0)
            replies.write(b"%d\n" % os.waitstatus_to_exitcode(status))
            replies.flush()


def load() -> None:
    """Imports all that a command may need but torch and what is built on it."""
    import ragkit
    from ragkit.models.runtime import openvino

    openvino()
    names = [module.name for module in pkgutil.walk_packages(ragkit.__path__, "ragkit.")]
    for name in LIBRARIES + [name for name in names if not name.startswith(WITH_TORCH)]:
        if name != "ragkit.__main__":
            import_module(name)
    assert "torch" not in sys.modules


def _become(arguments: list[str], cwd: str, environment: dict[str, str], streams: list[str]) -> NoReturn:
    """What ``python -m ragkit`` is with these arguments; never returns."""
    from ragkit.cli.main import program

    try:
        signal.alarm(SECONDS)
        for number, path in enumerate(streams):
            os.dup2(os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND), number)
        os.environ.clear()
        os.environ.update(environment)
        os.chdir(cwd)
        sys.argv[1:] = arguments
        sys.path[0] = cwd
        sys.path_importer_cache.clear()
        invalidate_caches()
        program()
    except SystemExit as end:
        os._exit(_code(end.code))
    except BaseException:
        traceback.print_exc()
        os._exit(1)


def _code(said: Any) -> int:
    return said if isinstance(said, int) else int(said is not None)


if __name__ == "__main__":
    serve()
