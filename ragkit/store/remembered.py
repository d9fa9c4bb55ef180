"""What is known of each `ragkit.types.Scope` at a commit of the store, so that it is found once."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Callable
from typing import Generic, TypeVar

from ragkit.store.schema import commits
from ragkit.types import Scope

T = TypeVar("T")


class Remembered(Generic[T]):
    """One thing of each scope; of more than ``kept`` at once the oldest goes first."""

    def __init__(self, kept: int) -> None:
        self._kept = kept
        self._guard = threading.Lock()
        self._known: dict[tuple[Scope, int], T] = {}

    def of(self, connection: sqlite3.Connection, scope: Scope, find: Callable[[], T]) -> T:
        """What ``find`` gave of the scope at the connection's commit; it is asked where nobody has yet."""
        key = (scope, commits(connection))
        with self._guard:
            if key in self._known:
                return self._known[key]
        found = find()
        with self._guard:
            self._known[key] = found
            while len(self._known) > self._kept:
                del self._known[next(iter(self._known))]
        return found
