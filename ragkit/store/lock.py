"""One writer at a time: an operating system lock, which dies with its process. Reading never asks for it."""

from __future__ import annotations

import os
import threading
from pathlib import Path
from typing import TYPE_CHECKING

from ragkit.errors import StoreError, StoreLocked
from ragkit.store.schema import shown

if TYPE_CHECKING:
    from filelock import BaseFileLock


_writing: dict[str, int] = {}
"""The stores that are written to, by place, and the process that does: a fork inherits those of its parent."""


class WriterLock:
    """The writer lock of one `ragkit.store.store.Store`, which may take it several times over."""

    def __init__(self, path: Path) -> None:
        self._path = path
        # not in the lock file itself: whoever tries the lock empties that
        self._holder = path / "lock.pid"
        self._key = os.path.realpath(path)
        self._guard = threading.Lock()
        self._depth = 0
        self._lock: BaseFileLock | None = None

    @property
    def held(self) -> bool:
        """Whether this store holds the lock."""
        return self._depth > 0

    def acquire(self) -> None:
        """Take the lock, or once more if this store has it.

        Raises:
            StoreLocked: Another store object holds it, in this process or another.
            StoreError: The folder cannot be written.
        """
        with self._guard:
            if self._depth == 0:
                self._take()
            self._depth += 1

    def release(self) -> bool:
        """Give the lock back as often as it was taken; True when it is free now."""
        with self._guard:
            self._depth -= 1
            if self._depth or self._lock is None:
                return False
            _writing.pop(self._key, None)
            self._holder.unlink(missing_ok=True)
            self._lock.release()
            self._lock = None
            return True

    def _take(self) -> None:
        from filelock import FileLock, Timeout

        lock = FileLock(self._path / "lock", timeout=0, thread_local=False)
        try:
            lock.acquire()
            self._holder.write_text(str(os.getpid()), encoding="ascii")
        except Timeout as error:
            raise self._taken() from error
        except OSError as error:
            raise StoreError(
                f"The store at {shown(self._path)} cannot be written: {error.strerror}.",
                "Check the permissions of its folder.",
            ) from error
        self._lock = lock
        _writing[self._key] = os.getpid()

    def _taken(self) -> StoreLocked:
        if _writing.get(self._key) == os.getpid():
            return StoreLocked(
                f"Another kit of this process is writing to the store at {shown(self._path)}.",
                "Use one kit for all threads: they take turns at writing.",
            )
        return StoreLocked(
            f"Another process{self._who()} is writing to the store at {shown(self._path)}.",
            "Wait until it is done, or stop it.",
        )

    def _who(self) -> str:
        try:
            return f" (pid {int(self._holder.read_text(encoding='ascii'))})"
        except (OSError, ValueError):
            # it has just taken the lock and not yet said who it is
            return ""
