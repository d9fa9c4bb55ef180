"""Finds the sentences that answer with the trained reader: what it was made for.

The reader says how likely a passage answers, and which share of the answer's span lies in each of its sentences. Both
go into a logistic regression with what the words say, so the score of a sentence is a probability, and abstention is
a threshold on it.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING

from ragkit.generate.evidence import Candidate, candidates, ranked, word_signals
from ragkit.types import Evidence, Hit

if TYPE_CHECKING:
    from ragkit.models.reader import ReaderModel, Reading
    from ragkit.registry import Context

LEAST_ANSWERABLE = 0.05
"""A passage that the reader finds less likely to answer does not, however well it matches the question's words."""
BIAS = -0.93
WEIGHTS = {"answerable": 0.74, "share": 0.69, "coverage": 1.26, "context": 2.48, "rival": -2.0, "drop": -8.18}


class ReaderEvidence:
    """Scores every sentence of the passages against the question."""

    def __init__(self, model: ReaderModel) -> None:
        self._model = model

    def score(self, question: str, passages: Sequence[Hit]) -> list[Evidence]:
        """Sentences of the passages, best first, each with the probability that it answers."""
        # The reader sees what the embedder saw: a sentence may need its headings to be understood.
        return evidence(question, passages, self._model.read(question, [hit.chunk.embedded_text for hit in passages]))


def evidence(question: str, passages: Sequence[Hit], readings: Sequence[Reading]) -> list[Evidence]:
    """The sentences of passages that have been read, best first, each with the probability that it answers."""
    found = [each for each in candidates(passages) if readings[each.passage].answerable >= LEAST_ANSWERABLE]
    signals = [
        {**signal, **reader_signals(each, passages[each.passage], readings[each.passage])}
        for each, signal in zip(found, word_signals(question, found, passages), strict=True)
    ]
    return ranked(found, signals, WEIGHTS, BIAS)


def from_context(argument: str, context: Context) -> ReaderEvidence:
    """The reader that ships, or the one in the folder that ``reader:FOLDER`` names."""
    from pathlib import Path

    from ragkit.models.reader import SHIPPED, ReaderModel

    model = ReaderModel(Path(argument) if argument else SHIPPED)
    model.load()
    return ReaderEvidence(model)


def reader_signals(candidate: Candidate, hit: Hit, reading: Reading) -> dict[str, float]:
    """``answerable`` is the log-odds that the passage answers, ``share`` the log of the sentence's part in it."""
    above = len(hit.chunk.embedded_text) - len(hit.chunk.text)
    share = reading.share(candidate.start + above, candidate.end + above)
    odds = max(reading.answerable, 1e-6) / max(1 - reading.answerable, 1e-6)
    return {"answerable": math.log(odds), "share": math.log(share + 1e-3)}
