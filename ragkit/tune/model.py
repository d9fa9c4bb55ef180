"""The reader: a cross-encoder that says where in a passage the answer stands and whether it stands there at all.

``[CLS] question [SEP] passage [SEP]`` goes through the bundled MiniLM encoder. Two linear heads: start and end of
the span on every token ([CLS] stands for "no answer", as in BERT for SQuAD 2.0, Devlin et al., 2019), and one
relevance logit on [CLS]. The loss is the sum of the span's cross entropy, the relevance's binary cross entropy,
and a softmax over the passages of one question, which teaches the order that reranking needs.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar, Protocol

import torch
from torch import Tensor, nn
from torch.nn import functional

from ragkit.errors import ModelError
from ragkit.models import bundled
from ragkit.tune.examples import NO_LABEL, Batch

_LOWEST = -1e4


class Tokens(Protocol):
    """What the encoder reads of a batch: shape (rows, tokens) each."""

    @property
    def ids(self) -> Tensor:
        """Word pieces."""
        ...

    @property
    def types(self) -> Tensor:
        """1 for the second text."""
        ...

    @property
    def attention(self) -> Tensor:
        """0 for padding."""
        ...


class CrossEncoder(nn.Module):
    """The bundled encoder for two texts, without heads; word embeddings stay as they are in the bundle.

    The forward pass is written out because the one of `transformers` goes through fp32 at every softmax, layer norm
    and residual: in bf16 on a CPU with AMX this one trains 1.5 times as many examples a second.
    """

    kind: ClassVar[str]
    """What a message calls it."""

    def __init__(self) -> None:
        from transformers import BertModel

        super().__init__()
        self.encoder = BertModel.from_pretrained(bundled.folder(), add_pooling_layer=False)
        self.encoder.embeddings.word_embeddings.weight.requires_grad_(requires_grad=False)
        self.encoder.embeddings.dropout.p = 0.0
        self.dropout = 0.0
        self.heads = int(self.encoder.config.num_attention_heads)
        self.width = int(self.encoder.config.hidden_size)

    def _head(self, outputs: int) -> nn.Linear:
        head = nn.Linear(self.width, outputs)
        nn.init.normal_(head.weight, std=0.02)
        nn.init.zeros_(head.bias)
        return head

    def _states(self, batch: Tokens) -> Tensor:
        states: Tensor = self.encoder.embeddings(input_ids=batch.ids, token_type_ids=batch.types)
        hidden = (batch.attention == 0)[:, None, None, :]
        mask = torch.zeros(hidden.shape, dtype=states.dtype, device=states.device).masked_fill_(hidden, _LOWEST)
        for layer in self.encoder.encoder.layer:
            states = self._layer(layer, states, mask)
        return states

    def _layer(self, layer: Any, states: Tensor, mask: Tensor) -> Tensor:
        rows, tokens, width = states.shape
        own, out = layer.attention.self, layer.attention.output
        scale = (width // self.heads) ** -0.5

        def split(tensor: Tensor) -> Tensor:
            return tensor.view(rows, tokens, self.heads, -1).transpose(1, 2)

        query = split(functional.linear(states, own.query.weight * scale, own.query.bias * scale))
        weights = torch.softmax(query @ split(own.key(states)).transpose(-1, -2) + mask, -1)
        mixed = (weights @ split(own.value(states))).transpose(1, 2).reshape(rows, tokens, width)
        states = out.LayerNorm(self._dropped(out.dense(mixed)) + states)
        wide = functional.gelu(layer.intermediate.dense(states))
        result: Tensor = layer.output.LayerNorm(self._dropped(layer.output.dense(wide)) + states)
        return result

    def _dropped(self, states: Tensor) -> Tensor:
        return functional.dropout(states, self.dropout, self.training)

    def trained(self) -> dict[str, nn.Parameter]:
        """What training changes, by the names of a plain BERT plus those of the heads."""
        return {
            name.removeprefix("encoder.") if name.startswith(("encoder.embeddings", "encoder.encoder")) else name: value
            for name, value in self.named_parameters()
            if value.requires_grad
        }

    def load(self, tensors: Mapping[str, Tensor]) -> None:
        """Takes over trained weights.

        Raises:
            ModelError: a name or a shape does not fit.
        """
        take_over(self.trained(), tensors, self.kind)


def take_over(own: Mapping[str, nn.Parameter], tensors: Mapping[str, Tensor], kind: str) -> None:
    """Fills the parameters of a model of that kind with trained weights.

    Raises:
        ModelError: A name or a shape does not fit.
    """
    if own.keys() != tensors.keys() or any(own[name].shape != value.shape for name, value in tensors.items()):
        raise ModelError(f"These weights do not fit the {kind}.", "Train again with this version of ragkit.")
    with torch.no_grad():
        for name, value in tensors.items():
            own[name].copy_(value)


class ReaderModel(CrossEncoder):
    """The encoder with heads for the span and the relevance."""

    kind = "reader"

    def __init__(self) -> None:
        super().__init__()
        self.span = self._head(2)
        self.relevance = self._head(1)

    def forward(self, batch: Batch) -> tuple[Tensor, Tensor, Tensor]:
        """Start and end logits of shape (rows, tokens), disallowed places very low, and relevance logits (rows,)."""
        states = self._states(batch).float()
        spans = self.span(states).masked_fill(~batch.allowed[:, :, None], _LOWEST)
        return spans[:, :, 0], spans[:, :, 1], self.relevance(states[:, 0])[:, 0]


def reader_loss(starts: Tensor, ends: Tensor, relevance: Tensor, batch: Batch) -> dict[str, Tensor]:
    """The three parts of the loss; their sum is what training lowers."""
    places = functional.cross_entropy(starts, batch.starts, reduction="none", ignore_index=NO_LABEL)
    places = (places + functional.cross_entropy(ends, batch.ends, reduction="none", ignore_index=NO_LABEL)) / 2
    # Apart, because [CLS] for "no answer" is soon learnt and would water down the mean.
    span = _mean_where(places, batch.starts > 0) + 0.5 * _mean_where(places, batch.starts == 0)
    binary = functional.binary_cross_entropy_with_logits(relevance, batch.answerable)
    same = batch.groups[:, None] == batch.groups[None, :]
    total = relevance[None, :].masked_fill(~same, _LOWEST).logsumexp(1)
    contrast = (total - relevance)[(batch.answerable > 0) & (same.sum(1) > 1)]
    listwise = contrast.mean() if len(contrast) else relevance.sum() * 0
    return {"span": span, "binary": binary, "listwise": 0.5 * listwise}


def _mean_where(values: Tensor, mask: Tensor) -> Tensor:
    return (values * mask).sum() / mask.sum().clamp(min=1)
