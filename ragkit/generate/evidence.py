"""Finds the sentences that answer, without a trained reader: embedding similarity, shared words and place.

The weights are those of a logistic regression (see DECISIONS.md), so a score is a probability and abstention is a
threshold on it. A trained reader takes this seam over.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ragkit.lexical import content, words
from ragkit.sentences import sentence_spans
from ragkit.types import Evidence, Hit

if TYPE_CHECKING:
    from ragkit.protocols import Embedder
    from ragkit.registry import Context

PASSAGES = 6
"""Passages that are read: below these, sentences hardly ever answer."""
SHORTEST_WORDS = 3

BIAS = -8.1
WEIGHTS = {"cosine": 4.1, "coverage": 2.5, "context": 1.6, "rank": 3.7, "short": -1.9}


@dataclass(frozen=True, slots=True)
class Candidate:
    """A sentence of a passage with what stands around it."""

    passage: int
    start: int
    end: int
    text: str
    context: str


class SimilarityEvidence:
    """Scores every sentence of the first passages against the question."""

    def __init__(self, embedder: Callable[[], Embedder]) -> None:
        self._embedder = embedder

    def score(self, question: str, passages: Sequence[Hit]) -> list[Evidence]:
        """Sentences of the passages, best first, each with the probability that it answers."""
        candidates = list(_candidates(passages[:PASSAGES]))
        if not candidates:
            return []
        vectors = self._embedder().embed_passages([_embedded(candidate) for candidate in candidates])
        cosines = (vectors @ self._embedder().embed_queries([question])[0]).tolist()
        rarity = _rarity([candidate.text for candidate in candidates])
        scored = [
            Evidence(each.passage, each.start, each.end, _probability(features(question, each, cosine, rarity)))
            for each, cosine in zip(candidates, cosines, strict=True)
        ]
        return sorted(scored, key=lambda evidence: (-evidence.score, evidence.passage, evidence.start))


def from_context(argument: str, context: Context) -> SimilarityEvidence:
    """The scorer that needs nothing but the store's embedder."""
    return SimilarityEvidence(context.embedder)


def features(question: str, candidate: Candidate, cosine: float, rarity: Callable[[str], float]) -> dict[str, float]:
    """What the score is computed from, each roughly between 0 and 1."""
    wanted = content(question)
    here, around = set(content(candidate.text)), set(content(candidate.context))
    total = sum(map(rarity, wanted)) or 1.0
    return {
        "cosine": cosine,
        "coverage": sum(rarity(word) for word in wanted if word in here) / total,
        "context": sum(rarity(word) for word in wanted if word in around - here) / total,
        "rank": 1 / (1 + candidate.passage),
        "short": float(len(words(candidate.text)) < SHORTEST_WORDS),
    }


def _probability(values: dict[str, float]) -> float:
    return 1 / (1 + math.exp(-BIAS - sum(WEIGHTS[name] * value for name, value in values.items())))


def _candidates(passages: Sequence[Hit]) -> Iterator[Candidate]:
    for number, hit in enumerate(passages):
        context = " ".join([hit.chunk.title, *hit.chunk.headings])
        for start, end in sentence_spans(hit.chunk.text):
            text = hit.chunk.text[start:end]
            if text not in hit.chunk.headings and words(text):
                yield Candidate(number, start, end, text, context)


def _embedded(candidate: Candidate) -> str:
    return f"{candidate.context}: {candidate.text}" if len(candidate.text) < 200 else candidate.text


def _rarity(texts: Sequence[str]) -> Callable[[str], float]:
    """Inverse frequency of a stem among the candidate sentences."""
    counts = Counter(word for text in texts for word in set(content(text)))
    return lambda word: math.log(1 + len(texts) / (1 + counts[word]))

