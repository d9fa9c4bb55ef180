"""A second opinion on the order of hits, by the trained reader: how likely each passage answers the query.

It is added to the first one, not put in its place: the reader alone orders worse than what it is given (DECISIONS.md).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from ragkit.plugins import blamed, wrong
from ragkit.retrieve.trace import Traced
from ragkit.types import Hit

if TYPE_CHECKING:
    from ragkit.models.reader import ReaderModel
    from ragkit.protocols import Reranker
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


def blended(reranker: Reranker, query: str, found: Sequence[Traced], depth: int, weight: float) -> list[Traced]:
    """Rescore hits as (score / best score + weight * reranker score) / (1 + weight) and sort them; 1 is the most.

    Only the first ``depth`` are shown to the reranker: to the others it adds nothing.
    """
    if not found:
        return []
    best = abs(found[0].hit.score) or 1.0
    opinions = _opinions(reranker, query, [each.hit for each in found[:depth]])
    scored = []
    for each in found:
        opinion = opinions.get(each.hit.chunk.id)
        hit = replace(each.hit, score=(each.hit.score / best + weight * (opinion or 0.0)) / (1 + weight))
        scored.append(Traced(hit, replace(each.trace, rerank=opinion)))
    return sorted(scored, key=lambda each: -each.hit.score)


def _opinions(reranker: Reranker, query: str, hits: Sequence[Hit]) -> dict[str, float]:
    """The reranker's score of each hit, by chunk.

    Raises:
        ModelError: It is not the same hits, or a score is none. Or the reranker is not ragkit's own, and fails.
    """
    with blamed("reranker", reranker):
        ranked = reranker.rerank(query, hits)
        if sorted(hit.chunk.id for hit in ranked) != sorted(hit.chunk.id for hit in hits):
            raise wrong("reranker", reranker, f"{len(ranked)} hits for {len(hits)}, or not the same")
        for hit in ranked:
            if not 0 <= hit.score <= 1:
                raise wrong("reranker", reranker, f"the score {hit.score}, which is not from 0 to 1")
        return {hit.chunk.id: hit.score for hit in ranked}


def from_context(argument: str, context: Context) -> ReaderReranker:
    """The reader that ships, or the one in the folder that ``reader:FOLDER`` names."""
    from pathlib import Path

    from ragkit.models.reader import SHIPPED, ReaderModel

    return ReaderReranker(ReaderModel(Path(argument) if argument else SHIPPED))
