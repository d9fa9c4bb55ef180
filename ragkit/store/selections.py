"""Which chunks each `ragkit.types.Scope` may see, remembered until the store changes."""

from __future__ import annotations

import sqlite3
import threading
from typing import TYPE_CHECKING

from ragkit.store import filters
from ragkit.store.schema import commits
from ragkit.types import EVERYTHING, Scope

if TYPE_CHECKING:
    from ragkit.store.selection import Selection

KEPT = 16
"""Scopes that are remembered at once; the oldest goes first."""


class Selections:
    """The selections of one store."""

    def __init__(self) -> None:
        self._guard = threading.Lock()
        self._known: dict[tuple[Scope, int], Selection] = {}

    def of(self, connection: sqlite3.Connection, scope: Scope) -> Selection | None:
        """The rows in scope at the connection's commit; None when that is all of them.

        Raises:
            UsageError: The filter is malformed.
        """
        if scope == EVERYTHING:
            return None
        from ragkit.store.selection import select

        key = (scope, commits(connection))
        with self._guard:
            found = self._known.get(key)
        if found is None:
            found = select(connection, *filters.condition(scope))
            with self._guard:
                self._known[key] = found
                while len(self._known) > KEPT:
                    del self._known[next(iter(self._known))]
        return found
