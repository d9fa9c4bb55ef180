"""Finds the sentences that answer with the trained reader: what it was made for.

The score of a sentence is the probability that its passage answers, times the share of the answer's span that the
reader places in that sentence; so it is a probability, and abstention is a threshold on it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from ragkit.sentences import sentence_spans
from ragkit.types import Evidence, Hit

if TYPE_CHECKING:
    from ragkit.models.reader import ReaderModel, Reading
    from ragkit.registry import Context


class ReaderEvidence:
    """Scores every sentence of the passages against the question."""

    def __init__(self, model: ReaderModel) -> None:
        self._model = model

    def score(self, question: str, passages: Sequence[Hit]) -> list[Evidence]:
        """Sentences of the passages, best first, each with the probability that it answers."""
        # The reader sees what the embedder saw: a sentence may need its headings to be understood.
        readings = self._model.read(question, [hit.chunk.embedded_text for hit in passages])
        found = [
            evidence
            for number, (hit, reading) in enumerate(zip(passages, readings, strict=True))
            for evidence in _sentences(number, hit, reading)
        ]
        return sorted(found, key=lambda evidence: (-evidence.score, evidence.passage, evidence.start))


def from_context(argument: str, context: Context) -> ReaderEvidence:
    """The reader that ships, or the one in the folder that ``reader:FOLDER`` names."""
    from pathlib import Path

    from ragkit.models.reader import SHIPPED, ReaderModel

    model = ReaderModel(Path(argument) if argument else SHIPPED)
    model.load()
    return ReaderEvidence(model)


def _sentences(number: int, hit: Hit, reading: Reading) -> Iterator[Evidence]:
    above = len(hit.chunk.embedded_text) - len(hit.chunk.text)
    for start, end in sentence_spans(hit.chunk.text):
        if hit.chunk.text[start:end] not in hit.chunk.headings:
            yield Evidence(number, start, end, reading.answerable * reading.share(start + above, end + above))
