"""What readers have found out about a store as it is at one commit; of the next one nothing is known yet."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from ragkit.store.remembered import Remembered
from ragkit.store.selections import Selections
from ragkit.store.vocabulary import Vocabulary

if TYPE_CHECKING:
    from ragkit.store.keyword import Keyword
    from ragkit.types import Chunk, Opening

ROWS = 4_000
"""Chunks that are remembered, and chunks of whose documents the openings are: one or two kilobytes each."""


class Known:
    """The scopes, words, chunks and openings that have been asked for."""

    def __init__(self) -> None:
        self.selections = Selections()
        self.vocabulary = Vocabulary()
        self.chunks: Remembered[int, Chunk] = Remembered(ROWS)
        self.openings: Remembered[int, Opening] = Remembered(ROWS)

    @cached_property
    def keyword(self) -> Keyword:
        """Searches by words."""
        from ragkit.store.keyword import Keyword

        return Keyword()
