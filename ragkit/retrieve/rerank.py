"""A second opinion on the order of hits, by the trained reader: how likely each passage answers the query."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from ragkit.types import Hit

if TYPE_CHECKING:
    from ragkit.models.reader import ReaderModel
    from ragkit.registry import Context


class ReaderReranker:
    """Orders hits by the reader's probability that they answer."""

    def __init__(self, model: ReaderModel) -> None:
        self._model = model

    def rerank(self, query: str, hits: Sequence[Hit]) -> list[Hit]:
        """The same hits, best first, their scores the probabilities."""
        readings = self._model.read(query, [hit.chunk.embedded_text for hit in hits])
        scored = [replace(hit, score=reading.answerable) for hit, reading in zip(hits, readings, strict=True)]
        return sorted(scored, key=lambda hit: -hit.score)


def from_context(argument: str, context: Context) -> ReaderReranker:
    """The reader that ships, or the one in the folder that ``reader:FOLDER`` names."""
    from pathlib import Path

    from ragkit.models.reader import SHIPPED, ReaderModel

    return ReaderReranker(ReaderModel(Path(argument) if argument else SHIPPED))
