"""A BERT encoder as an OpenVINO graph, built straight from safetensors with no torch.

It knows nothing of tokenization, pooling or heads: `encoder` maps word vectors to hidden states and the
callers add what they need on top. Word vectors come in from outside (see `ragkit.models.words`), so that
models which share the bundled vocabulary share one memory-mapped table and none holds a copy.

Architecture: Devlin et al. 2019, "BERT: Pre-training of Deep Bidirectional Transformers", as in
``transformers.BertModel``, whose tensor names the weights carry.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from ragkit.models.runtime import opset

if TYPE_CHECKING:
    import openvino as ov
    from numpy.typing import NDArray

    Weights = Mapping[str, NDArray[np.float32]]

LAYER_NORM_EPSILON = 1e-12


@dataclass(frozen=True, slots=True)
class Shape:
    """The sizes that the weights alone do not tell."""

    layers: int
    heads: int


@dataclass(frozen=True, slots=True)
class Inputs:
    """The graph's parameters: word vectors ``(batch, tokens, width)``, mask and token types ``(batch, tokens)``."""

    words: ov.Node
    mask: ov.Node
    types: ov.Node

    def as_list(self) -> list[ov.Node]:
        """In the order in which a compiled model takes them."""
        return [self.words, self.mask, self.types]


def encoder(weights: Weights, shape: Shape) -> tuple[Inputs, ov.Node]:
    """The inputs, and the hidden states ``(batch, tokens, width)`` of the last layer."""
    op = opset()
    width = weights["embeddings.LayerNorm.weight"].shape[0]
    inputs = Inputs(
        op.parameter([-1, -1, width], np.float32, name="words"),
        op.parameter([-1, -1], np.float32, name="mask"),
        op.parameter([-1, -1], np.int32, name="types"),
    )
    hidden = _embeddings(weights, inputs)
    bias = _attention_bias(inputs.mask)
    for layer in range(shape.layers):
        hidden = _layer(weights, f"encoder.layer.{layer}.", hidden, bias, shape.heads, width)
    return inputs, hidden


def linear(weights: Weights, name: str, x: ov.Node) -> ov.Node:
    """``x @ weight.T + bias`` with the tensors ``<name>.weight`` and ``<name>.bias``."""
    op = opset()
    product = op.matmul(x, op.constant(weights[f"{name}.weight"]), False, True)
    return op.add(product, op.constant(weights[f"{name}.bias"]))


def first_token(hidden: ov.Node) -> ov.Node:
    """The states of [CLS], shape ``(batch, width)``, of hidden states ``(batch, tokens, width)``."""
    op = opset()
    first = op.slice(hidden, op.constant([0]), op.constant([1]), op.constant([1]), op.constant([1]))
    return op.squeeze(first, op.constant([1]))


def _embeddings(weights: Weights, inputs: Inputs) -> ov.Node:
    op = opset()
    tokens = op.gather(op.shape_of(inputs.words), op.constant(1), op.constant(0))
    positions = op.slice(
        op.constant(weights["embeddings.position_embeddings.weight"]),
        op.constant([0]),
        op.unsqueeze(tokens, op.constant(0)),
        op.constant([1]),
        op.constant([0]),
    )
    types = op.gather(op.constant(weights["embeddings.token_type_embeddings.weight"]), inputs.types, op.constant(0))
    return layer_norm(weights, "embeddings.LayerNorm", op.add(op.add(inputs.words, positions), types))


def _attention_bias(mask: ov.Node) -> ov.Node:
    """0 where a token may be seen and a large negative number where it is padding: ``(batch, 1, 1, tokens)``."""
    op = opset()
    hidden = op.multiply(op.subtract(op.constant(np.float32(1)), mask), op.constant(np.float32(-1e4)))
    return op.unsqueeze(hidden, op.constant([1, 2]))


def _layer(weights: Weights, prefix: str, x: ov.Node, bias: ov.Node, heads: int, width: int) -> ov.Node:
    op = opset()
    attended = linear(weights, f"{prefix}attention.output.dense", _attention(weights, prefix, x, bias, heads, width))
    x = layer_norm(weights, f"{prefix}attention.output.LayerNorm", op.add(attended, x))
    inner = op.gelu(linear(weights, f"{prefix}intermediate.dense", x), "erf")
    return layer_norm(weights, f"{prefix}output.LayerNorm", op.add(linear(weights, f"{prefix}output.dense", inner), x))


def _attention(weights: Weights, prefix: str, x: ov.Node, bias: ov.Node, heads: int, width: int) -> ov.Node:
    op = opset()
    split = op.constant([0, 0, heads, width // heads])
    swap = op.constant([0, 2, 1, 3])

    def projected(name: str) -> ov.Node:
        return op.transpose(op.reshape(linear(weights, f"{prefix}attention.self.{name}", x), split, True), swap)

    mixed = op.scaled_dot_product_attention(projected("query"), projected("key"), projected("value"), bias)
    return op.reshape(op.transpose(mixed, swap), op.constant([0, 0, width]), True)


def layer_norm(weights: Weights, name: str, x: ov.Node) -> ov.Node:
    """``x`` normalised over its last axis, with the tensors ``<name>.weight`` and ``<name>.bias``."""
    op = opset()
    normal = op.mvn(x, op.constant([-1]), True, LAYER_NORM_EPSILON, "inside_sqrt")
    scaled = op.multiply(normal, op.constant(weights[f"{name}.weight"]))
    return op.add(scaled, op.constant(weights[f"{name}.bias"]))
