"""The verifier: a cross-encoder that says whether evidence supports a claim, and which of its tokens it does not.

``[CLS] claim [SEP] evidence [SEP]`` goes through the encoder that the reader has too. Two linear heads: one support
logit on [CLS], and for every token of the claim the logit that it is unsupported. The loss is the sum of the two
binary cross entropies, where tokens count only if it is known which of them are unsupported, and of a logistic loss
that asks of two claims that differ in a few words that the right one has the greater support logit.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate

import torch
from torch import Tensor
from torch.nn import functional

from ragkit.tune.data import Span
from ragkit.tune.examples import NO_LABEL
from ragkit.tune.model import CrossEncoder
from ragkit.verify.pairing import Pair

TOKEN_WEIGHT = 3.0
"""What an unsupported token weighs against a supported one, of which there are many more."""
TWIN_MARGIN = 1.0
"""By how much the support logit of a right claim is to be above that of its wrong twin."""
TAUGHT = 0.5
"""The teacher's share in what is learnt of a row that it teaches."""
Logits = tuple[Tensor, Tensor]
"""Of support, shape (rows,), and of unsupported tokens, shape (rows, tokens)."""


@dataclass(frozen=True, slots=True)
class ClaimRow:
    """A claim beside its evidence; ``spans`` are its unsupported characters, None where nobody marked them.

    Of a ``kept`` row half of what is learnt is what the teacher says, where there is one.
    """

    pair: Pair
    supported: bool
    spans: tuple[Span, ...] | None
    kept: bool = False

    @property
    def labels(self) -> list[int]:
        """1 for each token of the claim that reaches into an unsupported span, 0 for others, or `NO_LABEL` for all."""
        if self.spans is None:
            return [0 if self.supported else NO_LABEL] * len(self.pair.offsets)
        return [int(any(a < right and left < b for left, right in self.spans)) for a, b in self.pair.offsets]


@dataclass(frozen=True, slots=True)
class ClaimBatch:
    """Rows as tensors: ``ids``, ``types``, ``attention`` and ``tokens`` (labels) of shape (rows, tokens).

    ``supported`` and ``kept`` have shape (rows,); ``twins`` has shape (twins, 2), the rows of a right claim and of its
    wrong twin. ``tokens`` is `NO_LABEL` everywhere but on tokens of claims with known spans.
    """

    ids: Tensor
    types: Tensor
    attention: Tensor
    tokens: Tensor
    supported: Tensor
    kept: Tensor
    twins: Tensor

    def to(self, device: torch.device) -> ClaimBatch:
        """The same batch on ``device``."""
        return ClaimBatch(*(getattr(self, name).to(device) for name in self.__dataclass_fields__))

    def where(self, rows: Tensor) -> ClaimBatch:
        """The rows that are true in ``rows``, without their twins; no shorter than the batch."""
        picked = {name: getattr(self, name)[rows] for name in self.__dataclass_fields__ if name != "twins"}
        return ClaimBatch(**picked, twins=self.twins[:0])


def collate(units: Sequence[Sequence[ClaimRow]]) -> ClaimBatch:
    """Pads the rows of ``units`` to the longest one; a unit is a row, or a right one and its wrong twin."""
    rows = [row for unit in units for row in unit]
    shape = (len(rows), max(len(row.pair.ids) for row in rows))
    ids, types, attention = (torch.zeros(shape, dtype=torch.long) for _ in range(3))
    tokens = torch.full(shape, NO_LABEL)
    for number, row in enumerate(rows):
        length, first = len(row.pair.ids), row.pair.first
        ids[number, :length] = torch.tensor(row.pair.ids)
        types[number, first:length] = 1
        attention[number, :length] = 1
        tokens[number, 1 : first - 1] = torch.tensor(row.labels, dtype=torch.long)
    firsts = [0, *accumulate(map(len, units))]
    twins = [(first, first + 1) for first, unit in zip(firsts, units, strict=False) if len(unit) > 1]
    supported, kept = torch.tensor([float(row.supported) for row in rows]), torch.tensor([row.kept for row in rows])
    return ClaimBatch(
        ids, types, attention, tokens, supported, kept, torch.tensor(twins, dtype=torch.long).reshape(-1, 2)
    )


class VerifierModel(CrossEncoder):
    """The encoder with heads for support and for unsupported tokens."""

    kind = "verifier"

    def __init__(self) -> None:
        super().__init__()
        self.support = self._head(1)
        self.token = self._head(1)

    def forward(self, batch: ClaimBatch) -> Logits:
        """Support logits (rows,) and logits of unsupported tokens (rows, tokens)."""
        states = self._states(batch).float()
        return self.support(states[:, 0])[:, 0], self.token(states)[:, :, 0]


def verifier_loss(said: Logits, batch: ClaimBatch, taught: Logits | None = None) -> dict[str, Tensor]:
    """The parts of the loss; ``taught`` is what a teacher says of the batch.

    A student that is shown on old data what the weights before it say forgets less (Li and Hoiem, 2016, "Learning
    without Forgetting").
    """
    support, tokens = said
    known = batch.tokens != NO_LABEL
    wrong = batch.tokens.clamp(min=0).float()
    weight = known * (1 + (TOKEN_WEIGHT - 1) * wrong)
    supported = batch.supported
    if taught is not None:
        share = TAUGHT * batch.kept
        supported = supported.lerp(taught[0].sigmoid(), share)
        wrong = wrong.lerp(taught[1].sigmoid(), share[:, None].expand_as(wrong))
    each = functional.binary_cross_entropy_with_logits(tokens, wrong, weight=weight, reduction="none")
    right, false = support[batch.twins[:, 0]], support[batch.twins[:, 1]]
    return {
        "support": functional.binary_cross_entropy_with_logits(support, supported),
        "tokens": each.sum() / weight.sum().clamp(min=1),
        "twins": functional.softplus(TWIN_MARGIN - (right - false)).sum() / max(1, len(batch.twins)),
    }
