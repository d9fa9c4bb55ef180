"""The writer's three graphs: its encoder, what the decoder remembers of the passages, and one step of the decoder.

The decoder is a BERT decoder with cross-attention (Vaswani et al., 2017; Rothe, Narayan and Severyn, 2020), its tensors
named as in ``transformers.BertLMHeadModel``, with a pointer beside it (See, Liu and Manning, 2017). A step
takes the keys and values of earlier steps, so that nothing is computed twice; they stand in arrays of one length,
because OpenVINO 2026.4 computes attention wrongly where keys that are put together grow past 15.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from ragkit.models import bert, bundled, runtime
from ragkit.models.bert import layer_norm, linear

if TYPE_CHECKING:
    import openvino as ov
    from numpy.typing import NDArray

LONGEST = 160
"""Pieces of one completion at most."""


@dataclass(frozen=True, slots=True)
class Decoder:
    """The decoder's weights and sizes; ``vocabulary`` are the pieces that it may write of its own."""

    weights: bert.Weights
    layers: int
    vocabulary: NDArray[np.int32]

    @property
    def pointer(self) -> int:
        """Width of the pointer's queries and keys."""
        return int(self.weights["pointer.key.weight"].shape[0])


def encoder(weights: bert.Weights) -> ov.Model:
    """Pairs to hidden states ``(batch, tokens, width)`` and, where there is such a head, relevance ``(batch, 1)``.

    ``weights`` are those that differ from the bundle's.
    """
    op = runtime.opset()
    inputs, hidden = bert.encoder(bundled.weights() | dict(weights), bert.Shape(bundled.LAYERS, bundled.HEADS))
    outputs = [hidden]
    if "relevance.weight" in weights:
        first = op.gather(hidden, op.constant(0), op.constant(1))
        outputs.append(linear(weights, "relevance", first))
    return runtime.openvino().Model(outputs, inputs.as_list(), "writer-encoder")


def memory(decoder: Decoder) -> ov.Model:
    """What the decoder keeps of the places that it attends to.

    Inputs: states, word vectors of the pieces and of those before them, states of [CLS], each ``(1, places, width)``.
    Outputs: keys and values of each layer ``(1, heads, places, width / heads)``; the pointer's keys ``(1, places, n)``.
    """
    op, weights = runtime.opset(), decoder.weights
    names = ("states", "words", "before", "heads")
    states, words, before, heads = (_parameter([1, -1, bundled.WIDTH], name) for name in names)
    outputs = []
    for layer in range(decoder.layers):
        prefix = f"decoder.bert.encoder.layer.{layer}.crossattention.self."
        outputs += [_split(linear(weights, f"{prefix}{kind}", states)) for kind in ("key", "value")]
    keys = linear(weights, "pointer.key", states)
    for name, vectors in (("piece_key", words), ("before_key", before), ("head_key", heads)):
        keys = op.add(keys, op.matmul(vectors, op.constant(weights[f"pointer.{name}.weight"]), False, True))
    return runtime.openvino().Model([*outputs, keys], [states, words, before, heads], "writer-memory")


