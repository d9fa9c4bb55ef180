"""Made-up vectors, texts and questions, the same in every process: vectors around centres, words as Zipf says."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

DIMENSION, CENTRES, SPREAD = 384, 2_000, 0.9
WORDS, LONG, ASKED = 50_000, 60, 8
"""Different words, words of a chunk, words of a question."""
BATCH = 100
"""Chunks of a document."""
QUERIES, TOP = 200, 10
NOISES = 4_096

Vectors = NDArray[np.float32]


class Made:
    """The made-up vectors, texts and queries of one seed."""

    def __init__(self) -> None:
        random = np.random.default_rng(1)
        self.centres = unit(random.standard_normal((CENTRES, DIMENSION)))
        share = 1 / np.arange(1, WORDS + 1)
        self._share = share / share.sum()

    def vectors(self, batch: int, rows: int = BATCH) -> Vectors:
        """Shape ``(rows, 384)``; the same for the same batch."""
        random = np.random.default_rng((2, batch))
        near = self.centres[random.integers(0, CENTRES, rows)]
        return unit(near + SPREAD * unit(random.standard_normal((rows, DIMENSION))))

    def texts(self, batch: int, rows: int = BATCH, words: int = LONG) -> list[str]:
        """As many texts of words ``w0`` (common) to ``w49999`` (rare)."""
        picks = np.random.default_rng((3, batch)).choice(WORDS, (rows, words), p=self._share)
        return [" ".join(f"w{word}" for word in row) for row in picks.tolist()]

    def queries(self, rows: int) -> Vectors:
        """Near rows of the first ``rows``, as questions are."""
        random = np.random.default_rng(4)
        near = np.concatenate([self.vectors(int(batch))[:1] for batch in random.integers(0, rows // BATCH, QUERIES)])
        return unit(near + 0.5 * unit(random.standard_normal(near.shape)))

    def questions(self) -> list[str]:
        """As many texts as there are queries."""
        return self.texts(2**32 - 1, QUERIES, ASKED)


class MadeEmbedder:
    """A `ragkit.protocols.Embedder` that computes nothing: a text's vector is drawn by its hash."""

    fingerprint, dimension, max_tokens = "made-up", DIMENSION, 256

    def __init__(self, made: Made) -> None:
        self._centres = made.centres
        self._noise = SPREAD / 2**0.5 * unit(np.random.default_rng(5).standard_normal((NOISES, DIMENSION)))

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """As the bundled embedder counts them."""
        from ragkit.models.bundled import tokenizer

        found = tokenizer().encode_batch_fast(list(texts), add_special_tokens=False)
        return [len(each.ids) for each in found]

    def embed_passages(self, texts: Sequence[str]) -> Vectors:
        """Shape ``(len(texts), 384)``."""
        draws = b"".join(hashlib.blake2b(text.encode(), digest_size=12).digest() for text in texts)
        one, two, centre = np.frombuffer(draws, "<u4").reshape(-1, 3).T
        return unit(self._centres[centre % CENTRES] + self._noise[one % NOISES] + self._noise[two % NOISES])

    embed_queries = embed_passages


def unit(matrix: NDArray[Any]) -> Vectors:
    """Rows of length 1."""
    scaled: Vectors = (matrix / np.linalg.norm(matrix, axis=1, keepdims=True)).astype(np.float32)
    return scaled


def exact(made: Made, rows: int) -> NDArray[np.int64]:
    """Positions of the true ten for each query, from the vectors as float16, which is how ragkit keeps them."""
    queries = made.queries(rows)
    scores, ids = np.full((QUERIES, TOP), -np.inf, np.float32), np.zeros((QUERIES, TOP), np.int64)
    for batch in range(rows // BATCH):
        kept = made.vectors(batch).astype(np.float16).astype(np.float32)
        scores = np.hstack([scores, queries @ kept.T])
        ids = np.hstack([ids, np.broadcast_to(np.arange(BATCH) + batch * BATCH, (QUERIES, BATCH))])
        top = np.argpartition(-scores, TOP, axis=1)[:, :TOP]
        scores, ids = np.take_along_axis(scores, top, 1), np.take_along_axis(ids, top, 1)
    return ids
