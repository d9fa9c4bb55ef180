"""The default embedder: the bundled MiniLM through the fast runtime, without torch."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from ragkit.models import bert, bundled, runtime
from ragkit.models.pieces import pieces

if TYPE_CHECKING:
    import openvino as ov
    from numpy.typing import NDArray

    from ragkit.protocols import Vectors

WINDOW = 256
"""Tokens that the model was trained to read, special tokens included."""
BATCH_TOKENS = 2048
"""Padded tokens in one run: more does not go faster on two cores, and takes memory."""
STEP = 16
"""Lengths are padded to a multiple of this, so that few shapes have to be prepared."""
LONGEST_TEXT = 32 * WINDOW
"""Characters that are tokenized at most: what follows cannot reach into the window of any real text."""


class MiniLMEmbedder:
    """all-MiniLM-L6-v2: mean of the last hidden states, scaled to unit length. English; 384 dimensions."""

    name = "minilm"
    fingerprint = f"minilm@{bundled.SHA256[:16]}"
    dimension = bundled.WIDTH
    max_tokens = WINDOW

    def load(self) -> None:
        """Load the model and the tokenizer now, rather than with the first text."""
        _ = self._model
        bundled.tokenizer()

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """Word pieces of each text, special tokens excluded."""
        return [len(ids) for ids in pieces(texts)]

    def embed_queries(self, texts: Sequence[str]) -> Vectors:
        """Unit vectors, shape ``(len(texts), 384)``. What lies beyond the window does not count."""
        return self.embed_passages(texts)

    def embed_passages(self, texts: Sequence[str]) -> Vectors:
        """Unit vectors, shape ``(len(texts), 384)``. What lies beyond the window does not count."""
        rows = [
            [bundled.CLS, *ids[: WINDOW - 2], bundled.SEP] for ids in pieces([text[:LONGEST_TEXT] for text in texts])
        ]
        out = np.zeros((len(rows), self.dimension), np.float32)
        for places in batches([len(row) for row in rows]):
            out[places] = self._run([rows[place] for place in places])
        return out

    def _run(self, rows: list[list[int]]) -> NDArray[np.float32]:
        return np.asarray(self._model(bert_inputs(rows))[0])

    @cached_property
    def _model(self) -> runtime.Compiled:
        return runtime.compiled("minilm", bundled.SHA256, _graph)


def bert_inputs(
    rows: Sequence[Sequence[int]], types: Sequence[Sequence[int]] | None = None
) -> list[NDArray[np.generic]]:
    """Word vectors, mask and token types of token ids, padded to a common length."""
    length = -(-max(map(len, rows)) // STEP) * STEP
    ids = np.zeros((len(rows), length), np.int32)
    mask = np.zeros((len(rows), length), np.float32)
    kinds = np.zeros((len(rows), length), np.int32)
    for number, row in enumerate(rows):
        ids[number, : len(row)] = row
        mask[number, : len(row)] = 1
        if types is not None:
            kinds[number, : len(row)] = types[number]
    return [bundled.word_vectors()[ids], mask, kinds]


def batches(lengths: Sequence[int]) -> Iterator[list[int]]:
    """Places of similar length together, ``BATCH_TOKENS`` at a time."""
    batch: list[int] = []
    for place in sorted(range(len(lengths)), key=lengths.__getitem__):
        padded = -(-lengths[place] // STEP) * STEP
        if batch and padded * (len(batch) + 1) > BATCH_TOKENS:
            yield batch
            batch = []
        batch.append(place)
    if batch:
        yield batch


def _graph() -> ov.Model:
    weights = bundled.weights()
    inputs, hidden = bert.encoder(weights, bert.Shape(bundled.LAYERS, bundled.HEADS))
    op = runtime.opset()
    mask = op.unsqueeze(inputs.mask, op.constant([2]))
    total = op.reduce_sum(op.multiply(hidden, mask), op.constant([1]))
    mean = op.divide(total, op.reduce_sum(mask, op.constant([1])))
    unit = op.normalize_l2(mean, op.constant([1]), 1e-12, "max")
    return runtime.openvino().Model([unit], inputs.as_list(), "minilm")
