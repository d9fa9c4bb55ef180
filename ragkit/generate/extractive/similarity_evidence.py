"""The evidence scorer that needs no trained reader: embedding similarity, shared words and place."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from ragkit.generate.extractive.candidates import Candidate, candidates
from ragkit.generate.extractive.word_signals import ranked, word_signals
from ragkit.plugins import passage_vectors, query_vectors
from ragkit.types import Evidence, Hit

if TYPE_CHECKING:
    from ragkit.protocols import Embedder
    from ragkit.registry import Context

BIAS = -8.1
WEIGHTS = {"cosine": 4.1, "coverage": 2.5, "context": 1.6, "rank": 3.7, "short": -1.9}


class SimilarityEvidence:
    """Scores every sentence of the passages against the question."""

    def __init__(self, embedder: Callable[[], Embedder]) -> None:
        self._embedder = embedder

    def score(self, question: str, passages: Sequence[Hit]) -> list[Evidence]:
        """Sentences of the passages, best first, each with the probability that it answers."""
        found = list(candidates(passages))
        if not found:
            return []
        embedder = self._embedder()
        vectors = passage_vectors(embedder, [_embedded(candidate) for candidate in found])
        cosines = (vectors @ query_vectors(embedder, [question])[0]).tolist()
        words_say = word_signals(question, found, passages)
        signals = [{**signal, "cosine": cosine} for signal, cosine in zip(words_say, cosines, strict=True)]
        return ranked(found, signals, WEIGHTS, BIAS)


def from_context(argument: str, context: Context) -> SimilarityEvidence:
    """The scorer that needs nothing but the store's embedder."""
    return SimilarityEvidence(context.embedder)


def _embedded(candidate: Candidate) -> str:
    return f"{candidate.context}: {candidate.text}" if len(candidate.text) < 200 else candidate.text
