"""The default retriever: dense and keyword candidates from the store, fused into one ranking."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from ragkit.config import Retrieve
from ragkit.protocols import Embedder, Store
from ragkit.retrieve.fusion import Ranking, reciprocal_rank, scaled_scores
from ragkit.types import Chunk, Hit

if TYPE_CHECKING:
    from ragkit.protocols import Vectors

FUSIONS = {"rrf": reciprocal_rank, "scores": scaled_scores, "dense": reciprocal_rank, "keyword": reciprocal_rank}


class HybridRetriever:
    """Retrieves from one store. ``retrieve.fusion`` names the way: both rankings, or one of them alone."""

    def __init__(self, store: Store, embedder: Callable[[], Embedder], settings: Retrieve) -> None:
        self._store = store
        self._embedder = embedder
        self._settings = settings

    def retrieve(self, query: str, k: int) -> Sequence[Hit]:
        """At most ``k`` hits, best first; ``origins`` tells each one's rank in the rankings that found it."""
        depth = max(k, self._settings.candidates)
        weights = {"dense": self._settings.dense_weight, "keyword": self._settings.keyword_weight}
        vector = None if self._settings.fusion == "keyword" else self._embedder().embed_queries([query])
        with self._store.snapshot():
            rankings = self._rankings(query, vector, depth)
            fused = self._distinct(FUSIONS[self._settings.fusion](rankings, weights), k)
        ranks = {name: {key: rank for rank, (key, _) in enumerate(ranking, 1)} for name, ranking in rankings.items()}
        return [
            Hit(chunk, score, {name: places[key] for name, places in ranks.items() if key in places})
            for chunk, key, score in fused
        ]

    def _distinct(self, fused: Ranking, k: int) -> list[tuple[Chunk, int, float]]:
        """The first ``k`` whose texts differ: a page that stands in eight folders is one answer, not eight."""
        kept: dict[str, tuple[Chunk, int, float]] = {}
        for start in range(0, len(fused), k):
            some = fused[start : start + k]
            for chunk, (key, score) in zip(self._store.chunks([key for key, _ in some]), some, strict=True):
                kept.setdefault(chunk.embedded_text, (chunk, key, score))
            if len(kept) >= k:
                break
        return list(kept.values())[:k]

    def _rankings(self, query: str, vector: Vectors | None, depth: int) -> dict[str, Ranking]:
        rankings: dict[str, Ranking] = {}
        if vector is not None:
            rankings["dense"] = self._store.dense(vector, depth)
        if self._settings.fusion != "dense":
            rankings["keyword"] = self._store.keyword(query, depth)
        return rankings
