"""Which chunks each `ragkit.types.Scope` may see, as of one commit."""

from __future__ import annotations

import sqlite3
from typing import TYPE_CHECKING

from ragkit.store import filters
from ragkit.store.remembered import Remembered
from ragkit.types import EVERYTHING, Scope

if TYPE_CHECKING:
    from ragkit.store.selection import Selection

KEPT = 16
"""Scopes that are remembered at once; the oldest goes first."""


class Selections:
    """The selections of one store."""

    def __init__(self) -> None:
        self._known: Remembered[Scope, Selection] = Remembered(KEPT)

    def of(self, connection: sqlite3.Connection, scope: Scope) -> Selection | None:
        """The rows in scope; None when that is all of them.

        Raises:
            UsageError: The filter is malformed.
        """
        if scope == EVERYTHING:
            return None
        from ragkit.store.selection import select

        return self._known.of(scope, lambda: select(connection, *filters.condition(scope)))
