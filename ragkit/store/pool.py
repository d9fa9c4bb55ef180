"""Connections for readers: one for each thread that is reading just now, kept warm between searches.

A connection is lent for a read transaction, so that everything a thread reads inside `Readers.snapshot` belongs to
one commit, whatever other threads and processes write meanwhile. None is idle while a process forks: the locks of a
connection stay with the parent, and a child that goes on without them cannot read what others commit.
"""

from __future__ import annotations

import os
import sqlite3
import threading
import weakref
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from ragkit.errors import StoreError
from ragkit.store.schema import connect_reader, shown, translated


class Readers:
    """The read connections of one store."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._guard = threading.Lock()
        self._idle: list[sqlite3.Connection] = []
        self._closed = False
        self._mine = threading.local()
        _ALL.add(self)

    @contextmanager
    def snapshot(self) -> Iterator[sqlite3.Connection]:
        """A connection in a read transaction; inside another snapshot of the same thread, that one.

        Raises:
            StoreError: The store is closed, or SQLite cannot read it.
        """
        current: sqlite3.Connection | None = getattr(self._mine, "connection", None)
        if current is not None:
            yield current
            return
        with translated(self._path):
            connection = self._borrow()
            self._mine.connection = connection
            try:
                connection.execute("BEGIN")
                yield connection
            finally:
                self._mine.connection = None
                self._give_back(connection)

    def close(self) -> None:
        """Close what is idle; what is lent out closes when it comes back."""
        with self._guard:
            self._closed = True
        self.rest()

    def rest(self) -> None:
        """Close what is idle; it is opened again when it is needed."""
        with self._guard:
            idle, self._idle = self._idle, []
        for connection in idle:
            connection.close()

    def _borrow(self) -> sqlite3.Connection:
        with self._guard:
            if self._closed:
                raise StoreError(f"The store at {shown(self._path)} has been closed.", "Open it again.")
            if self._idle:
                return self._idle.pop()
        return connect_reader(self._path)

    def _give_back(self, connection: sqlite3.Connection) -> None:
        if connection.in_transaction:
            connection.rollback()
        with self._guard:
            if not self._closed:
                self._idle.append(connection)
                return
        connection.close()


_ALL: weakref.WeakSet[Readers] = weakref.WeakSet()


def _before_fork() -> None:
    for readers in list(_ALL):
        readers.rest()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(before=_before_fork)