def step(decoder: Decoder) -> ov.Model:
    """One piece to the scores of the next.

    Inputs: the piece's embedding ``(1, 1, width)``; ``follows`` and ``barred`` ``(1, 1, places)``, 1 at the place
    behind the one that was copied last, and a large negative number where nothing may be copied; the memory; ``unseen``
    ``(1, 1, 1, LONGEST + 1)``, a large negative number where no piece stands yet, the last place being this piece's;
    keys and values of earlier pieces, layer by layer, ``(1, heads, LONGEST, width / heads)``. Outputs: logits of the
    own vocabulary ``(1, 1, vocabulary)``, of the places ``(1, 1, places)``, the gate ``(1, 1, 2)``, whose first number
    is the log-odds of writing rather than copying, and this piece's keys and values ``(1, heads, 1, width / heads)``.
    """
    op, weights, size = runtime.opset(), decoder.weights, bundled.WIDTH // bundled.HEADS
    piece = _parameter([1, 1, bundled.WIDTH], "piece")
    follows, barred = (_parameter([1, 1, -1], name) for name in ("follows", "barred"))
    known = [_parameter([1, bundled.HEADS, -1, size], f"known{n}") for n in range(2 * decoder.layers)]
    keys = _parameter([1, -1, decoder.pointer], "keys")
    unseen = _parameter([1, 1, 1, LONGEST + 1], "unseen")
    past = [_parameter([1, bundled.HEADS, LONGEST, size], f"past{n}") for n in range(2 * decoder.layers)]
    hidden, new = layer_norm(weights, "decoder.bert.embeddings.LayerNorm", piece), []
    for layer in range(decoder.layers):
        both = slice(2 * layer, 2 * layer + 2)
        hidden, own = _layer(weights, layer, hidden, known[both], past[both], unseen)
        new += own
    gate = linear(weights, "pointer.gate", hidden)
    query = op.multiply(linear(weights, "pointer.query", hidden), op.constant(np.float32(decoder.pointer**-0.5)))
    bonus = op.gather(gate, op.constant([1]), op.constant(2))
    scores = op.add(op.add(op.matmul(query, keys, False, True), op.multiply(follows, bonus)), barred)
    inputs = [piece, follows, barred, *known, keys, unseen, *past]
    return runtime.openvino().Model([_own(decoder, hidden), scores, gate, *new], inputs, "writer-step")


def _own(decoder: Decoder, hidden: ov.Node) -> ov.Node:
    op, head = runtime.opset(), "decoder.cls.predictions."
    inner = op.gelu(linear(decoder.weights, f"{head}transform.dense", hidden), "erf")
    inner = layer_norm(decoder.weights, f"{head}transform.LayerNorm", inner)
    words = op.constant(np.asarray(bundled.word_vectors()[decoder.vocabulary]))
    bias = op.constant(decoder.weights[f"{head}bias"][decoder.vocabulary])
    return op.add(op.matmul(inner, words, False, True), bias)


def _layer(
    weights: bert.Weights, number: int, x: ov.Node, known: list[ov.Node], past: list[ov.Node], unseen: ov.Node
) -> tuple[ov.Node, list[ov.Node]]:
    """A layer's output, and this piece's keys and values."""
    op, prefix = runtime.opset(), f"decoder.bert.encoder.layer.{number}."
    new = [_split(linear(weights, f"{prefix}attention.self.{kind}", x)) for kind in ("key", "value")]
    seen = [op.concat([old, fresh], 2) for old, fresh in zip(past, new, strict=True)]
    x = _attended(weights, f"{prefix}attention.", x, [*seen, unseen])
    x = _attended(weights, f"{prefix}crossattention.", x, known)
    inner = op.gelu(linear(weights, f"{prefix}intermediate.dense", x), "erf")
    x = layer_norm(weights, f"{prefix}output.LayerNorm", op.add(linear(weights, f"{prefix}output.dense", inner), x))
    return x, new


def _attended(weights: bert.Weights, prefix: str, x: ov.Node, seen: list[ov.Node]) -> ov.Node:
    op = runtime.opset()
    mixed = op.scaled_dot_product_attention(_split(linear(weights, f"{prefix}self.query", x)), *seen)
    joined = op.reshape(op.transpose(mixed, op.constant([0, 2, 1, 3])), op.constant([0, 0, bundled.WIDTH]), True)
    added = op.add(linear(weights, f"{prefix}output.dense", joined), x)
    return layer_norm(weights, f"{prefix}output.LayerNorm", added)


def _split(x: ov.Node) -> ov.Node:
    op = runtime.opset()
    shape = op.constant([0, 0, bundled.HEADS, bundled.WIDTH // bundled.HEADS])
    return op.transpose(op.reshape(x, shape, True), op.constant([0, 2, 1, 3]))


def _parameter(shape: list[int], name: str) -> ov.Node:
    return runtime.opset().parameter(shape, np.float32, name=name)
