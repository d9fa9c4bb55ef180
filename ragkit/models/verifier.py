"""The trained verifier at run time: does the evidence support the claim, and which of its tokens does it not?

A cross-encoder over ``[CLS] claim [SEP] evidence [SEP]`` through the fast runtime, without torch; trained by
`ragkit.tune.verifier`. It knows nothing of sentences or passages: see `ragkit.verify.trained`.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from ragkit.errors import ModelError
from ragkit.models import bert, bundled, runtime
from ragkit.models.minilm import batches, bert_inputs

if TYPE_CHECKING:
    import openvino as ov
    from numpy.typing import NDArray

    Logits = NDArray[np.float32]

SHIPPED = Path(__file__).parent / "weights" / "verifier"
REMEDY = "Install ragkit again, or name a folder that `ragkit tune verifier` wrote."


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
    """The verifier in ``folder``, which holds ``model.safetensors`` and ``config.json``.

    Raises:
        ModelError: a file is missing, damaged or of another base.
    """

    def __init__(self, folder: Path = SHIPPED) -> None:
        self._folder = folder
        config = _config(folder)
        try:
            self.max_tokens = int(config["max_tokens"])
            self.calibration = Calibration(**{name: float(value) for name, value in config["calibration"].items()})
            self._digest = str(config["sha256"])
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            raise ModelError(f"The configuration in {folder} is not a verifier's: {error!r}.", REMEDY) from error

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
        path = self._folder / "model.safetensors"
        try:
            digest = hashlib.sha256(path.read_bytes()).hexdigest()
        except OSError as error:
            raise ModelError(f"The verifier's weights cannot be read: {error}.", REMEDY) from error
        if digest != self._digest:
            raise ModelError(f"The verifier's weights in {self._folder} are altered.", REMEDY)
        return runtime.compiled("verifier", digest, lambda: _graph(path))


def _config(folder: Path) -> dict[str, Any]:
    try:
        config: dict[str, Any] = json.loads((folder / "config.json").read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise ModelError(f"There is no verifier in {folder}: {error}.", REMEDY) from error
    if config.get("kind") != "verifier":
        raise ModelError(f"{folder} holds no verifier but {config.get('kind')!r}.", REMEDY)
    if config.get("base_sha256") != bundled.SHA256:
        raise ModelError(f"The verifier in {folder} was trained from another base.", "Train it again.")
    return config


def _graph(path: Path) -> ov.Model:
    from safetensors.numpy import load_file

    weights = bundled.weights() | {name: tensor.astype(np.float32) for name, tensor in load_file(path).items()}
    inputs, hidden = bert.encoder(weights, bert.Shape(bundled.LAYERS, bundled.HEADS))
    tokens = bert.linear(weights, "token", hidden)
    support = bert.linear(weights, "support", bert.first_token(hidden))
    return runtime.openvino().Model([support, tokens], inputs.as_list(), "verifier")
