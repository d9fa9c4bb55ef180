"""The words that the texts of a scope are written in, as of one commit."""

from __future__ import annotations

import re
import sqlite3
from collections import Counter
from collections.abc import Mapping
from typing import TYPE_CHECKING

from ragkit.store.remembered import Remembered
from ragkit.types import Scope

if TYPE_CHECKING:
    from ragkit.store.selection import Selection

MOST_ROWS = 20_000
"""Chunks of a scope whose words are gathered, which takes 60 us each; a larger one has no vocabulary."""
KEPT = 4
_WORD = re.compile(r"[^\W\d_]{4,}")


class Vocabulary:
    """Words of four letters and more, in lower case, and how often each is there."""

    def __init__(self) -> None:
        self._known = Remembered[Scope, Mapping[str, int]](KEPT)

    def of(self, connection: sqlite3.Connection, scope: Scope, selection: Selection | None) -> Mapping[str, int]:
        """The words in scope; none when it is too large."""
        return self._known.of(scope, lambda: _gathered(connection, selection))


def _gathered(connection: sqlite3.Connection, selection: Selection | None) -> Mapping[str, int]:
    rows = connection.execute("SELECT count(*) FROM (SELECT 1 FROM chunks LIMIT ?)", (MOST_ROWS + 1,)).fetchone()[0]
    if (selection.rows if selection else rows) > MOST_ROWS:
        return {}
    words: Counter[str] = Counter()
    seen = None if selection is None else set(selection.ids.tolist())
    for rowid, title, headings, text in connection.execute("SELECT rowid, title, headings, text FROM chunks_fts"):
        if seen is None or rowid in seen:
            words.update(_WORD.findall(f"{title} {headings} {text}".lower()))
    return words
