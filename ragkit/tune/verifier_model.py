"""The verifier: a cross-encoder that says whether evidence supports a claim, and which of its tokens it does not.

``[CLS] claim [SEP] evidence [SEP]`` goes through the encoder that the reader has too. Two linear heads: one support
logit on [CLS], and for every token of the claim the logit that it is unsupported. The loss is the sum of the two
binary cross entropies; tokens count only where it is known which of them are unsupported.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn import functional

from ragkit.tune.data import Span
from ragkit.tune.examples import NO_LABEL
from ragkit.tune.model import CrossEncoder
from ragkit.verify.pairing import Pair

TOKEN_WEIGHT = 3.0
"""What an unsupported token weighs against a supported one, of which there are many more."""


@dataclass(frozen=True, slots=True)
class ClaimRow:
    """A claim beside its evidence; ``spans`` are its unsupported characters, None where nobody marked them."""

    pair: Pair
    supported: bool
    spans: tuple[Span, ...] | None

    @property
    def labels(self) -> list[int]:
        """1 for each token of the claim that reaches into an unsupported span, 0 for others, or `NO_LABEL` for all."""
        if self.spans is None:
            return [0 if self.supported else NO_LABEL] * len(self.pair.offsets)
        return [int(any(a < right and left < b for left, right in self.spans)) for a, b in self.pair.offsets]


@dataclass(frozen=True, slots=True)
class ClaimBatch:
    """Rows as tensors: ``ids``, ``types``, ``attention`` and ``tokens`` (labels) of shape (rows, tokens).

    ``supported`` has shape (rows,). ``tokens`` is `NO_LABEL` everywhere but on tokens of claims with known spans.
    """

    ids: Tensor
    types: Tensor
    attention: Tensor
    tokens: Tensor
    supported: Tensor

    def to(self, device: torch.device) -> ClaimBatch:
        """The same batch on ``device``."""
        return ClaimBatch(*(getattr(self, name).to(device) for name in self.__dataclass_fields__))


def collate(rows: Sequence[ClaimRow]) -> ClaimBatch:
    """Pads rows to the longest one."""
    shape = (len(rows), max(len(row.pair.ids) for row in rows))
    ids, types, attention = (torch.zeros(shape, dtype=torch.long) for _ in range(3))
    tokens = torch.full(shape, NO_LABEL)
    for number, row in enumerate(rows):
        length, first = len(row.pair.ids), row.pair.first
        ids[number, :length] = torch.tensor(row.pair.ids)
        types[number, first:length] = 1
        attention[number, :length] = 1
        tokens[number, 1 : first - 1] = torch.tensor(row.labels, dtype=torch.long)
    return ClaimBatch(ids, types, attention, tokens, torch.tensor([float(row.supported) for row in rows]))


class VerifierModel(CrossEncoder):
    """The encoder with heads for support and for unsupported tokens."""

    kind = "verifier"

    def __init__(self) -> None:
        super().__init__()
        self.support = self._head(1)
        self.token = self._head(1)

    def forward(self, batch: ClaimBatch) -> tuple[Tensor, Tensor]:
        """Support logits (rows,) and logits of unsupported tokens (rows, tokens)."""
        states = self._states(batch).float()
        return self.support(states[:, 0])[:, 0], self.token(states)[:, :, 0]


def verifier_loss(support: Tensor, tokens: Tensor, batch: ClaimBatch) -> dict[str, Tensor]:
    """The two parts of the loss."""
    known = batch.tokens != NO_LABEL
    wrong = batch.tokens.clamp(min=0).float()
    weight = known * (1 + (TOKEN_WEIGHT - 1) * wrong)
    each = functional.binary_cross_entropy_with_logits(tokens, wrong, weight=weight, reduction="none")
    return {
        "support": functional.binary_cross_entropy_with_logits(support, batch.supported),
        "tokens": each.sum() / weight.sum().clamp(min=1),
    }
