"""Parses risky formats in a worker process, so that a hostile or broken file costs that file alone.

The worker is started with the first such file, spawned and never forked, kept between files and replaced when it dies.
A file that takes too long, needs too much memory or crashes its parser is a `SourceError`.
"""

from __future__ import annotations

import atexit
import json
import logging
import signal
import subprocess
import sys
from collections.abc import Callable
from threading import Lock, Timer
from typing import IO

import msgspec

from ragkit.errors import SourceError
from ragkit.types import Document, Source

log = logging.getLogger(__name__)

BASE_SECONDS = 60.0
SECONDS_PER_MIB = 20.0
"""What a large file gets on top, so that a report of ten thousand pages is no failure."""
MAX_SECONDS = 600.0
MAX_MIB = 1024
"""Address space of the worker, libraries included. Windows has no such limit."""
LENGTH_BYTES = 8
_CLOSE_SECONDS = 5.0
# The parent's own module path, so that what it can import the worker can too; -P keeps the current folder, which may
# be the folder of documents, out of it.
_BOOT = "import json, sys; sys.path[:] = json.loads(sys.argv[1]); from ragkit.ingest.worker import main; main()"


def remedy(reader: str) -> str:
    """What to do about a file that ``reader``, a ``"module:Class"``, fails with."""
    if reader.partition(".")[0] == "ragkit":
        return "Save it again from the program that made it, or leave it out."
    return f"Ask whoever made its reader, {reader}, or leave it out."


class Request(msgspec.Struct, array_like=True):
    """What the worker is to parse; ``size`` bytes of data follow. ``reader`` is ``"module:Class"``."""

    reader: str
    uri: str
    media_type: str
    size: int
    seconds: float
    mib: int


class Reply(msgspec.Struct, array_like=True):
    """A document or an error with its hint, and the log records (level, message) that arose."""

    document: Document | None = None
    error: str = ""
    hint: str = ""
    out_of_memory: bool = False
    logs: list[tuple[int, str]] = []


class Isolation:
    """One worker process at most. May be used from several threads, which then take turns."""

    def __init__(self, *, seconds: float = BASE_SECONDS, mib: int = MAX_MIB) -> None:
        self._seconds = seconds
        self._mib = mib
        self._lock = Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._expired = False

    def read(self, reader: str, source: Source, data: bytes) -> Document:
        """What ``reader``, a ``"module:Class"``, makes of ``data``. Raises `SourceError` with the reason."""
        with self._lock:
            try:
                reply = self._ask(reader, source, data)
            except BaseException:
                # Whatever broke off the exchange, the pipe may hold half a message.
                self._kill()
                raise
            if reply.out_of_memory:
                self._kill()
        for level, message in reply.logs:
            log.log(level, "%s", message)
        if reply.out_of_memory:
            raise SourceError(f"{source.uri} cannot be read: it needed more than {self._mib} MiB.", remedy(reader))
        if reply.document is None:
            raise SourceError(reply.error, reply.hint)
        return reply.document

    def close(self) -> None:
        """Ends the worker, if there is one; the next `read` starts another."""
        with self._lock:
            process = self._process
            if process is None:
                return
            if process.stdin:
                process.stdin.close()
            try:
                process.wait(_CLOSE_SECONDS)
            except subprocess.TimeoutExpired:
                log.warning("The parser process did not end by itself and was killed.")
            self._kill()

    def _ask(self, reader: str, source: Source, data: bytes) -> Reply:
        process = self._running()
        seconds = min(self._seconds + SECONDS_PER_MIB * (len(data) // 2**20), MAX_SECONDS)
        request = Request(reader, source.uri, source.media_type, len(data), seconds, self._mib)
        self._expired = False
        clock = _Clock(seconds, lambda: self._expire(process))
        try:
            assert process.stdin
            assert process.stdout
            body = _exchange(process.stdin, process.stdout, msgspec.msgpack.encode(request), data, clock)
        except OSError:
            # The worker died while it was being written to.
            body = None
        finally:
            clock.stop()
        if body is None:
            raise SourceError(f"{source.uri} cannot be read: {self._death(process, seconds)}.", remedy(reader))
        try:
            return msgspec.msgpack.decode(body, type=Reply)
        except msgspec.ValidationError as error:
            reason = f"{source.uri} cannot be read: its reader made no sound document ({error})."
            raise SourceError(reason, remedy(reader)) from error

    def _running(self) -> subprocess.Popen[bytes]:
        if self._process is None or self._process.poll() is not None:
            self._kill()
            command = [sys.executable, "-P", "-c", _BOOT, json.dumps(sys.path)]
            self._process = subprocess.Popen(
                command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
            )
            atexit.register(self.close)
        return self._process

    def _expire(self, process: subprocess.Popen[bytes]) -> None:
        self._expired = True
        process.kill()

    def _death(self, process: subprocess.Popen[bytes], seconds: float) -> str:
        code = process.wait(_CLOSE_SECONDS)
        if self._expired:
            return f"it took longer than {seconds:.0f} s"
        cause = signal.Signals(-code).name if -code in set(signal.Signals) else f"exit code {code}"
        return f"the parser crashed ({cause})"

    def _kill(self) -> None:
        """Ends what there is, at once, and closes its pipes."""
        process, self._process = self._process, None
        if process is None:
            return
        atexit.unregister(self.close)
        process.kill()
        process.wait()
        for pipe in (process.stdin, process.stdout):
            if pipe:
                _close_quietly(pipe)


class _Clock:
    """Calls ``late`` when it was neither stopped nor started anew for so many seconds."""

    def __init__(self, seconds: float, late: Callable[[], None]) -> None:
        self._seconds = seconds
        self._late = late
        self._timer = self._started()

    def start_anew(self) -> None:
        """The worker said that it goes on; see `ragkit.ingest.patience`."""
        self._timer.cancel()
        self._timer = self._started()

    def stop(self) -> None:
        """The reply is there."""
        self._timer.cancel()

    def _started(self) -> Timer:
        timer = Timer(self._seconds, self._late)
        timer.daemon = True
        timer.start()
        return timer


def _exchange(to: IO[bytes], back: IO[bytes], head: bytes, data: bytes, clock: _Clock) -> bytes | None:
    """Sends a request with its data; the reply, or None when the worker ended without one."""
    to.write(len(head).to_bytes(LENGTH_BYTES, "little") + head)
    to.write(data)
    to.flush()
    # Nothing is as much as: wait, I go on.
    while (length := back.read(LENGTH_BYTES)) == bytes(LENGTH_BYTES):
        clock.start_anew()
    size = int.from_bytes(length, "little")
    body = back.read(size) if len(length) == LENGTH_BYTES else b""
    return body if body and len(body) == size else None


def _close_quietly(pipe: IO[bytes]) -> None:
    try:
        pipe.close()
    except BrokenPipeError:
        # What was still to be flushed was meant for a process that is dead.
        log.debug("a pipe to a dead parser process was closed with data in it")
