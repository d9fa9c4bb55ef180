"""The trained verifier at run time: does the evidence support the claim, and which of its tokens does it not?

A cross-encoder over ``[CLS] claim [SEP] evidence [SEP]`` through the fast runtime, without torch; trained by
`ragkit.tune.verifier`. It knows nothing of sentences or passages: see `ragkit.verify.trained`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from ragkit.models import bert, bundled, runtime
from ragkit.models.folder import WEIGHTS, open_folder
from ragkit.models.minilm import batches, bert_inputs

if TYPE_CHECKING:
    import openvino as ov
    from numpy.typing import NDArray

    Logits = NDArray[np.float32]

SHIPPED = WEIGHTS / "verifier"


@dataclass(frozen=True, slots=True)
class Judgement:
    """A row's logits: that the evidence supports the claim, and for each token of the claim that it does not."""

    support: float
    tokens: Logits


@dataclass(frozen=True, slots=True)
class Calibration:
    """A logistic regression over the logits and the log-odds of the wording; ``bar`` is the token logit that flags."""

    support: float
    token: float
    wording: float
    bias: float
    bar: float


class VerifierModel:
    """The verifier in a folder that `ragkit.tune.verifier` wrote.

    Raises:
        ModelError: The folder holds no verifier, or one of another base.
    """

    def __init__(self, path: Path = SHIPPED) -> None:
        self._folder = open_folder(path, "verifier")
        with self._folder.reading() as config:
            self.max_tokens = int(config["max_tokens"])
            self.calibration = Calibration(**{name: float(value) for name, value in config["calibration"].items()})

    def load(self) -> None:
        """Load the model now, rather than with the first claim."""
        _ = self._model

    def judge(self, rows: Sequence[tuple[list[int], int]]) -> list[Judgement]:
        """One judgement for each row of token ids and the place where its evidence begins."""
        found: dict[int, Judgement] = {}
        for places in batches([len(ids) for ids, _ in rows]):
            group = [rows[place] for place in places]
            types = [[0] * first + [1] * (len(ids) - first) for ids, first in group]
            support, tokens = self._model(bert_inputs([ids for ids, _ in group], types))
            for place, (_, first), one, each in zip(places, group, support, tokens, strict=True):
                found[place] = Judgement(float(one[0]), each[1 : first - 1, 0])
        return [found[place] for place in range(len(rows))]

    @cached_property
    def _model(self) -> runtime.Compiled:
        return runtime.compiled("verifier", self._folder.digest, lambda: _graph(self._folder.tensors()))


def _graph(own: Mapping[str, Logits]) -> ov.Model:
    weights = bundled.weights() | dict(own)
    inputs, hidden = bert.encoder(weights, bert.Shape(bundled.LAYERS, bundled.HEADS))
    tokens = bert.linear(weights, "token", hidden)
    support = bert.linear(weights, "support", bert.first_token(hidden))
    return runtime.openvino().Model([support, tokens], inputs.as_list(), "verifier")
