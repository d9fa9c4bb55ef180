"""Trains the reader and the verifier that ship, on from those that ship.

    .venv/bin/python evals/train_models.py reader --data DIR --out FOLDER --minutes 90
    .venv/bin/python evals/train_models.py verifier --data DIR --out FOLDER --minutes 90

DIR is a folder of public sets (`model_data`). An interrupted run goes on. `bench_models.py` says what it brought.
"""

from __future__ import annotations

import argparse
import logging
from copy import deepcopy
from dataclasses import dataclass
from pathlib import Path

import model_data
import torch

from ragkit.models.reader import SHIPPED as READER
from ragkit.models.verifier import SHIPPED as VERIFIER
from ragkit.tune import checkpoint
from ragkit.tune.claim_rows import part
from ragkit.tune.examples import Corpus
from ragkit.tune.model import ReaderModel
from ragkit.tune.negatives import mine
from ragkit.tune.reader import load_reader, save_reader
from ragkit.tune.strangers import with_strangers
from ragkit.tune.trainer import Plan, Trainer, between
from ragkit.tune.verifier import KEEPING, MAX_TOKENS, VerifierTrainer, begin, made, save_verifier
from ragkit.tune.verifier_model import VerifierModel

OTHERS, MADE = 12_000, 4_000
"""Claims of other people, and claims and questions that claims are made from: more take longer to prepare than help."""


@dataclass(frozen=True)
class Run:
    """What to train with."""

    data: Path
    out: Path
    minutes: float
    seed: int
    mean: float
    rate: float
    written: tuple[str, ...]
    tokens: int

    def plan(self, **more: float) -> Plan:
        """By time alone: an epoch takes longer than there is."""
        return Plan(epochs=99.0, minutes=self.minutes, seed=self.seed, peak_rate=self.rate, **more)  # type: ignore[arg-type]

    @property
    def folder(self) -> Path:
        """Where the run keeps its checkpoint."""
        return checkpoint.run_folder(f"shipped-{self.out.name}", [], None, [self.minutes, self.seed, self.rate])


def train_reader(run: Run) -> None:
    """Questions of all kinds, written ones with passages of other documents as negatives."""
    found = model_data.question_parts(run.data)
    parts = with_strangers([questions for questions, _ in found])
    corpora = [Corpus(part, mine(part), weight) for part, (_, weight) in zip(parts, found, strict=True)]
    model = ReaderModel()
    began, calibration = load_reader(READER)
    model.load(began)
    trainer = Trainer(model, corpora, run.plan(), run.folder)
    trainer.train()
    save_reader(run.out, between(trainer.average, began, run.mean), calibration, {})


def train_verifier(run: Run) -> None:
    """Written claims with their twins; what RAGTruth and others taught the one that ships is kept."""
    model = VerifierModel()
    begin(model, VERIFIER)
    began = {name: value.detach().clone() for name, value in model.trained().items()}
    teacher = deepcopy(model)
    own = model_data.written_claims(run.written)
    kept, fitting, held = model_data.ragtruth(run.data)
    seen = [c for claims in model_data.development_claims(run.data).values() for c in claims]
    others = model_data.drawn(model_data.other_claims(run.data, [*seen, *fitting, *held])[0], OTHERS)
    questions = [q for found, _ in model_data.question_parts(run.data) for q in found if q.answerable and q.spans]
    invented = made(model_data.drawn(kept, MADE), model_data.drawn(questions, MADE), run.seed)
    mixed = ((own, False), (kept, True), (others, True), (invented, False))
    parts = [part(claims, share, run.tokens, kept=keep) for (claims, keep), share in zip(mixed, KEEPING, strict=True)]
    trainer = VerifierTrainer(model, parts, run.plan(accumulate=1), run.folder, teacher)
    trainer.train()
    save_verifier(run.out, between(trainer.average, began, run.mean))


TRAINERS = {"reader": train_reader, "verifier": train_verifier}


def main() -> None:
    """Reads the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("kind", choices=TRAINERS)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--minutes", type=float, default=90)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--mean", type=float, default=0.0, help="share of the weights before in what is written")
    parser.add_argument("--rate", type=float, default=1.5e-4)
    parser.add_argument("--written", nargs="*", default=(), help="of the written files only those with these names")
    parser.add_argument("--tokens", type=int, default=MAX_TOKENS, help="of a claim with its evidence")
    options = parser.parse_args()
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")
    torch.manual_seed(options.seed)
    told = vars(options)
    TRAINERS[told.pop("kind")](Run(**(told | {"written": tuple(options.written)})))


if __name__ == "__main__":
    main()
