"""The writer as torch sees it: a BERT decoder with cross-attention, and a pointer that copies.

The decoder is what `transformers` calls ``BertLMHeadModel`` with ``is_decoder`` and ``add_cross_attention``; its
weights have the names and shapes of that class. Beside it stands the copy mechanism (See, Liu and Manning, 2017,
"Get To The Point"): the next piece is drawn from a mixture of the decoder's own distribution and of one over the
places of question and passages. Two things make copying learnable in an hour: the place behind the one that was last
copied gets a learned bonus, and places are labelled where it is known what was copied from where.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional

from ragkit.models import bundled
from ragkit.tune.model import take_over

LAYERS, INNER, POINTER = 2, 768, 128
_LOWEST = -1e4
_NEVER = -1e9
_FIRST = 2.0
"""Weight of the first piece, which decides whether there is an answer at all."""


@dataclass(frozen=True, slots=True)
class Batch:
    """Examples as tensors, ``rows`` of ``tokens`` to write from ``places`` to copy from.

    ``states`` has shape (rows, places, width), ``ids``, ``before`` (the piece in front), ``head`` (where the [CLS] of
    a place's pair stands), ``present`` and ``copied`` (may be copied) (rows, places). ``given`` and ``wanted`` are
    (rows, tokens), ``wanted`` -1 behind the end; ``aligned`` is the place that ``wanted`` is copied from and
    ``follows`` the place behind the one that was copied last, both -1 where there is none.
    """

    states: Tensor
    ids: Tensor
    before: Tensor
    head: Tensor
    present: Tensor
    copied: Tensor
    given: Tensor
    wanted: Tensor
    aligned: Tensor
    follows: Tensor

    def to(self, device: torch.device) -> Batch:
        """The same batch on ``device``."""
        return Batch(*(getattr(self, name).to(device) for name in self.__dataclass_fields__))


class PointerWriter(nn.Module):
    """Decoder and pointer over the encoder's states; ``vocabulary`` are the pieces that it may write of its own.

    Word, position and token type embeddings stay as they are in the bundle. The forward pass is written out for the
    reason that `ragkit.tune.model.ReaderModel` gives.
    """

    vocabulary: Tensor
    inverse: Tensor

    def __init__(self, vocabulary: Tensor, dropout: float = 0.1) -> None:
        from transformers import BertLMHeadModel

        super().__init__()
        self.decoder = BertLMHeadModel(decoder_config())
        self._warm_start()
        width = bundled.WIDTH
        self.query = nn.Linear(width, POINTER)
        self.key = nn.Linear(width, POINTER)
        self.piece_key, self.before_key, self.head_key = (nn.Linear(width, POINTER, bias=False) for _ in range(3))
        self.gate = nn.Linear(width, 2)
        self.register_buffer("vocabulary", vocabulary)
        inverse = torch.full((int(self.words.shape[0]),), -1)
        inverse[vocabulary] = torch.arange(len(vocabulary))
        self.register_buffer("inverse", inverse)
        self.dropout = dropout

    @property
    def words(self) -> Tensor:
        """The bundle's word embeddings."""
        weight: Tensor = self.decoder.bert.embeddings.word_embeddings.weight
        return weight

    def _warm_start(self) -> None:
        """Embeddings and layers of the bundled encoder (Rothe, Narayan and Severyn, 2020); the rest is new."""
        from transformers import BertModel

        bert = BertModel.from_pretrained(bundled.folder(), add_pooling_layer=False)
        own = self.decoder.bert
        own.embeddings.load_state_dict(bert.embeddings.state_dict())
        for name in ("word_embeddings", "position_embeddings", "token_type_embeddings"):
            getattr(own.embeddings, name).weight.requires_grad_(requires_grad=False)
        with torch.no_grad():
            for layer, source in zip(own.encoder.layer, (0, bundled.LAYERS - 1), strict=True):
                _copy_layer(layer, bert.encoder.layer[source])

    def forward(self, batch: Batch) -> tuple[Tensor, Tensor, Tensor]:
        """Hidden states and log probabilities.

        Hidden states have shape (rows, tokens, width), the log probabilities of the places to copy from (rows, tokens,
        places), those of writing and of copying (rows, tokens, 2).
        """
        hidden = self._decode(batch)
        scores = (self.query(hidden) * POINTER**-0.5) @ self._keys(batch).transpose(1, 2)
        gates = self.gate(hidden).float()
        behind = batch.follows[:, :, None] == torch.arange(batch.ids.shape[1], device=scores.device)
        scores = torch.where(behind, scores + gates[:, :, 1:], scores.float())
        scores = scores.masked_fill(~batch.copied[:, None, :], _NEVER)
        choice = torch.stack([functional.logsigmoid(gates[:, :, 0]), functional.logsigmoid(-gates[:, :, 0])], -1)
        return hidden, scores.log_softmax(-1), choice

    def own(self, hidden: Tensor) -> Tensor:
        """Log probabilities of the own vocabulary, shape (..., vocabulary)."""
        head = self.decoder.cls.predictions
        transformed = head.transform(hidden)
        logits = functional.linear(transformed, self.words[self.vocabulary], head.bias[self.vocabulary])
        chances: Tensor = logits.float().log_softmax(-1)
        return chances

    def _keys(self, batch: Batch) -> Tensor:
        heads = batch.states.gather(1, batch.head[:, :, None].expand(-1, -1, batch.states.shape[2]))
        pieces = self.piece_key(self.words[batch.ids]) + self.before_key(self.words[batch.before])
        keys: Tensor = self.key(batch.states) + self.head_key(heads) + pieces
        return keys

    def _decode(self, batch: Batch) -> Tensor:
        bert = self.decoder.bert
        tokens = batch.given.shape[1]
        states = bert.embeddings.word_embeddings(batch.given) + bert.embeddings.position_embeddings.weight[:tokens]
        states = bert.embeddings.LayerNorm(states + bert.embeddings.token_type_embeddings.weight[0])
        causal = torch.full((tokens, tokens), _LOWEST, dtype=states.dtype, device=states.device).triu(1)
        unseen = torch.zeros(batch.present.shape, dtype=states.dtype, device=states.device)
        unseen = unseen.masked_fill(~batch.present, _LOWEST)[:, None, None, :]
        for layer in bert.encoder.layer:
            states = self._attended(layer.attention, states, states, causal)
            states = self._attended(layer.crossattention, states, batch.states, unseen)
            wide = functional.gelu(layer.intermediate.dense(states))
            states = layer.output.LayerNorm(self._dropped(layer.output.dense(wide)) + states)
        result: Tensor = states
        return result

    def _attended(self, block: Any, states: Tensor, seen: Tensor, mask: Tensor) -> Tensor:
        rows, tokens, width = states.shape
        own, heads = block.self, bundled.HEADS
        scale = (width // heads) ** -0.5

        def split(tensor: Tensor) -> Tensor:
            return tensor.view(rows, -1, heads, width // heads).transpose(1, 2)

        query = split(functional.linear(states, own.query.weight * scale, own.query.bias * scale))
        weights = torch.softmax(query @ split(own.key(seen)).transpose(-1, -2) + mask, -1)
        mixed = (weights @ split(own.value(seen))).transpose(1, 2).reshape(rows, tokens, width)
        result: Tensor = block.output.LayerNorm(block.output.dense(mixed) + states)
        return result

    def _dropped(self, states: Tensor) -> Tensor:
        return functional.dropout(states, self.dropout, self.training)

    def trained(self) -> dict[str, nn.Parameter]:
        """What training changes: ``decoder.*`` by the names of ``BertLMHeadModel``, and the pointer."""
        return {name: value for name, value in self.named_parameters() if value.requires_grad}

    def load(self, tensors: Mapping[str, Tensor]) -> None:
        """Takes over trained weights.

        Raises:
            ModelError: a name or a shape does not fit.
        """
        take_over(self.trained(), tensors, "writer")


def decoder_config() -> Any:
    """The decoder's configuration for `transformers`."""
    from transformers import BertConfig

    config = BertConfig.from_pretrained(bundled.folder())
    config.num_hidden_layers, config.intermediate_size = LAYERS, INNER
    config.is_decoder = config.add_cross_attention = True
    return config


def writer_loss(model: PointerWriter, batch: Batch) -> dict[str, Tensor]:
    """Mean negative log-likelihood of the wanted pieces, of those that are copied from a known place and of others.

    Of a piece with a known place only copying from there counts; of any other, writing it and copying it from
    wherever it stands.
    """
    hidden, places, choice = model(batch)
    wanted, labelled = batch.wanted.clamp(min=0), batch.aligned >= 0
    known = places.gather(2, batch.aligned.clamp(min=0)[:, :, None])[:, :, 0] + choice[:, :, 1]
    row, token = torch.where(~labelled & (batch.wanted >= 0))
    piece = wanted[row, token]
    number = model.inverse[piece]
    written = (
        model.own(hidden[row, token]).gather(1, number.clamp(min=0)[:, None])[:, 0].masked_fill(number < 0, _NEVER)
    )
    same = (piece[:, None] == batch.ids[row]) & batch.copied[row]
    anywhere = places[row, token].masked_fill(~same, _NEVER).logsumexp(-1).clamp(min=_NEVER)
    either = torch.logaddexp(written + choice[row, token, 0], anywhere + choice[row, token, 1])
    value = known.index_put((row, token), either)
    # What can neither be written nor copied teaches nothing.
    counts = (batch.wanted >= 0) & (value > -100)
    weight = counts.float()
    weight[:, 0] *= _FIRST
    loss = -(value.masked_fill(~counts, 0.0) * weight)
    total = weight.sum().clamp(min=1)
    return {"copied": loss[labelled].sum() / total, "written": loss[~labelled].sum() / total}


def _copy_layer(layer: Any, source: Any) -> None:
    """Takes over a layer: the strongest inner neurons, and self-attention also for cross-attention."""
    layer.attention.load_state_dict(source.attention.state_dict())
    layer.crossattention.load_state_dict(source.attention.state_dict())
    inner, outer = source.intermediate.dense, source.output.dense
    best = (inner.weight.norm(dim=1) * outer.weight.norm(dim=0)).topk(INNER).indices
    layer.intermediate.dense.weight.copy_(inner.weight[best])
    layer.intermediate.dense.bias.copy_(inner.bias[best])
    layer.output.dense.weight.copy_(outer.weight[:, best])
    layer.output.dense.bias.copy_(outer.bias)
    layer.output.LayerNorm.load_state_dict(source.output.LayerNorm.state_dict())
