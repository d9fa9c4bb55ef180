"""Passages of other documents that look like answers to a question about one document, by the bundled encoder.

Whoever asks a store is shown passages of all its documents, and most wrong ones are near in meaning, not in words.
Negatives from the nearest neighbours of the encoder that retrieves are those of Karpukhin et al., 2020, "Dense Passage
Retrieval for Open-Domain Question Answering", and Xiong et al., 2021, "Approximate Nearest Neighbor Negative
Contrastive Learning for Dense Text Retrieval".
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from ragkit.models.minilm import MiniLMEmbedder
from ragkit.tune.data import Question
from ragkit.tune.negatives import lacks

COUNT = 4
_LOOKED_AT = 32
_ROWS = 1024


def with_strangers(parts: Sequence[Sequence[Question]], count: int = COUNT) -> list[list[Question]]:
    """The parts, with ``count`` passages of other documents among the negatives of each answerable ``whole`` question.

    They are the nearest that lack the answer, from all parts.
    """
    asked = [question for part in parts for question in part if question.whole and question.answerable]
    passages = {question.passage: question.group for part in parts for question in part if question.whole}
    if len(set(passages.values())) < 2:
        return [list(part) for part in parts]
    found = {id(question): texts for question, texts in zip(asked, _nearest(asked, passages, count), strict=True)}
    return [[_joined(question, found.get(id(question), ())) for question in part] for part in parts]


def _nearest(asked: Sequence[Question], passages: dict[str, str], count: int) -> list[tuple[str, ...]]:
    embedder, texts = MiniLMEmbedder(), list(passages)
    known, queries = embedder.embed_passages(texts), embedder.embed_queries([question.text for question in asked])
    found = list[tuple[str, ...]]()
    for begin in range(0, len(asked), _ROWS):
        order = np.argsort(-(queries[begin : begin + _ROWS] @ known.T), axis=1)[:, :_LOOKED_AT]
        for question, row in zip(asked[begin : begin + _ROWS], order, strict=True):
            near = (texts[number] for number in row if passages[texts[number]] != question.group)
            found.append(tuple(text for text in near if lacks(text, question.answers))[:count])
    return found


def _joined(question: Question, others: Sequence[str]) -> Question:
    return replace(question, negatives=(*question.negatives, *others)) if others else question
